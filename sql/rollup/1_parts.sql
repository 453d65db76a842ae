-- Question: which parts may make a value?
-- Grain: that of work.parts.
-- Rules: sql/README.md S1.1, S3.3 (magnitude)
-- A figure that is off by the factor between two units (kg in a column of tons) makes no number: its
-- parts lose theirs and say what they look like, until the office files again or says why.
-- So do the parts of a sum that cannot be true, whatever is made of it (over longer periods:
-- 3_regional).
-- A quarter or a year that is made of rows of months (events) says that it runs still, until its source
-- has released anything after it.
with measures as (
  select distinct dataset, split_part(theme, ':', 1) as measure from ops.current_slices
),
-- Measures of which nothing is filed for a quarter or a year, with the newest release of each source.
measures_of_months as (
  select
    c.source_id,
    split_part(c.theme, ':', 1) as measure,
    d.period_types,
    max(c.release_date) as released
  from ops.current_slices c
  join ref.dataset d on d.dataset = c.dataset
  where d.period_types like '%M%' and c.dataset not in ('quick_win', 'calendar_day')
  group by c.source_id, split_part(c.theme, ':', 1), d.period_types
),
running as (
  select distinct p.indicator_id, p.region_code, p.theme, p.source_id, p.grain, p.period
  from work.parts p
  join measures_of_months m
    on m.source_id = p.source_id
    and m.measure = split_part(p.theme, ':', 1)
    and m.period_types not like concat('%', p.grain, '%')
  where p.grain in ('Q', 'Y')
    and m.released < cast(
      p.period + case p.grain when 'Q' then interval '3 months' else interval '12 months' end - interval '1 day' as date
    )
),
fields as (
  select
    d.indicator_id,
    d.dataset,
    concat('^(', coalesce(i.fields, '.*'), ')$') as fields
  from work.card_datasets d
  left join ref.indicator_input i on i.indicator_id = d.indicator_id and i.dataset = d.dataset
),
doubts as (
  select
    f.indicator_id,
    t.measure,
    m.region_code,
    m.source_id,
    m.period_type,
    m.period,
    m.detail
  from ops.magnitudes m
  join fields f on f.dataset = m.dataset and regexp_like(m.measure, f.fields)
  join measures t on t.dataset = m.dataset
  union all
  select
    d.indicator_id,
    s.measure,
    s.region_code,
    s.source_id,
    s.period_type,
    s.period,
    s.detail
  from ops.impossible_sums s
  join work.card_datasets d on d.dataset = s.dataset
  where s.grain = s.period_type
),
withheld as (
  select
    indicator_id,
    measure,
    region_code,
    source_id,
    period_type,
    period,
    -- What it looks like says more than that it cannot be.
    coalesce(min(case when starts_with(detail, 'magnitude') then detail end), min(detail)) as detail
  from doubts
  group by indicator_id, measure, region_code, source_id, period_type, period
)
select
  p.indicator_id,
  p.scope_code,
  p.region_code,
  p.breakdown,
  p.grain,
  p.period,
  p.member,
  p.theme,
  p.source_id,
  case when w.detail is null then p.numerator end as numerator,
  case when w.detail is null then p.denominator end as denominator,
  case when w.detail is null then p.whole end as whole,
  p.respondents,
  p.largest_two,
  p.contributed,
  case when w.detail is null then p.state else 'no_data' end as state,
  coalesce(
    w.detail, nullif(concat_ws(', ', p.flag, case when r.period is not null then 'running_period' end), '')
  ) as flag,
  p.basis
from work.parts p
left join running r
  on r.indicator_id = p.indicator_id
  and r.region_code = p.region_code
  and r.theme = p.theme
  and r.source_id = p.source_id
  and r.grain = p.grain
  and r.period = p.period
left join withheld w
  on w.indicator_id = p.indicator_id
  and w.measure = split_part(p.theme, ':', 1)
  and w.region_code = p.region_code
  and w.source_id = p.source_id
  and w.period_type = p.grain
  and w.period = p.period
