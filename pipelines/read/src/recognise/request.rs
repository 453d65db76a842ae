//! What the caller and the folders say of a file.

use crate::readers::{Refusal, RefusalCode};
use koridor_contract::Project;
use koridor_contract::codes::did_you_mean;
use koridor_contract::date::parse_date;
use koridor_contract::message::Message;

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

/// What the caller says of a file, and where that is silent the folders it lies in: dataset,
/// description or office, release date.
pub fn hinted(project: &Project, request: &Request, path: &str) -> Request {
    let folder = |known: &dyn Fn(&str) -> bool| {
        path.split('/').rev().skip(1).find(|folder| known(folder)).map(str::to_owned)
    };
    let is_source = |name: &str| project.sources.contains_key(name) || is_office(project, name);
    let is_day =
        |name: &str| name.len() == 10 && parse_date(name.as_bytes(), Default::default()).is_some();
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

/// The office whose folder a file lies in.
pub fn office_of_folder(project: &Project, path: &str) -> Option<String> {
    let mut folders = path.split('/').rev().skip(1);
    folders.find(|folder| is_office(project, folder)).map(str::to_owned)
}

/// What is said of a folder of the landing folder whose name is that of no office, description,
/// dataset or day; `None` for one that is.
pub fn unknown_folder(project: &Project, folder: &str) -> Option<Message> {
    let path = format!("{folder}/file");
    let said = hinted(project, &Request::default(), &path);
    if said.dataset.is_some() || said.source.is_some() || said.released.is_some() {
        return None;
    }
    let offices = project.codes.get("source").into_iter().flat_map(|list| list.codes());
    let offices = offices.map(|code| code.code.as_str());
    let near = did_you_mean(folder, offices);
    let (id, en) = match near {
        Some(near) => (format!("; maksudnya {near}?"), format!("; did you mean {near}?")),
        None => Default::default(),
    };
    Some(Message {
        id: format!("folder \"{folder}\" bukan kode instansi{id}"),
        en: format!("the folder \"{folder}\" is no office's code{en}"),
    })
}

/// Refuses a dataset or a source that the project does not have.
pub(super) fn refuse_unknown(project: &Project, request: &Request) -> Result<(), Refusal> {
    if let Some(dataset) = &request.dataset
        && !project.datasets.contains_key(dataset)
    {
        let near = near(dataset, project.datasets.keys().map(String::as_str));
        return Err(Refusal::new(
            RefusalCode::UnknownDataset,
            format!("dataset \"{dataset}\" tidak dikenal{near}"),
            format!("there is no dataset \"{dataset}\"{near}"),
        ));
    }
    if let Some(name) = &request.source
        && !project.sources.contains_key(name)
        && !is_office(project, name)
    {
        let offices = project.codes.get("source").into_iter().flat_map(|list| list.codes());
        let offices = offices.map(|code| code.code.as_str());
        let near = near(name, project.sources.keys().map(String::as_str).chain(offices));
        return Err(Refusal::new(
            RefusalCode::UnknownSource,
            format!("sumber \"{name}\" tidak dikenal{near}"),
            format!("there is no source \"{name}\"{near}"),
        ));
    }
    Ok(())
}

fn near<'name>(wrong: &str, names: impl Iterator<Item = &'name str>) -> String {
    did_you_mean(wrong, names).map(|near| format!("; \"{near}\"?")).unwrap_or_default()
}
