-- Question: which deliveries were agreed, and what became of them?
-- Grain: source, dataset, region, cadence, period.
-- As in extract_status: what is odd about a delivery of what is not published would tell of its
-- figures; restricted datasets are left out.
select
  e.source_id,
  s.name as source_name,
  e.dataset,
  e.region_code,
  e.regency,
  e.cadence,
  cast(e.period as varchar) as first_day,
  cast(e.due_on as varchar) as due_on,
  cast(e.received_on as varchar) as received_on,
  case
    when d.is_published and not d.is_confidential then e.state
    when e.state in ('missing', 'pending', 'late', 'on_time') then e.state
    else 'odd'
  end as state,
  coalesce(s.synthetic, false) as is_synthetic
from ops.expectations e
join ref.dataset d on d.dataset = e.dataset and d.zone = 'open'
left join ref.source s on s.code = e.source_id
order by e.source_id, e.dataset, e.region_code, e.period
