//! The ledger: what came, what became of it. Columns of the `ops` tables, and of the lineage that
//! every silver row carries.

pub mod report;
mod rows;
mod submission;
mod superseded;

pub use rows::{CheckRow, check_rows};
pub(crate) use rows::{
    CorrectionRow, CumulativeRow, FileRow, Lineage, Origin, SliceRow, by_slice, correction_rows,
    cumulative_rows, file_rows, quarantine_rows, slice_rows,
};

pub use submission::{FileStatus, Submission, SubmissionId};
pub(crate) use superseded::{
    Acceptance, Fate, RowAddress, SupersededRow, acceptance_rows, row_key, superseded_rows,
};

use crate::store::file_statistics::SELECTED_BY;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use koridor_contract::Contract;
use std::sync::Arc;

/// Folder of the file ledger within the lake.
pub const FILES: &str = "ops/files";
/// Folder of refused rows.
pub const QUARANTINE: &str = "ops/quarantine";
/// Folder of slices.
pub const SLICES: &str = "ops/slices";
/// Folder of checks.
pub const CHECKS: &str = "ops/checks";
/// Folder of what became of corrections.
pub const CORRECTIONS: &str = "ops/corrections";
/// Folder of year-to-date figures as they were filed.
pub const CUMULATIVE: &str = "ops/cumulative";
/// Folder of waivers.
pub const WAIVERS: &str = "ops/waivers";
/// Folder of rows that stopped counting.
pub const SUPERSEDED_ROWS: &str = "ops/superseded_rows";
/// Folder of held submissions that were accepted.
pub const ACCEPTANCES: &str = "ops/acceptances";
/// Folder of evaluations that are bound to a release.
pub const EVALUATIONS: &str = "ops/evaluations";
/// Folder of published values.
pub const VALUES: &str = "indicators/values";
/// Folder of what disclosure control asks about numbers of values.
pub const DISCLOSURE_FACTS: &str = "indicators/disclosure_facts";
/// Folder of what releases withhold.
pub const DISCLOSURE: &str = "indicators/disclosure";

/// A table of the ledger as it is stored: what SQL calls it, its folder and its columns. Views of
/// the project (`sql/views`) make of most what a reader asks for; their logs are not listed.
pub struct StoredTable {
    /// Schema in SQL.
    pub schema_name: &'static str,
    /// Name in SQL.
    pub name: &'static str,
    /// Folder within the lake.
    pub folder: &'static str,
    /// Columns.
    pub schema: fn() -> SchemaRef,
    /// Whether a reader is shown it; a log has a view in its place.
    pub is_listed: bool,
}

/// All stored tables besides those of datasets.
pub const STORED_TABLES: [StoredTable; 14] = [
    log("files_log", FILES, files_schema),
    log("quarantine_log", QUARANTINE, quarantine_schema),
    log("slices_log", SLICES, slices_schema),
    // Also those that a state before a submission does not see.
    log("all_slices_log", SLICES, slices_schema),
    log("corrections_log", CORRECTIONS, corrections_schema),
    log("cumulative_log", CUMULATIVE, cumulative_schema),
    log("checks_log", CHECKS, checks_schema),
    log("superseded_rows_log", SUPERSEDED_ROWS, superseded_rows_schema),
    StoredTable { is_listed: true, ..log("waivers", WAIVERS, waivers_schema) },
    StoredTable { is_listed: true, ..log("acceptances", ACCEPTANCES, acceptances_schema) },
    StoredTable { is_listed: true, ..log("evaluations", EVALUATIONS, evaluations_schema) },
    StoredTable { schema_name: "indicators", ..log("values_log", VALUES, values_schema) },
    StoredTable {
        schema_name: "indicators",
        ..log("disclosure_facts_log", DISCLOSURE_FACTS, disclosure_facts_schema)
    },
    StoredTable {
        schema_name: "indicators",
        ..log("disclosure_log", DISCLOSURE, disclosure_schema)
    },
];

const fn log(name: &'static str, folder: &'static str, schema: fn() -> SchemaRef) -> StoredTable {
    StoredTable { schema_name: "ops", name, folder, schema, is_listed: false }
}

/// Folder of a dataset's accepted rows.
pub fn silver(dataset: &str) -> String {
    format!("silver/{dataset}")
}

fn schema(columns: &[(&str, DataType)]) -> SchemaRef {
    Arc::new(Schema::new(
        columns
            .iter()
            .map(|(name, kind)| Field::new(*name, kind.clone(), true))
            .collect::<Vec<_>>(),
    ))
}

fn moment() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// A list of flags.
pub fn flags_type() -> DataType {
    DataType::List(Arc::new(Field::new("element", DataType::Utf8, true)))
}

