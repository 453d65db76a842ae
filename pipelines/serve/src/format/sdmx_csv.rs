//! SDMX-CSV 2.0: values of indicators as observations, with the code lists of SDMX for frequency,
//! status and confidentiality. The structure is `docs/sdmx/structure.xml`.

use super::csv::CsvWriter;
use super::row_writer::RowWriter;
use crate::error::ServeError;
use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use koridor_lake::LakeError;
use koridor_publish::words::period_name;
use koridor_publish::{PublishError, Record};
use std::io::Write;
use std::sync::Arc;

/// The structure that the columns follow: agency, name, version.
const STRUCTURE_ID: &str = "KORIDOR:INDICATORS(1.0.0)";

/// Columns that rows must have.
const NEEDED: [&str; 7] =
    ["indicator_id", "region_code", "grain", "period", "breakdown", "value", "state"];

/// Columns of the file; of the last ones only the numbers are none of texts.
const COLUMNS: [&str; 20] = [
    "STRUCTURE",
    "STRUCTURE_ID",
    "ACTION",
    "FREQ",
    "REF_AREA",
    "INDICATOR",
    "BREAKDOWN",
    "TIME_PERIOD",
    "OBS_VALUE",
    "OBS_STATUS",
    "CONF_STATUS",
    "UNIT_MEASURE",
    "UNIT_MULT",
    "NUMERATOR",
    "DENOMINATOR",
    "STATE",
    "COVERAGE",
    "SOURCE",
    "SYNTHETIC",
    "COMMENT_OBS",
];

/// Columns of numbers, and where they come from.
const NUMBERS: [(&str, &str); 3] =
    [("OBS_VALUE", "value"), ("NUMERATOR", "numerator"), ("DENOMINATOR", "denominator")];

pub(super) struct SdmxCsvWriter<W: Write> {
    schema: SchemaRef,
    inner: CsvWriter<W>,
}

impl<W: Write + Send> SdmxCsvWriter<W> {
    /// # Errors
    /// Where the rows are no values of indicators.
    pub(super) fn new(schema: &SchemaRef, output: W) -> Result<Self, ServeError> {
        let lacks = NEEDED.iter().find(|name| schema.index_of(name).is_err());
        if let Some(name) = lacks {
            let message = format!("SDMX-CSV holds values of indicators: no column `{name}`");
            let hint = "give the extract `indicators`, or rows of indicators.values".to_owned();
            return Err(PublishError::from(LakeError::usage(message, hint)).into());
        }
        let is_number = |name: &str| NUMBERS.iter().any(|(own, _)| *own == name);
        let field = |name: &str| match is_number(name) {
            true => Field::new(name, DataType::Float64, true),
            false => Field::new(name, DataType::Utf8, true),
        };
        let schema = Arc::new(Schema::new(COLUMNS.map(field).to_vec()));
        Ok(Self { inner: CsvWriter::new(&schema, output), schema })
    }
}

impl<W: Write + Send> RowWriter for SdmxCsvWriter<W> {
    fn write(&mut self, rows: &RecordBatch) -> Result<(), ServeError> {
        let records = || (0..rows.num_rows()).map(|row| Record::of(rows, row));
        let column = |name: &&str| -> ArrayRef {
            match NUMBERS.iter().find(|(own, _)| own == name) {
                Some((name, source)) => {
                    let number = |row: Record<'_>| row.number(source).filter(|own| own.is_finite());
                    // Of a value that is missing the standard has NaN.
                    let missing = Some(f64::NAN).filter(|_| *name == "OBS_VALUE");
                    Arc::new(Float64Array::from_iter(records().map(|row| number(row).or(missing))))
                }
                None => {
                    Arc::new(StringArray::from_iter_values(records().map(|row| text(name, row))))
                }
            }
        };
        let columns = COLUMNS.iter().map(column).collect();
        self.inner.write(&RecordBatch::try_new(SchemaRef::clone(&self.schema), columns)?)
    }

