-- Question: what does each indicator mean?
-- Grain: indicator.
select
  indicator_id,
  dimension,
  title,
  title_en,
  unit,
  unit_en,
  grain,
  aggregation,
  polarity,
  formula,
  formula_en,
  method,
  method_en,
  standard
from ref.indicator
order by dimension, indicator_id
