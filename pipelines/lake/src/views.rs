//! The views that the program itself brings, as SQL: what is current, what is refused, what became of each file. Those of the project are
//! files under `sql/views`.

use koridor_contract::{Contract, Field, FieldType};

/// Ending of the table that holds the rows of every reading of a file.
pub(crate) const ATTEMPTS: &str = "_attempts";

/// The newest word on each file: one that was read again has more than one row in the log. Rows of an earlier program say nothing of
/// attempts and are the first.
pub(crate) const FILES_VIEW: &str = "select * exclude (newest) from (
  select * exclude (attempt), coalesce(attempt, 0) as attempt,
    row_number() over (partition by sha256 order by coalesce(attempt, 0) desc, sequence desc) as newest
  from ops.files_log
) where newest = 1";

/// Readings of files that a later one has taken the place of.
pub(crate) const SUPERSEDED_VIEW: &str = "select distinct sha256, attempt from (
  select sha256, coalesce(attempt, 0) as attempt, max(coalesce(attempt, 0)) over (partition by sha256) as newest from ops.files_log
) where attempt < newest";

/// The rows of the newest reading of each file.
pub(crate) const SILVER_VIEW: &str = "select s.* from silver.{table} s
left anti join ops.superseded_attempts a on a.sha256 = s.src_file_sha256 and a.attempt = coalesce(s.src_attempt, 0)";

/// As [`SILVER_VIEW`], of slices.
pub(crate) const SLICES_VIEW: &str = "select s.* from ops.slices_log s
left anti join ops.superseded_attempts a on a.sha256 = s.sha256 and a.attempt = coalesce(s.attempt, 0)";

/// As [`SILVER_VIEW`], of what became of corrections.
pub(crate) const CORRECTIONS_VIEW: &str = "select s.* exclude (attempt) from ops.corrections_log s
left anti join ops.superseded_attempts a on a.sha256 = s.sha256 and a.attempt = coalesce(s.attempt, 0)";

/// As [`SILVER_VIEW`], of figures that count from January on.
pub(crate) const CUMULATIVE_VIEW: &str = "select s.* exclude (attempt) from ops.cumulative_log s
left anti join ops.superseded_attempts a on a.sha256 = s.sha256 and a.attempt = coalesce(s.attempt, 0)";

/// Refused rows: `open` or `waived` where the newest reading of the file refuses them, one row each (several records of one sheet row may
/// share a cell); `resolved` where an earlier one did; `superseded` where a submission that goes before this row (by release date, then
/// arrival) speaks for the slice or was refused for it too, or, where a row does not say its slice, for all that the file spoke for.
pub(crate) const QUARANTINE_VIEW: &str = "
select q.* exclude (attempt, status, newest),
  case when q.attempt < f.attempt then 'resolved'
    when w.sha256 is not null then 'waived'
    when q.slice_region is not null and q.slice_period is not null then
      case when coalesce(n.place > concat(coalesce(q.slice_release, f.released), f.arrival), false) then 'superseded' else 'open' end
    when coalesce(p.is_past, false) then 'superseded'
    else 'open' end as status,
  case when q.attempt < f.attempt then f.run_id end as resolved_by,
  w.waived_by, w.reason as waived_because
from (
  select * exclude (attempt), coalesce(attempt, 0) as attempt,
    rank() over (partition by sha256, sheet, row_number, cell order by coalesce(attempt, 0) desc) as newest
  from ops.quarantine_log
) q
join (
  select sha256, attempt, run_id, coalesce(released, cast(received_at as date)) as released, lpad(cast(sequence as varchar), 12, '0') as arrival from ops.files
) f on f.sha256 = q.sha256
left join (
  select dataset, source_id, slice_region, period, max(place) as place from (
    select dataset, source_id, slice_region, period, concat(release_date, lpad(cast(sequence as varchar), 12, '0')) as place from ops.slices
    union all
    select l.dataset, l.source_id, l.slice_region, l.slice_period as period,
      concat(coalesce(l.slice_release, g.released, cast(g.received_at as date)), lpad(cast(g.sequence as varchar), 12, '0')) as place
    from ops.quarantine_log l join ops.files g on g.sha256 = l.sha256
    where l.slice_region is not null and l.slice_period is not null
  ) group by dataset, source_id, slice_region, period
) n on n.dataset = q.dataset and n.source_id = q.source_id and n.slice_region = q.slice_region and n.period = q.slice_period
left join (
  select sha256, bool_and(is_past) as is_past from (
    select sha256, max(place) over (partition by dataset, source_id, slice_region, period) > place as is_past
    from (select *, concat(release_date, lpad(cast(sequence as varchar), 12, '0')) as place from ops.slices)
  ) group by sha256
) p on p.sha256 = q.sha256
left join (
  select sha256, sheet, row_number, coalesce(cell, '') as cell, max(waived_by) as waived_by, max(reason) as reason
  from ops.waivers group by sha256, sheet, row_number, coalesce(cell, '')
) w on w.sha256 = q.sha256 and w.sheet = q.sheet and w.row_number = q.row_number and w.cell = coalesce(q.cell, '')
where q.newest = 1";