/// `ops.files`: one row a file; `rows_read = rows_accepted + rows_rejected + rows_ignored +
/// rows_erased`, always.
pub fn files_schema() -> SchemaRef {
    use DataType::{Date32, Int64, Utf8};
    schema(&[
        ("sha256", Utf8),
        ("file_name", Utf8),
        ("dataset", Utf8),
        ("source_id", Utf8),
        ("released", Date32),
        ("received_at", moment()),
        ("status", Utf8),
        ("rows_read", Int64),
        ("rows_accepted", Int64),
        ("rows_rejected", Int64),
        ("rows_ignored", Int64),
        ("error", Utf8),
        ("error_id", Utf8),
        ("ignored_json", Utf8),
        ("rows_flagged", Int64),
        ("layout", Utf8),
        ("columns_json", Utf8),
        ("file_path", Utf8),
        ("file_bytes", Int64),
        ("modified_at", moment()),
        ("project", Utf8),
        ("run_id", Utf8),
        ("sequence", Int64),
        ("attempt", Int64),
        ("committed", Int64),
        ("rows_erased", Int64),
    ])
}

/// `ops.quarantine`: one row a refused row, with the first rule it breaks; `also` lists the others.
pub fn quarantine_schema() -> SchemaRef {
    use DataType::{Int64, Utf8};
    schema(&[
        ("sha256", Utf8),
        ("file_name", Utf8),
        ("dataset", Utf8),
        ("source_id", Utf8),
        ("sheet", Utf8),
        ("cell", Utf8),
        ("row_number", Int64),
        ("field", Utf8),
        ("rule", Utf8),
        ("value", Utf8),
        ("message_id", Utf8),
        ("message_en", Utf8),
        ("also", Utf8),
        ("row_json", Utf8),
        ("status", Utf8),
        ("attempt", Int64),
        ("slice_region", Utf8),
        ("slice_period", DataType::Date32),
        ("slice_release", DataType::Date32),
    ])
}

/// `ops.corrections`: each time a correction met its row, and what became of it.
pub fn corrections_schema() -> SchemaRef {
    use DataType::{Int64, Utf8};
    schema(&[
        ("correction", Utf8),
        ("dataset", Utf8),
        ("sha256", Utf8),
        ("file_name", Utf8),
        ("sheet", Utf8),
        ("row_number", Int64),
        ("field", Utf8),
        ("outcome", Utf8),
        ("found", Utf8),
        ("value", Utf8),
        ("reason", Utf8),
        ("source", Utf8),
        ("corrected_by", Utf8),
        ("attempt", Int64),
    ])
}

/// `ops.cumulative`: year-to-date figures as they were filed.
pub fn cumulative_schema() -> SchemaRef {
    use DataType::{Date32, Decimal128, Int64, Utf8};
    schema(&[
        ("dataset", Utf8),
        ("source_id", Utf8),
        ("slice_region", Utf8),
        ("period", Date32),
        ("field", Utf8),
        ("value", Decimal128(28, 6)),
        ("sha256", Utf8),
        ("file_name", Utf8),
        ("sheet", Utf8),
        ("row_number", Int64),
        ("attempt", Int64),
    ])
}

/// `ops.waivers`: refused rows that somebody has decided to leave refused, who and why.
pub fn waivers_schema() -> SchemaRef {
    use DataType::{Int64, Utf8};
    schema(&[
        ("sha256", Utf8),
        ("sheet", Utf8),
        ("cell", Utf8),
        ("row_number", Int64),
        ("rule", Utf8),
        ("waived_by", Utf8),
        ("reason", Utf8),
        ("waived_at", moment()),
    ])
}

/// `ops.acceptances`: held submissions that somebody has confirmed, who and why.
pub fn acceptances_schema() -> SchemaRef {
    use DataType::Utf8;
    schema(&[
        ("sha256", Utf8),
        ("file_name", Utf8),
        ("accepted_by", Utf8),
        ("reason", Utf8),
        ("accepted_at", moment()),
    ])
}

/// `ops.evaluations`: years whose evaluation is bound to a release, and by whom.
pub fn evaluations_schema() -> SchemaRef {
    use DataType::{Int64, Utf8};
    schema(&[("year", Int64), ("release_id", Utf8), ("frozen_by", Utf8), ("frozen_at", moment())])
}

