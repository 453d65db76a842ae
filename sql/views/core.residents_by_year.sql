-- Population a region and year, of the headline source.
select region_code, year, max(pop_mid) as pop_mid, min(source_id) as source_id
from core.population
where is_headline
group by region_code, year
