//! Which dataset, source and layout a landed file is: from what the caller says, the folder it lies in, its name and its header.

use crate::layout::{self, Given};
use crate::project::Project;
use crate::readers::{Container, Refusal, Sheet};
use koridor_contract::codes::did_you_mean;
use koridor_contract::source::{COMMON_FIELDS, Format, matches};
use koridor_contract::{Contract, Source};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the caller says of a file.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Dataset.
    pub dataset: Option<String>,
    /// Source description or office.
    pub source: Option<String>,
    /// Region for rows that carry none.
    pub region: Option<String>,
    /// Release date as ISO text.
    pub released: Option<String>,
}

/// A file's place in the project.
#[derive(Debug, Clone)]
pub struct Recognised {
    /// The contract its rows must meet.
    pub contract: Arc<Contract>,
    /// How it is laid out.
    pub source: Arc<Source>,
    /// What holds for all its rows.
    pub given: Given,
}

impl Recognised {
    /// Name of the layout, for the ledger.
    pub fn layout(&self) -> &str {
        if self.source.name.is_empty() { "canonical" } else { &self.source.name }
    }

    /// The office, where the file has one for all rows.
    pub fn source_id(&self) -> Option<&str> {
        self.given.constants.get("source_id").map(String::as_str)
    }
}

/// What the caller says of a file, and where that is silent the folders it lies in: dataset, description or office, release date.
pub fn hinted(project: &Project, request: &Request, path: &str) -> Request {
    let folder = |known: &dyn Fn(&str) -> bool| {
        path.split('/').rev().skip(1).find(|folder| known(folder)).map(str::to_owned)
    };
    let is_source = |name: &str| project.sources.contains_key(name) || is_office(project, name);
    let is_day = |name: &str| {
        name.len() == 10
            && koridor_contract::date::parse_date(name.as_bytes(), Default::default()).is_some()
    };
    Request {
        dataset: request
            .dataset
            .clone()
            .or_else(|| folder(&|name| project.datasets.contains_key(name))),
        source: request.source.clone().or_else(|| folder(&is_source)),
        region: request.region.clone(),
        released: request.released.clone().or_else(|| folder(&is_day)),
    }
}

/// Whether a name is that of an office that sends files.
pub fn is_office(project: &Project, name: &str) -> bool {
    project.codes.get("source").is_some_and(|list| list.contains(name))
}

