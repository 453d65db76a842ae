-- Question: which rows of a dataset ($dataset) do not count any more, or only until a day?
-- Grain: row, submission that it stopped counting for.
select sha256, coalesce(sheet, '') as sheet, row_number, row_key, ended_on
from ops.superseded_rows
where dataset = $dataset and what in ('replaced', 'ended') and row_key is not null
