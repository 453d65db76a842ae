-- Question: which sources do rows of the lake come from, and what is their method and coverage?
-- Grain: source.
select
  s.code,
  s.name,
  s.method_id,
  s.method_en,
  s.coverage_id,
  s.coverage_en,
  s.synthetic
from ref.source s
left semi join ops.slices f on f.source_id = s.code
order by s.code
