-- Question: which values does the release publish, which of them rest on synthetic rows, and which
--   are not of the series of the one before: of other sources, or behind a break?
-- Grain: indicator, region, breakdown, grain, period.
with released as (
  select
    *,
    12 * date_part('year', period) + date_part('month', period)
      + case grain when 'Y' then 11 when 'Q' then 2 else 0 end as last_month,
    lag(sources) over (
      partition by indicator_id, region_code, breakdown, grain, value is null order by period
    ) as sources_before,
    lag(period) over (
      partition by indicator_id, region_code, breakdown, grain, value is null order by period
    ) as period_before
  from indicators.values
),
breaks as (
  select distinct
    d.indicator_id,
    s.scope_code,
    b.source_id,
    b.break_date,
    12 * date_part('year', b.break_date) + date_part('month', b.break_date) as break_month
  from ref.series_break b
  join ref.indicator_dataset d on d.dataset = b.dataset
  join ref.scope s on b.region_code in (s.region_code, '*')
),
broken as (
  select distinct r.indicator_id, r.region_code, r.breakdown, r.grain, r.period
  from released r
  join breaks b
    on b.indicator_id = r.indicator_id
    and b.scope_code = r.region_code
    and b.break_month <= r.last_month
    and b.break_date > r.period_before
    and (b.source_id = '*' or strpos(concat(' ', replace(r.sources, ',', ' '), ' '), concat(' ', b.source_id, ' ')) > 0)
)
select
  r.indicator_id,
  r.region_code,
  r.breakdown,
  r.grain,
  cast(r.period as varchar) as first_day,
  r.value,
  r.state,
  r.coverage,
  r.flags,
  r.sources,
  strpos(concat(', ', coalesce(r.flags, ''), ','), ', synthetic,') > 0 as is_synthetic,
  r.value is not null
    and coalesce(r.sources <> r.sources_before or k.indicator_id is not null, false) as is_break
from released r
left join broken k
  on k.indicator_id = r.indicator_id
  and k.region_code = r.region_code
  and k.breakdown = r.breakdown
  and k.grain = r.grain
  and k.period = r.period
order by r.indicator_id, r.region_code, r.breakdown, r.grain, r.period
