-- Arrivals at the points by which one enters the corridor.  KDI serves Kendari and is no entry (indicators.md 1.0).
select f.region_code, f.point_id, f.period_month, f.period_type, f.market, f.origin_code, f.value, f.source_id
from core.visitor_flow f
left join ref.point p on p.code = f.point_id
where f.is_headline and f.measure = 'arrivals' and f.channel = 'entry' and (f.point_id is null or p.corridor_entry)