/// Recognises a file from its sheets (for a text file: its first lines as one sheet).
///
/// # Errors
/// A refusal that says what was expected, where nothing fits or two layouts fit equally well.
pub fn recognise(
    project: &Project,
    request: &Request,
    path: &str,
    container: Container,
    sheets: &[Sheet],
) -> Result<Recognised, Refusal> {
    let file_name = path.rsplit('/').next().unwrap_or(path).to_owned();
    let folders: Vec<&str> = path.split('/').rev().skip(1).collect();
    let sources = project.codes.get("source");
    let is_office = |name: &str| sources.is_some_and(|list| list.contains(name));
    let Request { dataset, source: named, released, .. } = hinted(project, request, path);
    if let Some(dataset) = &dataset
        && !project.datasets.contains_key(dataset)
    {
        let near = did_you_mean(dataset, project.datasets.keys().map(String::as_str))
            .map(|near| format!("; \"{near}\"?"))
            .unwrap_or_default();
        return Err(Refusal::new(
            "unknown_dataset",
            format!("dataset \"{dataset}\" tidak dikenal{near}"),
            format!("there is no dataset \"{dataset}\"{near}"),
        ));
    }
    if let Some(name) = &named
        && !project.sources.contains_key(name)
        && !is_office(name)
    {
        let offices =
            sources.into_iter().flat_map(|list| list.codes()).map(|code| code.code.as_str());
        let near = did_you_mean(name, project.sources.keys().map(String::as_str).chain(offices))
            .map(|near| format!("; \"{near}\"?"))
            .unwrap_or_default();
        return Err(Refusal::new(
            "unknown_source",
            format!("sumber \"{name}\" tidak dikenal{near}"),
            format!("there is no source \"{name}\"{near}"),
        ));
    }
    let place = |contract: &Arc<Contract>, source: Arc<Source>, office: Option<String>| {
        let mut given = Given { file_name: file_name.clone(), ..Given::default() };
        if let Some(office) = office {
            if let (Some(region), Some(slice)) = (
                sources.and_then(|list| list.attribute(&office, "region_code")),
                &contract.koridor.slice,
            ) && contract.fields.iter().any(|field| {
                field.name == slice.region && field.koridor.codes.as_deref() == Some("region")
            }) {
                given.constants.insert(slice.region.clone(), region.to_owned());
            }
            given.constants.insert("source_id".into(), office);
        }
        if let (Some(region), Some(slice)) = (&request.region, &contract.koridor.slice) {
            given.constants.insert(slice.region.clone(), region.clone());
        }
        if let Some(released) = &released {
            given.constants.insert("release_date".into(), released.clone());
        }
        Recognised { contract: Arc::clone(contract), source, given }
    };

    // A description named by the caller is the only candidate; its own words then say what is missing.
    if let Some(source) = named.as_ref().and_then(|name| project.sources.get(name)) {
        if let Some(dataset) = dataset.as_ref().filter(|dataset| **dataset != source.dataset) {
            return Err(Refusal::new(
                "wrong_dataset",
                format!(
                    "sumber {} berisi dataset {}, bukan {dataset}",
                    source.name, source.dataset
                ),
                format!("source {} holds dataset {}, not {dataset}", source.name, source.dataset),
            ));
        }
        let contract = contract_of(project, source)?;
        let in_folder = folders
            .iter()
            .find(|folder| source.source_ids.iter().any(|id| id == **folder))
            .map(|folder| (*folder).to_owned());
        let only = source.source_ids.first().filter(|_| source.source_ids.len() == 1).cloned();
        let office =
            if is_office(&source.name) { Some(source.name.clone()) } else { in_folder.or(only) };
        if !is_format(source, container) {
            return Err(wrong_format(source));
        }
        if let Err(refusal) = fit(sheets, source, contract) {
            // A name may be both a layout's and an office's, and an office may send the canonical layout.
            let mut candidate = place(contract, Arc::clone(source), office.clone());
            candidate.source = Arc::new(layout::canonical(contract, &candidate.given));
            let is_canonical =
                is_office(&source.name) && fit(sheets, &candidate.source, contract).is_ok();
            return if is_canonical { Ok(candidate) } else { Err(refusal) };
        }
        if office.is_none() && !gives_office(source) {
            return Err(which_office(source));
        }
        return Ok(place(contract, Arc::clone(source), office));
    }
    let lower = file_name.to_lowercase();
    let mut fits: Vec<(usize, &Arc<Source>)> = Vec::new();
    let mut nearest: Option<Refusal> = None;
    for source in project.sources.values().filter(|source| is_format(source, container)) {
        if dataset.as_ref().is_some_and(|dataset| *dataset != source.dataset)
            || named.as_ref().is_some_and(|office| !source.source_ids.contains(office))
        {
            continue;
        }
        let is_named = source.files.iter().any(|pattern| matches(&pattern.to_lowercase(), &lower));
        if source.draft || (source.named_only && !is_named) {
            continue;
        }
        match fit(sheets, source, contract_of(project, source)?) {
            Ok(columns) => fits.push((columns + if is_named { 1000 } else { 0 }, source)),
            Err(refusal) if is_named => nearest = Some(refusal),
            Err(_) => {}
        }
    }
    fits.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    if let Some((score, source)) = fits.first().map(|(score, source)| (*score, Arc::clone(source)))
    {
        let is_ambiguous = |(second, other): &&(usize, &Arc<Source>)| {
            *second == score
                && other.dataset != source.dataset
                && share_a_sheet(project, sheets, &source, other)
        };
        if let Some((_, other)) = fits.get(1).filter(is_ambiguous) {
            return Err(Refusal::new(
                "ambiguous_layout",
                format!(
                    "berkas cocok dengan {} dan {}; sebutkan sumbernya",
                    source.name, other.name
                ),
                format!("the file fits {} and {}; name its source", source.name, other.name),
            ));
        }
        let office = named.clone().or_else(|| {
            source.source_ids.first().filter(|_| source.source_ids.len() == 1).cloned()
        });
        if office.is_none() && !gives_office(&source) {
            return Err(which_office(&source));
        }
        return Ok(place(contract_of(project, &source)?, source, office));
    }
    // The canonical layout: the contract's own field names.
    let contracts: Vec<&Arc<Contract>> = match &dataset {
        Some(dataset) => project.datasets.get(dataset).into_iter().collect(),
        None => project.datasets.values().collect(),
    };
    let mut candidates: Vec<(usize, Recognised)> = Vec::new();
    for contract in &contracts {
        let mut candidate = place(
            contract,
            Arc::new(layout::canonical(contract, &Given::default())),
            named.clone(),
        );
        candidate.source = Arc::new(layout::canonical(contract, &candidate.given));
        match fit(sheets, &candidate.source, contract) {
            Ok(columns) => candidates.push((columns, candidate)),
            Err(refusal) if dataset.is_some() => nearest = Some(nearest.unwrap_or(refusal)),
            Err(_) => {}
        }
    }
    // The dataset that names most of the header; a place and a month alone name none.
    let most = candidates.iter().map(|(columns, _)| *columns).max().unwrap_or_default();
    candidates.retain(|(columns, _)| *columns == most);
    if let [(_, one), (_, other), ..] = candidates.as_slice() {
        return Err(Refusal::new(
            "ambiguous_layout",
            format!(
                "berkas cocok dengan dataset {} dan {}; beri --dataset atau letakkan di folder bernama dataset",
                one.contract.name, other.contract.name
            ),
            format!(
                "the file fits the datasets {} and {}; give --dataset or put it in a folder named after its dataset",
                one.contract.name, other.contract.name
            ),
        ));
    }
    if let Some((_, candidate)) = candidates.pop() {
        let contract = &candidate.contract;
        let is_measured = |found: &layout::Found| {
            let columns =
                contract.fields.iter().zip(&found.columns).filter(|(_, column)| column.is_some());
            columns.into_iter().any(|(field, _)| {
                !field.koridor.month
                    && field.koridor.codes.as_deref() != Some("region")
                    && !COMMON_FIELDS.contains(&field.name.as_str())
            })
        };
        let found = sheets
            .iter()
            .filter_map(|sheet| find_header(sheet, &candidate.source, contract).ok())
            .collect::<Vec<_>>();
        if dataset.is_some() || found.iter().any(is_measured) {
            let carries = |found: &layout::Found| {
                contract
                    .field_index("source_id")
                    .is_some_and(|index| found.columns.get(index).is_some_and(Option::is_some))
            };
            if named.is_none() && !found.iter().any(carries) {
                return Err(Refusal::new(
                    "unknown_source",
                    "sumber berkas tidak diketahui; letakkan di folder bernama kode sumber atau beri --source",
                    "the file's source is not known; put it in a folder named after the source or give --source",
                ));
            }
            return Ok(candidate);
        }
    }
    if let (Some(refusal), Some(dataset)) = (&nearest, &dataset) {
        // The file may be a good one of another dataset.
        let other = project
            .sources
            .values()
            .filter(|source| source.dataset != *dataset && is_format(source, container))
            .find(|source| {
                contract_of(project, source)
                    .is_ok_and(|contract| fit(sheets, source, contract).is_ok())
            });
        let canonical_other = project
            .datasets
            .values()
            .filter(|contract| contract.name != *dataset)
            .filter_map(|contract| {
                Some((
                    fit(sheets, &layout::canonical(contract, &Given::default()), contract).ok()?,
                    contract,
                ))
            })
            .max_by_key(|(columns, _)| *columns)
            .map(|(_, contract)| contract);
        if let Some(name) = canonical_other
            .map(|contract| contract.name.clone())
            .or_else(|| other.map(|source| source.dataset.clone()))
        {
            return Err(Refusal::new(
                "wrong_dataset",
                format!(
                    "berkas ini tampaknya dataset {name}, bukan {dataset}; {}",
                    refusal.message.id
                ),
                format!(
                    "the file looks like dataset {name}, not {dataset}; {}",
                    refusal.message.en
                ),
            ));
        }
    }
    Err(nearest.unwrap_or_else(|| {
        let header = sheets.iter().find_map(|sheet| {
            let texts: Vec<String> = (0..sheet.cells.width())
                .map(|column| sheet.cells.text(0, column).trim().to_owned())
                .filter(|text| !text.is_empty())
                .take(8)
                .collect();
            (!texts.is_empty()).then(|| texts.join(", "))
        });
        let header = header.unwrap_or_default();
        Refusal::new(
            "unknown_layout",
            format!(
                "tidak ada uraian sumber yang cocok dengan berkas ini (baris pertama: {header}); tambahkan schemas/sources/<NAMA>.json"
            ),
            format!("no source description fits the file (first row: {header}); add schemas/sources/<NAME>.json"),
        )
    }))
}

