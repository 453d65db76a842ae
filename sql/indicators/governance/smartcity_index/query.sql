-- Question: what does the Smart City evaluation come to, with the weights of its year?
-- Grain: region, source, year.
-- Formula: weighted mean of the five components.
-- Caveat: weights differ by year (ref.param); a year with a component missing has no value, nor has one
--   before the first weights.
-- Rules: sql/README.md S5.3
with weights as (
  select
    c.region_code,
    c.source_id,
    c.year,
    o.code as component,
    case o.code
      when 'baseline' then param('smartcity_weight_baseline', c.region_code, make_date(c.year, 1, 1))
      when 'output' then param('smartcity_weight_output', c.region_code, make_date(c.year, 1, 1))
      when 'outcome' then param('smartcity_weight_outcome', c.region_code, make_date(c.year, 1, 1))
      when 'impact' then param('smartcity_weight_impact', c.region_code, make_date(c.year, 1, 1))
      when 'quick_win' then param('smartcity_weight_quick_win', c.region_code, make_date(c.year, 1, 1))
    end as weight
  from (select distinct region_code, source_id, year from core.smartcity_eval) c
  join ref.code o on o.code_list = 'evaluation_component'
),
evaluations as (
  select
    w.region_code,
    w.source_id,
    w.year,
    sum(w.weight * e.score) / sum(w.weight) as index,
    bool_and(w.weight is not null and e.score is not null) as is_complete,
    string_agg(case when e.score is null then w.component end, ' ' order by w.component) as missing_scores,
    bool_or(w.weight is null) as lacks_weights
  from weights w
  left join core.smartcity_eval e
    on e.region_code = w.region_code
    and e.source_id = w.source_id
    and e.year = w.year
    and e.component = w.component
  group by w.region_code, w.source_id, w.year
)
select
  region_code,
  source_id,
  'smartcity_eval' as theme,
  'Y' as grain,
  make_date(year, 1, 1) as period,
  case when is_complete then index end as numerator,
  case when not is_complete then 'incomplete' end as state,
  -- Weights are parameters of a year, and not what an office files.
  case
    when not is_complete then concat_ws(
      ', ', case when lacks_weights then concat('no_weights: ', year) end, 'missing: ' || missing_scores
    )
  end as flag
from evaluations
