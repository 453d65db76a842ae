-- Question: how much waste arises per resident and day?
-- Grain: region, source, month or year as filed.
-- Formula: 1000 x tonnes / (population x days); days as the source of the tonnes counts them.
-- Rules: sql/README.md C7
select
  w.region_code,
  w.source_id,
  'waste_generation' as theme,
  w.period_type as grain,
  w.period_month as period,
  w.gen_ton as numerator,
  p.pop_mid * w.days as denominator,
  concat_ws(', ', w.basis, concat('population ', p.source_id)) as basis
from core.waste_arising w
left join core.residents_by_year p
  on p.region_code = w.region_code and p.year = date_part('year', w.period_month)
