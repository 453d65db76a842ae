-- Question: of which indicators are values of the year of a day ($period) withheld?
-- Grain: indicator.
-- Rules: sql/README.md S3.4
select distinct indicator_id
from indicators.values
where state = 'suppressed'
  and flags like 'suppressed: %'
  and date_part('year', period) = date_part('year', $period)
order by indicator_id
