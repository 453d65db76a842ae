-- Weighed tonnes a source, facility, region of origin, month and class of source.
-- A blank net is gross less tare, or for a load that was not weighed its volume x the density of its
-- day.
-- Rules: sql/README.md S1.10
with tickets as (
  select
    region_origin as region_code,
    source_id,
    facility_id,
    cast(date_trunc('month', ts_in) as date) as period,
    source_class,
    coalesce(
      net_ton,
      case
        when weighed then (gross_kg - tare_kg) / 1000.0
        else volume_m3 * param('waste_density', region_origin, ts_in)
      end
    ) as net_ton
  from core.waste_weighbridge
)
select
  region_code,
  source_id,
  facility_id,
  period,
  source_class,
  sum(net_ton) as net_ton,
  count(*) as tickets
from tickets
group by region_code, source_id, facility_id, period, source_class
