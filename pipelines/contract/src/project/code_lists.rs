//! `schemas/codes/*.csv` that hold a list of codes.

use super::corridor::Corridor;
use super::csv::csv_rows;
use super::files::{stem, under};
use crate::error::ProjectError;
use crate::{CodeList, CodeLists};
use std::collections::{BTreeMap, BTreeSet};

/// The code lists of a project; regions of the corridor are open, others are not.
pub(super) fn code_lists(
    files: &BTreeMap<String, String>,
    corridor: &Corridor,
) -> Result<CodeLists, ProjectError> {
    let mut lists = CodeLists::new();
    for (file, text) in under(files, "schemas/codes/", ".csv") {
        let (header, rows) = csv_rows(file, text)?;
        if header.first().map(String::as_str) != Some("code") {
            continue;
        }
        let name = stem(file);
        let corridor_regions: BTreeSet<&str> =
            corridor.regions.iter().map(String::as_str).collect();
        let rows = rows.into_iter().map(|row| {
            let mut row: BTreeMap<String, String> = header.iter().cloned().zip(row).collect();
            if name == "region" {
                let open =
                    row.get("code").is_some_and(|code| corridor_regions.contains(code.as_str()));
                row.insert("open".into(), if open { "yes" } else { "no" }.into());
            }
            row
        });
        let list = CodeList::new(name, rows).map_err(|message| ProjectError::File {
            file: file.to_owned(),
            line: 0,
            message,
        })?;
        lists.insert(name.to_owned(), list);
    }
    if let Some(code) = corridor
        .regions
        .iter()
        .find(|code| !lists.get("region").is_some_and(|list| list.contains(code)))
    {
        return Err(ProjectError::File {
            file: "schemas/corridor.json".into(),
            line: 0,
            message: format!("region `{code}` is not in schemas/codes/region.csv"),
        });
    }
    Ok(lists)
}
