-- Question: how much did each published value change against the same period a year before?
-- Grain: indicator, region, breakdown, grain, period; only where there is a change.
-- The y-on-y rows of indicators.changes that have a change, by the same rules and without what
-- stands beside them: a test compares the two.
-- Rules: sql/README.md S3.1e, S3.7, S3.8
with published as (
  select
    v.indicator_id,
    v.region_code,
    v.breakdown,
    v.grain,
    v.period,
    v.value,
    coalesce(v.sources, '') as sources,
    coalesce(v.missing_regions, '') as missing_regions,
    regexp_replace(concat(', ', coalesce(v.basis, '')), ', [^,]*:[^,]*', '', 'g') as sets,
    i.aggregation,
    i.unit,
    12 * date_part('year', v.period) + date_part('month', v.period) as month_number,
    case v.grain when 'M' then 1 when 'Q' then 3 else 12 end as months
  from indicators.values v
  join ref.indicator i on i.indicator_id = v.indicator_id
  where v.state in ('ok', 'partial_coverage') and coalesce(v.flags not like '%running_period%', true)
),
compared as (
  select
    p.*,
    b.value as base_value
  from published p
  join published b
    on b.indicator_id = p.indicator_id
    and b.region_code = p.region_code
    and b.grain = p.grain
    and b.breakdown = p.breakdown
    and b.month_number = p.month_number - 12
    and b.sources = p.sources
    and b.missing_regions = p.missing_regions
    and b.sets = p.sets
  where p.aggregation <> 'SUM' or b.value > 0
),
breaks as (
  select distinct
    d.indicator_id,
    s.scope_code,
    b.source_id,
    12 * date_part('year', b.break_date) + date_part('month', b.break_date) as break_month_number,
    date_part('day', b.break_date) > 1 as is_within_month
  from ref.series_break b
  join ref.indicator_dataset d on d.dataset = b.dataset
  join ref.scope s on b.region_code in (s.region_code, '*')
)
select
  c.indicator_id,
  c.region_code,
  c.breakdown,
  c.grain,
  cast(c.period as varchar) as first_day,
  case
    when c.aggregation = 'SUM' then 100 * (c.value - c.base_value) / c.base_value
    else c.value - c.base_value
  end as change,
  case
    when c.aggregation = 'SUM' then '%'
    when c.unit = '%' then 'poin'
    else c.unit
  end as change_unit
from compared c
left anti join breaks b
  on b.indicator_id = c.indicator_id
  and b.scope_code = c.region_code
  and b.break_month_number < c.month_number + c.months
  and b.break_month_number >= c.month_number - 12
  and (b.break_month_number > c.month_number - 12 or b.is_within_month)
  and (
    b.source_id = '*'
    or regexp_like(c.sources, concat('(^|[^A-Za-z0-9_])', b.source_id, '($|[^A-Za-z0-9_])'))
  )
order by c.indicator_id, c.region_code, c.breakdown, c.grain, c.period
