-- Question: how far do sources of one measure disagree?
-- Grain: region, year, source; by market and for all.  A source counts with its twelve months, else with the row it filed for the year.
with filed as (
  select region_code, source_id, market, period_type, date_trunc('year', period_month) as year, sum(value) as value, count(distinct period_month) as months
  from core.visitor_flow
  where measure = 'visits'
  group by region_code, source_id, market, period_type, date_trunc('year', period_month)
),
yearly as (
  select region_code, source_id, market, year,
    coalesce(max(case when period_type = 'M' and months = 12 then value end), max(case when period_type = 'Y' then value end)) as value
  from filed group by region_code, source_id, market, year
),
markets as (
  select region_code, market as breakdown, year, source_id, value from yearly where value is not null and market in ('wisman', 'wisnus')
  union all
  -- All visitors: the total as filed, else both markets; a source that counts one market only says nothing of all.
  select region_code, '' as breakdown, year, source_id,
    coalesce(max(case when market = 'total' then value end), max(case when market = 'wisman' then value end) + max(case when market = 'wisnus' then value end)) as value
  from yearly group by region_code, year, source_id
)
select region_code, breakdown, 'Y' as grain, cast(year as date) as period, source_id as member, value as numerator from markets where value is not null
