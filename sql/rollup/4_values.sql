-- Question: what is published?
-- Grain: one row per indicator, region (CORR = corridor), breakdown, grain and period.  No value without its state.
with synthetic as (
  select distinct d.indicator_id, c.slice_region, case when c.period < date '1901-01-01' then null else date_part('year', c.period) end as year
  from ops.current_slices c
  join ref.source s on s.code = c.source_id and s.synthetic
  join work.card_datasets d on d.dataset = c.dataset
  where c.is_headline
),
made_up as (
  select v.indicator_id, v.scope_code, v.breakdown, v.grain, v.period
  from work.scopes v
  join synthetic y on y.indicator_id = v.indicator_id and (y.year is null or y.year = date_part('year', v.period))
    and (y.slice_region = v.scope_code or v.scope_code = 'CORR' or y.slice_region not in (select region_code from ref.scope))
  union
  -- Timeliness is made of deliveries and not of their rows: its card has no dataset.
  select v.indicator_id, v.scope_code, v.breakdown, v.grain, v.period
  from work.scopes v
  join ref.scope s on s.scope_code = v.scope_code
  join ref.period t on t.from_grain = 'M' and t.grain = v.grain and t.period = v.period
  join (
    select distinct d.regency, cast(date_trunc('month', d.due_on) as date) as due_month
    from ops.deliveries d
    join ref.source o on o.code = d.source_id and o.synthetic
    where d.is_due
  ) d on d.regency = s.region_code and d.due_month = t.from_period
  where v.indicator_id = 'data_timeliness'
),
-- Findings about rows and flags of rows (indicators.md 3.3): the rows count, and the numbers made of them say so.
found as (
  select dataset, region_code, period, cast(null as date) as until, period_type, grain, unnest(string_to_array(measure, ' + ')) as field,
    check_name as name, is_counted
  from ops.slice_findings
  union all
  select dataset, region_code, period, until, period_type, period_type as grain, measure as field, flag as name, is_counted from ops.row_flags
),
findings as (
  select distinct *, date_part('year', period) as year, 12 * date_part('year', period) + date_part('month', period) as first_month,
    12 * date_part('year', until) + date_part('month', until) as end_month
  from found
),
inputs as (
  select d.indicator_id, d.dataset, concat('^(', coalesce(i.fields, '.*'), ')$') as fields,
    case when i.indicator_id is null then '*' else coalesce(i.breakdown, '') end as breakdown,
    coalesce(i.span, 'own') as span, coalesce(i.sources, 'counted') as sources, coalesce(i.lag_months, 0) as lag_months
  from work.card_datasets d
  left join ref.indicator_input i on i.indicator_id = d.indicator_id and i.dataset = d.dataset
),
parts as (
  select p.indicator_id, p.scope_code, p.region_code, p.breakdown, p.grain, p.period,
    date_part('year', p.period) as year, 12 * date_part('year', p.period) + date_part('month', p.period) as first_month,
    12 * date_part('year', p.period) + date_part('month', p.period) + w.length - 1 as last_month,
    max(case when p.numerator is not null then 1 else 0 end) = 1 as has_numerator,
    max(case when p.denominator is not null then 1 else 0 end) = 1 as has_denominator
  from work.parts p
  join work.grains w on w.grain = p.grain
  group by p.indicator_id, p.scope_code, p.region_code, p.breakdown, p.grain, p.period, w.length
),
-- The parts that rest on the rows.  The sum of a year (grain Y over months) is about all its months, and about numbers of years alone.
touched as (
  select distinct p.indicator_id, p.scope_code, p.region_code, p.breakdown, p.grain, p.period, p.has_numerator, p.has_denominator, f.name,
    case when f.grain <> f.period_type then f.grain end as only_grain
  from findings f
  join inputs i on i.dataset = f.dataset and (i.sources = 'all' or f.is_counted) and (f.field is null or regexp_like(f.field, i.fields))
  join parts p on p.indicator_id = i.indicator_id and p.region_code = f.region_code and i.breakdown in (p.breakdown, '*')
  where case
      when i.span = 'register' then f.first_month <= p.last_month - i.lag_months and coalesce(f.end_month > p.last_month - i.lag_months, true)
      when i.span = 'year' then p.year = f.year + i.lag_months / 12
      when f.grain <> f.period_type then p.year = f.year + i.lag_months / 12 and p.grain = f.period_type
      else p.grain = f.period_type and p.first_month = f.first_month + i.lag_months
    end
),
-- Then the values that are made of these parts, each regency's own and those of the corridor it is in.
soft as (
  select r.indicator_id, r.scope_code, r.breakdown, r.grain, r.period, string_agg(distinct x.name, ', ' order by x.name) as names
  from touched x
  join ref.period t on t.from_grain = x.grain and t.from_period = x.period
  join work.regional r
    on r.indicator_id = x.indicator_id and r.region_code = x.region_code and r.breakdown = x.breakdown and r.grain = t.grain and r.period = t.period
    and r.scope_code = coalesce(x.scope_code, r.scope_code)
  join work.cards c on c.indicator_id = r.indicator_id
  where r.state in ('ok', 'denom_zero')
    and (c.time_rule <> 'end' or t.is_last)
    and ((x.has_numerator and r.used_grain = x.grain) or (x.has_denominator and r.used_denominator_grain = x.grain))
    and r.grain = coalesce(x.only_grain, r.grain)
  group by r.indicator_id, r.scope_code, r.breakdown, r.grain, r.period
),
joined as (
  select s.*, f.names as soft_findings, m.indicator_id is not null as is_synthetic, p.value as pooled_value,
    p.numerator as pooled_numerator, p.denominator as pooled_denominator, p.state as pooled_state
  from work.scopes s
  left join made_up m
    on m.indicator_id = s.indicator_id and m.scope_code = s.scope_code and m.breakdown = s.breakdown and m.grain = s.grain and m.period = s.period
  left join soft f
    on f.indicator_id = s.indicator_id and f.scope_code = s.scope_code and f.breakdown = s.breakdown and f.grain = s.grain and f.period = s.period
  left join work.pool_values p
    on p.indicator_id = s.indicator_id and p.scope_code = s.scope_code and p.breakdown = s.breakdown and p.grain = s.grain and p.period = s.period
),
valued as (
  select *,
    case
      when aggregation = 'POOL' and state in ('ok', 'partial_coverage') then
        case when pooled_state is not null then pooled_state when pooled_value is null then 'denom_zero' else state end
      else state
    end as pooled_or_own_state,
    case aggregation when 'POOL' then pooled_value when 'RS' then scale * numerator / nullif(denominator, 0) else scale * numerator end as any_value
  from joined
),
-- The last guard: a pooled or a corridor value that cannot be true is withheld as well (regional ones: 1_regional.sql).  All of A handled is 100 %
-- and not the last digit of a sum of fractions more.
bounded as (
  select v.*,
    case when v.any_value > b.high then b.high when v.any_value < b.low then b.low else v.any_value end as bounded_value,
    case
      when v.pooled_or_own_state not in ('ok', 'partial_coverage') then null
      when v.any_value > b.high + 1e-9 then concat('impossible_value: ', round(v.any_value, 6), ' > ', b.high)
      when v.any_value < b.low - 1e-9 then concat('impossible_value: ', round(v.any_value, 6), ' < ', b.low)
    end as impossible
  from valued v
  left join work.cards b on b.indicator_id = v.indicator_id
),
stated as (
  select *, case when impossible is not null then 'no_data' else pooled_or_own_state end as final_state from bounded
)
select indicator_id, dimension, scope_code as region_code, grain, period, breakdown,
  case when final_state in ('ok', 'partial_coverage', 'denom_zero') then case when aggregation = 'POOL' then pooled_numerator else numerator end end as numerator,
  case when final_state in ('ok', 'partial_coverage', 'denom_zero') then case when aggregation = 'POOL' then pooled_denominator else denominator end end as denominator,
  case when final_state in ('ok', 'partial_coverage') then bounded_value end as value,
  final_state as state,
  concat(regions_present, '/', regions_expected, ' regencies, ', periods_present, '/', periods_expected, ' periods',
    case when missing_regions is null then '' else concat(' (missing ', missing_regions, ')') end) as coverage,
  regions_present, regions_expected, periods_present, periods_expected, missing_regions,
  case
    when impossible is not null then impossible
    when final_state in ('ok', 'partial_coverage', 'suppressed', 'series_break') then
      nullif(concat_ws(', ', flag, soft_findings, case when is_synthetic then 'synthetic' end), '')
    -- No value: only why one was withheld, or what was not compared.
    when final_state in ('no_data', 'insufficient_coverage') and (flag like '%series_break %' or flag like '%impossible_value%') then flag
    when final_state = 'not_applicable' and flag like '%left_out: %' then flag
  end as flags
from stated
order by dimension, indicator_id, grain, period, breakdown, region_code
