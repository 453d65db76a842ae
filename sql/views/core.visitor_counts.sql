-- Counts of every source and measure without double counting (indicators.md 1.1, 3.2): the one place that decides what may be added.
-- Within a region, source, period, measure and channel a market counts by its whole-region rows, else by its points: a source may file
-- one market for the region and the other by points.  Arrivals stay point by point (each is a theme of its own): see core.entries.
-- `in_sum` marks the rows that add up to all markets: `total` only where wisman and wisnus are not both filed; one market beside a
-- `total` speaks for itself and is not added to it.  Read one market by `market`, all markets by `in_sum`.
-- One column a measure, and no common one: visits, guests, arrivals and visitors are never one sum.
with filed as (
  select *, point_id is null as is_whole, measure = 'arrivals' as is_by_point from core.visitor_flow
),
flow as (
  select *,
    bool_or(is_whole) over (partition by region_code, source_id, period_type, period_month, measure, channel) as has_whole,
    bool_or(is_whole and market = 'total') over (partition by region_code, source_id, period_type, period_month, measure, channel) as whole_total,
    bool_or(is_whole and market = 'wisman') over (partition by region_code, source_id, period_type, period_month, measure, channel) as whole_wisman,
    bool_or(is_whole and market = 'wisnus') over (partition by region_code, source_id, period_type, period_month, measure, channel) as whole_wisnus,
    bool_or(market = 'total') over (partition by region_code, source_id, period_type, period_month, measure, channel, point_id) as own_total,
    bool_or(market = 'wisman') over (partition by region_code, source_id, period_type, period_month, measure, channel, point_id)
      and bool_or(market = 'wisnus') over (partition by region_code, source_id, period_type, period_month, measure, channel, point_id) as own_split
  from filed
)
select region_code, point_id, period_month, period_type, channel, method, measure, market, origin_code, stay,
  case when measure = 'visits' then value end as visits,
  case when measure = 'guests' then value end as guests,
  case when measure = 'arrivals' then value end as arrivals,
  case when measure = 'visitors' then value end as visitors,
  case
    -- A point beside whole-region rows of another market: those may be the total it is a part of.
    when not is_whole and has_whole and not is_by_point then market <> 'total' and not whole_total
    when market = 'total' then not own_split
    else own_split or not own_total
  end as in_sum,
  source_id, release_date, obs_status, is_headline
from flow
where is_whole or is_by_point or not case market when 'total' then whole_total when 'wisman' then whole_wisman else whole_wisnus end
