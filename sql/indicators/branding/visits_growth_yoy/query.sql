-- Question: how much did visits grow over the same period a year before?
-- Grain: region, source, month or year, by market and for all.
-- Formula: (v - v a year before) / v a year before, of one source with itself and over equal sets:
-- the same markets, and of attractions those that both periods have, each with the same markets.
-- `equal_places` says how many of those that the period with more of them has.
-- The year's row is set against twelve months of the other year where that has no row, and they against it.
-- A source without the earlier period gives no growth: `series_break` where another source has it.
-- A break of the series after the earlier period began and before the later one ended gives no
-- growth: the flag says why.
-- Rules: sql/README.md S3.1e, S3.7, S3.8
with point_visits as (
  select
    region_code,
    source_id,
    period_type,
    period_month,
    12 * date_part('year', period_month) + date_part('month', period_month) as month_number,
    concat(channel, ' ', coalesce(point_id, '*')) as place,
    market,
    sum(case when in_sum then value end) as counted,
    sum(case when in_market and market <> 'total' then value end) as in_market
  from core.flow_cells
  where measure = 'visits'
  group by region_code, source_id, period_type, period_month, channel, point_id, market
),
cells as (
  select
    region_code,
    source_id,
    period_type,
    period_month,
    month_number,
    place,
    market,
    unnest(make_array('', case when market <> 'total' then market end)) as breakdown,
    unnest(make_array(counted, in_market)) as value
  from point_visits
),
-- A total of both markets is one set with the two markets of the other year.
place_visits as (
  select
    region_code,
    source_id,
    breakdown,
    period_type,
    period_month,
    month_number,
    place,
    case
      when breakdown <> '' or bool_or(market = 'total') or min(market) < max(market) then 'all'
      else min(market)
    end as markets,
    sum(value) as value
  from cells
  where breakdown is not null and value is not null
  group by region_code, source_id, breakdown, period_type, period_month, month_number, place
),
-- Twelve whole months of a place are its year where no row for the year was filed. One with months that
-- lack a market, or that add up to what cannot be true, is none.
years_of_months as (
  select
    region_code,
    source_id,
    breakdown,
    'Y' as period_type,
    cast(date_trunc('year', period_month) as date) as period_month,
    min(month_number) as month_number,
    place,
    markets,
    sum(value) as value
  from place_visits
  where period_type = 'M'
  group by region_code, source_id, breakdown, cast(date_trunc('year', period_month) as date), place, markets
  having count(*) = 12
),
whole_years as (
  select y.*
  from years_of_months y
  left anti join place_visits f
    on f.region_code = y.region_code
    and f.source_id = y.source_id
    and f.breakdown = y.breakdown
    and f.period_type = 'Y'
    and f.month_number = y.month_number
  left anti join core.flow_totals t
    on t.measure = 'visits'
    and t.region_code = y.region_code
    and t.source_id = y.source_id
    and t.period_type = 'M'
    and date_trunc('year', t.period_month) = y.period_month
    and t.missing is not null
    and y.breakdown = ''
  left anti join ops.impossible_sums i
    on i.dataset = 'visitor_flow'
    and i.measure = 'visits'
    and i.region_code = y.region_code
    and i.source_id = y.source_id
    and i.period_type = 'M'
    and date_trunc('year', i.period) = y.period_month
),
filed_visits as (
  select *, true as is_filed from place_visits
  union all
  select *, false as is_filed from whole_years
),
compared_places as (
  select
    *,
    max(value) over year_before as value_before,
    max(case when is_filed then 1 else 0 end) over year_before as filed_before
  from filed_visits
  window year_before as (
    partition by region_code, source_id, breakdown, period_type, place, markets
    order by month_number
    range between 12 preceding and 12 preceding
  )
),
compared_visits as (
  select
    region_code,
    source_id,
    breakdown,
    period_type,
    period_month,
    month_number,
    sum(case when value_before is not null then value end) as value,
    sum(value_before) as value_before,
    count(value_before) as equal_places,
    count(*) as places,
    -- Months against months are parts of their own.
    bool_or(is_filed or coalesce(filed_before, 0) = 1) as rests_on_filed
  from compared_places
  group by region_code, source_id, breakdown, period_type, period_month, month_number
),
completeness as (
  select
    region_code,
    source_id,
    period_type,
    12 * date_part('year', period_month) + date_part('month', period_month) as month_number,
    missing,
    impossible
  from core.flow_totals
  where measure = 'visits'
),
filed_periods as (
  select distinct region_code, breakdown, period_type, month_number from compared_visits
),
judged_visits as (
  select
    v.* exclude (places, rests_on_filed),
    greatest(v.places, coalesce(e.places, 0)) as places,
    f.month_number is not null as any_before,
    case when v.breakdown = '' then n.missing end as missing,
    case when v.breakdown = '' then b.missing end as missing_before,
    b.impossible as impossible_before,
    cast(v.period_month - interval '12 months' as date) as month_before,
    cast(
      v.period_month + case v.period_type
        when 'Y' then interval '12 months'
        when 'Q' then interval '3 months'
        else interval '1 month'
      end as date
    ) as next_period
  from compared_visits v
  left join compared_visits e
    on e.region_code = v.region_code
    and e.source_id = v.source_id
    and e.breakdown = v.breakdown
    and e.period_type = v.period_type
    and e.month_number = v.month_number - 12
  left join completeness n
    on n.region_code = v.region_code
    and n.source_id = v.source_id
    and n.period_type = v.period_type
    and n.month_number = v.month_number
  left join completeness b
    on b.region_code = v.region_code
    and b.source_id = v.source_id
    and b.period_type = v.period_type
    and b.month_number = v.month_number - 12
  left join filed_periods f
    on f.region_code = v.region_code
    and f.breakdown = v.breakdown
    and f.period_type = v.period_type
    and f.month_number = v.month_number - 12
  where v.rests_on_filed
),
breaks as (
  select
    v.region_code,
    v.source_id,
    v.breakdown,
    v.period_type,
    v.period_month,
    max(
      concat('series_break ', b.break_date, ': ', b.reason_id, ' / ', b.reason_en)
    ) as break_flag
  from judged_visits v
  join ref.series_break b
    on b.dataset = 'visitor_flow'
    and b.region_code in (v.region_code, '*')
    and b.source_id in (v.source_id, '*')
    and b.break_date > v.month_before
    and b.break_date < v.next_period
  where v.value_before is not null
  group by v.region_code, v.source_id, v.breakdown, v.period_type, v.period_month
),
growths as (
  select
    v.region_code,
    v.source_id,
    v.breakdown,
    v.period_type,
    v.period_month,
    v.value,
    v.value_before,
    case
      when b.break_flag is not null then 'series_break'
      when v.missing is not null or v.missing_before is not null then 'incomplete'
      when v.impossible_before is not null then 'no_data'
      when v.value_before is null and v.any_before then 'series_break'
      when v.value_before is null then 'no_data'
    end as state,
    case
      when b.break_flag is not null then b.break_flag
      when v.missing is not null then concat('missing: ', v.missing)
      when v.missing_before is not null then concat('missing: ', v.missing_before, ' a year before')
      when v.impossible_before is not null then concat(v.impossible_before, ' a year before')
      when v.value_before is null and v.any_before
        then concat('series_break: ', v.source_id, ' did not file it a year before')
      when v.value_before is null then 'missing: a year before'
      when v.equal_places < v.places
        then concat('equal_places: ', v.equal_places, ' of ', v.places)
    end as flag
  from judged_visits v
  left join breaks b
    on b.region_code = v.region_code
    and b.source_id = v.source_id
    and b.breakdown = v.breakdown
    and b.period_type = v.period_type
    and b.period_month = v.period_month
)
select
  region_code,
  source_id,
  'visits' as theme,
  breakdown,
  period_type as grain,
  period_month as period,
  case when state is null then value - value_before end as numerator,
  case when state is null then value_before end as denominator,
  state,
  flag
from growths
