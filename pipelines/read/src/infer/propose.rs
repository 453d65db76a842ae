//! Which dataset a file's sheets fit best, and the draft that is made of it.

use super::band::{self, Band};
use super::describe::File;
use super::draft::Draft;
use super::names::{Names, is_measure};
use super::rivals::rivals;
use super::roles::Role;
use super::view::View;
use super::writer::Writer;
use crate::layout::{part, transpose};
use crate::readers::{Sheet, bps_webapi};
use koridor_contract::codes::CodeMatch;
use koridor_contract::{Contract, Project};
use serde_json::{Value, json};

/// Drafts a description for the sheet that fits a dataset best, or the dataset that the caller
/// names.
pub fn draft(
    project: &Project,
    file_name: &str,
    sheets: &[Sheet],
    dataset: Option<&str>,
) -> Option<Draft> {
    let regions = project.codes.get("region");
    let is_place = |text: &str| {
        regions.is_some_and(|list| {
            let found = list.find(text, Default::default());
            matches!(found, CodeMatch::Known(_) | CodeMatch::Outside(_))
        })
    };
    let visible: Vec<(&Sheet, Band)> = sheets
        .iter()
        .filter(|sheet| !sheet.is_hidden && !sheet.is_blank())
        .filter_map(|sheet| Some((sheet, band::find(&sheet.cells, &is_place)?)))
        .collect();
    let contracts: Vec<&Contract> = project
        .datasets
        .values()
        .map(AsRef::as_ref)
        .filter(|contract| dataset.is_none_or(|name| contract.name == name))
        .collect();
    let names: Vec<Names<'_>> =
        contracts.iter().map(|contract| Names::of(project, contract)).collect();
    let lists = lists_of_fields(sheets, &is_place);
    let all = visible
        .iter()
        .map(|(sheet, band)| (*sheet, band))
        .chain(lists.iter().map(|(sheet, band)| (sheet, band)));
    let views = views(all, &names, file_name);
    let best = views.iter().find(|view| view.fits || !view.sheet.addresses.is_transposed())?;
    if dataset.is_none() && !best.fits {
        return Some(without_dataset(best, file_name));
    }
    let rivals = rivals(best, &views);
    let is_same = |view: &&View<'_, '_>| {
        view.names.contract.name == best.names.contract.name
            && view.band.labels == best.band.labels
            && view.sheet.name != best.sheet.name
            && view.sheet.addresses.is_transposed() == best.sheet.addresses.is_transposed()
    };
    let same: Vec<&View<'_, '_>> = views.iter().filter(is_same).collect();
    Some(best.describe(&File { project, name: file_name, rivals: &rivals, same: &same }))
}

/// Each sheet as each contract sees it, the best fit first.
fn views<'sheet, 'project: 'sheet>(
    sheets: impl Iterator<Item = (&'sheet Sheet, &'sheet Band)>,
    names: &'sheet [Names<'project>],
    file_name: &str,
) -> Vec<View<'sheet, 'project>> {
    let mut views: Vec<View<'_, '_>> = sheets
        .flat_map(|(sheet, band)| {
            names.iter().map(move |names| View::new(sheet, band, names, file_name))
        })
        .collect();
    // Of two ways to read a sheet the plain one, unless the other names a list of figures.
    views.retain(|view| !view.sheet.addresses.is_transposed() || view.lists_figures());
    let is_list = |view: &View<'_, '_>| view.sheet.addresses.is_transposed() && view.measures() > 2;
    views.sort_by_key(|view| {
        std::cmp::Reverse((
            view.fits,
            is_list(view) || !view.sheet.addresses.is_transposed(),
            view.score,
        ))
    });
    views
}

