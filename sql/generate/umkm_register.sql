-- layout: DISKOP_REGISTER
-- One version of each business, registered between 2011 and 2021; sales and capital fit the scale,
-- one in five gives no sales.
with businesses as (
  select
    *,
    case when a < 0.9 then 1 when a < 0.985 then 2 else 3 end as size,
    cast(14980 + floor(b * 4000) as int) as day
  from work.rows
)
select
  concat(region_code, lpad(cast(n as varchar), 12, '0')) as umkm_id,
  cast(day as date) as valid_from,
  case when c < 0.05 then cast(day + cast(100 + floor(d * 1500) as int) as date) end as valid_to,
  region_code,
  concat('Kecamatan Contoh ', cast(1 + turn % 3 as varchar)) as kecamatan,
  case when d < 0.6 then cast(9120000000000 + n * 7919 as varchar) end as nib,
  make_array(
    '47112', '56102', '10299', '13121', '55130', '79111', '03111', '96111'
  )[1 + (turn / 3) % 8] as kbli5,
  make_array('mikro', 'kecil', 'menengah')[size] as scale,
  case
    when e >= 0.2
      then cast(
        floor(
          make_array(6e6, 2.1e9, 15.5e9)[size] * pow(make_array(300.0, 7.0, 3.2)[size], f)
        ) as bigint
      )
  end as sales_rp_year,
  cast(
    floor(make_array(2e6, 1.1e9, 5.1e9)[size] * pow(make_array(400.0, 4.5, 1.9)[size], g)) as bigint
  ) as capital_rp,
  make_array(1, 5, 20)[size] + cast(floor(h * make_array(4, 15, 80)[size]) as bigint) as workers,
  case when c < 0.05 then 'closed' when c < 0.12 then 'dormant' else 'active' end as status,
  case when b < 0.45 then 'L' else 'P' end as owner_sex,
  g < 0.35 as qris,
  h < 0.15 as halal,
  f < 0.10 as pirt
from businesses
