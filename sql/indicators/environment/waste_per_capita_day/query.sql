-- Question: how much waste arises per resident and day?
-- Grain: region, month or year as filed.
-- Formula: 1000 x tonnes / (population x days); a year filed as such counts 365 days.
-- Rules: sql/README.md C7
select
  w.region_code,
  w.period_type as grain,
  w.period_month as period,
  sum(w.gen_ton) as numerator,
  max(
    p.pop_mid * case
      when w.period_type = 'Y' then 365
      else date_part('day', w.period_month + interval '1 month' - interval '1 day')
    end
  ) as denominator,
  max(case when w.period_type = 'Y' then 'annual_source' end) as flag
from core.waste_arising w
left join core.residents_by_year p
  on p.region_code = w.region_code and p.year = date_part('year', w.period_month)
group by w.region_code, w.period_type, w.period_month
