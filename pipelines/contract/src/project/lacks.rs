//! What a corridor lacks although its files can be read: rows that its regions need, parameters
//! that statements ask for. Nothing fails without them; what they are for is left out in silence.

use super::code_lists::{has_office, regions_without_office};
use super::corridor::Corridor;
use super::csv::csv_rows;
use super::files::{Files, under};
use super::geography::Geography;
use crate::error::ProjectError;
use crate::{CodeLists, Contract, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Dated values by region; `*` is any.
const PARAMETERS: &str = "schemas/codes/param.csv";

/// The order of sources by theme and region; `*` is any.
const PRIORITIES: &str = "schemas/codes/source_priority.csv";

/// Contracts by name.
type Datasets = BTreeMap<String, Arc<Contract>>;

/// Offices by the themes of what their layouts hold.
type Layouts<'project> = BTreeMap<BTreeSet<&'project str>, BTreeSet<&'project str>>;

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
    (datasets, sources): (&Datasets, &BTreeMap<String, Arc<Source>>),
    geography: &Geography,
) -> Vec<ProjectError> {
    let mut remarks: Vec<ProjectError> = regions_without_office(corridor, codes).collect();
    let layouts = layouts(datasets, sources, codes);
    remarks.extend(unranked(files, corridor, codes, &layouts));
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
/// regions are, and offices that are not in it where no other of their region is: whatever else
/// there is stands before them.
fn unranked(
    files: &Files,
    corridor: &Corridor,
    codes: &CodeLists,
    layouts: &Layouts<'_>,
) -> Vec<ProjectError> {
    let ranked = by_region(files, PRIORITIES, "theme").unwrap_or_default();
    let all: BTreeSet<&String> =
        ranked.iter().filter(|(region, _)| *region != "*").flat_map(|(_, themes)| themes).collect();
    let order = order(files);
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
        for (office, themes) in unranked_offices(code, codes, layouts, &order) {
            // What is told of the region is not told again.
            let themes: Vec<&str> =
                themes.into_iter().filter(|theme| !missing.contains(theme)).collect();
            if !themes.is_empty() {
                let message = format!(
                    "no row of office `{office}` of region `{code}` for {}: it stands behind all \
                     other sources",
                    themes.join(", ")
                );
                remarks.push(told(PRIORITIES, message));
            }
        }
    }
    remarks
}

/// The offices of a region that are in no order of what they send, with its themes.
fn unranked_offices<'project>(
    region: &str,
    codes: &'project CodeLists,
    layouts: &Layouts<'project>,
    order: &BTreeMap<String, BTreeSet<(String, String)>>,
) -> BTreeMap<&'project str, BTreeSet<&'project str>> {
    let is_own = |office: &str| {
        let list = codes.get("source");
        list.and_then(|list| list.attribute(office, "region_code")) == Some(region)
    };
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (themes, offices) in layouts {
        // Without an order nobody stands before another.
        let themes: BTreeSet<&str> =
            themes.iter().copied().filter(|theme| order.contains_key(*theme)).collect();
        let own: Vec<&str> = offices.iter().copied().filter(|office| is_own(office)).collect();
        let stands = |office: &str| {
            themes
                .iter()
                .filter_map(|theme| order.get(*theme))
                .flatten()
                .any(|(place, source)| source == office && (place == region || place == "*"))
        };
        // Of two offices that may send one thing, one does.
        if themes.len() == 1 && own.iter().any(|office| stands(office)) {
            continue;
        }
        for office in own.into_iter().filter(|office| !stands(office)) {
            found.entry(office).or_default().extend(themes.iter().copied());
        }
    }
    found
}

/// The order of sources: by theme who stands in it, as (region, source).
fn order(files: &Files) -> BTreeMap<String, BTreeSet<(String, String)>> {
    let mut order: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    let Some(Ok((header, rows))) = files.get(PRIORITIES).map(|text| csv_rows(PRIORITIES, text))
    else {
        return order;
    };
    let cell = |row: &[String], name: &str| {
        let place = header.iter().position(|own| own == name);
        place.and_then(|place| row.get(place)).cloned().unwrap_or_default()
    };
    for row in &rows {
        let own = (cell(row, "region_code"), cell(row, "source_id"));
        order.entry(cell(row, "theme")).or_default().insert(own);
    }
    order
}

/// Which offices send what is of which themes, by the layouts that are used.
fn layouts<'project>(
    datasets: &'project Datasets,
    sources: &'project BTreeMap<String, Arc<Source>>,
    codes: &'project CodeLists,
) -> Layouts<'project> {
    let mut layouts = Layouts::new();
    for source in sources.values().filter(|source| !source.draft) {
        let Some(contract) = datasets.get(&source.dataset) else { continue };
        let offices = layouts.entry(themes(contract, codes)).or_default();
        offices.extend(source.source_ids.iter().map(String::as_str));
    }
    layouts
}

/// The themes that a contract may give its rows: the one it names, or the codes of the fields that
/// decide.
fn themes<'project>(
    contract: &'project Contract,
    codes: &'project CodeLists,
) -> BTreeSet<&'project str> {
    let theme = contract.koridor.theme.as_str();
    let named = theme.strip_prefix('\'').and_then(|theme| theme.strip_suffix('\''));
    if let Some(named) = named.filter(|named| !named.contains('\'')) {
        return BTreeSet::from([named]);
    }
    let is_word = |own: &char| own.is_alphanumeric() || *own == '_';
    let words: BTreeSet<&str> = theme.split(|own: char| !is_word(&own)).collect();
    let deciding = contract.fields.iter().filter(|field| words.contains(field.name.as_str()));
    let lists = deciding.filter_map(|field| codes.get(field.koridor.codes.as_ref()?));
    lists.flat_map(|list| list.codes()).map(|own| own.code.as_str()).collect()
}
