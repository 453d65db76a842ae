-- Question: which published periods rest on rows that their source calls provisional or estimated?
-- Grain: indicator, region, grain, period.
select
  indicator_id,
  region_code,
  grain,
  cast(period as varchar) as first_day
from indicators.provisional_periods
