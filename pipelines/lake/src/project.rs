//! The project: everything under `schemas/` and `sql/`, embedded in the program and overridden by `--project DIR`.
//!
//! Adding a dataset, a source or an indicator is adding files here; nothing in Rust knows their names.

use crate::error::LakeError;
use include_dir::{Dir, include_dir};
use koridor_contract::check::{CheckedBatch, Checker, FieldOrigin, Setting};
use koridor_contract::personal::HashKey;
use koridor_contract::{
    CellKind, CodeList, CodeLists, Contract, Correction, Field, RawBatch, Source,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

static SCHEMAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../schemas");
static SQL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../sql");

/// The corridor: its regencies and what is said of it.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corridor {
    /// Name, such as `wakatobi`.
    pub name: String,
    /// Title in Bahasa Indonesia.
    pub title: String,
    /// Title in English.
    pub title_en: String,
    /// BPS codes of its regencies, in the order they are shown.
    pub regions: Vec<String>,
    /// Hours between local time and UTC.
    pub utc_offset_hours: i32,
}

/// A reference table: a file under `schemas/codes`, typed by its contract.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The contract `ref_<name>`.
    pub contract: Arc<Contract>,
    /// Its rows.
    pub rows: arrow::array::RecordBatch,
}

/// A loaded and validated project.
#[derive(Debug, Clone)]
pub struct Project {
    /// The corridor.
    pub corridor: Corridor,
    /// Contracts of the datasets that offices file, by name.
    pub datasets: BTreeMap<String, Arc<Contract>>,
    /// Source descriptions by name.
    pub sources: BTreeMap<String, Arc<Source>>,
    /// Drafts of descriptions that cannot be used yet, with their first mistake.
    pub unfinished: BTreeMap<String, koridor_contract::ContractError>,
    /// Code lists by name.
    pub codes: Arc<CodeLists>,
    /// Reference tables by name without `ref_`.
    pub references: BTreeMap<String, Reference>,
    /// Corrections of known wrong values.
    pub corrections: Arc<Vec<Correction>>,
    files: BTreeMap<String, String>,
}

impl Project {
    /// Loads the embedded project, with the files of `folder` in place of those of the same path.
    ///
    /// # Errors
    /// Returns the first file that cannot be used, with the place in it.
    pub fn load(folder: Option<&Path>) -> Result<Self, LakeError> {
        let mut files = BTreeMap::new();
        collect(&SCHEMAS, "schemas", &mut files);
        collect(&SQL, "sql", &mut files);
        if let Some(folder) = folder {
            if !folder.is_dir() {
                return Err(LakeError::usage(
                    format!("project folder {} does not exist", folder.display()),
                    "give a folder that holds `schemas` or `sql`".to_owned(),
                ));
            }
            for part in ["schemas", "sql"] {
                read_folder(&folder.join(part), part, &mut files)?;
            }
        }
        Self::from_files(files)
    }

    /// A project from the texts of its files by path, as [`Project::files`] gives them.
    ///
    /// # Errors
    /// Returns the first file that cannot be used, with the place in it.
    pub fn from_files(files: BTreeMap<String, String>) -> Result<Self, LakeError> {
        let corridor_file = "schemas/corridor.json";
        let corridor: Corridor =
            serde_json::from_str(files.get(corridor_file).map(String::as_str).unwrap_or_default())
                .map_err(|error| LakeError::Project {
                    file: corridor_file.into(),
                    line: error.line() as u64,
                    message: error.to_string(),
                })?;
        let mut contracts = BTreeMap::new();
        for (file, text) in under(&files, "schemas/datasets/", ".json") {
            let contract = Contract::parse(file, text)?;
            contracts.insert(contract.name.clone(), Arc::new(contract));
        }
        let codes = Arc::new(code_lists(&files, &corridor)?);
        for (file, contract) in under(&files, "schemas/datasets/", ".json")
            .filter_map(|(file, _)| Some((file, contracts.get(stem(file))?)))
        {
            for (index, field) in contract.fields.iter().enumerate() {
                if let Some(list) =
                    field.koridor.codes.as_ref().filter(|list| !codes.contains_key(*list))
                {
                    return Err(koridor_contract::ContractError {
                        file: file.to_owned(),
                        pointer: format!("/fields/{index}/koridor/codes"),
                        expected: "a list under schemas/codes".into(),
                        found: format!("`{list}`{}", hint(list, codes.keys())),
                    }
                    .into());
                }
            }
        }
        let references = references(&files, &contracts, &codes)?;
        let datasets: BTreeMap<_, _> =
            contracts.into_iter().filter(|(_, contract)| !contract.is_reference()).collect();
        let mut sources = BTreeMap::new();
        let mut unfinished = BTreeMap::new();
        for (file, text) in under(&files, "schemas/sources/", ".json") {
            match description(file, text, &datasets, &codes) {
                Ok(source) => {
                    sources.insert(source.name.clone(), Arc::new(source));
                }
                Err(error) if is_draft(text) => {
                    unfinished.insert(stem(file).to_owned(), error);
                }
                Err(error) => return Err(error.into()),
            }
        }
        let corrections = Arc::new(corrections(&files, &datasets, &codes)?);
        Ok(Self { corridor, datasets, sources, unfinished, codes, references, corrections, files })
    }

