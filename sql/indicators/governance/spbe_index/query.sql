-- Question: what is the index of electronic government of each region, and its predicate?
-- Grain: region, source, year.
-- Caveat: not aggregated. An index with more digits than its column is rounded when it is loaded; where
-- that lifts it to the very bound of a band, which band it is in is not known, and no predicate is told.
-- Rules: sql/README.md S5.1
with bands as (
  select
    i.region_code,
    i.source_id,
    i.year,
    i.index,
    case when array_has(i.qc_flags, 'rounded:index') and i.index = p.lower_bound then null else p.name end as name,
    row_number() over (
      partition by i.region_code, i.source_id, i.year, i.index
      order by p.valid_from desc, p.rank
    ) as place
  from core.spbe_index i
  left join ref.predicate p
    on p.scale = 'spbe'
    and p.valid_from <= make_date(i.year, 12, 31)
    and (
      p.lower_bound is null
      or i.index > p.lower_bound
      or (p.is_inclusive and i.index = p.lower_bound)
    )
)
select
  region_code,
  source_id,
  'spbe_index' as theme,
  'Y' as grain,
  make_date(year, 1, 1) as period,
  index as numerator,
  case when name is not null then concat('predicate: ', name) end as flag
from bands
where place = 1
