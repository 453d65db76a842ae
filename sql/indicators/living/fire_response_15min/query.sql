-- Question: which share of fires was reached within 15 minutes of the call?
-- Grain: region, source, quarter.
-- Formula: fires inside the WMK with valid times and arrival within the limit / the same with valid times.
-- Caveat: a time that is missing or runs backwards is left out of both sides, and their number told.
-- Incidents that the office of another regency files here count beside those of the region's own.
-- Rules: sql/README.md S1.19, S3.1b, N0
with fires as (
  select
    c.region_code,
    c.source_id,
    e.source_id as elsewhere,
    cast(date_trunc('quarter', ts_call) as date) as period,
    type = 'fire' and in_wmk as is_judged,
    (to_unixtime(ts_arrive) - to_unixtime(ts_call)) / 60.0 as minutes,
    param('fire_response_minutes', c.region_code, ts_call) as minutes_allowed
  from core.fire_incident c
  left join core.offices_elsewhere e
    on e.region_code = c.region_code and e.source_id = c.source_id
),
quarters as (
  select
    region_code,
    source_id,
    max(elsewhere) as elsewhere,
    period,
    sum(case when is_judged and minutes between 0 and minutes_allowed then 1 else 0 end) as within_limit,
    sum(case when is_judged and minutes >= 0 then 1 else 0 end) as valid,
    sum(case when is_judged and coalesce(minutes, -1) < 0 then 1 else 0 end) as excluded
  from fires
  group by region_code, source_id, period
)
select
  y.region_code,
  coalesce(o.source_id, y.source_id) as source_id,
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
        when count(y.elsewhere) > 0
          then concat('filed_elsewhere: ', string_agg(distinct y.elsewhere, ' ' order by y.elsewhere))
      end
    ),
    ''
  ) as flag
from quarters y
left join quarters o
  on y.elsewhere is not null and o.elsewhere is null and o.region_code = y.region_code and o.period = y.period
group by y.region_code, coalesce(o.source_id, y.source_id), y.period