    /// The project with a description besides its own, for trying it.
    ///
    /// # Errors
    /// Where the description does not fit its contract or the code lists.
    pub fn with_description(&self, file: &str, text: &str) -> Result<Self, LakeError> {
        let source = description(file, text, &self.datasets, &self.codes)?;
        let mut project = self.clone();
        project.sources.insert(source.name.clone(), Arc::new(source));
        Ok(project)
    }

    /// A dataset's contract, or a hint at the name that was meant.
    ///
    /// # Errors
    /// Where there is no such dataset.
    pub fn dataset(&self, name: &str) -> Result<&Arc<Contract>, LakeError> {
        self.datasets.get(name).ok_or_else(|| {
            LakeError::usage(
                format!("no dataset `{name}`{}", hint(name, self.datasets.keys())),
                format!("datasets: {}", join(self.datasets.keys())),
            )
        })
    }

    /// All its files, by path.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// Fields of a dataset that some source counts from January on.
    pub fn counted_fields<'contract>(
        &self,
        contract: &'contract Contract,
    ) -> Vec<&'contract Field> {
        let sources = || self.sources.values().filter(|source| source.dataset == contract.name);
        let is_counted = |field: &&Field| {
            sources().any(|source| {
                source.columns.iter().any(|column| column.cumulative && column.field == field.name)
            })
        };
        contract.own_fields().iter().filter(is_counted).collect()
    }

    /// Files under a folder of the project, as (path, text).
    pub fn files_under<'project>(
        &'project self,
        folder: &'project str,
        ending: &'project str,
    ) -> impl Iterator<Item = (&'project str, &'project str)> {
        under(&self.files, folder, ending)
    }

    /// One file's text.
    pub fn file(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// A mark of all `schemas/` files: a refused file is taken up again when it changes.
    pub fn mark(&self) -> String {
        self.mark_of("schemas/")
    }

    /// A mark of everything that decides a published number: `schemas/` and `sql/`.
    pub fn full_mark(&self) -> String {
        self.mark_of("s")
    }

    fn mark_of(&self, prefix: &str) -> String {
        let mut hash = xxhash_rust::xxh3::Xxh3::new();
        for (path, text) in self.files_under(prefix, "") {
            hash.update(path.as_bytes());
            hash.update(text.as_bytes());
        }
        format!("{:032x}", hash.digest128())
    }

    /// The moment in local time, microseconds.
    pub fn local_now(&self) -> i64 {
        self.local(chrono::Utc::now().timestamp_micros())
    }

    /// A moment of UTC in local time, microseconds.
    pub fn local(&self, moment: i64) -> i64 {
        moment + i64::from(self.corridor.utc_offset_hours) * 3_600_000_000
    }
}

/// `; did you mean ...?` where a name is near.
pub(crate) fn hint<'name>(wrong: &str, names: impl Iterator<Item = &'name String>) -> String {
    koridor_contract::codes::did_you_mean(wrong, names.map(String::as_str))
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default()
}

pub(crate) fn join<'name>(names: impl Iterator<Item = &'name String>) -> String {
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}

pub(crate) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

fn under<'files>(
    files: &'files BTreeMap<String, String>,
    folder: &'files str,
    ending: &'files str,
) -> impl Iterator<Item = (&'files str, &'files str)> {
    files
        .range(folder.to_owned()..)
        .take_while(move |(path, _)| path.starts_with(folder))
        .filter(move |(path, _)| path.ends_with(ending))
        .map(|(path, text)| (path.as_str(), text.as_str()))
}

