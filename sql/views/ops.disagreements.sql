-- Where several sources filed one figure: each beside the headline, with its method. Nothing
-- is averaged or replaced.
-- One row a dataset, measure, breakdown, region, year and source; only what at least two sources
-- filed. What is set against what: ops.source_figures.
-- A source's year is all its months or quarters, else the row it filed for the year. Where it or
-- the headline lacks some of them, the two are compared over the months (quarters) that both
-- filed: value and headline_value are of these alone and `months` counts them, 12 for a year. With
-- none in common value is what the source filed, and there is no gap.
-- The headline is the one that makes the year's value, as the roll-up chooses (sql/rollup/2_sources.sql):
-- the best ranked of those with a whole year, else the one with most months. One that leads some months
-- alone does not lead the year.
-- counted_at names the channels. gap_percent is of the headline; visitor_source_gap is of the mean,
-- and of whole years only.
-- Month by month: ops.disagreements_by_period.
-- Rules: sql/README.md S3.1a, S3.1c, W5
with years_by_type as (
  select
    dataset,
    measure,
    breakdown,
    region_code,
    source_id,
    date_part('year', period) as year,
    period_type,
    string_agg(distinct counted_at, ', ' order by counted_at) as counted_at,
    count(distinct period) as periods,
    sum(value) as value
  from ops.source_figures
  group by
    dataset, measure, breakdown, region_code, source_id, date_part('year', period), period_type
),
source_years as (
  select
    dataset,
    measure,
    breakdown,
    region_code,
    source_id,
    year,
    max(counted_at) as counted_at,
    coalesce(
      max(case when period_type = 'M' and periods = 12 then value end),
      max(case when period_type = 'Q' and periods = 4 then value end),
      max(case when period_type = 'Y' then value end)
    ) as value,
    coalesce(
      max(case when period_type = 'M' then value end),
      max(case when period_type = 'Q' then value end)
    ) as part_value,
    coalesce(
      max(case when period_type = 'M' then periods end),
      max(case when period_type = 'Q' then 3 * periods end)
    ) as part_months
  from years_by_type
  group by dataset, measure, breakdown, region_code, source_id, year
),
-- Ranks are by theme: of visitor_flow a measure is one, other datasets have one theme in all. A slice may be
-- of a point: its figures are of the point's region.
ranks as (
  select
    c.dataset,
    case when c.dataset = 'visitor_flow' then split_part(c.theme, ':', 1) else '' end as measure,
    coalesce(p.region_code, c.slice_region) as region_code,
    c.source_id,
    date_part('year', c.period) as year,
    min(c.source_rank) as source_rank
  from ops.current_slices c
  left join ref.point p on p.code = c.slice_region
  group by
    c.dataset, case when c.dataset = 'visitor_flow' then split_part(c.theme, ':', 1) else '' end,
    coalesce(p.region_code, c.slice_region), c.source_id, date_part('year', c.period)
),
years_in_order as (
  select
    y.*,
    count(*) over (partition by y.dataset, y.measure, y.breakdown, y.region_code, y.year) as sources,
    row_number() over (
      partition by y.dataset, y.measure, y.breakdown, y.region_code, y.year
      order by
        y.value is not null desc,
        case when y.value is null then -y.part_months else 0 end,
        coalesce(r.source_rank, 100),
        y.source_id
    ) = 1 as is_headline
  from source_years y
  left join ranks r
    on r.dataset = y.dataset
    and r.measure = case when y.dataset = 'visitor_flow' then y.measure else '' end
    and r.region_code = y.region_code
    and r.source_id = y.source_id
    and r.year = y.year
),
years_beside_headline as (
  select
    *,
    max(case when is_headline then source_id end) over (
      partition by dataset, measure, breakdown, region_code, year
    ) as headline_source,
    max(case when is_headline then value end) over (
      partition by dataset, measure, breakdown, region_code, year
    ) as headline_year
  from years_in_order
),
period_figures as (
  select
    dataset,
    measure,
    breakdown,
    region_code,
    source_id,
    date_part('year', period) as year,
    period_type,
    period,
    sum(value) as value
  from ops.source_figures
  where period_type in ('M', 'Q')
  group by
    dataset, measure, breakdown, region_code, source_id, date_part('year', period), period_type,
    period
),
-- Only where a year of the two is not whole.
shared_periods as (
  select
    b.dataset,
    b.measure,
    b.breakdown,
    b.region_code,
    b.source_id,
    b.year,
    f.period_type,
    count(*) as periods,
    sum(f.value) as value,
    sum(h.value) as headline_value
  from years_beside_headline b
  join period_figures f
    on f.dataset = b.dataset
    and f.measure = b.measure
    and f.breakdown = b.breakdown
    and f.region_code = b.region_code
    and f.source_id = b.source_id
    and f.year = b.year
  join period_figures h
    on h.dataset = b.dataset
    and h.measure = b.measure
    and h.breakdown = b.breakdown
    and h.region_code = b.region_code
    and h.source_id = b.headline_source
    and h.period_type = f.period_type
    and h.period = f.period
  where b.source_id <> b.headline_source and (b.value is null or b.headline_year is null)
  group by b.dataset, b.measure, b.breakdown, b.region_code, b.source_id, b.year, f.period_type
),
common_months as (
  select
    dataset,
    measure,
    breakdown,
    region_code,
    source_id,
    year,
    coalesce(max(case when period_type = 'M' then value end), max(value)) as value,
    coalesce(
      max(case when period_type = 'M' then headline_value end),
      max(headline_value)
    ) as headline_value,
    coalesce(max(case when period_type = 'M' then periods end), max(3 * periods)) as months
  from shared_periods
  group by dataset, measure, breakdown, region_code, source_id, year
),
compared_years as (
  select
    b.dataset,
    b.measure,
    b.breakdown,
    b.region_code,
    b.year,
    b.source_id,
    b.is_headline,
    b.counted_at,
    b.headline_source,
    coalesce(c.value, b.value, b.part_value) as value,
    case
      when c.months is not null then c.headline_value
      when b.source_id = b.headline_source then coalesce(b.value, b.part_value)
      when b.value is not null then b.headline_year
    end as headline_value,
    coalesce(c.months, case when b.value is not null then 12 else b.part_months end) as months
  from years_beside_headline b
  left join common_months c
    on c.dataset = b.dataset
    and c.measure = b.measure
    and c.breakdown = b.breakdown
    and c.region_code = b.region_code
    and c.source_id = b.source_id
    and c.year = b.year
  where b.sources > 1
),
gaps as (
  select
    *,
    case
      when headline_value <> 0 then 100 * (value - headline_value) / headline_value
    end as gap_percent
  from compared_years
)
select
  g.dataset,
  g.measure,
  g.breakdown,
  g.region_code,
  cast(g.year as int) as year,
  g.source_id,
  g.is_headline,
  g.value,
  g.counted_at,
  g.headline_source,
  g.headline_value,
  g.gap_percent,
  case
    when g.is_headline or g.gap_percent is null then null
    -- The last bit of a fraction decides nothing.
    when round(abs(g.gap_percent), 9) <= 10 then 'consistent'
    when round(abs(g.gap_percent), 9) <= 30 then 'explain'
    else 'definitions_differ'
  end as band,
  s.name as source_name,
  s.method_id,
  s.method_en,
  s.coverage_id,
  s.coverage_en,
  s.synthetic,
  g.months
from gaps g
left join ref.source s on s.code = g.source_id
