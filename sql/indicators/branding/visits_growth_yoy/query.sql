-- Question: how much did visits grow over the same period a year before?
-- Grain: region, month or year.  Formula: (v - v a year before) / v a year before, inside one source only.
-- A break of the series after the earlier period began and before the later one ended gives no growth (indicators.md 3.8): the flag says why.
with visits as (
  select region_code, source_id, period_type, period_month, sum(value) as value from core.visits group by region_code, source_id, period_type, period_month
),
pairs as (
  select t.region_code, t.source_id, t.period_type, t.period_month, t.value, y.value as value_before, y.period_month as month_before,
    cast(t.period_month + case t.period_type when 'Y' then interval '12 months' when 'Q' then interval '3 months' else interval '1 month' end as date) as next_period
  from visits t
  join visits y
    on y.region_code = t.region_code and y.source_id = t.source_id and y.period_type = t.period_type
    and y.period_month = cast(t.period_month - interval '12 months' as date)
),
broken as (
  select p.region_code, p.source_id, p.period_type, p.period_month,
    max(concat('series_break ', b.break_date, ': ', b.reason_id, ' / ', b.reason_en)) as flag
  from pairs p
  join ref.series_break b
    on b.dataset = 'visitor_flow' and b.region_code in (p.region_code, '*') and b.source_id in (p.source_id, '*')
    and b.break_date > p.month_before and b.break_date < p.next_period
  group by p.region_code, p.source_id, p.period_type, p.period_month
)
select p.region_code, p.period_type as grain, p.period_month as period,
  case when b.flag is null then p.value - p.value_before end as numerator,
  case when b.flag is null then p.value_before end as denominator,
  case when b.flag is not null then 'series_break' end as state,
  b.flag
from pairs p
left join broken b
  on b.region_code = p.region_code and b.source_id = p.source_id and b.period_type = p.period_type and b.period_month = p.period_month
