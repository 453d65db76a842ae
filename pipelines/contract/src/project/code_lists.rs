//! `schemas/codes/*.csv` that hold a list of codes.

use super::corridor::Corridor;
use super::csv::csv_rows;
use super::files::{stem, under};
use crate::error::ProjectError;
use crate::{CodeList, CodeLists};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The code lists of a project; regions of the corridor are open, others are not. A region of the
/// corridor that is in no list is a mistake. None where a list cannot be read: what follows from
/// that would hide it.
pub(super) fn code_lists(
    files: &BTreeMap<String, String>,
    corridor: &Corridor,
    mistakes: &mut Vec<ProjectError>,
) -> Option<CodeLists> {
    let mut lists = CodeLists::new();
    let before = mistakes.len();
    for (file, text) in under(files, "schemas/codes/", ".csv") {
        let (header, rows) = match csv_rows(file, text) {
            Ok(rows) => rows,
            Err(mistake) => {
                mistakes.push(mistake);
                continue;
            }
        };
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
        match CodeList::new(name, rows) {
            Ok(list) => drop(lists.insert(name.to_owned(), Arc::new(list))),
            Err(message) => {
                mistakes.push(ProjectError::File { file: file.to_owned(), line: 0, message });
            }
        }
    }
    if mistakes.len() > before {
        return None;
    }
    let is_known = |code: &str| lists.get("region").is_some_and(|list| list.contains(code));
    let missing = corridor.regions.iter().filter(|code| !is_known(code));
    mistakes.extend(missing.map(|code| ProjectError::File {
        file: "schemas/corridor.json".into(),
        line: 0,
        message: format!("region `{code}` is not in schemas/codes/region.csv"),
    }));
    mistakes.extend(wrong_transit(corridor, &lists));
    Some(lists)
}

/// Pairs of entry and visited regency that cannot be: one that is in no list, an entry outside the
/// corridor, two pairs of one entry.
fn wrong_transit(corridor: &Corridor, lists: &CodeLists) -> Vec<ProjectError> {
    let mut entries = BTreeSet::new();
    let mut wrong = Vec::new();
    for (index, pair) in corridor.transit.iter().enumerate() {
        // A region of the corridor that is in no list is told once.
        let is_known = corridor.regions.contains(&pair.visited)
            || lists.get("region").is_some_and(|list| list.contains(&pair.visited));
        let message = if !corridor.regions.contains(&pair.entry) {
            format!("`{}` is no region of the corridor", pair.entry)
        } else if !is_known {
            format!("region `{}` is not in schemas/codes/region.csv", pair.visited)
        } else if !entries.insert(&pair.entry) {
            format!("`{}` has two pairs; a regency of entry has one", pair.entry)
        } else {
            continue;
        };
        wrong.push(ProjectError::File {
            file: "schemas/corridor.json".into(),
            line: 0,
            message: format!("/transit/{index}: {message}"),
        });
    }
    wrong
}

/// Whether an office of a region sends anything.
pub(super) fn has_office(codes: &CodeLists, region: &str) -> bool {
    let offices = codes.get("source").into_iter().flat_map(|list| list.codes());
    offices.filter_map(|office| office.attributes.get("region_code")).any(|own| own == region)
}

/// What a corridor may do without: a region of which no office sends anything.
pub(super) fn regions_without_office(
    corridor: &Corridor,
    codes: &CodeLists,
) -> impl Iterator<Item = ProjectError> {
    let without = corridor.regions.iter().filter(move |code| !has_office(codes, code));
    without.map(|code| ProjectError::File {
        file: "schemas/codes/source.csv".into(),
        line: 0,
        message: format!("no office of region `{code}` of the corridor"),
    })
}
