-- Waste generation of the headline source and its best method: measured, else
-- sampled, else by factor.
with ranked_methods as (
  select
    *,
    rank() over (
      partition by region_code, period_type, period_month
      order by case method when 'measured' then 1 when 'sampling_sni' then 2 else 3 end
    ) as place
  from core.waste_generation
  where is_headline
)
select region_code, period_type, period_month, method, gen_ton, source_id
from ranked_methods
where place = 1
