-- What looks wrong in the current slices without being refused: one row a finding.
-- ops.soft_checks shows them to people, sql/rollup/8_flags.sql carries them to the numbers made
-- of the rows (is_counted).
-- Everything is compared with the same source only, except equal regions: two offices may copy
-- one another. Thresholds: S3.3 and ref.param; equal regions and digit shifts from 100 on, as
-- small counts meet by chance.
-- A digit shift shows twice, in its own year and in the next, and is outside the yearly bounds
-- too. Beside the year before it is sought in the series by itself, as a first year has no year
-- before: one value far from all others (above 3 times the next largest or below a third of the
-- next smallest) that a factor of 10, 100 or 1000 brings near the median (0.6 to 1.7 of it). Peak
-- months do not stand so alone.
-- A month is a copy of the one before where all its measures are; not for waste, where July and
-- August are alike wherever a day's figure is multiplied.
-- period and period_type say which rows; grain is the length of time that is judged: Y for
-- the sum of a year's months.
-- Rules: sql/README.md S3.3, S3.5, S3.6
with figures as (
  select
    *,
    12 * date_part('year', period) + date_part('month', period) as month_number,
    round(value, 2) as rounded
  from ops.slice_measures
),
figures_with_neighbours as (
  select
    *,
    max(value) over (
      partition by dataset, source_id, region_code, period_type, measure
      order by month_number
      range between 12 preceding and 12 preceding
    ) as year_before,
    max(value) over (
      partition by dataset, source_id, region_code, period_type, measure
      order by month_number
      range between 1 preceding and 1 preceding
    ) as month_before,
    median(value) over (
      partition by dataset, source_id, region_code, period_type, measure
    ) as typical,
    count(*) over (partition by dataset, source_id, region_code, period_type, measure) as periods,
    lag(value) over (
      partition by dataset, source_id, region_code, period_type, measure
      order by value, period
    ) as next_below,
    lead(value) over (
      partition by dataset, source_id, region_code, period_type, measure
      order by value, period
    ) as next_above,
    min(concat(region_code, ' ', source_id)) over (
      partition by dataset, period, period_type, measure, rounded
    ) as first_equal,
    max(concat(region_code, ' ', source_id)) over (
      partition by dataset, period, period_type, measure, rounded
    ) as last_equal,
    max(case when dataset = 'waste_generation' then value end) over (
      partition by source_id, region_code, period, period_type
    ) as generated,
    sum(
      case when measure in ('reduced_ton', 'handled_ton') then value end
    ) over (partition by source_id, region_code, period, period_type) as managed
  from figures
),
figure_ratios as (
  select
    *,
    case when year_before > 0 then value / year_before end as yearly_ratio,
    case when periods >= 4 and typical > 0 then value / typical end as typical_ratio,
    count(*) over (partition by dataset, source_id, region_code, period, period_type) as measures,
    sum(case when value = month_before then 1 else 0 end) over (
      partition by dataset, source_id, region_code, period, period_type
    ) as measures_copied
  from figures_with_neighbours
),
figure_digits as (
  select
    *,
    case
      when starts_with(first_equal, region_code) then last_equal
      else first_equal
    end as other_region,
    case when yearly_ratio > 0 then round(log10(yearly_ratio)) end as yearly_digits,
    case when typical_ratio > 0 then round(log10(typical_ratio)) end as typical_digits
  from figure_ratios
),
judged_figures as (
  select
    *,
    regexp_replace(cast(round(yearly_ratio, 4) as varchar), '[.]0$', '') as yearly_text,
    regexp_replace(cast(round(typical_ratio, 4) as varchar), '[.]0$', '') as typical_text,
    coalesce(
      greatest(value, year_before) >= 100
        and abs(yearly_digits) between 1 and 3
        and abs(yearly_ratio / power(10.0, yearly_digits) - 1) <= 0.01,
      false
    ) as shifted_on_year,
    coalesce(
      greatest(value, typical) >= 100
        and abs(typical_digits) between 1 and 3
        and typical_ratio / power(10.0, typical_digits) between 0.6 and 1.7
        and (
          (next_above is null and value > 3 * next_below)
          or (next_below is null and value < next_above / 3)
        ),
      false
    ) as shifted_on_series
  from figure_digits
),
figure_findings as (
  select
    *,
    unnest(
      make_array(
        case when value <> 0 and value = year_before then 'copy_of_last_year' end,
        case
          when value <> 0
            and period_type = 'M'
            and dataset not like 'waste%'
            and measures > 1
            and measures_copied = measures
            then 'copy_of_last_month'
        end,
        case when yearly_ratio not between 0.2 and 5 then 'year_on_year_outside_bounds' end,
        case when shifted_on_year or shifted_on_series then 'digit_shift' end,
        case
          when value >= 100 and not starts_with(other_region, region_code) then 'identical_regions'
        end,
        case
          when measure = 'handled_ton' and managed > generated + 0.005
            then 'managed_above_generated'
        end
      )
    ) as check_name
  from judged_figures
),
-- Visitors of all channels, a month (or the year as filed) and a year. Market total only where a
-- channel files no split, as in core.visits.
channel_counts as (
  select
    source_id,
    region_code,
    period,
    period_type,
    split_part(measure, '.', 1) as kind,
    coalesce(
      sum(case when measure not like '%.total' then value end),
      sum(case when measure like '%.total' then value end)
    ) as everyone,
    sum(case when measure like '%.wisman' then value end) as wisman,
    bool_or(is_headline) as is_headline,
    bool_or(is_counted) as is_counted
  from figures
  where dataset = 'visitor_flow'
  group by
    source_id, region_code, period, period_type, split_part(measure, '.', 1),
    split_part(measure, '.', 2)
),
-- Each as filed, and the year's months together.
channel_spans as (
  select
    *,
    unnest(
      case when period_type = 'Y' then make_array('Y') else make_array(period_type, 'Y') end
    ) as grain
  from channel_counts
),
region_totals as (
  select
    source_id,
    region_code,
    case
      when grain = period_type then period
      else cast(date_trunc('year', period) as date)
    end as starts,
    period_type,
    grain,
    kind,
    sum(everyone) as everyone,
    sum(wisman) as wisman,
    bool_or(is_headline) as is_headline,
    bool_or(is_counted) as is_counted
  from channel_spans
  group by
    source_id, region_code,
    case when grain = period_type then period else cast(date_trunc('year', period) as date) end,
    period_type, grain, kind
),
-- A month may not be above the nation's mean month, a year not come near the nation's year.
bounded_totals as (
  select
    t.*,
    param('population_ratio_warn', t.region_code, t.starts)
      * coalesce(r.pop_mid, param('population', t.region_code, t.starts))
      -- A month may be a peak: a twelfth of the year's bound, four times.
      * case t.grain when 'M' then 4.0 / 12 else 1 end as population_bound,
    case
      when t.kind = 'visits'
        then param('national_wisman_visits', t.region_code, t.starts) * case
          when t.grain = 'Y'
            then 1 - param('national_nearness_percent', t.region_code, t.starts) / 100
          else 1.0 / 12
        end
    end as national_bound
  from region_totals t
  left join core.residents_by_year r
    on r.region_code = t.region_code and r.year = date_part('year', t.starts)
),
size_findings as (
  select
    *,
    unnest(
      make_array(
        case when everyone > population_bound then 'above_population' end,
        case when wisman >= national_bound then 'near_national_total' end
      )
    ) as check_name
  from bounded_totals
),
-- A source that filed a year twice: all its months (quarters), and a row for the year. Persons are
-- left out: who came in two months is one person in the year.
year_sums as (
  select
    dataset,
    measure,
    breakdown,
    region_code,
    source_id,
    date_part('year', period) as year,
    period_type,
    count(distinct period) as periods,
    sum(value) as value,
    bool_or(is_headline) as is_headline
  from ops.source_figures
  where measure <> 'visitors'
  group by dataset, measure, breakdown, region_code, source_id, date_part('year', period), period_type
),
years_filed_twice as (
  select
    p.*,
    y.value as filed_for_year
  from year_sums p
  join year_sums y
    on y.dataset = p.dataset
    and y.measure = p.measure
    and y.breakdown = p.breakdown
    and y.region_code = p.region_code
    and y.source_id = p.source_id
    and y.year = p.year
    and y.period_type = 'Y'
  where case p.period_type when 'M' then p.periods = 12 when 'Q' then p.periods = 4 else false end
    and abs(y.value - p.value) > 0.01 * greatest(abs(y.value), abs(p.value))
)
select
  dataset,
  source_id,
  region_code,
  period,
  period_type,
  period_type as grain,
  case
    when check_name = 'managed_above_generated' then 'reduced_ton + handled_ton'
    else measure
  end as measure,
  check_name,
  'warn' as severity,
  case check_name
    when 'copy_of_last_year'
      then 'Nilai sama persis dengan periode yang sama tahun lalu; mungkin salinan'
    when 'copy_of_last_month'
      then 'Semua nilai bulan ini sama persis dengan bulan sebelumnya; mungkin salinan'
    when 'year_on_year_outside_bounds' then concat(
      'Nilai ', replace(yearly_text, '.', ','),
      ' kali periode yang sama tahun lalu (wajar 0,2 sampai 5)'
    )
    when 'digit_shift' then concat(
      'Nilai ', replace(case when shifted_on_year then yearly_text else typical_text end, '.', ','),
      ' kali ', case when shifted_on_year then 'tahun lalu' else 'nilai tengah deretnya' end,
      '; mungkin salah digit atau satuan'
    )
    when 'identical_regions' then concat(
      'Nilai sama dengan wilayah ', replace(other_region, ' ', ' dari '), ' pada periode yang sama'
    )
    when 'managed_above_generated'
      then 'Sampah dikurangi ditambah ditangani melebihi timbulan (B + C > A)'
  end as detail_id,
  case check_name
    when 'copy_of_last_year'
      then 'Value is exactly that of the same period of the year before; perhaps a copy'
    when 'copy_of_last_month'
      then 'All values of the month are exactly those of the month before; perhaps a copy'
    when 'year_on_year_outside_bounds' then concat(
      'Value is ', yearly_text, ' times the same period of the year before (0.2 to 5 is usual)'
    )
    when 'digit_shift' then concat(
      'Value is ', case when shifted_on_year then yearly_text else typical_text end, ' times ',
      case when shifted_on_year then 'the year before' else 'the median of its series' end,
      '; perhaps a slip of digits or unit'
    )
    when 'identical_regions' then concat(
      'Value is that of region ', replace(other_region, ' ', ' by '), ' in the same period'
    )
    when 'managed_above_generated'
      then 'Waste reduced plus handled exceeds waste generated (B + C > A)'
  end as detail_en,
  case when check_name = 'managed_above_generated' then managed else value end as value,
  case check_name
    when 'copy_of_last_year' then year_before
    when 'copy_of_last_month' then month_before
    when 'year_on_year_outside_bounds' then year_before
    when 'digit_shift' then case when shifted_on_year then year_before else typical end
    when 'identical_regions' then rounded
    when 'managed_above_generated' then generated
  end as compared_with,
  is_headline,
  is_counted
