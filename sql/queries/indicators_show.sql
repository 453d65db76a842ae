-- Question: which values are published for an indicator ($indicator), the newest first, and what is to be
--   said about each: coverage of a corridor value where it is not whole, flags?
-- Grain: grain, period, region, breakdown.
select
  case grain
    when 'Y' then substr(cast(period as varchar), 1, 4)
    when 'Q' then concat(
      substr(cast(period as varchar), 1, 4),
      '-Q',
      cast(date_part('quarter', period) as varchar)
    )
    else substr(cast(period as varchar), 1, 7)
  end as period,
  region_code as region,
  breakdown,
  numerator,
  denominator,
  value,
  state,
  concat_ws(
    '; ',
    case
      when regions_expected > 1
        and (regions_present < regions_expected or periods_present < periods_expected)
        then coverage
    end,
    flags
  ) as remarks
from indicators.values v
where indicator_id = $indicator
order by grain desc, v.period desc, breakdown, region_code
limit 60
