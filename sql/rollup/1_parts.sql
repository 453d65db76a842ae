-- Question: which parts may make a value?
-- Grain: that of work.parts.
-- Rules: sql/README.md S1.1, S3.3 (magnitude)
-- A figure that is off by the factor between two units (kg in a column of tons) makes no number: its
-- parts lose theirs and say what they look like, until the office files again or says why.
-- So do the parts of a sum that cannot be true, whatever is made of it (over longer periods:
-- 3_regional).
with measures as (
  select distinct dataset, split_part(theme, ':', 1) as measure from ops.current_slices
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
  coalesce(w.detail, p.flag) as flag
from work.parts p
left join withheld w
  on w.indicator_id = p.indicator_id
  and w.measure = split_part(p.theme, ':', 1)
  and w.region_code = p.region_code
  and w.source_id = p.source_id
  and w.period_type = p.grain
  and w.period = p.period
