-- How far is each target of a planning document met (capaian)?
-- One row a target: document, version, indicator, region (CORR: corridor) and year, and one for the
-- corridor where the regencies' targets of a document add up.
-- Higher is better: 100 R / T. Lower is better: 100 (2 T - R) / T. Of a range the bound that R is
-- beyond; inside it 100. raw_percent is as computed, to nine decimals: at the edge of a band the last
-- bit of a fraction decides nothing. capped_percent is within 0 and 100.
-- Each office files its own documents: of a target that two of them file the headline source's counts.
-- R is the value of the year, of the source that the document names, where it names one. Without
-- R, or where R or T allows no ratio, there is no capaian and note says why: not_measured where no
-- value came, suppressed where it is not published, not_applicable where there is none by its kind
-- (what is not aggregated has no value of the corridor). A corridor value of some regencies is judged as
-- it is, and missing_regions names the others.
-- The newest version of a document is the highest by its name (2 before 10, 2021 before 2023-P1): an
-- older one that is sent again stays the older one. A version takes the place of the whole document, of
-- a region and year: what the older one alone has is no target any more. Plans that each office has come
-- under one name, and a row does not say whose it is: there each indicator has its newest version
-- (`revised_by` of ref.target_doc).
-- Rules: sql/README.md S3.1f, S5.1, S5.2
with filed_targets as (
  select
    t.*,
    coalesce(o.synthetic, false) as is_target_synthetic,
    -- Numbers within the name in nine digits, so that text is in the order of the numbers.
    regexp_replace(
      regexp_replace(lower(trim(t.doc_version)), '([0-9]+)', '000000000${1}', 'g'),
      '[0-9]*([0-9]{9})', '${1}', 'g'
    ) as version_key,
    case when d.revised_by = 'indicator' then t.indicator_id else '' end as document_part
  from (
    select
      *,
      row_number() over (
        partition by doc, doc_version, region_code, indicator_id, year
        order by is_headline desc, release_date desc, source_id
      ) as place
    from core.target
  ) t
  left join ref.source o on o.code = t.source_id
  left join ref.target_doc d on d.code = t.doc
  where t.place = 1
),
filed as (
  select
    *,
    version_key = max(version_key) over (partition by doc, region_code, year, document_part)
      and row_number() over (
        partition by doc, region_code, indicator_id, year
        order by version_key desc, release_date desc, is_headline desc, source_id
      ) = 1 as is_newest_version
  from filed_targets
),
-- Targets that add up, of documents that have none for the corridor. Where what goes between regencies
-- is none of the corridor's, its value is no sum of theirs, and no sum of their targets is set against it.
corridor_sums as (
  select
    f.doc,
    case when min(f.doc_version) = max(f.doc_version) then min(f.doc_version) else '' end as doc_version,
    f.indicator_id,
    f.year,
    sum(f.target_value) as target_value,
    min(f.unit) as unit,
    min(f.polarity) as polarity,
    max(f.judged_source_id) as judged_source_id,
    bool_or(f.is_target_synthetic) as is_target_synthetic
  from filed f
  join ref.indicator i on i.indicator_id = f.indicator_id and i.aggregation = 'SUM'
  left anti join ref.code n on n.code_list = 'non_additive' and n.code = f.indicator_id
  where f.is_newest_version and f.region_code <> 'CORR' and f.target_value is not null
  group by f.doc, f.indicator_id, f.year
  having count(*) = (select count(*) from ref.scope where scope_code = 'CORR')
    and min(f.unit) = max(f.unit)
    and min(f.polarity) = max(f.polarity)
    and min(coalesce(f.judged_source_id, '')) = max(coalesce(f.judged_source_id, ''))
),
targets as (
  select
    doc,
    doc_version,
    is_newest_version,
    false as is_sum,
    indicator_id,
    region_code,
    year,
    cast(target_value as double) as target_value,
    cast(target_low as double) as target_low,
    cast(target_high as double) as target_high,
    unit,
    polarity,
    baseline_year,
    cast(baseline_value as double) as baseline_value,
    judged_source_id,
    is_target_synthetic
  from filed
  union all
  select
    s.doc,
    s.doc_version,
    true as is_newest_version,
    true as is_sum,
    s.indicator_id,
    'CORR' as region_code,
    s.year,
    cast(s.target_value as double) as target_value,
    null as target_low,
    null as target_high,
    s.unit,
    s.polarity,
    null as baseline_year,
    null as baseline_value,
    s.judged_source_id,
    s.is_target_synthetic
  from corridor_sums s
  left anti join filed f
    on f.region_code = 'CORR'
    and f.is_newest_version
    and f.doc = s.doc
    and f.indicator_id = s.indicator_id
    and f.year = s.year
),
year_values as (
  select
    indicator_id,
    region_code,
    cast(date_part('year', period) as bigint) as year,
    value,
    state,
    -- The year before that has a value, for the size that is usual here.
    last_value(case when state in ('ok', 'partial_coverage') then value end) ignore nulls over (
      partition by indicator_id, region_code
      order by period
      rows between unbounded preceding and 1 preceding
    ) as value_before,
    coverage,
    sources,
    flags,
    coalesce(flags like '%running_period%', false) as is_running,
    missing_regions,
    release_id
  from indicators.values
  where grain = 'Y' and breakdown = ''
),
-- Years of single figures by source: what stands beside the headline. Of a ratio and of a sum over
-- several fields a source that makes no value has none here either: which of its periods, classes and
-- fields are all there is decided by the roll-up alone, and what may be published of it as well.
doubted_years as (
  select dataset, source_id, region_code, date_part('year', period) as year
  from ops.magnitudes
  union
  select dataset, source_id, region_code, date_part('year', period) as year
  from ops.impossible_sums
),
source_years as (
  select d.region_code, d.year, d.source_id, i.indicator_id, max(d.value) as value
  from ops.disagreements d
  join ref.indicator_input i
    on i.dataset = d.dataset
    and coalesce(i.breakdown, '') = ''
    and regexp_like(d.measure, concat('^(', i.fields, ')$'))
  -- What is decided about disclosure is decided about the headline alone.
  join ref.indicator c on c.indicator_id = i.indicator_id and c.aggregation = 'SUM' and not c.is_guarded
  -- Of one field of one dataset: of several inputs this is one.
  join (
    select indicator_id
    from ref.indicator_input
    where coalesce(breakdown, '') = ''
    group by indicator_id
    having count(*) = 1 and bool_and(fields not like '%|%')
  ) o on o.indicator_id = i.indicator_id
  left anti join doubted_years w
    on w.dataset = d.dataset
    and w.source_id = d.source_id
    and w.region_code = d.region_code
    and w.year = d.year
  where d.breakdown in ('', 'total') and d.months = 12
  group by d.region_code, d.year, d.source_id, i.indicator_id
  having count(distinct d.measure) = 1
),
corridor_sources as (
  select
    v.indicator_id,
    v.year,
    case when min(v.sources) = max(v.sources) then min(v.sources) else '' end as only_source
  from year_values v
  where v.region_code <> 'CORR' and v.state in ('ok', 'partial_coverage')
  group by v.indicator_id, v.year
),
year_so_far as (
  select
    v.indicator_id,
    v.region_code,
    cast(date_part('year', v.period) as bigint) as year,
    count(*) as months,
    case
      when max(i.aggregation) = 'SUM' then max(i.scale) * sum(v.numerator)
      when max(i.aggregation) = 'RS' then max(i.scale) * sum(v.numerator) / nullif(sum(v.denominator), 0)
    end as value
  from indicators.values v
  join ref.indicator i on i.indicator_id = v.indicator_id and i.time_rule = 'sum'
  where v.grain = 'M' and v.breakdown = '' and v.state in ('ok', 'partial_coverage')
  group by v.indicator_id, v.region_code, date_part('year', v.period)
),
realisations as (
  select
    t.*,
    i.dimension,
    i.polarity as own_polarity,
    t.unit in (i.unit, i.unit_en) as is_same_unit,
    v.state,
    v.coverage,
    v.flags,
    v.value_before,
    v.missing_regions,
    v.release_id,
    -- Units that are written a thousand or a million times as large as well: ton, juta rupiah.
    coalesce(regexp_like(i.unit, '^(t|kg|Rp)($|[ /])'), false) as has_larger_unit,
    coalesce(v.is_running, false) as is_running,
    s.months as months_so_far,
    s.value as value_so_far,
    t.judged_source_id is null
      or coalesce(
        case when t.region_code = 'CORR' then c.only_source else v.sources end = t.judged_source_id, false
      ) as is_judged_source,
    case when i.judged_by_size then -1.0 else 1.0 end as sign_of_deficit,
    -- What is not aggregated over regions has no value of the corridor, and never will.
    coalesce(t.region_code = 'CORR' and i.aggregation = 'NA', false)
      or coalesce(v.state = 'not_applicable', false) as is_not_applicable,
    -- The sum of all regencies' targets is not set against the value of some.
    t.is_sum and coalesce(v.state = 'partial_coverage', false) as is_of_some,
    case
      when v.state not in ('ok', 'partial_coverage') or (t.is_sum and v.state <> 'ok') or v.is_running
        then null
      when t.judged_source_id is null then v.value
      when case when t.region_code = 'CORR' then c.only_source else v.sources end = t.judged_source_id
        then v.value
      else o.value
    end as value,
    coalesce(o.source_id, v.sources) as sources
  from targets t
  left join ref.indicator i on i.indicator_id = t.indicator_id
  left join year_values v
    on v.indicator_id = t.indicator_id
    and v.region_code = t.region_code
    and v.year = t.year
  left join corridor_sources c on c.indicator_id = t.indicator_id and c.year = t.year
  left join source_years o
    on o.indicator_id = t.indicator_id
    and o.region_code = t.region_code
    and o.year = t.year
    and o.source_id = t.judged_source_id
    and o.source_id <> coalesce(v.sources, '')
  left join year_so_far s
    on s.indicator_id = t.indicator_id
    and s.region_code = t.region_code
    and s.year = t.year
),
-- What is judged: the value, or its size where the card says so.
sized as (
  select *, case when value < 0 then sign_of_deficit * value else value end as judged_value
  from realisations
),
-- The number that R is set against: of a range the bound that it is beyond, none inside.
bounds as (
  select
    *,
    case
      when target_value is not null then target_value
      when judged_value > target_high then target_high
      when judged_value < target_low then target_low
    end as bound,
    coalesce(judged_value between target_low and target_high, false) as is_within_range,
    -- A target may be too small of any number: a mark for thousands was read as one of decimals. Too
    -- large it is by its unit alone: of what is counted far less is a collapse, and is judged.
    greatest(
      judged_value / nullif(coalesce(target_value, target_high), 0),
      case when has_larger_unit then coalesce(target_value, target_low) / nullif(judged_value, 0) end
    ) as times_off
  from sized
),
doubts as (
  select
    *,
    -- Off by a power of 1,000, within three times, and not of the size that is usual here.
    coalesce(
      unit <> '%'
        and times_off >= 1000.0 / 3
        and abs(log10(times_off) - 3 * round(log10(times_off) / 3)) <= log10(3.0)
        and coalesce(value_before / bound not between 1.0 / 30 and 30, true),
      false
    ) as looks_like_other_unit
  from bounds
),
noted as (
  select
    *,
    case
      when dimension is null then 'no_such_indicator'
      when own_polarity = '0' then 'context_indicator'
      when is_not_applicable then 'not_applicable'
      when (own_polarity = '+') <> (polarity = 'up') then 'polarity_differs'
      when not is_same_unit then 'unit_differs'
      when state = 'suppressed' then 'suppressed'
      when is_of_some then concat('not_measured, missing: ', missing_regions)
      when is_running then 'not_measured, running_period'
      when value is null and state in ('ok', 'partial_coverage') and not is_judged_source
        then concat('not_measured, other_source: ', sources)
      when value is null and state = 'incomplete' and value_so_far is not null
        then concat('not_measured, year_to_date: ', round(value_so_far, 4), ' (', months_so_far, '/12)')
      when value is null then 'not_measured'
      when is_within_range then null
      when looks_like_other_unit then 'target_magnitude'
      when bound < 0 then 'target_below_zero'
      when bound = 0 and polarity = 'up' then 'target_zero'
    end as note
  from doubts
),
judged as (
  select
    *,
    case
      when note is not null then null
      when is_within_range then 100.0
      when bound = 0 then case when judged_value = 0 then 100.0 else 0.0 end
      when polarity = 'up' then 0.0 + round(100 * judged_value / bound, 9)
      else 0.0 + round(100 * (2 * bound - judged_value) / bound, 9)
    end as raw_percent
  from noted
),
-- The scale that is in force at the end of a year.
scales as (
  select valid_from, lead(valid_from) over (order by valid_from) as next_from
  from (select distinct valid_from from ref.predicate where scale = 'capaian')
),
bands as (
  select
    p.rank,
    p.name,
    p.name_en,
    p.is_inclusive,
    cast(p.lower_bound as double) as lower_bound,
    s.valid_from,
    s.next_from
  from ref.predicate p
  join scales s on s.valid_from = p.valid_from
  where p.scale = 'capaian'
),
predicates as (
  select
    j.*,
    b.name as predicate,
    b.name_en as predicate_en,
    row_number() over (
      partition by j.doc, j.doc_version, j.indicator_id, j.region_code, j.year
      order by b.rank
    ) as place
  from judged j
  left join bands b
    on b.valid_from <= make_date(j.year, 12, 31)
    and coalesce(b.next_from > make_date(j.year, 12, 31), true)
    and (
      b.lower_bound is null and j.raw_percent is not null
      or j.raw_percent > b.lower_bound
      or (b.is_inclusive and j.raw_percent = b.lower_bound)
    )
)
select
  doc,
  doc_version,
  is_newest_version,
  is_sum,
  indicator_id,
  dimension,
  region_code,
  year,
  target_value,
  target_low,
  target_high,
  unit,
  polarity,
  baseline_year,
  baseline_value,
  judged_source_id,
  is_target_synthetic,
  value,
  state,
  sources,
  bound,
  raw_percent,
  case when raw_percent is not null then least(greatest(raw_percent, 0.0), 100.0) end as capped_percent,
  predicate,
  predicate_en,
  note,
  case when state = 'partial_coverage' then missing_regions end as missing_regions,
  flags,
  release_id
from predicates
where place = 1
