-- Question: which held submissions has somebody accepted?
-- Grain: submission.
select distinct sha256
from ops.acceptances
