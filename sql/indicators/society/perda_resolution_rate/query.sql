-- Question: which share of reports was resolved within the time allowed?
-- Grain: region, source, quarter of the report.
-- Formula: resolved within the time allowed / time is over, rejected ones left out.
-- Caveat: what is open is judged as of the newest release of the source, so a report that came just
-- before it is neither late nor in time. Reports that the office of another regency files here count beside
-- those of the region's own.
-- Rules: sql/README.md S1.20, S3.1b, N0
with reports as (
  select
    region_code,
    source_id,
    cast(date_trunc('quarter', ts_report) as date) as period,
    outcome,
    to_unixtime(ts_closed) - to_unixtime(ts_report) as seconds_open,
    86400 * param('perda_sla_days', region_code, ts_report) as seconds_allowed,
    -- The release day is over where it is as of.
    to_unixtime(max(release_date) over (partition by region_code, source_id)) + 86400
      - to_unixtime(ts_report) as seconds_known
  from core.perda_report
),
quarters as (
  select
    region_code,
    source_id,
    period,
    sum(
      case
        when outcome = 'resolved' and seconds_known >= seconds_allowed and seconds_open <= seconds_allowed then 1
        else 0
      end
    ) as in_time,
    sum(case when outcome <> 'rejected' and seconds_known >= seconds_allowed then 1 else 0 end) as due,
    sum(case when outcome <> 'rejected' and seconds_known < seconds_allowed then 1 else 0 end) as not_due
  from reports
  group by region_code, source_id, period
)
select
  y.region_code,
  e.counted_with as source_id,
  'perda_report' as theme,
  'Q' as grain,
  y.period,
  sum(y.in_time) as numerator,
  sum(y.due) as denominator,
  nullif(
    concat_ws(
      ', ',
      case when sum(y.not_due) > 0 then concat('not_due_yet: ', sum(y.not_due)) end,
      case
        when count(e.elsewhere) > 0
          then concat('filed_elsewhere: ', string_agg(distinct e.elsewhere, ' ' order by e.elsewhere))
      end
    ),
    ''
  ) as flag
from quarters y
join core.event_sources e
  on e.dataset = 'perda_report'
  and e.region_code = y.region_code
  and e.source_id = y.source_id
  and e.grain = 'Q'
  and e.period = y.period
group by y.region_code, e.counted_with, y.period
