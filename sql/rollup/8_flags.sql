-- Question: what does a reader have to know about each value?
-- Grain: that of work.stated (6_values.sql): one row per indicator, region (CORR = corridor),
-- breakdown, grain and period.
-- Rules: sql/README.md C4, S3.3; the one place for flags of published values.
-- The result is what is published, in the order of its columns.
-- Which rows an indicator rests on: ref.indicator_input, and for what is not there all
-- rows of its card's datasets.
with chosen_measures as (
  select distinct u.indicator_id, c.dataset
  from work.sources u
  join (
    select distinct dataset, split_part(theme, ':', 1) as measure from ops.current_slices
  ) c on c.measure = split_part(u.theme, ':', 1)
  where u.source_id <> ''
),
-- Of datasets that views read by their headline source alone, such as a population.
synthetic_slices as (
  select distinct
    d.indicator_id,
    c.slice_region,
    r.region_code is not null as is_of_region,
    case when c.period < date '1901-01-01' then null else date_part('year', c.period) end as year
  from ops.current_slices c
  join ref.source s on s.code = c.source_id and s.synthetic
  left join (select distinct region_code from ref.scope) r on r.region_code = c.slice_region
  join work.card_datasets d on d.dataset = c.dataset
  left anti join chosen_measures m on m.indicator_id = d.indicator_id and m.dataset = c.dataset
  where c.is_headline
),
-- Of indicators that are made of deliveries and not of their rows.
synthetic_deliveries as (
  select distinct
    i.indicator_id,
    coalesce(i.breakdown, '') as breakdown,
    d.regency,
    12 * date_part('year', d.due_on) + date_part('month', d.due_on) + i.lag_months as month_number
  from ref.indicator_input i
  join ops.deliveries d on i.dataset in (d.dataset, '*')
  join ref.source s on s.code = d.source_id and s.synthetic
  where i.span = 'due' and d.is_due
),
synthetic_values as (
  select v.indicator_id, v.region_code, v.breakdown, v.grain, v.period
  from work.stated v
  join synthetic_slices s
    on s.indicator_id = v.indicator_id
    and (s.year is null or s.year = date_part('year', v.period))
    and (s.slice_region = v.region_code or v.region_code = 'CORR' or not s.is_of_region)
  union
  select u.indicator_id, u.scope_code as region_code, u.breakdown, u.grain, u.period
  from work.sources u
  join ref.source s on s.code = u.source_id and s.synthetic
  where u.is_chosen and u.covers
  union
  select v.indicator_id, v.region_code, v.breakdown, v.grain, v.period
  from work.stated v
  join ref.scope m on m.scope_code = v.region_code
  join ref.period t on t.from_grain = 'M' and t.grain = v.grain and t.period = v.period
  join synthetic_deliveries s
    on s.indicator_id = v.indicator_id
    and s.breakdown in (v.breakdown, '*')
    and s.regency = m.region_code
    and s.month_number = 12 * date_part('year', t.from_period) + date_part('month', t.from_period)
),
-- Findings about rows and flags of rows: the rows count, and the numbers made of them say so.
row_findings as (
  select
    dataset,
    source_id,
    region_code,
    period,
    cast(null as date) as until,
    period_type,
    grain,
    unnest(string_to_array(measure, ' + ')) as field,
    check_name as name,
    is_headline,
    is_counted
  from ops.slice_findings
  union all
  select
    dataset,
    source_id,
    region_code,
    period,
    until,
    period_type,
    period_type as grain,
    measure as field,
    flag as name,
    is_headline,
    is_counted
  from ops.row_flags
),
-- Events that an office files of another's region count with that one's: so do the findings about them.
counted_findings as (
  select * exclude (source_id), source_id from row_findings
  union all
  select f.* exclude (source_id), e.counted_with as source_id
  from row_findings f
  join (
    select distinct dataset, region_code, source_id, counted_with
    from core.event_sources
    where counted_with <> source_id
  ) e
    on e.dataset = f.dataset and e.region_code = f.region_code and e.source_id = f.source_id
),
dated_findings as (
  select distinct
    *,
    date_part('year', period) as year,
    12 * date_part('year', period) + date_part('month', period) as first_month,
    12 * date_part('year', until) + date_part('month', until) as end_month
  from counted_findings
),
-- `{visited}` in the fields of an input stands for the regencies that the corridor's transit ends in.
visited_regions as (
  select coalesce(string_agg(visited_region, '|' order by visited_region), '-') as codes
  from ref.transit
),
indicator_inputs as (
  select
    d.indicator_id,
    d.dataset,
    concat('^(', coalesce(replace(i.fields, '{visited}', v.codes), '.*'), ')$') as fields,
    case when i.indicator_id is null then '*' else coalesce(i.breakdown, '') end as breakdown,
    coalesce(i.span, 'own') as span,
    coalesce(i.sources, 'counted') as sources,
    coalesce(i.lag_months, 0) as lag_months
  from work.card_datasets d
  cross join visited_regions v
  left join ref.indicator_input i on i.indicator_id = d.indicator_id and i.dataset = d.dataset
),
dated_parts as (
  select
    p.indicator_id,
    p.scope_code,
    p.region_code,
    p.breakdown,
    p.theme,
    p.source_id,
    p.grain,
    p.period,
    date_part('year', p.period) as year,
    12 * date_part('year', p.period) + date_part('month', p.period) as first_month,
    12 * date_part('year', p.period) + date_part('month', p.period) + w.length - 1 as last_month,
    max(case when p.numerator is not null then 1 else 0 end) = 1 as has_numerator,
    max(case when p.denominator is not null then 1 else 0 end) = 1 as has_denominator
  from work.standing_parts p
  join work.grains w on w.grain = p.grain
  group by
    p.indicator_id, p.scope_code, p.region_code, p.breakdown, p.theme, p.source_id, p.grain, p.period,
    w.length
),
-- A part and a finding about rows that it rests on. The sum of a year (grain Y over months) is
-- about all its months, and about numbers of years alone. A part of a quarter or a year of which
-- nothing is filed is made of rows of its months.
part_findings as (
  select distinct
    p.indicator_id,
    p.scope_code,
    p.region_code,
    p.breakdown,
    p.theme,
    p.source_id,
    p.grain,
    p.period,
    p.has_numerator,
    p.has_denominator,
    f.name,
    case when f.grain <> f.period_type then f.grain end as only_grain,
    case when f.name in ('cum_revised', 'cum_gap') then substr(cast(f.period as varchar), 1, 7) end as month
  from dated_findings f
  join indicator_inputs i
    on i.dataset = f.dataset
    and (i.sources = 'all' or f.is_counted)
    and (f.field is null or regexp_like(f.field, i.fields))
  join ref.dataset d on d.dataset = f.dataset
  join dated_parts p
    on p.indicator_id = i.indicator_id
    and p.region_code = f.region_code
    and i.breakdown in (p.breakdown, '*')
    and (i.sources = 'all' or f.source_id = p.source_id or (i.span = 'year' and f.is_headline))
  where case
    when i.span = 'register'
      then f.first_month <= p.last_month - i.lag_months
        and coalesce(f.end_month > p.last_month - i.lag_months, true)
    when i.span = 'year' then p.year = f.year + i.lag_months / 12
    when f.grain <> f.period_type
      then p.year = f.year + i.lag_months / 12 and p.grain = f.period_type
    when d.period_types not like concat('%', p.grain, '%')
      then f.first_month + i.lag_months between p.first_month and p.last_month
    else p.grain = f.period_type and p.first_month = f.first_month + i.lag_months
  end
),
-- The values that are made of these parts, each regency's own and those of the corridor.
value_findings as (
  select
    r.indicator_id,
    r.scope_code as region_code,
    r.breakdown,
    r.grain,
    r.period,
    string_agg(distinct f.name, ', ' order by f.name) as names
  from part_findings f
  join ref.period t on t.from_grain = f.grain and t.from_period = f.period
  join work.regional r
    on r.indicator_id = f.indicator_id
    and r.region_code = f.region_code
    and r.breakdown = f.breakdown
    and r.grain = t.grain
    and r.period = t.period
    and r.scope_code = coalesce(f.scope_code, r.scope_code)
  join work.sources u
    on u.indicator_id = r.indicator_id
    and u.scope_code = r.scope_code
    and u.region_code = r.region_code
    and u.breakdown = r.breakdown
    and u.grain = r.grain
    and u.period = r.period
    and u.theme = f.theme
    and u.source_id = f.source_id
    and u.is_chosen
  join work.cards c on c.indicator_id = r.indicator_id
  where r.state in ('ok', 'denom_zero')
    and f.month is null
    and (c.time_rule <> 'end' or t.is_last)
    and (
      (f.has_numerator and u.numerator_grain = f.grain)
      or (f.has_denominator and u.denominator_grain = f.grain)
    )
    and r.grain = coalesce(f.only_grain, r.grain)
  group by r.indicator_id, r.scope_code, r.breakdown, r.grain, r.period
),
-- Months that a figure from January on leaves without a number (S3.5). They are why values over them
-- have none, or are made of the other fields alone: both say which months they are.
month_findings as (
  select
    r.indicator_id,
    r.scope_code,
    r.region_code,
    r.breakdown,
    r.grain,
    r.period,
    f.name,
    string_agg(distinct f.month, ' ' order by f.month) as months
  from part_findings f
  join ref.period t on t.from_grain = f.grain and t.from_period = f.period
  join work.regional r
    on r.indicator_id = f.indicator_id
    and r.region_code = f.region_code
    and r.breakdown = f.breakdown
    and r.grain = t.grain
    and r.period = t.period
    and r.scope_code = coalesce(f.scope_code, r.scope_code)
  join work.sources u
    on u.indicator_id = r.indicator_id
    and u.scope_code = r.scope_code
    and u.region_code = r.region_code
    and u.breakdown = r.breakdown
    and u.grain = r.grain
    and u.period = r.period
    and u.theme = f.theme
    and u.source_id = f.source_id
    and u.is_chosen
  join work.cards c on c.indicator_id = r.indicator_id
  where f.month is not null
    and (c.time_rule <> 'end' or t.is_last)
    and (
      not u.covers
      or (f.has_numerator and u.numerator_grain = f.grain)
      or (f.has_denominator and u.denominator_grain = f.grain)
    )
  group by r.indicator_id, r.scope_code, r.region_code, r.breakdown, r.grain, r.period, f.name
),
month_flags as (
  select
    indicator_id,
    scope_code as region_code,
    breakdown,
    grain,
    period,
    string_agg(entry, ', ' order by entry) as names
  from (
    select
      *,
      concat(case when scope_code <> region_code then concat(region_code, ' ') else '' end, name, ': ', months) as entry
    from month_findings
  )
  group by indicator_id, scope_code, breakdown, grain, period
),
-- A route is one source's (2_sources): who else files it is told.
also_filed as (
  select
    indicator_id,
    scope_code as region_code,
    breakdown,
    grain,
    period,
    concat(
      'also_filed: ',
      string_agg(
        distinct concat(source_id, ' ', split_part(theme, ':', 2)), ' '
        order by concat(source_id, ' ', split_part(theme, ':', 2))
      )
    ) as flag
  from work.sources
  where covers and source_id <> route_source
  group by indicator_id, scope_code, breakdown, grain, period
),
-- Figures of a region by the office of another one. Of events a part says so itself.
filed_elsewhere as (
  select
    u.indicator_id,
    u.scope_code as region_code,
    u.breakdown,
    u.grain,
    u.period,
    concat('filed_elsewhere: ', string_agg(distinct u.source_id, ' ' order by u.source_id)) as flag
  from work.sources u
  join core.offices_elsewhere e on e.region_code = u.region_code and e.source_id = u.source_id
  where u.is_chosen and u.covers
  group by u.indicator_id, u.scope_code, u.breakdown, u.grain, u.period
),
-- What values are sums of, where a source decides that: the sets that parts name, and places.
basis_entries as (
  select
    u.indicator_id,
    u.scope_code,
    u.region_code,
    u.breakdown,
    u.grain,
    u.period,
    p.grain as from_grain,
    p.period as from_period,
    unnest(
      string_to_array(concat_ws(', ', case when p.theme like '%:%' then p.theme end, p.basis), ', ')
    ) as entry
  from work.sources u
  join work.cards c on c.indicator_id = u.indicator_id
  join ref.period t on t.grain = u.grain and t.period = u.period and (c.time_rule <> 'end' or t.is_last)
  join work.standing_parts p
    on p.indicator_id = u.indicator_id
    and p.region_code = u.region_code
    and p.breakdown = u.breakdown
    and p.theme = u.theme
    and p.source_id = u.source_id
    and p.grain = t.from_grain
    and p.period = t.from_period
    and coalesce(p.scope_code, u.scope_code) = u.scope_code
  where u.is_chosen
    and u.covers
    and (p.basis is not null or p.theme like '%:%')
    and (
      (p.numerator is not null and p.grain = u.numerator_grain)
      or (p.denominator is not null and p.grain = u.denominator_grain)
    )
),
basis_periods as (
  select
    indicator_id,
    scope_code,
    region_code,
    breakdown,
    grain,
    period,
    from_grain,
    entry,
    count(distinct from_period) as periods
  from basis_entries
  group by indicator_id, scope_code, region_code, breakdown, grain, period, from_grain, entry
),
value_periods as (
  select
    indicator_id,
    scope_code,
    region_code,
    breakdown,
    grain,
    period,
    from_grain,
    count(distinct from_period) as most
  from basis_entries
  group by indicator_id, scope_code, region_code, breakdown, grain, period, from_grain
),
-- What is not in all periods of its value says in how many.
basis_texts as (
  select
    r.indicator_id,
    r.scope_code,
    r.breakdown,
    r.grain,
    r.period,
    concat(
      case when r.scope_code <> r.region_code then concat(r.region_code, ' ') else '' end,
      b.entry,
      case when b.periods < p.most then concat(' ', b.periods, '/', p.most) else '' end
    ) as entry
  from basis_periods b
  join value_periods p
    on p.indicator_id = b.indicator_id
    and p.scope_code = b.scope_code
    and p.region_code = b.region_code
    and p.breakdown = b.breakdown
    and p.grain = b.grain
    and p.period = b.period
    and p.from_grain = b.from_grain
  join work.regional r
    on r.indicator_id = b.indicator_id
    and r.scope_code = b.scope_code
    and r.region_code = b.region_code
    and r.breakdown = b.breakdown
    and r.grain = b.grain
    and r.period = b.period
  where r.state in ('ok', 'denom_zero')
),
bases as (
  select
    indicator_id,
    scope_code as region_code,
    breakdown,
    grain,
    period,
    string_agg(distinct entry, ', ' order by entry) as basis
  from basis_texts
  group by indicator_id, scope_code, breakdown, grain, period
)
select
  v.indicator_id,
  v.dimension,
  v.region_code,
  v.grain,
  v.period,
  v.breakdown,
  v.numerator,
  v.denominator,
  v.value,
  v.state,
  v.coverage,
  v.regions_present,
  v.regions_expected,
  v.periods_present,
  v.periods_expected,
  v.missing_regions,
  -- A value without a number says why; one with a number what a reader has to know.
  case
    when v.impossible is not null then v.impossible
    else nullif(
      concat_ws(
        ', ',
        v.flag,
        case when v.state in ('ok', 'partial_coverage', 'denom_zero', 'suppressed') then o.flag end,
        case when v.state in ('ok', 'partial_coverage', 'suppressed') then a.flag end,
        case
          when v.state in ('ok', 'partial_coverage', 'suppressed') and coalesce(v.flag, '') not like '%filed_elsewhere%'
            then w.flag
        end,
        -- Estimated in some months and weighed in others: no series of one method.
        case
          when v.state in ('ok', 'partial_coverage') and regexp_like(b.basis, 'method [a-z0-9_]+ [0-9]+/')
            then 'mixed_method'
        end,
        case when v.state in ('ok', 'partial_coverage') and v.value < 0 and c.aggregation = 'SUM' then 'negative' end,
        case
          when v.state not in ('ok', 'partial_coverage', 'suppressed', 'series_break') then null
          -- Its part says so already.
          when v.flag like '%running_period%'
            then nullif(btrim(replace(concat(', ', f.names, ', '), ', running_period, ', ', '), ', '), '')
          else f.names
        end,
        m.names,
        case
          when s.indicator_id is not null
            and v.state in ('ok', 'partial_coverage', 'suppressed', 'series_break')
            then 'synthetic'
        end
      ),
      ''
    )
  end as flags,
  v.sources,
  case when v.state in ('ok', 'partial_coverage', 'denom_zero') then b.basis end as basis
