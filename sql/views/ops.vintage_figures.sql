-- The figures of each submission of a slice that was filed more than once, in the order of the
-- vintages: release date, then arrival, as for the current submission.
-- One row a vintage and figure, null where a row that was filed leaves it blank; `field` is what may be
-- added up, as in ops.slice_measures, `row_key` the rest of the row's key. in_sum: whole-region rows of
-- visitor_flow before its points.
-- A file that replaces rows by their key is no vintage: ops.withdrawals tells of its rows. Registers
-- are not here: their rows are versions already. Weighbridge tickets are
-- summed by class of source.
-- What speaks for one part of a slice (`slice.parts` of the contract) is a vintage of that part: a list of
-- landfills is none of waste banks, what was realised none of the budget.
-- Rules: sql/README.md S3.6
with submissions as (
  select distinct
    dataset,
    source_id,
    slice_region,
    period,
    period_type,
    release_date,
    sequence,
    sha256,
    covers as part
  from ops.slices
  where supersedes = 'slice' and not is_held
),
vintages as (
  select
    *,
    row_number() over (
      partition by dataset, source_id, slice_region, period, period_type, part
      order by release_date, sequence, sha256 desc
    ) as vintage,
    count(*) over (
      partition by dataset, source_id, slice_region, period, period_type, part
    ) as vintages
  from submissions
),
filed_rows as (
  select
    'visitor_flow' as dataset,
    src_file_sha256 as sha256,
    source_id,
    release_date,
    region_code as region,
    period_month as period,
    period_type,
    obs_status,
    concat_ws('.', coalesce(point_id, '*'), origin_code, stay) as row_key,
    point_id is null
      or not bool_or(point_id is null) over (
        partition by
          src_file_sha256, source_id, release_date, region_code, period_type, period_month, measure,
          channel, market
      ) as in_sum,
    make_array(concat_ws('.', measure, channel, market)) as fields,
    make_array(cast(value as double)) as figures
  from silver.visitor_flow
  union all
  select
    'visitor_survey',
    src_file_sha256,
    source_id,
    release_date,
    region_code,
    period_quarter,
    period_type,
    obs_status,
    '',
    true,
    make_array(
      concat('n_resp.', market),
      concat('n_satisfied.', market),
      concat('spend_rp_sum.', market),
      concat('nights_sum.', market)
    ),
    make_array(
      cast(n_resp as double),
      cast(n_satisfied as double),
      cast(spend_rp_sum as double),
      cast(nights_sum as double)
    )
  from silver.visitor_survey
  union all
  select
    'visitor_onward',
    src_file_sha256,
    source_id,
    release_date,
    entry_region,
    period_quarter,
    period_type,
    obs_status,
    '',
    true,
    make_array(concat('n_resp.', visited_region), concat('est_visitors.', visited_region)),
    make_array(cast(n_resp as double), cast(est_visitors as double))
  from silver.visitor_onward
  union all
  select
    'accommodation_month',
    src_file_sha256,
    source_id,
    release_date,
    region_code,
    period_month,
    period_type,
    obs_status,
    accom_class,
    true,
    make_array(
      'room_nights_avail', 'room_nights_sold', 'bed_nights_avail', 'guests_wisman', 'guests_wisnus',
      'nights_wisman', 'nights_wisnus', 'room_revenue_rp'
    ),
    make_array(
      cast(room_nights_avail as double),
      cast(room_nights_sold as double),
      cast(bed_nights_avail as double),
      cast(guests_wisman as double),
      cast(guests_wisnus as double),
      cast(nights_wisman as double),
      cast(nights_wisnus as double),
      cast(room_revenue_rp as double)
    )
  from silver.accommodation_month
  union all
  select
    'umkm_turnover',
    src_file_sha256,
    source_id,
    release_date,
    region_code,
    period_quarter,
    period_type,
    obs_status,
    concat_ws('.', kbli2, scale),
    true,
    make_array('n_frame', 'n_resp', 'turnover_resp_rp', 'turnover_est_rp'),
    make_array(
      cast(n_frame as double),
      cast(n_resp as double),
      cast(turnover_resp_rp as double),
      cast(turnover_est_rp as double)
    )
  from silver.umkm_turnover
  union all
  select
    'finance_month',
    src_file_sha256,
    source_id,
    release_date,
    region_code,
    period_month,
    period_type,
    obs_status,
    '',
    true,
    make_array('kur_disbursed_rp', 'kur_debtors', 'qris_merchants', 'qris_txn', 'qris_value_rp'),
    make_array(
      cast(kur_disbursed_rp as double),
      cast(kur_debtors as double),
      cast(qris_merchants as double),
      cast(qris_txn as double),
      cast(qris_value_rp as double)
    )
  from silver.finance_month
  union all
  select
    'waste_generation',
    src_file_sha256,
    source_id,
    release_date,
    region_code,
    period_month,
    period_type,
    obs_status,
    '',
    true,
    make_array(concat('gen_ton.', method)),
    make_array(cast(gen_ton as double))
  from silver.waste_generation
  union all
  select
    'waste_handling',
    src_file_sha256,
    source_id,
    release_date,
    region_code,
    period_month,
    period_type,
    obs_status,
    '',
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
  from silver.waste_handling
  union all
  select
    'waste_weighbridge',
    src_file_sha256,
    source_id,
    release_date,
    region_origin,
    cast(date_trunc('month', ts_in) as date),
    period_type,
    case
      when bool_and(obs_status = 'final') then 'final'
      else max(case when obs_status <> 'final' then obs_status end)
    end,
    facility_id,
    true,
    make_array(concat('net_ton.', source_class)),
    make_array(cast(sum(net_ton) as double))
  from silver.waste_weighbridge
  group by
    src_file_sha256, source_id, release_date, region_origin,
    cast(date_trunc('month', ts_in) as date), period_type, facility_id, source_class
  union all
  select
    'waste_composition',
    src_file_sha256,
    source_id,
    release_date,
    region_code,
    make_date(year, 1, 1),
    period_type,
    obs_status,
    '',
    true,
    make_array(concat('pct.', component)),
    make_array(cast(pct as double))
  from silver.waste_composition
  union all
  select
    'waste_facility',
    src_file_sha256,
    source_id,
    release_date,
    region_code,
    make_date(year, 1, 1),
    period_type,
    obs_status,
    facility_id,
    true,
    make_array(concat('design_ton_day.', type)),
    make_array(cast(design_ton_day as double))
  from silver.waste_facility
  union all
  select
    'transport_movement',
    src_file_sha256,
    source_id,
    release_date,
    point_id,
    period_month,
    period_type,
    obs_status,
    coalesce(counterpart_point, '*'),
    true,
    make_array(concat_ws('.', 'passengers', mode, direction)),
    make_array(cast(passengers as double))
  from silver.transport_movement
  union all
  select
    'transport_service',
    src_file_sha256,
    source_id,
    release_date,
    route_id,
    period_month,
    period_type,
    obs_status,
    operator,
    true,
    make_array(
      'trips_scheduled', 'trips_operated', 'trips_cancelled', 'trips_ontime', 'seats_offered',
      'passengers'
    ),
    make_array(
      cast(trips_scheduled as double),
      cast(trips_operated as double),
      cast(trips_cancelled as double),
      cast(trips_ontime as double),
      cast(seats_offered as double),
      cast(passengers as double)
    )
  from silver.transport_service
  union all
  select
    'population',
    src_file_sha256,
    source_id,
    release_date,
    region_code,
    make_date(year, 1, 1),
    period_type,
    obs_status,
    '',
    true,
    make_array('pop_mid', 'pop_women', 'pop_0_17', 'area_km2'),
    make_array(
      cast(pop_mid as double),
      cast(pop_women as double),
      cast(pop_0_17 as double),
      cast(area_km2 as double)
    )
  from silver.population
  union all
  select
    'regional_finance',
    src_file_sha256,
    source_id,
    release_date,
    region_code,
    make_date(year, 1, 1),
    period_type,
    obs_status,
    '',
    true,
    make_array(
      concat('pad_rp.', stage),
      concat('transfer_rp.', stage),
      concat('loan_rp.', stage),
      concat('pbjt_hotel_rp.', stage),
      concat('pbjt_fnb_rp.', stage),
      concat('pbjt_entertainment_rp.', stage),
      concat('retribusi_wisata_rp.', stage)
    ),
    make_array(
      cast(pad_rp as double),
      cast(transfer_rp as double),
      cast(loan_rp as double),
      cast(pbjt_hotel_rp as double),
      cast(pbjt_fnb_rp as double),
      cast(pbjt_entertainment_rp as double),
      cast(retribusi_wisata_rp as double)
    )
  from silver.regional_finance
  union all
  -- Year-to-date figures as filed: the months made of them change with the months before.
  select
    c.dataset,
    c.sha256,
    c.source_id,
    s.release_date,
    c.slice_region,
    c.period,
    s.period_type,
    'final',
    'year_to_date',
    false,
    make_array(c.field),
    make_array(cast(sum(c.value) as double))
  from ops.cumulative c
  join submissions s
    on s.dataset = c.dataset
    and s.sha256 = c.sha256
    and s.source_id = c.source_id
    and s.slice_region = c.slice_region
    and s.period = c.period
  group by
    c.dataset, c.sha256, c.source_id, s.release_date, c.slice_region, c.period, s.period_type,
    c.field
),
filed_figures as (
  select
    v.dataset,
    v.source_id,
    v.slice_region as region_code,
    v.period,
    v.period_type,
    v.vintage,
    v.vintages,
    v.release_date,
    v.sha256,
    f.obs_status,
    f.row_key,
    f.in_sum,
    unnest(f.fields) as field,
    unnest(f.figures) as value
  from vintages v
  join filed_rows f
    on f.dataset = v.dataset
    and f.sha256 = v.sha256
    and f.source_id = v.source_id
    and f.release_date = v.release_date
    and f.region = v.slice_region
    and f.period = v.period
    and f.period_type = v.period_type
    and (v.part = '*' or v.part = split_part(f.fields[1], '.', 2))
  where v.vintages > 1
)
select
  dataset,
  source_id,
  region_code,
  period,
  period_type,
  vintage,
  vintages,
  release_date,
  sha256,
  field,
  row_key,
  in_sum,
  obs_status,
  value
from filed_figures
