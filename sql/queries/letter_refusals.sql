-- Question: which cells must an office ($office) mend in the files of a month ($month, its first day)?
-- Grain: cell and message of a refusal that is open, period whose figures look like another unit, file
--   that is held; the first 500.
select
  q.file_name,
  concat(
    case when q.sheet = '' then '' else concat(q.sheet, '!') end,
    coalesce(q.cell, concat('baris ', q.row_number))
  ) as place,
  coalesce(min(q.value), '') as found,
  concat(
    q.message_ind,
    case when count(*) > 1 then concat(' (', count(*), ' nilai)') else '' end
  ) as reason_ind,
  concat(
    q.message_en,
    case when count(*) > 1 then concat(' (', count(*), ' values)') else '' end
  ) as reason_en
from ops.quarantine q
join ops.files f on f.sha256 = q.sha256
-- A file that was refused as a whole has no office of its own: the folder it came in tells.
where (
    f.source_id = $office
    or (f.source_id is null and strpos(f.file_path, concat('/', $office, '/')) > 0)
  )
  and f.received_at >= cast($month as timestamp)
  and f.received_at < cast($month as timestamp) + interval '1 month'
  and q.status = 'open'
group by q.file_name, q.sheet, q.row_number, q.cell, q.message_ind, q.message_en
union all
select
  f.file_name,
  concat(m.region_code, ' ', substr(cast(m.period as varchar), 1, case m.period_type when 'Y' then 4 else 7 end))
    as place,
  concat(split_part(m.measure, '.', 1), ' ', round(m.value, 2)) as found,
  concat(
    'Ditahan: tampak seperti ', m.looks_like, ', bukan ', m.unit, ' (biasanya sekitar ',
    round(m.compared_with, 2), ' ', m.unit, '). Kirim ulang dalam ', m.unit,
    ', atau tuliskan satuannya di kepala kolom'
  ) as reason_ind,
  concat(
    'Withheld: looks like ', m.looks_like, ' and not ', m.unit, ' (usually about ',
    round(m.compared_with, 2), ' ', m.unit, '). Send it again in ', m.unit,
    ', or write its unit in the column header'
  ) as reason_en
from ops.magnitudes m
join ops.current_slices c
  on c.dataset = m.dataset
  and c.source_id = m.source_id
  and c.slice_region = m.region_code
  and c.period = m.period
  and c.period_type = m.period_type
join ops.files f on f.sha256 = c.sha256
where m.source_id = $office
  and f.received_at >= cast($month as timestamp)
  and f.received_at < cast($month as timestamp) + interval '1 month'
union all
select
  f.file_name,
  '' as place,
  '' as found,
  coalesce(f.error_ind, 'Ditahan: jauh lebih sedikit daripada kiriman sebelumnya') as reason_ind,
  coalesce(f.error, 'Held: far less than the submission before it') as reason_en
from ops.files f
where f.source_id = $office
  and f.status = 'held'
  and f.received_at >= cast($month as timestamp)
  and f.received_at < cast($month as timestamp) + interval '1 month'
order by file_name, place, found, reason_ind
limit 500
