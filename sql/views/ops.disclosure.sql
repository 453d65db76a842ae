-- Which numbers does each release withhold, and why?
-- Grain: release, indicator, region, grain, period, breakdown, side.
-- Rules: sql/README.md S3.4
select
  r.release_id,
  d.indicator_id,
  d.region_code,
  d.grain,
  d.period,
  d.breakdown,
  d.side,
  d.reason,
  r.decided_in
from ops.releases r
join indicators.disclosure_log d on d.release_id = r.decided_in
