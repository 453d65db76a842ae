//! What a corridor lacks although its files can be read: rows that its regions need, parameters
//! that statements ask for. Nothing fails without them; what they are for is left out in silence.

use super::code_lists::{has_office, regions_without_office};
use super::corridor::Corridor;
use super::csv::csv_rows;
use super::files::{Files, under};
use super::geography::Geography;
use crate::CodeLists;
use crate::error::ProjectError;
use std::collections::{BTreeMap, BTreeSet};

/// Dated values by region; `*` is any.
const PARAMETERS: &str = "schemas/codes/param.csv";

/// The order of sources by theme and region; `*` is any.
const PRIORITIES: &str = "schemas/codes/source_priority.csv";

/// How a statement asks for a parameter.
const CALL: &str = "param('";

/// A parameter that the corridor itself gives.
const OF_CORRIDOR: &str = "utc_offset_hours";

/// Rows that the regions of a corridor need and do not have, and parameters that statements ask
/// for and nobody gives.
pub(super) fn lacks(files: &Files, corridor: &Corridor, codes: &CodeLists) -> Vec<ProjectError> {
    let mut lacking = lists_of_regions(files, corridor, codes);
    lacking.extend(parameters(files, corridor));
    lacking
}

/// What a corridor may do without, and its people should know: regions without an office, offices
/// that stand behind all other sources, regions that a map of the others does not show.
pub(super) fn remarks(
    files: &Files,
    corridor: &Corridor,
    codes: &CodeLists,
    geography: &Geography,
) -> Vec<ProjectError> {
    let mut remarks: Vec<ProjectError> = regions_without_office(corridor, codes).collect();
    remarks.extend(unranked(files, corridor, codes));
    let has_outline = |code: &&String| geography.outlines.contains_key(*code);
    if corridor.regions.iter().any(|code| has_outline(&code)) {
        let without = corridor.regions.iter().filter(|code| !has_outline(code));
        remarks.extend(without.map(|code| {
            told("schemas/geo", format!("no outline of region `{code}`: maps do not show it"))
        }));
    }
    remarks
}

fn told(file: &str, message: String) -> ProjectError {
    ProjectError::File { file: file.to_owned(), line: 0, message }
}

/// Lists besides `region` that hold the regions of the corridor: those named `<what>_region`.
fn lists_of_regions(files: &Files, corridor: &Corridor, codes: &CodeLists) -> Vec<ProjectError> {
    let mut lacking = Vec::new();
    for list in codes.values().filter(|list| list.name.ends_with("_region")) {
        let file = format!("schemas/codes/{}.csv", list.name);
        let header = files.get(&file).and_then(|text| text.lines().next()).unwrap_or_default();
        // A region that is in no list at all is told once.
        let is_known = |code: &str| codes.get("region").is_some_and(|own| own.contains(code));
        let missing = corridor.regions.iter().filter(|code| is_known(code) && !list.contains(code));
        lacking.extend(missing.map(|code| {
            let row = row_of(header, code, codes);
            told(&file, format!("no row of region `{code}` of the corridor; add `{row}`"))
        }));
    }
    lacking
}

/// The row of a region under a header, with what the list of regions knows of it.
fn row_of(header: &str, code: &str, codes: &CodeLists) -> String {
    let region = codes.get("region");
    let cell = |name: &str| match name {
        "code" => code,
        name => region.and_then(|list| list.attribute(code, name)).unwrap_or_default(),
    };
    let quoted = |text: &str| match text.contains([',', '"']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    };
    header.split(',').map(|name| quoted(cell(name.trim()))).collect::<Vec<_>>().join(",")
}

/// Parameters that statements ask for, where neither `*` nor the region has one.
fn parameters(files: &Files, corridor: &Corridor) -> Vec<ProjectError> {
    let Some(given) = by_region(files, PARAMETERS, "name") else { return Vec::new() };
    let mut lacking = Vec::new();
    for (name, (path, is_of_regions)) in asked(files) {
        let has = |region: &str| {
            given.get(region).is_some_and(|names| names.iter().any(|own| own == name))
        };
        if has("*") {
            continue;
        }
        let regions = corridor.regions.iter().filter(|code| !is_of_regions || !has(code));
        let regions: Vec<String> = regions.map(|code| format!("`{code}`")).collect();
        if !regions.is_empty() {
            let whose = match is_of_regions {
                true => format!("region {} of the corridor, nor of `*`", regions.join(", ")),
                false => "`*`".to_owned(),
            };
            let message = format!("no row of parameter `{name}` of {whose}; {path} asks for it");
            lacking.push(told(PARAMETERS, message));
        }
    }
    lacking
}

/// Parameters that statements ask for, each with the first that does and whether any asks for that
/// of a region. One that stands in `coalesce` may be missing, and recipes of samples are not run.
fn asked(files: &Files) -> BTreeMap<&str, (&str, bool)> {
    let mut asked = BTreeMap::new();
    let run = under(files, "sql/", ".sql").filter(|(path, _)| !path.starts_with("sql/generate/"));
    for (path, text) in run {
        for (at, _) in text.match_indices(CALL) {
            let before = text.get(..at).unwrap_or_default();
            let line = before.rsplit('\n').next().unwrap_or_default();
            let behind = text.get(at + CALL.len()..).unwrap_or_default();
            let Some((name, rest)) = behind.split_once('\'') else { continue };
            if line.contains("--") || before.ends_with("coalesce(") || name == OF_CORRIDOR {
                continue;
            }
            let is_of_all = rest.trim_start_matches([',', ' ', '\n']).starts_with("'*'");
            let (_, is_of_regions) = asked.entry(name).or_insert((path, false));
            *is_of_regions |= !is_of_all;
        }
    }
    asked
}

/// Values of a column of a table by `region_code`; `None` where it cannot be read.
fn by_region(
    files: &Files,
    file: &str,
    column: &str,
) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let (header, rows) = csv_rows(file, files.get(file)?).ok()?;
    let place = |name: &str| header.iter().position(|own| own == name);
    let (region, value) = (place("region_code")?, place(column)?);
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        if let (Some(region), Some(value)) = (row.get(region), row.get(value)) {
            found.entry(region.clone()).or_default().insert(value.clone());
        }
    }
    Some(found)
}

/// Regions with offices that are not in the order of sources of a theme where the offices of other
/// regions are: whatever else there is stands before them.
fn unranked(files: &Files, corridor: &Corridor, codes: &CodeLists) -> Vec<ProjectError> {
    let ranked = by_region(files, PRIORITIES, "theme").unwrap_or_default();
    let all: BTreeSet<&String> =
        ranked.iter().filter(|(region, _)| *region != "*").flat_map(|(_, themes)| themes).collect();
    let mut remarks = Vec::new();
    for code in corridor.regions.iter().filter(|code| has_office(codes, code)) {
        let own = ranked.get(code);
        let missing = all.iter().filter(|theme| !own.is_some_and(|own| own.contains(**theme)));
        let missing: Vec<&str> = missing.map(|theme| theme.as_str()).collect();
        if !missing.is_empty() {
            let message = format!(
                "no row of region `{code}` for {}: its offices stand behind all other sources",
                missing.join(", ")
            );
            remarks.push(told(PRIORITIES, message));
        }
    }
    remarks
}
