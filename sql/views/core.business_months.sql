-- Question: how many businesses are active at the end of each month?
-- Grain: region, source, month. A register covers the months from its first entry to its release.
-- A version comes in at the end of the month it begins in and goes out in the one it ends in: the
-- months are running sums of these changes, so that the cost follows the register and not its
-- months.
with changes as (
  select
    region_code,
    source_id,
    unnest(make_array(from_day, until_day)) as day,
    unnest(make_array(1, -1)) as change,
    nib,
    kbli5,
    is_tourism
  from core.businesses
  where is_active and (until_day is null or until_day > from_day)
),
month_changes as (
  select
    region_code,
    source_id,
    cast(date_trunc('month', day) as date) as period,
    sum(change) as active,
    sum(case when nib is not null then change else 0 end) as with_nib,
    sum(case when kbli5 is not null then change else 0 end) as with_industry,
    sum(case when is_tourism then change else 0 end) as in_tourism
  from changes
  where day is not null
  group by region_code, source_id, cast(date_trunc('month', day) as date)
),
registers as (
  select
    region_code,
    source_id,
    min(from_day) as first_day,
    max(release_date) as released,
    -- A register in which nobody has a number does not keep them.
    bool_or(nib is not null) as keeps_nib
  from core.businesses
  group by region_code, source_id
),
register_months as (
  select
    r.region_code,
    r.source_id,
    r.keeps_nib,
    t.from_period as period
  from registers r
  join ref.period t
    on t.from_grain = 'M'
    and t.grain = 'M'
    and t.from_period >= date_trunc('month', r.first_day)
    and cast(t.from_period + interval '1 month' - interval '1 day' as date) <= r.released
),
-- Changes before the calendar of ref.period count for its first month.
placed_changes as (
  select region_code, source_id, period, active, with_nib, with_industry, in_tourism
  from month_changes
  union all
  select region_code, source_id, period, 0, 0, 0, 0
  from register_months
),
running_sums as (
  select
    region_code,
    source_id,
    period,
    sum(sum(active)) over months as active,
    sum(sum(with_nib)) over months as with_nib,
    sum(sum(with_industry)) over months as with_industry,
    sum(sum(in_tourism)) over months as in_tourism
  from placed_changes
  group by region_code, source_id, period
  window months as (partition by region_code, source_id order by period)
)
select r.*, m.keeps_nib
from running_sums r
join register_months m
  on m.region_code = r.region_code and m.source_id = r.source_id and m.period = r.period
