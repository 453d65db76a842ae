-- Question: which share of the deliveries that fell due came by their day?
-- Grain: region, month of the due day.
-- Formula: received by the due day / due until now; what was not received is late.
-- Caveat: a month in which nothing fell due is 0 of 0, so that a year has its twelve months; the
-- running month counts what is due so far.
with calendar_months as (
  select
    region_code,
    t.from_period as period,
    t.from_period = date_trunc('month', r.as_of) as is_running
  from (
    select regency as region_code, min(due_on) as first_due, max(as_of) as as_of
    from ops.deliveries
    where is_due and regency is not null
    group by regency
  ) r
  join ref.period t
    on t.from_grain = 'M'
    and t.grain = 'M'
    and t.from_period >= date_trunc('year', r.first_due)
    and t.from_period <= r.as_of
),
due_months as (
  select
    regency as region_code,
    cast(date_trunc('month', due_on) as date) as period,
    count(*) as due,
    sum(case when is_on_time then 1 else 0 end) as on_time
  from ops.deliveries
  where is_due
  group by regency, cast(date_trunc('month', due_on) as date)
)
select
  c.region_code,
  'M' as grain,
  c.period,
  coalesce(d.on_time, 0) as numerator,
  coalesce(d.due, 0) as denominator,
  case when c.is_running then 'running_month' end as flag
from calendar_months c
left join due_months d on d.region_code = c.region_code and d.period = c.period
