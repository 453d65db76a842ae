-- Which measures are published row by row: a column that a contract publishes, or a value of the field
-- `measure` that it does; of figures counted at channels, which of these.
-- Rules: schemas/docs/write-a-contract.md, "What is published"
with measures as (
  select dataset, column_name as measure
  from ref.column
  where is_published
  union
  select dataset, unnest(string_to_array(published_values, '|')) as measure
  from ref.column
  where is_published and column_name = 'measure' and published_values is not null
)
select m.dataset, m.measure, c.published_values as channels
from measures m
left join ref.column c on c.dataset = m.dataset and c.column_name = 'channel'
