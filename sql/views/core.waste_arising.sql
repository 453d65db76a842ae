-- Waste generation of each source by its best method: measured, else sampled, else by factor.
with ranked_methods as (
  select
    *,
    rank() over (
      partition by region_code, source_id, period_type, period_month
      order by case method when 'measured' then 1 when 'sampling_sni' then 2 else 3 end
    ) as place
  from core.waste_generation
)
select
  r.region_code,
  r.source_id,
  r.period_type,
  r.period_month,
  r.method,
  concat('method ', r.method) as basis,
  r.gen_ton,
  -- Calendar days of the period; a source may make its year of other days (C7).
  case
    when r.period_type = 'Y'
      then coalesce(s.days_in_year, date_part('doy', make_date(date_part('year', r.period_month), 12, 31)))
    else date_part('day', r.period_month + interval '1 month' - interval '1 day')
  end as days
from ranked_methods r
left join ref.source s on s.code = r.source_id
where r.place = 1
