-- Question: how many businesses are active at the period's end?
-- Grain: region, month (a stock: a quarter or year is its last month).
select region_code, 'M' as grain, period, count(*) as numerator
from core.businesses
group by region_code, period
