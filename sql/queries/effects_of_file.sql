-- Question: what does a submission ($sha256) take the place of, and what does it do to other rows?
-- Grain: way of superseding, row that stopped counting.
select distinct concat(supersedes, '|', covers, '|', cast(is_held as varchar)) as effect
from ops.slices
where sha256 = $sha256
union
select
  concat(
    what, '|', slice_region, '|', theme, '|', sha256, '|', sheet, '|', cast(row_number as varchar),
    '|', coalesce(row_key, ''), '|', cast(rows as varchar), '|',
    coalesce(cast(cast(ended_on as int) as varchar), ''), '|', by_sha256
  ) as effect
from ops.superseded_rows
where recorded_by = $sha256
