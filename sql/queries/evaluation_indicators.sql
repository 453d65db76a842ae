-- Question: what are the values of the year ($year) of the indicators that a part of the evaluation
--   ($section) shows, with the predicate of their scale ($region: a region; an empty text asks of
--   all)?
-- Grain: indicator, region.
with bands as (
  select p.*
  from ref.predicate p
  join (
    select scale, max(valid_from) as valid_from
    from ref.predicate
    where valid_from <= make_date($year, 12, 31)
    group by scale
  ) n on n.scale = p.scale and n.valid_from = p.valid_from
),
judged_values as (
  select
    v.indicator_id,
    v.region_code,
    v.value,
    v.state,
    v.coverage,
    v.flags,
    v.sources,
    e.rank,
    e.predicate_scale,
    min(b.rank) as band
  from ref.evaluation_indicator e
  join indicators.values v on v.indicator_id = e.indicator_id
  left join bands b
    on b.scale = e.predicate_scale
    and (
      b.lower_bound is null
      -- The last bit of a fraction decides nothing.
      or round(v.value, 9) > cast(b.lower_bound as double)
      or (b.is_inclusive and round(v.value, 9) = cast(b.lower_bound as double))
    )
  where e.section = $section
    and v.grain = 'Y'
    and v.breakdown = ''
    and date_part('year', v.period) = $year
    and ($region = '' or v.region_code = $region)
  group by
    v.indicator_id, v.region_code, v.value, v.state, v.coverage, v.flags, v.sources, e.rank,
    e.predicate_scale
),
-- What was rounded when it was loaded, and lies on the very bound of its band, may be of the one below.
told_bands as (
  select b.*, j.indicator_id, j.region_code
  from judged_values j
  join bands b on b.scale = j.predicate_scale and b.rank = j.band
  where not coalesce(
    j.flags like '%rounded:%' and round(j.value, 9) = cast(b.lower_bound as double), false
  )
)
select
  j.indicator_id,
  j.region_code,
  j.value,
  j.state,
  case when j.value is not null then b.name end as predicate,
  case when j.value is not null then b.name_en end as predicate_en,
  j.coverage,
  j.flags,
  j.sources
from judged_values j
left join told_bands b on b.indicator_id = j.indicator_id and b.region_code = j.region_code
left join (select distinct scope_code, scope_order from ref.scope) s on s.scope_code = j.region_code
order by j.rank, j.indicator_id, s.scope_order
