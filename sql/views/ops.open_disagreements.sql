-- ops.disagreements without measures that no contract publishes.
-- Rules: schemas/docs/write-a-contract.md, "What is published"
select d.*
from ops.disagreements d
join ops.open_measures m on m.dataset = d.dataset and m.measure = d.measure
