-- Question: how large is what a source filed, beside what it filed before?
-- Grain: dataset, source, region, period, period type, measure; current slices. Measure `rows` is the
--   number of rows, others are those of ops.slice_measures.
-- The band is learned from the newest 24 periods before (6 at least, else there is none): the median of
-- their logarithms, and five deviations to each side. A deviation is the distance of the quartiles / 1.349,
-- at least 0.2: a half to twice or thrice as much is never outside; of n rows at least 1 / sqrt(n), by which
-- counts of events vary. One odd month in the past changes little.
with figures as (
  select
    dataset,
    source_id,
    region_code,
    period,
    period_type,
    'rows' as measure,
    cast(max(rows) as double) as value
  from ops.slice_totals
  group by dataset, source_id, region_code, period, period_type
  union all
  select dataset, source_id, region_code, period, period_type, measure, value
  from ops.slice_measures
),
-- A series is a row, so that its past is a part of a list.
series as (
  select
    dataset,
    source_id,
    region_code,
    period_type,
    measure,
    array_agg(period order by period) as periods,
    array_agg(value order by period) as figures,
    array_agg(ln(value) order by period) as sizes,
    count(*) as periods_filed
  from figures
  where value > 0
  group by dataset, source_id, region_code, period_type, measure
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
    unnest(generate_series(1, periods_filed)) as position
  from series
  where periods_filed > 6
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
    least(position - 1, 24) as periods_before,
    array_sort(array_slice(sizes, greatest(position - 24, 1), position - 1)) as sizes
  from periods_filed
  where position > 6
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
    periods_before,
    (
      array_element(sizes, (periods_before + 1) / 2) + array_element(sizes, (periods_before + 2) / 2)
    ) / 2.0 as size,
    array_element(sizes, (3 * periods_before + 1) / 4)
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
  value < exp(size - width) or value > exp(size + width) as is_outside
from bands
