-- Question: how many rows of a file ($sha256) are no data?
-- Grain: submission.
select rows_ignored from ops.files where sha256 = $sha256
