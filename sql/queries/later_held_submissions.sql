-- Question: which submissions of a dataset ($dataset) that came after a place ($sequence) are held?
-- Grain: submission.
select distinct sha256
from ops.slices
where dataset = $dataset and sequence > $sequence and is_held
