-- Question: which share of own revenue (PAD) comes from tourism taxes?
-- Grain: region, source, year.
-- Formula: PBJT on hotels, food and entertainment and tourism fees / PAD, realised. A blank line
-- beside others counts as 0 and is flagged.
-- Rules: sql/README.md N2
with lines as (
  select
    region_code,
    source_id,
    year,
    pad_rp,
    filed_sum(pbjt_hotel_rp, pbjt_fnb_rp, pbjt_entertainment_rp, retribusi_wisata_rp) as tourism_rp,
    blank_count(pbjt_hotel_rp, pbjt_fnb_rp, pbjt_entertainment_rp, retribusi_wisata_rp) as blanks
  from core.regional_finance
  where stage = 'realisasi'
)
select
  region_code,
  source_id,
  'regional_finance' as theme,
  'Y' as grain,
  make_date(year, 1, 1) as period,
  tourism_rp as numerator,
  case when tourism_rp is not null then pad_rp end as denominator,
  case when tourism_rp is null then 'incomplete' end as state,
  case
    when tourism_rp is null
      then 'missing: pbjt_hotel_rp pbjt_fnb_rp pbjt_entertainment_rp retribusi_wisata_rp'
    when blanks > 0 then 'blank_as_zero'
  end as flag
from lines
