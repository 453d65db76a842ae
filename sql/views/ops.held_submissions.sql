-- Which submissions must be accepted by somebody before they count: they leave out much of what stands, far
-- more of their rows are refused than is usual, or their figures look like another unit.
-- One row a submission and slice. status: held (the one before stands until it is accepted),
-- superseded (a newer submission speaks since), accepted (it speaks since somebody said so).
-- rows_held are the rows it brought, rows_standing those that count now.
with standing as (
  select
    c.dataset,
    c.source_id,
    c.slice_region,
    c.period,
    c.period_type,
    sum(c.rows) as rows,
    bool_or(c.is_headline) as is_headline,
    max(concat(c.release_date, lpad(cast(c.sequence as varchar), 15, '0'))) as place
  from ops.current_slices c
  group by c.dataset, c.source_id, c.slice_region, c.period, c.period_type
),
accepted as (
  select distinct sha256
  from ops.acceptances
),
submissions as (
  select
    s.dataset,
    s.source_id,
    s.slice_region,
    s.period,
    s.period_type,
    s.sha256,
    a.sha256 is not null as is_accepted,
    sum(s.rows) as rows,
    max(concat(s.release_date, lpad(cast(s.sequence as varchar), 15, '0'))) as place
  from ops.slices s
  left join accepted a on a.sha256 = s.sha256
  where s.is_held or a.sha256 is not null
  group by
    s.dataset, s.source_id, s.slice_region, s.period, s.period_type, s.sha256,
    a.sha256 is not null
)
select
  h.dataset,
  h.source_id,
  h.slice_region,
  h.period,
  h.period_type,
  h.sha256,
  f.file_name,
  h.rows as rows_held,
  coalesce(c.rows, 0) as rows_standing,
  case
    when h.is_accepted then 'accepted'
    when c.place > h.place then 'superseded'
    else 'held'
  end as status,
  coalesce(c.is_headline, false) as is_headline
from submissions h
join ops.files f on f.sha256 = h.sha256
left join standing c
  on c.dataset = h.dataset
  and c.source_id = h.source_id
  and c.slice_region = h.slice_region
  and c.period = h.period
  and c.period_type = h.period_type
