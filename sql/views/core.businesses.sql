-- Versions of businesses, each with the days on which it is in force: from its own first day until it
-- ends or a newer version of the business begins. Every source's register by itself.
-- Rules: sql/README.md S1.5
with tourism_industries as (
  select distinct r.kbli5, k.kbli_version
  from core.umkm_register r
  join ref.kbli k on k.is_tourism and starts_with(r.kbli5, k.kbli_prefix)
),
versions as (
  select
    *,
    lead(valid_from) over (
      partition by source_id, umkm_id
      order by valid_from, release_date
    ) as next_from
  from core.umkm_register
)
select
  v.region_code,
  v.source_id,
  v.umkm_id,
  v.valid_from as from_day,
  case
    when v.valid_to is null then v.next_from
    when v.next_from is null then v.valid_to
    else least(v.valid_to, v.next_from)
  end as until_day,
  v.status = 'active' as is_active,
  v.scale,
  v.nib,
  v.kbli5,
  t.kbli5 is not null as is_tourism,
  v.release_date
from versions v
left join tourism_industries t
  on t.kbli5 = v.kbli5 and t.kbli_version = coalesce(v.kbli_version, '2020')