/// Descriptions of other datasets that fit sheets which the recognised one leaves out: one for each dataset.
pub fn further(
    project: &Project,
    recognised: &Recognised,
    path: &str,
    container: Container,
    sheets: &[Sheet],
) -> Vec<String> {
    let (own, contract) = (&recognised.source, &recognised.contract);
    let is_read = |sheet: &Sheet| is_sheet(own, sheet) && find_header(sheet, own, contract).is_ok();
    let left: Vec<&Sheet> = sheets
        .iter()
        .filter(|sheet| !sheet.is_hidden && !sheet.is_blank() && !is_read(sheet))
        .collect();
    // A layout of field names says nothing of other sheets.
    if container != Container::Workbook || left.is_empty() || own.name.is_empty() {
        return Vec::new();
    }
    let folders: Vec<&str> = path.split('/').rev().skip(1).collect();
    let lower = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let office = recognised.source_id();
    let mut found: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for source in project.sources.values().filter(|source| {
        source.dataset != contract.name && !source.draft && is_format(source, container)
    }) {
        let is_named = source.files.iter().any(|pattern| matches(&pattern.to_lowercase(), &lower));
        let is_from = source
            .source_ids
            .iter()
            .any(|id| Some(id.as_str()) == office || folders.contains(&id.as_str()));
        if (source.named_only && !is_named) || !is_from {
            continue;
        }
        let Ok(other) = contract_of(project, source) else { continue };
        let fits = left
            .iter()
            .filter(|sheet| is_sheet(source, sheet))
            .filter_map(|sheet| find_header(sheet, source, other).ok());
        let columns = fits.map(|found| found.columns.iter().flatten().count()).max();
        if let Some(columns) = columns
            && found.get(source.dataset.as_str()).is_none_or(|(most, _)| columns > *most)
        {
            found.insert(&source.dataset, (columns, &source.name));
        }
    }
    found.into_values().map(|(_, name)| name.to_owned()).collect()
}