from work.stated v
join work.cards c on c.indicator_id = v.indicator_id
left join synthetic_values s
  on s.indicator_id = v.indicator_id
  and s.region_code = v.region_code
  and s.breakdown = v.breakdown
  and s.grain = v.grain
  and s.period = v.period
left join value_findings f
  on f.indicator_id = v.indicator_id
  and f.region_code = v.region_code
  and f.breakdown = v.breakdown
  and f.grain = v.grain
  and f.period = v.period
left join month_flags m
  on m.indicator_id = v.indicator_id
  and m.region_code = v.region_code
  and m.breakdown = v.breakdown
  and m.grain = v.grain
  and m.period = v.period
left join work.missing_places o
  on o.indicator_id = v.indicator_id
  and o.region_code = v.region_code
  and o.breakdown = v.breakdown
  and o.grain = v.grain
  and o.period = v.period
left join also_filed a
  on a.indicator_id = v.indicator_id
  and a.region_code = v.region_code
  and a.breakdown = v.breakdown
  and a.grain = v.grain
  and a.period = v.period
left join filed_elsewhere w
  on w.indicator_id = v.indicator_id
  and w.region_code = v.region_code
  and w.breakdown = v.breakdown
  and w.grain = v.grain
  and w.period = v.period
left join bases b
  on b.indicator_id = v.indicator_id
  and b.region_code = v.region_code
  and b.breakdown = v.breakdown
  and b.grain = v.grain
  and b.period = v.period
order by v.dimension, v.indicator_id, v.grain, v.period, v.breakdown, v.region_code
