-- warn: each delivery that is due concerns a regency of the corridor
-- id: setiap kiriman yang jatuh tempo menyangkut wilayah koridor
select source_id, dataset, region_code, period
from ops.deliveries
where is_due and regency is null
order by source_id, dataset, region_code, period;
