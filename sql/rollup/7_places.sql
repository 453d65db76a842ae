-- Question: which places that were filed does a value lack?
-- Grain: indicator, region (CORR = corridor), breakdown, grain, period.
-- Rules: sql/README.md S3.1b
-- Routes, points and facilities are added up and have no set: one that was filed in the year, or in the
-- twelve months before, and then has no row makes the sum smaller without a word, so that the value says
-- which it lacks.
with place_periods as (
  select distinct
    p.indicator_id,
    p.region_code,
    p.breakdown,
    split_part(p.theme, ':', 1) as measure,
    substr(p.theme, strpos(p.theme, ':') + 1) as place,
    p.grain as from_grain,
    p.period as from_period,
    date_part('year', p.period) as year
  from work.standing_parts p
  where p.theme like '%:%'
),
filed_places as (
  select
    indicator_id,
    region_code,
    breakdown,
    measure,
    place,
    from_grain,
    year,
    min(from_period) as first_period,
    max(from_period) as last_period
  from place_periods
  group by indicator_id, region_code, breakdown, measure, place, from_grain, year
),
-- A year that begins ends no route: one is awaited for twelve months after the last period it was filed for.
awaited_places as (
  select
    indicator_id,
    region_code,
    breakdown,
    measure,
    place,
    from_grain,
    year,
    max(first_period) as first_period,
    max(awaited_until) as awaited_until
  from (
    select * exclude (last_period), cast(null as date) as awaited_until from filed_places
    union all
    select
      f.* exclude (year, first_period, last_period),
      f.year + 1 as year,
      cast(null as date) as first_period,
      cast(
        f.last_period + case g.length when 12 then interval '23 months' when 3 then interval '14 months'
          else interval '12 months' end as date
      ) as awaited_until
    from filed_places f
    join work.grains g on g.grain = f.from_grain
  )
  group by indicator_id, region_code, breakdown, measure, place, from_grain, year
),
measure_grains as (
  select distinct indicator_id, region_code, breakdown, measure, from_grain, year from place_periods
),
-- One that is filed for other lengths of time than the year before is no gap of these. One that is not
-- filed at all lacks in what the others have, though that be of other lengths than its own were. One of which
-- only the year was filed lacks in each of the months that others have.
places as (
  select
    a.indicator_id,
    a.region_code,
    a.breakdown,
    a.measure,
    a.place,
    coalesce(s.from_grain, a.from_grain) as from_grain,
    a.year,
    max(a.first_period) as first_period,
    max(a.awaited_until) as awaited_until,
    coalesce(s.from_grain, a.from_grain) as filed_grain
  from awaited_places a
  left anti join filed_places o
    on a.first_period is null
    and o.indicator_id = a.indicator_id
    and o.region_code = a.region_code
    and o.breakdown = a.breakdown
    and o.measure = a.measure
    and o.place = a.place
    and o.year = a.year
  left join measure_grains k
    on k.indicator_id = a.indicator_id
    and k.region_code = a.region_code
    and k.breakdown = a.breakdown
    and k.measure = a.measure
    and k.year = a.year
    and k.from_grain = a.from_grain
  left join measure_grains s
    on k.year is null
    and s.indicator_id = a.indicator_id
    and s.region_code = a.region_code
    and s.breakdown = a.breakdown
    and s.measure = a.measure
    and s.year = a.year
  group by
    a.indicator_id, a.region_code, a.breakdown, a.measure, a.place, coalesce(s.from_grain, a.from_grain), a.year
  union all
  select
    l.indicator_id,
    l.region_code,
    l.breakdown,
    l.measure,
    l.place,
    s.from_grain,
    l.year,
    l.first_period,
    cast(null as date) as awaited_until,
    l.from_grain as filed_grain
  from filed_places l
  join measure_grains s
    on s.indicator_id = l.indicator_id
    and s.region_code = l.region_code
    and s.breakdown = l.breakdown
    and s.measure = l.measure
    and s.year = l.year
  join work.grains a on a.grain = l.from_grain
  join work.grains b on b.grain = s.from_grain and b.length < a.length
  left anti join filed_places o
    on o.indicator_id = l.indicator_id
    and o.region_code = l.region_code
    and o.breakdown = l.breakdown
    and o.measure = l.measure
    and o.place = l.place
    and o.year = l.year
    and o.from_grain = s.from_grain
),
-- A period in which no place of the region has a row lacks all of them: that is no fall.
measure_periods as (
  select distinct indicator_id, region_code, breakdown, measure, from_grain, from_period, year
  from place_periods
),
place_gaps as (
  select
    l.indicator_id,
    l.region_code,
    l.breakdown,
    t.grain,
    t.period,
    l.measure,
    l.place,
    count(*) as periods,
    count(f.from_period) as filed
  from places l
  join measure_periods m
    on m.indicator_id = l.indicator_id
    and m.region_code = l.region_code
    and m.breakdown = l.breakdown
    and m.measure = l.measure
    and m.from_grain = l.from_grain
    and m.year = l.year
  join ref.period t on t.from_grain = m.from_grain and t.from_period = m.from_period
  join work.grains v on v.grain = t.grain
  join work.grains w on w.grain = l.filed_grain and (l.filed_grain = l.from_grain or v.length < w.length)
  left join place_periods f
    on f.indicator_id = l.indicator_id
    and f.region_code = l.region_code
    and f.breakdown = l.breakdown
    and f.measure = l.measure
    and f.place = l.place
    and f.from_grain = m.from_grain
    and f.from_period = m.from_period
  group by l.indicator_id, l.region_code, l.breakdown, t.grain, t.period, l.measure, l.place
  having count(f.from_period) < count(*)
    and (
      coalesce(max(m.from_period) >= max(l.first_period), false)
      or coalesce(min(m.from_period) <= max(l.awaited_until), false)
    )
)
select
  r.indicator_id,
  r.scope_code as region_code,
  r.breakdown,
  r.grain,
  r.period,
  concat(
    'missing_place: ',
    case
      when count(distinct g.place) > 3 then cast(count(distinct g.place) as varchar)
      else string_agg(
        distinct concat(g.place, ' ', g.filed, '/', g.periods), ' '
        order by concat(g.place, ' ', g.filed, '/', g.periods)
      )
    end
  ) as flag
from place_gaps g
join work.regional r
  on r.indicator_id = g.indicator_id
  and r.region_code = g.region_code
  and r.breakdown = g.breakdown
  and r.grain = g.grain
  and r.period = g.period
where r.state in ('ok', 'denom_zero')
group by r.indicator_id, r.scope_code, r.breakdown, r.grain, r.period
