-- Question: how large is what a source filed, beside what it filed before?
-- Grain: dataset, source, region or point, period, period type, measure; current slices. Measure `rows` is
--   the number of rows, others are those of ops.slice_measures, and passengers of a point.
-- The band is learned from the newest 24 figures above zero before (6 at least, else there is none): the
-- median of their logarithms, and five deviations to each side. A deviation is the distance of the
-- quartiles / 1.349, at least 0.2: 0.37 to 2.7 times as much is never outside; of n rows at least
-- 1 / sqrt(n), by which counts of events vary. One odd month in the past changes little. Zero is outside
-- where none of the 24 figures before was.
with figures as (
  select
    dataset,
    source_id,
    region_code,
    period,
    period_type,
    'rows' as measure,
    cast(sum(rows) as double) as value
  from ops.slice_totals
  group by dataset, source_id, region_code, period, period_type
  union all
  -- Of points ops.slice_measures has the regions; who delivers, delivers of points.
  select dataset, source_id, region_code, period, period_type, measure, value
  from ops.slice_measures
  where dataset <> 'transport_movement'
  union all
  select
    'transport_movement',
    source_id,
    point_id,
    period_month,
    period_type,
    'passengers',
    cast(sum(passengers) as double)
  from core.transport_movement
  group by source_id, point_id, period_month, period_type
),
with_past as (
  select
    *,
    count(case when value > 0 then 1 end) over (
      partition by dataset, source_id, region_code, period_type, measure
      order by period
      rows between unbounded preceding and current row
    ) as filed,
    sum(case when value = 0 then 1 else 0 end) over (
      partition by dataset, source_id, region_code, period_type, measure
      order by period
      rows between 24 preceding and current row
    ) as zeros
  from figures
  where value >= 0
),
-- A series is a row, so that its past is a part of a list.
series as (
  select
    dataset,
    source_id,
    region_code,
    period_type,
    measure,
    array_agg(ln(value) order by period) filter (where value > 0) as sizes,
    array_agg(period order by period) as periods,
    array_agg(value order by period) as figures,
    array_agg(filed order by period) as filed,
    array_agg(zeros order by period) as zeros
  from with_past
  group by dataset, source_id, region_code, period_type, measure
  having count(case when value > 0 then 1 end) >= 6
),
periods_filed as (
  select
    dataset,
    source_id,
    region_code,
    period_type,
    measure,
    sizes,
    unnest(periods) as period,
    unnest(figures) as value,
    unnest(filed) as filed,
    unnest(zeros) as zeros
  from series
),
-- Figures above zero before this one.
counted as (
  select *, case when value > 0 then filed - 1 else filed end as before from periods_filed
),
past as (
  select
    dataset,
    source_id,
    region_code,
    period,
    period_type,
    measure,
    value,
    zeros,
    least(before, 24) as periods_before,
    array_sort(array_slice(sizes, greatest(before - 23, 1), before)) as sizes
  from counted
  where before >= 6
),
quartiles as (
  select
    dataset,
    source_id,
    region_code,
    period,
    period_type,
    measure,
    value,
    zeros,
    periods_before,
    (
      array_element(sizes, (periods_before + 1) / 2) + array_element(sizes, (periods_before + 2) / 2)
    ) / 2.0 as size,
    array_element(sizes, periods_before + 1 - (periods_before + 3) / 4)
    - array_element(sizes, (periods_before + 3) / 4) as spread
  from past
),
bands as (
  select
    *,
    5.0 * greatest(
      0.2,
      spread / 1.349,
      case when measure = 'rows' then 1.0 / sqrt(exp(size)) else 0.0 end
    ) as width
  from quartiles
)
select
  dataset,
  source_id,
  region_code,
  period,
  period_type,
  measure,
  value,
  exp(size) as typical,
  exp(size - width) as learned_min,
  exp(size + width) as learned_max,
  periods_before,
  case
    when value = 0 then zeros = 1
    else value < exp(size - width) or value > exp(size + width)
  end as is_outside
from bands
