-- Question: which current slices, and files, do the rows of an indicator ($indicator) come from in a
--   region ($region; of points and routes too, unless $only_region) and in the days that a value
--   rests on ($own_..., $earlier_...)?
-- Grain: slice.  A row of a year counts for each period of it. is_headline: its source makes the value
--   (work.explained_sources); of a dataset that is read by its headline alone, that one.
select
  c.dataset,
  c.source_id,
  case when e.dataset is null then c.is_headline else u.source_id is not null end as is_headline,
  c.slice_region,
  c.period,
  c.period_type,
  f.file_name,
  c.release_date,
  c.rows,
  substr(c.sha256, 1, 12) as sha256
from ops.current_slices c
join ops.files f on f.sha256 = c.sha256
join ref.indicator_dataset d on d.dataset = c.dataset and d.indicator_id = $indicator
left join (select distinct dataset from work.explained_sources) e on e.dataset = c.dataset
left join work.explained_sources u on u.dataset = c.dataset and u.source_id = c.source_id
where (
    c.slice_region in (select region_code from ref.scope where scope_code = $region)
    or (not $only_region and c.slice_region not in (select region_code from ref.scope))
  )
  and (
    c.period < date '1901-01-01'
    or (
      c.period < $own_until
      and c.period >= case c.period_type
        when 'Y' then cast(date_trunc('year', $own_from) as date)
        else $own_from
      end
    )
    or (
      c.period < $earlier_until
      and c.period >= case c.period_type
        when 'Y' then cast(date_trunc('year', $earlier_from) as date)
        else $earlier_from
      end
    )
  )
order by c.dataset, c.source_id, c.slice_region, c.period
limit 200
