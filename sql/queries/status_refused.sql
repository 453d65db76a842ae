-- Question: which files were refused, the newest first?
-- Grain: submission.
select file_name, received_at, error_id, error
from ops.files
where status = 'refused'
order by received_at desc
limit 20
