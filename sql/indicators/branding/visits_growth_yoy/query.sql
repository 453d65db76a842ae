-- Question: how much did visits grow over the same period a year before?
-- Grain: region, month or year.  Formula: (v - v a year before) / v a year before, inside one source only (indicators.md 3.1 e).
-- One source speaks for all of a region's year, as the headline does, so that no quarter or year adds the growth of two: the headline of
-- the later year if it filed each of its months in both years, else the source that did so for most months, the better ranked of equals.
-- The flag names it, and names all of them for the corridor.
-- A break of the series after the earlier period began and before the later one ended gives no growth (indicators.md 3.8): the flag says why.
with visits as (
  select region_code, source_id, period_type, period_month, bool_or(is_headline) as is_headline, sum(visits) as value
  from core.visitor_counts
  where measure = 'visits' and in_sum
  group by region_code, source_id, period_type, period_month
),
ranks as (
  select slice_region as region_code, source_id, period_type, period, min(source_rank) as source_rank
  from ops.current_slices
  where dataset = 'visitor_flow' and theme = 'visits'
  group by slice_region, source_id, period_type, period
),
pairs as (
  select t.region_code, t.source_id, t.period_type, t.period_month, date_trunc('year', t.period_month) as year, t.is_headline, r.source_rank,
    t.value, y.value as value_before, cast(t.period_month - interval '12 months' as date) as month_before,
    cast(t.period_month + case t.period_type when 'Y' then interval '12 months' when 'Q' then interval '3 months' else interval '1 month' end as date) as next_period
  from visits t
  left join visits y
    on y.region_code = t.region_code and y.source_id = t.source_id and y.period_type = t.period_type
    and y.period_month = cast(t.period_month - interval '12 months' as date)
  left join ranks r
    on r.region_code = t.region_code and r.source_id = t.source_id and r.period_type = t.period_type and r.period = t.period_month
),
speakers as (
  select region_code, period_type, year, source_id,
    row_number() over (
      partition by region_code, period_type, year
      order by bool_or(is_headline) and count(value_before) = count(*) desc, count(value_before) desc, min(source_rank), source_id
    ) as place
  from pairs
  group by region_code, period_type, year, source_id
),
chosen as (
  select p.*
  from pairs p
  join speakers s on s.region_code = p.region_code and s.period_type = p.period_type and s.year = p.year and s.source_id = p.source_id
  where s.place = 1 and p.value_before is not null
),
broken as (
  select p.region_code, p.period_type, p.period_month,
    max(concat('series_break ', b.break_date, ': ', b.reason_id, ' / ', b.reason_en)) as flag
  from chosen p
  join ref.series_break b
    on b.dataset = 'visitor_flow' and b.region_code in (p.region_code, '*') and b.source_id in (p.source_id, '*')
    and b.break_date > p.month_before and b.break_date < p.next_period
  group by p.region_code, p.period_type, p.period_month
),
grown as (
  select p.region_code, p.period_type, p.period_month, p.year, p.source_id, p.is_headline, p.value, p.value_before, b.flag as break_flag
  from chosen p
  left join broken b on b.region_code = p.region_code and b.period_type = p.period_type and b.period_month = p.period_month
),
together as (
  select period_type, year, string_agg(distinct source_id, ' + ' order by source_id) as names from grown where break_flag is null group by period_type, year
)
select s.scope_code, g.region_code, g.period_type as grain, g.period_month as period,
  case when g.break_flag is null then g.value - g.value_before end as numerator,
  case when g.break_flag is null then g.value_before end as denominator,
  case when g.break_flag is not null then 'series_break' end as state,
  case
    when g.break_flag is not null then g.break_flag
    when s.scope_code = g.region_code then concat('source ', g.source_id, case when g.is_headline then '' else ' (not the headline)' end)
    else concat('source ', t.names)
  end as flag
from grown g
join ref.scope s on s.region_code = g.region_code
left join together t on t.period_type = g.period_type and t.year = g.year
