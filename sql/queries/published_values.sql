-- Question: which values does the release publish whose disclosure was decided in $decided_in?
-- Grain: indicator, region, grain, period, breakdown; masked where withheld_as says why.
-- Rules: sql/README.md S3.4
select v.*, w.withheld_as
from indicators.full_values v
left join (select * from indicators.withheld where decided_in = $decided_in) w
  on w.indicator_id = v.indicator_id
  and w.region_code = v.region_code
  and w.grain = v.grain
  and w.period = v.period
  and w.breakdown = v.breakdown
