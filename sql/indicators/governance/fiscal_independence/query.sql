-- Question: how large is own revenue (PAD) beside transfers and loans?
-- Grain: region, source, year.
-- Formula: PAD / (transfers + loans), realised.
-- Rules: sql/README.md C5, N0
select
  region_code,
  source_id,
  'regional_finance' as theme,
  'Y' as grain,
  make_date(year, 1, 1) as period,
  pad_rp as numerator,
  transfer_rp + loan_rp as denominator
from core.regional_finance
where stage = 'realisasi'
