-- How much published values are revised, an indicator and grain; months and years
-- are not averaged together.
-- The mean is over all numbers with a value in at least two releases, revised or not.
-- Not by source: a published value does not name its source, and a corridor value has several. By
-- source: ops.source_revisions.
-- Rules: sql/README.md S3.6
select
  indicator_id,
  grain,
  count(*) as numbers,
  sum(case when is_revised then 1 else 0 end) as revised,
  sum(case when first_state <> latest_state then 1 else 0 end) as state_changed,
  avg(case when releases_with_value > 1 then abs(revision) end) as mean_absolute_revision,
  avg(case when releases_with_value > 1 then revision end) as mean_revision,
  avg(
    case when releases_with_value > 1 then abs(revision_percent) end
  ) as mean_absolute_revision_percent,
  max(case when releases_with_value > 1 then abs(revision) end) as largest_revision,
  max(revised_at) as last_revised_at
from ops.revisions
where releases > 1
group by indicator_id, grain
