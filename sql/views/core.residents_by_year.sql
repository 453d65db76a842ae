-- Population a region and year, of the headline source.
select region_code, year, max(pop_mid) as pop_mid
from core.population
where is_headline
group by region_code, year
