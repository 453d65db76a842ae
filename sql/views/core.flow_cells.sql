-- visitor_flow summed over origin and stay, with whether numbers are made of the cell (is_counted), as core.visits and core.entries choose; summed
-- first, as the choice needs no single row.  has_whole: the source files the whole region for this market, so that its points are parts of that.
with cells as (
  select region_code, source_id, period_type, period_month, measure, channel, market, point_id, sum(value) as value, bool_or(is_headline) as is_headline
  from core.visitor_flow
  group by region_code, source_id, period_type, period_month, measure, channel, market, point_id
),
placed as (
  select *,
    max(case when point_id is null then 1 else 0 end) over (partition by region_code, source_id, period_type, period_month, measure, channel, market) as has_whole,
    max(case when point_id is null then 1 else 0 end) over (partition by region_code, source_id, period_type, period_month, measure, channel) as has_whole_channel,
    max(case when market <> 'total' then 1 else 0 end) over (partition by region_code, source_id, period_type, period_month, measure, channel, point_id) as has_split
  from cells
)
select c.region_code, c.source_id, c.period_type, c.period_month, c.measure, c.channel, c.market, c.point_id, c.value, c.is_headline, c.has_whole = 1 as has_whole,
  c.is_headline and case c.measure
    when 'visits' then (c.point_id is null or c.has_whole_channel = 0) and (c.market <> 'total' or c.has_split = 0)
    when 'arrivals' then c.channel = 'entry' and (c.point_id is null or coalesce(p.corridor_entry, false))
    else true
  end as is_counted
from placed c
left join ref.point p on p.code = c.point_id
