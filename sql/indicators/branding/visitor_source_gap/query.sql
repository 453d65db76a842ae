-- Question: how far do sources of one measure disagree?
-- Grain: region, year, source; by market and for all. A source counts with its twelve months, else
-- with the row it filed for the year.
-- One that filed some of the months is left out, and the flag says so: ops.disagreements compares
-- the months that both filed.
-- What a source's rows add up to, and whether a market is missing, is the matter of
-- core.flow_totals, here as in every number of visits.
with source_periods as (
  -- A market that a channel lacks is missing here as in visits_total.
  select region_code, source_id, period_type, period_month, wisman, wisnus, total
  from core.flow_totals
  where measure = 'visits'
),
market_periods as (
  select
    region_code,
    source_id,
    period_type,
    period_month,
    unnest(make_array('wisman', 'wisnus', 'total')) as market,
    unnest(make_array(wisman, wisnus, total)) as value
  from source_periods
),
years_by_type as (
  select
    region_code,
    source_id,
    market,
    period_type,
    date_trunc('year', period_month) as year,
    sum(value) as value,
    count(distinct period_month) as months
  from market_periods
  where value is not null
  group by region_code, source_id, market, period_type, date_trunc('year', period_month)
),
source_years as (
  select
    region_code,
    source_id,
    market,
    year,
    coalesce(
      max(case when period_type = 'M' and months = 12 then value end),
      max(case when period_type = 'Y' then value end)
    ) as value,
    max(case when period_type = 'M' then months end) as months
  from years_by_type
  group by region_code, source_id, market, year
),
years_left_out as (
  select
    region_code,
    market,
    year,
    concat(
      'left_out: ', string_agg(concat(source_id, ' ', months, '/12 months'), ' ' order by source_id)
    ) as flag
  from source_years
  where value is null and months is not null
  group by region_code, market, year
),
-- For all visitors: the total if every source of the region and year has one, else the market that
-- every one has filed; what one source alone counts is no disagreement.
counted_years as (
  select
    *,
    count(*) over (partition by region_code, year, market) as filed_by,
    case
      when row_number() over (partition by region_code, year, source_id order by market) = 1 then 1
      else 0
    end as is_first
  from source_years
  where value is not null
),
comparable_years as (
  select
    *,
    filed_by = sum(is_first) over (partition by region_code, year) as is_common
  from counted_years
),
years_with_total as (
  select
    *,
    bool_or(is_common and market = 'total') over (partition by region_code, year) as has_total
  from comparable_years
),
compared_years as (
  select
    region_code,
    market,
    year,
    source_id,
    value,
    unnest(
      make_array(
        case when market <> 'total' then market end,
        case when is_common and (market = 'total' or not has_total) then '' end
      )
    ) as breakdown
  from years_with_total
)
select
  m.region_code,
  m.breakdown,
  'Y' as grain,
  cast(m.year as date) as period,
  m.source_id as member,
  sum(m.value) as numerator,
  max(l.flag) as flag
from compared_years m
left join years_left_out l
  on l.region_code = m.region_code and l.market = m.market and l.year = m.year
where m.breakdown is not null
group by m.region_code, m.breakdown, m.year, m.source_id
