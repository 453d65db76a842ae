-- Weighed tonnes a source, facility, region of origin, month and class of source.
-- A blank net is gross less tare, or for a load that was not weighed its volume x the density of its
-- day.
-- is_tourist: the load is of a hotel, a restaurant or an attraction. tells_tourist: the source weighs
-- such loads of the region in that year; one that weighs none does not tell them apart, which is no zero.
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
),
months as (
  select
    region_code,
    source_id,
    facility_id,
    period,
    source_class,
    source_class in ('hotel_resto', 'attraction') as is_tourist,
    sum(net_ton) as net_ton,
    count(*) as tickets
  from tickets
  group by region_code, source_id, facility_id, period, source_class
)
select
  region_code,
  source_id,
  facility_id,
  period,
  source_class,
  is_tourist,
  bool_or(is_tourist) over (partition by region_code, source_id, date_part('year', period)) as tells_tourist,
  net_ton,
  tickets
from months
