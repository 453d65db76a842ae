-- visitor_flow summed over origin and stay, and the one place that decides what may be added.
-- Summed first: the choice needs no single row, and cells are few where rows are many.
-- core.visitor_counts takes it back to the rows.
-- in_market: the cell counts for its market. Within a region, source, period, measure and channel a
-- market counts by its whole-region cell, else by its points: a source may file one market for the
-- region and the other by points. Arrivals stay point by point (each is a theme of its own).
-- in_sum: the cells that add up to all markets: `total` only where wisman and wisnus are not both
-- filed; one market beside a `total` stands by itself and is not added to it.
-- is_counted: in_sum; of arrivals only those at points by which one enters the corridor: an
-- airport that serves a city outside is no entry. Offices of one region file different points, and some the whole
-- region: that cannot tell where the corridor is entered, so it stands in for a market only where
-- no entry point of the region filed it. Which source makes a number is not decided here.
-- hides_wisman, hides_wisnus: a total of the sum whose place files no such market beside it.
-- has_whole: the source files the whole region for this market, so that its
-- points are parts of that.
-- Every window keeps to one region, period, measure and channel, so that a condition on these is
-- met before anything is sorted.
-- Rules: sql/README.md S1.0, S1.1, S3.2
with cells as (
  select
    region_code,
    source_id,
    period_type,
    period_month,
    measure,
    channel,
    market,
    point_id,
    point_id is null as is_whole,
    measure = 'arrivals' as is_by_point,
    sum(value) as value,
    bool_or(is_headline) as is_headline
  from core.visitor_flow
  group by region_code, source_id, period_type, period_month, measure, channel, market, point_id
),
described_cells as (
  select
    *,
    bool_or(is_whole) over (
      partition by region_code, period_type, period_month, measure, channel, source_id
    ) as whole_any,
    bool_or(is_whole and market = 'total') over (
      partition by region_code, period_type, period_month, measure, channel, source_id
    ) as whole_total,
    bool_or(is_whole and market = 'wisman') over (
      partition by region_code, period_type, period_month, measure, channel, source_id
    ) as whole_wisman,
    bool_or(is_whole and market = 'wisnus') over (
      partition by region_code, period_type, period_month, measure, channel, source_id
    ) as whole_wisnus,
    bool_or(market = 'total') over (
      partition by region_code, period_type, period_month, measure, channel, source_id, point_id
    ) as own_total,
    bool_or(market = 'wisman') over (
      partition by region_code, period_type, period_month, measure, channel, source_id, point_id
    ) as own_wisman,
    bool_or(market = 'wisnus') over (
      partition by region_code, period_type, period_month, measure, channel, source_id, point_id
    ) as own_wisnus
  from cells
),
market_cells as (
  select
    *,
    case market
      when 'total' then whole_total
      when 'wisman' then whole_wisman
      else whole_wisnus
    end as has_whole,
    case
      -- A point beside whole-region cells of another market: those may be
      -- the total it is a part of.
      when not is_whole and whole_any and not is_by_point then market <> 'total' and not whole_total
      when market = 'total' then not (own_wisman and own_wisnus)
      else (own_wisman and own_wisnus) or not own_total
    end as adds_up
  from described_cells
),
summable_cells as (
  select
    *,
    is_whole or is_by_point or not has_whole as in_market,
    adds_up and (is_whole or is_by_point or not has_whole) as in_sum
  from market_cells
),
countable_cells as (
  select
    c.*,
    c.in_sum
      and (
        not c.is_by_point
        or (c.channel = 'entry' and (c.is_whole or coalesce(p.corridor_entry, false)))
      ) as may_count
  from summable_cells c
  left join ref.point p on p.code = c.point_id
),
cells_beside_points as (
  select
    *,
    bool_or(may_count and not is_whole) over (
      partition by region_code, period_type, period_month, measure, channel
    ) as has_point,
    bool_or(may_count and not is_whole and market = 'total') over (
      partition by region_code, period_type, period_month, measure, channel
    ) as has_point_total,
    bool_or(may_count and not is_whole) over (
      partition by region_code, period_type, period_month, measure, channel, market
    ) as has_point_market,
    -- The year's row of the whole region, where points file months, is theirs once more.
    period_type = 'Y' and bool_or(may_count and not is_whole) over (
      partition by region_code, date_part('year', period_month), measure, channel
    ) as has_point_in_year
  from countable_cells
)
select
  region_code,
  source_id,
  period_type,
  period_month,
  measure,
  channel,
  market,
  point_id,
  value,
  is_headline,
  has_whole,
  in_market,
  in_sum,
  in_sum and market = 'total' and not own_wisman as hides_wisman,
  in_sum and market = 'total' and not own_wisnus as hides_wisnus,
  may_count
    and (
      not is_by_point
      or not is_whole
      or not (
        has_point_in_year
        or case when market = 'total' then has_point else has_point_total or has_point_market end
      )
    ) as is_counted
from cells_beside_points
