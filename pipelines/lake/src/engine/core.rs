//! The current rows of a dataset, and the SQL of year-to-date figures made into months.

use koridor_contract::{Contract, Field, FieldType};

/// Columns of `core` besides the contract's fields.
pub(super) const LINEAGE: [&str; 7] = [
    "qc_flags",
    "src_file_sha256",
    "src_sheet",
    "src_row",
    "ingested_at",
    "is_headline",
    "slice_id",
];

/// Ending of the table that holds the rows of every reading of a file.
pub(super) const ATTEMPTS: &str = "_attempts";

/// Ending of the table that holds current rows with year-to-date figures as they were loaded.
pub(super) const AS_LOADED: &str = "_as_loaded";

/// Rows of the newest reading of each file where slices have no number: those of an earlier
/// program.
pub(super) fn unnumbered_silver(dataset: &str) -> String {
    format!(
        "select s.* from silver.{dataset}{ATTEMPTS} s
         left anti join ops.superseded_attempts a
           on a.sha256 = s.src_file_sha256 and a.attempt = coalesce(s.src_attempt, 0)
         where s.slice_id is null"
    )
}

/// Current rows where slices have no number: joined to their slice on all that names it.
pub(super) fn unnumbered_core(contract: &Contract) -> String {
    let region = contract.koridor.slice.as_ref().map(|slice| slice.region.as_str());
    let fields = contract.fields.iter().map(|field| format!("s.{}", field.name));
    format!(
        "select {fields}, s.qc_flags, s.src_file_sha256, s.src_sheet, s.src_row, s.ingested_at,
           c.is_headline, s.slice_id
         from (
           select *, {period} as slice_period, {theme} as slice_theme
           from silver.{name} where slice_id is null
         ) s
         join ops.current_slices c
           on c.dataset = '{name}' and c.slice_id is null and c.sha256 = s.src_file_sha256
          and c.source_id = s.source_id and c.slice_region = s.{region}
          and c.period = s.slice_period and c.period_type = s.period_type
          and c.theme = s.slice_theme and c.release_date = s.release_date",
        fields = fields.collect::<Vec<_>>().join(", "),
        period = slice_period_sql(contract),
        theme = contract.koridor.theme,
        name = contract.name,
        region = region.unwrap_or_default(),
    )
}

/// The first day of the period of a row's slice, as SQL. A register's slice has no period.
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

/// Current rows of a dataset some of whose fields are filed as year-to-date figures by a source:
/// such a field is the difference to the month before as it stands today, whichever file holds it.
/// `None` where the dataset has no such field.
pub(super) fn months_of_year_to_date(contract: &Contract, fields: &[&Field]) -> Option<String> {
    let slice = contract.koridor.slice.as_ref()?;
    let period = slice.period.as_deref().filter(|_| !fields.is_empty())?;
    let sql = YearToDate { contract, fields, region: &slice.region, period };
    Some(sql.view())
}

/// The parts of that statement.
struct YearToDate<'contract> {
    contract: &'contract Contract,
    fields: &'contract [&'contract Field],
    region: &'contract str,
    period: &'contract str,
}

