-- Question: what must hold for every indicator before a release?
-- Grain: a row that breaks a check; its first column is the indicator.
-- Rules: sql/README.md C4; what must hold for one indicator alone is in its own folder.

-- fail: a value is there exactly where the state says so
-- id: nilai ada bila dan hanya bila keadaannya menyatakan demikian
select indicator_id, region_code, grain, period, breakdown, value, state
from work.values
where (value is null) = (state in ('ok', 'partial_coverage'))
order by indicator_id, region_code, grain, period, breakdown;

-- fail: one row a region, period and breakdown
-- id: satu baris untuk setiap wilayah, periode, dan rincian
select indicator_id, region_code, grain, period, breakdown
from work.values
group by indicator_id, region_code, grain, period, breakdown
having count(*) > 1
order by indicator_id, region_code, grain, period, breakdown;

-- fail: an impossible value is withheld
-- id: nilai yang tidak mungkin benar ditahan
select v.indicator_id, v.region_code, v.grain, v.period, v.value
from work.values v
join work.cards c on c.indicator_id = v.indicator_id
where v.value < c.low or v.value > c.high
order by v.indicator_id, v.region_code, v.grain, v.period, v.breakdown;

-- warn: value is possible
-- id: nilai mungkin benar
select indicator_id, region_code, grain, period, flags
from work.values
where flags like '%impossible_value%'
order by indicator_id, region_code, grain, period, breakdown;

-- warn: value is plausible
-- id: nilai wajar
select
  v.indicator_id,
  concat('value is plausible (', c.plausible_range, ')') as check_name,
  v.region_code,
  v.grain,
  v.period,
  v.value
from work.values v
join work.cards c on c.indicator_id = v.indicator_id
where round(v.value, 9) < c.plausible_low or round(v.value, 9) > c.plausible_high
order by v.indicator_id, v.region_code, v.grain, v.period, v.breakdown;

-- warn: a query that names no source reads no dataset that several sources filed
-- id: kueri yang tidak menyebut sumber tidak membaca dataset dari beberapa sumber
select distinct p.indicator_id, d.dataset
from work.parts p
join work.card_datasets d on d.indicator_id = p.indicator_id
join (
  select distinct dataset
  from ops.current_slices
  group by dataset, theme, slice_region, period, period_type
  having count(distinct source_id) > 1
) s on s.dataset = d.dataset
left anti join (
  select indicator_id from ref.indicator_input where sources = 'all'
) i on i.indicator_id = p.indicator_id
where p.source_id = ''
order by p.indicator_id, d.dataset;
