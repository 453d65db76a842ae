-- Question: do the values that were computed now differ from those that are published of the same indicators?
-- Grain: value that only one side has, or has with other words; one is enough.
with computed as (
  select
    indicator_id, region_code, grain, period, breakdown, value, numerator, denominator, state, coverage, flags, sources
  from work.values
),
published as (
  select
    v.indicator_id, v.region_code, v.grain, v.period, v.breakdown, v.value, v.numerator, v.denominator, v.state,
    v.coverage, v.flags, v.sources
  from indicators.values v
  join (select distinct indicator_id from work.cards) c on c.indicator_id = v.indicator_id
)
(select * from computed except select * from published)
union all
(select * from published except select * from computed)
limit 1
