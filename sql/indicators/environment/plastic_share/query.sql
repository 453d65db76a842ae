-- Question: which share of the waste is plastic?
-- Grain: region, source of the tonnes, month and year as filed.
-- Formula: plastic percent of the year weighted by the tonnage; only sets of all nine components
-- that sum to 100 +- 0.5, so that a blank one can be but zero.
-- The composition is that of the first source whose set is complete.
with compositions as (
  select
    s.region_code,
    s.year,
    s.source_id,
    bool_or(s.is_headline) as is_headline,
    max(case when s.component = 'plastik' then coalesce(s.pct, 0) end) as plastic_pct,
    count(*) as components,
    count(s.pct) as filed,
    sum(s.pct) as total_pct
  from core.waste_composition s
  group by s.region_code, s.year, s.source_id
),
expected_components as (
  select count(*) as components from ref.code where code_list = 'waste_component'
),
judged as (
  select
    s.*,
    case
      when s.components < e.components
        then concat('missing: ', e.components - s.components, ' components')
      when s.filed = 0 then 'missing: components'
      when s.total_pct not between 99.5 and 100.5
        then concat('components_sum: ', round(s.total_pct, 2))
    end as gap
  from compositions s
  cross join expected_components e
),
ranked as (
  select
    *,
    row_number() over (
      partition by region_code, year order by gap is null desc, is_headline desc, source_id
    ) as place
  from judged
)
select
  t.region_code,
  t.source_id,
  'waste_generation' as theme,
  t.period_type as grain,
  t.period_month as period,
  case when s.gap is null then s.plastic_pct * t.gen_ton end as numerator,
  case when s.gap is null then t.gen_ton end as denominator,
  case when s.gap is not null then 'incomplete' end as state,
  case
    when s.gap is not null then s.gap
    when s.filed < s.components then 'blank_as_zero'
  end as flag,
  concat_ws(', ', t.basis, concat('composition ', s.source_id)) as basis
from ranked s
join core.waste_arising t
  on t.region_code = s.region_code and date_part('year', t.period_month) = s.year
where s.place = 1
