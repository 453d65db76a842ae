-- Question: which values are published for an indicator ($indicator), the newest first, and what is to be
--   said about each: coverage of a corridor value where it is not whole, flags, whether it is
--   provisional?
-- Grain: grain, period, region, breakdown.
with own_values as (
  select
    v.*,
    cast(v.period as varchar) as first_day,
    v.regions_present < v.regions_expected or v.periods_present < v.periods_expected as is_partial,
    u.indicator_id is not null and v.value is not null as is_provisional
  from indicators.values v
  left join indicators.provisional_periods u
    on u.indicator_id = v.indicator_id
    and u.region_code = v.region_code
    and u.grain = v.grain
    and u.period = v.period
  where v.indicator_id = $indicator
)
select
  case grain
    when 'Y' then substr(first_day, 1, 4)
    when 'Q' then concat(substr(first_day, 1, 4), '-Q', cast(date_part('quarter', period) as varchar))
    else substr(first_day, 1, 7)
  end as period_name,
  region_code,
  breakdown,
  numerator,
  denominator,
  value,
  state,
  concat_ws(
    '; ',
    case when is_partial and regions_expected > 1 then coverage end,
    nullif(flags, ''),
    case when is_provisional then 'provisional' end
  ) as remarks
from own_values
order by grain desc, first_day desc, breakdown, region_code
limit 60
