-- Question: what does each source's filing of a period add up to, and is it of all markets?
-- Grain: region, source, period, measure; of arrivals also the point.
-- total: null where a market is missing, which `missing` names; a `total` row is all of it.
-- wisman, wisnus: null where a channel lacks the market, or a point files a total without it.
-- `split`: wisman + wisnus of what is split, with `split_wisman`; null where either was not filed,
-- which `split_missing` names. `is_split_in_part`: a total stands beside it.
-- A market that the source has none of (ref.source_covers) is zero and not missing.
-- `impossible`: a sum that so many residents cannot explain, in words; null if it can be true.
-- `largest` is what is judged there.
-- basis, wisman_basis, wisnus_basis, split_basis: the channels and points (* is the whole region) that
-- `total`, one market and `split` are of.
-- Of points there is no set; `points_fewer` says how many fewer they are than in a period of the
-- twelve months before, of any channel: a point that lacks a market it had is one less, so is a channel.
-- A year's row is set against all periods of the year before, and what has months against its year's row.
-- A year's row of some points or channels is no year of those that months have: `missing` says so; what
-- the year's rows alone have is fewer in each month.
-- Rules: sql/README.md S1.1, S3.1b
with channels as (
  select
    region_code,
    source_id,
    period_type,
    period_month,
    measure,
    case when measure = 'arrivals' then concat('arrivals:', coalesce(point_id, '*')) else measure end as theme,
    channel,
    sum(case when is_counted then value end) as counted,
    sum(case when in_market and market = 'wisman' then value end) as wisman,
    sum(case when in_market and market = 'wisnus' then value end) as wisnus,
    sum(case when in_sum and market = 'wisman' then value end) as split_wisman,
    sum(case when in_sum and market = 'wisnus' then value end) as split_wisnus,
    coalesce(bool_and(value is not null) filter (where in_market and market = 'wisman'), false) as filed_wisman,
    coalesce(bool_and(value is not null) filter (where in_market and market = 'wisnus'), false) as filed_wisnus,
    bool_or(hides_wisman) as hides_wisman,
    bool_or(hides_wisnus) as hides_wisnus,
    coalesce(bool_and(value is not null) filter (where is_counted and market = 'total'), false) as has_total,
    coalesce(bool_and(value is not null) filter (where is_counted and market = 'wisman'), false) as has_wisman,
    coalesce(bool_and(value is not null) filter (where is_counted and market = 'wisnus'), false) as has_wisnus,
    count(*) filter (where is_counted and market <> 'total') as split_cells,
    count(distinct case when is_counted then point_id end) as points,
    count(distinct case when is_counted and market in ('wisman', 'total') then point_id end)
      + count(distinct case when is_counted and market in ('wisnus', 'total') then point_id end)
      as markets_of_points,
    bool_or(is_counted and point_id is null) as is_of_region,
    array_agg(distinct place) filter (where is_counted) as places,
    array_to_string(array_sort(array_agg(distinct place) filter (where is_counted)), ', ') as basis,
    array_to_string(array_sort(array_agg(distinct place) filter (where in_market and market = 'wisman')), ', ')
      as wisman_basis,
    array_to_string(array_sort(array_agg(distinct place) filter (where in_market and market = 'wisnus')), ', ')
      as wisnus_basis,
    array_to_string(array_sort(array_agg(distinct place) filter (where in_sum and market <> 'total')), ', ')
      as split_basis
  from (select *, concat(channel, ' ', coalesce(point_id, '*')) as place from core.flow_cells) f
  group by
    region_code, source_id, period_type, period_month, measure, channel,
    case when measure = 'arrivals' then concat('arrivals:', coalesce(point_id, '*')) else measure end
  having bool_or(is_counted)
),
channels_with_none as (
  select
    c.region_code,
    c.source_id,
    c.period_type,
    c.period_month,
    c.measure,
    c.theme,
    c.channel,
    coalesce(bool_or(n.has_none_of = 'wisman'), false) as none_wisman,
    coalesce(bool_or(n.has_none_of = 'wisnus'), false) as none_wisnus
  from channels c
  left join ref.source_covers n
    on n.source_id = c.source_id
    and n.theme = c.measure
    and n.region_code in (c.region_code, '*')
    and coalesce(n.year, date_part('year', c.period_month)) = date_part('year', c.period_month)
  group by
    c.region_code, c.source_id, c.period_type, c.period_month, c.measure, c.theme, c.channel
),
channel_gaps as (
  select
    c.*,
    case
      when c.split_cells > 0 then not c.has_wisman and not n.none_wisman
      else not c.has_total
    end as lacks_wisman,
    case
      when c.split_cells > 0 then not c.has_wisnus and not n.none_wisnus
      else not c.has_total
    end as lacks_wisnus,
    not c.filed_wisman and not n.none_wisman as splits_no_wisman,
    not c.filed_wisnus and not n.none_wisnus as splits_no_wisnus,
    greatest(
      max(c.points) over year_before,
      case when c.period_type = 'Y' then max(c.points) over last_year
        else max(case when c.period_type = 'Y' then c.points end) over last_year end
    ) as points_before,
    greatest(
      max(c.markets_of_points) over year_before,
      case when c.period_type = 'Y' then max(c.markets_of_points) over last_year
        else max(case when c.period_type = 'Y' then c.markets_of_points end) over last_year end
    ) as markets_of_points_before,
    not c.has_wisman and not n.none_wisman as adds_no_wisman,
    not c.has_wisnus and not n.none_wisnus as adds_no_wisnus
  from channels c
  join channels_with_none n
    on n.region_code = c.region_code
    and n.source_id = c.source_id
    and n.period_type = c.period_type
    and n.period_month = c.period_month
    and n.measure = c.measure
    and n.theme = c.theme
    and n.channel = c.channel
  window year_before as (
    partition by c.region_code, c.source_id, c.period_type, c.theme, c.channel
    order by 12 * date_part('year', c.period_month) + date_part('month', c.period_month)
    range between 12 preceding and 1 preceding
  ),
  last_year as (
    partition by c.region_code, c.source_id, c.theme, c.channel
    order by date_part('year', c.period_month)
    range between 1 preceding and 1 preceding
  )
),
-- Which places the year's rows have, and which the shorter periods of the year; the whole region is
-- all of its channel.
places_of_channels as (
  select
    region_code,
    source_id,
    theme,
    channel,
    year,
    place,
    bool_or(is_year) as in_years,
    bool_or(not is_year) as in_months
  from (
    select
      region_code,
      source_id,
      theme,
      channel,
      date_part('year', period_month) as year,
      period_type = 'Y' as is_year,
      unnest(places) as place
    from channels
  ) p
  group by region_code, source_id, theme, channel, year, place
),
channels_of_years as (
  select
    region_code,
    source_id,
    theme,
    channel,
    year,
    bool_or(in_years) as in_years,
    bool_or(in_months) as in_months,
    case
      when bool_or(in_years and place like '% *') then 0
      else count(case when not in_years then 1 end)
    end as not_in_years,
    case
      when bool_or(in_months and place like '% *') then 0
      else count(case when not in_months then 1 end)
    end as not_in_months
  from places_of_channels
  group by region_code, source_id, theme, channel, year
),
places_of_years as (
  select
    region_code,
    source_id,
    theme,
    year,
    sum(not_in_years) as not_in_years,
    sum(not_in_months) as not_in_months
  from channels_of_years
  group by region_code, source_id, theme, year
  having bool_or(in_years) and bool_or(in_months)
),
sums as (
  select
    region_code,
    source_id,
    period_type,
    period_month,
    measure,
    theme,
    sum(counted) as counted,
    sum(wisman) as wisman,
    sum(wisnus) as wisnus,
    sum(split_wisman) as split_wisman,
    sum(split_wisnus) as split_wisnus,
    sum(points) as points,
    sum(
      case
        when is_of_region then 0
        when points_before > points then points_before - points
        else greatest(markets_of_points_before - markets_of_points, 0)
      end
    ) as points_fewer,
    count(*) as channels,
    nullif(
      concat_ws(
        ' ',
        case when bool_or(lacks_wisman) then 'wisman' end,
        case when bool_or(lacks_wisnus) then 'wisnus' end
      ),
      ''
    ) as missing,
    -- One that was filed beside totals alone has nothing to be a share of.
    coalesce(
      nullif(
        concat_ws(
          ' ',
          case when bool_or(splits_no_wisman) then 'wisman' end,
          case when bool_or(splits_no_wisnus) then 'wisnus' end
        ),
        ''
      ),
      nullif(
        concat_ws(
          ' ',
          case when bool_or(adds_no_wisman) then 'wisman' end,
          case when bool_or(adds_no_wisnus) then 'wisnus' end
        ),
        ''
      )
    ) as split_missing,
    concat_ws(
      ' ',
      case when bool_or(filed_wisman) then 'wisman' end,
      case when bool_or(filed_wisnus) then 'wisnus' end,
      case when bool_or(has_total) then 'total' end
    ) as filed_markets,
    bool_or(splits_no_wisman) as splits_no_wisman,
    bool_or(splits_no_wisnus) as splits_no_wisnus,
    bool_or(hides_wisman) as hides_wisman,
    bool_or(hides_wisnus) as hides_wisnus,
    string_agg(basis, ', ' order by channel) as basis,
    string_agg(wisman_basis, ', ' order by channel) as wisman_basis,
    string_agg(wisnus_basis, ', ' order by channel) as wisnus_basis,
    string_agg(split_basis, ', ' order by channel) as split_basis
  from channel_gaps
  group by region_code, source_id, period_type, period_month, measure, theme
),
-- So many times the residents a year; a month may be a peak: a twelfth of it, four times.
bounds as (
  select
    s.*,
    greatest(coalesce(s.counted, 0), coalesce(s.wisman, 0) + coalesce(s.wisnus, 0)) as largest,
    param('population_ratio_impossible', s.region_code, s.period_month)
      * param('population', s.region_code, s.period_month)
      * case s.period_type when 'M' then 4.0 / 12 else 1 end as most,
    case when s.period_type = 'Y' and y.not_in_years > 0 then concat(y.not_in_years, ' points') end
      as missing_places,
    case when s.period_type <> 'Y' then y.not_in_months end as places_of_year_alone
  from sums s
  left join places_of_years y
    on y.region_code = s.region_code
    and y.source_id = s.source_id
    and y.theme = s.theme
    and y.year = date_part('year', s.period_month)
)
select
  region_code,
  source_id,
  period_type,
  period_month,
  measure,
  theme,
  case when missing is null and missing_places is null then counted end as total,
  case
    when not splits_no_wisman and not hides_wisman and missing_places is null then coalesce(wisman, 0)
  end as wisman,
  case
    when not splits_no_wisnus and not hides_wisnus and missing_places is null then coalesce(wisnus, 0)
  end as wisnus,
  case when split_missing is null and missing_places is null then coalesce(split_wisman, 0) end as split_wisman,
  case
    when split_missing is null and missing_places is null
      then coalesce(split_wisman, 0) + coalesce(split_wisnus, 0)
  end as split,
  nullif(concat_ws(' ', missing, missing_places), '') as missing,
  nullif(concat_ws(' ', split_missing, missing_places), '') as split_missing,
  split_missing is null and (hides_wisman or hides_wisnus) as is_split_in_part,
  filed_markets,
  case
    when largest > most
      then concat('impossible_value: ', round(cast(largest as double), 6), ' > ', round(most, 6))
  end as impossible,
  largest,
  basis,
  wisman_basis,
  wisnus_basis,
  split_basis,
  points,
  nullif(
    greatest(coalesce(points_fewer, 0), coalesce(places_of_year_alone, 0))
      + greatest(
        coalesce(
          greatest(
            max(channels) over (
              partition by region_code, source_id, period_type, theme
              order by 12 * date_part('year', period_month) + date_part('month', period_month)
              range between 12 preceding and 1 preceding
            ),
            case when period_type = 'Y' then max(channels) over last_year
              else max(case when period_type = 'Y' then channels end) over last_year end
          ) - channels,
          0
        ),
        0
      ),
    0
  ) as points_fewer
from bounds
window last_year as (
  partition by region_code, source_id, theme
  order by date_part('year', period_month)
  range between 1 preceding and 1 preceding
)
