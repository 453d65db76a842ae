-- Question: which share of own revenue (PAD) comes from tourism taxes?
-- Grain: region, year.
-- Formula: PBJT on hotels, food and entertainment and tourism fees / PAD, realised. A blank
-- component counts as 0 and is flagged.
select
  region_code,
  'Y' as grain,
  make_date(year, 1, 1) as period,
  sum(
    coalesce(pbjt_hotel_rp, 0)
      + coalesce(pbjt_fnb_rp, 0)
      + coalesce(pbjt_entertainment_rp, 0)
      + coalesce(retribusi_wisata_rp, 0)
  ) as numerator,
  sum(pad_rp) as denominator,
  max(
    case
      when pbjt_hotel_rp is null
        or pbjt_fnb_rp is null
        or pbjt_entertainment_rp is null
        or retribusi_wisata_rp is null
        then 'blank_as_zero'
    end
  ) as flag
from core.regional_finance
where is_headline and stage = 'realisasi'
group by region_code, year
