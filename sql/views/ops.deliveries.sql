-- One row per delivery that is expected of a period that has ended, and when it came; what it holds
-- is told by ops.expectations. Expected is what ref.arrival says; of a regency's office without a
-- row there, what ref.arrival_default says from its first delivery on; of neither a period that ended
-- before expected_since of corridor.json.
-- A delivery holds at least one accepted row of the region and period, so a file with a header
-- alone is none; its day is that of the first such submission. as_of is today; days are the
-- corridor's: param utc_offset_hours, or UTC days where it is not set.
-- regency is whom it concerns: the regency itself, that of the point, of the route's destination or
-- else origin, of the office.
with corridor_offset as (
  select
    coalesce(
      cast(3600 * param('utc_offset_hours', '*', current_date) as bigint),
      0
    ) as offset_seconds
),
corridor_clock as (
  select
    offset_seconds,
    cast(to_timestamp_seconds(to_unixtime(now()) + offset_seconds) as date) as today
  from corridor_offset
),
delivered_periods as (
  select
    s.dataset,
    s.source_id,
    s.slice_region as region,
    s.period,
    s.period_type,
    min(f.received_at) as received_at,
    max(f.received_at) as last_received_at,
    count(distinct s.sha256) as submissions,
    cast(
      to_timestamp_seconds(min(to_unixtime(f.received_at) + d.offset_seconds)) as date
    ) as received_on
  from ops.slices s
  join ops.files f on f.sha256 = s.sha256
  cross join corridor_clock d
  where s.rows > 0
  group by s.dataset, s.source_id, s.slice_region, s.period, s.period_type
),
-- What came on the day of the first delivery: what an office files later, about years before or
-- after a pause, changes neither what it has promised nor what it owes.
first_deliveries as (
  select *
  from (
    select
      *,
      min(received_on) over (partition by dataset, source_id, region, period_type) as first_received_on
    from delivered_periods
  )
  where received_on = first_received_on
),
beginning as (
  select cast(cast(coalesce(param('expected_since', '*', current_date), 0) as int) as date) as expected_since
),
-- From the period that was the newest when the first delivery came.
default_arrivals as (
  select
    d.source_id,
    f.dataset,
    d.region,
    f.cadence,
    f.due_days,
    f.rows_min,
    f.filled_min,
    greatest(
      least(
        max(d.period),
        greatest(
          min(d.period),
          cast(
            date_trunc('month', min(d.received_on)) - case f.cadence
              when 'M' then interval '1 month'
              when 'Q' then interval '5 months'
              else interval '23 months'
            end as date
          )
        )
      ),
      -- The period that holds the day since when deliveries are expected.
      case f.cadence
        when 'M' then cast(date_trunc('month', min(b.expected_since)) as date)
        when 'Q' then cast(date_trunc('quarter', min(b.expected_since)) as date)
        else cast(date_trunc('year', min(b.expected_since)) as date)
      end
    ) as from_period
  from ref.arrival_default f
  join first_deliveries d on d.dataset = f.dataset and d.period_type = f.cadence
  cross join beginning b
  join ref.source o on o.code = d.source_id and o.region_code is not null and not o.synthetic
  left anti join ref.arrival a on a.source_id = d.source_id and a.dataset = d.dataset
  group by d.source_id, f.dataset, d.region, f.cadence, f.due_days, f.rows_min, f.filled_min
),
agreements as (
  select
    a.source_id,
    a.dataset,
    coalesce(s.region_code, a.region_code) as region,
    a.cadence,
    a.due_days,
    a.rows_min,
    a.rows_max,
    a.filled_min,
    a.from_period,
    a.until_period,
    a.region_code = '*' as is_general
  from ref.arrival a
  left join ref.scope s on s.scope_code = 'CORR' and a.region_code = '*'
  union all
  select
    source_id,
    dataset,
    region,
    cadence,
    due_days,
    rows_min,
    cast(null as bigint) as rows_max,
    filled_min,
    from_period,
    cast(null as date) as until_period,
    true as is_general
  from default_arrivals
),
calendar_periods as (
  select
    from_grain as cadence,
    from_period as period,
    cast(
      from_period + case from_grain
        when 'M' then interval '1 month'
        when 'Q' then interval '3 months'
        else interval '12 months'
      end as date
    ) as next_period
  from ref.period
  where from_grain = grain
),
-- A row that names the region stands before the row of *, a newer agreement before an older one.
expected_deliveries as (
  select
    a.*,
    c.period,
    cast(cast(c.next_period as int) - 1 + a.due_days as date) as due_on,
    d.today,
    row_number() over (
      partition by a.source_id, a.dataset, a.region, a.cadence, c.period
      order by a.is_general, a.from_period desc
    ) as place
  from agreements a
  join calendar_periods c
    on c.cadence = a.cadence
    and c.period >= a.from_period
    and (a.until_period is null or c.period <= a.until_period)
  cross join corridor_clock d
  where c.next_period <= d.today
),
-- A point or route lies in a regency of the corridor or in none.
places as (
  select region_code as place, region_code as regency
  from ref.scope
  where scope_code = 'CORR'
  union all
  select p.code, p.region_code
  from ref.point p
  join ref.scope s on s.scope_code = 'CORR' and s.region_code = p.region_code
)
select
  e.source_id,
  e.dataset,
  e.region as region_code,
  coalesce(own.regency, dest.regency, origin.regency, office.regency) as regency,
  e.cadence,
  e.period,
  e.due_on,
  d.received_at,
  d.received_on,
  d.last_received_at,
  coalesce(d.submissions, 0) as submissions,
  e.rows_min,
  e.rows_max,
  e.filled_min,
  e.today as as_of,
  e.due_on < e.today as is_due,
  d.received_at is null and e.due_on < e.today as is_missing,
  coalesce(d.received_on <= e.due_on, false) as is_on_time,
  coalesce(d.received_on > e.due_on, false) as is_late
from expected_deliveries e
left join delivered_periods d
  on d.dataset = e.dataset
  and d.source_id = e.source_id
  and d.region = e.region
  and d.period = e.period
  and d.period_type = e.cadence
left join places own on own.place = e.region
left join places dest on dest.place = split_part(e.region, '-', 2)
left join places origin on origin.place = split_part(e.region, '-', 1)
left join ref.source o on o.code = e.source_id
left join places office on office.place = o.region_code
-- A lake without the sample does not wait for it.
where e.place = 1
  and (not coalesce(o.synthetic, false) or e.source_id in (select source_id from delivered_periods))
