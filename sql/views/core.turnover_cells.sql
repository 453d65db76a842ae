-- Turnover a region, source and quarter, with what disclosure control asks about it: how many
-- responded, and how much of it the two largest have.
-- left_out: divisions and scales of which nobody responded; missing: those that the source filed in
-- another quarter of the year and not in this one. Both make the sum smaller.
-- top2_rp: the most that the two largest of all can have: they may be of two divisions or scales, of which each says
-- only what its own two have.
-- is_tourism: as ref.kbli has it for the division; of one that it has in part, as filed. tourism_differs: those that
-- the source filed otherwise.
-- ..basis: the divisions and scales that it is of.
-- Rules: sql/README.md N3, S3.4
with tourism_divisions as (
  select left(kbli_prefix, 2) as kbli2, bool_or(length(kbli_prefix) = 2) as is_whole
  from ref.kbli
  where is_tourism
  group by left(kbli_prefix, 2)
),
cells as (
  select
    t.* except (is_tourism, top2_rp),
    -- Of two respondents all is known; of others nothing more than that they have it all, where it is said of some.
    coalesce(
      t.top2_rp,
      case when t.n_resp <= 2 then t.turnover_resp_rp end,
      case
        when count(t.top2_rp) over (
          partition by t.region_code, t.source_id, t.period_type, t.period_quarter
        ) > 0
          then t.turnover_resp_rp
      end
    ) as top2_rp,
    t.is_tourism as is_tourism_filed,
    case when d.is_whole is null then false when d.is_whole then true else t.is_tourism end as is_tourism,
    date_part('year', t.period_quarter) as year,
    concat(t.kbli2, '-', t.scale) as cell
  from core.umkm_turnover t
  left join tourism_divisions d on d.kbli2 = t.kbli2
),
cells_of_year as (
  select region_code, source_id, period_type, year, cell, bool_or(is_tourism) as is_tourism
  from cells
  group by region_code, source_id, period_type, year, cell
),
gaps as (
  select
    q.region_code,
    q.source_id,
    q.period_type,
    q.period_quarter,
    string_agg(y.cell, ' ' order by y.cell) as missing,
    string_agg(case when y.is_tourism then y.cell end, ' ' order by y.cell) as tourism_missing
  from (
    select distinct region_code, source_id, period_type, year, period_quarter from cells
  ) q
  join cells_of_year y
    on y.region_code = q.region_code
    and y.source_id = q.source_id
    and y.period_type = q.period_type
    and y.year = q.year
  left anti join cells f
    on f.region_code = q.region_code
    and f.source_id = q.source_id
    and f.period_type = q.period_type
    and f.period_quarter = q.period_quarter
    and f.cell = y.cell
  group by q.region_code, q.source_id, q.period_type, q.period_quarter
),
ordered as (
  select
    *,
    row_number() over (
      partition by region_code, source_id, period_type, period_quarter
      order by top2_rp desc nulls last, cell
    ) as place,
    row_number() over (
      partition by region_code, source_id, period_type, period_quarter, is_tourism
      order by top2_rp desc nulls last, cell
    ) as tourism_place
  from cells
),
sums as (
  select
    region_code,
    source_id,
    period_type,
    period_quarter,
    sum(turnover_est_rp) as turnover_est_rp,
    sum(case when turnover_est_rp is not null then n_frame end) as n_frame_estimated,
    sum(n_resp) as n_resp,
    sum(turnover_resp_rp) as turnover_resp_rp,
    case
      when max(top2_rp) is not null
        then least(sum(turnover_resp_rp), sum(case when place <= 2 then top2_rp end))
    end as top2_rp,
    sum(case when is_tourism then turnover_est_rp end) as tourism_turnover_est_rp,
    sum(case when is_tourism then n_resp end) as tourism_n_resp,
    sum(case when is_tourism then turnover_resp_rp end) as tourism_turnover_resp_rp,
    case
      when max(case when is_tourism then top2_rp end) is not null
        then
          least(
            sum(case when is_tourism then turnover_resp_rp end),
            sum(case when is_tourism and tourism_place <= 2 then top2_rp end)
          )
    end as tourism_top2_rp,
    string_agg(case when is_tourism <> is_tourism_filed then cell end, ' ' order by cell) as tourism_differs,
    string_agg(case when turnover_est_rp is null then cell end, ' ' order by cell) as left_out,
    string_agg(case when turnover_est_rp is null and is_tourism then cell end, ' ' order by cell)
      as tourism_left_out,
    string_agg(case when turnover_est_rp is not null then concat('cell ', cell) end, ', ' order by cell) as basis,
    string_agg(
      case when turnover_est_rp is not null and is_tourism then concat('cell ', cell) end, ', ' order by cell
    ) as tourism_basis
  from ordered
  group by region_code, source_id, period_type, period_quarter
)
select s.*, g.missing, g.tourism_missing
from sums s
left join gaps g
  on g.region_code = s.region_code
  and g.source_id = s.source_id
  and g.period_type = s.period_type
  and g.period_quarter = s.period_quarter
