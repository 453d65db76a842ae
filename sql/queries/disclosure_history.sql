-- Question: which numbers of indicators with the card's key `disclosure` did earlier builds compute?
-- Grain: build (release_id), indicator, region, grain, period, breakdown, side.
-- Rules: sql/README.md S3.4. Of a build of an earlier program only the amounts are known.
select f.*
from indicators.disclosure_facts_log f
left semi join work.card_disclosures d on d.indicator_id = f.indicator_id and d.side = f.side
union all
select
  v.release_id,
  v.indicator_id,
  v.region_code,
  v.grain,
  v.period,
  v.breakdown,
  d.side,
  v.missing_regions,
  case d.side when 'numerator' then v.numerator else v.denominator end as amount,
  cast(null as double) as respondents,
  cast(null as double) as small_count,
  cast(null as double) as least_respondents,
  cast(null as double) as percent,
  cast(null as varchar) as reason
from indicators.values_log v
join work.card_disclosures d on d.indicator_id = v.indicator_id and d.side <> 'value'
left anti join indicators.disclosure_facts_log f
  on f.release_id = v.release_id and f.indicator_id = v.indicator_id
