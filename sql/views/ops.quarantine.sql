-- Question: which rows were refused, and what became of each refusal?
-- Grain: refused record: several records of one sheet row may share a cell.
-- `open` or `waived` where the newest reading of the file refuses it; `resolved` where an
-- earlier one did; `superseded` where a submission that goes before this row (by vintage,
-- then arrival) holds its slice or was refused for it too, or, where a row does not say its
-- slice, all slices of the file; of a file whose rows are replaced by their keys, where all that
-- it brought were.  `message_id` is the former name of `message_ind`.
with newest_refusals as (
  select
    * exclude (attempt),
    coalesce(attempt, 0) as attempt,
    rank() over (
      partition by sha256, sheet, row_number, cell
      order by coalesce(attempt, 0) desc
    ) as newest
  from ops.quarantine_log
),
submissions as (
  select
    sha256,
    attempt,
    run_id,
    rows_accepted,
    coalesce(released, cast(received_at as date)) as released,
    lpad(cast(sequence as varchar), 12, '0') as arrival
  from ops.files
),
slice_places as (
  select
    *,
    concat(release_date, lpad(cast(sequence as varchar), 12, '0')) as place
  from ops.slices
  where supersedes = 'slice' and not is_held
),
-- Files of events and registers all of whose rows came again.
replaced_files as (
  select r.sha256
  from (
    select
      sha256,
      count(distinct concat(sheet, ':', row_number, ':', row_key))
        + sum(case when row_key is null then rows - 1 else 0 end) as replaced_rows
    from ops.superseded_rows
    where what = 'replaced'
    group by sha256
  ) r
  join submissions f on f.sha256 = r.sha256 and r.replaced_rows >= f.rows_accepted
),
newest_places as (
  select dataset, source_id, slice_region, period, max(place) as place
  from (
    select dataset, source_id, slice_region, period, place
    from slice_places
    union all
    select
      l.dataset,
      l.source_id,
      l.slice_region,
      l.slice_period as period,
      concat(
        coalesce(l.slice_release, g.released, cast(g.received_at as date)),
        lpad(cast(g.sequence as varchar), 12, '0')
      ) as place
    from ops.quarantine_log l
    join ops.files g on g.sha256 = l.sha256
    left anti join (
      select sha256
      from ops.slices
      where supersedes <> 'slice' or is_held
    ) k on k.sha256 = l.sha256
    where l.slice_region is not null and l.slice_period is not null
  )
  group by dataset, source_id, slice_region, period
),
superseded_files as (
  select sha256, bool_and(is_past) as is_past
  from (
    select
      sha256,
      max(place) over (partition by dataset, source_id, slice_region, period) > place as is_past
    from slice_places
  )
  group by sha256
),
waived_rows as (
  select
    sha256,
    sheet,
    row_number,
    coalesce(cell, '') as cell,
    max(waived_by) as waived_by,
    max(reason) as reason
  from ops.waivers
  group by sha256, sheet, row_number, coalesce(cell, '')
)
select
  q.* exclude (attempt, status, newest),
  case
    when q.attempt < f.attempt then 'resolved'
    when w.sha256 is not null then 'waived'
    when r.sha256 is not null then 'superseded'
    when q.slice_region is not null and q.slice_period is not null then case
      when coalesce(n.place > concat(coalesce(q.slice_release, f.released), f.arrival), false)
        then 'superseded'
      else 'open'
    end
    when coalesce(p.is_past, false) then 'superseded'
    else 'open'
  end as status,
  case when q.attempt < f.attempt then f.run_id end as resolved_by,
  w.waived_by,
  w.reason as waived_because,
  q.message_id as message_ind
from newest_refusals q
join submissions f on f.sha256 = q.sha256
left join newest_places n
  on n.dataset = q.dataset
  and n.source_id = q.source_id
  and n.slice_region = q.slice_region
  and n.period = q.slice_period
left join superseded_files p on p.sha256 = q.sha256
left join replaced_files r on r.sha256 = q.sha256
left join waived_rows w
  on w.sha256 = q.sha256
  and w.sheet = q.sheet
  and w.row_number = q.row_number
  and w.cell = coalesce(q.cell, '')
where q.newest = 1
