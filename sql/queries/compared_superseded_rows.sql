-- Question: what must be equal of the rows that stopped counting of two lakes with the same raw bytes?
-- Grain: row, submission that it stopped counting for.
select * from ops.superseded_rows
