-- Question: which submissions are current for each slice, and is its source the headline?
-- Grain: slice of a submission. The headline source is the first by priority of theme, region and
--   year among those that filed the period. It is what people are shown first; a published value
--   takes the first that covers it (sql/rollup/2_sources.sql).
-- The newest submission that supersedes the slice as a whole is current, and those that supersede
-- by key or are a full list and came on top of it. Held submissions are not.
with by_slice as (
  select
    *,
    first_value(supersedes) over (
      partition by dataset, source_id, slice_region, period, period_type, covers
      order by supersedes = 'slice' desc, release_date desc, sequence desc, sha256
    ) = 'slice' as has_whole,
    first_value(sha256) over (
      partition by dataset, source_id, slice_region, period, period_type, covers
      order by supersedes = 'slice' desc, release_date desc, sequence desc, sha256
    ) as whole_sha256,
    -- A file may hold a slice in two vintages: the newest one is current.
    first_value(release_date) over (
      partition by dataset, source_id, slice_region, period, period_type, covers
      order by supersedes = 'slice' desc, release_date desc, sequence desc, sha256
    ) as whole_release,
    first_value(sequence) over (
      partition by dataset, source_id, slice_region, period, period_type, covers
      order by supersedes = 'slice' desc, release_date desc, sequence desc, sha256
    ) as whole_sequence
  from ops.slices
  where not is_held
),
-- Rows that a newer row of their key takes the place of, wherever that stands; a record without a
-- key says so of all rows of the slice.
replaced as (
  select
    dataset,
    sha256,
    source_id,
    slice_region,
    period,
    theme,
    release_date,
    count(distinct concat(sheet, ':', row_number, ':', row_key)) as replaced_rows,
    bool_or(row_key is null) as is_whole
  from ops.superseded_rows
  where what = 'replaced'
  group by dataset, sha256, source_id, slice_region, period, theme, release_date
),
ranked as (
  select
    n.*,
    r.replaced_rows,
    date_part('year', n.period) as year,
    coalesce(p.rank, 100) as rank
  from by_slice n
  left join replaced r
    on r.dataset = n.dataset
    and r.sha256 = n.sha256
    and r.source_id = n.source_id
    and r.slice_region = n.slice_region
    and r.period = n.period
    and r.theme = n.theme
    and r.release_date = n.release_date
  left join ref.point t on t.code = n.slice_region
  left join ref.source_priority p
    on p.theme = split_part(n.theme, ':', 1)
    and p.source_id = n.source_id
    and p.region_code in ('*', coalesce(t.region_code, n.slice_region))
    and (p.year is null or p.year = date_part('year', n.period))
  where case
    when coalesce(r.is_whole, false) or not n.has_whole then not coalesce(r.is_whole, false)
    when n.supersedes = 'slice' then n.sha256 = n.whole_sha256 and n.release_date = n.whole_release
    else n.release_date > n.whole_release
      or (n.release_date = n.whole_release and n.sequence > n.whole_sequence)
  end
)
select
  dataset,
  source_id,
  slice_region,
  period,
  period_type,
  theme,
  release_date,
  sha256,
  greatest(max(rows) - coalesce(max(replaced_rows), 0), 0) as rows,
  min(rank) as source_rank,
  source_id = first_value(source_id) over (
    partition by dataset, theme, slice_region, period, period_type
    order by min(rank), source_id
  ) as is_headline,
  max(slice_id) as slice_id,
  release_date as vintage_date,
  max(sequence) as sequence
from ranked
group by
  dataset, source_id, slice_region, period, period_type, theme, covers, release_date, sha256, year
