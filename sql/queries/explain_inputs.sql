-- Question: how many months does an indicator ($indicator) look back, and does it compare all sources?
-- Grain: one row.
select
  cast(coalesce(max(lag_months), 0) as bigint) as lag_months,
  coalesce(bool_or(sources = 'all'), false) as all_sources
from ref.indicator_input
where indicator_id = $indicator
