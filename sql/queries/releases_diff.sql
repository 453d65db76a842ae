-- Question: which values of two releases ($from, $to) are not the same, and which files that were
--   committed between them ($sequence_from, $sequence_to) does each number rest on?
-- Grain: indicator, region, grain, period, breakdown.
with earlier as (
  select * from indicators.all_releases where release_id = $from
),
later as (
  select * from indicators.all_releases where release_id = $to
),
moved as (
  select
    coalesce(a.indicator_id, b.indicator_id) as indicator_id,
    coalesce(a.region_code, b.region_code) as region_code,
    coalesce(a.grain, b.grain) as grain,
    coalesce(a.period, b.period) as period,
    coalesce(a.breakdown, b.breakdown) as breakdown,
    a.value as value_from,
    b.value as value_to,
    a.state as state_from,
    b.state as state_to
  from earlier a
  full join later b
    on a.indicator_id = b.indicator_id
    and a.region_code = b.region_code
    and a.grain = b.grain
    and a.period = b.period
    and a.breakdown = b.breakdown
  where (a.value is distinct from b.value) or (a.state is distinct from b.state)
),
new_files as (
  select
    indicator_id,
    region_code,
    grain,
    period,
    string_agg(distinct file_name, ', ' order by file_name) as files
  from ops.value_submissions
  where committed > $sequence_from
    and committed <= $sequence_to
    and coalesce(overtaken_at > $sequence_to, true)
  group by indicator_id, region_code, grain, period
)
select
  m.indicator_id,
  m.region_code,
  m.grain,
  m.period,
  m.breakdown,
  m.value_from,
  m.value_to,
  m.value_to - m.value_from as difference,
  m.state_from,
  m.state_to,
  f.files
from moved m
left join new_files f
  on f.indicator_id = m.indicator_id
  and f.region_code = m.region_code
  and f.grain = m.grain
  and f.period = m.period
order by m.indicator_id, m.region_code, m.grain, m.period, m.breakdown