impl YearToDate<'_> {
    fn view(&self) -> String {
        let filed = self.each(", ", |name| format!("f{name}.value as filed_{name}"));
        format!(
            "with o as (select * from core.{dataset}{AS_LOADED}),
             filed as (select o.*, {filed} from o {figures}),
             m as (
               select {months}, {filed_names},
                 {any_both} as is_recomputed,
                 {flags} as qc_flags,
                 o.src_file_sha256, o.src_sheet, o.src_row, o.ingested_at, o.is_headline, o.slice_id
               from filed o
               left join filed b
                 on {same} and date_part('month', o.{period}) > 1
                and b.{period} = cast(o.{period} - interval '1 month' as date)
             )
             select {columns}, {lineage} from m",
            dataset = self.contract.name,
            figures = self.each("\n", |name| self.figures(name)),
            months = self.months(),
            filed_names = self.each(", ", |name| format!("o.filed_{name}")),
            // Both figures are there. A figure that falls is a revision, and no month.
            any_both = self.each(" or ", |name| {
                format!("(o.filed_{name} is not null and b.filed_{name} is not null)")
            }),
            flags = self.flags(),
            same = self.same_series(),
            period = self.period,
            columns = self.columns(),
            lineage = LINEAGE.join(", "),
        )
    }

    fn each(&self, between: &str, part: impl Fn(&str) -> String) -> String {
        self.fields.iter().map(|field| part(&field.name)).collect::<Vec<_>>().join(between)
    }

    /// The figure of a row as it was filed. Rows that share cell, month and region, such as classes
    /// in one row, cannot be told apart and stay as they were loaded.
    fn figures(&self, name: &str) -> String {
        format!(
            "left join (
               select sha256, sheet, row_number, slice_region, period, max(value) as value
               from ops.cumulative
               where dataset = '{dataset}' and field = '{name}'
               group by sha256, sheet, row_number, slice_region, period having count(*) = 1
             ) f{name}
               on f{name}.sha256 = o.src_file_sha256
              and f{name}.sheet = coalesce(o.src_sheet, '') and f{name}.row_number = o.src_row
              and f{name}.slice_region = o.{region} and f{name}.period = o.{period}",
            dataset = self.contract.name,
            region = self.region,
            period = self.period,
        )
    }

    /// The rows of one series: all of the key but the month.
    fn same_series(&self) -> String {
        let own = self.contract.primary_key.iter().map(String::as_str);
        own.filter(|name| *name != self.period)
            .chain(["source_id", "period_type"])
            .map(|name| format!("(b.{name} is not distinct from o.{name})"))
            .collect::<Vec<_>>()
            .join(" and ")
    }

    fn is_first_month(&self) -> String {
        format!("date_part('month', o.{}) = 1", self.period)
    }

    /// Fields of the contract, year-to-date ones as months.
    fn months(&self) -> String {
        let is_first = self.is_first_month();
        let month = |field: &Field| {
            let name = &field.name;
            if !self.fields.iter().any(|own| own.name == *name) {
                return format!("o.{name}");
            }
            let own = match (field.field_type, field.decimal()) {
                (FieldType::Number, (precision, scale)) => format!("decimal({precision}, {scale})"),
                _ => "bigint".to_owned(),
            };
            // In a file by itself the month before may be one that is not current any more.
            format!(
                "case when o.filed_{name} is null or {is_first} then o.{name}
                   when o.filed_{name} >= b.filed_{name}
                     then cast(o.filed_{name} - b.filed_{name} as {own}) end as {name}"
            )
        };
        self.contract.fields.iter().map(month).collect::<Vec<_>>().join(", ")
    }

    fn flags(&self) -> String {
        let is_first = self.is_first_month();
        let filed = self.each(" or ", |name| format!("o.filed_{name} is not null"));
        let fell =
            self.each(" or ", |name| format!("coalesce(o.filed_{name} < b.filed_{name}, false)"));
        let gap = self.each(" or ", |name| {
            format!("(o.filed_{name} is not null and b.filed_{name} is null and not {is_first})")
        });
        let others = "array_remove(array_remove(o.qc_flags, 'cum_gap'), 'cum_revised')";
        format!(
            "case when not ({filed}) then o.qc_flags
               when {fell} then array_append({others}, 'cum_revised')
               when {gap} then array_append({others}, 'cum_gap')
               else {others} end"
        )
    }

    /// Fields of the contract; a month without its figure is `missing`.
    fn columns(&self) -> String {
        let lacks =
            self.each(" or ", |name| format!("m.filed_{name} is not null and m.{name} is null"));
        let column = |field: &Field| {
            if field.name != "obs_status" {
                return format!("m.{}", field.name);
            }
            let own = "case when m.obs_status = 'missing' and m.is_recomputed then 'revised'
                         else m.obs_status end";
            format!("case when {lacks} then 'missing' else {own} end as obs_status")
        };
        self.contract.fields.iter().map(column).collect::<Vec<_>>().join(", ")
    }
}
