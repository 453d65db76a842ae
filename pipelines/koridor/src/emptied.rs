//! Lists of codes without the rows that speak of the built-in corridor, for another corridor to
//! fill in.

use koridor_contract::Project;
use std::collections::BTreeSet;

/// The list of all regions.
const REGIONS: &str = "schemas/codes/region.csv";

/// The built-in lists that name places of which a corridor of other regions has none, by path:
/// without the rows of those places, of their points and of their offices. Where the list of
/// regions knows all of the corridor's, it stays as it is.
pub fn emptied_lists(project: &Project, regions: &BTreeSet<String>) -> Vec<(String, String)> {
    let known: BTreeSet<String> = project.codes.get("region").map_or_else(BTreeSet::new, |list| {
        list.codes().iter().map(|own| own.code.clone()).collect()
    });
    let is_at_home = regions.is_subset(&known);
    let own: BTreeSet<String> = project.corridor.regions.iter().cloned().collect();
    let mut gone = if is_at_home { own } else { known };
    gone.retain(|code| !regions.contains(code));
    let lists: Vec<(&str, &str)> = project
        .files_under("schemas/codes/", ".csv")
        .filter(|(path, _)| *path != REGIONS || !is_at_home)
        .collect();
    // An office or a point of a place that is gone is gone with it.
    let offices = lists.iter().flat_map(|(_, text)| gone_codes(text, &gone)).collect::<Vec<_>>();
    gone.extend(offices);
    let mut emptied = Vec::new();
    for (path, text) in lists {
        let left: String =
            text.split_inclusive('\n').filter(|line| !speaks_of(line, &gone)).collect();
        if left != text {
            emptied.push((path.to_owned(), left));
        }
    }
    emptied
}

/// Codes of a list whose rows speak of what is gone.
fn gone_codes(text: &str, gone: &BTreeSet<String>) -> Vec<String> {
    if !text.starts_with("code,") {
        return Vec::new();
    }
    let rows = text.lines().skip(1).filter(|line| speaks_of(line, gone));
    rows.filter_map(|line| line.split(',').next()).map(str::to_owned).collect()
}

/// Whether a cell of a row, or an end of the route in it, is one of these codes.
fn speaks_of(line: &str, codes: &BTreeSet<String>) -> bool {
    let cells = line.trim_end().split(',');
    let mut named = cells.flat_map(|cell| std::iter::once(cell).chain(ends(cell)));
    named.any(|own| codes.contains(own))
}

/// The ends of a route `ORIGIN-DESTINATION`.
fn ends(cell: &str) -> impl Iterator<Item = &str> {
    let route = cell.split_once('-');
    route.into_iter().flat_map(|(from, to)| [from, to])
}
