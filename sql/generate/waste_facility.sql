-- layout: DLH_FACILITY
-- Facilities of a region in each of the ten years to 2025; a new facility after ten.
with facilities as (
  select
    *,
    turn / 10 as facility,
    make_array(
      'TPA', 'TPS3R', 'TPS3R', 'TPST', 'bank_sampah', 'bank_sampah'
    )[1 + (turn / 10) % 6] as type
  from work.rows
)
select
  concat(
    upper(type), '-', region_code, '-', lpad(cast(facility as varchar), 5, '0')
  ) as facility_id,
  2016 + turn % 10 as year,
  region_code,
  type,
  cast(
    (20 + (facility * 37) % 81) * case type
      when 'TPA' then 0.9
      when 'TPST' then 0.3
      when 'TPS3R' then 0.05
      else 0.02
    end as decimal(8, 2)
  ) as design_ton_day,
  a < 0.9 as operating
from facilities
