-- Question: where do sources disagree about a figure that an indicator is made of?
-- Grain: indicator, region, dataset, measure, breakdown, period, source.
-- Of published measures alone: others would tell what a release withholds.
select
  i.indicator_id,
  d.dataset,
  d.measure,
  d.breakdown,
  d.region_code,
  d.period_type,
  cast(d.period as varchar) as first_day,
  d.source_id,
  s.name as source_name,
  d.is_headline,
  d.value,
  d.gap_percent,
  d.band,
  coalesce(s.synthetic, false) as is_synthetic
from ops.disagreements_by_period d
join ops.open_measures m on m.dataset = d.dataset and m.measure = d.measure
join (
  select distinct indicator_id, dataset, fields from ref.indicator_input
) i
  on i.dataset = d.dataset
  and regexp_like(d.measure, concat('^(', i.fields, ')$'))
left join ref.source s on s.code = d.source_id
order by
  i.indicator_id, d.region_code, d.dataset, d.measure, d.breakdown, d.period_type, d.period,
  d.is_headline desc, d.source_id
