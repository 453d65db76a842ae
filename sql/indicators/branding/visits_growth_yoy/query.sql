-- Question: how much did visits grow over the same period a year before?
-- Grain: region, month or year.
-- Formula: (v - v a year before) / v a year before, inside one source only.
-- One source is used for all of a region's year, as the headline is, so that no quarter or year
-- adds the growth of two: the headline of the later year if it filed each of its months in both
-- years, else the source that did so for most months, the better ranked of equals.
-- The flag names it, and names all of them for the corridor.
-- A break of the series after the earlier period began and before the later one ended gives no
-- growth: the flag says why.
-- Rules: sql/README.md S3.1e, S3.7, S3.8
with visits as (
  select
    region_code,
    source_id,
    period_type,
    period_month,
    12 * date_part('year', period_month) + date_part('month', period_month) as month_number,
    bool_or(is_headline) as is_headline,
    sum(value) as value
  from core.flow_cells
  where measure = 'visits' and in_sum
  group by region_code, source_id, period_type, period_month
),
compared_visits as (
  select
    *,
    max(value) over (
      partition by region_code, source_id, period_type
      order by month_number
      range between 12 preceding and 12 preceding
    ) as value_before
  from visits
),
source_ranks as (
  select
    slice_region as region_code,
    source_id,
    period_type,
    period,
    min(source_rank) as source_rank
  from ops.current_slices
  where dataset = 'visitor_flow' and theme = 'visits'
  group by slice_region, source_id, period_type, period
),
ranked_visits as (
  select
    t.region_code,
    t.source_id,
    t.period_type,
    t.period_month,
    date_trunc('year', t.period_month) as year,
    t.is_headline,
    r.source_rank,
    t.value,
    t.value_before,
    cast(t.period_month - interval '12 months' as date) as month_before,
    cast(
      t.period_month + case t.period_type
        when 'Y' then interval '12 months'
        when 'Q' then interval '3 months'
        else interval '1 month'
      end as date
    ) as next_period
  from compared_visits t
  left join source_ranks r
    on r.region_code = t.region_code
    and r.source_id = t.source_id
    and r.period_type = t.period_type
    and r.period = t.period_month
),
candidates as (
  select
    *,
    bool_or(is_headline) over (partition by region_code, period_type, year, source_id) as leads,
    count(value_before) over (
      partition by region_code, period_type, year, source_id
    ) as pairs_filed,
    count(*) over (partition by region_code, period_type, year, source_id) as periods_filed,
    min(source_rank) over (partition by region_code, period_type, year, source_id) as best_rank
  from ranked_visits
),
ranked_candidates as (
  select
    *,
    dense_rank() over (
      partition by region_code, period_type, year
      order by leads and pairs_filed = periods_filed desc, pairs_filed desc, best_rank, source_id
    ) as place
  from candidates
),
growths as (
  select
    p.region_code,
    p.period_type,
    p.period_month,
    p.year,
    p.source_id,
    p.is_headline,
    p.value,
    p.value_before,
    max(
      case
        when b.break_date is not null
          then concat('series_break ', b.break_date, ': ', b.reason_id, ' / ', b.reason_en)
      end
    ) as break_flag
  from ranked_candidates p
  left join ref.series_break b
    on b.dataset = 'visitor_flow'
    and b.region_code in (p.region_code, '*')
    and b.source_id in (p.source_id, '*')
    and b.break_date > p.month_before
    and b.break_date < p.next_period
  where p.place = 1 and p.value_before is not null
  group by
    p.region_code, p.period_type, p.period_month, p.year, p.source_id, p.is_headline, p.value,
    p.value_before
),
corridor_sources as (
  select
    period_type,
    year,
    string_agg(distinct source_id, ' + ' order by source_id) as names
  from growths
  where break_flag is null
  group by period_type, year
)
select
  s.scope_code,
  g.region_code,
  g.period_type as grain,
  g.period_month as period,
  case when g.break_flag is null then g.value - g.value_before end as numerator,
  case when g.break_flag is null then g.value_before end as denominator,
  case when g.break_flag is not null then 'series_break' end as state,
  case
    when g.break_flag is not null then g.break_flag
    when s.scope_code = g.region_code then concat(
      'source ', g.source_id, case when g.is_headline then '' else ' (not the headline)' end
    )
    else concat('source ', t.names)
  end as flag
from growths g
join ref.scope s on s.region_code = g.region_code
left join corridor_sources t on t.period_type = g.period_type and t.year = g.year
