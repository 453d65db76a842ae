-- The deliveries of ops.deliveries and what is odd about them: `state` is the worst finding, in the
-- order of the case; the flags hide none.
-- Rows and figures are those of the current submission, days are the corridor's.
-- A slice of several measures has a row a measure in ops.slice_totals; it is zero or a
-- copy where all of them are.
with slices as (
  select
    dataset,
    source_id,
    region_code,
    period,
    period_type,
    sum(rows) as rows,
    sum(filled) as filled,
    sum(figures) as figures,
    bool_and(coalesce(total, 0) = 0) as is_zero,
    string_agg(concat(measure, ':', fingerprint), ';' order by measure) as fingerprint,
    bool_and(fingerprint is not null) as is_comparable
  from ops.slice_totals
  group by dataset, source_id, region_code, period, period_type
),
-- The period before is the last one delivered before it: a copy past a gap is a copy too.
slices_with_previous as (
  select
    dataset,
    source_id,
    region_code,
    period,
    period_type,
    rows,
    filled,
    figures,
    is_zero,
    case when is_comparable then fingerprint end as fingerprint,
    lag(case when is_comparable then fingerprint end) over (
      partition by dataset, source_id, region_code, period_type
      order by period
    ) as fingerprint_before,
    lag(period) over (
      partition by dataset, source_id, region_code, period_type
      order by period
    ) as period_before
  from slices
),
-- What the office filed before says how much it files. A reason that was recorded lets it stand.
unusual_slices as (
  select
    b.dataset,
    b.source_id,
    b.region_code,
    b.period,
    b.period_type,
    bool_or(b.measure = 'rows') as has_unusual_rows,
    bool_or(b.measure <> 'rows') as has_unusual_figures,
    string_agg(b.measure, ', ' order by b.measure) as measures
  from ops.volume_bands b
  left anti join ref.revision_reason r
    on r.dataset = b.dataset
    and r.source_id in (b.source_id, '*')
    and r.region_code in (b.region_code, '*')
    and b.period between r.from_period and r.until_period
  where b.is_outside
  group by b.dataset, b.source_id, b.region_code, b.period, b.period_type
),
judged_deliveries as (
  select
    d.source_id,
    d.dataset,
    d.region_code,
    d.regency,
    d.cadence,
    d.period,
    d.due_on,
    d.received_at,
    d.received_on,
    d.last_received_at,
    d.submissions,
    coalesce(c.rows, 0) as rows,
    d.rows_min as rows_expected_min,
    d.rows_max as rows_expected_max,
    round(100.0 * c.filled / nullif(c.figures, 0), 1) as filled_pct,
    d.filled_min as filled_expected_min,
    d.is_due,
    d.is_missing,
    d.is_on_time,
    d.is_late,
    coalesce(c.rows < d.rows_min, false) as is_too_small,
    coalesce(c.rows > d.rows_max, false) as is_too_large,
    coalesce(c.fingerprint = c.fingerprint_before, false) as is_copy,
    case when c.fingerprint = c.fingerprint_before then c.period_before end as copy_of,
    coalesce(c.figures > 0 and c.is_zero, false) as is_zero,
    coalesce(100.0 * c.filled / nullif(c.figures, 0) < d.filled_min, false) as is_incomplete,
    coalesce(
      d.period = max(case when d.received_at is not null then d.period end) over (
        partition by d.source_id, d.dataset, d.region_code, d.cadence
      ),
      false
    ) as is_newest,
    -- Rows have a band that was filed, where one was.
    coalesce(
      u.has_unusual_figures or (u.has_unusual_rows and d.rows_min is null and d.rows_max is null),
      false
    ) as is_outside,
    u.measures as unusual_measures
  from ops.deliveries d
  left join slices_with_previous c
    on c.dataset = d.dataset
    and c.source_id = d.source_id
    and c.region_code = d.region_code
    and c.period = d.period
    and c.period_type = d.cadence
  left join unusual_slices u
    on u.dataset = d.dataset
    and u.source_id = d.source_id
    and u.region_code = d.region_code
    and u.period = d.period
    and u.period_type = d.cadence
)
select
  source_id,
  dataset,
  region_code,
  cadence,
  period,
  due_on,
  received_at,
  case
    when is_missing then 'missing'
    when received_at is null then 'pending'
    when is_zero then 'all_zeros'
    when is_copy then 'copy_of_last'
    when is_too_small then 'too_small'
    when is_too_large then 'too_large'
    when is_incomplete then 'incomplete'
    when is_outside and is_newest then 'unusual'
    when is_late then 'late'
    else 'on_time'
  end as state,
  rows,
  rows_expected_min,
  rows_expected_max,
  filled_pct,
  filled_expected_min,
  is_due,
  is_on_time,
  is_late,
  is_missing,
  is_zero,
  is_copy,
  copy_of,
  is_too_small,
  is_too_large,
  is_incomplete,
  is_newest,
  submissions,
  last_received_at,
  regency,
  received_on,
  -- Once a later one has come, the band judges that one.
  is_outside and is_newest as is_unusual,
  case when is_outside then unusual_measures end as unusual_measures
from judged_deliveries
