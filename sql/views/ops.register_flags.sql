-- What a register's lists cannot tell of months that have passed: part of ops.row_flags, which says what its
-- columns hold. The first list names who was left on its day; a later one may name again who was left out.
-- One row a dataset, source, region, time (`period` until `until`) and flag, of current slices.
-- Rules: sql/README.md S1.5
-- Entries of registers as they stand, and as each of their files gave them.
with register_entries as (
  select
    'umkm_register' as dataset,
    source_id,
    region_code,
    concat('umkm_id=', umkm_id) as entry,
    valid_from,
    valid_to,
    status = 'active' as is_active,
    is_headline
  from core.umkm_register
  union all
  select
    'accommodation_register',
    source_id,
    region_code,
    concat('estab_id=', estab_id),
    valid_from,
    valid_to,
    true,
    is_headline
  from core.accommodation_register
),
filed_entries as (
  select
    'umkm_register' as dataset,
    slice_id,
    source_id,
    region_code,
    concat('umkm_id=', umkm_id) as entry,
    valid_from,
    valid_to,
    status = 'closed' as is_closed,
    release_date
  from silver.umkm_register
  union all
  select
    'accommodation_register',
    slice_id,
    source_id,
    region_code,
    concat('estab_id=', estab_id),
    valid_from,
    valid_to,
    false,
    release_date
  from silver.accommodation_register
),
-- A register's first list names those that were left on its day: counts of the months before are those
-- of survivors. One that names any that had ended by then knows of those that ended since the first of
-- them; what a later file says of the time before it is no list of that time.
first_lists as (
  select dataset, source_id, slice_region as region_code, min(release_date) as listed
  from ops.slices
  where dataset in ('umkm_register', 'accommodation_register') and not is_held
  group by dataset, source_id, slice_region
),
told_ends as (
  select
    l.dataset,
    l.source_id,
    l.region_code,
    min(case when f.is_closed then f.valid_from else f.valid_to end) as first_end
  from first_lists l
  join filed_entries f
    on f.dataset = l.dataset
    and f.source_id = l.source_id
    and f.region_code = l.region_code
    and f.release_date = l.listed
  join ops.slices s on s.slice_id = f.slice_id and not s.is_held
  where f.valid_to <= l.listed or (f.is_closed and f.valid_from <= l.listed)
  group by l.dataset, l.source_id, l.region_code
),
months_before_lists as (
  select
    l.dataset,
    l.source_id,
    l.region_code,
    coalesce(min(t.first_end), l.listed) as known_from,
    min(r.valid_from) as first_day,
    bool_or(r.is_headline) as is_headline
  from first_lists l
  join register_entries r
    on r.dataset = l.dataset and r.source_id = l.source_id and r.region_code = l.region_code
  left join told_ends t
    on t.dataset = l.dataset and t.source_id = l.source_id and t.region_code = l.region_code
  group by l.dataset, l.source_id, l.region_code, l.listed
),
-- Who was left out of a full list and is named by a later one counts in the months between as well, as
-- the row that names it says since when it holds. A file of rows that does is a correction.
ended_entries as (
  select distinct
    e.dataset,
    e.source_id,
    c.region_code,
    c.entry,
    e.ended_on,
    c.is_headline
  from ops.superseded_rows e
  join register_entries c
    on c.dataset = e.dataset
    and c.source_id = e.source_id
    and c.entry = split_part(e.row_key, ';valid_from=', 1)
    and c.is_active
    and c.valid_from <= e.ended_on
    and coalesce(c.valid_to > e.ended_on, true)
  where e.what = 'ended'
),
entries_named_again as (
  select
    e.dataset,
    e.source_id,
    e.region_code,
    e.entry,
    e.ended_on,
    min(f.release_date) as named_on,
    bool_or(e.is_headline) as is_headline
  from ended_entries e
  join filed_entries f
    on f.dataset = e.dataset
    and f.source_id = e.source_id
    and f.entry = e.entry
    and f.release_date > e.ended_on
  join ops.slices l on l.slice_id = f.slice_id and not l.is_held
  group by e.dataset, e.source_id, e.region_code, e.entry, e.ended_on
  having bool_and(l.supersedes = 'snapshot')
)
select
  dataset,
  source_id,
  region_code,
  first_day as period,
  known_from as until,
  'M' as period_type,
  cast(null as varchar) as measure,
  'before_first_list' as flag,
  cast(null as bigint) as rows,
  is_headline,
  true as is_counted
from months_before_lists
where first_day < known_from
union all
select
  dataset,
  source_id,
  region_code,
  ended_on as period,
  named_on as until,
  'M' as period_type,
  cast(null as varchar) as measure,
  'named_again' as flag,
  count(*) as rows,
  bool_or(is_headline) as is_headline,
  true as is_counted
from entries_named_again
group by dataset, source_id, region_code, ended_on, named_on
