-- For each scope and point whether the point lies inside the scope.
select
  s.scope_code,
  p.code as point,
  max(case when s.region_code = p.region_code then 1 else 0 end) = 1 as inside
from ref.scope s
cross join ref.point p
group by s.scope_code, p.code
