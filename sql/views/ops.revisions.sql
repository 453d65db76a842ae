-- Revisions of published values: revision = latest - first, over the releases
-- that published the number.
-- first_value is the first value that was published, in first_value_release; first_release and
-- first_state are those of the first row, which may have had a state alone (an incomplete quarter).
-- A state that gets its first value is not yet a revision of a value, but is_revised.
-- One row an indicator, region, grain, period and breakdown. A number that no release has any more
-- keeps the last release that had it.
-- Values that agree to nine digits are one value: adding up in another order moves the last digits.
-- revised_at is when the value or its state last changed; a number that changed and came back has
-- it too, and is not is_revised.
-- Rules: sql/README.md S3.6
with published_values as (
  select
    v.indicator_id,
    v.region_code,
    v.grain,
    v.period,
    v.breakdown,
    v.value,
    v.state,
    v.release_id,
    r.created_at,
    r.sequence,
    min(case when v.value is not null then r.sequence end) over (
      partition by v.indicator_id, v.region_code, v.grain, v.period, v.breakdown
    ) as first_sequence,
    row_number() over (
      partition by v.indicator_id, v.region_code, v.grain, v.period, v.breakdown
      order by r.sequence
    ) as place,
    row_number() over (
      partition by v.indicator_id, v.region_code, v.grain, v.period, v.breakdown
      order by r.sequence desc
    ) as place_from_end,
    lag(v.value) over (
      partition by v.indicator_id, v.region_code, v.grain, v.period, v.breakdown
      order by r.sequence
    ) as value_before,
    lag(v.state) over (
      partition by v.indicator_id, v.region_code, v.grain, v.period, v.breakdown
      order by r.sequence
    ) as state_before
  from indicators.all_releases v
  join ops.releases r on r.release_id = v.release_id
),
number_histories as (
  select
    indicator_id,
    region_code,
    grain,
    period,
    breakdown,
    max(case when place = 1 then release_id end) as first_release,
    max(case when sequence = first_sequence then release_id end) as first_value_release,
    max(case when sequence = first_sequence then value end) as first_value,
    max(case when place = 1 then state end) as first_state,
    max(case when place_from_end = 1 then release_id end) as latest_release,
    max(case when place_from_end = 1 then value end) as latest_value,
    max(case when place_from_end = 1 then state end) as latest_state,
    count(*) as releases,
    count(value) as releases_with_value,
    max(
      case
        when place > 1
          and (
            abs(value - value_before) > 1e-9 * greatest(abs(value), abs(value_before))
            or (value is null) <> (value_before is null)
            or state <> state_before
          )
          then created_at
      end
    ) as revised_at
  from published_values
  group by indicator_id, region_code, grain, period, breakdown
)
select
  indicator_id,
  region_code,
  grain,
  period,
  breakdown,
  first_release,
  first_value,
  first_state,
  latest_release,
  latest_value,
  latest_state,
  latest_value - first_value as revision,
  case
    when first_value <> 0 then 100 * (latest_value - first_value) / abs(first_value)
  end as revision_percent,
  coalesce(
    abs(latest_value - first_value) > 1e-9 * greatest(abs(latest_value), abs(first_value)),
    false
  )
    or (latest_value is null) <> (first_value is null)
    or latest_state <> first_state as is_revised,
  releases,
  revised_at,
  first_value_release,
  releases_with_value
from number_histories
