-- Question: on how few source countries does foreign tourism rest?
-- Grain: region, source, month or year, country of residence.
-- Caveat: unknown origin (XXX) is not a market; above 20 % of it there is no value (`incomplete`). A period in which
-- a channel lacks its foreign visits is not whole here either, as in visits_total.
select
  c.region_code,
  c.source_id,
  'visits' as theme,
  c.period_type as grain,
  c.period_month as period,
  c.origin_code as member,
  case when t.wisman is not null then sum(c.visits) end as numerator,
  case when t.wisman is null then 'incomplete' end as state,
  case when t.wisman is null then 'missing: wisman' end as flag,
  t.wisman_basis as basis
from core.visitor_counts c
join core.flow_totals t
  on t.region_code = c.region_code
  and t.source_id = c.source_id
  and t.period_type = c.period_type
  and t.period_month = c.period_month
  and t.measure = 'visits'
where c.measure = 'visits' and c.market = 'wisman'
group by c.region_code, c.source_id, c.period_type, c.period_month, c.origin_code, t.wisman, t.wisman_basis
