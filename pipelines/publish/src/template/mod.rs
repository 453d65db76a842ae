//! The workbook that an office fills in: a layout that a description recognises, with its keys
//! given, its codes as lists and a word on each column. What it holds; `koridor-serve` writes it.

mod allowed;
mod column;
mod rows;

use crate::error::PublishError;
use allowed::Allowed;
pub use column::{Kind, TemplateColumn};
use koridor_contract::message::Message;
use koridor_contract::source::{COMMON_FIELDS, Format, TEMPLATE_MARK, matches};
use koridor_contract::{Contract, Project, Source};
use koridor_lake::{Engine, LakeError};
use koridor_read::layout::{Given, canonical};
use std::sync::Arc;

/// What a template is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'text> {
    /// The dataset.
    pub dataset: &'text str,
    /// Code of the region.
    pub region: &'text str,
    /// The year whose periods are given.
    pub year: i32,
    /// A description or an office; the first that fits if none.
    pub source: Option<&'text str>,
}

/// A workbook to be filled in.
#[derive(Debug, Clone)]
pub struct Template {
    /// Name of the layout: a description, or `canonical`.
    pub layout: String,
    /// The office that it is for.
    pub office: String,
    /// Name of the sheet that is filled in.
    pub sheet: String,
    /// Lines above the table.
    pub titles: Vec<String>,
    /// The columns, as the layout has them.
    pub columns: Vec<TemplateColumn>,
    /// Rows whose keys are given; a blank text is to be filled in.
    pub rows: Vec<Vec<String>>,
    /// What holds for all rows and has no column.
    pub constants: Vec<Message>,
}

/// The templates that fit what is wanted, the best first: by a description whose office is the
/// region's, by one whose office serves all regions, and in the contract's own layout.
///
/// # Errors
/// Where there is no such dataset, no template can be made for it, or no office is known.
pub fn templates(
    engine: &Engine,
    project: &Project,
    wanted: Wanted<'_>,
) -> Result<Vec<Template>, PublishError> {
    let contract = dataset(project, wanted.dataset)?;
    let layouts = layouts(project, contract, wanted);
    if layouts.is_empty() {
        return Err(no_office(project, contract, wanted).into());
    }
    let allowed = Allowed::of(engine, contract)?;
    let template = |(source, office): &(Arc<Source>, String)| {
        let office_name =
            project.codes.get("source").and_then(|list| list.attribute(office, "name"));
        let columns = column::columns(project, contract, source, wanted.region, &allowed)?;
        let region = region_name(project, wanted.region);
        let mut titles = vec![
            format!("{TEMPLATE_MARK}: {NOTE}"),
            format!("Instansi: {}", office_name.unwrap_or(office)),
            format!("{}: {region}, {}", contract.title, wanted.year),
        ];
        titles.truncate(source.header.within.saturating_sub(1));
        Ok(Template {
            layout: layout_name(source),
            office: office.clone(),
            sheet: sheet_name(source, contract),
            titles,
            rows: rows::rows(project, contract, (source, office), wanted, &columns),
            constants: constants(contract, source),
            columns,
        })
    };
    layouts.iter().map(template).collect()
}

/// What the first line of a template says behind its mark.
const NOTE: &str = "baris yang belum diisi tidak dibaca; arti kolom ada di lembar Petunjuk / rows \
                    that are not filled in are not read; columns are explained in sheet Petunjuk";

/// The contract of a dataset that offices file.
fn dataset<'project>(
    project: &'project Project,
    name: &str,
) -> Result<&'project Contract, LakeError> {
    let table = name.strip_prefix("ref_").unwrap_or(name);
    let file = format!("schemas/codes/{table}.csv");
    if !project.datasets.contains_key(name) && project.file(&file).is_some() {
        return Err(LakeError::usage(
            format!("{name} is a table of the project, which no office fills in"),
            format!("change {file} in the project folder"),
        ));
    }
    Ok(project.dataset(name)?)
}

