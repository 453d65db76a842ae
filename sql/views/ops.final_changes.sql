-- Each final figure that the next vintage of its source and slice changes: final may
-- change only with a reason.
-- change: value = another figure (its status may have changed too), status = the same figure less
-- final, withdrawn = the next vintage has no such figure; has_reason = whether ref.revision_reason
-- says why. A late file with an older release date is not current and changes nothing; a file
-- without a status is final.
-- The vintages are numbered by themselves, as in ops.vintage_figures: the next one
-- may have no figure at all.
-- Rules: sql/README.md S3.6
with vintages as (
  select distinct
    dataset,
    source_id,
    slice_region as region_code,
    period,
    period_type,
    release_date,
    sha256,
    part,
    dense_rank() over (
      partition by dataset, source_id, slice_region, period, period_type, part
      order by release_date, sequence, sha256 desc
    ) as vintage
  from (
    select *, covers as part
    from ops.slices
    where supersedes = 'slice' and not is_held
  )
)
select
  o.dataset,
  o.source_id,
  o.region_code,
  o.period,
  o.period_type,
  o.field,
  o.row_key,
  o.value as old_value,
  n.value as new_value,
  o.obs_status as old_status,
  case when n.value is not null then n.obs_status end as new_status,
  case
    when n.value is null then 'withdrawn'
    when n.value <> o.value then 'value'
    else 'status'
  end as change,
  o.release_date as old_release_date,
  v.release_date as new_release_date,
  fo.file_name as old_file,
  fn.file_name as new_file,
  o.sha256 as old_sha256,
  v.sha256 as new_sha256,
  fn.received_at as new_received_at,
  r.reason_id is not null as has_reason,
  r.reason_id,
  r.reason_en,
  r.recorded_by
from ops.vintage_figures o
join vintages v
  on v.dataset = o.dataset
  and v.source_id = o.source_id
  and v.region_code = o.region_code
  and v.period = o.period
  and v.period_type = o.period_type
  and v.vintage = o.vintage + 1
  and (v.part = '*' or v.part = split_part(o.field, '.', 2))
left join ops.vintage_figures n
  on n.dataset = o.dataset
  and n.source_id = o.source_id
  and n.region_code = o.region_code
  and n.period = o.period
  and n.period_type = o.period_type
  and n.vintage = v.vintage
  and n.sha256 = v.sha256
  and n.field = o.field
  and n.row_key = o.row_key
left join ops.files fo on fo.sha256 = o.sha256
left join ops.files fn on fn.sha256 = v.sha256
-- The reason that somebody recorded for these periods and this release; where
-- two fit, either says why.
left join (
  select
    dataset,
    source_id,
    region_code,
    from_period,
    until_period,
    new_release_date,
    min(reason_id) as reason_id,
    min(reason_en) as reason_en,
    min(recorded_by) as recorded_by
  from ref.revision_reason
  group by dataset, source_id, region_code, from_period, until_period, new_release_date
) r
  on r.dataset = o.dataset
  and r.source_id in (o.source_id, '*')
  and r.region_code in (o.region_code, '*')
  and r.new_release_date = v.release_date
  and o.period between r.from_period and r.until_period
where o.obs_status = 'final'
  and o.value is not null
  and (n.value is null or n.value <> o.value or coalesce(n.obs_status <> 'final', true))
