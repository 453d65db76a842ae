-- Question: what is the sum over each scope, and which regencies are in it?
-- Grain: indicator, scope, breakdown, grain, period.
-- Rules: sql/README.md C4, C5, C6 (N4); the one place for coverage.
-- A regency with a zero denominator is data and not a gap; one that is incomplete is left out
-- of both sides and named.
-- Flags are those of the regencies that count; of one left out, only why it has no value (a break,
-- a value that cannot be).
-- A period is published if a regency filed for it, in a year of which any numerator was filed; if it
-- lies between others of its year, up to where what was filed ends; or if it was filed and withdrawn
-- again; or if a stock was filed within it and its last part was not. What is not there then says so.
-- A region is expected in the periods in which it exists, be it for a day; what it filed of others is told
-- all the same.
with told_years as (
  select distinct indicator_id, breakdown, date_part('year', period) as year
  from work.regional
  where is_told
),
regional_periods as (
  select distinct r.indicator_id, r.breakdown, r.grain, r.period
  from work.regional r
  join told_years y
    on y.indicator_id = r.indicator_id
    and y.breakdown = r.breakdown
    and y.year = date_part('year', r.period)
),
filed_until as (
  select
    p.indicator_id,
    p.breakdown,
    max(12 * date_part('year', p.period) + date_part('month', p.period) + w.length) as next_month
  from work.standing_parts p
  join work.grains w on w.grain = p.grain
  where p.numerator is not null or p.state is not null
  group by p.indicator_id, p.breakdown
),
gap_periods as (
  select distinct y.indicator_id, y.breakdown, t.grain, t.period
  from (
    select distinct indicator_id, breakdown, grain, date_part('year', period) as year
    from regional_periods
  ) y
  join filed_until u on u.indicator_id = y.indicator_id and u.breakdown = y.breakdown
  join work.grains w on w.grain = y.grain
  join ref.period t on t.grain = y.grain and date_part('year', t.period) = y.year
  where 12 * date_part('year', t.period) + date_part('month', t.period) + w.length <= u.next_month
),
-- Slices of which no submission is current any more, or none with a row: an event that was moved to
-- another month leaves its own empty.
withdrawn_slices as (
  select distinct
    s.dataset,
    s.slice_region,
    s.period,
    s.period_type
  from ops.slices s
  left anti join (select * from ops.current_slices where rows > 0) c
    on c.dataset = s.dataset
    and c.source_id = s.source_id
    and c.slice_region = s.slice_region
    and c.period = s.period
    and c.period_type = s.period_type
    and c.theme = s.theme
  where s.period > date '1901-01-01' and s.rows > 0
),
withdrawn_periods as (
  select distinct d.indicator_id, b.breakdown, t.grain, t.period
  from withdrawn_slices s
  join work.card_datasets d on d.dataset = s.dataset
  join work.cards c on c.indicator_id = d.indicator_id
  join work.grains f on f.grain = c.grain
  join ref.period t on t.from_grain = s.period_type and t.from_period = s.period
  join work.grains w on w.grain = t.grain and w.length >= f.length
  join (
    select distinct indicator_id, breakdown from regional_periods
    union
    select indicator_id, '' as breakdown from work.cards
  ) b on b.indicator_id = d.indicator_id
),
-- A stock is that of a period's end: a year of which January to June were filed has begun.
begun_stocks as (
  select distinct p.indicator_id, p.region_code, p.breakdown, t.grain, t.period
  from work.standing_parts p
  join work.cards c on c.indicator_id = p.indicator_id and c.time_rule = 'end'
  join work.grains f on f.grain = c.grain
  join ref.period t on t.from_grain = p.grain and t.from_period = p.period and not t.is_last
  join work.grains w on w.grain = t.grain and w.length >= f.length
  where p.numerator is not null or p.state is not null
),
filed_periods as (
  select * from regional_periods
  union
  select * from gap_periods
  union
  select * from withdrawn_periods
  union
  select indicator_id, breakdown, grain, period from begun_stocks
),
region_months as (
  select
    code as region_code,
    12 * date_part('year', cast(valid_from as date)) + date_part('month', cast(valid_from as date)) as first_month,
    cast(valid_to as date) as valid_to
  from ref.region
),
scope_members as (
  select
    d.indicator_id,
    d.breakdown,
    d.grain,
    d.period,
    e.scope_code,
    e.region_code,
    r.numerator,
    r.denominator,
    r.flag,
    r.sources,
    case
      when b.region_code is not null and coalesce(r.state, 'no_data') = 'no_data' and r.flag is null
        then 'incomplete'
      else coalesce(r.state, 'no_data')
    end as state,
    coalesce(r.periods_present, 0) as periods_present,
    r.periods_expected
  from filed_periods d
  join work.card_regions e on e.indicator_id = d.indicator_id
  join work.grains w on w.grain = d.grain
  left join region_months x on x.region_code = e.region_code
  left join begun_stocks b
    on b.indicator_id = d.indicator_id
    and b.region_code = e.region_code
    and b.breakdown = d.breakdown
    and b.grain = d.grain
    and b.period = d.period
  left join work.regional r
    on r.indicator_id = d.indicator_id
    and r.scope_code = e.scope_code
    and r.region_code = e.region_code
    and r.breakdown = d.breakdown
    and r.grain = d.grain
    and r.period = d.period
  where r.region_code is not null
    or b.region_code is not null
    or (
      coalesce(x.first_month < 12 * date_part('year', d.period) + date_part('month', d.period) + w.length, true)
      and coalesce(x.valid_to > d.period, true)
    )
),
expected_periods as (
  select indicator_id, breakdown, grain, period, max(periods_expected) as most
  from scope_members
  group by indicator_id, breakdown, grain, period
),
member_notes as (
  select
    *,
    case
      when state in ('ok', 'denom_zero')
        or count(*) over (partition by indicator_id, scope_code, breakdown, grain, period) = 1
        then flag
      when state = 'series_break' or flag like 'impossible_value%'
        then concat(region_code, ' ', flag)
    end as note
  from scope_members
),
raw_sums as (
  select
    m.indicator_id,
    m.scope_code,
    m.breakdown,
    m.grain,
    m.period,
    count(*) as regions_expected,
    sum(case when m.state in ('ok', 'denom_zero') then 1 else 0 end) as regions_present,
    sum(case when m.state in ('ok', 'denom_zero') then m.numerator end) as raw_numerator,
    sum(case when m.state in ('ok', 'denom_zero') then m.denominator end) as raw_denominator,
    sum(case when m.state in ('ok', 'denom_zero') then abs(m.numerator) end) as numerator_size,
    sum(case when m.state in ('ok', 'denom_zero') then abs(m.denominator) end) as denominator_size,
    max(m.state) as only_state,
    string_agg(
      case when m.state not in ('ok', 'denom_zero') then m.region_code end,
      ', ' order by m.region_code
    ) as missing_regions,
    array_distinct(
      array_agg(
        nullif(btrim(regexp_replace(m.note, '(^|, )(excluded_times|not_due_yet): [0-9]+', '', 'g'), ', '), '')
        order by m.region_code
      )
    ) as notes,
    -- How many are left out of the corridor is how many are of its regencies.
    sum(cast(nullif(regexp_replace(m.note, '^(.*, )?excluded_times: ([0-9]+)(, .*)?$', '${2}'), m.note) as bigint))
      as excluded_times,
    sum(cast(nullif(regexp_replace(m.note, '^(.*, )?not_due_yet: ([0-9]+)(, .*)?$', '${2}'), m.note) as bigint))
      as not_due_yet,
    array_agg(
      distinct case when m.scope_code = m.region_code then m.sources else concat(m.region_code, ' ', m.sources) end
    ) filter (where m.state in ('ok', 'denom_zero') and m.sources is not null) as sources,
    sum(m.periods_present) as periods_present,
    sum(coalesce(m.periods_expected, least(x.most, y.expected), 1)) as periods_expected
  from member_notes m
  join expected_periods x
    on x.indicator_id = m.indicator_id
    and x.breakdown = m.breakdown
    and x.grain = m.grain
    and x.period = m.period
  -- Months before a region began are nobody's.
  left join core.region_periods y
    on y.region_code = m.region_code
    and y.grain = m.grain
    and y.period = m.period
    and y.from_grain = case when m.grain = 'Y' and x.most <= 4 then 'Q' else 'M' end
  group by m.indicator_id, m.scope_code, m.breakdown, m.grain, m.period
),
-- The digits that the summands leave, as in 3_regional.
scope_sums as (
  select
    * exclude (raw_numerator, raw_denominator, numerator_size, denominator_size),
    0.0 + round(
      raw_numerator, cast(greatest(0, least(9, 13 - floor(log10(nullif(numerator_size, 0))))) as int)
    ) as numerator,
    0.0 + round(
      raw_denominator, cast(greatest(0, least(9, 13 - floor(log10(nullif(denominator_size, 0))))) as int)
    ) as denominator
  from raw_sums
)
select
  s.* exclude (sources, notes, excluded_times, not_due_yet),
  nullif(
    concat_ws(
      ', ',
      'excluded_times: ' || cast(s.excluded_times as varchar),
      'not_due_yet: ' || cast(s.not_due_yet as varchar),
      nullif(btrim(array_to_string(s.notes, ', '), ', '), '')
    ),
    ''
  ) as flag,
  array_to_string(array_sort(s.sources), ', ') as sources,
  c.aggregation,
  c.scale,
  c.dimension,
  case
    when s.regions_expected = 1 then s.only_state
    when s.regions_present * 2 <= s.regions_expected then 'insufficient_coverage'
    when c.aggregation = 'RS' and s.denominator = 0 then 'denom_zero'
    when s.regions_present = s.regions_expected then 'ok'
    else 'partial_coverage'
  end as state
from scope_sums s
join work.cards c on c.indicator_id = s.indicator_id
where not (c.aggregation = 'NA' and s.scope_code = 'CORR')
