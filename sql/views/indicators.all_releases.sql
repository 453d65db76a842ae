-- Question: which values does each release publish?
-- Grain: release, indicator, region, grain, period, breakdown.  A release names the release that
--   computed an indicator's values; one of an earlier program computed all of its own. What a release
--   withholds has no number here.
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
),
withheld as (
  select
    r.release_id,
    d.indicator_id,
    d.region_code,
    d.grain,
    d.period,
    d.breakdown,
    coalesce(min(case when d.reason <> 'secondary' then d.reason end), 'secondary') as reason
  from ops.releases r
  join indicators.disclosure_log d on d.release_id = r.decided_in
  group by r.release_id, d.indicator_id, d.region_code, d.grain, d.period, d.breakdown
)
select
  v.indicator_id,
  v.dimension,
  v.region_code,
  v.grain,
  v.period,
  v.breakdown,
  case when w.reason is null then v.numerator end as numerator,
  case when w.reason is null then v.denominator end as denominator,
  case when w.reason is null then v.value end as value,
  case when w.reason is null then v.state else 'suppressed' end as state,
  case when w.reason is null then v.coverage end as coverage,
  case when w.reason is null then v.regions_present end as regions_present,
  case when w.reason is null then v.regions_expected end as regions_expected,
  case when w.reason is null then v.periods_present end as periods_present,
  case when w.reason is null then v.periods_expected end as periods_expected,
  case when w.reason is null then v.missing_regions end as missing_regions,
  case
    when w.reason is null then v.flags
    else concat(
      'suppressed: ', w.reason,
      case when strpos(concat(', ', coalesce(v.flags, ''), ','), ', synthetic,') > 0 then ', synthetic' else '' end
    )
  end as flags,
  v.sources,
  v.release_id
from released_values v
left join withheld w
  on w.release_id = v.release_id
  and w.indicator_id = v.indicator_id
  and w.region_code = v.region_code
  and w.grain = v.grain
  and w.period = v.period
  and w.breakdown = v.breakdown
