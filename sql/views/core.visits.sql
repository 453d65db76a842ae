-- Visits (kunjungan) of the headline source; the rows add up to all markets, see core.visitor_counts.  Read one market there, not here.
select region_code, point_id, period_month, period_type, channel, method, market, origin_code, stay, visits as value, source_id, release_date, obs_status
from core.visitor_counts
where is_headline and measure = 'visits' and in_sum
