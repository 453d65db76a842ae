-- How much did each published value change against the period before (m-to-m, q-to-q), against the
-- same period a year before (y-on-y), and the year so far against the year so far (c-to-c)?
-- One row a value and kind of change. Counts change in percent, percentages in points, other
-- ratios in their own unit; difference and percent stand beside. There is no c-to-c of a stock, of
-- a pooled series and of what is not aggregated.
-- A change compares one source with itself, equal sets of regencies and equal sets of what the source
-- adds up (sets: the entries of `basis` that are no places), and not across a break of the series:
-- then it has no number, and state and flags say why. Nor has a year so far of several sources a value.
-- Of the corridor sources are compared regency by regency: one that lacks on one side is no other source.
-- Places (entries with a colon: routes, points of entry, facilities) may begin and end; where they
-- differ, the flag says so.
-- Where Lebaran falls into another month than a year before (3 days or more), the flag says so, and
-- the two months together stand beside it (pooled_...).
-- Rules: sql/README.md S3.1e, S3.7, S3.8
with published as (
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
    v.flags,
    v.release_id,
    coalesce(v.sources, '') as sources,
    coalesce(v.missing_regions, '') as missing_regions,
    coalesce(v.basis, '') as basis,
    regexp_replace(concat(', ', coalesce(v.basis, '')), ', [^,]*:[^,]*', '', 'g') as sets,
    v.state in ('ok', 'partial_coverage') as has_value,
    coalesce(v.flags like '%running_period%', false) as is_running,
    i.aggregation,
    i.time_rule,
    i.denominator_rule,
    i.scale,
    i.unit,
    12 * date_part('year', v.period) + date_part('month', v.period) as month_number,
    case v.grain when 'M' then 1 when 'Q' then 3 else 12 end as months
  from indicators.values v
  join ref.indicator i on i.indicator_id = v.indicator_id
),
-- The year so far: of all its periods, of one source and of equal regencies, or not at all.
sums_so_far as (
  select
    *,
    count(case when has_value then 1 end) over year_to_period as periods_with_value,
    min(sources) over year_to_period as first_source,
    max(sources) over year_to_period as last_source,
    min(missing_regions) over year_to_period as first_missing,
    max(missing_regions) over year_to_period as last_missing,
    string_agg(sets, ';') over year_to_period as sets_so_far,
    -- The digits that the summands leave (C3).
    0.0 + round(
      sum(numerator) over year_to_period,
      cast(greatest(0, least(9, 13 - floor(log10(nullif(sum(abs(numerator)) over year_to_period, 0))))) as int)
    ) as numerator_so_far,
    case denominator_rule when 'end' then denominator else sum(denominator) over year_to_period end
      as denominator_so_far
  from published
  where grain in ('M', 'Q') and aggregation in ('SUM', 'RS') and time_rule = 'sum'
  window year_to_period as (
    partition by indicator_id, region_code, grain, breakdown, date_part('year', period)
    order by period
    rows between unbounded preceding and current row
  )
),
year_so_far as (
  select
    *,
    case
      when not has_value then state
      when months_so_far < month_of_year then 'incomplete'
      when first_missing <> last_missing then 'insufficient_coverage'
      when first_source <> last_source then 'series_break'
      else state
    end as state_so_far,
    case
      when not has_value then null
      when months_so_far < month_of_year
        then concat('missing: ', month_of_year - months_so_far, ' of ', month_of_year, ' months so far')
      when first_missing <> last_missing then 'regencies differ: in the year so far'
      when first_source <> last_source
        then concat('sources differ: ', first_source, ' and ', last_source, ' in the year so far')
    end as flag_so_far
  from (
    select
      *,
      cast(periods_with_value * months as int) as months_so_far,
      cast(date_part('month', period) + months - 1 as int) as month_of_year
    from sums_so_far
  ) p
),
kinds as (
  select
    *,
    unnest(make_array('y-on-y', case grain when 'M' then 'm-to-m' when 'Q' then 'q-to-q' end)) as change_kind
  from published
),
figures as (
  select
    change_kind,
    case change_kind when 'y-on-y' then 12 else months end as lag_months,
    indicator_id,
    dimension,
    region_code,
    grain,
    period,
    breakdown,
    month_number as first_month_number,
    month_number,
    months,
    value,
    state,
    flags,
    -- Why this period has no value, whatever stands before it.
    case when not has_value then coalesce(nullif(flags, ''), concat('this period: ', state)) end as own_flag,
    sources,
    missing_regions,
    basis,
    sets,
    is_running,
    aggregation,
    unit,
    release_id
  from kinds
  where change_kind is not null
  union all
  select
    'c-to-c' as change_kind,
    12 as lag_months,
    y.indicator_id,
    y.dimension,
    y.region_code,
    y.grain,
    y.period,
    y.breakdown,
    12 * date_part('year', y.period) + 1 as first_month_number,
    y.month_number,
    y.months,
    case
      when y.state_so_far not in ('ok', 'partial_coverage') then null
      when y.aggregation = 'SUM' then y.scale * y.numerator_so_far
      else y.scale * y.numerator_so_far / nullif(y.denominator_so_far, 0)
    end as value,
    y.state_so_far as state,
    y.flags,
    case
      when not y.has_value then coalesce(nullif(y.flags, ''), concat('this period: ', y.state))
      else y.flag_so_far
    end as own_flag,
    y.last_source as sources,
    y.last_missing as missing_regions,
    y.basis,
    y.sets_so_far as sets,
    y.is_running,
    y.aggregation,
    y.unit,
    y.release_id
  from year_so_far y
),
breaks as (
  select distinct
    d.indicator_id,
    s.scope_code,
    b.source_id,
    b.break_date,
    b.reason_id,
    b.reason_en,
    12 * date_part('year', b.break_date) + date_part('month', b.break_date) as break_month_number
  from ref.series_break b
  join ref.indicator_dataset d on d.dataset = b.dataset
  join ref.scope s on b.region_code in (s.region_code, '*')
),
crossed_breaks as (
  select
    f.change_kind,
    f.indicator_id,
    f.region_code,
    f.grain,
    f.period,
    f.breakdown,
    max(concat('series_break ', b.break_date, ': ', b.reason_id, ' / ', b.reason_en)) as break_flag
  from figures f
  join breaks b
    on b.indicator_id = f.indicator_id
    and b.scope_code = f.region_code
    and b.break_month_number < f.month_number + f.months
    and b.break_month_number >= f.first_month_number - f.lag_months
    and (
      b.break_month_number > f.first_month_number - f.lag_months
      or date_part('day', b.break_date) > 1
    )
    and (
      b.source_id = '*'
      or regexp_like(f.sources, concat('(^|[^A-Za-z0-9_])', b.source_id, '($|[^A-Za-z0-9_])'))
    )
  group by f.change_kind, f.indicator_id, f.region_code, f.grain, f.period, f.breakdown
),
-- Days around Idul Fitri in each month and quarter that the calendar holds.
lebaran as (
  select
    t.grain,
    12 * date_part('year', t.period) + date_part('month', t.period) as month_number,
    sum(l.lebaran_days) as lebaran_days
  from core.lebaran_months l
  join ref.period t on t.from_grain = 'M' and t.from_period = l.period_month and t.grain in ('M', 'Q')
  group by t.grain, t.period
),
lebaran_shifts as (
  select
    n.grain,
    n.month_number,
    n.lebaran_days,
    b.lebaran_days as lebaran_days_before,
    n.lebaran_days - b.lebaran_days as shift
  from lebaran n
  join lebaran b on b.grain = n.grain and b.month_number = n.month_number - 12
),
-- The neighbour into which, or from which, Lebaran moved.
lebaran_pairs as (
  select
    s.grain,
    s.month_number,
    s.lebaran_days,
    s.lebaran_days_before,
    case
      when abs(s.shift) < 3 then null
      when coalesce(-s.shift * n.shift, 0) > greatest(coalesce(-s.shift * p.shift, 0), 0)
        then n.month_number
      when -s.shift * p.shift > 0 then p.month_number
    end as pooled_month_number
  from lebaran_shifts s
  left join lebaran_shifts p
    on p.grain = s.grain and p.month_number = s.month_number - case s.grain when 'M' then 1 else 3 end
  left join lebaran_shifts n
    on n.grain = s.grain and n.month_number = s.month_number + case s.grain when 'M' then 1 else 3 end
),
pairs as (
  select
    f.*,
    b.period as period_before,
    b.value as base_value,
    b.state as state_before,
    b.sources as sources_before,
    b.missing_regions as missing_before,
    b.basis as basis_before,
    b.sets as sets_before,
    b.is_running as is_running_before,
    b.flags as flags_before,
    -- Of a corridor each source stands after its regency: without those of regencies that lack on the other side.
    case
      when b.missing_regions = f.missing_regions then f.sources
      else substr(
        regexp_replace(
          concat(', ', f.sources), concat(', (', replace(b.missing_regions, ', ', '|'), ') [^,]*'), '', 'g'
        ),
        3
      )
    end as common_sources,
    case
      when b.missing_regions = f.missing_regions then b.sources
      else substr(
        regexp_replace(
          concat(', ', b.sources), concat(', (', replace(f.missing_regions, ', ', '|'), ') [^,]*'), '', 'g'
        ),
        3
      )
    end as common_sources_before
  from figures f
  left join figures b
    on b.change_kind = f.change_kind
    and b.indicator_id = f.indicator_id
    and b.region_code = f.region_code
    and b.grain = f.grain
    and b.breakdown = f.breakdown
    and b.month_number = f.month_number - f.lag_months
),
-- A quarter or a year within which a region began or ended is no whole one to compare with.
cut_pairs as (
  select
    *,
    case
      when flags like '%region_began: %' or flags like '%region_ended: %'
        then regexp_replace(flags, '^(.*, )?(region_(began|ended): [^,]*).*$', '${2}')
      when flags_before like '%region_began: %' or flags_before like '%region_ended: %'
        then concat(
        'period before: ', regexp_replace(flags_before, '^(.*, )?(region_(began|ended): [^,]*).*$', '${2}')
      )
    end as cut_flag
  from pairs
),
compared as (
  select
    f.*,
    k.break_flag,
    case
      when f.state in ('ok', 'partial_coverage')
        and f.state_before in ('ok', 'partial_coverage')
        and (f.basis_before <> f.basis or f.sets_before <> f.sets)
        then concat(
        case when f.sets_before <> f.sets then 'sets differ: ' else 'places differ: ' end,
        coalesce(
          nullif(
            concat_ws(
              '; ',
              'only before ' || nullif(
                array_to_string(
                  array_except(string_to_array(f.basis_before, ', '), string_to_array(f.basis, ', ')), ' + '
                ),
                ''
              ),
              'only now ' || nullif(
                array_to_string(
                  array_except(string_to_array(f.basis, ', '), string_to_array(f.basis_before, ', ')), ' + '
                ),
                ''
              )
            ),
            ''
          ),
          'in earlier periods'
        )
      )
    end as basis_flag,
    l.lebaran_days,
    l.lebaran_days_before,
    l.pooled_month_number,
    case
      when f.state not in ('ok', 'partial_coverage') then f.state
      when f.state_before is null then 'no_data'
      when f.state_before not in ('ok', 'partial_coverage') then f.state_before
      when k.break_flag is not null or f.common_sources_before <> f.common_sources then 'series_break'
      when f.missing_before <> f.missing_regions then 'insufficient_coverage'
      when f.sets_before <> f.sets or f.cut_flag is not null then 'series_break'
      when f.is_running or f.is_running_before then 'incomplete'
      when f.aggregation = 'SUM' and f.base_value = 0 then 'denom_zero'
      when f.aggregation = 'SUM' and f.base_value < 0 then 'not_applicable'
      else f.state
    end as change_state,
    case
      when f.state not in ('ok', 'partial_coverage') then f.own_flag
      when f.state_before is null then 'missing: the period before'
      when f.state_before not in ('ok', 'partial_coverage') then concat('period before: ', f.state_before)
      when k.break_flag is not null then k.break_flag
      when f.common_sources_before <> f.common_sources
        then concat('sources differ: ', f.sources_before, ' before, ', f.sources)
      when f.missing_before <> f.missing_regions
        then concat(
        'regencies differ: missing ',
        concat_ws(
          ', ', nullif(f.missing_before, '') || ' before', nullif(f.missing_regions, '') || ' now'
        )
      )
      when f.sets_before <> f.sets then null
      when f.cut_flag is not null then f.cut_flag
      when f.is_running or f.is_running_before then 'running_period'
      when f.aggregation = 'SUM' and f.base_value = 0 then 'period before: 0'
      when f.aggregation = 'SUM' and f.base_value < 0 then 'period before: below 0'
    end as change_flag
  from cut_pairs f
  left join crossed_breaks k
    on k.change_kind = f.change_kind
    and k.indicator_id = f.indicator_id
    and k.region_code = f.region_code
    and k.grain = f.grain
    and k.period = f.period
    and k.breakdown = f.breakdown
  left join lebaran_pairs l
    on f.change_kind = 'y-on-y' and l.grain = f.grain and l.month_number = f.month_number
),
-- The two months (quarters) of both years together, where all four are comparable.
pooled as (
  select
    c.indicator_id,
    c.region_code,
    c.grain,
    c.period,
    c.breakdown,
    n.period as pooled_with,
    case
      when a.aggregation = 'SUM' then a.scale * (a.numerator + n.numerator)
      when a.denominator_rule = 'end'
        then a.scale * (a.numerator + n.numerator) / nullif(greatest(a.denominator, n.denominator), 0)
      else a.scale * (a.numerator + n.numerator) / nullif(a.denominator + n.denominator, 0)
    end as pooled_value,
    case
      when a.aggregation = 'SUM' then a.scale * (ab.numerator + nb.numerator)
      when a.denominator_rule = 'end'
        then a.scale * (ab.numerator + nb.numerator) / nullif(greatest(ab.denominator, nb.denominator), 0)
      else a.scale * (ab.numerator + nb.numerator) / nullif(ab.denominator + nb.denominator, 0)
    end as pooled_value_before
  from compared c
  join published a
    on a.indicator_id = c.indicator_id
    and a.region_code = c.region_code
    and a.grain = c.grain
    and a.breakdown = c.breakdown
    and a.month_number = c.month_number
  join published ab
    on ab.indicator_id = c.indicator_id
    and ab.region_code = c.region_code
    and ab.grain = c.grain
    and ab.breakdown = c.breakdown
    and ab.month_number = c.month_number - 12
  join published n
    on n.indicator_id = c.indicator_id
    and n.region_code = c.region_code
    and n.grain = c.grain
    and n.breakdown = c.breakdown
    and n.month_number = c.pooled_month_number
  join published nb
    on nb.indicator_id = c.indicator_id
    and nb.region_code = c.region_code
    and nb.grain = c.grain
    and nb.breakdown = c.breakdown
    and nb.month_number = c.pooled_month_number - 12
  where c.change_kind = 'y-on-y'
    and c.change_state in ('ok', 'partial_coverage')
    and a.aggregation in ('SUM', 'RS')
    and a.time_rule = 'sum'
    and n.has_value
    and nb.has_value
    and n.sources = a.sources
    and nb.sources = a.sources
    and n.missing_regions = a.missing_regions
    and nb.missing_regions = a.missing_regions
    and n.sets = a.sets
    and nb.sets = a.sets
),
measured as (
  select
    *,
    case
      when change_state not in ('ok', 'partial_coverage', 'denom_zero', 'not_applicable') then null
      when aggregation = 'SUM' then 0.0 + round(
        value - base_value,
        cast(greatest(0, least(9, 13 - floor(log10(nullif(abs(value) + abs(base_value), 0))))) as int)
      )
      else value - base_value
    end as difference,
    case when change_state in ('ok', 'partial_coverage') and unit <> '%' and base_value > 0
      then 100 * (value - base_value) / base_value end as percent
  from compared
)
select
  m.indicator_id,
  m.dimension,
  m.region_code,
  m.grain,
  m.period,
  m.breakdown,
  m.change_kind,
  m.value,
  m.period_before,
  m.base_value as value_before,
  m.difference,
  m.percent,
  case
    when m.change_state not in ('ok', 'partial_coverage') then null
    when m.aggregation = 'SUM' then m.percent
    else m.difference
  end as change,
  case
    when m.aggregation = 'SUM' then '%'
    when m.unit = '%' then 'poin'
    else m.unit
  end as change_unit,
  m.change_state as state,
  nullif(
    concat_ws(
      ', ',
      coalesce(m.change_flag, m.basis_flag),
      case when m.pooled_month_number is not null
        then concat('lebaran_days: ', m.lebaran_days, ' against ', m.lebaran_days_before) end,
      case when m.change_state in ('ok', 'partial_coverage') then m.flags end
    ),
    ''
  ) as flags,
  m.lebaran_days,
  m.lebaran_days_before,
  p.pooled_with,
  p.pooled_value,
  p.pooled_value_before,
  case
    when m.aggregation = 'SUM'
      then 100 * (p.pooled_value - p.pooled_value_before) / nullif(p.pooled_value_before, 0)
    else p.pooled_value - p.pooled_value_before
  end as pooled_change,
  m.sources,
  m.sources_before,
  m.release_id
from measured m
left join pooled p
  on m.change_kind = 'y-on-y'
  and p.indicator_id = m.indicator_id
  and p.region_code = m.region_code
  and p.grain = m.grain
  and p.period = m.period
  and p.breakdown = m.breakdown
