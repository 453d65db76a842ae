-- Question: which releases are there, oldest first?
-- Grain: release.
select release_id, created_at, is_current, value_count, warnings
from ops.releases
order by created_at
