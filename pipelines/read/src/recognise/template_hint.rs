//! The command that makes a workbook for an office whose own file fits no layout.

use super::file::File;
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
