-- Visits (kunjungan) of the headline source, without double counting.
-- A source that files whole-region rows for a month counts by them, else by its points; market `total` counts only where it files no split.
with visits as (
  select *,
    max(case when point_id is null then 1 else 0 end) over (partition by region_code, source_id, period_type, period_month, channel) as has_whole,
    max(case when market <> 'total' then 1 else 0 end) over (partition by region_code, source_id, period_type, period_month, channel, point_id) as has_split
  from core.visitor_flow
  where is_headline and measure = 'visits'
)
select region_code, point_id, period_month, period_type, channel, method, market, origin_code, stay, value, source_id, release_date, obs_status
from visits
where (point_id is null or has_whole = 0) and (market <> 'total' or has_split = 0)
