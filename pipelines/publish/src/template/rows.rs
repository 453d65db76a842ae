//! The rows of a template whose keys are given: a region, its periods, its classes.

use super::Wanted;
use super::column::{Kind, TemplateColumn};
use koridor_contract::contract::PeriodType;
use koridor_contract::date::{DateFormat, MONTHS_ID};
use koridor_contract::{Contract, Field, FieldType, Project, Source};

/// Most rows whose keys are all given; with more, the office chooses.
const MOST_ROWS: usize = 150;
/// Rows of a list whose entries only the office knows.
const LIST_ROWS: usize = 20;

const QUARTERS: [&str; 4] = ["Triwulan I", "Triwulan II", "Triwulan III", "Triwulan IV"];

/// Whether rows are about quarters.
pub(super) fn is_quarterly(contract: &Contract, source: &Source) -> bool {
    period_type(contract, source) == PeriodType::Q
}

/// The length of period that rows of a layout have if they do not say it.
fn period_type(contract: &Contract, source: &Source) -> PeriodType {
    let said = source.constants.get("period_type").map(String::as_str);
    let own = contract.koridor.period_types.iter().copied();
    let said = own.clone().find(|period| Some(period.as_str()) == said);
    said.or_else(|| own.clone().next()).unwrap_or(PeriodType::M)
}

/// The rows, each as wide as the columns.
pub(super) fn rows(
    project: &Project,
    contract: &Contract,
    (source, office): (&Source, &str),
    wanted: Wanted<'_>,
    columns: &[TemplateColumn],
) -> Vec<Vec<String>> {
    let given = |column: &TemplateColumn| given(project, contract, office, wanted, column);
    let fixed: Vec<String> = columns.iter().map(given).collect();
    let periods = periods(contract, source, wanted.year);
    let period = contract.koridor.slice.as_ref().and_then(|slice| slice.period.as_deref());
    let mut rows: Vec<Vec<String>> = match &periods {
        None => vec![fixed; LIST_ROWS],
        Some(periods) => {
            let year = wanted.year.to_string();
            let of_period = |text: &String| {
                let cells = columns.iter().zip(&fixed).map(|(column, fixed)| {
                    match (Some(column.field.as_str()) == period, column.is_joined) {
                        (true, true) => year.clone(),
                        (true, false) => text.clone(),
                        _ => fixed.clone(),
                    }
                });
                cells.collect::<Vec<String>>()
            };
            // A year stands beside its month, or behind it.
            let is_parted =
                columns.iter().any(|own| own.is_joined && Some(own.field.as_str()) == period);
            let texts = periods.iter().map(|text| match (is_parted, text == &year) {
                (true, _) | (_, true) => text.clone(),
                _ => format!("{text} {year}"),
            });
            texts.map(|text| of_period(&text)).collect()
        }
    };
    let Some(classes) = classes(contract, source, columns).filter(|_| periods.is_some()) else {
        return listed(contract, source, rows);
    };
    let all: usize = classes.iter().map(|(_, words)| words.len()).product();
    if rows.len() * all > MOST_ROWS {
        return rows;
    }
    for (column, words) in classes {
        let one = |row: Vec<String>| {
            let with = move |word: &String| {
                let mut row = row.clone();
                if let Some(cell) = row.get_mut(column) {
                    cell.clone_from(word);
                }
                row
            };
            words.iter().map(with).collect::<Vec<_>>()
        };
        rows = rows.into_iter().flat_map(one).collect();
    }
    rows
}

/// Of one period with entries that only the office knows there are several rows.
fn listed(contract: &Contract, source: &Source, rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    match rows.as_slice() {
        [row] if has_open_key(contract, source) => vec![row.clone(); LIST_ROWS],
        _ => rows,
    }
}

/// What is given in a column besides the period: the region, the office.
fn given(
    project: &Project,
    contract: &Contract,
    office: &str,
    wanted: Wanted<'_>,
    column: &TemplateColumn,
) -> String {
    let region = contract.koridor.slice.as_ref().map(|slice| slice.region.as_str());
    let field = contract.fields.iter().find(|field| field.name == column.field);
    let has_region = |field: &Field| field.koridor.codes.as_deref() == Some("region");
    if column.field == "source_id" {
        return office.to_owned();
    }
    if Some(column.field.as_str()) != region || !field.is_some_and(has_region) {
        return String::new();
    }
    // The regions of a list stand in it with the wanted one first.
    match &column.kind {
        Kind::List(words) => words.first().cloned().unwrap_or_default(),
        _ => super::region_name(project, wanted.region),
    }
}

/// The periods of a year as the layout writes them; `None` where only the office knows them.
fn periods(contract: &Contract, source: &Source, year: i32) -> Option<Vec<String>> {
    let name = contract.koridor.slice.as_ref()?.period.as_ref()?;
    let field = contract.fields.iter().find(|field| field.name == *name)?;
    let column = source.columns.iter().find(|column| column.field == *name);
    let dates = column.and_then(|column| column.dates).unwrap_or(source.dates);
    if field.field_type == FieldType::Year || (field.koridor.month && dates == DateFormat::Year) {
        return Some(vec![year.to_string()]);
    }
    if !field.koridor.month {
        return None;
    }
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Some(match period_type(contract, source) {
        PeriodType::M => texts(&MONTHS_ID),
        PeriodType::Q => texts(&QUARTERS),
        PeriodType::Y => texts(&MONTHS_ID[..1]),
    })
}

/// Keys of the layout besides region and period.
fn further_keys<'all>(
    contract: &'all Contract,
    source: &'all Source,
) -> impl Iterator<Item = &'all Field> {
    let slice = contract.koridor.slice.as_ref();
    let is_further = move |field: &&Field| {
        contract.primary_key.contains(&field.name)
            && slice.is_none_or(|slice| {
                slice.region != field.name && slice.period.as_ref() != Some(&field.name)
            })
            && source.columns.iter().any(|column| column.field == field.name)
    };
    contract.fields.iter().filter(is_further)
}

/// Whether a key besides region and period is a name or a number that only the office knows.
fn has_open_key(contract: &Contract, source: &Source) -> bool {
    let mut keys = further_keys(contract, source);
    keys.any(|field| field.constraints.required && !contract.is_given_key(field))
        || contract.koridor.slice.as_ref().is_some_and(|slice| {
            let region = contract.fields.iter().find(|field| field.name == slice.region);
            region.is_some_and(|region| region.koridor.codes.as_deref() != Some("region"))
        })
}

/// The columns of the further keys with their words, where all of them are closed lists.
fn classes(
    contract: &Contract,
    source: &Source,
    columns: &[TemplateColumn],
) -> Option<Vec<(usize, Vec<String>)>> {
    if has_open_key(contract, source) {
        return None;
    }
    let place =
        |field: &Field| columns.iter().position(|own| own.field == field.name && !own.is_joined);
    let words = |field: &Field| {
        let column = place(field)?;
        match columns.get(column).map(|own| &own.kind) {
            Some(Kind::List(words)) if field.constraints.required => Some((column, words.clone())),
            _ => None,
        }
    };
    further_keys(contract, source).map(words).collect()
}