/// Whether two descriptions read the same sheet of a file.
fn share_a_sheet(project: &Project, sheets: &[Sheet], one: &Source, other: &Source) -> bool {
    let reads = |source: &Source, sheet: &Sheet| {
        is_sheet(source, sheet)
            && contract_of(project, source)
                .is_ok_and(|contract| find_header(sheet, source, contract).is_ok())
    };
    sheets.iter().any(|sheet| reads(one, sheet) && reads(other, sheet))
}

/// Whether a layout says in its cells or constants which office a row is from.
fn gives_office(source: &Source) -> bool {
    source.columns.iter().any(|column| column.field == "source_id")
        || source.constants.contains_key("source_id")
}

fn which_office(source: &Source) -> Refusal {
    let offices = source.source_ids.join(", ");
    Refusal::new(
        "which_office",
        format!(
            "tata letak {} dipakai beberapa instansi; beri --source atau letakkan di folder bernama kode sumber: {offices}",
            source.name
        ),
        format!(
            "layout {} is used by several offices; give --source or a folder named after one of: {offices}",
            source.name
        ),
    )
}

fn contract_of<'project>(
    project: &'project Project,
    source: &Source,
) -> Result<&'project Arc<Contract>, Refusal> {
    // Checked when the project was loaded.
    project.datasets.get(&source.dataset).ok_or_else(|| {
        Refusal::new("unknown_dataset", source.dataset.clone(), source.dataset.clone())
    })
}

fn is_format(source: &Source, container: Container) -> bool {
    match (source.format, container) {
        (Some(Format::BpsWebapi), Container::Json) => true,
        (Some(Format::BpsWebapi), _) | (_, Container::Json) => false,
        (Some(Format::Csv), Container::Text)
        | (Some(Format::Workbook), Container::Workbook)
        | (Some(Format::Parquet), Container::Parquet)
        | (None, _) => true,
        _ => false,
    }
}

fn wrong_format(source: &Source) -> Refusal {
    let wanted = source.format.map(|format| format!("{format:?}")).unwrap_or_default();
    Refusal::new(
        "wrong_format",
        format!("sumber {} memerlukan berkas {wanted}", source.name),
        format!("source {} needs a {wanted} file", source.name),
    )
}

/// Number of columns a description recognises in the best sheet.
fn fit(sheets: &[Sheet], source: &Source, contract: &Contract) -> Result<usize, Refusal> {
    let mut refusal = None;
    for sheet in sheets.iter().filter(|sheet| is_sheet(source, sheet)) {
        match find_header(sheet, source, contract) {
            Ok(found) => {
                if let Some(variable) = source.variable
                    && !sheet_has_variable(sheet, variable)
                {
                    continue;
                }
                return Ok(found.columns.iter().flatten().count());
            }
            // The sheet that comes nearest is the first as a rule.
            Err(found) => refusal = refusal.or(Some(found)),
        }
    }
    Err(refusal.unwrap_or_else(|| {
        Refusal::new("no_sheet", "tidak ada lembar yang cocok", "no sheet fits")
    }))
}

fn find_header(
    sheet: &Sheet,
    source: &Source,
    contract: &Contract,
) -> Result<layout::Found, Refusal> {
    let turned = layout::turned(sheet, source);
    layout::find_header(
        turned.as_ref().and_then(|lists| lists.first()).unwrap_or(sheet),
        source,
        contract,
    )
}

/// Whether a description speaks of a sheet.
pub fn is_sheet(source: &Source, sheet: &Sheet) -> bool {
    !sheet.is_hidden
        && (source.sheets.is_empty()
            || source
                .sheets
                .iter()
                .any(|pattern| matches(&pattern.to_lowercase(), &sheet.name.to_lowercase())))
}

fn sheet_has_variable(sheet: &Sheet, variable: u64) -> bool {
    let column = crate::readers::bps_webapi::COLUMNS
        .iter()
        .position(|name| *name == "var_id")
        .unwrap_or_default();
    (1..sheet.cells.len()).any(|row| sheet.cells.text(row, column) == variable.to_string())
}
