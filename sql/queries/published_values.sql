-- Question: which values does the release publish whose disclosure was decided in $decided_in?
-- Grain: indicator, region, grain, period, breakdown.
-- Rules: sql/README.md S3.4. Of a value that is withheld no digit stands anywhere.
with withheld as (
  select
    indicator_id,
    region_code,
    grain,
    period,
    breakdown,
    coalesce(min(case when reason <> 'secondary' then reason end), 'secondary') as reason
  from indicators.disclosure_log
  where release_id = $decided_in
  group by indicator_id, region_code, grain, period, breakdown
)
select
  v.release_id,
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
  v.sources
from indicators.full_values v
left join withheld w
  on w.indicator_id = v.indicator_id
  and w.region_code = v.region_code
  and w.grain = v.grain
  and w.period = v.period
  and w.breakdown = v.breakdown
