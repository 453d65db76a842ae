-- Question: what does each source's survey of a quarter add up to, and is it of both markets?
-- Grain: region, source, quarter.
-- A market without a row was not surveyed, which `missing` says; one that nobody of was met is a row
-- with 0 respondents, and one that the source has none of (ref.source_covers) is not missing.
-- Spending is of the markets that file it (`spend_basis`), with their respondents; `without_spending` names
-- the others.
-- Rules: sql/README.md S3.1b
with markets as (
  select
    region_code,
    source_id,
    period_type,
    period_quarter,
    bool_or(market = 'wisman') as has_wisman,
    bool_or(market = 'wisnus') as has_wisnus,
    sum(n_resp) as n_resp,
    sum(n_satisfied) as n_satisfied,
    sum(spend_rp_sum) as spend_rp,
    coalesce(sum(case when spend_rp_sum is not null then n_resp end), 0) as spend_resp,
    string_agg(case when spend_rp_sum is null then market end, ' ' order by market) as without_spending,
    string_agg(case when spend_rp_sum is not null then concat('market ', market) end, ', ' order by market)
      as spend_basis
  from core.visitor_survey
  group by region_code, source_id, period_type, period_quarter
),
not_there as (
  select
    m.region_code,
    m.source_id,
    m.period_type,
    m.period_quarter,
    bool_or(n.has_none_of = 'wisman') as none_wisman,
    bool_or(n.has_none_of = 'wisnus') as none_wisnus
  from markets m
  join ref.source_covers n
    on n.source_id = m.source_id
    and n.theme = 'survey'
    and n.region_code in (m.region_code, '*')
    and coalesce(n.year, date_part('year', m.period_quarter)) = date_part('year', m.period_quarter)
  group by m.region_code, m.source_id, m.period_type, m.period_quarter
)
select
  m.region_code,
  m.source_id,
  m.period_type,
  m.period_quarter,
  m.n_resp,
  m.n_satisfied,
  m.spend_rp,
  m.spend_resp,
  m.without_spending,
  m.spend_basis,
  nullif(
    concat_ws(
      ' ',
      case when not m.has_wisman and not coalesce(n.none_wisman, false) then 'wisman' end,
      case when not m.has_wisnus and not coalesce(n.none_wisnus, false) then 'wisnus' end
    ),
    ''
  ) as missing
from markets m
left join not_there n
  on n.region_code = m.region_code
  and n.source_id = m.source_id
  and n.period_type = m.period_type
  and n.period_quarter = m.period_quarter
