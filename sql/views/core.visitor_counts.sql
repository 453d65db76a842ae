-- Rows of every source and measure without double counting; core.flow_cells decides, here the rows
-- come back with origin and stay.
-- A row counts for its market; `in_sum` marks those that add up to all markets, `is_counted` those of
-- the headline source that do (of arrivals: at entries). Read one market by `market`, all markets by
-- `in_sum`.
-- One column a measure, and no common one: visits, guests, arrivals and visitors are never one sum.
select
  f.region_code,
  f.point_id,
  f.period_month,
  f.period_type,
  f.channel,
  f.method,
  f.measure,
  f.market,
  f.origin_code,
  f.stay,
  case when f.measure = 'visits' then f.value end as visits,
  case when f.measure = 'guests' then f.value end as guests,
  case when f.measure = 'arrivals' then f.value end as arrivals,
  case when f.measure = 'visitors' then f.value end as visitors,
  c.in_sum,
  f.is_headline and c.is_counted as is_counted,
  f.source_id,
  f.release_date,
  f.obs_status,
  f.is_headline
from core.flow_cells c
join core.visitor_flow f
  on f.region_code = c.region_code
  and f.source_id = c.source_id
  and f.period_type = c.period_type
  and f.period_month = c.period_month
  and f.measure = c.measure
  and f.channel = c.channel
  and f.market = c.market
  and coalesce(f.point_id, '') = coalesce(c.point_id, '')
where c.in_market