from figure_findings
where check_name is not null
union all
select
  'visitor_flow' as dataset,
  source_id,
  region_code,
  starts as period,
  period_type,
  grain,
  case check_name when 'above_population' then kind else concat(kind, '.wisman') end as measure,
  check_name,
  'warn' as severity,
  case check_name
    when 'above_population' then concat(
      'Jumlah melebihi ', cast(population_bound as bigint),
      ', batas wajar ', case grain when 'M' then 'sebulan' else 'setahun' end, ' menurut jumlah penduduk'
    )
    else concat(
      'Kunjungan wisman mencapai ',
      cast(national_bound as bigint),
      case
        when grain = 'Y' then ', mendekati angka nasional setahun'
        else ', rata-rata nasional sebulan'
      end,
      '; mungkin angka nasional'
    )
  end as detail_id,
  case check_name
    when 'above_population' then concat(
      'The count exceeds ', cast(population_bound as bigint),
      ', the usual bound of a ', case grain when 'M' then 'month' else 'year' end,
      ' by the number of residents'
    )
    else concat(
      'Foreign visits reach ',
      cast(national_bound as bigint),
      case
        when grain = 'Y' then ', near the national total of a year'
        else ', the national mean of a month'
      end,
      '; perhaps a national figure'
    )
  end as detail_en,
  case check_name when 'above_population' then everyone else wisman end as value,
  case check_name
    when 'above_population' then population_bound
    else national_bound
  end as compared_with,
  is_headline,
  is_counted
