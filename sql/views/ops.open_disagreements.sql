-- ops.disagreements without what is not published row by row: measures whose column, or value of the
-- field `measure`, no contract publishes, and comparisons of which a source counted at a channel
-- that is not published.
-- Rules: schemas/docs/write-a-contract.md, "What is published"
with measures as (
  select dataset, column_name as measure
  from ref.column
  where is_published
  union
  select dataset, unnest(string_to_array(published_values, '|')) as measure
  from ref.column
  where is_published and column_name = 'measure' and published_values is not null
),
compared as (
  select
    d.*,
    bool_and(
      c.published_values is null
        or regexp_like(
          coalesce(d.counted_at, ''),
          concat('^(', c.published_values, ')(, (', c.published_values, '))*$')
        )
    ) over (partition by d.dataset, d.measure, d.breakdown, d.region_code, d.year) as is_open
  from ops.disagreements d
  join measures m on m.dataset = d.dataset and m.measure = d.measure
  left join ref.column c on c.dataset = d.dataset and c.column_name = 'channel'
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
