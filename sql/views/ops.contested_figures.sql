-- Figures that two files say differently for one release date: another number, or a number where the other
-- has a blank. The later one counts, which says nothing of which is right.
-- One row a figure and pair of files: `value` is that of the file that counts (`sha256`), `other_value` that
-- of the other; null is a blank. Where a newer release stands neither counts, and nothing is said.
-- Rules: sql/README.md S3.6
select
  s.dataset,
  s.source_id,
  s.region_code,
  s.period,
  s.period_type,
  s.release_date,
  s.field,
  s.row_key,
  s.sha256,
  s.value,
  o.sha256 as other_sha256,
  o.value as other_value
from ops.vintage_figures s
join ops.vintage_figures o
  on o.dataset = s.dataset
  and o.source_id = s.source_id
  and o.region_code = s.region_code
  and o.period = s.period
  and o.period_type = s.period_type
  and o.field = s.field
  and o.row_key = s.row_key
  and o.release_date = s.release_date
  and o.sha256 <> s.sha256
where s.vintage = s.vintages and o.value is distinct from s.value