from size_findings
where check_name is not null
union all
-- The sum of the months makes the year's number (S3.1b); the row for the year says another.
select
  dataset,
  source_id,
  region_code,
  make_date(year, 1, 1) as period,
  period_type,
  'Y' as grain,
  concat_ws('.', measure, nullif(breakdown, '')) as measure,
  'year_differs' as check_name,
  'warn' as severity,
  concat(
    'Jumlah ', case period_type when 'M' then 'dua belas bulan' else 'empat triwulan' end,
    ' berbeda dari baris setahun yang disampaikan sumber yang sama: ', round(filed_for_year, 3)
  ) as detail_id,
  concat(
    'The sum of the ', case period_type when 'M' then 'twelve months' else 'four quarters' end,
    ' is not what the same source filed for the year: ', round(filed_for_year, 3)
  ) as detail_en,
  value,
  filed_for_year as compared_with,
  is_headline,
  true as is_counted
from years_filed_twice
union all
-- A final figure that changed or went although nobody recorded why, on the newest vintage alone.
-- Rules: sql/README.md S3.6
select
  dataset,
  source_id,
  region_code,
  period,
  period_type,
  period_type as grain,
  field as measure,
  'final_changed' as check_name,
  'warn' as severity,
  concat(
    'Angka final ', case change when 'withdrawn' then 'ditarik' else 'berubah' end,
    ' tanpa alasan tercatat (schemas/codes/revision_reason.csv)'
  ) as detail_id,
  concat(
    'A final figure was ', case change when 'withdrawn' then 'withdrawn' else 'changed' end,
    ' and no reason is recorded (schemas/codes/revision_reason.csv)'
  ) as detail_en,
  new_value as value,
  old_value as compared_with,
  true as is_headline,
  true as is_counted