fn collect(folder: &Dir<'_>, prefix: &str, files: &mut BTreeMap<String, String>) {
    for file in folder.files().filter(|file| is_ours(&file.path().to_string_lossy())) {
        if let Some(text) = file.contents_utf8() {
            files.insert(format!("{prefix}/{}", file.path().display()), text.to_owned());
        }
    }
    for inner in folder.dirs() {
        collect(inner, prefix, files);
    }
}

/// Files that a project is made of; what explains them is not part of it.
fn is_ours(name: &str) -> bool {
    [".json", ".csv", ".sql"].iter().any(|ending| name.ends_with(ending))
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, String>,
) -> Result<(), LakeError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(LakeError::io(folder, error)),
    };
    for entry in entries {
        let path = entry.map_err(|error| LakeError::io(folder, error))?.path();
        let name = format!("{prefix}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            read_folder(&path, &name, files)?;
        } else if is_ours(&name) {
            files.insert(
                name,
                std::fs::read_to_string(&path).map_err(|error| LakeError::io(&path, error))?,
            );
        }
    }
    Ok(())
}

/// Whether a description says of itself that it is not finished.
fn is_draft(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text)
        .is_ok_and(|value| value.get("draft") == Some(&serde_json::Value::Bool(true)))
}

/// A description that fits its contract and the code lists.
fn description(
    file: &str,
    text: &str,
    datasets: &BTreeMap<String, Arc<Contract>>,
    codes: &CodeLists,
) -> Result<Source, koridor_contract::ContractError> {
    let source = Source::parse(file, text)?;
    let Some(contract) = datasets.get(&source.dataset) else {
        return Err(koridor_contract::ContractError {
            file: file.to_owned(),
            pointer: "/dataset".into(),
            expected: "a dataset under schemas/datasets".into(),
            found: format!("`{}`{}", source.dataset, hint(&source.dataset, datasets.keys())),
        });
    };
    source.fits(file, contract)?;
    let sources = codes.get("source");
    if let Some((index, id)) = source
        .source_ids
        .iter()
        .enumerate()
        .find(|(_, id)| !sources.is_some_and(|list| list.contains(id)))
    {
        return Err(koridor_contract::ContractError {
            file: file.to_owned(),
            pointer: format!("/source_ids/{index}"),
            expected: "a source of schemas/codes/source.csv".into(),
            found: format!("`{id}`"),
        });
    }
    Ok(source)
}

/// Rows of a reference file: header names and cells. Reference files are ours: comma, UTF-8, RFC 4180.
fn csv_rows(file: &str, text: &str) -> Result<(Vec<String>, Vec<Vec<String>>), LakeError> {
    let mut lines = Vec::new();
    let mut reader = csv_core::ReaderBuilder::new().build();
    let mut output = vec![0u8; text.len() + 1];
    let mut ends = vec![0usize; 256];
    let mut rest = text.as_bytes();
    loop {
        let (result, read, _, fields) = reader.read_record(rest, &mut output, &mut ends);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            csv_core::ReadRecordResult::Record => {
                let mut start = 0;
                let cells = ends.iter().take(fields).map(|&end| {
                    let cell = String::from_utf8_lossy(output.get(start..end).unwrap_or_default())
                        .trim()
                        .to_owned();
                    start = end;
                    cell
                });
                lines.push(cells.collect::<Vec<_>>());
            }
            csv_core::ReadRecordResult::InputEmpty => {}
            csv_core::ReadRecordResult::End => break,
            _ => {
                return Err(LakeError::Project {
                    file: file.to_owned(),
                    line: lines.len() as u64 + 1,
                    message: "more than 256 columns".into(),
                });
            }
        }
    }
    if lines.is_empty() {
        return Err(LakeError::Project {
            file: file.to_owned(),
            line: 1,
            message: "expected a header row, found an empty file".into(),
        });
    }
    let header = lines.remove(0);
    if let Some((index, row)) = lines.iter().enumerate().find(|(_, row)| row.len() != header.len())
    {
        return Err(LakeError::Project {
            file: file.to_owned(),
            line: index as u64 + 2,
            message: format!("expected {} cells, found {}", header.len(), row.len()),
        });
    }
    Ok((header, lines))
}

