-- Question: for which figures of a dataset ($dataset) was a reason recorded why they are right?
-- Grain: recorded reason.
select source_id, region_code, from_period, until_period
from ref.revision_reason
where dataset = $dataset and from_period is not null and until_period is not null
