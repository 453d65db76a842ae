//! Reference tables: files under `schemas/codes`, typed by their contracts.

use super::csv::csv_rows;
use super::files::hint;
use crate::error::ProjectError;
use crate::personal::HashKey;
use crate::check::{CheckedBatch, Checker, FieldOrigin, Setting};
use crate::{CellKind, CodeList, CodeLists, Contract, RawBatch};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A reference table: a file under `schemas/codes`, typed by its contract.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The contract `ref_<name>`.
    pub contract: Arc<Contract>,
    /// Its rows.
    pub rows: arrow::array::RecordBatch,
}

/// Checks that the dataset, region and source that a row of a reference table speaks of exist; `*` stands for any.
fn named_things(
    header: &[String],
    row: &[String],
    contracts: &BTreeMap<String, Arc<Contract>>,
    codes: &CodeLists,
) -> Result<(), String> {
    // A table of places may name regions far away; one that speaks of datasets speaks of ours.
    if !header.iter().any(|name| name == "dataset") {
        return Ok(());
    }
    for (name, text) in header
        .iter()
        .zip(row)
        .filter(|(_, text)| !text.is_empty() && *text != "*" && *text != "CORR")
    {
        let list = |list: &str| codes.get(list).is_none_or(|list| list.contains(text));
        let (is_known, near) = match name.as_str() {
            "dataset" => (contracts.contains_key(text), hint(text, contracts.keys())),
            // What stands for a region in a slice may be a point or a route.
            "region_code" => {
                (list("region") || !text.bytes().all(|byte| byte.is_ascii_digit()), String::new())
            }
            "source_id" => (list("source"), String::new()),
            _ => continue,
        };
        if !is_known {
            return Err(format!("{name} `{text}` does not exist{near}"));
        }
    }
    Ok(())
}

pub(super) fn references(
    files: &BTreeMap<String, String>,
    contracts: &BTreeMap<String, Arc<Contract>>,
    codes: &Arc<CodeLists>,
) -> Result<BTreeMap<String, Reference>, ProjectError> {
    // Reference tables hold no personal fields; the key is never used.
    let hash_key = HashKey::new(vec![0; 32])
        .ok_or_else(|| ProjectError::Internal("a key of 32 bytes is long enough".into()))?;
    let mut open_codes = CodeLists::clone(codes);
    if let Some(regions) = open_codes.get_mut("region") {
        // A reference row may speak of a region outside the corridor.
        let rows = regions.codes().iter().map(|code| {
            let mut row = code.attributes.clone();
            row.insert("code".into(), code.code.clone());
            row.remove("open");
            row
        });
        *regions = CodeList::new("region", rows.collect::<Vec<_>>()).map_err(|message| {
            ProjectError::File { file: "schemas/codes/region.csv".into(), line: 0, message }
        })?;
    }
    let setting = Setting {
        codes: Arc::new(open_codes),
        hash_key,
        now: i64::MAX,
        rules: None,
        corrections: Arc::default(),
    };
    let mut references = BTreeMap::new();
    for contract in contracts.values().filter(|contract| contract.is_reference()) {
        let name = contract.name.trim_start_matches("ref_").to_owned();
        let file = format!("schemas/codes/{name}.csv");
        let text = files.get(&file).ok_or_else(|| ProjectError::File {
            file: file.clone(),
            line: 0,
            message: format!(
                "expected the rows of schemas/datasets/{}.json, found no such file",
                contract.name
            ),
        })?;
        let (header, rows) = csv_rows(&file, text)?;
        for (index, row) in rows.iter().enumerate() {
            named_things(&header, row, contracts, codes).map_err(|message| ProjectError::File {
                file: file.clone(),
                line: index as u64 + 2,
                message,
            })?;
        }
        let mut batch = RawBatch::typed(header.len());
        for (index, row) in rows.iter().enumerate() {
            for cell in row {
                batch.push_cell(cell, CellKind::Text);
            }
            batch.end_row(index as u64 + 2);
        }
        let origins: Vec<FieldOrigin> = contract
            .fields
            .iter()
            .map(|field| {
                header
                    .iter()
                    .position(|column| *column == field.name)
                    .map_or(FieldOrigin::Absent, FieldOrigin::Column)
            })
            .collect();
        let CheckedBatch { accepted, rejections, .. } =
            Checker::new(Arc::clone(contract), None, &origins, &setting).check(&batch)
                .map_err(|error| ProjectError::Internal(error.to_string()))?;
        if let Some(rejection) = rejections.first() {
            let message = format!(
                "{} (`{}`)",
                rejection.message.en,
                rejection.value.clone().unwrap_or_default()
            );
            return Err(ProjectError::File { file, line: rejection.row_number, message });
        }
        references.insert(name, Reference { contract: Arc::clone(contract), rows: accepted });
    }
    Ok(references)
}
