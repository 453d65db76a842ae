-- As ops.disagreements, month by month (or the quarter or year that was filed): one row a
-- dataset, measure, breakdown, region, period and source; only what at least two sources
-- filed for that very period.
with period_figures as (
  select
    dataset,
    measure,
    breakdown,
    region_code,
    period_type,
    period,
    source_id,
    bool_or(is_headline) as is_headline,
    string_agg(distinct counted_at, ', ' order by counted_at) as counted_at,
    sum(value) as value
  from ops.source_figures
  group by dataset, measure, breakdown, region_code, period_type, period, source_id
),
figures_beside_headline as (
  select
    *,
    count(*) over (
      partition by dataset, measure, breakdown, region_code, period_type, period
    ) as sources,
    max(case when is_headline then source_id end) over (
      partition by dataset, measure, breakdown, region_code, period_type, period
    ) as headline_source,
    max(case when is_headline then value end) over (
      partition by dataset, measure, breakdown, region_code, period_type, period
    ) as headline_value
  from period_figures
),
gaps as (
  select
    *,
    case
      when headline_value <> 0 then 100 * (value - headline_value) / headline_value
    end as gap_percent
  from figures_beside_headline
  where sources > 1
)
select
  g.dataset,
  g.measure,
  g.breakdown,
  g.region_code,
  g.period_type,
  g.period,
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
  end as band
from gaps g
