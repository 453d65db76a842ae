-- Flags of accepted rows (qc_flags: rules with severity warn, corrections, year-to-date figures),
-- grouped by what they are about; and what a register's lists cannot tell of months that have passed.
-- One row a dataset, source, region, period, measure and flag, of current slices. measure is as in
-- ops.slice_measures, or the field a flag names; null is the whole row. An entry of a register
-- holds from `period` until `until`.
-- A total row of a file that is not the sum of its rows: any of the rows summed may be the wrong
-- one. Only of the current reading.
with differing_totals as (
  select distinct
    c.dataset,
    c.source_id,
    c.slice_region as region_code,
    c.period,
    c.period_type,
    case
      when c.dataset = 'visitor_flow' then split_part(c.theme, ':', 1)
      when c.dataset not in ('waste_generation', 'waste_weighbridge', 'umkm_turnover')
        then nullif(regexp_replace(k.detail, '.*total of ([a-z0-9_]+) says.*', '\1'), k.detail)
    end as measure,
    k.check_name as flag,
    c.is_headline
  from ops.checks k
  join ops.files f on f.sha256 = k.subject and f.run_id = k.run_id
  join ops.current_slices c on c.sha256 = k.subject
  join ref.region r on r.code = c.slice_region
  where k.check_name = 'total_differs'
),
-- Rows that were refused and are not resolved, or that somebody waived: numbers of their slice are
-- made of what is left, and lack the waived row all the same. A waived row no longer counts once a
-- newer submission supersedes the slice, as in ops.quarantine.
slices_with_refusals as (
  select
    case when q.status = 'waived' then 'waived_rows' else 'refused_rows' end as flag,
    q.dataset,
    q.source_id,
    coalesce(p.region_code, q.slice_region) as region_code,
    q.slice_period as period,
    c.period_type,
    count(*) as rows,
    bool_or(c.is_headline) as is_headline
  from ops.quarantine q
  join (
    select distinct
      dataset,
      source_id,
      slice_region,
      period,
      period_type,
      is_headline
    from ops.current_slices
  ) c
    on c.dataset = q.dataset
    and c.source_id = q.source_id
    and c.slice_region = q.slice_region
    and c.period = q.slice_period
  left join ref.point p on p.code = q.slice_region
  left join (
    select
      sha256,
      coalesce(released, cast(received_at as date)) as released,
      lpad(cast(sequence as varchar), 12, '0') as arrival
    from ops.files
  ) f on f.sha256 = q.sha256
  left join (
    select
      dataset,
      source_id,
      slice_region,
      period,
      max(concat(release_date, lpad(cast(sequence as varchar), 12, '0'))) as place
    from ops.slices
    where supersedes = 'slice' and not is_held
    group by dataset, source_id, slice_region, period
  ) n
    on n.dataset = q.dataset
    and n.source_id = q.source_id
    and n.slice_region = q.slice_region
    and n.period = q.slice_period
  where q.status = 'open'
    or (
      q.status = 'waived'
      and coalesce(n.place <= concat(coalesce(q.slice_release, f.released), f.arrival), true)
    )
  group by
    case when q.status = 'waived' then 'waived_rows' else 'refused_rows' end, q.dataset,
    q.source_id, coalesce(p.region_code, q.slice_region), q.slice_period, c.period_type
),
-- Figures of a period that was not over when they were released: what comes until its end is not in
-- them. Of flows alone; a stock is as of its day.
routes as (
  select t.route_id, min(d.region_code) as region_code
  from core.transport_service t
  join ref.point d on d.code = t.dest_point
  group by t.route_id
),
running_slices as (
  select
    c.dataset,
    c.source_id,
    coalesce(p.region_code, t.region_code, c.slice_region) as region_code,
    c.period,
    c.period_type,
    max(c.release_date) as released,
    sum(c.rows) as rows,
    bool_or(c.is_headline) as is_headline
  from ops.current_slices c
  join ref.dataset d on d.dataset = c.dataset
  left join ref.point p on p.code = c.slice_region
  left join routes t on t.route_id = c.slice_region and c.dataset = 'transport_service'
  where (d.period_types like '%M%' or d.period_types like '%Q%' or c.dataset = 'regional_finance')
    and c.dataset not in ('quick_win', 'calendar_day')
  group by
    c.dataset, c.source_id, coalesce(p.region_code, t.region_code, c.slice_region), c.period, c.period_type
)
select
  dataset,
  source_id,
  region_code,
  period,
  until,
  period_type,
  measure,
  flag,
  rows,
  is_headline,
  is_counted
from ops.accepted_row_flags
union all
select
  dataset,
  source_id,
  region_code,
  period,
  cast(null as date) as until,
  period_type,
  measure,
  flag,
  cast(null as bigint) as rows,
  is_headline,
  true as is_counted
from differing_totals
union all
select
  dataset,
  source_id,
  region_code,
  period,
  cast(null as date) as until,
  period_type,
  cast(null as varchar) as measure,
  flag,
  rows,
  is_headline,
  true as is_counted
from slices_with_refusals
union all
select
  dataset,
  source_id,
  region_code,
  period,
  until,
  period_type,
  measure,
  flag,
  rows,
  is_headline,
  is_counted
from ops.register_flags
union all
select
  dataset,
  source_id,
  region_code,
  period,
  cast(null as date) as until,
  period_type,
  cast(null as varchar) as measure,
  'running_period' as flag,
  cast(rows as bigint) as rows,
  is_headline,
  true as is_counted
from running_slices
where released < cast(
    period + case period_type
      when 'M' then interval '1 month'
      when 'Q' then interval '3 months'
      else interval '12 months'
    end - interval '1 day' as date
  )
