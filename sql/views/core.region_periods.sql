-- Of each quarter and year within which a region began or ended: how many of its months and quarters the
-- region was there, be it for a day. One row a region, longer period and length of its parts; of others
-- there is none.
-- Rules: sql/README.md N1, N4
with spans as (
  select
    code as region_code,
    valid_from,
    valid_to,
    12 * date_part('year', valid_from) + date_part('month', valid_from) as first_month,
    -- It ends on that day: the day before is its last.
    12 * date_part('year', cast(valid_to - interval '1 day' as date))
      + date_part('month', cast(valid_to - interval '1 day' as date)) as last_month
  from (
    select code, cast(valid_from as date) as valid_from, cast(valid_to as date) as valid_to
    from ref.region
    where valid_from is not null or valid_to is not null
  )
),
parts as (
  select
    s.*,
    t.from_grain,
    t.grain,
    t.period,
    t.expected as all_parts,
    coalesce(
      s.first_month < 12 * date_part('year', t.from_period) + date_part('month', t.from_period)
        + case t.from_grain when 'M' then 1 else 3 end,
      true
    )
      and coalesce(
        s.last_month >= 12 * date_part('year', t.from_period) + date_part('month', t.from_period), true
      ) as is_there
  from spans s
  join ref.period t on t.from_grain <> t.grain
)
select
  region_code,
  from_grain,
  grain,
  period,
  sum(case when is_there then 1 else 0 end) as expected,
  max(first_month) as first_month,
  max(last_month) as last_month,
  concat_ws(
    ', ',
    case when max(valid_from) > period then concat('region_began: ', region_code, ' ', max(valid_from)) end,
    case
      when max(valid_to)
        < cast(period + case grain when 'Q' then interval '3 months' else interval '12 months' end as date)
        then concat('region_ended: ', region_code, ' ', max(valid_to))
    end
  ) as note
from parts
group by region_code, from_grain, grain, period
having sum(case when is_there then 1 else 0 end) between 1 and max(all_parts) - 1
