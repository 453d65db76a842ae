-- Arrivals at the points by which one enters the corridor.  KDI serves Kendari and is no entry (indicators.md 1.0).
-- Offices of one region file different points, and some the whole region: such a row cannot tell where the corridor is entered, so it
-- stands in for a market only where no entry point of the region filed it.
with arrivals as (
  select f.*, f.point_id is not null as is_point
  from core.visitor_counts f
  left join ref.point p on p.code = f.point_id
  where f.is_headline and f.measure = 'arrivals' and f.channel = 'entry' and f.in_sum and (f.point_id is null or p.corridor_entry)
),
placed as (
  select *,
    bool_or(is_point) over (partition by region_code, period_type, period_month) as has_point,
    bool_or(is_point and market = 'total') over (partition by region_code, period_type, period_month) as has_point_total,
    bool_or(is_point) over (partition by region_code, period_type, period_month, market) as has_point_market
  from arrivals
)
select region_code, point_id, period_month, period_type, market, origin_code, arrivals as value, source_id
from placed
where is_point or not case when market = 'total' then has_point else has_point_total or has_point_market end