fn code_lists(
    files: &BTreeMap<String, String>,
    corridor: &Corridor,
) -> Result<CodeLists, LakeError> {
    let mut lists = CodeLists::new();
    for (file, text) in under(files, "schemas/codes/", ".csv") {
        let (header, rows) = csv_rows(file, text)?;
        if header.first().map(String::as_str) != Some("code") {
            continue;
        }
        let name = stem(file);
        let corridor_regions: BTreeSet<&str> =
            corridor.regions.iter().map(String::as_str).collect();
        let rows = rows.into_iter().map(|row| {
            let mut row: BTreeMap<String, String> = header.iter().cloned().zip(row).collect();
            if name == "region" {
                let open =
                    row.get("code").is_some_and(|code| corridor_regions.contains(code.as_str()));
                row.insert("open".into(), if open { "yes" } else { "no" }.into());
            }
            row
        });
        let list = CodeList::new(name, rows).map_err(|message| LakeError::Project {
            file: file.to_owned(),
            line: 0,
            message,
        })?;
        lists.insert(name.to_owned(), list);
    }
    if let Some(code) = corridor
        .regions
        .iter()
        .find(|code| !lists.get("region").is_some_and(|list| list.contains(code)))
    {
        return Err(LakeError::Project {
            file: "schemas/corridor.json".into(),
            line: 0,
            message: format!("region `{code}` is not in schemas/codes/region.csv"),
        });
    }
    Ok(lists)
}

/// Columns of a file of corrections.
const CORRECTION: [&str; 10] =
    ["dataset", "key", "field", "expected", "action", "value", "reason", "source", "by", "until"];

/// `schemas/corrections/*.csv`: one known wrong value a line.
fn corrections(
    files: &BTreeMap<String, String>,
    datasets: &BTreeMap<String, Arc<Contract>>,
    codes: &Arc<CodeLists>,
) -> Result<Vec<Correction>, LakeError> {
    let hash_key = HashKey::new(vec![0; 32])
        .ok_or_else(|| LakeError::Internal("a key of 32 bytes is long enough".into()))?;
    let mut corrections = Vec::new();
    for (file, text) in under(files, "schemas/corrections/", ".csv") {
        let (header, rows) = csv_rows(file, text)?;
        let wrong = |line: usize, message: String| LakeError::Project {
            file: file.to_owned(),
            line: line as u64,
            message,
        };
        if header != CORRECTION {
            return Err(wrong(1, format!("expected the columns {}", CORRECTION.join(","))));
        }
        for (index, row) in rows.into_iter().enumerate() {
            let line = index + 2;
            let cells: BTreeMap<&str, String> = CORRECTION.into_iter().zip(row).collect();
            let cell = |name: &str| cells.get(name).cloned().unwrap_or_default();
            let dataset = cell("dataset");
            let contract = datasets.get(&dataset).ok_or_else(|| {
                wrong(line, format!("no dataset `{dataset}`{}", hint(&dataset, datasets.keys())))
            })?;
            let pair = |part: &str| {
                Some(part.split_once('=')?)
                    .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            };
            let key: Option<Vec<(String, String)>> =
                cells.get("key").and_then(|key| key.split(';').map(pair).collect());
            let key = key.ok_or_else(|| {
                wrong(
                    line,
                    "expected a key such as `region_code=7407;period_month=2024-01-01`".into(),
                )
            })?;
            let value = match cell("action").as_str() {
                "set" => Some(cell("value")),
                "drop" => None,
                other => {
                    return Err(wrong(
                        line,
                        format!("expected the action `set` or `drop`, found `{other}`"),
                    ));
                }
            };
            if cell("reason").is_empty() || cell("by").is_empty() {
                return Err(wrong(
                    line,
                    "a correction says why (reason) and who says so (by)".into(),
                ));
            }
            let until = match cell("until").as_str() {
                "" => None,
                text => Some(
                    koridor_contract::date::parse_date(text.as_bytes(), Default::default())
                        .ok_or_else(|| {
                            wrong(line, format!("until: `{text}` is no date such as 2026-12-31"))
                        })?,
                ),
            };
            let correction = Correction {
                id: format!("{}:{line}", file.trim_start_matches("schemas/corrections/")),
                dataset,
                key,
                field: cell("field"),
                expected: cell("expected"),
                value,
                reason: cell("reason"),
                source: cell("source"),
                by: cell("by"),
                until,
            };
            let setting = Setting {
                codes: Arc::clone(codes),
                hash_key: hash_key.clone(),
                now: 0,
                rules: None,
                corrections: Arc::new(vec![correction.clone()]),
            };
            koridor_contract::correction::validate(contract, &setting)
                .map_err(|message| wrong(line, message))?;
            corrections.push(correction);
        }
    }
    Ok(corrections)
}

