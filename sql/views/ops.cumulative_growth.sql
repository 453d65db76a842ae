-- Growth of the year so far (c-to-c): year-to-date figures of current submissions, each compared
-- with the same source's figure a year before.
-- Rows of one slice (classes, markets) are added up.
-- Rules: sql/README.md S3.5, S3.7
with current_figures as (
  select
    c.dataset,
    c.source_id,
    c.slice_region as region_code,
    c.period,
    c.field,
    sum(c.value) as year_to_date,
    count(*) as rows
  from ops.cumulative c
  join (select distinct dataset, source_id, slice_region, period, sha256 from ops.current_slices) s
    on s.dataset = c.dataset
    and s.source_id = c.source_id
    and s.slice_region = c.slice_region
    and s.period = c.period
    and s.sha256 = c.sha256
  group by c.dataset, c.source_id, c.slice_region, c.period, c.field
)
select
  n.dataset,
  n.source_id,
  n.region_code,
  n.period,
  n.field,
  n.year_to_date,
  b.year_to_date as year_before,
  case
    when b.year_to_date > 0
      then 100 * cast(n.year_to_date - b.year_to_date as double) / cast(b.year_to_date as double)
  end as growth_percent,
  n.rows
from current_figures n
left join current_figures b
  on b.dataset = n.dataset
  and b.source_id = n.source_id
  and b.region_code = n.region_code
  and b.field = n.field
  and b.period = cast(n.period - interval '12 months' as date)
