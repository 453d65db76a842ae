-- Flags of accepted rows (qc_flags: rules with severity warn, corrections, year-to-date figures),
-- grouped by what they are about; and what a register's lists cannot tell of months that have passed.
-- One row a dataset, source, region, period, measure and flag, of current slices. measure is as in
-- ops.slice_measures, or the field a flag names; null is the whole row. An entry of a register
-- holds from `period` until `until`.
with rule_fields as (
  -- The field that a rule of a contract is about, where a row has several that numbers are made of;
  -- a rule that is not here means its whole row.
  select column1 as dataset, column2 as rule, column3 as field
  from (
    values
      ('accommodation_month', 'available_near_rooms', 'room_nights_avail'),
      ('transport_service', 'trips_add_up', 'trips_scheduled'),
      ('transport_service', 'load_not_above_105', 'passengers'),
      ('umkm_register', 'scale_fits_sales', 'scale'),
      ('umkm_register', 'scale_fits_capital', 'scale')
  )
),
-- `part`: which rows of a dataset they are, where numbers are made of some of them only; is_used:
-- numbers are made of such rows at all.
flagged_rows as (
  select
    'visitor_flow' as dataset,
    f.source_id,
    f.region_code,
    f.period_month as period,
    cast(null as date) as until,
    f.period_type,
    concat(f.measure, '.', f.channel, '.', f.market) as part,
    unnest(f.qc_flags) as flag,
    f.is_headline,
    c.is_counted as is_used
  from core.visitor_flow f
  join core.flow_cells c
    on c.region_code = f.region_code
    and c.source_id = f.source_id
    and c.period_type = f.period_type
    and c.period_month = f.period_month
    and c.measure = f.measure
    and c.channel = f.channel
    and c.market = f.market
    and coalesce(c.point_id, '') = coalesce(f.point_id, '')
  where cardinality(f.qc_flags) > 0
  union all
  select
    'accommodation_month',
    source_id,
    region_code,
    period_month,
    null as until,
    period_type,
    null as part,
    unnest(qc_flags),
    is_headline,
    true
  from core.accommodation_month
  where cardinality(qc_flags) > 0
  union all
  select
    'visitor_survey',
    source_id,
    region_code,
    period_quarter,
    null as until,
    period_type,
    null as part,
    unnest(qc_flags),
    is_headline,
    true
  from core.visitor_survey
  where cardinality(qc_flags) > 0
  union all
  select
    'visitor_onward',
    source_id,
    entry_region,
    period_quarter,
    null as until,
    period_type,
    visited_region,
    unnest(qc_flags),
    is_headline,
    true
  from core.visitor_onward
  where cardinality(qc_flags) > 0
  union all
  select
    'umkm_register',
    source_id,
    region_code,
    valid_from,
    valid_to,
    period_type,
    null as part,
    unnest(qc_flags),
    is_headline,
    status = 'active'
  from core.umkm_register
  where cardinality(qc_flags) > 0
  union all
  select
    'umkm_turnover',
    source_id,
    region_code,
    period_quarter,
    null as until,
    period_type,
    case when is_tourism then 'turnover_est_rp.tourism' else 'turnover_est_rp.other' end,
    unnest(qc_flags),
    is_headline,
    true
  from core.umkm_turnover
  where cardinality(qc_flags) > 0
  union all
  select
    'finance_month',
    source_id,
    region_code,
    period_month,
    null as until,
    period_type,
    null as part,
    unnest(qc_flags),
    is_headline,
    true
  from core.finance_month
  where cardinality(qc_flags) > 0
  union all
  select
    'waste_generation',
    g.source_id,
    g.region_code,
    g.period_month,
    null as until,
    g.period_type,
    concat('gen_ton.', g.method),
    unnest(g.qc_flags),
    g.is_headline,
    coalesce(a.method = g.method, false)
  from core.waste_generation g
  left join (
    select distinct region_code, source_id, period_type, period_month, method
    from core.waste_arising
  ) a
    on a.region_code = g.region_code
    and a.source_id = g.source_id
    and a.period_type = g.period_type
    and a.period_month = g.period_month
    and a.method = g.method
  where cardinality(g.qc_flags) > 0
  union all
  select
    'waste_handling',
    source_id,
    region_code,
    period_month,
    null as until,
    period_type,
    null as part,
    unnest(qc_flags),
    is_headline,
    true
  from core.waste_handling
  where cardinality(qc_flags) > 0
  union all
  select
    'waste_weighbridge',
    source_id,
    region_origin,
    cast(date_trunc('month', ts_in) as date),
    null as until,
    period_type,
    source_class,
    unnest(qc_flags),
    is_headline,
    true
  from core.waste_weighbridge
  where cardinality(qc_flags) > 0
  union all
  select
    'waste_composition',
    source_id,
    region_code,
    make_date(year, 1, 1),
    null as until,
    period_type,
    null as part,
    unnest(qc_flags),
    is_headline,
    true
  from core.waste_composition
  where cardinality(qc_flags) > 0
  union all
  select
    'waste_facility',
    source_id,
    region_code,
    make_date(year, 1, 1),
    null as until,
    period_type,
    type,
    unnest(qc_flags),
    is_headline,
    operating
  from core.waste_facility
  where cardinality(qc_flags) > 0
  union all
  select
    'transport_service',
    t.source_id,
    d.region_code,
    t.period_month,
    null as until,
    t.period_type,
    null as part,
    unnest(t.qc_flags),
    t.is_headline,
    true
  from core.transport_service t
  join ref.point d on d.code = t.dest_point
  where cardinality(t.qc_flags) > 0
  union all
  select
    'transport_movement',
    m.source_id,
    p.region_code,
    m.period_month,
    null as until,
    m.period_type,
    null as part,
    unnest(m.qc_flags),
    m.is_headline,
    true
  from core.transport_movement m
  join ref.point p on p.code = m.point_id
  where cardinality(m.qc_flags) > 0
  union all
  select
    'population',
    source_id,
    region_code,
    make_date(year, 1, 1),
    null as until,
    period_type,
    null as part,
    unnest(qc_flags),
    is_headline,
    true
  from core.population
  where cardinality(qc_flags) > 0
  union all
  select
    'regional_finance',
    source_id,
    region_code,
    make_date(year, 1, 1),
    null as until,
    period_type,
    null as part,
    unnest(qc_flags),
    is_headline,
    stage = 'realisasi'
  from core.regional_finance
  where cardinality(qc_flags) > 0
  union all
  select
    'health_year',
    source_id,
    region_code,
    make_date(year, 1, 1),
    null as until,
    period_type,
    null as part,
    unnest(qc_flags),
    is_headline,
    true
  from core.health_year
  where cardinality(qc_flags) > 0
  union all
  select
    'spbe_index',
    source_id,
    region_code,
    make_date(year, 1, 1),
    null as until,
    period_type,
    null as part,
    unnest(qc_flags),
    is_headline,
    true
  from core.spbe_index
  where cardinality(qc_flags) > 0
  union all
  select
    'smartcity_eval',
    source_id,
    region_code,
    make_date(year, 1, 1),
    null as until,
    period_type,
    null as part,
    unnest(qc_flags),
    is_headline,
    true
  from core.smartcity_eval
  where cardinality(qc_flags) > 0
),
measure_flags as (
  select
    g.dataset,
    g.source_id,
    g.region_code,
    g.period,
    g.until,
    g.period_type,
    coalesce(g.part, r.field, nullif(split_part(g.flag, ':', 2), '')) as measure,
    g.flag,
    g.is_headline,
    g.is_used as is_counted
  from flagged_rows g
  left join rule_fields r on r.dataset = g.dataset and r.rule = g.flag
),
-- A total row of a file that is not the sum of its rows: any of the rows summed may be the wrong
-- one. Only of the current reading.
differing_totals as (
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
),
-- Entries of registers as they stand, and as each of their files gave them.
register_entries as (
  select
    'umkm_register' as dataset,
    source_id,
    region_code,
    concat('umkm_id=', umkm_id) as entry,
    valid_from,
    valid_to,
    status = 'active' as is_active,
    is_headline
  from core.umkm_register
  union all
  select
    'accommodation_register',
    source_id,
    region_code,
    concat('estab_id=', estab_id),
    valid_from,
    valid_to,
    true,
    is_headline
  from core.accommodation_register
),
filed_entries as (
  select
    'umkm_register' as dataset,
    slice_id,
    source_id,
    region_code,
    concat('umkm_id=', umkm_id) as entry,
    valid_from,
    valid_to,
    status = 'closed' as is_closed,
    release_date
  from silver.umkm_register
  union all
  select
    'accommodation_register',
    slice_id,
    source_id,
    region_code,
    concat('estab_id=', estab_id),
    valid_from,
    valid_to,
    false,
    release_date
  from silver.accommodation_register
),
-- A register's first list names those that were left on its day: counts of the months before are those
-- of survivors. One that names any that had ended by then knows of those that ended since the first of
-- them; what a later file says of the time before it is no list of that time.
first_lists as (
  select dataset, source_id, slice_region as region_code, min(release_date) as listed
  from ops.slices
  where dataset in ('umkm_register', 'accommodation_register') and not is_held
  group by dataset, source_id, slice_region
),
told_ends as (
  select
    l.dataset,
    l.source_id,
    l.region_code,
    min(case when f.is_closed then f.valid_from else f.valid_to end) as first_end
  from first_lists l
  join filed_entries f
    on f.dataset = l.dataset
    and f.source_id = l.source_id
    and f.region_code = l.region_code
    and f.release_date = l.listed
  join ops.slices s on s.slice_id = f.slice_id and not s.is_held
  where f.valid_to <= l.listed or (f.is_closed and f.valid_from <= l.listed)
  group by l.dataset, l.source_id, l.region_code
),
months_before_lists as (
  select
    l.dataset,
    l.source_id,
    l.region_code,
    coalesce(min(t.first_end), l.listed) as known_from,
    min(r.valid_from) as first_day,
    bool_or(r.is_headline) as is_headline
  from first_lists l
  join register_entries r
    on r.dataset = l.dataset and r.source_id = l.source_id and r.region_code = l.region_code
  left join told_ends t
    on t.dataset = l.dataset and t.source_id = l.source_id and t.region_code = l.region_code
  group by l.dataset, l.source_id, l.region_code, l.listed
),
-- Who was left out of a full list and is named by a later one counts in the months between as well, as
-- the row that names it says since when it holds. A file of rows that does is a correction.
ended_entries as (
  select distinct
    e.dataset,
    e.source_id,
    c.region_code,
    c.entry,
    e.ended_on,
    c.is_headline
  from ops.superseded_rows e
  join register_entries c
    on c.dataset = e.dataset
    and c.source_id = e.source_id
    and c.entry = split_part(e.row_key, ';valid_from=', 1)
    and c.is_active
    and c.valid_from <= e.ended_on
    and coalesce(c.valid_to > e.ended_on, true)
  where e.what = 'ended'
),
entries_named_again as (
  select
    e.dataset,
    e.source_id,
    e.region_code,
    e.entry,
    e.ended_on,
    min(f.release_date) as named_on,
    bool_or(e.is_headline) as is_headline
  from ended_entries e
  join filed_entries f
    on f.dataset = e.dataset
    and f.source_id = e.source_id
    and f.entry = e.entry
    and f.release_date > e.ended_on
  join ops.slices l on l.slice_id = f.slice_id and not l.is_held
  group by e.dataset, e.source_id, e.region_code, e.entry, e.ended_on
  having bool_and(l.supersedes = 'snapshot')
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
  count(*) as rows,
  bool_or(is_headline) as is_headline,
  bool_or(is_counted) as is_counted
from measure_flags
group by dataset, source_id, region_code, period, until, period_type, measure, flag
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
  first_day as period,
  known_from as until,
  'M' as period_type,
  cast(null as varchar) as measure,
  'before_first_list' as flag,
  cast(null as bigint) as rows,
  is_headline,
  true as is_counted
from months_before_lists
where first_day < known_from
union all
select
  dataset,
  source_id,
  region_code,
  ended_on as period,
  named_on as until,
  'M' as period_type,
  cast(null as varchar) as measure,
  'named_again' as flag,
  count(*) as rows,
  bool_or(is_headline) as is_headline,
  true as is_counted
from entries_named_again
group by dataset, source_id, region_code, ended_on, named_on
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
