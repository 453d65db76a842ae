-- Question: which source makes each value?
-- Grain: indicator, scope, region, breakdown, grain, period, theme, source; is_chosen marks one
--   source a theme.
-- Rules: sql/README.md S3.1b, N1; the one place where sources are chosen.
-- A source covers a value if it brings all sides that its theme has in this indicator, each for all
-- months of the period, else for all quarters, else by a row filed for the period. A part with a
-- state (a market or a class is missing) is not there. Months, quarters and years choose apart.
-- A theme with a colon (a point, a route, a facility) is one of many that are added up: there is no
-- set of them and each may begin and pause, so its periods are those that any source filed.
-- If none covers it, the chosen one is the source that is told of: the one with most periods.
with part_periods as (
  select
    p.indicator_id,
    s.scope_code,
    p.region_code,
    p.breakdown,
    p.theme,
    p.source_id,
    p.grain as from_grain,
    p.period as from_period,
    t.grain,
    t.period,
    -- A sum of a region that began or ended within the period is that of its own months; what it filed of
    -- others is expected as well.
    case
      when c.time_rule = 'end' then 1
      when c.aggregation = 'SUM' then coalesce(x.expected, t.expected)
      else t.expected
    end as expected,
    coalesce(
      c.aggregation = 'SUM'
        and c.time_rule <> 'end'
        and 12 * date_part('year', p.period) + date_part('month', p.period)
          not between coalesce(x.first_month - g.length + 1, 0) and coalesce(x.last_month, 99999),
      false
    ) as is_outside,
    bool_or(p.numerator is not null) as has_numerator,
    bool_or(p.denominator is not null) as has_denominator,
    bool_or(p.state is not null) as is_blocked,
    max(case when p.state is not null then p.flag end) as gap
  from work.standing_parts p
  join work.cards c on c.indicator_id = p.indicator_id
  join ref.scope s
    on s.region_code = p.region_code and s.scope_code = coalesce(p.scope_code, s.scope_code)
  join ref.period t on t.from_grain = p.grain and t.from_period = p.period
  join work.grains w on w.grain = t.grain
  join work.grains f on f.grain = c.grain
  join work.grains g on g.grain = p.grain
  left join core.region_periods x
    on x.region_code = p.region_code
    and x.from_grain = t.from_grain
    and x.grain = t.grain
    and x.period = t.period
  where w.length >= f.length
    and (c.time_rule <> 'end' or t.is_last)
    and (c.scope = 'all' or s.scope_code = 'CORR')
  group by
    p.indicator_id, s.scope_code, p.region_code, p.breakdown, p.theme, p.source_id, p.grain,
    p.period, t.grain, t.period, t.expected, c.time_rule, c.aggregation, x.expected, x.first_month,
    x.last_month, g.length
),
theme_sides as (
  select
    indicator_id,
    split_part(theme, ':', 1) as measure,
    bool_or(has_numerator) as brings_numerator,
    bool_or(has_denominator) as brings_denominator
  from part_periods
  group by indicator_id, split_part(theme, ':', 1)
),
periods_of_any_source as (
  select
    indicator_id,
    scope_code,
    region_code,
    breakdown,
    theme,
    from_grain,
    grain,
    period,
    count(distinct from_period) as expected
  from part_periods
  where theme like '%:%' and (has_numerator or has_denominator or is_blocked)
  group by indicator_id, scope_code, region_code, breakdown, theme, from_grain, grain, period
),
counts as (
  select
    p.indicator_id,
    p.scope_code,
    p.region_code,
    p.breakdown,
    p.theme,
    p.source_id,
    p.from_grain,
    p.grain,
    p.period,
    max(coalesce(a.expected, p.expected)) + case
      when max(a.expected) is null then count(case when p.is_outside then 1 end) else 0
    end as expected,
    count(case when p.has_numerator and not p.is_blocked then 1 end) as numerators,
    count(case when p.has_denominator and not p.is_blocked then 1 end) as denominators,
    count(*) as filed,
    max(p.gap) as gap,
    bool_or(p.has_numerator or p.has_denominator or p.is_blocked) as is_told
  from part_periods p
  left join periods_of_any_source a
    on a.indicator_id = p.indicator_id
    and a.scope_code = p.scope_code
    and a.region_code = p.region_code
    and a.breakdown = p.breakdown
    and a.theme = p.theme
    and a.from_grain = p.from_grain
    and a.grain = p.grain
    and a.period = p.period
  group by
    p.indicator_id, p.scope_code, p.region_code, p.breakdown, p.theme, p.source_id, p.from_grain,
    p.grain, p.period
),
source_grains as (
  select
    indicator_id,
    scope_code,
    region_code,
    breakdown,
    theme,
    source_id,
    grain,
    period,
    coalesce(
      max(case when from_grain = 'M' and numerators >= expected then 'M' end),
      max(case when from_grain = 'Q' and numerators >= expected then 'Q' end),
      max(case when from_grain = 'Y' and numerators >= expected then 'Y' end)
    ) as numerator_grain,
    coalesce(
      max(case when from_grain = 'M' and denominators >= expected then 'M' end),
      max(case when from_grain = 'Q' and denominators >= expected then 'Q' end),
      max(case when from_grain = 'Y' and denominators >= expected then 'Y' end)
    ) as denominator_grain,
    -- What is told of a source that does not cover: its shortest periods.
    coalesce(
      max(case when from_grain = 'M' and filed > 0 then 'M' end),
      max(case when from_grain = 'Q' and filed > 0 then 'Q' end),
      'Y'
    ) as filed_grain,
    max(greatest(numerators, denominators)) as most_periods,
    bool_or(is_told) as is_told,
    max(gap) as gap
  from counts
  group by indicator_id, scope_code, region_code, breakdown, theme, source_id, grain, period
),
covering as (
  select
    g.*,
    (g.numerator_grain is not null or not s.brings_numerator)
      and (g.denominator_grain is not null or not s.brings_denominator)
      and (s.brings_numerator or s.brings_denominator) as covers,
    -- A part that has neither numbers nor a state is a note, such as a route without passengers. One
    -- with a state stands for a number, though the theme has none anywhere.
    g.is_told as brings_any
  from source_grains g
  join theme_sides s
    on s.indicator_id = g.indicator_id and s.measure = split_part(g.theme, ':', 1)
),
ranks as (
  select
    c.indicator_id,
    c.scope_code,
    c.region_code,
    c.breakdown,
    c.theme,
    c.source_id,
    c.grain,
    c.period,
    c.numerator_grain,
    c.denominator_grain,
    c.filed_grain,
    c.most_periods,
    c.gap,
    c.covers,
    c.brings_any,
    min(coalesce(p.rank, 100)) as source_rank
  from covering c
  left join ref.source_priority p
    on p.theme = split_part(c.theme, ':', 1)
    and p.source_id = c.source_id
    and p.region_code in (c.region_code, '*')
    and coalesce(p.year, date_part('year', c.period)) = date_part('year', c.period)
  group by
    c.indicator_id, c.scope_code, c.region_code, c.breakdown, c.theme, c.source_id, c.grain,
    c.period, c.numerator_grain, c.denominator_grain, c.filed_grain, c.most_periods, c.gap, c.covers,
    c.brings_any
),
-- A theme of three parts, a route and its operator, is one of its route: offices spell operators in
-- their own ways, so that a route is one source's, the one that covers most of it.
route_sources as (
  select
    *,
    count(case when covers then 1 end) over (
      partition by
        indicator_id, scope_code, region_code, breakdown, split_part(theme, ':', 2), grain, period, source_id
    ) as themes_covered
  from ranks
),
chosen_routes as (
  select
    *,
    case
      when theme like '%:%:%' then first_value(source_id) over (
        partition by indicator_id, scope_code, region_code, breakdown, split_part(theme, ':', 2), grain, period
        order by themes_covered desc, source_rank, source_id
      )
      else source_id
    end as route_source
  from route_sources
)
select
  * exclude (themes_covered),
  source_id = route_source
    and row_number() over (
      partition by indicator_id, scope_code, region_code, breakdown, theme, grain, period
      order by
        source_id = route_source desc, covers desc, case when covers then 0 else -most_periods end,
        source_rank, source_id
    ) = 1 as is_chosen
from chosen_routes