/// Layouts with their office, the best first.
fn layouts(
    project: &Project,
    contract: &Contract,
    wanted: Wanted<'_>,
) -> Vec<(Arc<Source>, String)> {
    let offices = project.codes.get("source");
    let region_of = |office: &str| offices.and_then(|list| list.attribute(office, "region_code"));
    let is_real = |office: &&String| {
        let is_synthetic = |list: &Arc<koridor_contract::CodeList>| {
            list.attribute(office, "synthetic").is_some_and(|synthetic| synthetic == "true")
        };
        !offices.is_some_and(is_synthetic)
    };
    let office = |ids: &[String], is_wanted: &dyn Fn(&str) -> bool| {
        ids.iter().filter(is_real).find(|office| is_wanted(office)).cloned()
    };
    let described = || {
        let own = project.sources.values().filter(|source| {
            let is_named =
                |name: &str| source.name == name || source.source_ids.iter().any(|id| id == name);
            source.dataset == contract.name
                && can_be_typed(source)
                && wanted.source.is_none_or(is_named)
        });
        own.map(Arc::clone)
    };
    let is_own = |office: &str| region_of(office) == Some(wanted.region);
    let serves_all = |office: &str| region_of(office).is_none();
    let is_asked = |office: &str| wanted.source == Some(office);
    let ranks: [&dyn Fn(&str) -> bool; 3] = [&is_asked, &is_own, &serves_all];
    let mut found = Vec::new();
    for is_wanted in ranks {
        found.extend(described().filter_map(|source| {
            let office = office(&source.source_ids, is_wanted)?;
            Some((source, office))
        }));
    }
    // Of the contract's own layout the office is asked for, or one that sends the dataset.
    let named = wanted.source.filter(|name| offices.is_some_and(|list| list.contains(name)));
    let known = || found.first().map(|(_, office): &(Arc<Source>, String)| office.clone());
    if let Some(office) = named.map(str::to_owned).or_else(known) {
        found.push((Arc::new(own_layout(contract)), office));
    }
    found
}

/// The contract's own layout, with a column for the office.
fn own_layout(contract: &Contract) -> Source {
    let mut source = canonical(contract, &Given::default());
    source.columns.retain(|column| {
        column.field == "source_id" || !COMMON_FIELDS.contains(&column.field.as_str())
    });
    source
}

/// Whether people can type into a layout: one table, one header row, a field a column.
fn can_be_typed(source: &Source) -> bool {
    let headings: Vec<&String> =
        source.headed().flat_map(|own| own.header.iter().chain(&own.join)).collect();
    let is_headed = |header: &String| headings.contains(&header);
    source.is_plain()
        && !source.draft
        && !source.named_only
        && !source.transpose
        && source.section.is_none()
        && source.repeats.is_empty()
        && matches!(source.format, None | Some(Format::Workbook))
        && source.header.has.iter().all(is_headed)
        && source.ignore_rows.iter().all(|rule| rule.column.iter().any(is_headed))
}

fn no_office(project: &Project, contract: &Contract, wanted: Wanted<'_>) -> LakeError {
    let Contract { name, .. } = contract;
    let offices = project.codes.get("source").into_iter().flat_map(|list| list.codes());
    let of_region = offices.filter(|code| {
        code.attributes.get("region_code").is_some_and(|region| region == wanted.region)
    });
    let codes: Vec<&str> = of_region.map(|code| code.code.as_str()).collect();
    LakeError::usage(
        format!("no office of region {} is known to send {name}", wanted.region),
        format!("name it with --source: {}", codes.join(", ")),
    )
}

fn layout_name(source: &Source) -> String {
    if source.name.is_empty() { "canonical".to_owned() } else { source.name.clone() }
}

/// A name that the description's patterns know.
fn sheet_name(source: &Source, contract: &Contract) -> String {
    let plain: String =
        contract.title.chars().filter(|mark| !"[]:*?/\\".contains(*mark)).take(31).collect();
    let is_known = |name: &str| {
        let name = name.to_lowercase();
        source.sheets.iter().any(|pattern| matches(&pattern.to_lowercase(), &name))
    };
    let by_pattern = source.sheets.iter().map(|pattern| pattern.replace('*', ""));
    let mut known = by_pattern.filter(|name| !name.is_empty() && is_known(name));
    if source.sheets.is_empty() || is_known(&plain) { plain } else { known.next().unwrap_or(plain) }
}

fn region_name(project: &Project, code: &str) -> String {
    let name = project.codes.get("region").and_then(|list| list.attribute(code, "name"));
    name.unwrap_or(code).to_owned()
}

/// Fields that have one value in all rows.
fn constants(contract: &Contract, source: &Source) -> Vec<Message> {
    let named = source.constants.iter().map(|(name, value)| {
        let field = contract.fields.iter().find(|field| field.name == *name);
        let title = field.map_or(name.as_str(), |field| field.title.as_str());
        let title_en = field.map_or(name.as_str(), |field| field.koridor.title_en.as_str());
        Message { id: format!("{title}: {value}"), en: format!("{title_en}: {value}") }
    });
    named.collect()
}
