-- Findings for a person to look at: what looks wrong in the current slices (ops.slice_findings),
-- and the values of the release that were withheld because they cannot be true (`possible` of its
-- card; measure is the indicator). The release goes on with both.
select
  dataset,
  source_id,
  region_code,
  period,
  period_type,
  measure,
  check_name,
  severity,
  detail_id,
  detail_en,
  value,
  compared_with,
  grain,
  is_headline,
  is_headline and is_counted as is_counted
from ops.slice_findings
union all
select
  cast(null as varchar) as dataset,
  cast(null as varchar) as source_id,
  v.region_code,
  v.period,
  v.grain as period_type,
  v.indicator_id as measure,
  'impossible_value' as check_name,
  'warn' as severity,
  concat(
    'Nilai ditahan karena tidak mungkin benar (', v.flags, '); periksa baris di baliknya'
  ) as detail_id,
  concat(
    'Value withheld, as it cannot be true (', v.flags, '); check the rows behind it'
  ) as detail_en,
  cast(null as double) as value,
  cast(null as double) as compared_with,
  v.grain,
  true as is_headline,
  true as is_counted
from indicators.values v
where v.state = 'no_data' and v.flags like 'impossible_value%'
