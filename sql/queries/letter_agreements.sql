-- Question: are any deliveries agreed upon with an office ($office)?
-- Grain: one row, or none.
select source_id
from ref.arrival
where source_id = $office
limit 1
