-- Question: where do sources disagree about the year ($year; $region: a region; an empty text and
--   CORR ask of all)?
-- Grain: dataset, measure, breakdown, region, source. Of a source that lacks months value and
--   headline_value are of the months that both filed (months). No figures beside a value of the region and
--   year that is not published.
with withheld as (
  select distinct v.region_code, d.dataset
  from indicators.values v
  join ref.indicator_dataset d on d.indicator_id = v.indicator_id
  where v.state = 'suppressed' and date_part('year', v.period) = $year
)
select
  g.dataset,
  g.measure,
  g.breakdown,
  g.region_code,
  g.source_id,
  g.is_headline,
  case when w.dataset is null then g.value end as value,
  case when w.dataset is null then g.headline_value end as headline_value,
  g.months,
  case when w.dataset is null then g.gap_percent end as gap_percent,
  case when w.dataset is null then g.band end as band
from ops.disagreements g
left join withheld w on w.region_code = g.region_code and w.dataset = g.dataset
left join (select distinct scope_code, scope_order from ref.scope) s on s.scope_code = g.region_code
where g.year = $year and ($region in ('', 'CORR') or g.region_code = $region)
order by g.dataset, g.measure, g.breakdown, s.scope_order, g.region_code, g.source_id
