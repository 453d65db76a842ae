-- Which measures may be set side by side by source: a column that a contract publishes, or a value of
-- the field `measure` that it does. Of all channels: a region's figure is in the values that are
-- published of it, though rows of one channel are not.
-- Rules: schemas/docs/write-a-contract.md, "What is published"
select dataset, column_name as measure
from ref.column
where is_published
union
select dataset, unnest(string_to_array(published_values, '|')) as measure
from ref.column
where is_published and column_name = 'measure' and published_values is not null
