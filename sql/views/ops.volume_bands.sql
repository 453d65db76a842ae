-- Question: how large is what a source filed, beside what it filed before?
-- Grain: dataset, source, region, period, period type, measure; current slices. Measure `rows` is the
--   number of rows, others are those of ops.slice_measures.
-- The band is learned from the newest 24 periods before (6 at least, else there is none): the median of
-- their logarithms, and five deviations to each side. A deviation is the median one (x 1.4826), at least
-- 0.2: a half to twice or thrice as much is never outside; of n rows at least 1 / sqrt(n), by which counts of
-- events vary. One odd month in the past changes little.
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
pairs as (
  select
    f.dataset,
    f.source_id,
    f.region_code,
    f.period,
    f.period_type,
    f.measure,
    f.value,
    ln(p.value) as past_size,
    row_number() over (
      partition by f.dataset, f.source_id, f.region_code, f.period, f.period_type, f.measure
      order by p.period desc
    ) as age
  from figures f
  join figures p
    on p.dataset = f.dataset
    and p.source_id = f.source_id
    and p.region_code = f.region_code
    and p.period_type = f.period_type
    and p.measure = f.measure
    and p.period < f.period
    and p.value > 0
  where f.value > 0
),
typical as (
  select
    dataset,
    source_id,
    region_code,
    period,
    period_type,
    measure,
    max(value) as value,
    count(*) as periods_before,
    median(past_size) as size
  from pairs
  where age <= 24
  group by dataset, source_id, region_code, period, period_type, measure
),
spread as (
  select
    t.dataset,
    t.source_id,
    t.region_code,
    t.period,
    t.period_type,
    t.measure,
    max(t.value) as value,
    max(t.periods_before) as periods_before,
    max(t.size) as size,
    5.0 * greatest(
      0.2,
      1.4826 * median(abs(p.past_size - t.size)),
      case when t.measure = 'rows' then 1.0 / sqrt(exp(max(t.size))) else 0.0 end
    ) as width
  from typical t
  join pairs p
    on p.dataset = t.dataset
    and p.source_id = t.source_id
    and p.region_code = t.region_code
    and p.period = t.period
    and p.period_type = t.period_type
    and p.measure = t.measure
    and p.age <= 24
  where t.periods_before >= 6
  group by t.dataset, t.source_id, t.region_code, t.period, t.period_type, t.measure
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
from spread