from (
  select
    f.*,
    max(new_release_date) over (
      partition by dataset, source_id, region_code, period, period_type
    ) as newest
  from ops.final_changes f
)
where not has_reason and change in ('value', 'withdrawn') and new_release_date = newest
union all
-- Year-to-date figures that give no value of their month: they fell, or the month before is not
-- there. The office is to be asked.
-- Rules: sql/README.md S3.5
select
  n.dataset,
  n.source_id,
  coalesce(p.region_code, d.region_code, n.region_code) as region_code,
  n.period,
  'M' as period_type,
  'M' as grain,
  n.field as measure,
  case when b.year_to_date is null then 'cum_gap' else 'cum_revised' end as check_name,
  'warn' as severity,
  case
    when b.year_to_date is null
      then 'Angka kumulatif tanpa angka bulan sebelumnya: bulan ini tidak bernilai; mintalah bulan itu'
    else 'Angka kumulatif turun dari bulan sebelumnya: bulan ini tidak bernilai; tanyakan bulan mana yang direvisi'
  end as detail_id,
  case
    when b.year_to_date is null
      then 'A count from January on without the month before: the month has no value; ask for that month'
    else 'A count from January on fell below the month before: the month has no value; ask which month was revised'
  end as detail_en,
  cast(n.year_to_date as double) as value,
  cast(b.year_to_date as double) as compared_with,
  true as is_headline,
  true as is_counted
from ops.cumulative_growth n
left join ops.cumulative_growth b
  on b.dataset = n.dataset
  and b.source_id = n.source_id
  and b.region_code = n.region_code
  and b.field = n.field
  and b.period = cast(n.period - interval '1 month' as date)
left join ref.point p on p.code = n.region_code
left join ref.point d on d.code = split_part(n.region_code, '-', 2)
where date_part('month', n.period) > 1 and coalesce(n.year_to_date < b.year_to_date, true)
union all
-- The newest submission of a slice is held, as it leaves out much of what the one before brought:
-- that one stands, with all its measures.
select
  h.dataset,
  h.source_id,
  coalesce(p.region_code, d.region_code, h.slice_region) as region_code,
  h.period,
  h.period_type,
  h.period_type as grain,
  coalesce(m.measure, i.fields, '*') as measure,
  'held_submission' as check_name,
  'warn' as severity,
  concat(
    'Kiriman terbaru ', h.file_name, ' ditahan karena jauh lebih sedikit (', h.rows_held,
    ' baris); angka ini dari kiriman sebelumnya (', h.rows_standing, ' baris)'
  ) as detail_id,
  concat(
    'The newest submission ', h.file_name, ' is held as it holds far less (', h.rows_held,
    ' rows); this is of the one before (', h.rows_standing, ' rows)'
  ) as detail_en,
  m.value,
  cast(null as double) as compared_with,
  coalesce(m.is_headline, h.is_headline) as is_headline,
  coalesce(m.is_counted, h.is_headline) as is_counted
from ops.held_submissions h
left join ref.point p on p.code = h.slice_region
left join ref.point d on d.code = split_part(h.slice_region, '-', 2)
left join figures m
  on m.dataset = h.dataset
  and m.source_id = h.source_id
  and m.region_code = coalesce(p.region_code, d.region_code, h.slice_region)
  and m.period = h.period
  and m.period_type = h.period_type
-- Of a register, which has no measures, the fields that indicators rest on.
left join (
  select dataset, string_agg(distinct field, ' + ' order by field) as fields
  from (
    select dataset, unnest(string_to_array(fields, '|')) as field
    from ref.indicator_input
    where fields is not null
  )
  group by dataset
) i on i.dataset = h.dataset
where h.status = 'held' and h.rows_standing > 0
