-- Question: with whose numbers do the events (cases, reports, fires) count that a source files of a region?
-- Grain: dataset, region, quarter or year, source; of one elsewhere (core.offices_elsewhere) a row for each of
-- the region's own sources of that period, with whom it counts. Where there is none it counts by itself.
-- Rules: sql/README.md S1.19, S3.1b
with quarters as (
  select 'fire_incident' as dataset, region_code, source_id, cast(date_trunc('quarter', ts_call) as date) as period
  from core.fire_incident
  union
  select 'perda_report', region_code, source_id, cast(date_trunc('quarter', ts_report) as date)
  from core.perda_report
  union
  select 'sapa_case', region_code, source_id, cast(date_trunc('quarter', month_reported) as date)
  from core.sapa_case
),
periods as (
  select dataset, region_code, source_id, 'Q' as grain, period from quarters
  union
  select dataset, region_code, source_id, 'Y', cast(date_trunc('year', period) as date) from quarters
),
filers as (
  select p.*, e.source_id as elsewhere
  from periods p
  left join core.offices_elsewhere e on e.region_code = p.region_code and e.source_id = p.source_id
)
select
  f.dataset,
  f.region_code,
  f.grain,
  f.period,
  f.source_id,
  coalesce(o.source_id, f.source_id) as counted_with,
  f.elsewhere
from filers f
left join filers o
  on f.elsewhere is not null
  and o.elsewhere is null
  and o.dataset = f.dataset
  and o.region_code = f.region_code
  and o.grain = f.grain
  and o.period = f.period
