-- Question: how far does the peak month of weighed waste stand above the mean?
-- Grain: region, source of each facility, month.
select
  region_code,
  source_id,
  concat('weighbridge:', facility_id) as theme,
  'M' as grain,
  period,
  sum(net_ton) as numerator
from core.weighbridge_months
group by region_code, source_id, facility_id, period
