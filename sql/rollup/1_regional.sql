-- Question: what does each regency bring to each month, quarter and year, and is it complete?
-- Grain: indicator, scope, region, breakdown, grain, period.  Rules: indicators.md C6 (N0, N1), 3.6; the one place for completeness.
-- A longer period is built from all its months, else all its quarters, else the row filed for it; never from some of them.
with placed as (
  select p.indicator_id, s.scope_code, p.region_code, p.breakdown, p.grain as from_grain, p.period as from_period, t.grain, t.period,
    p.numerator, p.denominator, p.flag, p.state, c.aggregation,
    case when c.time_rule = 'end' then 1 else t.expected end as expected
  from work.parts p
  join work.cards c on c.indicator_id = p.indicator_id
  join ref.scope s on s.region_code = p.region_code and s.scope_code = coalesce(p.scope_code, s.scope_code)
  join ref.period t on t.from_grain = p.grain and t.from_period = p.period
  join work.grains w on w.grain = t.grain
  join work.grains f on f.grain = c.grain
  where w.length >= f.length
    and (c.time_rule <> 'end' or t.is_last)
    and (c.scope = 'all' or s.scope_code = 'CORR')
),
by_grain as (
  select indicator_id, scope_code, region_code, breakdown, grain, period, from_grain, aggregation,
    max(expected) as expected,
    count(distinct case when numerator is not null then from_period end) as numerators,
    sum(numerator) as numerator,
    count(distinct case when denominator is not null then from_period end) as denominators,
    sum(denominator) as denominator,
    max(state) as state,
    max(flag) as flag
  from placed
  group by indicator_id, scope_code, region_code, breakdown, grain, period, from_grain, aggregation
),
resolved as (
  select indicator_id, scope_code, region_code, breakdown, grain, period, aggregation,
    coalesce(
      max(case when from_grain = 'M' and numerators >= expected then numerator end),
      max(case when from_grain = 'Q' and numerators >= expected then numerator end),
      max(case when from_grain = 'Y' and numerators >= expected then numerator end)) as numerator,
    coalesce(
      max(case when from_grain = 'M' and denominators >= expected then denominator end),
      max(case when from_grain = 'Q' and denominators >= expected then denominator end),
      max(case when from_grain = 'Y' and denominators >= expected then denominator end)) as denominator,
    coalesce(
      max(case when from_grain = 'M' and numerators >= expected then 'M' end),
      max(case when from_grain = 'Q' and numerators >= expected then 'Q' end),
      max(case when from_grain = 'Y' and numerators >= expected then 'Y' end),
      max(case when from_grain = 'M' and numerators > 0 then 'M' end),
      max(case when from_grain = 'Q' and numerators > 0 then 'Q' end),
      'Y') as used_grain,
    max(numerators) as any_numerator,
    max(denominators) as any_denominator,
    max(case when from_grain = 'M' then numerators end) as months,
    max(case when from_grain = 'Q' then numerators end) as quarters,
    max(case when from_grain = 'M' then expected end) as months_expected,
    max(case when from_grain = 'Q' then expected end) as quarters_expected,
    max(case when from_grain = grain then state end) as own_state,
    max(state) as any_state,
    max(flag) as flag
  from by_grain
  group by indicator_id, scope_code, region_code, breakdown, grain, period, aggregation
),
stated as (
  select *,
    case
      when own_state is not null then own_state
      when numerator is null and any_state is not null then 'incomplete'
      when numerator is null and any_numerator = 0 then 'no_data'
      when numerator is null then 'incomplete'
      when aggregation = 'RS' and denominator is null and any_denominator = 0 then 'no_data'
      when aggregation = 'RS' and denominator is null then 'incomplete'
      when aggregation = 'RS' and denominator = 0 then 'denom_zero'
      else 'ok'
    end as state
  from resolved
)
select indicator_id, scope_code, region_code, breakdown, grain, period, numerator, denominator, used_grain, flag, state,
  case when state = 'no_data' then 0 else case used_grain when 'M' then months when 'Q' then quarters else case when numerator is null then 0 else 1 end end end
    as periods_present,
  case used_grain when 'M' then months_expected when 'Q' then quarters_expected else 1 end as periods_expected
from stated
