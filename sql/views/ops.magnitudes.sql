-- Question: which figures are off by the factor between two units, such as kg in a column of tons?
-- Grain: dataset, source, region, period, measure; current slices.
-- A figure is compared with the same source's median of earlier periods; where it has none, with the
-- other sources of the region; where they have none, per resident with the other regions. It is off
-- by one of the field's factors (`magnitude` of its contract) if their ratio is that factor within three times.
-- Methods of one field (measured, sampled, by factor) are compared with one another.
-- A reason that was recorded (ref.revision_reason) lets the figure stand, and so does that somebody
-- accepted its submission, where the contract holds such ones.
-- Rules: sql/README.md S3.3
with figures as (
  select
    m.dataset,
    m.source_id,
    m.region_code,
    m.period,
    m.period_type,
    date_part('year', m.period) as year,
    m.measure,
    c.column_name as field,
    m.value,
    c.unit,
    c.magnitude_factor as factor,
    c.magnitude_unit as other_unit,
    c.magnitude_also_factor as also_factor,
    c.magnitude_also_unit as also_unit,
    c.magnitude_at_load as at_load,
    m.value / nullif(r.pop_mid, 0) as per_resident
  from ops.slice_measures m
  join ref.column c
    on c.dataset = m.dataset
    and c.column_name = split_part(m.measure, '.', 1)
    and c.magnitude_factor is not null
  left join core.residents_by_year r
    on r.region_code = m.region_code and r.year = date_part('year', m.period)
  where m.value > 0
),
years as (
  select distinct dataset, source_id, region_code, period_type, field, year from figures
),
own_past as (
  select
    y.dataset,
    y.source_id,
    y.region_code,
    y.period_type,
    y.field,
    y.period,
    median(f.value) as typical
  from (
    select distinct dataset, source_id, region_code, period_type, field, period from figures
  ) y
  join figures f
    on f.dataset = y.dataset
    and f.source_id = y.source_id
    and f.region_code = y.region_code
    and f.period_type = y.period_type
    and f.field = y.field
    and f.period < y.period
  group by y.dataset, y.source_id, y.region_code, y.period_type, y.field, y.period
),
other_sources as (
  select
    y.dataset,
    y.source_id,
    y.region_code,
    y.period_type,
    y.field,
    y.year,
    median(f.value) as typical
  from years y
  join figures f
    on f.dataset = y.dataset
    and f.source_id <> y.source_id
    and f.region_code = y.region_code
    and f.period_type = y.period_type
    and f.field = y.field
  group by y.dataset, y.source_id, y.region_code, y.period_type, y.field, y.year
),
other_regions as (
  select
    y.dataset,
    y.region_code,
    y.period_type,
    y.field,
    median(f.per_resident) as per_resident
  from (select distinct dataset, region_code, period_type, field from figures) y
  join figures f
    on f.dataset = y.dataset
    and f.region_code <> y.region_code
    and f.period_type = y.period_type
    and f.field = y.field
  where f.per_resident is not null
  group by y.dataset, y.region_code, y.period_type, y.field
),
compared as (
  select
    f.*,
    coalesce(
      o.typical, s.typical, r.per_resident * f.value / nullif(f.per_resident, 0)
    ) as typical
  from figures f
  left join own_past o
    on o.dataset = f.dataset
    and o.source_id = f.source_id
    and o.region_code = f.region_code
    and o.period_type = f.period_type
    and o.field = f.field
    and o.period = f.period
  left join other_sources s
    on s.dataset = f.dataset
    and s.source_id = f.source_id
    and s.region_code = f.region_code
    and s.period_type = f.period_type
    and s.field = f.field
    and s.year = f.year
  left join other_regions r
    on r.dataset = f.dataset
    and r.region_code = f.region_code
    and r.period_type = f.period_type
    and r.field = f.field
),
judged as (
  select
    *,
    case
      when value / typical between factor / 3.0 and factor * 3.0 then other_unit
      when typical / value between factor / 3.0 and factor * 3.0 then concat(factor, ' ', unit)
      when value / typical between also_factor / 3.0 and also_factor * 3.0 then also_unit
      when typical / value between also_factor / 3.0 and also_factor * 3.0 then concat(also_factor, ' ', unit)
    end as looks_like
  from compared
  where typical > 0
),
accepted as (
  select distinct c.dataset, c.source_id, c.slice_region, c.period, c.period_type
  from ops.current_slices c
  join ops.acceptances a on a.sha256 = c.sha256
)
select
  j.dataset,
  j.source_id,
  j.region_code,
  j.period,
  j.period_type,
  j.measure,
  j.value,
  j.typical as compared_with,
  j.unit,
  j.looks_like,
  concat('magnitude: looks like ', j.looks_like, ' (', split_part(j.measure, '.', 1), ')') as detail
from judged j
left anti join ref.revision_reason r
  on r.dataset = j.dataset
  and r.source_id in (j.source_id, '*')
  and r.region_code in (j.region_code, '*')
  and j.period between r.from_period and r.until_period
left anti join accepted a
  on a.dataset = j.dataset
  and a.source_id = j.source_id
  and a.slice_region = j.region_code
  and a.period = j.period
  and a.period_type = j.period_type
  and j.at_load = 'hold'
where j.looks_like is not null
