-- Question: on how few source countries does foreign tourism rest?
-- Grain: region, source, month or year, country of residence.
-- Caveat: unknown origin (XXX) is not a market; a year with above 20 % of it has no value (`incomplete`), and its
-- region is none of the corridor's. A period in which a channel lacks its foreign visits is not whole here either,
-- as in visits_total.
-- Rules: sql/README.md C6, S3.1b, N4
with origins as (
  select
    c.region_code,
    c.source_id,
    c.period_type,
    c.period_month,
    c.origin_code,
    t.wisman,
    t.wisman_basis,
    sum(c.visits) as visits
  from core.visitor_counts c
  join core.flow_totals t
    on t.region_code = c.region_code
    and t.source_id = c.source_id
    and t.period_type = c.period_type
    and t.period_month = c.period_month
    and t.measure = 'visits'
  where c.measure = 'visits' and c.market = 'wisman'
  group by
    c.region_code, c.source_id, c.period_type, c.period_month, c.origin_code, t.wisman, t.wisman_basis
),
origins_of_years as (
  select
    *,
    sum(visits) over of_year as visits_of_year,
    sum(case when origin_code = 'XXX' then visits else 0 end) over of_year as unknown_of_year
  from origins
  window of_year as (partition by region_code, source_id, period_type, date_part('year', period_month))
),
judged_origins as (
  select
    *,
    case
      when wisman is null then 'missing: wisman'
      when 5 * unknown_of_year > visits_of_year
        then concat('unknown_origin: ', round(100.0 * unknown_of_year / visits_of_year, 1), ' %')
    end as gap
  from origins_of_years
)
select
  region_code,
  source_id,
  'visits' as theme,
  period_type as grain,
  period_month as period,
  origin_code as member,
  case when gap is null then visits end as numerator,
  case when gap is not null then 'incomplete' end as state,
  gap as flag,
  wisman_basis as basis
from judged_origins
