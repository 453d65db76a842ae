-- Question: which corrections met rows of a file ($sha256)?
-- Grain: correction, row.
select sheet, cast(row_number as varchar) as row_number, outcome, found
from ops.corrections
where sha256 = $sha256
