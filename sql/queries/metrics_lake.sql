-- Question: when was the current release made, when did the last file come, when did the last nights end,
--   since when does a file wait for a release? Moments are seconds since 1970.
-- Grain: the lake.
with current_release as (
  select
    cast(created_at as timestamp) as created_at,
    value_count,
    warnings
  from ops.releases
  where is_current
),
arrivals as (
  select
    cast(max(f.received_at) as bigint) / 1e6 as arrival_at,
    cast(
      min(case when r.created_at is null or f.received_at > r.created_at then f.received_at end) as bigint
    ) / 1e6 as unreleased_at
  from ops.files f
  left join current_release r on true
  where f.status = 'loaded'
),
nights as (
  select
    date_part('epoch', max(cast(finished_at as timestamp))) as run_at,
    date_part(
      'epoch',
      max(
        case when command = 'run' and outcome in ('done', 'refused') then cast(finished_at as timestamp) end
      )
    ) as success_at
  from ops.runs
  where outcome <> 'caught_up'
)
select
  date_part('epoch', r.created_at) as release_at,
  cast(r.value_count as double) as release_values,
  cast(r.warnings as double) as release_warnings,
  a.arrival_at,
  a.unreleased_at,
  n.run_at,
  n.success_at,
  (select cast(count(*) as double) from ops.held_submissions where status = 'held') as held_files
from arrivals a
cross join nights n
left join current_release r on true
