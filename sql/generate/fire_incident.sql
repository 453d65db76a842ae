-- layout: DAMKAR_INCIDENT
-- most rows: 40000
-- Calls of a year, 2,000 a year from 2025 back. One in twenty-five fires has no time of arrival,
-- one in fifty was written without its date and runs backwards.
with calls as (
  select
    *,
    1735689600 - (n / 2000) * 365 * 86400 + cast(floor(b * 365) as bigint) * 86400
      + cast(floor(c * 1440) as bigint) * 60 as called_at,
    cast(3 + floor(d * d * 32) as bigint) as minutes
  from work.rows
)
select
  concat('KB-', cast(2025 - n / 2000 as varchar), '-', lpad(cast(n % 2000 as varchar), 5, '0')) as incident_id,
  region_code,
  to_timestamp_seconds(called_at) as ts_call,
  case
    when h < 0.04 then null
    when h < 0.06 then to_timestamp_seconds(called_at - minutes * 60)
    else to_timestamp_seconds(called_at + minutes * 60)
  end as ts_arrive,
  case
    when h >= 0.06
      then to_timestamp_seconds(called_at + (minutes + 20 + cast(floor(g * 100) as bigint)) * 60)
  end as ts_out,
  case when a < 0.35 then 'fire_button' when a < 0.85 then 'phone' else 'direct' end as channel,
  case when e < 0.7 then 'fire' when e < 0.92 then 'rescue' else 'false_alarm' end as type,
  f < 0.8 as in_wmk,
  case when e < 0.7 then cast(floor(g * 400) as bigint) * 1000000 end as loss_rp
from calls
