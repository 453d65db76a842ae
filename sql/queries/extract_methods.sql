-- Question: which sources has the lake loaded files of, and what is their method and coverage?
-- Grain: source.
select distinct
  s.code,
  s.name,
  s.method_id,
  s.method_en,
  s.coverage_id,
  s.coverage_en,
  s.synthetic
from ops.files f
join ref.source s on s.code = f.source_id
where f.status = 'loaded'
order by s.code
