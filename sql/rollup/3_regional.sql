-- Question: what does each regency bring to each month, quarter and year, and is it complete?
-- Grain: indicator, scope, region, breakdown, grain, period.
-- Rules: sql/README.md C3, C4, C6 (N0, N1), S3.1b, S3.8; the one place for completeness.
-- The sources are chosen (2_sources); here their parts are added. Every theme that was filed has to
-- be covered, and every theme that the card names has to be there.
-- Growth across a break is no growth over any length of time: a broken month breaks its quarter
-- and year, with its reason.
-- A value outside what its card calls possible cannot be true, and neither can a part that with the
-- other parts is more than the whole: it is withheld, and the corridor goes on without that
-- region. 1e-9: ratios of fractions.
-- A region that began or ended within a period is expected for its own months of it: a sum of these is
-- whole, other values of such a period are not, and both say so (core.region_periods).
-- Sums are those of the filed decimals: fourteen digits of what was added, nine of them behind the comma
-- at most (C3); 0.0 + makes a zero of a negative one.
with used_parts as (
  select
    c.indicator_id,
    c.scope_code,
    c.region_code,
    c.breakdown,
    c.grain,
    c.period,
    c.theme,
    c.source_id,
    c.covers,
    c.brings_any,
    p.grain as from_grain,
    p.period as from_period,
    case when d.time_rule = 'end' then 1 else t.expected end as expected,
    case when d.time_rule = 'end' then 1 else coalesce(x.expected, t.expected) end as own_expected,
    -- Months outside the region's own that were filed all the same (2_sources).
    d.time_rule <> 'end'
      and coalesce(
        12 * date_part('year', p.period) + date_part('month', p.period)
          not between coalesce(x.first_month - g.length + 1, 0) and coalesce(x.last_month, 99999),
        false
      ) as is_outside,
    case when c.covers and p.grain = c.numerator_grain then p.numerator end as numerator,
    -- A stock under events that are added up: its last part alone.
    case
      when c.covers and p.grain = c.denominator_grain and (d.denominator_rule <> 'end' or t.is_last)
        then p.denominator
    end as denominator,
    case when c.covers and p.grain = c.numerator_grain then p.whole end as whole,
    case when not c.covers then p.numerator end as loose_numerator,
    case when not c.covers then p.denominator end as loose_denominator,
    case when not c.covers then p.state end as state,
    case
      when not c.covers or p.grain in (c.numerator_grain, c.denominator_grain) then p.flag
    end as flag
  from work.sources c
  join work.cards d on d.indicator_id = c.indicator_id
  join ref.period t
    on t.grain = c.grain and t.period = c.period and (d.time_rule <> 'end' or t.is_last)
  join work.grains g on g.grain = t.from_grain
  join work.standing_parts p
    on p.indicator_id = c.indicator_id
    and p.region_code = c.region_code
    and p.breakdown = c.breakdown
    and p.theme = c.theme
    and p.source_id = c.source_id
    and p.grain = t.from_grain
    and p.period = t.from_period
    and coalesce(p.scope_code, c.scope_code) = c.scope_code
  left join core.region_periods x
    on x.region_code = c.region_code
    and x.from_grain = t.from_grain
    and x.grain = t.grain
    and x.period = t.period
  where c.is_chosen
),
-- Who has what, where several sources filed and none of them covers the value.
uncovered_themes as (
  select
    indicator_id,
    scope_code,
    region_code,
    breakdown,
    grain,
    period,
    concat(
      'no_source_covers: ',
      string_agg(
        concat(source_id, ' ', coalesce(gap, concat(most_periods, ' ', filed_grain))),
        ' / ' order by source_rank, source_id
      )
    ) as note
  from work.sources
  group by indicator_id, scope_code, region_code, breakdown, grain, period, theme
  having not bool_or(covers) and count(*) > 1
),
uncovered as (
  select
    indicator_id,
    scope_code,
    region_code,
    breakdown,
    grain,
    period,
    string_agg(distinct note, ', ' order by note) as note
  from uncovered_themes
  group by indicator_id, scope_code, region_code, breakdown, grain, period
),
raw_sums as (
  select
    indicator_id,
    scope_code,
    region_code,
    breakdown,
    grain,
    period,
    sum(numerator) as raw_numerator,
    sum(denominator) as raw_denominator,
    sum(whole) as raw_whole,
    sum(abs(numerator)) as numerator_size,
    sum(abs(denominator)) as denominator_size,
    sum(abs(whole)) as whole_size,
    count(distinct case when numerator is not null and from_grain = 'M' then from_period end) as months,
    count(distinct case when numerator is not null and from_grain = 'Q' then from_period end) as quarters,
    bool_or(numerator is not null and from_grain = 'Y') as has_year,
    count(distinct case when denominator is not null and from_grain = 'M' then from_period end)
      as denominator_months,
    count(distinct case when denominator is not null and from_grain = 'Q' then from_period end)
      as denominator_quarters,
    bool_or(denominator is not null and from_grain = 'Y') as denominator_has_year,
    max(case when from_grain = 'M' then expected end) as months_expected,
    max(case when from_grain = 'Q' then expected end) as quarters_expected,
    max(case when from_grain = 'M' then own_expected end)
      + count(distinct case when from_grain = 'M' and is_outside then from_period end) as own_months_expected,
    max(case when from_grain = 'Q' then own_expected end)
      + count(distinct case when from_grain = 'Q' and is_outside then from_period end) as own_quarters_expected,
    count(distinct case when loose_numerator is not null then from_period end) as loose_numerators,
    count(distinct case when loose_denominator is not null then from_period end) as loose_denominators,
    count(distinct case when not covers and from_grain = 'M' then from_period end) as loose_months,
    bool_and(covers or not brings_any) as is_covered,
    max(case when from_grain = grain then state end) as own_state,
    max(state) as any_state,
    -- Nothing but parts that have no number because there is nothing to make it of; what looks like
    -- another unit was filed.
    bool_and(coalesce(state, '') = 'no_data' and coalesce(flag, '') not like 'magnitude%') as is_only_no_data,
    array_agg(
      distinct nullif(btrim(regexp_replace(flag, '(^|, )(excluded_times|not_due_yet): [0-9]+', '', 'g'), ', '), '')
    ) filter (where flag is not null) as flags,
    -- How many are left out of a period is how many are of its parts.
    sum(cast(nullif(regexp_replace(flag, '^(.*, )?excluded_times: ([0-9]+)(, .*)?$', '${2}'), flag) as bigint))
      as excluded_times,
    sum(cast(nullif(regexp_replace(flag, '^(.*, )?not_due_yet: ([0-9]+)(, .*)?$', '${2}'), flag) as bigint))
      as not_due_yet,
    -- Of the broken parts alone: the others have flags of their own.
    array_agg(distinct flag) filter (where state = 'series_break') as break_flags,
    array_agg(distinct source_id) filter (where covers and source_id <> '') as sources,
    bool_or(
      covers and from_grain = 'Y' and (numerator is not null or denominator is not null) and a.is_annual
    ) as is_annual
  from used_parts u
  left join (
    select distinct split_part(c.theme, ':', 1) as theme, true as is_annual
    from ops.current_slices c
    join ref.dataset d
      on d.dataset = c.dataset
      and (d.period_types like '%M%' or d.period_types like '%Q%')
      and d.period_types like '%Y%'
  ) a on a.theme = split_part(u.theme, ':', 1)
  group by indicator_id, scope_code, region_code, breakdown, grain, period
),
-- Figures are decimals: what a sum of them has beyond the digits that its summands leave is not theirs.
regional_sums as (
  select
    * exclude (raw_numerator, raw_denominator, raw_whole, numerator_size, denominator_size, whole_size),
    0.0 + round(
      raw_numerator, cast(greatest(0, least(9, 13 - floor(log10(nullif(numerator_size, 0))))) as int)
    ) as numerator,
    0.0 + round(
      raw_denominator, cast(greatest(0, least(9, 13 - floor(log10(nullif(denominator_size, 0))))) as int)
    ) as denominator,
    0.0 + round(
      raw_whole, cast(greatest(0, least(9, 13 - floor(log10(nullif(whole_size, 0))))) as int)
    ) as whole
  from raw_sums
),
-- Themes that the card names and no source covers here.
missing_themes as (
  select
    s.indicator_id,
    s.scope_code,
    s.region_code,
    s.breakdown,
    s.grain,
    s.period,
    concat('missing: ', string_agg(n.theme, ' ' order by n.theme)) as missing
  from (
    select distinct indicator_id, scope_code, region_code, breakdown, grain, period from work.sources
  ) s
  join work.card_themes n on n.indicator_id = s.indicator_id
  left anti join work.sources c
    on c.indicator_id = s.indicator_id
    and c.scope_code = s.scope_code
    and c.region_code = s.region_code
    and c.breakdown = s.breakdown
    and c.grain = s.grain
    and c.period = s.period
    and split_part(c.theme, ':', 1) = n.theme
  group by s.indicator_id, s.scope_code, s.region_code, s.breakdown, s.grain, s.period
),
described_sums as (
  select
    s.* exclude (flags, break_flags, sources, excluded_times, not_due_yet),
    nullif(
      concat_ws(
        ', ',
        'excluded_times: ' || cast(s.excluded_times as varchar),
        'not_due_yet: ' || cast(s.not_due_yet as varchar),
        nullif(btrim(array_to_string(array_sort(s.flags), ', '), ', '), '')
      ),
      ''
    ) as flag,
    array_to_string(array_sort(s.break_flags), ', ') as break_flag,
    array_to_string(array_sort(s.sources), ' + ') as sources,
    c.time_rule,
    c.aggregation,
    c.scale,
    c.low,
    -- So many times the residents a year; a month may be a peak: a twelfth of it, four times.
    case
      when c.high_per_resident is null then c.high
      else least(
        c.high,
        c.high_per_resident * param('population', s.region_code, s.period)
          * case s.grain when 'M' then 4.0 / 12 else 1 end
      )
    end as high,
    m.missing,
    u.note,
    case when c.time_rule <> 'end' then b.note end as region_note,
    -- Of themes that are added up each is whole by itself: a year's row of one makes no year of another.
    s.is_covered
      and m.missing is null
      and (s.months > 0 or s.quarters > 0 or s.has_year)
      and (
        s.months = 0
        or s.months >= case c.aggregation when 'SUM' then s.own_months_expected else s.months_expected end
      )
      and (
        s.quarters = 0
        or s.quarters >= case c.aggregation when 'SUM' then s.own_quarters_expected else s.quarters_expected end
      ) as has_numerator,
    s.is_covered
      and m.missing is null
      and (s.denominator_months > 0 or s.denominator_quarters > 0 or s.denominator_has_year)
      and (
        c.denominator_rule = 'end'
        or (
          (s.denominator_months = 0 or s.denominator_months >= s.months_expected)
          and (s.denominator_quarters = 0 or s.denominator_quarters >= s.quarters_expected)
        )
      ) as has_denominator
  from regional_sums s
  join work.cards c on c.indicator_id = s.indicator_id
  left join missing_themes m
    on m.indicator_id = s.indicator_id
    and m.scope_code = s.scope_code
    and m.region_code = s.region_code
    and m.breakdown = s.breakdown
    and m.grain = s.grain
    and m.period = s.period
  left join uncovered u
    on u.indicator_id = s.indicator_id
    and u.scope_code = s.scope_code
    and u.region_code = s.region_code
    and u.breakdown = s.breakdown
    and u.grain = s.grain
    and u.period = s.period
  left join core.region_periods b
    on b.region_code = s.region_code
    and b.from_grain = 'M'
    and b.grain = s.grain
    and b.period = s.period
),
regional_values as (
  select
    *,
    case
      when has_numerator and (aggregation <> 'RS' or has_denominator)
        then case when aggregation = 'RS' and denominator = 0 then 'denom_zero' else 'ok' end
      when own_state is not null then own_state
      when break_flag is not null then 'series_break'
      when is_only_no_data then 'no_data'
      when any_state is not null then 'incomplete'
      when missing is not null then 'no_data'
      when months + quarters + loose_numerators = 0 and not has_year then 'no_data'
      when aggregation = 'RS'
        and has_numerator
        and denominator_months + denominator_quarters + loose_denominators = 0
        and not denominator_has_year
        then 'no_data'
      else 'incomplete'
    end as state
  from described_sums
),
-- The region's own value is judged, in the scope of the corridor too: there a ratio may leave out
-- what moves inside the corridor.
bounded_values as (
  select
    *,
    max(
      case
        when scope_code = region_code and state = 'ok' then case aggregation
          when 'SUM' then scale * numerator
          when 'NA' then scale * numerator
          when 'RS' then scale * numerator / denominator
        end
      end
    ) over (partition by indicator_id, region_code, breakdown, grain, period) as own_value,
    max(case when scope_code = region_code and state = 'ok' then whole end)
      over (partition by indicator_id, region_code, breakdown, grain, period) as own_whole,
    max(case when scope_code = region_code and state = 'ok' then denominator end)
      over (partition by indicator_id, region_code, breakdown, grain, period) as own_denominator
  from regional_values
),
-- Parts that are possible each and add up to what is not, and growth against such a sum.
doubted_sums as (
  select
    c.indicator_id,
    c.scope_code,
    c.region_code,
    c.breakdown,
    c.grain,
    c.period,
    min(concat(s.detail, case when i.lag_months = 12 then ' a year before' else '' end)) as detail
  from work.sources c
  join (
    select indicator_id, dataset, 0 as lag_months from work.card_datasets
    union
    select indicator_id, dataset, lag_months from ref.indicator_input
  ) i on i.indicator_id = c.indicator_id
  join ops.impossible_sums s
    on s.dataset = i.dataset
    and s.measure = split_part(c.theme, ':', 1)
    and s.region_code = c.region_code
    and s.source_id = c.source_id
    and s.grain = c.grain
    and s.grain <> s.period_type
    and s.period_type in (c.numerator_grain, c.denominator_grain)
    and 12 * date_part('year', s.period) + date_part('month', s.period) + i.lag_months
      = 12 * date_part('year', c.period) + date_part('month', c.period)
  where c.is_chosen and c.covers
  group by c.indicator_id, c.scope_code, c.region_code, c.breakdown, c.grain, c.period
),
checked_values as (
  select
    b.*,
    case
      when b.state <> 'ok' then null
      when d.detail is not null then d.detail
      when own_whole > own_denominator * (1 + 1e-9)
        then concat('impossible_value: parts ', round(own_whole, 6), ' > whole ', round(own_denominator, 6))
      when own_value > high + 1e-9
        then concat('impossible_value: ', round(own_value, 6), ' > ', round(high, 6))
      when own_value < low - 1e-9 then concat('impossible_value: ', round(own_value, 6), ' < ', low)
    end as impossible
  from bounded_values b
  left join doubted_sums d
    on d.indicator_id = b.indicator_id
    and d.scope_code = b.scope_code
    and d.region_code = b.region_code
    and d.breakdown = b.breakdown
    and d.grain = b.grain
    and d.period = b.period
),
-- A month that cannot be true makes no quarter and no year of the same sources, though these could be:
-- of sums, and of parts that are more than the whole. Of other ratios the bound of a month is one of
-- what is usual too, so that the longer one stands and says so.
labelled_values as (
  select
    *,
    case
      when impossible is not null and grain <> 'Y' and time_rule <> 'end' then concat(
        impossible, ' (', date_part('year', period), '-',
        case grain
          when 'M' then lpad(cast(date_part('month', period) as varchar), 2, '0')
          else concat('Q', date_part('quarter', period))
        end,
        ')'
      )
    end as label
  from checked_values
),
shorter_values as (
  select
    *,
    min(case when grain = 'M' then label end) over (
      partition by
        indicator_id, scope_code, region_code, breakdown, sources, date_trunc('quarter', period)
    ) as broken_quarter,
    min(label) over (
      partition by indicator_id, scope_code, region_code, breakdown, sources, date_trunc('year', period)
    ) as broken_year
  from labelled_values
),
judged_values as (
  select
    * exclude (state, broken),
    case when broken is not null and is_withheld then 'incomplete' else state end as state,
    case when is_withheld then broken end as broken,
    case when not is_withheld then replace(broken, 'impossible_value', 'impossible_part') end as doubt
  from (
    select
      *,
      case
        when impossible is not null or state not in ('ok', 'denom_zero') then null
        when months + denominator_months + quarters + denominator_quarters = 0 then null
        when grain = 'Q' then broken_quarter
        when grain = 'Y' then broken_year
      end as broken,
      aggregation = 'SUM'
        or coalesce(case when grain = 'Q' then broken_quarter else broken_year end, '')
          like 'impossible_value: parts %' as is_withheld
    from shorter_values
  )
)
select
  indicator_id,
  scope_code,
  region_code,
  breakdown,
  grain,
  period,
  case when has_numerator then numerator end as numerator,
  case when has_denominator then denominator end as denominator,
  coalesce(
    impossible,
    broken,
    nullif(
      concat_ws(
        ', ',
        case when state not in ('ok', 'denom_zero') then missing end,
        coalesce(case when state = 'series_break' then break_flag end, flag),
        case when state not in ('ok', 'denom_zero', 'series_break') then note end,
        case when state in ('ok', 'denom_zero', 'incomplete') then region_note end,
        case when state in ('ok', 'denom_zero') then doubt end,
        case when state in ('ok', 'denom_zero') and is_annual then 'annual_source' end
      ),
      ''
    )
  ) as flag,
  case when state in ('ok', 'denom_zero') then sources end as sources,
  case when impossible is not null then 'no_data' else state end as state,
  case
    when state = 'no_data' then 0
    when months > 0 then months
    when quarters > 0 then quarters
    when has_year then 1
    when loose_months > 0 then loose_months
    else loose_numerators
  end as periods_present,
  case
    when months > 0 then own_months_expected
    when quarters > 0 then own_quarters_expected
    when has_year then 1
    when loose_months > 0 then own_months_expected
    else coalesce(own_quarters_expected, 1)
  end as periods_expected,
  -- A numerator was filed, or something that says why there is none.
  months + quarters + loose_numerators > 0 or has_year or any_state is not null as is_told
from judged_values
