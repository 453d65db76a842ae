-- Question: how many refused rows are open, waived, resolved and superseded?
-- Grain: status of a refused record.
select status, count(*) as rows
from ops.quarantine
group by status
order by status
