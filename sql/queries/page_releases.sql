-- Question: which releases are there up to this one ($release), the newest first?
-- Grain: release.
select r.release_id, cast(r.created_at as varchar) as created_at, r.value_count, r.warnings
from ops.releases r
where r.sequence <= (select max(sequence) from ops.releases where release_id = $release)
order by r.sequence desc