/// For each slice the submission that speaks for it, and whether its source is the headline of theme, region and year.
pub(crate) const CURRENT_SLICES_VIEW: &str = "
with newest as (
  select *, first_value(sha256) over (
    partition by dataset, source_id, slice_region, period, period_type order by release_date desc, sequence desc, sha256
  ) as speaks,
  -- A file may hold a slice in two vintages: the newest one speaks.
  max(release_date) over (partition by dataset, source_id, slice_region, period, period_type) as newest_release
  from ops.slices
),
ranked as (
  select n.*, date_part('year', n.period) as year, coalesce(p.rank, 100) as rank
  from newest n
  left join ref.source_priority p
    on p.theme = split_part(n.theme, ':', 1) and p.source_id = n.source_id
    and (p.region_code = '*' or p.region_code = n.slice_region)
    and (p.year is null or p.year = date_part('year', n.period))
  where n.speaks = n.sha256 and n.release_date = n.newest_release
)
select dataset, source_id, slice_region, period, period_type, theme, release_date, sha256, max(rows) as rows,
  min(rank) as source_rank,
  source_id = first_value(source_id) over (partition by dataset, theme, slice_region, year order by min(rank), source_id) as is_headline
from ranked
group by dataset, source_id, slice_region, period, period_type, theme, release_date, sha256, year";