    fn finish(self: Box<Self>) -> Result<(), ServeError> {
        Box::new(self.inner).finish()
    }
}

/// A row's text of a column.
fn text(column: &str, row: Record<'_>) -> String {
    let own = |name: &str| row.text_or_empty(name);
    let (state, flags) = (own("state"), own("flags"));
    let said = match column {
        "STRUCTURE" => "datastructure",
        "STRUCTURE_ID" => STRUCTURE_ID,
        "ACTION" => "I",
        "FREQ" => match own("grain").as_str() {
            "Y" => "A",
            "Q" => "Q",
            _ => "M",
        },
        "REF_AREA" => return own("region_code"),
        "INDICATOR" => return own("indicator_id"),
        "BREAKDOWN" => return row.text("breakdown").unwrap_or_else(|| "_T".to_owned()),
        "TIME_PERIOD" => return period_name(&own("grain"), &own("period")),
        "OBS_STATUS" => obs_status(&state, &flags),
        "CONF_STATUS" => conf_status(&state, &flags),
        "UNIT_MEASURE" => return own("unit"),
        "UNIT_MULT" => "0",
        "STATE" => return state,
        "COVERAGE" => return own("coverage"),
        "SOURCE" => return own("sources"),
        "SYNTHETIC" => {
            if has_flag(&flags, "synthetic") {
                "true"
            } else {
                "false"
            }
        }
        _ => return flags,
    };
    said.to_owned()
}

fn has_flag(flags: &str, name: &str) -> bool {
    let word = |flag: &str| flag.split([':', ' ']).any(|word| word == name);
    flags.split(", ").any(word)
}

/// The code of the SDMX list `CL_OBS_STATUS` (2.2): M cannot exist, Q suppressed, O missing, L not
/// collected, G experimental (made-up samples), B break, P provisional, A normal.
fn obs_status(state: &str, flags: &str) -> &'static str {
    match state {
        "ok" | "partial_coverage" if has_flag(flags, "synthetic") => "G",
        "ok" | "partial_coverage" if has_flag(flags, "series_break") => "B",
        "ok" | "partial_coverage" if has_flag(flags, "provisional") => "P",
        "ok" | "partial_coverage" => "A",
        "suppressed" => "Q",
        "denom_zero" | "not_applicable" | "series_break" => "M",
        "incomplete" | "insufficient_coverage" => "L",
        _ => "O",
    }
}

/// The code of the SDMX list `CL_CONF_STATUS` (1.3): F free, A primary confidentiality due to small
/// counts, G due to dominance by one or two units, S secondary, N not for publication (too
/// small a sample).
fn conf_status(state: &str, flags: &str) -> &'static str {
    match state {
        "suppressed" if flags.contains("small_count") => "A",
        "suppressed" if flags.contains("few_respondents") => "A",
        "suppressed" if flags.contains("dominance") => "G",
        "suppressed" if flags.contains("secondary") => "S",
        "suppressed" => "N",
        _ => "F",
    }
}

#[cfg(test)]
mod tests {
    use super::{conf_status, has_flag, obs_status};

    #[test]
    fn states_have_their_code() {
        assert_eq!(obs_status("ok", ""), "A");
        assert_eq!(obs_status("partial_coverage", "1101 synthetic, missing: a"), "G");
        assert_eq!(obs_status("suppressed", "suppressed: small_count, synthetic"), "Q");
        assert_eq!(obs_status("no_data", "synthetic"), "O");
        assert_eq!(obs_status("ok", "provisional"), "P");
        assert_eq!(obs_status("partial_coverage", "missing_points: 1, provisional"), "P");
        assert_eq!(obs_status("ok", "synthetic, provisional"), "G", "made up before all else");
        assert_eq!(obs_status("no_data", "provisional"), "O");
        assert_eq!(conf_status("suppressed", "suppressed: secondary"), "S");
        assert_eq!(conf_status("ok", ""), "F");
        assert!(!has_flag("not_synthetic", "synthetic"));
    }
}
