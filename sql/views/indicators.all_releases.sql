-- Which values does each release publish?
-- One row a release and value. A release names the release that computed an indicator's values; one
-- of an earlier program computed all of its own. What a release withholds has no number here.
-- Rules: sql/README.md S3.4
with released_values as (
  select v.* exclude (release_id), r.release_id
  from indicators.values_log v
  join ops.release_indicators r
    on r.computed_in = v.release_id
    and r.indicator_id = v.indicator_id
  union all
  select v.* exclude (release_id), v.release_id
  from indicators.values_log v
  left anti join ops.release_indicators r on r.release_id = v.release_id
)
select
  v.indicator_id,
  v.dimension,
  v.region_code,
  v.grain,
  v.period,
  v.breakdown,
  v.numerator,
  v.denominator,
  v.value,
  v.state,
  v.coverage,
  v.regions_present,
  v.regions_expected,
  v.periods_present,
  v.periods_expected,
  v.missing_regions,
  v.flags,
  v.sources,
  v.basis,
  v.release_id,
  w.withheld_as
from released_values v
left join ops.releases r on r.release_id = v.release_id
left join indicators.withheld w
  on w.decided_in = r.decided_in
  and w.indicator_id = v.indicator_id
  and w.region_code = v.region_code
  and w.grain = v.grain
  and w.period = v.period
  and w.breakdown = v.breakdown
