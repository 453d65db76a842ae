//! `schemas/corrections/*.csv`: known wrong values.

use super::csv::csv_rows;
use super::files::{hint, under};
use crate::check::Setting;
use crate::error::ProjectError;
use crate::personal::HashKey;
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
    mistakes: &mut Vec<ProjectError>,
) -> Result<Vec<Correction>, ProjectError> {
    let hash_key = HashKey::new(vec![0; 32])
        .ok_or_else(|| ProjectError::Internal("a key of 32 bytes is long enough".into()))?;
    let mut setting = Setting {
        codes: Arc::clone(codes),
        hash_key,
        now: 0,
        rules: None,
        corrections: Arc::default(),
    };
    let mut corrections = Vec::new();
    for (file, text) in under(files, "schemas/corrections/", ".csv") {
        let (header, rows) = match csv_rows(file, text) {
            Ok(rows) => rows,
            Err(mistake) => {
                mistakes.push(mistake);
                continue;
            }
        };
        if header != CORRECTION {
            let expected = format!("expected the columns {}", CORRECTION.join(","));
            mistakes.push(Line { file, number: 1, cells: BTreeMap::new() }.wrong(expected));
            continue;
        }
        for (index, row) in rows.into_iter().enumerate() {
            let cells = CORRECTION.into_iter().zip(row).collect();
            let line = Line { file, number: index + 2, cells };
            match line.checked(datasets, &mut setting) {
                Ok(correction) => corrections.push(correction),
                Err(mistake) => mistakes.push(mistake),
            }
        }
    }
    Ok(corrections)
}

/// One line of a file of corrections.
struct Line<'file> {
    file: &'file str,
    number: usize,
    cells: BTreeMap<&'static str, String>,
}

impl Line<'_> {
    fn wrong(&self, message: impl Into<String>) -> ProjectError {
        ProjectError::File {
            file: self.file.to_owned(),
            line: self.number as u64,
            message: message.into(),
        }
    }

    fn cell(&self, name: &str) -> String {
        self.cells.get(name).cloned().unwrap_or_default()
    }

    /// The contract of the dataset that it names.
    fn contract<'own>(
        &self,
        datasets: &'own BTreeMap<String, Arc<Contract>>,
    ) -> Result<&'own Contract, ProjectError> {
        let dataset = self.cell("dataset");
        let contract = datasets.get(&dataset).map(AsRef::as_ref);
        contract.ok_or_else(|| {
            self.wrong(format!("no dataset `{dataset}`{}", hint(&dataset, datasets.keys())))
        })
    }

    /// The correction, where it fits its contract.
    fn checked(
        &self,
        datasets: &BTreeMap<String, Arc<Contract>>,
        setting: &mut Setting,
    ) -> Result<Correction, ProjectError> {
        let contract = self.contract(datasets)?;
        let correction = self.correction()?;
        setting.corrections = Arc::new(vec![correction.clone()]);
        crate::correction::validate(contract, setting).map_err(|message| self.wrong(message))?;
        Ok(correction)
    }

    fn correction(&self) -> Result<Correction, ProjectError> {
        let key = self.key()?;
        let value = match self.cell("action").as_str() {
            "set" => Some(self.cell("value")),
            "drop" => None,
            other => {
                let message = format!("expected the action `set` or `drop`, found `{other}`");
                return Err(self.wrong(message));
            }
        };
        // A row is dropped while it still says what is wrong in it.
        if self.cell("field").is_empty() {
            let message = "`field` and `expected` say what is wrong: `drop` needs them too";
            return Err(self.wrong(message));
        }
        if self.cell("reason").is_empty() || self.cell("by").is_empty() {
            return Err(self.wrong("a correction says why (reason) and who says so (by)"));
        }
        Ok(Correction {
            id: format!("{}:{}", self.file.trim_start_matches("schemas/corrections/"), self.number),
            dataset: self.cell("dataset"),
            key,
            field: self.cell("field"),
            expected: self.cell("expected"),
            value,
            reason: self.cell("reason"),
            source: self.cell("source"),
            by: self.cell("by"),
            until: self.until()?,
        })
    }

    /// Fields and values that name the row, such as `region_code=CODE;period_month=2024-01-01`.
    fn key(&self) -> Result<Vec<(String, String)>, ProjectError> {
        let pair = |part: &str| {
            let (name, value) = part.split_once('=')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        };
        let key: Option<Vec<_>> =
            self.cells.get("key").and_then(|key| key.split(';').map(pair).collect());
        key.ok_or_else(|| {
            self.wrong("expected a key such as `region_code=CODE;period_month=2024-01-01`")
        })
    }

    /// The last day on which it holds.
    fn until(&self) -> Result<Option<i32>, ProjectError> {
        let text = self.cell("until");
        if text.is_empty() {
            return Ok(None);
        }
        let day = crate::date::parse_date(text.as_bytes(), Default::default());
        let day = day
            .ok_or_else(|| self.wrong(format!("until: `{text}` is no date such as 2026-12-31")))?;
        Ok(Some(day))
    }
}
