-- Question: what of the files of a run ($run_id) is not current, and which themes do they withdraw? Rows
--   are told by the load itself.
-- Grain: file, kind, other file, theme.
select sha256, what, other_file, theme, sum(slices) as slices
from ops.withdrawals
where run_id = $run_id and rows is null
group by sha256, what, other_file, theme
order by 1, 2, 3, 4
