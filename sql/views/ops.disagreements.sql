-- Where several sources speak of one thing: each beside the headline, with its method (indicators.md 3.1, W5).  Nothing is averaged or replaced.
-- One row a dataset, measure, breakdown, region, year and source; only what at least two sources filed.
-- A source counts with all months or quarters of the year, else with the row it filed for the year, else not at all.
-- Visits, guests, arrivals and visitors are never set against one another.  Breakdown is the market, with the point for arrivals; counted_at names the channels.
-- Market total is what adds up by core.flow_cells; wisman or wisnus alone is no total.  gap_percent is of the headline; visitor_source_gap is of the mean.
with flow_markets as (
  select region_code, source_id, period_type, period_month, measure, case when measure = 'arrivals' then concat(coalesce(point_id, '*'), '.') else '' end as point_prefix,
    channel, bool_or(is_headline) as is_headline,
    sum(case when market = 'wisman' then value end) as wisman,
    sum(case when market = 'wisnus' then value end) as wisnus,
    case when bool_or(market = 'total' and in_sum) or (bool_or(market = 'wisman') and bool_or(market = 'wisnus')) then sum(case when in_sum then value end) end as total
  from core.flow_cells
  where in_market
  group by region_code, source_id, period_type, period_month, measure, case when measure = 'arrivals' then concat(coalesce(point_id, '*'), '.') else '' end, channel
),
flow_long as (
  select region_code, source_id, period_type, period_month, measure, point_prefix, channel, is_headline,
    unnest(make_array('wisman', 'wisnus', 'total')) as market, unnest(make_array(wisman, wisnus, total)) as value
  from flow_markets
),
-- Waste generation by the best method a source filed, as in core.waste_arising: methods are not added.
other as (
  select *,
    case when dataset = 'waste_generation' then rank() over (
      partition by dataset, source_id, region_code, period, period_type order by case measure when 'gen_ton.measured' then 1 when 'gen_ton.sampling_sni' then 2 else 3 end
    ) else 1 end as place
  from ops.slice_measures
  where dataset not in ('visitor_flow', 'finance_month')
),
filed as (
  select 'visitor_flow' as dataset, measure, concat(point_prefix, market) as breakdown, region_code, source_id, period_type, period_month as period, is_headline,
    channel as counted_at, cast(value as double) as value
  from flow_long
  where value is not null
  union all
  select dataset, split_part(measure, '.', 1), case when dataset = 'transport_movement' then substr(measure, strpos(measure, '.') + 1) else '' end,
    region_code, source_id, period_type, period, is_headline, case when dataset = 'waste_generation' then split_part(measure, '.', 2) end, value
  from other
  where place = 1
),
by_type as (
  select dataset, measure, breakdown, region_code, source_id, date_part('year', period) as year, period_type,
    bool_or(is_headline) as is_headline, string_agg(distinct counted_at, ', ' order by counted_at) as counted_at, count(distinct period) as periods, sum(value) as value
  from filed
  group by dataset, measure, breakdown, region_code, source_id, date_part('year', period), period_type
),
yearly as (
  select dataset, measure, breakdown, region_code, source_id, year,
    bool_or(is_headline) as is_headline, max(counted_at) as counted_at,
    coalesce(
      max(case when period_type = 'M' and periods = 12 then value end),
      max(case when period_type = 'Q' and periods = 4 then value end),
      max(case when period_type = 'Y' then value end)) as value
  from by_type
  group by dataset, measure, breakdown, region_code, source_id, year
),
beside as (
  select *,
    count(*) over (partition by dataset, measure, breakdown, region_code, year) as sources,
    max(case when is_headline then source_id end) over (partition by dataset, measure, breakdown, region_code, year) as headline_source,
    max(case when is_headline then value end) over (partition by dataset, measure, breakdown, region_code, year) as headline_value
  from yearly
  where value is not null
),
gaps as (
  select *, case when headline_value <> 0 then 100 * (value - headline_value) / headline_value end as gap_percent from beside where sources > 1
)
select g.dataset, g.measure, g.breakdown, g.region_code, cast(g.year as int) as year, g.source_id, g.is_headline, g.value, g.counted_at,
  g.headline_source, g.headline_value, g.gap_percent,
  case
    when g.is_headline or g.gap_percent is null then null
    when abs(g.gap_percent) <= 10 then 'consistent'
    when abs(g.gap_percent) <= 30 then 'explain'
    else 'definitions_differ'
  end as band,
  s.name as source_name, s.method_id, s.method_en, s.coverage_id, s.coverage_en, s.synthetic
from gaps g
left join ref.source s on s.code = g.source_id
