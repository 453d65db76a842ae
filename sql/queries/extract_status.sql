-- Question: which deliveries were due, and how did they come ($region: a regency, or CORR for all;
--   $dimension of the dataset; of periods within the days from $from to before $until)?  An empty
--   text asks of all.
-- Grain: source, dataset, region or point, cadence, period.
-- Of a dataset that is not published what is odd about a delivery would tell of its figures: it is
-- `odd`. Restricted datasets are left out.
select
  e.source_id,
  o.name as source_name,
  e.dataset,
  s.dimension,
  e.region_code,
  e.regency,
  e.cadence,
  e.period,
  e.due_on,
  e.received_on,
  case
    when s.is_published and not s.is_confidential then e.state
    when e.state in ('missing', 'pending', 'late', 'on_time') then e.state
    else 'odd'
  end as state,
  e.submissions
from ops.expectations e
join ref.dataset s on s.dataset = e.dataset and s.zone = 'open'
left join ref.source o on o.code = e.source_id
where ($region in ('', 'CORR') or e.regency = $region or e.region_code = $region)
  and ($dimension = '' or s.dimension = $dimension)
  and e.period >= $from
  and cast(
    e.period + case e.cadence
      when 'M' then interval '1 month'
      when 'Q' then interval '3 months'
      else interval '12 months'
    end as date
  ) <= $until
order by e.source_id, e.dataset, e.region_code, e.cadence, e.period
