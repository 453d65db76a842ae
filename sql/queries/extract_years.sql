-- Question: for which years are values published?
-- Grain: year.
select distinct cast(date_part('year', period) as bigint) as year
from indicators.values
where value is not null
order by year
