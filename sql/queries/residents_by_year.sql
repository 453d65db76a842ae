-- Question: how many residents has each region in each year?
-- Grain: region, year.
select region_code, cast(year as bigint) as year, cast(pop_mid as double) as residents
from core.residents_by_year
where pop_mid > 0
