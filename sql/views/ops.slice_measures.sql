-- What each source filed for a region and period, as numbers that can be compared with one
-- another; current slices only.
-- A measure never mixes what may not be added: visits, guests, arrivals and visitors, channels,
-- markets and methods stay apart.
-- is_counted: numbers are made of it wherever its source makes them. This depends on which channel,
-- market, point and method is chosen.
-- Rules: sql/README.md S3.3
with accommodation_slices as (
  select
    source_id,
    region_code,
    period_month as period,
    period_type,
    sum(room_nights_sold) as room_nights_sold,
    sum(guests_wisman) as guests_wisman,
    sum(guests_wisnus) as guests_wisnus,
    sum(nights_wisman) as nights_wisman,
    sum(nights_wisnus) as nights_wisnus,
    sum(room_revenue_rp) as room_revenue_rp,
    bool_or(is_headline) as is_headline
  from core.accommodation_month
  group by source_id, region_code, period_month, period_type
),
turnover_slices as (
  select
    source_id,
    region_code,
    period_quarter as period,
    period_type,
    sum(turnover_est_rp) as turnover_est_rp,
    sum(turnover_resp_rp) as turnover_resp_rp,
    bool_or(is_headline) as is_headline
  from core.umkm_turnover
  group by source_id, region_code, period_quarter, period_type
),
-- One row a slice, its measures in two lists; slice_figures has a row for each.
measure_lists as (
  select
    'visitor_flow' as dataset,
    source_id,
    region_code,
    period_month as period,
    period_type,
    bool_or(is_headline) as is_headline,
    bool_or(is_counted) as is_used,
    make_array(concat(measure, '.', channel, '.', market)) as measures,
    make_array(
      cast(sum(case when point_id is null or not has_whole then value end) as double)
    ) as amounts
  from core.flow_cells
  group by source_id, region_code, period_month, period_type, measure, channel, market
  union all
  select
    'accommodation_month',
    source_id,
    region_code,
    period,
    period_type,
    is_headline,
    true,
    make_array(
      'room_nights_sold', 'guests_wisman', 'guests_wisnus', 'nights_wisman', 'nights_wisnus',
      'room_revenue_rp'
    ),
    make_array(
      cast(room_nights_sold as double),
      cast(guests_wisman as double),
      cast(guests_wisnus as double),
      cast(nights_wisman as double),
      cast(nights_wisnus as double),
      cast(room_revenue_rp as double)
    )
  from accommodation_slices
  union all
  select
    'waste_generation',
    g.source_id,
    g.region_code,
    g.period_month,
    g.period_type,
    g.is_headline,
    coalesce(a.method = g.method, false),
    make_array(concat('gen_ton.', g.method)),
    make_array(cast(g.gen_ton as double))
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
  union all
  select
    'waste_handling',
    source_id,
    region_code,
    period_month,
    period_type,
    is_headline,
    true,
    make_array(
      'reduced_ton', 'handled_ton', 'recycled_ton', 'feedstock_ton', 'collected_ton',
      'landfilled_ton'
    ),
    make_array(
      cast(reduced_ton as double),
      cast(handled_ton as double),
      cast(recycled_ton as double),
      cast(feedstock_ton as double),
      cast(collected_ton as double),
      cast(landfilled_ton as double)
    )
  from core.waste_handling
  union all
  select
    'finance_month',
    source_id,
    region_code,
    period_month,
    period_type,
    is_headline,
    true,
    make_array('kur_disbursed_rp', 'kur_debtors', 'qris_merchants', 'qris_txn', 'qris_value_rp'),
    make_array(
      cast(kur_disbursed_rp as double),
      cast(kur_debtors as double),
      cast(qris_merchants as double),
      cast(qris_txn as double),
      cast(qris_value_rp as double)
    )
  from core.finance_month
  union all
  select
    'umkm_turnover',
    source_id,
    region_code,
    period,
    period_type,
    is_headline,
    true,
    make_array('turnover_est_rp', 'turnover_resp_rp'),
    make_array(cast(turnover_est_rp as double), cast(turnover_resp_rp as double))
  from turnover_slices
  union all
  select
    'population',
    source_id,
    region_code,
    make_date(year, 1, 1),
    period_type,
    is_headline,
    true,
    make_array('pop_mid', 'pop_women', 'pop_0_17'),
    make_array(cast(pop_mid as double), cast(pop_women as double), cast(pop_0_17 as double))
  from core.population
  union all
  select
    'transport_movement',
    m.source_id,
    p.region_code,
    m.period_month,
    m.period_type,
    bool_or(m.is_headline),
    true,
    make_array(concat('passengers.', m.point_id, '.', m.mode, '.', m.direction)),
    make_array(cast(sum(m.passengers) as double))
  from core.transport_movement m
  join ref.point p on p.code = m.point_id
  group by
    m.source_id, p.region_code, m.period_month, m.period_type, m.point_id, m.mode, m.direction
),
slice_figures as (
  select
    dataset,
    source_id,
    region_code,
    period,
    period_type,
    is_headline,
    is_used as is_counted,
    unnest(measures) as measure,
    unnest(amounts) as value
  from measure_lists
)
select
  dataset,
  source_id,
  region_code,
  period,
  period_type,
  measure,
  value,
  is_headline,
  is_counted
from slice_figures
where value is not null
