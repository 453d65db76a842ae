-- Which numbers moved from each release to the next; for two releases further apart,
-- read the rows between them.
-- Values that agree to nine digits are one value: adding up in another order moves the last digits.
-- change: new and gone = published by one of the two only; state = the state changed and no two
-- values can be compared, or they are equal; moved = the value changed.
-- files: those that were submitted or read again between the two and that the number rests on
-- (ops.value_submissions); null where none was, as when sql/ or schemas/ changed.
with release_pairs as (
  select
    release_id as release_to,
    sequence,
    lag(release_id) over (order by sequence) as release_from,
    lag(sequence) over (order by sequence) as sequence_before
  from ops.releases
),
values_before as (
  select
    p.release_to,
    v.indicator_id,
    v.region_code,
    v.grain,
    v.period,
    v.breakdown,
    v.value,
    v.state
  from release_pairs p
  join indicators.all_releases v on v.release_id = p.release_from
),
values_after as (
  select
    p.release_to,
    v.indicator_id,
    v.region_code,
    v.grain,
    v.period,
    v.breakdown,
    v.value,
    v.state
  from release_pairs p
  join indicators.all_releases v on v.release_id = p.release_to
  where p.release_from is not null
),
compared_values as (
  select
    coalesce(
      abs(a.value - b.value) > 1e-9 * greatest(abs(a.value), abs(b.value)),
      (a.value is null) <> (b.value is null)
    ) as value_changed,
    a.state is distinct from b.state as state_changed,
    coalesce(a.release_to, b.release_to) as release_to,
    coalesce(a.indicator_id, b.indicator_id) as indicator_id,
    coalesce(a.region_code, b.region_code) as region_code,
    coalesce(a.grain, b.grain) as grain,
    coalesce(a.period, b.period) as period,
    coalesce(a.breakdown, b.breakdown) as breakdown,
    b.value as value_from,
    a.value as value_to,
    b.state as state_from,
    a.state as state_to
  from values_before b
  full join values_after a
    on a.release_to = b.release_to
    and a.indicator_id = b.indicator_id
    and a.region_code = b.region_code
    and a.grain = b.grain
    and a.period = b.period
    and a.breakdown = b.breakdown
),
value_files as (
  select
    p.release_to,
    v.indicator_id,
    v.region_code,
    v.grain,
    v.period,
    string_agg(distinct v.file_name, ', ' order by v.file_name) as files
  from release_pairs p
  join ops.value_submissions v
    on v.committed > p.sequence_before
    and v.committed <= p.sequence
    and coalesce(v.overtaken_at > p.sequence, true)
  group by p.release_to, v.indicator_id, v.region_code, v.grain, v.period
)
select
  p.release_from,
  c.release_to,
  c.indicator_id,
  c.region_code,
  c.grain,
  c.period,
  c.breakdown,
  c.value_from,
  c.value_to,
  c.state_from,
  c.state_to,
  c.value_to - c.value_from as difference,
  case
    when c.state_from is null then 'new'
    when c.state_to is null then 'gone'
    when c.state_changed and (c.value_from is null or c.value_to is null or not c.value_changed)
      then 'state'
    else 'moved'
  end as change,
  f.files
from compared_values c
join release_pairs p on p.release_to = c.release_to
left join value_files f
  on f.release_to = c.release_to
  and f.indicator_id = c.indicator_id
  and f.region_code = c.region_code
  and f.grain = c.grain
  and f.period = c.period
where c.value_changed or c.state_changed
