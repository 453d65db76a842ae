-- Flags of accepted rows (qc_flags: rules with severity warn, corrections, year-to-date figures), grouped by
-- what they are about: part of ops.row_flags, which says what its columns hold.
-- One row a dataset, source, region, period, measure and flag, of current slices. Not of sapa_case: what is
-- wrong with one case is told of no value (S3.4).
with rule_fields as (
  -- The field that a rule of a contract is about, where a row has several that numbers are made of;
  -- a rule that is not here means its whole row.
  select column1 as dataset, column2 as rule, column3 as field
  from (
    values
      ('accommodation_month', 'available_near_rooms', 'room_nights_avail'),
      ('transport_service', 'trips_add_up', 'trips_scheduled'),
      ('transport_service', 'load_not_above_105', 'passengers'),
      ('fire_incident', 'arrive_before_call', 'ts_arrive'),
      ('fire_incident', 'arrive_at_call', 'ts_arrive'),
      ('fire_incident', 'arrival_missing', 'ts_arrive'),
      ('fire_incident', 'out_before_arrive', 'ts_out'),
      ('perda_report', 'resolved_needs_close', 'ts_closed'),
      ('perda_report', 'open_is_not_closed', 'ts_closed'),
      ('perda_report', 'same_event_twice', 'report_id'),
      ('umkm_register', 'scale_fits_sales', 'scale'),
      ('umkm_register', 'scale_fits_capital', 'scale')
  )
),
yearly_rows as (
  select 'waste_composition' as dataset, source_id, region_code, year, period_type, qc_flags, is_headline
  from core.waste_composition
  union all
  select 'population', source_id, region_code, year, period_type, qc_flags, is_headline
  from core.population
  union all
  select 'health_year', source_id, region_code, year, period_type, qc_flags, is_headline
  from core.health_year
  union all
  select 'spbe_index', source_id, region_code, year, period_type, qc_flags, is_headline
  from core.spbe_index
  union all
  select 'smartcity_eval', source_id, region_code, year, period_type, qc_flags, is_headline
  from core.smartcity_eval
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
    'fire_incident',
    source_id,
    region_code,
    cast(date_trunc('month', ts_call) as date),
    null as until,
    period_type,
    null as part,
    unnest(qc_flags),
    is_headline,
    type = 'fire' and in_wmk
  from core.fire_incident
  where cardinality(qc_flags) > 0
  union all
  select
    'perda_report',
    source_id,
    region_code,
    cast(date_trunc('month', ts_report) as date),
    null as until,
    period_type,
    null as part,
    unnest(qc_flags),
    is_headline,
    true
  from core.perda_report
  where cardinality(qc_flags) > 0
  union all
  select
    dataset,
    source_id,
    region_code,
    make_date(year, 1, 1),
    null as until,
    period_type,
    null as part,
    unnest(qc_flags),
    is_headline,
    true
  from yearly_rows
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
