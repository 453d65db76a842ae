-- Question: which is the newest year of which a target is measured, or else of which there are values?
-- Grain: the lake.
select coalesce(
  (select max(year) from indicators.targets where raw_percent is not null),
  (select max(cast(date_part('year', period) as bigint)) from indicators.values where value is not null)
) as year
