//! What a row of a dataset may hold: `sql/generate/<dataset>.sql`.

use super::random::Random;
use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use koridor_contract::{Project, ProjectError, Source};
use koridor_lake::{Engine, LakeError};
use std::sync::Arc;

/// Random numbers a row's recipe may use, as `a` to `h`.
const DRAWS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
/// Datasets that have a recipe.
fn datasets(project: &Project) -> Vec<String> {
    project.files_under("sql/generate/", ".sql").map(|(path, _)| stem(path).to_owned()).collect()
}

fn stem(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).trim_end_matches(".sql")
}

/// The recipe of one dataset.
pub(super) struct Recipe<'project> {
    project: &'project Project,
    file: String,
    sql: &'project str,
    /// The layout that its file is written in.
    pub(super) source: &'project Source,
}

impl<'project> Recipe<'project> {
    /// The recipe of a dataset.
    ///
    /// # Errors
    /// Where there is none, its first line names no plain layout of the dataset, or it does not
    /// give so many different rows.
    pub(super) fn of(
        project: &'project Project,
        dataset: &str,
        rows: u64,
    ) -> Result<Self, LakeError> {
        let file = format!("sql/generate/{dataset}.sql");
        let Some(sql) = project.file(&file) else {
            return Err(LakeError::usage(
                format!("{dataset} has no recipe for synthetic rows"),
                format!("write {file}, or take one of: {}", datasets(project).join(", ")),
            ));
        };
        let first = sql.lines().next().and_then(|line| line.strip_prefix("-- layout: "));
        let layout = first.map(str::trim).unwrap_or_default();
        let is_usable = |source: &&Arc<Source>| source.dataset == dataset && source.is_plain();
        let Some(source) = project.sources.get(layout).filter(is_usable) else {
            let message = format!(
                "the first line names the layout: `-- layout: NAME`, a plain one of {dataset}"
            );
            return Err(ProjectError::File { file, line: 1, message }.into());
        };
        let most = sql.lines().find_map(|line| line.strip_prefix("-- most rows: "));
        let most = most.and_then(|most| most.trim().parse::<u64>().ok());
        if let Some(most) = most.filter(|most| rows > *most) {
            return Err(LakeError::usage(
                format!("{dataset} has {most} different rows at most"),
                "ask for fewer with --rows".to_owned(),
            ));
        }
        Ok(Self { project, file, sql, source })
    }

    /// A mistake in the recipe.
    pub(super) fn wrong(&self, message: String) -> LakeError {
        ProjectError::File { file: self.file.clone(), line: 1, message }.into()
    }

    /// Rows by the recipe, from a number on.
    ///
    /// # Errors
    /// Where the recipe is no SQL over `work.rows` or does not give a row for each of its rows.
    pub(super) async fn rows(
        &self,
        engine: &Engine,
        (first, length): (u64, u64),
        random: &mut Random,
    ) -> Result<Vec<RecordBatch>, LakeError> {
        let draws = draws(self.project, first, length, random)?;
        engine.put("rows", draws.schema(), vec![draws])?;
        let made = engine.rows(self.sql).await.map_err(|error| self.wrong(error.to_string()))?;
        let count: usize = made.iter().map(RecordBatch::num_rows).sum();
        if count as u64 != length {
            return Err(self.wrong(format!("the recipe gave {count} rows for {length}")));
        }
        Ok(made)
    }
}

/// `work.rows`: the row's number from 0, a region of the corridor in turn, and draws between 0 and
/// 1.
fn draws(
    project: &Project,
    first: u64,
    length: u64,
    random: &mut Random,
) -> Result<RecordBatch, LakeError> {
    let regions = &project.corridor.regions;
    let numbers = first..first + length;
    let region = |number: u64| {
        regions
            .get((number % (regions.len() as u64).max(1)) as usize)
            .map(String::as_str)
            .unwrap_or_default()
    };
    let mut fields = vec![
        Field::new("n", DataType::Int64, false),
        Field::new("region_code", DataType::Utf8, false),
    ];
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(numbers.clone().map(|number| number as i64))),
        Arc::new(StringArray::from_iter_values(numbers.clone().map(region))),
    ];
    for name in DRAWS {
        fields.push(Field::new(name, DataType::Float64, false));
        columns.push(Arc::new(Float64Array::from_iter_values(
            numbers.clone().map(|_| random.share()),
        )));
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}
