-- One row per delivery that ref.arrival expects of a period that has ended: what came, when, and what is odd about it.
-- A delivery holds at least one accepted row of the region and period, so a file with a header alone is none; its day is that of the
-- first such submission, while rows and figures are those of the submission that speaks now.  Days are UTC days: a day's
-- grace of up to eight hours for the corridor.  `state` is the worst finding, in the order of the case; the flags hide none.
with agreed as (
  select a.*, coalesce(s.region_code, a.region_code) as region
  from ref.arrival a
  left join ref.scope s on s.scope_code = 'CORR' and a.region_code = '*'
),
calendar as (
  select from_grain as cadence, from_period as period,
    cast(
      from_period + case from_grain when 'M' then interval '1 month' when 'Q' then interval '3 months' else interval '12 months' end as date
    ) as next_period
  from ref.period
  where from_grain = grain and from_period < current_date
),
-- A row that names the region stands before the row of *, a newer agreement before an older one.
expected as (
  select a.*, c.period, cast(cast(c.next_period as int) - 1 + a.due_days as date) as due_on,
    row_number() over (
      partition by a.source_id, a.dataset, a.region, a.cadence, c.period order by a.region_code = '*', a.from_period desc
    ) as place
  from agreed a
  join calendar c on c.cadence = a.cadence and c.period >= a.from_period and (a.until_period is null or c.period <= a.until_period)
  where c.next_period <= current_date
),
delivered as (
  select s.dataset, s.source_id, s.slice_region as region, s.period, s.period_type,
    min(f.received_at) as received_at, max(f.received_at) as last_received_at, count(distinct s.sha256) as submissions
  from ops.slices s
  join ops.files f on f.sha256 = s.sha256
  where s.rows > 0
  group by s.dataset, s.source_id, s.slice_region, s.period, s.period_type
),
-- The period before is the last one delivered before it: a copy past a gap is a copy too.
content as (
  select dataset, source_id, region_code, period, period_type, rows, total, filled, figures, fingerprint,
    lag(fingerprint) over (partition by dataset, source_id, region_code, period_type order by period) as fingerprint_before,
    lag(period) over (partition by dataset, source_id, region_code, period_type order by period) as period_before
  from ops.slice_totals
),
found as (
  select e.source_id, e.dataset, e.region as region_code, e.cadence, e.period, e.due_on,
    d.received_at, d.last_received_at, coalesce(d.submissions, 0) as submissions,
    coalesce(c.rows, 0) as rows, e.rows_min as rows_expected_min, e.rows_max as rows_expected_max,
    round(100.0 * c.filled / nullif(c.figures, 0), 1) as filled_pct, e.filled_min as filled_expected_min,
    e.due_on < current_date as is_due,
    d.received_at is null and e.due_on < current_date as is_missing,
    coalesce(cast(d.received_at as date) <= e.due_on, false) as is_on_time,
    coalesce(cast(d.received_at as date) > e.due_on, false) as is_late,
    coalesce(c.rows < e.rows_min, false) as is_too_small,
    coalesce(c.rows > e.rows_max, false) as is_too_large,
    coalesce(c.fingerprint = c.fingerprint_before, false) as is_copy,
    case when c.fingerprint = c.fingerprint_before then c.period_before end as copy_of,
    coalesce(c.figures > 0 and coalesce(c.total, 0) = 0, false) as is_zero,
    coalesce(100.0 * c.filled / nullif(c.figures, 0) < e.filled_min, false) as is_incomplete,
    coalesce(e.period = max(case when d.received_at is not null then e.period end) over (
      partition by e.source_id, e.dataset, e.region, e.cadence
    ), false) as is_newest
  from expected e
  left join delivered d
    on d.dataset = e.dataset and d.source_id = e.source_id and d.region = e.region and d.period = e.period and d.period_type = e.cadence
  left join content c
    on c.dataset = e.dataset and c.source_id = e.source_id and c.region_code = e.region and c.period = e.period and c.period_type = e.cadence
  where e.place = 1
)
select source_id, dataset, region_code, cadence, period, due_on, received_at,
  case
    when is_missing then 'missing'
    when received_at is null then 'pending'
    when is_zero then 'all_zeros'
    when is_copy then 'copy_of_last'
    when is_too_small then 'too_small'
    when is_too_large then 'too_large'
    when is_incomplete then 'incomplete'
    when is_late then 'late'
    else 'on_time'
  end as state,
  rows, rows_expected_min, rows_expected_max, filled_pct, filled_expected_min,
  is_due, is_on_time, is_late, is_missing, is_zero, is_copy, copy_of, is_too_small, is_too_large, is_incomplete, is_newest,
  submissions, last_received_at
from found