/// Checks that the dataset, region and source that a row of a reference table speaks of exist; `*` stands for any.
fn named_things(
    header: &[String],
    row: &[String],
    contracts: &BTreeMap<String, Arc<Contract>>,
    codes: &CodeLists,
) -> Result<(), String> {
    // A table of places may name regions far away; one that speaks of datasets speaks of ours.
    if !header.iter().any(|name| name == "dataset") {
        return Ok(());
    }
    for (name, text) in header
        .iter()
        .zip(row)
        .filter(|(_, text)| !text.is_empty() && *text != "*" && *text != "CORR")
    {
        let list = |list: &str| codes.get(list).is_none_or(|list| list.contains(text));
        let (is_known, near) = match name.as_str() {
            "dataset" => (contracts.contains_key(text), hint(text, contracts.keys())),
            // What stands for a region in a slice may be a point or a route.
            "region_code" => {
                (list("region") || !text.bytes().all(|byte| byte.is_ascii_digit()), String::new())
            }
            "source_id" => (list("source"), String::new()),
            _ => continue,
        };
        if !is_known {
            return Err(format!("{name} `{text}` does not exist{near}"));
        }
    }
    Ok(())
}

fn references(
    files: &BTreeMap<String, String>,
    contracts: &BTreeMap<String, Arc<Contract>>,
    codes: &Arc<CodeLists>,
) -> Result<BTreeMap<String, Reference>, LakeError> {
    // Reference tables hold no personal fields; the key is never used.
    let hash_key = HashKey::new(vec![0; 32])
        .ok_or_else(|| LakeError::Internal("a key of 32 bytes is long enough".into()))?;
    let mut open_codes = CodeLists::clone(codes);
    if let Some(regions) = open_codes.get_mut("region") {
        // A reference row may speak of a region outside the corridor.
        let rows = regions.codes().iter().map(|code| {
            let mut row = code.attributes.clone();
            row.insert("code".into(), code.code.clone());
            row.remove("open");
            row
        });
        *regions = CodeList::new("region", rows.collect::<Vec<_>>()).map_err(|message| {
            LakeError::Project { file: "schemas/codes/region.csv".into(), line: 0, message }
        })?;
    }
    let setting = Setting {
        codes: Arc::new(open_codes),
        hash_key,
        now: i64::MAX,
        rules: None,
        corrections: Arc::default(),
    };
    let mut references = BTreeMap::new();
    for contract in contracts.values().filter(|contract| contract.is_reference()) {
        let name = contract.name.trim_start_matches("ref_").to_owned();
        let file = format!("schemas/codes/{name}.csv");
        let text = files.get(&file).ok_or_else(|| LakeError::Project {
            file: file.clone(),
            line: 0,
            message: format!(
                "expected the rows of schemas/datasets/{}.json, found no such file",
                contract.name
            ),
        })?;
        let (header, rows) = csv_rows(&file, text)?;
        for (index, row) in rows.iter().enumerate() {
            named_things(&header, row, contracts, codes).map_err(|message| LakeError::Project {
                file: file.clone(),
                line: index as u64 + 2,
                message,
            })?;
        }
        let mut batch = RawBatch::typed(header.len());
        for (index, row) in rows.iter().enumerate() {
            for cell in row {
                batch.push_cell(cell, CellKind::Text);
            }
            batch.end_row(index as u64 + 2);
        }
        let origins: Vec<FieldOrigin> = contract
            .fields
            .iter()
            .map(|field| {
                header
                    .iter()
                    .position(|column| *column == field.name)
                    .map_or(FieldOrigin::Absent, FieldOrigin::Column)
            })
            .collect();
        let CheckedBatch { accepted, rejections, .. } =
            Checker::new(Arc::clone(contract), None, &origins, &setting).check(&batch)?;
        if let Some(rejection) = rejections.first() {
            let message = format!(
                "{} (`{}`)",
                rejection.message.en,
                rejection.value.clone().unwrap_or_default()
            );
            return Err(LakeError::Project { file, line: rejection.row_number, message });
        }
        references.insert(name, Reference { contract: Arc::clone(contract), rows: accepted });
    }
    Ok(references)
}
