-- Question: which totals of a file ($subject) differ from the rows they sum, and which titles from its rows?
-- Grain: message.
select distinct coalesce(detail_id, detail) as id, detail as en
from ops.checks
where subject = $subject and check_name in ('total_differs', 'title_differs')
