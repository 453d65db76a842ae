-- Figures that two files say differently for one release date: another number, or a number where the other
-- has a blank. The later one counts, which says nothing of which is right.
-- One row a figure and pair of files: `value` is that of the file that counts (`sha256`), `other_value` that
-- of the other; null is a blank. Where a newer release stands neither counts, and nothing is said.
-- Rules: sql/README.md S3.6
-- Of one release date one file counts, and each other is set against it: a file more is a row more of a figure.
with of_one_date as (
  select
    *,
    max(case when vintage = vintages then sha256 end) over (
      partition by dataset, source_id, region_code, period, period_type, release_date, field, row_key
    ) as standing,
    max(case when vintage = vintages then value end) over (
      partition by dataset, source_id, region_code, period, period_type, release_date, field, row_key
    ) as standing_value
  from ops.vintage_figures
)
select
  dataset,
  source_id,
  region_code,
  period,
  period_type,
  release_date,
  field,
  row_key,
  standing as sha256,
  standing_value as value,
  sha256 as other_sha256,
  value as other_value
from of_one_date
where sha256 <> standing and value is distinct from standing_value
