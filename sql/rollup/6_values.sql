-- Question: what is the value over each scope, and what is its state?
-- Grain: indicator, region (CORR = corridor), breakdown, grain, period. No value without its state.
-- Rules: sql/README.md C4, C5; the one place for states of pooled and of corridor values.
-- The result is work.stated: the columns that are published but flags, and what 8_flags makes those
-- of: flag (from the parts) and impossible (why a value was withheld).
with pooled_scopes as (
  select
    s.*,
    p.value as pooled_value,
    p.numerator as pooled_numerator,
    p.denominator as pooled_denominator,
    -- The state, and behind a comma the flag that says why.
    nullif(split_part(p.state, ', ', 1), '') as pooled_state,
    nullif(split_part(p.state, ', ', 2), '') as pooled_flag
  from work.scopes s
  left join work.pool_values p
    on p.indicator_id = s.indicator_id
    and p.scope_code = s.scope_code
    and p.breakdown = s.breakdown
    and p.grain = s.grain
    and p.period = s.period
),
computed_values as (
  select
    *,
    case
      when aggregation = 'POOL' and state in ('ok', 'partial_coverage') then case
        when pooled_state is not null then pooled_state
        when pooled_value is null then 'denom_zero'
        else state
      end
      else state
    end as computed_state,
    case aggregation
      when 'POOL' then pooled_value
      when 'RS' then scale * numerator / nullif(denominator, 0)
      else scale * numerator
    end as computed_value
  from pooled_scopes
),
-- The last guard: a pooled or a corridor value that cannot be true is withheld as well
-- (regional ones: 3_regional.sql). All of A handled is 100 % and not the last digit of
-- a sum of fractions more.
bounded_values as (
  select
    v.*,
    case
      when v.computed_value > c.high then c.high
      when v.computed_value < c.low then c.low
      else v.computed_value
    end as bounded_value,
    case
      when v.computed_state not in ('ok', 'partial_coverage') then null
      when v.computed_value > c.high + 1e-9
        then concat('impossible_value: ', round(v.computed_value, 6), ' > ', c.high)
      when v.computed_value < c.low - 1e-9
        then concat('impossible_value: ', round(v.computed_value, 6), ' < ', c.low)
    end as impossible
  from computed_values v
  left join work.cards c on c.indicator_id = v.indicator_id
),
stated_values as (
  select
    *,
    case when impossible is not null then 'no_data' else computed_state end as final_state
  from bounded_values
)
select
  indicator_id,
  dimension,
  scope_code as region_code,
  grain,
  period,
  breakdown,
  case
    when final_state in ('ok', 'partial_coverage', 'denom_zero')
      then case when aggregation = 'POOL' then pooled_numerator else numerator end
  end as numerator,
  case
    when final_state in ('ok', 'partial_coverage', 'denom_zero')
      then case when aggregation = 'POOL' then pooled_denominator else denominator end
  end as denominator,
  case when final_state in ('ok', 'partial_coverage') then bounded_value end as value,
  final_state as state,
  concat(
    regions_present, '/', regions_expected, ' regencies, ', periods_present, '/', periods_expected,
    ' periods',
    case when missing_regions is null then '' else concat(' (missing ', missing_regions, ')') end
  ) as coverage,
  regions_present,
  regions_expected,
  periods_present,
  periods_expected,
  missing_regions,
  case
    when final_state = pooled_state and pooled_flag is not null then concat_ws(', ', flag, pooled_flag)
    else flag
  end as flag,
  sources,
  impossible
from stated_values
