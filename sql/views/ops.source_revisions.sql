-- How much each source revises what it filed: revision = latest vintage - first, a slice and field,
-- also those that stayed equal. Only slices filed more than once. A field that the latest vintage
-- no longer has is counted as withdrawn, and not in the mean.
-- Rules: sql/README.md S3.6
with vintage_sums as (
  select
    dataset,
    source_id,
    region_code,
    period,
    period_type,
    vintage,
    vintages,
    field,
    sum(value) as value,
    max(release_date) as release_date
  from ops.vintage_figures
  where in_sum and value is not null
  group by dataset, source_id, region_code, period, period_type, vintage, vintages, field
),
first_and_latest_sums as (
  select
    dataset,
    source_id,
    region_code,
    period,
    period_type,
    field,
    first_value(value order by vintage) as first_value,
    max(case when vintage = vintages then value end) as latest_value,
    max(vintage) = max(vintages) as is_there,
    max(release_date) as last_release_date
  from vintage_sums
  group by dataset, source_id, region_code, period, period_type, field
),
revisions as (
  select
    *,
    case
      when abs(latest_value - first_value) > 1e-9 * greatest(abs(latest_value), abs(first_value))
        then latest_value - first_value
      else 0 * (latest_value - first_value)
    end as revision
  from first_and_latest_sums
)
select
  dataset,
  source_id,
  period_type,
  field,
  count(*) as slices,
  sum(case when revision <> 0 then 1 else 0 end) as revised_slices,
  sum(case when is_there then 0 else 1 end) as withdrawn_slices,
  avg(abs(revision)) as mean_absolute_revision,
  avg(revision) as mean_revision,
  avg(
    case when first_value <> 0 then 100 * abs(revision) / abs(first_value) end
  ) as mean_absolute_revision_percent,
  max(abs(revision)) as largest_revision,
  max(last_release_date) as last_release_date
from revisions
group by dataset, source_id, period_type, field
