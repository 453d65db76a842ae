-- Question: which numbers tell of single persons or businesses by themselves, and what does the rest
--   of disclosure control ask about each?
-- Grain: indicator, region (CORR = corridor), breakdown, grain, period, side of a card that names the
--   quantity of that side; of a card that follows others, the value.
-- Rules: sql/README.md N3, S3.4; the one place for primary suppression. What else is withheld for
--   their sake is decided over all values of a release (publish/src/disclosure/).
-- Respondents of several months or quarters are those of the one that has most: a panel is one set of
-- businesses. The two largest of several regions are those of the region where they have most.
-- A zero is kept, whoever filed it: it says that there is nothing (S3.4).
with used_parts as (
  select
    u.indicator_id,
    u.scope_code,
    u.region_code,
    u.breakdown,
    u.grain,
    u.period,
    p.period as from_period,
    unnest(
      make_array(
        case when p.grain = u.numerator_grain and p.numerator is not null then 'numerator' end,
        case when p.grain = u.denominator_grain and p.denominator is not null then 'denominator' end
      )
    ) as side,
    p.respondents,
    p.largest_two,
    p.contributed
  from work.sources u
  join work.cards c on c.indicator_id = u.indicator_id
  join ref.period t
    on t.grain = u.grain and t.period = u.period and (c.time_rule <> 'end' or t.is_last)
  join work.standing_parts p
    on p.indicator_id = u.indicator_id
    and p.region_code = u.region_code
    and p.breakdown = u.breakdown
    and p.theme = u.theme
    and p.source_id = u.source_id
    and p.grain = t.from_grain
    and p.period = t.from_period
    and coalesce(p.scope_code, u.scope_code) = u.scope_code
  where u.is_chosen and u.covers and p.respondents is not null
),
period_counts as (
  select
    indicator_id,
    scope_code,
    region_code,
    breakdown,
    grain,
    period,
    from_period,
    side,
    sum(respondents) as respondents,
    max(largest_two) as largest_two,
    sum(contributed) as contributed
  from used_parts
  where side is not null
  group by indicator_id, scope_code, region_code, breakdown, grain, period, from_period, side
),
region_counts as (
  select
    indicator_id,
    scope_code,
    region_code,
    breakdown,
    grain,
    period,
    side,
    max(respondents) as respondents,
    sum(largest_two) as largest_two,
    sum(contributed) as contributed
  from period_counts
  group by indicator_id, scope_code, region_code, breakdown, grain, period, side
),
-- The two largest of a scope may be of two regions, of which each says only what its own two have.
open_counts as (
  select
    n.*,
    row_number() over (
      partition by n.indicator_id, n.scope_code, n.breakdown, n.grain, n.period, n.side
      order by n.largest_two desc nulls last, n.region_code
    ) as place
  from region_counts n
  join work.regional r
    on r.indicator_id = n.indicator_id
    and r.scope_code = n.scope_code
    and r.region_code = n.region_code
    and r.breakdown = n.breakdown
    and r.grain = n.grain
    and r.period = n.period
  where r.state in ('ok', 'denom_zero')
),
scope_counts as (
  select
    n.indicator_id,
    n.scope_code,
    n.breakdown,
    n.grain,
    n.period,
    n.side,
    sum(n.respondents) as respondents,
    case
      when max(n.largest_two) is not null
        then least(sum(n.contributed), sum(case when n.place <= 2 then n.largest_two end))
    end as largest_two,
    sum(n.contributed) as contributed
  from open_counts n
  group by n.indicator_id, n.scope_code, n.breakdown, n.grain, n.period, n.side
),
dated_limits as (
  select
    p.name,
    p.region_code,
    p.valid_from,
    lead(p.valid_from) over (partition by p.name, p.region_code order by p.valid_from) as valid_to,
    cast(p.value as double) as value
  from ref.param p
  left semi join work.card_disclosures d on d.small_count = p.name
),
amounts as (
  select
    v.indicator_id,
    v.region_code,
    v.grain,
    v.period,
    v.breakdown,
    v.missing_regions,
    d.side,
    d.small_count,
    d.small_count_of,
    case d.side
      when 'numerator' then v.numerator
      when 'denominator' then v.denominator
      else v.value
    end as amount
  from work.values v
  join work.card_disclosures d on d.indicator_id = v.indicator_id
),
limited_amounts as (
  select
    a.indicator_id,
    a.region_code,
    a.grain,
    a.period,
    a.breakdown,
    a.missing_regions,
    a.side,
    a.amount,
    case
      when a.small_count_of = 'all' or a.breakdown <> '' then coalesce(o.value, e.value)
    end as small_count,
    n.respondents,
    n.largest_two,
    n.contributed,
    param('disclosure_percent', a.region_code, a.period) as percent,
    param('disclosure_respondents', a.region_code, a.period) as least_respondents,
    param('disclosure_dominance_percent', a.region_code, a.period) as most_percent
  from amounts a
  left join dated_limits o
    on o.name = a.small_count
    and o.region_code = a.region_code
    and o.valid_from <= a.period
    and coalesce(o.valid_to > a.period, true)
  left join dated_limits e
    on e.name = a.small_count
    and e.region_code = '*'
    and e.valid_from <= a.period
    and coalesce(e.valid_to > a.period, true)
  left join scope_counts n
    on n.indicator_id = a.indicator_id
    and n.scope_code = a.region_code
    and n.breakdown = a.breakdown
    and n.grain = a.grain
    and n.period = a.period
    and n.side = a.side
  where a.amount is not null
)
select
  indicator_id,
  region_code,
  grain,
  period,
  breakdown,
  side,
  missing_regions,
  amount,
  respondents,
  small_count,
  least_respondents,
  percent,
  case
    when side = 'value' or amount = 0 then null
    when amount > 0 and amount <= small_count then 'small_count'
    when respondents < least_respondents then 'few_respondents'
    when largest_two > most_percent / 100 * contributed then 'dominance'
  end as reason
from limited_amounts
