-- Question: how many values of the year ($year) are there, and why are others not ($region: a region;
--   an empty text asks of all)?
-- Grain: region, dimension; values of years, without breakdown.
select
  v.region_code,
  v.dimension,
  count(*) as indicators,
  count(case when v.state = 'ok' then 1 end) as complete,
  count(case when v.state = 'partial_coverage' then 1 end) as partial,
  count(case when v.state = 'incomplete' then 1 end) as incomplete,
  count(
    case when v.state not in ('ok', 'partial_coverage', 'incomplete', 'suppressed') then 1 end
  ) as no_value,
  count(case when v.state = 'suppressed' then 1 end) as suppressed,
  count(case when v.value is not null and coalesce(v.flags, '') like '%synthetic%' then 1 end) as synthetic
from indicators.values v
left join (select distinct scope_code, scope_order from ref.scope) s on s.scope_code = v.region_code
where v.grain = 'Y'
  and v.breakdown = ''
  and date_part('year', v.period) = $year
  and ($region = '' or v.region_code = $region)
group by v.region_code, v.dimension, s.scope_order
order by s.scope_order, v.dimension
