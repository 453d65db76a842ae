-- Question: which numbers did earlier releases withhold?
-- Grain: release that decided it, indicator, region, grain, period, breakdown, side.
-- Rules: sql/README.md S3.4
select release_id, indicator_id, region_code, grain, period, breakdown, side, reason
from indicators.disclosure_log
