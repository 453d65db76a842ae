-- Which values are withheld, and why?
-- One row a value and decision, which is named after the release that took it; later releases that
-- withhold the same rest on it. The reason of the value is the first that is not `secondary`; a count has
-- one reason, whether it is small or would give away one that is.
-- Rules: sql/README.md S3.4
select
  release_id as decided_in,
  indicator_id,
  region_code,
  grain,
  period,
  breakdown,
  coalesce(
    min(
      case reason
        when 'secondary' then null
        when 'secondary_count' then 'small_count'
        else reason
      end
    ),
    'secondary'
  ) as withheld_as
from indicators.disclosure_log
group by release_id, indicator_id, region_code, grain, period, breakdown
