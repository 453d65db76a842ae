-- ops.disagreements without what is not published row by row: measures whose column, or value of the
-- field `measure`, no contract publishes, and comparisons of which a source counted at a channel
-- that is not published.
-- Rules: schemas/docs/write-a-contract.md, "What is published"
with compared as (
  select
    d.*,
    bool_and(
      m.channels is null
        or regexp_like(
          coalesce(d.counted_at, ''),
          concat('^(', m.channels, ')(, (', m.channels, '))*$')
        )
    ) over (partition by d.dataset, d.measure, d.breakdown, d.region_code, d.year) as is_open
  from ops.disagreements d
  join ops.open_measures m on m.dataset = d.dataset and m.measure = d.measure
)
select
  dataset,
  measure,
  breakdown,
  region_code,
  year,
  source_id,
  is_headline,
  value,
  counted_at,
  headline_source,
  headline_value,
  gap_percent,
  band,
  source_name,
  method_id,
  method_en,
  coverage_id,
  coverage_en,
  synthetic,
  months
from compared
where is_open
