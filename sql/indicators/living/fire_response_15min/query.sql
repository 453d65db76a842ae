-- Question: which share of fires was reached within 15 minutes of the call?
-- Grain: region, source, quarter.
-- Formula: fires inside the WMK with valid times and arrival within the limit / the same with valid times.
-- Caveat: a time that is missing or runs backwards is left out of both sides, and their number told.
-- Incidents that the office of another regency files here count beside those of the region's own.
-- Rules: sql/README.md S1.19, S3.1b, N0
with fires as (
  select
    region_code,
    source_id,
    cast(date_trunc('quarter', ts_call) as date) as period,
    type = 'fire' and in_wmk as is_judged,
    (to_unixtime(ts_arrive) - to_unixtime(ts_call)) / 60.0 as minutes,
    param('fire_response_minutes', region_code, ts_call) as minutes_allowed
  from core.fire_incident
),
quarters as (
  select
    region_code,
    source_id,
    period,
    sum(case when is_judged and minutes between 0 and minutes_allowed then 1 else 0 end) as within_limit,
    sum(case when is_judged and minutes >= 0 then 1 else 0 end) as valid,
    sum(case when is_judged and coalesce(minutes, -1) < 0 then 1 else 0 end) as excluded
  from fires
  group by region_code, source_id, period
)
select
  y.region_code,
  e.counted_with as source_id,
  'fire_incident' as theme,
  'Q' as grain,
  y.period,
  sum(y.within_limit) as numerator,
  sum(y.valid) as denominator,
  nullif(
    concat_ws(
      ', ',
      case when sum(y.excluded) > 0 then concat('excluded_times: ', sum(y.excluded)) end,
      case
        when count(e.elsewhere) > 0
          then concat('filed_elsewhere: ', string_agg(distinct e.elsewhere, ' ' order by e.elsewhere))
      end
    ),
    ''
  ) as flag
from quarters y
join core.event_sources e
  on e.dataset = 'fire_incident'
  and e.region_code = y.region_code
  and e.source_id = y.source_id
  and e.grain = 'Q'
  and e.period = y.period
group by y.region_code, e.counted_with, y.period