/// Sheets that may list their fields below each other, transposed, from the column of the fields'
/// names on.
fn lists_of_fields(sheets: &[Sheet], is_place: &dyn Fn(&str) -> bool) -> Vec<(Sheet, Band)> {
    let is_short = |sheet: &&Sheet| {
        !sheet.is_hidden && !sheet.is_blank() && sheet.cells.len() <= transpose::MOST_ROWS
    };
    let transposed = sheets
        .iter()
        .filter(is_short)
        .map(|sheet| transpose::transpose(sheet, 0..sheet.cells.len()))
        .filter_map(|mut sheet| {
            let cells = &sheet.cells;
            let names = |row: usize| {
                (0..cells.width())
                    .filter(|column| cells.text(row, *column).contains(char::is_alphabetic))
                    .count()
            };
            let first = (0..cells.len()).find(|row| names(*row) * 2 > cells.width())?;
            sheet.cells = part(cells, first..cells.len(), 0..cells.width());
            let band = band::find(&sheet.cells, is_place)?;
            (!band.rows.is_empty()).then_some((sheet, band))
        });
    transposed.collect()
}

/// What can be said of a file that fits no dataset, and why none does.
fn without_dataset(view: &View<'_, '_>, file_name: &str) -> Draft {
    let mut writer = Writer::new(file_name);
    view.describe_band(&mut writer);
    let labels: Vec<&str> = (0..view.sheet.cells.width())
        .map(|column| view.band.lowest(column))
        .filter(|label| !label.is_empty())
        .collect();
    let mut shown = labels.iter().take(12).copied().collect::<Vec<_>>().join(" | ");
    if labels.len() > 12 {
        shown.push_str(" | ...");
    }
    writer.say(format!("judul kolom: {shown}"), format!("the header: {shown}"));
    let found: Vec<String> = view
        .roles
        .iter()
        .enumerate()
        .filter_map(|(column, role)| match role {
            Role::Field(name, _) => Some(format!("\"{}\" -> {name}", view.band.label(column))),
            _ => None,
        })
        .collect();
    let contract = view.names.contract;
    let names = |role: &'_ Role| match role {
        Role::Field(name, _) => Some(name.clone()),
        _ => None,
    };
    let matched: Vec<String> = view.roles.iter().filter_map(names).collect();
    let matched: Vec<&str> = matched.iter().map(String::as_str).collect();
    let lacking: Vec<&str> = contract
        .own_fields()
        .iter()
        .filter(|field| is_measure(field) && !matched.contains(&field.name.as_str()))
        .map(|field| field.name.as_str())
        .collect();
    let (found, lacking) =
        (if found.is_empty() { "-".to_owned() } else { found.join(", ") }, lacking.join(", "));
    writer.say(
        format!(
            "tidak ada dataset yang angkanya disebut judul ini; paling dekat {}: ada {found}; \
             tidak ada {lacking}",
            contract.name
        ),
        format!(
            "no dataset measures what this header names; {} comes nearest: it has {found}; it \
             lacks {lacking}",
            contract.name
        ),
    );
    writer.say(
        "bila berkas memang berisi salah satu dataset, sebutkan: koridor sources infer BERKAS \
         --dataset NAMA",
        "if the file does hold one of the datasets, name it: koridor sources infer FILE --dataset \
         NAME",
    );
    writer.set("dataset", Value::Null);
    writer.finish()
}

/// A draft for a response of the BPS WebAPI, whose columns are fixed.
pub fn draft_webapi(file_name: &str, sheet: &Sheet) -> Draft {
    let column =
        |name: &str| bps_webapi::COLUMNS.iter().position(|own| *own == name).unwrap_or_default();
    let text = |name: &str| sheet.cells.text(1, column(name)).to_owned();
    let mut writer = Writer::new(file_name);
    writer.set("dataset", Value::Null);
    writer.set("format", json!("bps_webapi"));
    writer.set("variable", json!(text("var_id").parse::<u64>().unwrap_or_default()));
    let (label, unit) = (text("var"), text("unit"));
    // The variable's number means something else in another domain.
    writer.set("variable_label", json!({"matches": [label]}));
    writer.say(
        format!(
            "variabel: {label} ({unit}); pilih dataset dan kolomnya di antara {}",
            bps_webapi::COLUMNS.join(", ")
        ),
        format!(
            "the variable is {label} ({unit}); choose the dataset and its columns among {}",
            bps_webapi::COLUMNS.join(", ")
        ),
    );
    writer.finish()
}
