-- Question: which values does the release publish, which of them rest on synthetic rows, and which
--   are not of the series of the one before: of other sources or behind a break, or of other regencies?
-- Grain: indicator, region, breakdown, grain, period.
-- Of a corridor sources are compared regency by regency: one that lacks on one side is no other source.
with released as (
  select
    *,
    12 * date_part('year', period) + date_part('month', period)
      + case grain when 'Y' then 11 when 'Q' then 2 else 0 end as last_month,
    lag(sources) over (
      partition by indicator_id, region_code, breakdown, grain, value is null order by period
    ) as sources_before,
    lag(period) over (
      partition by indicator_id, region_code, breakdown, grain, value is null order by period
    ) as period_before
  from indicators.values
),
-- Each regency's sources: `1101 A + B` of the corridor; of a regency, and of what is of the corridor as
-- a whole, they stand alone.
area_sources as (
  select
    sources,
    case when regexp_like(part, '^[^ ]+ [^+]') then split_part(part, ' ', 1) else '' end as area,
    part
  from (
    select sources, unnest(string_to_array(sources, ', ')) as part
    from (select distinct sources from released where value is not null and sources is not null) d
  ) p
),
changed_sources as (
  select distinct sources, sources_before
  from released
  where value is not null and sources <> sources_before
),
compared as (
  select
    p.sources,
    p.sources_before,
    coalesce(bool_or(n.part <> b.part), false) as has_other_source,
    count(b.part) < count(*) as has_more_areas
  from changed_sources p
  join area_sources n on n.sources = p.sources
  left join area_sources b on b.sources = p.sources_before and b.area = n.area
  group by p.sources, p.sources_before
),
fewer_areas as (
  select distinct p.sources, p.sources_before
  from changed_sources p
  join area_sources b on b.sources = p.sources_before
  left anti join area_sources n on n.sources = p.sources and n.area = b.area
),
breaks as (
  select distinct
    d.indicator_id,
    s.scope_code,
    b.region_code,
    b.source_id,
    b.break_date,
    b.reason_id,
    b.reason_en,
    12 * date_part('year', b.break_date) + date_part('month', b.break_date) as break_month
  from ref.series_break b
  join ref.indicator_dataset d on d.dataset = b.dataset
  join ref.scope s on b.region_code in (s.region_code, '*')
),
-- A break of a regency, or of a source, is one of the values that it is in.
broken as (
  select
    r.indicator_id,
    r.region_code,
    r.breakdown,
    r.grain,
    r.period,
    max(concat(b.break_date, ': ', b.reason_id, ' / ', b.reason_en)) as break_reason
  from released r
  join breaks b
    on b.indicator_id = r.indicator_id
    and b.scope_code = r.region_code
    and b.break_month <= r.last_month
    and b.break_date > r.period_before
  join area_sources a
    on a.sources = r.sources
    and (a.area = '' or b.region_code in ('*', a.area))
    and (
      b.source_id = '*'
      or strpos(concat(' ', a.part, ' '), concat(' ', b.source_id, ' ')) > 0
    )
  group by r.indicator_id, r.region_code, r.breakdown, r.grain, r.period
)
select
  r.indicator_id,
  r.region_code,
  r.breakdown,
  r.grain,
  cast(r.period as varchar) as first_day,
  r.value,
  r.state,
  r.coverage,
  r.flags,
  r.sources,
  strpos(concat(', ', coalesce(r.flags, ''), ','), ', synthetic,') > 0 as is_synthetic,
  r.value is not null
    and (coalesce(c.has_other_source, false) or k.break_reason is not null) as is_break,
  r.value is not null
    and (coalesce(c.has_more_areas, false) or f.sources is not null) as is_of_other_areas,
  r.value is not null and coalesce(c.has_other_source, false) as is_of_other_sources,
  case when r.value is not null then k.break_reason end as break_reason,
  case when r.value is not null and r.sources <> r.sources_before then r.sources_before end as sources_before
from released r
left join compared c on c.sources = r.sources and c.sources_before = r.sources_before
left join fewer_areas f on f.sources = r.sources and f.sources_before = r.sources_before
left join broken k
  on k.indicator_id = r.indicator_id
  and k.region_code = r.region_code
  and k.breakdown = r.breakdown
  and k.grain = r.grain
  and k.period = r.period
order by r.indicator_id, r.region_code, r.breakdown, r.grain, r.period
