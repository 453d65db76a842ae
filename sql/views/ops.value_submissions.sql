-- Which files bear on each published number, and when they were committed (the head's sequence, as
-- in ops.releases): for ops.release_changes.
-- One row an indicator, region (CORR = corridor), grain, period, slice and reading; a file that was
-- read again counts anew for all its slices.
-- The slices of an indicator: its datasets and, of visitor_flow, its measures
-- (ref.indicator_input); the regency, that of the point, or of the route's destination; the period
-- inside the number's own, or inside the one it is compared with (lag_months); `year`: any of its
-- year; a register: always.
-- A year-to-date figure bears on the month after too, which is the difference to it.
-- overtaken_at: since when the file does not count: a newer submission superseded the slice, or a
-- better source of theme, region and year came (not where all sources count).
with readings as (
  select sha256, coalesce(attempt, 0) as attempt, file_name, committed
  from ops.files_log
  where rows_accepted > 0 or coalesce(attempt, 0) > 0
),
slice_priorities as (
  select
    l.dataset,
    l.theme,
    l.slice_region,
    l.period,
    l.source_id,
    l.sha256,
    l.period_type,
    l.attempt,
    max(l.release_date) as release_date,
    max(l.sequence) as sequence,
    max(l.supersedes) as supersedes,
    max(l.covers) as covers,
    coalesce(min(p.rank), 100) as rank
  from (
    select
      dataset,
      theme,
      slice_region,
      period,
      source_id,
      sha256,
      period_type,
      coalesce(attempt, 0) as attempt,
      release_date,
      sequence,
      coalesce(supersedes, 'slice') as supersedes,
      coalesce(covers, '*') as covers
    from ops.slices_log
    where rows > 0 and not coalesce(is_held, false)
  ) l
  left join ref.source_priority p
    on p.theme = split_part(l.theme, ':', 1)
    and p.source_id = l.source_id
    and (p.region_code = '*' or p.region_code = l.slice_region)
    and (p.year is null or p.year = date_part('year', l.period))
  group by
    l.dataset, l.theme, l.slice_region, l.period, l.source_id, l.sha256, l.period_type, l.attempt
),
slice_readings as (
  select
    s.dataset,
    s.theme,
    s.slice_region,
    s.source_id,
    s.period,
    s.period_type,
    s.sha256,
    r.file_name,
    r.committed,
    date_part('year', s.period) as year,
    min(s.rank) as rank,
    max(s.release_date) as release_date,
    max(s.sequence) as sequence,
    max(s.supersedes) as supersedes,
    max(s.covers) as covers
  from slice_priorities s
  join readings r on r.sha256 = s.sha256 and r.attempt >= s.attempt
  group by
    s.dataset, s.theme, s.slice_region, s.source_id, s.period, s.period_type, s.sha256, r.file_name,
    r.committed
),
source_years as (
  select
    dataset,
    theme,
    slice_region,
    year,
    source_id,
    min(rank) as rank,
    min(committed) as first_committed
  from slice_readings
  group by dataset, theme, slice_region, year, source_id
),
ranked_sources as (
  select
    dataset,
    theme,
    slice_region,
    year,
    source_id,
    first_committed,
    min(first_committed) over (
      partition by dataset, theme, slice_region, year
      order by rank, source_id
      rows between unbounded preceding and 1 preceding
    ) as overtaken_at,
    min(first_committed) over (
      partition by dataset, theme, slice_region, year
      order by rank, source_id
      rows between 1 following and unbounded following
    ) as others_since
  from source_years
),
-- As in ops.current_slices: the newest release date is current, then the latest file; one that
-- replaces rows by their key leaves the others standing.
superseded_slices as (
  select
    dataset,
    source_id,
    slice_region,
    period,
    period_type,
    sha256,
    min(case when supersedes = 'slice' then first_committed end) over (
      partition by dataset, source_id, slice_region, period, period_type, covers
      order by release_date, sequence, sha256 desc
      rows between 1 following and unbounded following
    ) as superseded_at
  from (
    select
      dataset,
      source_id,
      slice_region,
      period,
      period_type,
      sha256,
      max(release_date) as release_date,
      max(sequence) as sequence,
      max(supersedes) as supersedes,
      max(covers) as covers,
      min(committed) as first_committed
    from slice_readings
    group by dataset, source_id, slice_region, period, period_type, sha256
  )
),
placed_readings as (
  select
    s.dataset,
    split_part(s.theme, ':', 1) as kind,
    coalesce(p.region_code, d.region_code, s.slice_region) as region_code,
    s.source_id,
    s.period,
    s.period_type,
    s.year,
    s.sha256,
    s.file_name,
    s.committed,
    r.overtaken_at,
    q.superseded_at,
    case
      when k.sha256 is not null and date_part('month', s.period) < 12 then make_array(0, 1)
      else make_array(0)
    end as months_on,
    -- A source that takes the headline over does so for the whole year.
    s.committed = r.first_committed and coalesce(r.others_since < s.committed, false) as takes_over
  from slice_readings s
  join ranked_sources r
    on r.dataset = s.dataset
    and r.theme = s.theme
    and r.slice_region = s.slice_region
    and r.year = s.year
    and r.source_id = s.source_id
  join superseded_slices q
    on q.dataset = s.dataset
    and q.source_id = s.source_id
    and q.slice_region = s.slice_region
    and q.period = s.period
    and q.period_type = s.period_type
    and q.sha256 = s.sha256
  left join (select distinct dataset, sha256, slice_region, period from ops.cumulative_log) k
    on k.dataset = s.dataset
    and k.sha256 = s.sha256
    and k.slice_region = s.slice_region
    and k.period = s.period
  left join ref.point p on p.code = s.slice_region
  left join ref.point d on d.code = split_part(s.slice_region, '-', 2)
),
indicator_inputs as (
  select
    d.indicator_id,
    d.dataset,
    coalesce(i.fields, '') as fields,
    coalesce(i.span, 'own') as span,
    coalesce(i.sources, 'counted') as sources,
    coalesce(i.lag_months, 0) as lag_months
  from ref.indicator_dataset d
  left join ref.indicator_input i on i.indicator_id = d.indicator_id and i.dataset = d.dataset
),
indicator_readings as (
  select distinct
    i.indicator_id,
    s.scope_code,
    p.dataset,
    p.source_id,
    p.sha256,
    p.file_name,
    p.committed,
    least(p.superseded_at, case when i.sources <> 'all' then p.overtaken_at end) as overtaken_at,
    p.period_type,
    case
      when p.period >= date '1901-01-01'
        then 12 * p.year + date_part('month', p.period) - 1 + i.lag_months + p.month_on
    end as month_number,
    i.span = 'year' or p.takes_over as is_year
  from (select *, unnest(months_on) as month_on from placed_readings) p
  join indicator_inputs i
    on i.dataset = p.dataset
    and (p.dataset <> 'visitor_flow' or i.fields = '' or strpos(i.fields, p.kind) > 0)
  join ref.scope s on s.region_code = p.region_code
),
-- The month that the slice bears on: its own, or `lag_months` later. A register's slice has none.
dated_readings as (
  select
    *,
    make_date(
      cast(floor(month_number / 12.0) as int),
      cast(month_number % 12 + 1 as int),
      1
    ) as period
  from indicator_readings
),
published_numbers as (
  select distinct indicator_id, region_code, grain, period
  from indicators.all_releases
)
select
  e.indicator_id,
  e.scope_code as region_code,
  t.grain,
  t.period,
  e.dataset,
  e.source_id,
  e.sha256,
  e.file_name,
  e.committed,
  e.overtaken_at
from dated_readings e
join ref.period t on t.from_grain = e.period_type and t.from_period = e.period
where not e.is_year
union all
select
  e.indicator_id,
  e.scope_code,
  n.grain,
  n.period,
  e.dataset,
  e.source_id,
  e.sha256,
  e.file_name,
  e.committed,
  e.overtaken_at
from dated_readings e
join published_numbers n
  on n.indicator_id = e.indicator_id
  and n.region_code = e.scope_code
  and date_part('year', n.period) = date_part('year', e.period)
where e.is_year
union all
select
  e.indicator_id,
  e.scope_code,
  n.grain,
  n.period,
  e.dataset,
  e.source_id,
  e.sha256,
  e.file_name,
  e.committed,
  e.overtaken_at
from dated_readings e
join published_numbers n on n.indicator_id = e.indicator_id and n.region_code = e.scope_code
where e.period is null
