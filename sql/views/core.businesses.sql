-- Active businesses at each month's end, of the headline source's register.
-- A register covers the months from its first entry to its release.
-- Of a business the version in force counts: the one that began last, wherever it is registered
-- now; a closed version ends the one before it.
with register_entries as (
  select
    *,
    lead(valid_from) over (partition by source_id, umkm_id order by valid_from) as next_from
  from core.umkm_register
  where is_headline
),
tourism_industries as (
  select distinct r.kbli5, k.kbli_version
  from register_entries r
  join ref.kbli k on k.is_tourism and starts_with(r.kbli5, k.kbli_prefix)
),
register_months as (
  select
    r.region_code,
    t.from_period as period,
    cast(t.from_period + interval '1 month' - interval '1 day' as date) as last_day
  from (
    select
      region_code,
      min(valid_from) as first_day,
      max(release_date) as released
    from register_entries
    group by region_code
  ) r
  join ref.period t
    on t.from_grain = 'M'
    and t.grain = 'M'
    and t.from_period >= date_trunc('month', r.first_day)
    and cast(t.from_period + interval '1 month' - interval '1 day' as date) <= r.released
)
select
  m.region_code,
  m.period,
  r.umkm_id,
  r.scale,
  r.nib,
  r.kbli5,
  t.kbli5 is not null as is_tourism
from register_months m
join register_entries r
  on r.region_code = m.region_code
  and r.valid_from <= m.last_day
  and (r.next_from is null or r.next_from > m.last_day)
  and (r.valid_to is null or r.valid_to > m.last_day)
left join tourism_industries t
  on t.kbli5 = r.kbli5 and t.kbli_version = coalesce(r.kbli_version, '2020')
where r.status = 'active'
