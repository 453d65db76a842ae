-- Question: what must be equal of the refused rows of two lakes with the same raw bytes?
-- Grain: refused record.
select sha256, sheet, cell, row_number, field, rule, value, also, row_json, status
from ops.quarantine
where status <> 'resolved'
