-- layout: BAPPEDA_TARGET
-- most rows: 4800
-- Targets of sixteen indicators: twenty rows are four of them for four regencies and the corridor,
-- eighty are a year of one document, eight hundred its ten years from 2025 on and round to 2024.
-- The values are made up around what the sample has; one indicator has a range.
with places as (
  select
    *,
    n / 80 as block,
    case
      when (n / 4) % 5 = 4 then 4 * ((n / 20) % 4) + n % 4
      else 4 * ((n / 20) % 4) + (n / 4) % 5
    end as item,
    (n / 4) % 5 = 4 as is_corridor
  from work.rows
),
items as (
  select *
  from (
    values
      (0, 'tpk_room_occupancy', '%', 'up', 35.0),
      (1, 'alos_rlmt', 'malam', 'up', 1.8),
      (2, 'seasonality_gini', '0-0,9167', 'down', 0.15),
      (3, 'umkm_revenue_per_visit', 'Rp per kunjungan', 'up', 700000.0),
      (4, 'umkm_nib_rate', '%', 'up', 70.0),
      (5, 'qris_penetration', '%', 'up', 45.0),
      (6, 'waste_managed_rate', '%', 'up', 70.0),
      (7, 'waste_reduction_rate', '%', 'up', 20.0),
      (8, 'waste_handling_rate', '%', 'up', 60.0),
      (9, 'recycling_rate', '%', 'up', 8.0),
      (10, 'waste_per_capita_day', 'kg/kapita/hari', 'down', 0.5),
      (11, 'seats_per_arrival', 'rasio', 'up', 3.0),
      (12, 'on_time_performance', '%', 'up', 90.0),
      (13, 'cancellation_rate', '%', 'down', 2.0),
      (14, 'spbe_index', 'indeks 1-5', 'up', 3.0),
      (15, 'fiscal_independence', '%', 'up', 8.0)
  ) as t (item, indicator_id, unit, polarity, typical)
)
select
  make_array('MASTERPLAN_V', 'RPJMD', 'RENSTRA', 'RKPD', 'PK', 'JAKSTRADA')[1 + p.block / 10] as doc,
  '2022' as doc_version,
  i.indicator_id,
  case when p.is_corridor then 'CORR' else p.region_code end as region_code,
  2022 + (3 + p.block) % 10 as year,
  case when p.item <> 11 then cast(i.typical * (0.9 + 0.2 * p.a) as decimal(18, 4)) end as target_value,
  case when p.item = 11 then cast(i.typical * 0.8 as decimal(18, 4)) end as target_low,
  case when p.item = 11 then cast(i.typical * 1.4 as decimal(18, 4)) end as target_high,
  i.unit,
  i.polarity,
  case when p.b < 0.5 then 2021 end as baseline_year,
  case when p.b < 0.5 then cast(i.typical * (0.7 + 0.2 * p.c) as decimal(18, 4)) end as baseline_value
from places p
join items i on i.item = p.item
