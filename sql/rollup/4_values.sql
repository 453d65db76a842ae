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
  select distinct v.indicator_id, v.scope_code, v.breakdown, v.grain, v.period
  from work.scopes v
  join synthetic y on y.indicator_id = v.indicator_id and (y.year is null or y.year = date_part('year', v.period))
    and (y.slice_region = v.scope_code or v.scope_code = 'CORR' or y.slice_region not in (select region_code from ref.scope))
),
-- Findings of ops.soft_checks (indicators.md 3.3): the rows count, and the number says so.
soft as (
  select d.indicator_id, c.region_code, date_part('year', c.period) as year,
    string_agg(distinct c.check_name, ', ' order by c.check_name) as names
  from ops.soft_checks c
  join work.card_datasets d on d.dataset = c.dataset
  group by d.indicator_id, c.region_code, date_part('year', c.period)
),
joined as (
  select s.*, f.names as soft_findings, m.indicator_id is not null as is_synthetic, p.value as pooled_value, p.numerator as pooled_numerator, p.denominator as pooled_denominator, p.state as pooled_state
  from work.scopes s
  left join made_up m
    on m.indicator_id = s.indicator_id and m.scope_code = s.scope_code and m.breakdown = s.breakdown and m.grain = s.grain and m.period = s.period
  left join soft f on f.indicator_id = s.indicator_id and f.region_code = s.scope_code and f.year = date_part('year', s.period)
  left join work.pool_values p
    on p.indicator_id = s.indicator_id and p.scope_code = s.scope_code and p.breakdown = s.breakdown and p.grain = s.grain and p.period = s.period
),
stated as (
  select *,
    case
      when aggregation = 'POOL' and state in ('ok', 'partial_coverage') then
        case when pooled_state is not null then pooled_state when pooled_value is null then 'denom_zero' else state end
      else state
    end as final_state
  from joined
)
select indicator_id, dimension, scope_code as region_code, grain, period, breakdown,
  case when final_state in ('ok', 'partial_coverage', 'denom_zero') then case when aggregation = 'POOL' then pooled_numerator else numerator end end as numerator,
  case when final_state in ('ok', 'partial_coverage', 'denom_zero') then case when aggregation = 'POOL' then pooled_denominator else denominator end end as denominator,
  case when final_state in ('ok', 'partial_coverage') then
    case aggregation when 'POOL' then pooled_value when 'SUM' then scale * numerator when 'NA' then scale * numerator else scale * numerator / denominator end
  end as value,
  final_state as state,
  concat(regions_present, '/', regions_expected, ' regencies, ', periods_present, '/', periods_expected, ' periods',
    case when missing_regions is null then '' else concat(' (missing ', missing_regions, ')') end) as coverage,
  regions_present, regions_expected, periods_present, periods_expected, missing_regions,
  case when final_state in ('ok', 'partial_coverage', 'suppressed', 'series_break') then
    nullif(concat_ws(', ', flag, soft_findings, case when is_synthetic then 'synthetic' end), '')
  end as flags
from stated
order by dimension, indicator_id, grain, period, breakdown, region_code