/// The current rows of a dataset: those of the submission that speaks for their slice. Fields that some source counts from January on
/// (`counted`) are the difference to the month before as it stands today, whichever file holds it.
pub(crate) fn core_view(contract: &Contract, counted: &[&Field]) -> String {
    let slice = contract.koridor.slice.as_ref();
    let region = slice.map(|slice| slice.region.clone()).unwrap_or_default();
    let lineage = "qc_flags, src_file_sha256, src_sheet, src_row, ingested_at, is_headline";
    let current = format!(
        "select {}, s.qc_flags, s.src_file_sha256, s.src_sheet, s.src_row, s.ingested_at, c.is_headline
         from (select *, {} as slice_period, {} as slice_theme from silver.{}) s
         join ops.current_slices c
           on c.dataset = '{}' and c.sha256 = s.src_file_sha256 and c.source_id = s.source_id and c.slice_region = s.{region}
          and c.period = s.slice_period and c.period_type = s.period_type and c.theme = s.slice_theme and c.release_date = s.release_date",
        contract.fields.iter().map(|field| format!("s.{}", field.name)).collect::<Vec<_>>().join(", "),
        slice_period_sql(contract),
        contract.koridor.theme,
        contract.name,
        contract.name,
    );
    let Some(period) =
        slice.and_then(|slice| slice.period.as_deref()).filter(|_| !counted.is_empty())
    else {
        return current;
    };
    let names = |prefix: &str| {
        counted.iter().map(|field| format!("{prefix}{}", field.name)).collect::<Vec<_>>()
    };
    let filed = counted
        .iter()
        .map(|field| format!("f{0}.value as filed_{0}", field.name))
        .collect::<Vec<_>>()
        .join(", ");
    // Rows that share cell, month and region, such as classes that run across, cannot be told apart and stay as they were loaded.
    let figures = counted.iter().map(|field| {
        format!(
            "left join (
               select sha256, sheet, row_number, slice_region, period, max(value) as value from ops.cumulative
               where dataset = '{}' and field = '{name}' group by sha256, sheet, row_number, slice_region, period having count(*) = 1
             ) f{name} on f{name}.sha256 = o.src_file_sha256 and f{name}.sheet = coalesce(o.src_sheet, '') and f{name}.row_number = o.src_row
              and f{name}.slice_region = o.{region} and f{name}.period = o.{period}",
            contract.name,
            name = field.name
        )
    });
    let others = contract
        .primary_key
        .iter()
        .filter(|name| *name != period)
        .map(String::as_str)
        .chain(["source_id", "period_type"]);
    let same = others
        .map(|name| format!("(b.{name} is not distinct from o.{name})"))
        .collect::<Vec<_>>()
        .join(" and ");
    // Known: both figures are there. A figure that falls is a revision, and no month.
    let is_counted =
        |name: &str| format!("(o.filed_{name} is not null and b.filed_{name} is not null)");
    let columns = contract.fields.iter().map(|field| {
        let name = &field.name;
        if name == "obs_status" {
            let lacks =
                names("").iter().map(|name| format!("m.filed_{name} is not null and m.{name} is null")).collect::<Vec<_>>().join(" or ");
            let was_missing = "case when m.obs_status = 'missing' and m.is_recounted then 'revised' else m.obs_status end";
            return format!("case when {lacks} then 'missing' else {was_missing} end as obs_status");
        }
        format!("m.{name}")
    });
    let is_first = format!("date_part('month', o.{period}) = 1");
    let months = contract.fields.iter().map(|field| {
        let name = &field.name;
        if !counted.iter().any(|own| own.name == *name) {
            return format!("o.{name}");
        }
        let own = match (field.field_type, field.decimal()) {
            (FieldType::Number, (precision, scale)) => format!("decimal({precision}, {scale})"),
            _ => "bigint".to_owned(),
        };
        // In a file by itself the month before may be one that is current no more.
        format!(
            "case when o.filed_{name} is null or {is_first} then o.{name}
               when o.filed_{name} >= b.filed_{name} then cast(o.filed_{name} - b.filed_{name} as {own}) end as {name}"
        )
    });
    let any = |condition: &dyn Fn(&str) -> String| {
        names("").iter().map(|name| condition(name)).collect::<Vec<_>>().join(" or ")
    };
    let any_filed = any(&|name| format!("o.filed_{name} is not null"));
    let any_counted = any(&is_counted);
    let any_gap = any(&|name| {
        format!("(o.filed_{name} is not null and b.filed_{name} is null and not {is_first})")
    });
    let any_fell = any(&|name| format!("coalesce(o.filed_{name} < b.filed_{name}, false)"));
    let other_flags = "array_remove(array_remove(o.qc_flags, 'cum_gap'), 'cum_revised')";
    format!(
        "with o as ({current}),
         filed as (select o.*, {filed} from o {figures}),
         m as (
           select {months}, {filed_names},
             {any_counted} as is_recounted,
             case when not ({any_filed}) then o.qc_flags
               when {any_fell} then array_append({other_flags}, 'cum_revised')
               when {any_gap} then array_append({other_flags}, 'cum_gap')
               else {other_flags} end as qc_flags,
             o.src_file_sha256, o.src_sheet, o.src_row, o.ingested_at, o.is_headline
           from filed o
           left join filed b on {same} and date_part('month', o.{period}) > 1 and b.{period} = cast(o.{period} - interval '1 month' as date)
         )
         select {columns}, {lineage} from m",
        figures = figures.collect::<Vec<_>>().join("\n"),
        months = months.collect::<Vec<_>>().join(", "),
        filed_names = names("o.filed_").join(", "),
        columns = columns.collect::<Vec<_>>().join(", "),
    )
}

/// The rows of a dataset that were current before a submission came, as a subquery.
pub(crate) fn core_before(contract: &Contract, sequence: i64) -> String {
    let region =
        contract.koridor.slice.as_ref().map(|slice| slice.region.clone()).unwrap_or_default();
    format!(
        "(select s.* from (select *, {} as slice_period from silver.{name}) s
          join (select distinct sha256, source_id, slice_region, period, period_type, release_date from (
            select *, first_value(sha256) over (
              partition by source_id, slice_region, period, period_type order by release_date desc, sequence desc, sha256
            ) as speaks, max(release_date) over (partition by source_id, slice_region, period, period_type) as newest_release
            from ops.slices where dataset = '{name}' and sequence < {sequence}
          ) where speaks = sha256 and release_date = newest_release) c
            on c.sha256 = s.src_file_sha256 and c.source_id = s.source_id and c.slice_region = s.{region}
           and c.period = s.slice_period and c.period_type = s.period_type and c.release_date = s.release_date)",
        slice_period_sql(contract),
        name = contract.name,
    )
}

/// The first day of the period that a row's slice speaks of, as SQL. A register's slice has no period.
fn slice_period_sql(contract: &Contract) -> String {
    let period = contract.koridor.slice.as_ref().and_then(|slice| slice.period.as_ref());
    let field = period.and_then(|name| contract.fields.iter().find(|field| &field.name == name));
    match field {
        None => "date '1900-01-01'".to_owned(),
        Some(field) if field.field_type == FieldType::Year => {
            format!("make_date({}, 1, 1)", field.name)
        }
        Some(field) if field.koridor.month => field.name.clone(),
        Some(field) => format!("cast(date_trunc('month', {}) as date)", field.name),
    }
}
