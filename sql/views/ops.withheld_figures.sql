-- Question: which current figures make no number of an indicator, and why?
-- Grain: dataset, source, region, period as filed, and what is withheld of it: all rows (measure null) or those
--   of one measure; field where it is a column of them.
-- They stand in their dataset as they were filed; the numbers go on without them (rollup step 1). A sum over a
-- longer time that cannot be true is no row's: ops.impossible_sums.
-- The reason has no other number in it: what the sum is made of need not be published.
-- Rules: sql/README.md S3.3
select
  dataset,
  source_id,
  region_code,
  period,
  period_type,
  cast(null as varchar) as measure,
  split_part(measure, '.', 1) as field,
  detail as withheld
from ops.magnitudes
union all
select
  s.dataset,
  s.source_id,
  s.region_code,
  s.period,
  s.period_type,
  -- Where rows do not name their measure the dataset has one alone.
  case when c.column_name is not null then s.measure end as measure,
  cast(null as varchar) as field,
  split_part(s.detail, ':', 1) as withheld
from ops.impossible_sums s
left join ref.column c on c.dataset = s.dataset and c.column_name = 'measure'
where s.grain = s.period_type
