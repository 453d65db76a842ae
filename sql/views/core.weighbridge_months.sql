-- Weighed tonnes a region of origin, month and class of source.
select
  region_origin as region_code,
  cast(date_trunc('month', ts_in) as date) as period,
  source_class,
  sum(net_ton) as net_ton,
  count(*) as tickets
from core.waste_weighbridge
where is_headline
group by region_origin, cast(date_trunc('month', ts_in) as date), source_class
