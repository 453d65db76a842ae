-- Population a region, with the year as a period.
select region_code, make_date(year, 1, 1) as period, pop_mid
from core.residents_by_year
