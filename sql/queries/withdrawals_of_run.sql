-- Question: what do the files of a run ($run_id) withdraw, and what of them is not current?
-- Grain: file, kind, other file, theme.
select sha256, what, other_file, theme, slices
from ops.withdrawals
where run_id = $run_id
order by 1, 2, 3, 4
