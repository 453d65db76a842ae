-- Question: how many findings about rows that numbers are made of wait for a person?
-- Grain: check.
select check_name, count(*) as findings
from ops.slice_findings
where is_headline and is_counted
group by check_name
order by count(*) desc, check_name
