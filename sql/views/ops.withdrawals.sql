-- What each submission took away. One row a row of data (`row_key` with its value) or, of themes and
-- slices, a theme and predecessor (`slices` counts them, a region and a period each).
-- what: withdrawn (a table of the slice does not bring it again), replaced (a newer row has its
-- key), ended (a full list does not name it: it holds until `ended_on`), not_current (the submission's
-- own rows or slices, of which another file has a newer release date), contested (the other file has
-- another figure, `value`, of the same release date, or a blank: the later one counts; a row a field,
-- `measure`).
-- Rows beyond a moderate number are counted in one row without a key. Held submissions take nothing
-- away.
with slice_submissions as (
  -- A file may hold a slice in several vintages: its newest stands for it.
  select
    dataset,
    source_id,
    slice_region,
    period,
    period_type,
    covers,
    supersedes,
    max(release_date) as release_date,
    max(sequence) as sequence,
    sha256
  from ops.slices
  where not is_held
  group by
    dataset, source_id, slice_region, period, period_type, covers, supersedes, sha256
),
ranked_submissions as (
  select
    *,
    row_number() over (
      partition by dataset, source_id, slice_region, period, period_type, covers
      order by release_date desc, sequence desc, sha256
    ) as place
  from slice_submissions
  where supersedes = 'slice'
),
named_submissions as (
  select p.*, f.run_id, f.file_name
  from ranked_submissions p
  join ops.files f on f.sha256 = p.sha256
),
submission_themes as (
  select distinct
    dataset,
    source_id,
    slice_region,
    period,
    period_type,
    sha256,
    theme
  from ops.slices
),
preceding_themes as (
  select
    n.run_id,
    n.file_name,
    n.sha256,
    b.sha256 as other,
    n.dataset,
    n.source_id,
    n.slice_region,
    n.period,
    n.period_type,
    t.theme
  from named_submissions n
  join ranked_submissions b
    on b.dataset = n.dataset
    and b.source_id = n.source_id
    and b.slice_region = n.slice_region
    and b.period = n.period
    and b.period_type = n.period_type
    and b.covers = n.covers
    and b.place = n.place + 1
    and b.sha256 <> n.sha256
  join submission_themes t
    on t.dataset = b.dataset
    and t.source_id = b.source_id
    and t.slice_region = b.slice_region
    and t.period = b.period
    and t.period_type = b.period_type
    and t.sha256 = b.sha256
  where n.place = 1
),
-- Since rows are recorded one by one, themes are told of older loads alone.
recorded as (
  select distinct recorded_by
  from ops.superseded_rows
  where what = 'withdrawn'
),
row_withdrawals as (
  select
    f.run_id,
    n.file_name,
    n.sha256,
    r.dataset,
    case
      when r.what = 'replaced' and r.recorded_by = r.sha256 and r.by_sha256 <> r.sha256
        then 'not_current'
      else r.what
    end as what,
    o.file_name as other_file,
    r.theme,
    r.source_id,
    r.slice_region,
    r.period,
    r.period_type,
    r.row_key,
    r.row_number,
    r.rows,
    r.measure,
    r.value,
    r.ended_on
  from ops.superseded_rows r
  join ops.files f on f.sha256 = r.recorded_by
  -- A late row of an older release is not current itself: the file that it came in tells.
  join ops.files n
    on n.sha256 = case
      when r.what = 'replaced' and r.recorded_by = r.sha256 then r.sha256
      else r.by_sha256
    end
  join ops.files o
    on o.sha256 = case
      when r.what = 'replaced' and r.recorded_by = r.sha256 then r.by_sha256
      else r.sha256
    end
)
select
  b.run_id,
  b.file_name,
  b.sha256,
  b.dataset,
  'withdrawn' as what,
  f.file_name as other_file,
  b.theme,
  count(*) as slices,
  b.source_id,
  cast(null as varchar) as slice_region,
  cast(null as date) as period,
  b.period_type,
  cast(null as varchar) as row_key,
  cast(null as bigint) as row_number,
  cast(null as bigint) as rows,
  cast(null as varchar) as measure,
  cast(null as double) as value,
  cast(null as date) as ended_on
from preceding_themes b
join ops.files f on f.sha256 = b.other
left anti join recorded r on r.recorded_by = b.sha256
left anti join submission_themes t
  on t.dataset = b.dataset
  and t.source_id = b.source_id
  and t.slice_region = b.slice_region
  and t.period = b.period
  and t.period_type = b.period_type
  and t.sha256 = b.sha256
  and t.theme = b.theme
group by
  b.run_id, b.file_name, b.sha256, b.dataset, f.file_name, b.theme, b.source_id, b.period_type
union all
select
  g.run_id,
  g.file_name,
  n.sha256,
  n.dataset,
  'not_current' as what,
  f.file_name as other_file,
  '' as theme,
  count(*) as slices,
  n.source_id,
  cast(null as varchar) as slice_region,
  cast(null as date) as period,
  n.period_type,
  cast(null as varchar) as row_key,
  cast(null as bigint) as row_number,
  cast(null as bigint) as rows,
  cast(null as varchar) as measure,
  cast(null as double) as value,
  cast(null as date) as ended_on
from slice_submissions n
join ops.files g on g.sha256 = n.sha256
join ranked_submissions b
  on b.dataset = n.dataset
  and b.source_id = n.source_id
  and b.slice_region = n.slice_region
  and b.period = n.period
  and b.period_type = n.period_type
  and b.covers = n.covers
  and b.place = 1
  and b.sha256 <> n.sha256
join ops.files f on f.sha256 = b.sha256
where b.release_date > n.release_date
group by
  g.run_id, g.file_name, n.sha256, n.dataset, f.file_name, n.source_id, n.period_type
union all
select
  run_id,
  file_name,
  sha256,
  dataset,
  what,
  other_file,
  theme,
  1 as slices,
  source_id,
  slice_region,
  period,
  period_type,
  row_key,
  row_number,
  rows,
  measure,
  value,
  ended_on
from row_withdrawals
union all
select
  fs.run_id,
  fs.file_name,
  c.sha256,
  c.dataset,
  'contested' as what,
  fo.file_name as other_file,
  '' as theme,
  1 as slices,
  c.source_id,
  c.region_code as slice_region,
  c.period,
  c.period_type,
  c.row_key,
  cast(null as bigint) as row_number,
  1 as rows,
  c.field as measure,
  c.other_value as value,
  cast(null as date) as ended_on
from ops.contested_figures c
join ops.files fs on fs.sha256 = c.sha256
join ops.files fo on fo.sha256 = c.other_sha256
