-- Question: how many visits (kunjungan) were counted?
-- Grain: region, month (or year as filed).
-- Formula: sum of visits of the headline source.
-- Caveat: one person may be counted by several attractions and regencies: visits are never persons.
select
  region_code,
  period_type as grain,
  period_month as period,
  sum(value) as numerator,
  max(case when period_type = 'Y' then 'annual_source' end) as flag
from core.flow_cells
where measure = 'visits' and is_counted
group by region_code, period_type, period_month
