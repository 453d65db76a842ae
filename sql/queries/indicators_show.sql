-- Question: which values are published for an indicator ($indicator), the newest first, and what is to be
--   said about each: coverage of a corridor value where it is not whole, flags?
-- Grain: grain, period, region, breakdown.
with own_values as (
  select
    *,
    cast(period as varchar) as first_day,
    regions_present < regions_expected or periods_present < periods_expected as is_partial
  from indicators.values
  where indicator_id = $indicator
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
  concat_ws('; ', case when is_partial and regions_expected > 1 then coverage end, flags) as remarks
from own_values
order by grain desc, first_day desc, breakdown, region_code
limit 60
