-- Question: how far does the peak month of weighed waste stand above the mean?
-- Grain: region, month.
select region_code, 'M' as grain, period, sum(net_ton) as numerator
from core.weighbridge_months
group by region_code, period
