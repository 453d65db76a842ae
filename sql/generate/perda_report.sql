-- layout: SATPOLPP_REPORT
-- most rows: 40000
-- Reports of a year, 2,000 a year from 2025 back; most are resolved within three weeks.
with reports as (
  select
    *,
    1735689600 - (n / 2000) * 365 * 86400 + cast(floor(b * 365) as bigint) * 86400
      + cast(floor(c * 1440) as bigint) * 60 as reported_at,
    case
      when d < 0.72 then 'resolved'
      when d < 0.82 then 'rejected'
      when d < 0.9 then 'forwarded'
      else 'open'
    end as outcome
  from work.rows
)
select
  concat('LP-', cast(2025 - n / 2000 as varchar), '-', lpad(cast(n % 2000 as varchar), 5, '0')) as report_id,
  region_code,
  to_timestamp_seconds(reported_at) as ts_report,
  case
    when outcome in ('resolved', 'rejected')
      then to_timestamp_seconds(reported_at + cast(1 + floor(e * e * 30 * 24) as bigint) * 3600)
  end as ts_closed,
  make_array('app', 'office', 'phone', 'patrol')[1 + cast(floor(f * 4) as bigint)] as channel,
  make_array(
    'public_order', 'waste', 'street_vendor', 'building', 'advertising', 'alcohol', 'livestock',
    'smoke_free', 'other'
  )[1 + cast(floor(g * 9) as bigint)] as category,
  outcome,
  case
    when h < 0.6 then concat('Perda contoh ', cast(1 + cast(floor(h * 15) as bigint) as varchar), '/2019')
  end as regulation_ref,
  concat('0000', lpad(cast(n as varchar), 8, '0')) as reporter_hash
from reports
