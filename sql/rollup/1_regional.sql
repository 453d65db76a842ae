-- Question: what does each regency bring to each month, quarter and year, and is it complete?
-- Grain: indicator, scope, region, breakdown, grain, period.
-- Rules: sql/README.md C4, C6 (N0, N1), S3.8; the one place for completeness.
-- A longer period is built from all its months, else all its quarters, else the row filed for it;
-- never from some of them.
-- Growth across a break is no growth over any length of time: a broken month breaks its quarter
-- and year, with its reason.
-- A value outside what its card calls possible cannot be true: it is withheld, and the corridor
-- goes on without that region. 1e-9: sums of fractions.
with part_periods as (
  select
    p.indicator_id,
    s.scope_code,
    p.region_code,
    p.breakdown,
    p.grain as from_grain,
    p.period as from_period,
    t.grain,
    t.period,
    p.numerator,
    p.denominator,
    p.flag,
    p.state,
    c.aggregation,
    case when c.time_rule = 'end' then 1 else t.expected end as expected
  from work.parts p
  join work.cards c on c.indicator_id = p.indicator_id
  join ref.scope s
    on s.region_code = p.region_code and s.scope_code = coalesce(p.scope_code, s.scope_code)
  join ref.period t on t.from_grain = p.grain and t.from_period = p.period
  join work.grains w on w.grain = t.grain
  join work.grains f on f.grain = c.grain
  where w.length >= f.length
    and (c.time_rule <> 'end' or t.is_last)
    and (c.scope = 'all' or s.scope_code = 'CORR')
),
sums_by_grain as (
  select
    indicator_id,
    scope_code,
    region_code,
    breakdown,
    grain,
    period,
    from_grain,
    aggregation,
    max(expected) as expected,
    count(distinct case when numerator is not null then from_period end) as numerators,
    sum(numerator) as numerator,
    count(distinct case when denominator is not null then from_period end) as denominators,
    sum(denominator) as denominator,
    max(state) as state,
    max(flag) as flag,
    -- Of the broken parts alone: the others have flags of their own.
    max(case when state = 'series_break' then flag end) as break_flag
  from part_periods
  group by indicator_id, scope_code, region_code, breakdown, grain, period, from_grain, aggregation
),
regional_sums as (
  select
    indicator_id,
    scope_code,
    region_code,
    breakdown,
    grain,
    period,
    aggregation,
    coalesce(
      max(case when from_grain = 'M' and numerators >= expected then numerator end),
      max(case when from_grain = 'Q' and numerators >= expected then numerator end),
      max(case when from_grain = 'Y' and numerators >= expected then numerator end)
    ) as numerator,
    coalesce(
      max(case when from_grain = 'M' and denominators >= expected then denominator end),
      max(case when from_grain = 'Q' and denominators >= expected then denominator end),
      max(case when from_grain = 'Y' and denominators >= expected then denominator end)
    ) as denominator,
    coalesce(
      max(case when from_grain = 'M' and numerators >= expected then 'M' end),
      max(case when from_grain = 'Q' and numerators >= expected then 'Q' end),
      max(case when from_grain = 'Y' and numerators >= expected then 'Y' end),
      max(case when from_grain = 'M' and numerators > 0 then 'M' end),
      max(case when from_grain = 'Q' and numerators > 0 then 'Q' end),
      max(case when from_grain = 'M' and state is not null then 'M' end),
      max(case when from_grain = 'Q' and state is not null then 'Q' end),
      'Y'
    ) as used_grain,
    coalesce(
      max(case when from_grain = 'M' and denominators >= expected then 'M' end),
      max(case when from_grain = 'Q' and denominators >= expected then 'Q' end),
      max(case when from_grain = 'Y' and denominators >= expected then 'Y' end)
    ) as used_denominator_grain,
    max(numerators) as any_numerator,
    max(denominators) as any_denominator,
    max(case when from_grain = 'M' then numerators end) as months,
    max(case when from_grain = 'Q' then numerators end) as quarters,
    max(case when from_grain = 'M' then expected end) as months_expected,
    max(case when from_grain = 'Q' then expected end) as quarters_expected,
    max(case when from_grain = grain then state end) as own_state,
    max(state) as any_state,
    max(break_flag) as break_flag,
    max(case when from_grain = 'M' then flag end) as month_flag,
    max(case when from_grain = 'Q' then flag end) as quarter_flag,
    max(case when from_grain = 'Y' then flag end) as year_flag
  from sums_by_grain
  group by indicator_id, scope_code, region_code, breakdown, grain, period, aggregation
),
regional_values as (
  select
    *,
    -- Of the parts that the value is made of; where there is none, whatever says why.
    case
      when numerator is null then coalesce(break_flag, year_flag, quarter_flag, month_flag)
      else coalesce(
        case used_grain when 'M' then month_flag when 'Q' then quarter_flag else year_flag end,
        case used_denominator_grain
          when 'M' then month_flag
          when 'Q' then quarter_flag
          when 'Y' then year_flag
        end
      )
    end as flag,
    case
      when own_state is not null then own_state
      when numerator is null and break_flag is not null then 'series_break'
      when numerator is null and any_state is not null then 'incomplete'
      when numerator is null and any_numerator = 0 then 'no_data'
      when numerator is null then 'incomplete'
      when aggregation = 'RS' and denominator is null and any_denominator = 0 then 'no_data'
      when aggregation = 'RS' and denominator is null then 'incomplete'
      when aggregation = 'RS' and denominator = 0 then 'denom_zero'
      else 'ok'
    end as state
  from regional_sums
),
-- The region's own value is judged, in the scope of the corridor too: there a ratio may leave out
-- what moves inside the corridor.
bounded_values as (
  select
    s.*,
    c.low,
    c.high,
    max(
      case
        when s.scope_code = s.region_code and s.state = 'ok' then case s.aggregation
          when 'SUM' then c.scale * s.numerator
          when 'NA' then c.scale * s.numerator
          when 'RS' then c.scale * s.numerator / s.denominator
        end
      end
    ) over (partition by s.indicator_id, s.region_code, s.breakdown, s.grain, s.period) as own_value
  from regional_values s
  join work.cards c on c.indicator_id = s.indicator_id
),
checked_values as (
  select
    *,
    case
      when state <> 'ok' then null
      when own_value > high + 1e-9
        then concat('impossible_value: ', round(own_value, 6), ' > ', high)
      when own_value < low - 1e-9 then concat('impossible_value: ', round(own_value, 6), ' < ', low)
    end as impossible
  from bounded_values
)
select
  indicator_id,
  scope_code,
  region_code,
  breakdown,
  grain,
  period,
  numerator,
  denominator,
  used_grain,
  used_denominator_grain,
  coalesce(impossible, flag) as flag,
  case when impossible is not null then 'no_data' else state end as state,
  case
    when state = 'no_data' then 0
    else case used_grain
      when 'M' then months
      when 'Q' then quarters
      else case when numerator is null then 0 else 1 end
    end
  end as periods_present,
  case used_grain
    when 'M' then months_expected
    when 'Q' then quarters_expected
    else 1
  end as periods_expected
from checked_values
