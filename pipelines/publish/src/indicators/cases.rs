//! Worked cases of an indicator, `<folder>/cases/<case>/`: canonical files named
//! `<dataset>[@SOURCE].csv`, and `expect.csv` with the values that they give.

use super::{check, compute, disclosure_facts};
use crate::disclosure::{decide_alone, published};
use crate::error::PublishError;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Float64Type;
use arrow::util::display::array_value_to_string;
use koridor_contract::Project;
use koridor_contract::card::Indicator;
use koridor_contract::codes::Code;
use koridor_lake::ledger::FileStatus;
use koridor_lake::load::ingest::Loader;
use koridor_lake::load::landing::LandedFile;
use koridor_lake::{Engine, LakeError, Snapshot, Storage};
use koridor_read::recognise::Request;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Source of a case's file that names none: the first of the project that is synthetic.
pub fn sample(project: &Project) -> &str {
    let offices = project.codes.get("source").into_iter().flat_map(|list| list.codes());
    let is_synthetic = |own: &&Code| own.attributes.get("synthetic").is_some_and(|is| is == "true");
    let mut synthetic = offices.filter(is_synthetic);
    synthetic.next().map_or("", |own| own.code.as_str())
}

/// Values, with state, sources and flags, by region, grain, period and breakdown.
pub type CaseValues = BTreeMap<String, (Option<f64>, [String; 3])>;

/// One worked case.
pub struct Case {
    /// Folder within the project.
    pub folder: String,
    /// Its files, by name without `.csv`.
    pub files: BTreeMap<String, String>,
    /// What is expected: region, grain, period, breakdown, value, state, then the beginning of the
    /// sources and a part of the flags, where they are given.
    pub expected: String,
}

/// The cases of an indicator.
pub fn cases(project: &Project, indicator: &Indicator) -> Vec<Case> {
    let mut cases: BTreeMap<String, Case> = BTreeMap::new();
    let all = format!("{}/cases/", indicator.folder);
    for (path, text) in project.files_under(&all, ".csv") {
        let Some((folder, name)) = path.rsplit_once('/') else { continue };
        let case = cases.entry(folder.to_owned()).or_insert_with(|| Case {
            folder: folder.to_owned(),
            files: BTreeMap::new(),
            expected: String::new(),
        });
        match name.trim_end_matches(".csv") {
            "expect" => text.clone_into(&mut case.expected),
            stem => {
                case.files.insert(stem.to_owned(), text.to_owned());
            }
        }
    }
    cases.into_values().collect()
}

/// Loads a case into a lake of its own under `place` and tells what is not as it expects.
///
/// # Errors
/// Where the files cannot be loaded at all, or SQL is wrong.
pub async fn run_case(
    project: &Arc<Project>,
    indicator: &Indicator,
    case: &Case,
    place: &Path,
) -> Result<Vec<String>, PublishError> {
    let storage = Storage::open(&place.join("lake").to_string_lossy())?;
    storage.create().await?;
    let mut loader = Loader::new(Arc::clone(project), storage.clone(), "case".into()).await?;
    let mut loads = Vec::new();
    for (stem, text) in &case.files {
        let path = place.join(format!("{stem}.csv"));
        let written = std::fs::write(&path, text);
        written.map_err(|source| LakeError::Io { path: path.display().to_string(), source })?;
        let (dataset, source) = stem.split_once('@').unwrap_or((stem, sample(project)));
        let (dataset, source) = (Some(dataset.to_owned()), Some(source.to_owned()));
        let request = Request { dataset, source, ..Request::default() };
        let landed = LandedFile { shown_path: format!("{stem}.csv"), ..LandedFile::at(&path)? };
        loads.push((landed, request));
    }
    let mut mistakes = Vec::new();
    for outcome in loader.load(&loads, &mut |_| {}).await?.0 {
        if outcome.status != FileStatus::Loaded || outcome.rejected > 0 {
            let why = outcome.message.as_ref().map(|message| message.en.clone());
            let why = why.unwrap_or_else(|| format!("{} rows refused", outcome.rejected));
            mistakes.push(format!("{}: {why}", outcome.path));
        }
    }
    let engine = Engine::open(Snapshot::head(Arc::clone(project), storage).await?)?;
    let own = std::slice::from_ref(indicator);
    let computed = compute(&engine, project, own, &mut |_| {}).await?;
    let decision = decide_alone(own, &disclosure_facts(&engine, project).await?)?;
    let told = published(&engine, &computed, &decision).await?;
    mistakes.extend(differences(&case.expected, &values(&told, &indicator.card.id)?));
    let failed = check(&engine, project, own, &decision).await?;
    let failed = failed.iter().filter(|check| check.is_fail && check.rows > 0);
    mistakes.extend(failed.map(|check| format!("check fails: {} ({})", check.name, check.example)));
    Ok(mistakes)
}

/// The values of one indicator.
///
/// # Errors
/// Where a column is not there.
pub fn values(computed: &[RecordBatch], id: &str) -> Result<CaseValues, PublishError> {
    let mut values = CaseValues::new();
    for rows in computed {
        let column = |name: &str| {
            let column = rows.column_by_name(name);
            column.ok_or_else(|| PublishError::Internal(format!("values have no {name}")))
        };
        let text = |name: &str, row: usize| -> Result<String, PublishError> {
            Ok(array_value_to_string(column(name)?, row)?)
        };
        let numbers = column("value")?.as_primitive::<Float64Type>();
        for row in 0..rows.num_rows() {
            if text("indicator_id", row)? != id {
                continue;
            }
            let names = ["region_code", "grain", "period", "breakdown"];
            let key =
                names.map(|name| text(name, row)).into_iter().collect::<Result<Vec<_>, _>>()?;
            let value = numbers.is_valid(row).then(|| numbers.value(row));
            let told = [text("state", row)?, text("sources", row)?, text("flags", row)?];
            values.insert(key.join(","), (value, told));
        }
    }
    Ok(values)
}

/// Where values are not those of an `expect.csv`; numbers must agree to 1e-6.
pub fn differences(expected: &str, actual: &CaseValues) -> Vec<String> {
    let mut wrong = Vec::new();
    for line in expected.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |place: usize| cells.get(place).copied().unwrap_or_default();
        let key = [0, 1, 2, 3].map(cell).join(",");
        let (value, state) = (cell(4).parse::<f64>().ok(), cell(5));
        let Some((found, [found_state, sources, flags])) = actual.get(&key) else {
            let keys = actual.keys().take(20).cloned().collect::<Vec<_>>().join(" ");
            wrong.push(format!("{key}: no row; rows: {keys}"));
            continue;
        };
        let is_close = match (found, value) {
            (Some(found), Some(value)) => (found - value).abs() <= 1e-6,
            (None, None) => true,
            _ => false,
        };
        let is_told = sources.starts_with(cell(6)) && flags.contains(cell(7));
        if !is_close || found_state != state || !is_told {
            let number = |value: Option<f64>| value.map_or("-".to_owned(), |own| own.to_string());
            let (expected, found) = (number(value), number(*found));
            let told = [cell(6), cell(7)].join(" ");
            wrong.push(format!(
                "{key}: expected {expected} {state} {told}, found {found} {found_state} {sources} \
                 {flags}"
            ));
        }
    }
    wrong
}
