-- Offices of a regency in each region that is not theirs: of events (cases, reports, fires) that one of them
-- files under such a region, its own numbers tell them from those of the region's own office, so that they
-- count beside these. Not where ref.source_priority makes it a source of the region, of anything.
-- Rules: sql/README.md S3.1b
select r.region_code, o.code as source_id
from ref.source o
join ref.scope r on r.scope_code = 'CORR' and r.region_code <> o.region_code
left anti join ref.source_priority p on p.source_id = o.code and p.region_code in (r.region_code, '*')
where o.region_code is not null and not o.synthetic
