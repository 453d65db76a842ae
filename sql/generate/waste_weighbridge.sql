-- layout: TPA_WEIGHBRIDGE
-- Loads between 0.3 and 9 t; one in twelve is not weighed and has its volume instead,
-- at the density in force.
with loads as (
  select
    n,
    region_code,
    a,
    d,
    e,
    f,
    cast(300 + floor(b * 8700) as bigint) as net_kg,
    cast(2200 + floor(c * 6800) as bigint) as tare_kg,
    cast(floor(g * 3650) as bigint) as day,
    cast(floor(h * 720) as bigint) as minute,
    coalesce(param('waste_density', region_code, date '2025-01-01'), 0.26) as density
  from work.rows
)
select
  concat('TK-', lpad(cast(n as varchar), 9, '0')) as ticket_id,
  concat('TPA-', region_code, case when d < 0.7 then '-01' else '-02' end) as facility_id,
  to_timestamp_seconds(1451628000 + day * 86400 + minute * 60) as ts_in,
  region_code as region_origin,
  case
    when e < 0.4 then 'household'
    when e < 0.55 then 'market'
    when e < 0.7 then 'hotel_resto'
    when e < 0.8 then 'attraction'
    when e < 0.9 then 'public'
    else 'other'
  end as source_class,
  a < 0.92 as weighed,
  case when a < 0.92 then tare_kg + net_kg end as gross_kg,
  case when a < 0.92 then tare_kg end as tare_kg,
  case when a >= 0.92 then cast(round(net_kg / (1000 * density), 1) as decimal(8, 1)) end as volume_m3,
  case
    when a < 0.92 then cast(net_kg / 1000.0 as decimal(10, 3))
    else cast(round(net_kg / (1000 * density), 1) * density as decimal(10, 3))
  end as net_ton,
  concat('DT ', cast(1000 + cast(floor(f * 9000) as bigint) as varchar), ' E') as plate_hash
from loads
