//! Reference tables: files under `schemas/codes`, typed by their contracts.

use super::corridor::Corridor;
use super::csv::csv_rows;
use super::expected::from_day_on;
use super::files::hint;
use crate::check::{CheckedBatch, Checker, FieldOrigin, Setting};
use crate::error::ProjectError;
use crate::personal::HashKey;
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

/// Checks that the dataset, region and source that a row of a reference table speaks of exist; `*`
/// stands for any.
fn named_things(
    header: &[String],
    row: &[String],
    contracts: &BTreeMap<String, Arc<Contract>>,
    codes: &CodeLists,
) -> Result<(), String> {
    // A list of places may name regions far away; one that speaks of datasets speaks of ours.
    if header.first().is_some_and(|name| name == "code") {
        return Ok(());
    }
    for (name, text) in header
        .iter()
        .zip(row)
        .filter(|(_, text)| !text.is_empty() && *text != "*" && *text != "CORR")
    {
        let list = |list: &str| codes.get(list).is_none_or(|list| list.contains(text));
        let is_known = match name.as_str() {
            "dataset" => contracts.contains_key(text),
            // What stands for a region in a slice may be a point or a route.
            "region_code" => list("region") || !text.bytes().all(|byte| byte.is_ascii_digit()),
            "source_id" => list("source"),
            _ => continue,
        };
        if !is_known {
            let near = match name.as_str() {
                "dataset" => hint(text, contracts.keys()),
                _ => String::new(),
            };
            return Err(format!("{name} `{text}` does not exist{near}"));
        }
    }
    Ok(())
}

/// Reads the reference tables of a project, each by its contract `ref_<name>`. Rows that name what
/// does not exist are mistakes.
pub(super) fn references(
    files: &BTreeMap<String, String>,
    contracts: &BTreeMap<String, Arc<Contract>>,
    (codes, corridor): (&Arc<CodeLists>, &Corridor),
    mistakes: &mut Vec<ProjectError>,
) -> Result<BTreeMap<String, Reference>, ProjectError> {
    let since = corridor.expected_from().unwrap_or_else(|message| {
        let file = "schemas/corridor.json".to_owned();
        mistakes.push(ProjectError::File { file, line: 0, message });
        None
    });
    // Reference tables hold no personal fields; the key is never used.
    let hash_key = HashKey::new(vec![0; 32])
        .ok_or_else(|| ProjectError::Internal("a key of 32 bytes is long enough".into()))?;
    let setting = Setting {
        codes: Arc::new(with_open_regions(codes)?),
        hash_key,
        now: i64::MAX,
        rules: None,
        corrections: Arc::default(),
    };
    let mut references = BTreeMap::new();
    for contract in contracts.values().filter(|contract| contract.is_reference()) {
        let name = contract.name.trim_start_matches("ref_").to_owned();
        let file = format!("schemas/codes/{name}.csv");
        let Some(text) = files.get(&file) else {
            let message = format!(
                "expected the rows of schemas/datasets/{}.json, found no such file",
                contract.name
            );
            mistakes.push(ProjectError::File { file, line: 0, message });
            continue;
        };
        let (header, rows) = match csv_rows(&file, text) {
            Ok(rows) => rows,
            Err(mistake) => {
                mistakes.push(mistake);
                continue;
            }
        };
        for (index, row) in rows.iter().enumerate() {
            if let Err(message) = named_things(&header, row, contracts, codes) {
                let line = index as u64 + 2;
                mistakes.push(ProjectError::File { file: file.clone(), line, message });
            }
        }
        let mut rows = typed_rows(&file, contract, (&header, &rows), &setting, mistakes)?;
        if let Some(day) = since {
            rows = from_day_on(&rows, day)?;
        }
        references.insert(name, Reference { contract: Arc::clone(contract), rows });
    }
    Ok(references)
}

/// The code lists for reference tables: their rows may speak of a region outside the corridor.
fn with_open_regions(codes: &CodeLists) -> Result<CodeLists, ProjectError> {
    let mut open_codes = codes.clone();
    if let Some(regions) = open_codes.get_mut("region") {
        let rows = regions.codes().iter().map(|code| {
            let mut row = code.attributes.clone();
            row.insert("code".into(), code.code.clone());
            row.remove("open");
            row
        });
        let open = CodeList::new("region", rows.collect::<Vec<_>>()).map_err(|message| {
            ProjectError::File { file: "schemas/codes/region.csv".into(), line: 0, message }
        })?;
        *regions = Arc::new(open);
    }
    Ok(open_codes)
}

/// The rows of a reference file as its contract types them; those that do not fit are mistakes.
fn typed_rows(
    file: &str,
    contract: &Arc<Contract>,
    (header, rows): (&[String], &[Vec<String>]),
    setting: &Setting,
    mistakes: &mut Vec<ProjectError>,
) -> Result<arrow::array::RecordBatch, ProjectError> {
    let mut batch = RawBatch::typed(header.len());
    for (index, row) in rows.iter().enumerate() {
        for cell in row {
            batch.push_cell(cell, CellKind::Text);
        }
        batch.end_row(index as u64 + 2);
    }
    let origin = |name: &str| {
        let column = header.iter().position(|column| column == name);
        column.map_or(FieldOrigin::Absent, FieldOrigin::Column)
    };
    let origins: Vec<FieldOrigin> =
        contract.fields.iter().map(|field| origin(&field.name)).collect();
    let CheckedBatch { accepted, rejections, .. } =
        Checker::new(Arc::clone(contract), None, &origins, setting)
            .check(&batch)
            .map_err(|error| ProjectError::Internal(error.to_string()))?;
    mistakes.extend(rejections.into_iter().map(|rejection| {
        let value = rejection.value.unwrap_or_default();
        let message = format!("{} (`{value}`)", rejection.message.en);
        ProjectError::File { file: file.to_owned(), line: rejection.row_number, message }
    }));
    Ok(accepted)
}
