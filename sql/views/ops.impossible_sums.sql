-- Question: which sums of what was filed cannot be true, so that no number may rest on them?
-- Grain: dataset, measure, region, source, period.
-- Rules: sql/README.md S1.1
select
  'visitor_flow' as dataset,
  measure,
  region_code,
  source_id,
  period_type,
  period_month as period,
  min(impossible) as detail
from core.flow_totals
where impossible is not null
group by measure, region_code, source_id, period_type, period_month
