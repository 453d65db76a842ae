//! The command that makes a workbook for an office whose own file fits no layout.

use super::file::File;
use koridor_contract::codes::normalise;
use koridor_contract::{Contract, Field};
use std::collections::BTreeSet;

/// The command with dataset, region and year as far as the file tells them, in both languages; of
/// an unknown dataset the command that lists them.
pub(super) fn template_command(file: &File<'_>, dataset: Option<&str>) -> (String, String) {
    let Some(dataset) = dataset else {
        let command = "koridor template";
        return (command.to_owned(), command.to_owned());
    };
    let region = region(file);
    let year = year(file).map(|year| year.to_string());
    let command = |region_word: &str, year_word: &str| {
        let region = region.as_deref().unwrap_or(region_word);
        let year = year.as_deref().unwrap_or(year_word);
        format!("koridor template {dataset} --region {region} --year {year}")
    };
    (command("WILAYAH", "TAHUN"), command("REGION", "YEAR"))
}

/// The dataset whose words a file without a layout has most of: its title in the file's name or
/// near its top, titles of its fields or names of its codes as labels. `None` where two have as
/// many.
pub(super) fn likely_dataset<'file>(file: &File<'file>, labels: &[String]) -> Option<&'file str> {
    let texts: Vec<String> = std::iter::once(file.name)
        .chain(file.sheets.near_top())
        .map(|text| format!(" {} ", normalise(text)))
        .collect();
    let base = |label: &String| normalise(label.split('(').next().unwrap_or_default());
    let labels: Vec<String> = labels.iter().map(base).filter(|label| !label.is_empty()).collect();
    let points = |contract: &Contract| {
        let title = format!(" {} ", normalise(&contract.title));
        let words = words(file, contract);
        let named = texts.iter().any(|text| text.contains(&title));
        2 * usize::from(named) + labels.iter().filter(|label| words.contains(*label)).count()
    };
    let mut all: Vec<(usize, &'file str)> = file
        .project
        .datasets
        .values()
        .map(|contract| (points(contract), contract.name.as_str()))
        .collect();
    all.sort();
    match all.as_slice() {
        [.., (second, _), (most, name)] if most > second && *most > 1 => Some(name),
        _ => None,
    }
}

/// Titles and further names of a dataset's fields, and names of their codes; not those of places
/// and periods, which most datasets have.
fn words(file: &File<'_>, contract: &Contract) -> BTreeSet<String> {
    let is_common = |field: &&Field| {
        field.koridor.month || matches!(field.koridor.codes.as_deref(), Some("region" | "point"))
    };
    let fields = contract.own_fields().iter().filter(|field| !is_common(field));
    let of_field = |field: &'_ Field| {
        let list = field.koridor.codes.as_ref().and_then(|name| file.project.codes.get(name));
        let codes = list.into_iter().flat_map(|list| list.codes()).flat_map(|code| {
            let names = ["name", "name_en", "aliases"].into_iter();
            let names = names.filter_map(|name| code.attributes.get(name));
            names.flat_map(|text| text.split('|')).chain([code.code.as_str()])
        });
        let own = [field.title.as_str()].into_iter();
        let own = own.chain(field.koridor.aliases.iter().map(String::as_str));
        own.chain(codes).map(normalise).collect::<Vec<_>>()
    };
    fields.flat_map(of_field).collect()
}

/// The region that is said of the file, that of its office, or the one that it names.
fn region(file: &File<'_>) -> Option<String> {
    let offices = file.project.codes.get("source");
    let of_office = || {
        let office = file.said.source.as_ref()?;
        offices?.attribute(office, "region_code").map(str::to_owned)
    };
    let named = || {
        let list = file.project.codes.get("region")?;
        let texts = std::iter::once(file.name).chain(file.sheets.near_top());
        let codes = texts.filter_map(|text| list.one_named_in(text).map(|(_, code)| code));
        only(codes.filter(|code| file.project.corridor.regions.iter().any(|own| own == code)))
    };
    let said = file.said.region.clone();
    said.or_else(of_office).or_else(|| named().map(str::to_owned))
}

/// The year in the file's name, else the only one near its top.
fn year(file: &File<'_>) -> Option<u32> {
    only(years(file.name)).or_else(|| only(file.sheets.near_top().flat_map(years)))
}

/// Numbers of four digits in a text that may be years of figures.
fn years(text: &str) -> impl Iterator<Item = u32> {
    let runs = text.split(|mark: char| !mark.is_ascii_digit()).filter(|run| run.len() == 4);
    runs.filter_map(|run| run.parse().ok()).filter(|year| (1950..=2100).contains(year))
}

/// The one value, where all are the same.
fn only<Value: Ord>(values: impl Iterator<Item = Value>) -> Option<Value> {
    let mut values: BTreeSet<Value> = values.collect();
    if values.len() == 1 { values.pop_first() } else { None }
}
