-- Question: which rows of a dataset ($dataset) make no number, and why, as far as what is published says it?
-- Grain: source, region, period, period_type, measure (empty: all rows).
select
  w.source_id,
  w.region_code,
  w.period,
  w.period_type,
  coalesce(w.measure, '') as measure,
  -- What it looks like says more than that it cannot be.
  coalesce(
    string_agg(distinct w.withheld, ', ' order by w.withheld) filter (where w.field is not null),
    min(w.withheld)
  ) as withheld
from ops.withheld_figures w
left join ref.column c on c.dataset = w.dataset and c.column_name = w.field
where w.dataset = $dataset and (w.field is null or c.is_published)
group by w.source_id, w.region_code, w.period, w.period_type, coalesce(w.measure, '')
