-- Question: which share of fires was reached within 15 minutes of the call?
-- Grain: region, source, quarter.
-- Formula: fires inside the WMK with valid times and arrival within the limit / the same with valid times.
-- Caveat: a time that is missing or runs backwards, an arrival more than a day after the call, and two equal times
-- without a time of day (midnight: the office wrote dates) are left out of both sides, and their number told.
-- Incidents that the office of another regency files here count beside those of the region's own.
-- Rules: sql/README.md S1.19, S3.1b, N0
with fires as (
  select
    region_code,
    source_id,
    cast(date_trunc('quarter', ts_call) as date) as period,
    type = 'fire' and in_wmk as is_judged,
    case
      when ts_arrive = ts_call and ts_call = date_trunc('day', ts_call) then null
      when to_unixtime(ts_arrive) - to_unixtime(ts_call) between 0 and 86400
        then (to_unixtime(ts_arrive) - to_unixtime(ts_call)) / 60.0
    end as minutes,
    param('fire_response_minutes', region_code, ts_call) as minutes_allowed
  from core.fire_incident
),
quarters as (
  select
    region_code,
    source_id,
    period,
    sum(case when is_judged and minutes <= minutes_allowed then 1 else 0 end) as within_limit,
    sum(case when is_judged and minutes is not null then 1 else 0 end) as valid,
    sum(case when is_judged and minutes is null then 1 else 0 end) as excluded
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
