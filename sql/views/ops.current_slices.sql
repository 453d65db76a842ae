-- Question: which submission is current for each slice, and is its source the headline?
-- Grain: slice. The headline source is the first by priority of theme, region and year among those
--   that filed the period. It is what people are shown first; a published value takes the first
--   that covers it (sql/rollup/2_sources.sql).
with by_slice as (
  select
    *,
    first_value(sha256) over (
      partition by dataset, source_id, slice_region, period, period_type
      order by release_date desc, sequence desc, sha256
    ) as current_sha256,
    -- A file may hold a slice in two vintages: the newest one is current.
    max(release_date) over (
      partition by dataset, source_id, slice_region, period, period_type
    ) as newest_release
  from ops.slices
),
ranked as (
  select n.*, date_part('year', n.period) as year, coalesce(p.rank, 100) as rank
  from by_slice n
  left join ref.source_priority p
    on p.theme = split_part(n.theme, ':', 1)
    and p.source_id = n.source_id
    and (p.region_code = '*' or p.region_code = n.slice_region)
    and (p.year is null or p.year = date_part('year', n.period))
  where n.current_sha256 = n.sha256 and n.release_date = n.newest_release
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
  max(rows) as rows,
  min(rank) as source_rank,
  source_id = first_value(source_id) over (
    partition by dataset, theme, slice_region, period, period_type
    order by min(rank), source_id
  ) as is_headline,
  max(slice_id) as slice_id,
  release_date as vintage_date
from ranked
group by dataset, source_id, slice_region, period, period_type, theme, release_date, sha256, year
