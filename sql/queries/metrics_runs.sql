-- Question: how did nights end?
-- Grain: outcome.
select outcome, cast(count(*) as double) as runs
from ops.runs
group by outcome
order by outcome