/// `ops.superseded_rows`: rows that stopped counting one by one, and for what.
pub fn superseded_rows_schema() -> SchemaRef {
    use DataType::{Date32, Float64, Int64, Utf8};
    schema(&[
        ("dataset", Utf8),
        ("source_id", Utf8),
        ("slice_region", Utf8),
        ("period", Date32),
        ("period_type", Utf8),
        ("theme", Utf8),
        ("release_date", Date32),
        ("sha256", Utf8),
        ("sheet", Utf8),
        ("row_number", Int64),
        ("row_key", Utf8),
        ("what", Utf8),
        ("rows", Int64),
        ("measure", Utf8),
        ("value", Float64),
        ("ended_on", Date32),
        ("by_sha256", Utf8),
        ("recorded_by", Utf8),
        ("attempt", Int64),
        ("sequence", Int64),
    ])
}

/// `ops.slices`: what each submission says something about: source x region x period.
pub fn slices_schema() -> SchemaRef {
    use DataType::{Date32, Int64, Utf8};
    schema(&[
        ("dataset", Utf8),
        ("source_id", Utf8),
        ("slice_region", Utf8),
        ("period", Date32),
        ("period_type", Utf8),
        ("theme", Utf8),
        ("release_date", Date32),
        ("sha256", Utf8),
        ("rows", Int64),
        ("sequence", Int64),
        ("attempt", Int64),
        ("slice_id", Int64),
        ("supersedes", Utf8),
        ("covers", Utf8),
        ("is_held", DataType::Boolean),
    ])
}

/// `ops.checks`: what was checked, on loading and before a release, and what came out.
pub fn checks_schema() -> SchemaRef {
    use DataType::{Int64, Utf8};
    schema(&[
        ("run_id", Utf8),
        ("checked_at", moment()),
        ("subject", Utf8),
        ("check_name", Utf8),
        ("severity", Utf8),
        ("outcome", Utf8),
        ("rows", Int64),
        ("detail", Utf8),
        ("detail_id", Utf8),
    ])
}

/// `indicators.values` as stored.
pub fn values_schema() -> SchemaRef {
    use DataType::{Date32, Float64, Int64, Utf8};
    schema(&[
        ("indicator_id", Utf8),
        ("dimension", Utf8),
        ("region_code", Utf8),
        ("grain", Utf8),
        ("period", Date32),
        ("breakdown", Utf8),
        ("numerator", Float64),
        ("denominator", Float64),
        ("value", Float64),
        ("state", Utf8),
        ("coverage", Utf8),
        ("regions_present", Int64),
        ("regions_expected", Int64),
        ("periods_present", Int64),
        ("periods_expected", Int64),
        ("missing_regions", Utf8),
        ("flags", Utf8),
        ("release_id", Utf8),
        ("sources", Utf8),
        ("basis", Utf8),
    ])
}

/// What disclosure control asks about numbers of values, by the release that computed them; `side`
/// is the number: `numerator`, `denominator`, or `value` of an indicator that follows others.
pub fn disclosure_facts_schema() -> SchemaRef {
    use DataType::{Date32, Float64, Utf8};
    schema(&[
        ("release_id", Utf8),
        ("indicator_id", Utf8),
        ("region_code", Utf8),
        ("grain", Utf8),
        ("period", Date32),
        ("breakdown", Utf8),
        ("side", Utf8),
        ("missing_regions", Utf8),
        ("amount", Float64),
        ("respondents", Float64),
        ("small_count", Float64),
        ("least_respondents", Float64),
        ("percent", Float64),
        ("reason", Utf8),
    ])
}

/// What releases withhold: one row a number of a value, by the release that decided it.
pub fn disclosure_schema() -> SchemaRef {
    use DataType::{Date32, Utf8};
    schema(&[
        ("release_id", Utf8),
        ("indicator_id", Utf8),
        ("region_code", Utf8),
        ("grain", Utf8),
        ("period", Date32),
        ("breakdown", Utf8),
        ("side", Utf8),
        ("reason", Utf8),
    ])
}

/// A dataset's silver table: its fields and each row's lineage.
pub fn silver_schema(contract: &Contract) -> SchemaRef {
    let mut fields: Vec<Arc<Field>> =
        koridor_contract::check::arrow_schema(contract).fields().iter().cloned().collect();
    for (name, kind) in [
        ("qc_flags", flags_type()),
        ("src_file_sha256", DataType::Utf8),
        ("src_sheet", DataType::Utf8),
        ("src_row", DataType::Int64),
        ("ingested_at", moment()),
        ("src_attempt", DataType::Int64),
        ("slice_id", DataType::Int64),
    ] {
        fields.push(Arc::new(Field::new(name, kind, true)));
    }
    let region = contract.koridor.slice.iter().map(|own| (SELECTED_BY.into(), own.region.clone()));
    Arc::new(Schema::new_with_metadata(fields, region.collect()))
}
