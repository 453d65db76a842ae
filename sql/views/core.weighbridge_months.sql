-- Weighed tonnes a source, facility, region of origin, month and class of source.
select
  region_origin as region_code,
  source_id,
  facility_id,
  cast(date_trunc('month', ts_in) as date) as period,
  source_class,
  sum(net_ton) as net_ton,
  count(*) as tickets
from core.waste_weighbridge
group by
  region_origin, source_id, facility_id, cast(date_trunc('month', ts_in) as date), source_class
