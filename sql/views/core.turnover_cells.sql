-- Turnover a region, source and quarter, with what disclosure control asks about it: how many
-- responded, and how much of it the two largest have.
-- Rules: sql/README.md N3, S3.4
select
  region_code,
  source_id,
  period_type,
  period_quarter,
  sum(turnover_est_rp) as turnover_est_rp,
  sum(case when turnover_est_rp is not null then n_frame end) as n_frame_estimated,
  sum(n_resp) as n_resp,
  sum(turnover_resp_rp) as turnover_resp_rp,
  max(top2_rp) as top2_rp,
  sum(case when is_tourism then turnover_est_rp end) as tourism_turnover_est_rp,
  sum(case when is_tourism then n_resp end) as tourism_n_resp,
  sum(case when is_tourism then turnover_resp_rp end) as tourism_turnover_resp_rp,
  max(case when is_tourism then top2_rp end) as tourism_top2_rp
from core.umkm_turnover
group by region_code, source_id, period_type, period_quarter
