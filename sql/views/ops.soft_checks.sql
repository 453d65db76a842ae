-- What looks wrong in the current slices without being refused (indicators.md 3.3): one row a finding, for a person to look at.
-- Everything is held against the same source only.  Thresholds: indicators.md 3.3; equal regions and slips of digits from 100 on, as small counts meet by chance.
-- A slip of digits shows twice, in its own year and in the next, and is outside the yearly bounds too.
-- A month is a copy of the one before where all its measures are; not for waste, where July and August are alike wherever a day's figure is multiplied.
-- Not here: a value near the national total.  No dataset holds national rows; rule above_20x_population of visitor_flow refuses the worst of them.
with series as (
  select *, 12 * date_part('year', period) + date_part('month', period) as month_number, round(value, 2) as rounded from ops.slice_measures
),
compared as (
  select *,
    max(value) over (partition by dataset, source_id, region_code, period_type, measure order by month_number range between 12 preceding and 12 preceding) as year_before,
    max(value) over (partition by dataset, source_id, region_code, period_type, measure order by month_number range between 1 preceding and 1 preceding) as month_before,
    median(value) over (partition by dataset, source_id, region_code, period_type, measure) as typical,
    count(*) over (partition by dataset, source_id, region_code, period_type, measure) as periods,
    min(region_code) over (partition by dataset, source_id, period, period_type, measure, rounded) as same_region,
    max(case when dataset = 'waste_generation' then value end) over (partition by source_id, region_code, period, period_type) as generated,
    sum(case when measure in ('reduced_ton', 'handled_ton') then value end) over (partition by source_id, region_code, period, period_type) as managed
  from series
),
ratios as (
  select *,
    case when year_before > 0 then value / year_before end as yearly_ratio,
    case when periods >= 4 and typical > 0 then value / typical end as typical_ratio,
    count(*) over (partition by dataset, source_id, region_code, period, period_type) as measures,
    sum(case when value = month_before then 1 else 0 end) over (partition by dataset, source_id, region_code, period, period_type) as measures_copied
  from compared
),
shifts as (
  select *, case when yearly_ratio > 0 then round(log10(yearly_ratio)) end as yearly_digits,
    case when typical_ratio > 0 then round(log10(typical_ratio)) end as typical_digits
  from ratios
),
judged as (
  select *,
    regexp_replace(cast(round(yearly_ratio, 4) as varchar), '[.]0$', '') as yearly_text,
    regexp_replace(cast(round(typical_ratio, 4) as varchar), '[.]0$', '') as typical_text,
    coalesce(greatest(value, year_before) >= 100 and abs(yearly_digits) between 1 and 3 and abs(yearly_ratio / power(10.0, yearly_digits) - 1) <= 0.01, false) as shifted_on_year,
    coalesce(greatest(value, typical) >= 100 and abs(typical_digits) between 1 and 3 and abs(typical_ratio / power(10.0, typical_digits) - 1) <= 0.01, false) as shifted_on_series
  from shifts
),
findings as (
  select *, unnest(make_array(
    case when value <> 0 and value = year_before then 'copy_of_last_year' end,
    case when value <> 0 and period_type = 'M' and dataset not like 'waste%' and measures > 1 and measures_copied = measures then 'copy_of_last_month' end,
    case when yearly_ratio not between 0.2 and 5 then 'year_on_year_outside_bounds' end,
    case when shifted_on_year or shifted_on_series then 'digit_shift' end,
    case when value >= 100 and same_region <> region_code then 'identical_regions' end,
    case when measure = 'handled_ton' and managed > generated + 0.005 then 'managed_above_generated' end
  )) as check_name
  from judged
)
select dataset, source_id, region_code, period, period_type,
  case when check_name = 'managed_above_generated' then 'reduced_ton + handled_ton' else measure end as measure,
  check_name, 'warn' as severity,
  case check_name
    when 'copy_of_last_year' then 'Nilai sama persis dengan periode yang sama tahun lalu; mungkin salinan'
    when 'copy_of_last_month' then 'Semua nilai bulan ini sama persis dengan bulan sebelumnya; mungkin salinan'
    when 'year_on_year_outside_bounds' then concat('Nilai ', replace(yearly_text, '.', ','), ' kali periode yang sama tahun lalu (wajar 0,2 sampai 5)')
    when 'digit_shift' then
      concat('Nilai ', replace(case when shifted_on_year then yearly_text else typical_text end, '.', ','), ' kali ',
        case when shifted_on_year then 'tahun lalu' else 'nilai tengah deretnya' end, '; mungkin salah digit atau satuan')
    when 'identical_regions' then concat('Nilai sama dengan wilayah ', same_region, ' pada periode dan sumber yang sama')
    when 'managed_above_generated' then 'Sampah dikurangi ditambah ditangani melebihi timbulan (B + C > A)'
  end as detail_id,
  case check_name
    when 'copy_of_last_year' then 'Value is exactly that of the same period of the year before; perhaps a copy'
    when 'copy_of_last_month' then 'All values of the month are exactly those of the month before; perhaps a copy'
    when 'year_on_year_outside_bounds' then concat('Value is ', yearly_text, ' times the same period of the year before (0.2 to 5 is usual)')
    when 'digit_shift' then
      concat('Value is ', case when shifted_on_year then yearly_text else typical_text end, ' times ',
        case when shifted_on_year then 'the year before' else 'the median of its series' end, '; perhaps a slip of digits or unit')
    when 'identical_regions' then concat('Value is that of region ', same_region, ' in the same period and source')
    when 'managed_above_generated' then 'Waste reduced plus handled exceeds waste generated (B + C > A)'
  end as detail_en,
  case when check_name = 'managed_above_generated' then managed else value end as value,
  case check_name
    when 'copy_of_last_year' then year_before
    when 'copy_of_last_month' then month_before
    when 'year_on_year_outside_bounds' then year_before
    when 'digit_shift' then case when shifted_on_year then year_before else typical end
    when 'identical_regions' then rounded
    when 'managed_above_generated' then generated
  end as compared_with
from findings
where check_name is not null
