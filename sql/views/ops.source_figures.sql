-- What each source filed for a region and period, in the form in which sources may be compared with
-- one another; read by ops.disagreements and ops.disagreements_by_period.
-- Visits, guests, arrivals and visitors are never compared with one another. Breakdown is
-- the market, with the point for arrivals; counted_at is the channel or method, and a
-- source has a row for each.
-- Market total is what adds up by core.flow_cells; wisman or wisnus alone is no total.
-- Rules: sql/README.md S3.1a, S3.2
with flow_periods as (
  select
    region_code,
    source_id,
    period_type,
    period_month,
    measure,
    case
      when measure = 'arrivals' then concat(coalesce(point_id, '*'), '.')
      else ''
    end as point_prefix,
    channel,
    bool_or(is_headline) as is_headline,
    sum(case when market = 'wisman' then value end) as wisman,
    sum(case when market = 'wisnus' then value end) as wisnus,
    case
      when bool_or(market = 'total' and in_sum)
        or (bool_or(market = 'wisman') and bool_or(market = 'wisnus'))
        then sum(case when in_sum then value end)
    end as total
  from core.flow_cells
  where in_market
  group by
    region_code, source_id, period_type, period_month, measure,
    case when measure = 'arrivals' then concat(coalesce(point_id, '*'), '.') else '' end, channel
),
-- A channel that lacks a market makes the source's total one of some channels: that is no total.
whole_flows as (
  select
    *,
    bool_and(total is not null) over (
      partition by region_code, source_id, period_type, period_month, measure, point_prefix
    ) as is_whole
  from flow_periods
),
flow_figures as (
  select
    region_code,
    source_id,
    period_type,
    period_month,
    measure,
    point_prefix,
    channel,
    is_headline,
    unnest(make_array('wisman', 'wisnus', 'total')) as market,
    unnest(make_array(wisman, wisnus, case when is_whole then total end)) as value
  from whole_flows
),
-- Waste generation by the best method a source filed, as in
-- core.waste_arising: methods are not added.
other_figures as (
  select
    *,
    case
      when dataset = 'waste_generation'
        then rank() over (
          partition by dataset, source_id, region_code, period, period_type
          order by
            case measure
              when 'gen_ton.measured' then 1
              when 'gen_ton.sampling_sni' then 2
              else 3
            end
        )
      else 1
    end as place
  from ops.slice_measures
  where dataset not in ('visitor_flow', 'finance_month')
)
select
  'visitor_flow' as dataset,
  measure,
  concat(point_prefix, market) as breakdown,
  region_code,
  source_id,
  period_type,
  period_month as period,
  is_headline,
  channel as counted_at,
  cast(value as double) as value
from flow_figures
where value is not null
union all
select
  dataset,
  split_part(measure, '.', 1),
  case
    when dataset = 'transport_movement' then substr(measure, strpos(measure, '.') + 1)
    else ''
  end,
  region_code,
  source_id,
  period_type,
  period,
  is_headline,
  case when dataset = 'waste_generation' then split_part(measure, '.', 2) end,
  value
from other_figures
where place = 1
