-- What is the score of each dimension of the masterplan?
-- One row a region (CORR: corridor), year and dimension: the mean of the capped capaian of its
-- indicators with a target. It is the only mean of ratios that is allowed: the items are
-- normalised scores.
-- Of several documents with a target for the same indicator the first by rank counts, in its newest
-- version; one that contradicts the card (polarity, unit, size) can be judged by nobody and gives way to
-- the next document's, which `flags` tell. No score where too few of the targets are measured. A target
-- without a ratio is of an indicator that is not measured, that is suppressed, or of which the target or
-- its unit allows none; what does not apply to a region is no target of its score.
-- `flags`: what is to be known of the values and targets that the score rests on, and of which indicators;
-- before them `provisional` where any of the values is. `missing_regions`: regencies that a corridor
-- value lacks on which the score rests.
-- Rules: sql/README.md S5.2
with dated_parameters as (
  select
    name,
    region_code,
    cast(value as double) as value,
    valid_from,
    coalesce(
      lead(valid_from) over (partition by name, region_code order by valid_from),
      date '9999-01-01'
    ) as next_from
  from ref.param
  where name like 'target_doc_rank_%' or name = 'dimension_score_min_measured'
),
ranked_targets as (
  select
    t.*,
    case
      when t.capped_percent is not null then null
      when t.note = 'suppressed' then 'suppressed'
      when t.note not like 'not_measured%' then 'without_ratio'
      else 'not_measured'
    end as why_not,
    row_number() over (
      partition by t.indicator_id, t.region_code, t.year
      order by
        coalesce(t.note in ('polarity_differs', 'unit_differs', 'target_magnitude'), false),
        coalesce(r.value, 99),
        t.doc
    ) = 1 as counts,
    row_number() over (
      partition by t.indicator_id, t.region_code, t.year
      order by coalesce(r.value, 99), t.doc
    ) = 1 as is_first
  from indicators.targets t
  left join dated_parameters r
    on r.name = concat('target_doc_rank_', t.doc)
    and r.region_code = '*'
    and make_date(t.year, 12, 31) >= r.valid_from
    and make_date(t.year, 12, 31) < r.next_from
  where t.is_newest_version and t.dimension is not null
    and coalesce(t.note, '') not in ('context_indicator', 'not_applicable')
),
scores as (
  select
    region_code,
    year,
    dimension,
    count(*) as with_target,
    count(capped_percent) as measured,
    round(avg(capped_percent), 9) as mean_percent,
    string_agg(
      case when why_not = 'not_measured' then indicator_id end, ', ' order by indicator_id
    ) as not_measured,
    string_agg(
      case when why_not = 'suppressed' then indicator_id end, ', ' order by indicator_id
    ) as suppressed,
    string_agg(
      case when why_not = 'without_ratio' then indicator_id end, ', ' order by indicator_id
    ) as without_ratio,
    max(release_id) as release_id
  from ranked_targets
  where counts
  group by region_code, year, dimension
),
noted_values as (
  select
    region_code,
    year,
    dimension,
    indicator_id,
    unnest(
      string_to_array(
        concat_ws(
          ', ',
          flags,
          case when state = 'partial_coverage' then 'partial_coverage' end,
          case when is_target_synthetic then 'synthetic' end
        ),
        ', '
      )
    ) as note
  from ranked_targets
  where counts and capped_percent is not null
  union all
  -- What the document that comes first says and cannot be judged.
  select region_code, year, dimension, indicator_id, note
  from ranked_targets
  where is_first and not counts
),
-- A note is a flag, perhaps with a region before it and behind it what it is about.
noted_flags as (
  select distinct
    region_code,
    year,
    dimension,
    indicator_id,
    split_part(split_part(regexp_replace(note, '^[^a-z]+ ', ''), ':', 1), ' ', 1) as flag
  from noted_values
),
flag_entries as (
  select
    n.region_code,
    n.year,
    n.dimension,
    concat(n.flag, ': ', string_agg(n.indicator_id, ' ' order by n.indicator_id)) as entry
  from noted_flags n
  left semi join (select code from ref.code where code_list = 'flag') f on f.code = n.flag
  where n.flag <> 'predicate'
  group by n.region_code, n.year, n.dimension, n.flag
),
lacking as (
  select
    region_code,
    year,
    dimension,
    string_agg(missing_region, ', ' order by missing_region) as missing_regions
  from (
    select distinct
      region_code, year, dimension, unnest(string_to_array(missing_regions, ', ')) as missing_region
    from ranked_targets
    where counts and capped_percent is not null and missing_regions is not null
  ) m
  group by region_code, year, dimension
),
score_flags as (
  select region_code, year, dimension, string_agg(entry, ', ' order by entry) as flags
  from flag_entries
  group by region_code, year, dimension
),
provisional_scores as (
  select distinct r.region_code, r.year, r.dimension
  from ranked_targets r
  join indicators.provisional_periods p
    on p.indicator_id = r.indicator_id
    and p.region_code = r.region_code
    and p.grain = 'Y'
    and date_part('year', p.period) = r.year
  where r.counts and r.capped_percent is not null
)
select
  s.region_code,
  s.year,
  s.dimension,
  s.with_target,
  s.measured,
  100 * cast(s.measured as double) / s.with_target as measured_percent,
  case when 100 * s.measured >= p.value * s.with_target then s.mean_percent end as score,
  case when 100 * s.measured >= p.value * s.with_target then 'ok' else 'incomplete' end as state,
  s.not_measured,
  s.suppressed,
  s.without_ratio,
  l.missing_regions,
  s.release_id,
  nullif(concat_ws(', ', case when u.dimension is not null then 'provisional' end, f.flags), '') as flags
from scores s
left join score_flags f
  on f.region_code = s.region_code
  and f.year = s.year
  and f.dimension = s.dimension
left join lacking l
  on l.region_code = s.region_code
  and l.year = s.year
  and l.dimension = s.dimension
left join provisional_scores u
  on u.region_code = s.region_code
  and u.year = s.year
  and u.dimension = s.dimension
join dated_parameters p
  on p.name = 'dimension_score_min_measured'
  and p.region_code = '*'
  and make_date(s.year, 12, 31) >= p.valid_from
  and make_date(s.year, 12, 31) < p.next_from
