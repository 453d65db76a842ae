-- Question: which share of the waste that arises is recycled?
-- Grain: region, month or year as filed.
-- Formula: tonnes / generation (A), both of their headline source. A blank D or E
-- counts as 0 and is flagged.
-- Rules: sql/README.md N2, S1.9
select
  a.region_code,
  a.period_type as grain,
  a.period_month as period,
  max(
    case
      when h.region_code is not null then coalesce(h.recycled_ton, 0) + coalesce(h.feedstock_ton, 0)
    end
  ) as numerator,
  sum(a.gen_ton) as denominator,
  max(case when h.recycled_ton is null or h.feedstock_ton is null then 'blank_as_zero' end) as flag
from core.waste_arising a
left join core.waste_handling h
  on h.is_headline
  and h.region_code = a.region_code
  and h.period_type = a.period_type
  and h.period_month = a.period_month
group by a.region_code, a.period_type, a.period_month
