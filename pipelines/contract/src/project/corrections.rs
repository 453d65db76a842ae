//! `schemas/corrections/*.csv`: known wrong values.

use super::csv::csv_rows;
use super::files::{hint, under};
use crate::error::ProjectError;
use crate::personal::HashKey;
use crate::check::Setting;
use crate::{CodeLists, Contract, Correction};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Columns of a file of corrections.
const CORRECTION: [&str; 10] =
    ["dataset", "key", "field", "expected", "action", "value", "reason", "source", "by", "until"];

/// `schemas/corrections/*.csv`: one known wrong value a line.
pub(super) fn corrections(
    files: &BTreeMap<String, String>,
    datasets: &BTreeMap<String, Arc<Contract>>,
    codes: &Arc<CodeLists>,
) -> Result<Vec<Correction>, ProjectError> {
    let hash_key = HashKey::new(vec![0; 32])
        .ok_or_else(|| ProjectError::Internal("a key of 32 bytes is long enough".into()))?;
    let mut corrections = Vec::new();
    for (file, text) in under(files, "schemas/corrections/", ".csv") {
        let (header, rows) = csv_rows(file, text)?;
        let wrong = |line: usize, message: String| ProjectError::File {
            file: file.to_owned(),
            line: line as u64,
            message,
        };
        if header != CORRECTION {
            return Err(wrong(1, format!("expected the columns {}", CORRECTION.join(","))));
        }
        for (index, row) in rows.into_iter().enumerate() {
            let line = index + 2;
            let cells: BTreeMap<&str, String> = CORRECTION.into_iter().zip(row).collect();
            let cell = |name: &str| cells.get(name).cloned().unwrap_or_default();
            let dataset = cell("dataset");
            let contract = datasets.get(&dataset).ok_or_else(|| {
                wrong(line, format!("no dataset `{dataset}`{}", hint(&dataset, datasets.keys())))
            })?;
            let pair = |part: &str| {
                Some(part.split_once('=')?)
                    .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            };
            let key: Option<Vec<(String, String)>> =
                cells.get("key").and_then(|key| key.split(';').map(pair).collect());
            let key = key.ok_or_else(|| {
                wrong(
                    line,
                    "expected a key such as `region_code=7407;period_month=2024-01-01`".into(),
                )
            })?;
            let value = match cell("action").as_str() {
                "set" => Some(cell("value")),
                "drop" => None,
                other => {
                    return Err(wrong(
                        line,
                        format!("expected the action `set` or `drop`, found `{other}`"),
                    ));
                }
            };
            if cell("reason").is_empty() || cell("by").is_empty() {
                return Err(wrong(
                    line,
                    "a correction says why (reason) and who says so (by)".into(),
                ));
            }
            let until = match cell("until").as_str() {
                "" => None,
                text => Some(
                    crate::date::parse_date(text.as_bytes(), Default::default())
                        .ok_or_else(|| {
                            wrong(line, format!("until: `{text}` is no date such as 2026-12-31"))
                        })?,
                ),
            };
            let correction = Correction {
                id: format!("{}:{line}", file.trim_start_matches("schemas/corrections/")),
                dataset,
                key,
                field: cell("field"),
                expected: cell("expected"),
                value,
                reason: cell("reason"),
                source: cell("source"),
                by: cell("by"),
                until,
            };
            let setting = Setting {
                codes: Arc::clone(codes),
                hash_key: hash_key.clone(),
                now: 0,
                rules: None,
                corrections: Arc::new(vec![correction.clone()]),
            };
            crate::correction::validate(contract, &setting)
                .map_err(|message| wrong(line, message))?;
            corrections.push(correction);
        }
    }
    Ok(corrections)
}

