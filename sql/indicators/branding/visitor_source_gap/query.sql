-- Question: how far do sources of one measure disagree?
-- Grain: region, year, source; by market and for all.  A source counts with its twelve months, else with the row it filed for the year.
-- What a source's rows add up to, whole region or points, is the matter of core.visitor_counts, here as in ops.disagreements.
with filed as (
  select region_code, source_id, market, period_type, period_month, sum(visits) as value
  from core.visitor_counts
  where measure = 'visits' and market in ('wisman', 'wisnus')
  group by region_code, source_id, market, period_type, period_month
  union all
  -- One market alone is no total.
  select region_code, source_id, 'total' as market, period_type, period_month, sum(case when in_sum then visits end) as value
  from core.visitor_counts
  where measure = 'visits'
  group by region_code, source_id, period_type, period_month
  having bool_or(market = 'total' and in_sum) or (bool_or(market = 'wisman') and bool_or(market = 'wisnus'))
),
by_type as (
  select region_code, source_id, market, period_type, date_trunc('year', period_month) as year, sum(value) as value, count(distinct period_month) as months
  from filed
  group by region_code, source_id, market, period_type, date_trunc('year', period_month)
),
yearly as (
  select region_code, source_id, market, year,
    coalesce(max(case when period_type = 'M' and months = 12 then value end), max(case when period_type = 'Y' then value end)) as value
  from by_type group by region_code, source_id, market, year
),
-- For all visitors: the total if every source of the region and year has one, else the market that every one has filed; what one source
-- alone counts is no disagreement.
sources as (
  select region_code, year, count(distinct source_id) as sources from yearly where value is not null group by region_code, year
),
common as (
  select y.region_code, y.year, y.market, max(case when y.market = 'total' then 1 else 0 end) over (partition by y.region_code, y.year) as has_total
  from yearly y
  join sources n on n.region_code = y.region_code and n.year = y.year
  where y.value is not null
  group by y.region_code, y.year, y.market, n.sources
  having count(distinct y.source_id) = n.sources
),
markets as (
  select region_code, market as breakdown, year, source_id, value from yearly where value is not null and market <> 'total'
  union all
  select y.region_code, '' as breakdown, y.year, y.source_id, sum(y.value) as value
  from yearly y
  join common c on c.region_code = y.region_code and c.year = y.year and c.market = y.market and (c.market = 'total' or c.has_total = 0)
  group by y.region_code, y.year, y.source_id
)
select region_code, breakdown, 'Y' as grain, cast(year as date) as period, source_id as member, value as numerator from markets where value is not null
