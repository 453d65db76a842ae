-- Question: how far do sources of one measure disagree?
-- Grain: region, year, source; by market and for all. A source counts with its twelve months, else
-- with the row it filed for the year.
-- One that filed some of the months is left out, and the flag says so: ops.disagreements compares
-- the months that both filed.
-- What a source's rows add up to, and whether a market is missing, is the matter of
-- core.flow_totals, here as in every number of visits; what cannot be true is left out too.
-- Without breakdown it is the gap of all visitors. Where a source has no total it is that of one
-- market, and the flag says of which; a member names it too, so that the corridor's never mixes the two.
with impossible as (
  select region_code, source_id, period_type, grain, period, min(detail) as detail
  from ops.impossible_sums
  where dataset = 'visitor_flow' and measure = 'visits'
  group by region_code, source_id, period_type, grain, period
),
source_periods as (
  -- A market that a channel lacks is missing here as in visits_total.
  select t.region_code, t.source_id, t.period_type, t.period_month, t.wisman, t.wisnus, t.total
  from core.flow_totals t
  left anti join impossible i
    on i.region_code = t.region_code
    and i.source_id = t.source_id
    and i.period_type = t.period_type
    and i.grain = t.period_type
    and i.period = t.period_month
  where t.measure = 'visits'
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
sums_by_type as (
  select
    region_code,
    source_id,
    market,
    period_type,
    cast(date_trunc('year', period_month) as date) as year,
    sum(value) as value,
    count(distinct period_month) as months
  from market_periods
  where value is not null
  group by region_code, source_id, market, period_type, date_trunc('year', period_month)
),
years_by_type as (
  select s.*
  from sums_by_type s
  left anti join impossible i
    on i.region_code = s.region_code
    and i.source_id = s.source_id
    and i.period_type = s.period_type
    and i.grain = 'Y'
    and i.period = s.year
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
gaps as (
  select region_code, market, year, source_id, concat(source_id, ' ', months, '/12 months') as gap
  from source_years
  where value is null and months is not null
  union all
  select
    region_code,
    unnest(make_array('wisman', 'wisnus', 'total')) as market,
    cast(date_trunc('year', period) as date) as year,
    source_id,
    min(concat(source_id, ' ', detail)) as gap
  from impossible
  group by region_code, source_id, date_trunc('year', period)
),
years_left_out as (
  select
    region_code,
    market,
    year,
    concat('left_out: ', string_agg(gap, ' ' order by source_id, gap)) as flag
  from gaps
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
),
-- What the gap without breakdown is of; two markets that all sources have, and no total, are both.
compared_sets as (
  select
    region_code,
    year,
    string_agg(distinct market, ' ' order by market) as markets,
    count(distinct source_id) as sources
  from compared_years
  where breakdown = ''
  group by region_code, year
)
select
  m.region_code,
  m.breakdown,
  'Y' as grain,
  m.year as period,
  case when m.breakdown = '' and y.markets <> 'total' then concat(m.source_id, ' ', y.markets) else m.source_id end
    as member,
  sum(m.value) as numerator,
  nullif(
    concat_ws(
      ', ',
      case
        when m.breakdown = '' and max(y.markets) <> 'total' and max(y.sources) > 1
          then concat('only_market: ', max(y.markets))
      end,
      max(l.flag)
    ),
    ''
  ) as flag
from compared_years m
left join compared_sets y on y.region_code = m.region_code and y.year = m.year
left join years_left_out l
  on l.region_code = m.region_code and l.market = m.market and l.year = m.year
where m.breakdown is not null
group by m.region_code, m.breakdown, m.year, m.source_id, y.markets
