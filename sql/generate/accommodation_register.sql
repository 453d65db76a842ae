-- layout: DISPAR_REGISTER
-- One version of each establishment, registered between 2008 and 2021; one in ten has closed since.
with establishments as (
  select
    *,
    1 + n % 5 as class,
    cast(13880 + floor(a * 5000) as int) as day,
    cast(3 + floor(b * b * 60) as bigint) as rooms
  from work.rows
)
select
  concat('AK-', region_code, '-', lpad(cast(n as varchar), 7, '0')) as estab_id,
  cast(day as date) as valid_from,
  case when c < 0.1 then cast(day + cast(200 + floor(d * 1500) as int) as date) end as valid_to,
  region_code,
  concat(
    make_array('Hotel', 'Penginapan', 'Pondok Wisata', 'Resor Selam', 'Kapal Wisata')[class],
    ' Contoh ', cast(n as varchar)
  ) as name,
  make_array(
    'bintang', 'non_bintang', 'homestay', 'resort_dive', 'liveaboard'
  )[class] as accom_class,
  rooms,
  rooms + cast(floor(e * rooms) as bigint) as beds,
  case when f < 0.8 then cast(8120000000000 + n * 7919 as varchar) end as nib,
  make_array('55110', '55120', '55130', '55199', '55900')[class] as kbli5,
  g < 0.3 as chse_cert
from establishments
