-- fail: a value is there exactly where the state says so
select * from work.values where indicator_id = 'load_factor' and (value is null) = (state in ('ok', 'partial_coverage')) order by region_code, grain, period, breakdown;

-- fail: one row a region, period and breakdown
select region_code, grain, period, breakdown from work.values where indicator_id = 'load_factor' group by region_code, grain, period, breakdown having count(*) > 1 order by region_code, grain, period, breakdown;
