-- What each submission took away: themes that the submission before it held and it does not
-- (withdrawn), and its own slices of which another file has a newer release date (not_current). A
-- submission supersedes its slices as a whole; `slices` counts them, a region and a period each.
with slice_submissions as (
  -- A file may hold a slice in several vintages: its newest stands for it.
  select
    dataset,
    source_id,
    slice_region,
    period,
    period_type,
    max(release_date) as release_date,
    max(sequence) as sequence,
    sha256
  from ops.slices
  group by dataset, source_id, slice_region, period, period_type, sha256
),
ranked_submissions as (
  select
    *,
    row_number() over (
      partition by dataset, source_id, slice_region, period, period_type
      order by release_date desc, sequence desc, sha256
    ) as place
  from slice_submissions
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
)
select
  b.run_id,
  b.file_name,
  b.sha256,
  b.dataset,
  'withdrawn' as what,
  f.file_name as other_file,
  b.theme,
  count(*) as slices
from preceding_themes b
join ops.files f on f.sha256 = b.other
left anti join submission_themes t
  on t.dataset = b.dataset
  and t.source_id = b.source_id
  and t.slice_region = b.slice_region
  and t.period = b.period
  and t.period_type = b.period_type
  and t.sha256 = b.sha256
  and t.theme = b.theme
group by b.run_id, b.file_name, b.sha256, b.dataset, f.file_name, b.theme
union all
select
  n.run_id,
  n.file_name,
  n.sha256,
  n.dataset,
  'not_current' as what,
  f.file_name as other_file,
  '' as theme,
  count(*) as slices
from named_submissions n
join ranked_submissions b
  on b.dataset = n.dataset
  and b.source_id = n.source_id
  and b.slice_region = n.slice_region
  and b.period = n.period
  and b.period_type = n.period_type
  and b.place = 1
  and b.sha256 <> n.sha256
join ops.files f on f.sha256 = b.sha256
where b.release_date > n.release_date and n.place > 1
group by n.run_id, n.file_name, n.sha256, n.dataset, f.file_name
