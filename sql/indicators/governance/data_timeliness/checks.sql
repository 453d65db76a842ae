-- fail: a value is there exactly where the state says so
select * from work.values where indicator_id = 'data_timeliness' and (value is null) = (state in ('ok', 'partial_coverage')) order by region_code, grain, period, breakdown;

-- fail: one row a region, period and breakdown
select region_code, grain, period, breakdown from work.values where indicator_id = 'data_timeliness' group by region_code, grain, period, breakdown having count(*) > 1 order by region_code, grain, period, breakdown;

-- warn: each delivery that is due concerns a regency of the corridor
select source_id, dataset, region_code, period from ops.deliveries where is_due and regency is null order by source_id, dataset, region_code, period;
