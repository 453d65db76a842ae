-- The rows and figures of each current slice, for ops.expectations: whether all are zero, how many
-- are filled, whether they repeat.
-- The figures of core: of a slice in two vintages the current one, of
-- year-to-date figures the months.
-- visitor_flow has a row a measure: visits, guests, arrivals and visitors are never added. Other
-- datasets have one, with measure ''.
-- A dataset that is not named here has rows and no figures. Stocks (rooms, frame, capacity) are
-- left out: they may stand still.
-- `total` adds unlike units: a check number, no statistic. `fingerprint` is the sorted figures,
-- whatever the order of the rows; it is null where equal periods are right: waste by a factor or a
-- sample is the same in months of as many days.
with filed_rows as (
  select
    'visitor_survey' as dataset,
    src_file_sha256 as sha256,
    release_date,
    source_id,
    region_code as region,
    period_quarter as period,
    period_type,
    false as may_repeat,
    make_array(
      cast(n_resp as double),
      cast(n_satisfied as double),
      cast(spend_rp_sum as double),
      cast(nights_sum as double)
    ) as figures
  from core.visitor_survey
  union all
  select
    'visitor_onward',
    src_file_sha256,
    release_date,
    source_id,
    entry_region,
    period_quarter,
    period_type,
    false,
    make_array(cast(n_resp as double), cast(est_visitors as double))
  from core.visitor_onward
  union all
  select
    'accommodation_month',
    src_file_sha256,
    release_date,
    source_id,
    region_code,
    period_month,
    period_type,
    false,
    make_array(
      cast(room_nights_sold as double),
      cast(guests_wisman as double),
      cast(guests_wisnus as double),
      cast(nights_wisman as double),
      cast(nights_wisnus as double),
      cast(room_revenue_rp as double)
    )
  from core.accommodation_month
  union all
  select
    'umkm_turnover',
    src_file_sha256,
    release_date,
    source_id,
    region_code,
    period_quarter,
    period_type,
    false,
    make_array(
      cast(n_resp as double),
      cast(turnover_resp_rp as double),
      cast(turnover_est_rp as double)
    )
  from core.umkm_turnover
  union all
  select
    'finance_month',
    src_file_sha256,
    release_date,
    source_id,
    region_code,
    period_month,
    period_type,
    false,
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
    'waste_generation',
    src_file_sha256,
    release_date,
    source_id,
    region_code,
    period_month,
    period_type,
    method <> 'measured',
    make_array(cast(gen_ton as double))
  from core.waste_generation
  union all
  select
    'waste_handling',
    src_file_sha256,
    release_date,
    source_id,
    region_code,
    period_month,
    period_type,
    false,
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
  -- Tickets are many: their number and tonnes a class of source stand for them.
  select
    'waste_weighbridge',
    sha256,
    release_date,
    source_id,
    region,
    period,
    period_type,
    false,
    make_array(tickets, tonnes, least_ton, most_ton)
  from (
    select
      src_file_sha256 as sha256,
      release_date,
      source_id,
      region_origin as region,
      cast(date_trunc('month', ts_in) as date) as period,
      period_type,
      cast(count(*) as double) as tickets,
      cast(sum(net_ton) as double) as tonnes,
      cast(min(net_ton) as double) as least_ton,
      cast(max(net_ton) as double) as most_ton
    from core.waste_weighbridge
    group by
      src_file_sha256, release_date, source_id, region_origin,
      cast(date_trunc('month', ts_in) as date), period_type, source_class
  )
  union all
  select
    'waste_composition',
    src_file_sha256,
    release_date,
    source_id,
    region_code,
    make_date(year, 1, 1),
    period_type,
    false,
    make_array(cast(pct as double))
  from core.waste_composition
  union all
  select
    'transport_movement',
    src_file_sha256,
    release_date,
    source_id,
    point_id,
    period_month,
    period_type,
    false,
    make_array(cast(passengers as double))
  from core.transport_movement
  union all
  select
    'transport_service',
    src_file_sha256,
    release_date,
    source_id,
    route_id,
    period_month,
    period_type,
    false,
    make_array(
      cast(trips_operated as double),
      cast(trips_cancelled as double),
      cast(trips_ontime as double),
      cast(passengers as double)
    )
  from core.transport_service
  union all
  select
    'population',
    src_file_sha256,
    release_date,
    source_id,
    region_code,
    make_date(year, 1, 1),
    period_type,
    false,
    make_array(cast(pop_mid as double))
  from core.population
  union all
  select
    'regional_finance',
    src_file_sha256,
    release_date,
    source_id,
    region_code,
    make_date(year, 1, 1),
    period_type,
    false,
    make_array(cast(pad_rp as double), cast(transfer_rp as double), cast(loan_rp as double))
  from core.regional_finance
),
figures as (
  select
    dataset,
    '' as measure,
    sha256,
    release_date,
    source_id,
    region,
    period,
    period_type,
    may_repeat,
    unnest(figures) as figure
  from filed_rows
  union all
  select
    'visitor_flow',
    measure,
    src_file_sha256,
    release_date,
    source_id,
    region_code,
    period_month,
    period_type,
    false,
    cast(value as double)
  from core.visitor_flow
),
slices as (
  -- The theme of visitor_flow begins with the measure. Of events several submissions are current.
  select
    dataset,
    case when dataset = 'visitor_flow' then split_part(theme, ':', 1) else '' end as measure,
    sha256,
    release_date,
    source_id,
    slice_region,
    period,
    period_type,
    sum(sum(rows)) over (
      partition by
        dataset, case when dataset = 'visitor_flow' then split_part(theme, ':', 1) else '' end,
        source_id, slice_region, period, period_type
    ) as rows
  from ops.current_slices
  group by
    dataset, case when dataset = 'visitor_flow' then split_part(theme, ':', 1) else '' end, sha256,
    release_date, source_id, slice_region, period, period_type
)
select
  s.dataset,
  s.measure,
  s.source_id,
  s.slice_region as region_code,
  s.period,
  s.period_type,
  max(s.rows) as rows,
  sum(f.figure) as total,
  count(f.figure) as filled,
  count(f.dataset) as figures,
  case
    when not bool_or(f.may_repeat)
      then cast(md5(string_agg(cast(f.figure as varchar), ';' order by f.figure)) as varchar)
  end as fingerprint
from slices s
left join figures f
  on f.dataset = s.dataset
  and f.measure = s.measure
  and f.sha256 = s.sha256
  and f.release_date = s.release_date
  and f.source_id = s.source_id
  and f.region = s.slice_region
  and f.period = s.period
  and f.period_type = s.period_type
group by s.dataset, s.measure, s.source_id, s.slice_region, s.period, s.period_type
