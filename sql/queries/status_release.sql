-- Question: which release is current?
-- Grain: release.
select release_id, created_at, value_count, warnings
from ops.releases
where is_current
