-- Question: how many times a resident's daily waste does a visitor-night leave?
-- Grain: region, month; members: tourist waste with guest-nights, resident waste with person-days.
with monthly_waste as (
  select
    region_code,
    period,
    sum(
      case when source_class in ('hotel_resto', 'attraction') then net_ton else 0 end
    ) as tourist_ton,
    sum(
      case when source_class not in ('hotel_resto', 'attraction') then net_ton else 0 end
    ) as resident_ton
  from core.weighbridge_months
  group by region_code, period
),
monthly_nights as (
  select
    region_code,
    period_month as period,
    sum(nights_wisman + nights_wisnus) as nights
  from core.accommodation_month
  where is_headline and period_type = 'M'
  group by region_code, period_month
),
matched_months as (
  select
    w.region_code,
    w.period,
    w.tourist_ton,
    w.resident_ton,
    n.nights,
    p.pop_mid * date_part('day', w.period + interval '1 month' - interval '1 day') as person_days
  from monthly_waste w
  join monthly_nights n on n.region_code = w.region_code and n.period = w.period
  join core.residents_by_year p
    on p.region_code = w.region_code and p.year = date_part('year', w.period)
)
select
  region_code,
  'M' as grain,
  period,
  'tourist' as member,
  tourist_ton as numerator,
  nights as denominator
from matched_months
union all
select
  region_code,
  'M' as grain,
  period,
  'resident' as member,
  resident_ton as numerator,
  person_days as denominator
from matched_months
