-- Question: for which years are there values or targets, and which are frozen?
-- Grain: year.
select y.year, max(e.release_id) as frozen_to
from (
  select cast(date_part('year', period) as bigint) as year from indicators.values where grain = 'Y'
  union
  select year from core.target
) y
left join ops.evaluations e on e.year = y.year
group by y.year
order by y.year
