-- Question: what are the values of the year ($year; $region: a region; an empty text asks of all)?
-- Grain: indicator, region; values of years, without breakdown.
select v.indicator_id, v.region_code, v.value, v.state
from indicators.values v
where v.grain = 'Y'
  and v.breakdown = ''
  and date_part('year', v.period) = $year
  and ($region = '' or v.region_code = $region)
order by v.indicator_id, v.region_code
