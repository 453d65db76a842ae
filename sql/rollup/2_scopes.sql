-- Question: what is the sum over each scope, and which regencies are in it?
-- Grain: indicator, scope, breakdown, grain, period.
-- Rules: sql/README.md C4, C5, C6 (N4); the one place for coverage.
-- A regency with a zero denominator is data and not a gap; one that is incomplete is left out
-- of both sides and named.
-- Flags are those of the regencies that count; of one left out, only why it has no value (a break,
-- a value that cannot be).
with filed_periods as (
  select distinct indicator_id, breakdown, grain, period
  from work.regional
  where state <> 'no_data' or numerator is not null
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
    coalesce(r.state, 'no_data') as state,
    coalesce(r.periods_present, 0) as periods_present,
    r.periods_expected
  from filed_periods d
  join work.card_regions e on e.indicator_id = d.indicator_id
  left join work.regional r
    on r.indicator_id = d.indicator_id
    and r.scope_code = e.scope_code
    and r.region_code = e.region_code
    and r.breakdown = d.breakdown
    and r.grain = d.grain
    and r.period = d.period
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
scope_sums as (
  select
    m.indicator_id,
    m.scope_code,
    m.breakdown,
    m.grain,
    m.period,
    count(*) as regions_expected,
    sum(case when m.state in ('ok', 'denom_zero') then 1 else 0 end) as regions_present,
    sum(case when m.state in ('ok', 'denom_zero') then m.numerator end) as numerator,
    sum(case when m.state in ('ok', 'denom_zero') then m.denominator end) as denominator,
    max(m.state) as only_state,
    string_agg(
      case when m.state not in ('ok', 'denom_zero') then m.region_code end,
      ', ' order by m.region_code
    ) as missing_regions,
    nullif(
      array_to_string(array_distinct(array_agg(m.note order by m.region_code)), ', '),
      ''
    ) as flag,
    sum(m.periods_present) as periods_present,
    sum(coalesce(m.periods_expected, x.most)) as periods_expected
  from member_notes m
  join expected_periods x
    on x.indicator_id = m.indicator_id
    and x.breakdown = m.breakdown
    and x.grain = m.grain
    and x.period = m.period
  group by m.indicator_id, m.scope_code, m.breakdown, m.grain, m.period
)
select
  s.*,
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
