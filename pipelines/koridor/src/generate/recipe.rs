//! What a row of a dataset may hold: `sql/generate/<dataset>.sql`.

use super::random::Random;
use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
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
    /// Where there is none, or neither its first line nor the caller names a plain layout of the
    /// dataset.
    pub(super) fn of(
        project: &'project Project,
        dataset: &str,
        layout: Option<&str>,
    ) -> Result<Self, LakeError> {
        let file = format!("sql/generate/{dataset}.sql");
        let Some(sql) = project.file(&file) else {
            return Err(LakeError::usage(
                format!("{dataset} has no recipe for synthetic rows"),
                format!("write {file}, or take one of: {}", datasets(project).join(", ")),
            ));
        };
        let first = sql.lines().next().and_then(|line| line.strip_prefix("-- layout: "));
        let is_usable = |source: &&Arc<Source>| source.dataset == dataset && source.is_plain();
        if let Some(name) = layout
            && project.sources.get(name).filter(is_usable).is_none()
        {
            let plain = project.sources.values().filter(is_usable);
            let names: Vec<&str> = plain.map(|source| source.name.as_str()).collect();
            return Err(LakeError::usage(
                format!("`{name}` is no plain layout of {dataset}"),
                format!("take one of: {}", names.join(", ")),
            ));
        }
        let layout = layout.or(first.map(str::trim)).unwrap_or_default();
        let Some(source) = project.sources.get(layout).filter(is_usable) else {
            let message = format!(
                "the first line names the layout: `-- layout: NAME`, a plain one of {dataset}"
            );
            return Err(ProjectError::File { file, line: 1, message }.into());
        };
        Ok(Self { project, file, sql, source })
    }

    /// That the recipe gives so many different rows. Where keys run out, a line of it says how
    /// many: a number, or a statement over the corridor's regions and points that counts them.
    ///
    /// # Errors
    /// Where it gives fewer, or the line is neither.
    pub(super) async fn gives(&self, engine: &Engine, rows: u64) -> Result<(), LakeError> {
        let mut lines = self.sql.lines();
        let first = lines.find_map(|line| line.strip_prefix("-- most rows: "));
        let Some(first) = first.map(str::trim) else { return Ok(()) };
        let most = match first.parse::<u64>() {
            Ok(most) => most,
            Err(_) => {
                let further = lines.map_while(|line| line.strip_prefix("--   "));
                let all: Vec<&str> = [first].into_iter().chain(further).collect();
                self.counted(engine, &all.join(" ")).await?
            }
        };
        if rows <= most {
            return Ok(());
        }
        Err(LakeError::usage(
            format!("{} has {most} different rows at most", self.source.dataset),
            "ask for fewer with --rows".to_owned(),
        ))
    }

    /// The one number that a statement gives.
    async fn counted(&self, engine: &Engine, sql: &str) -> Result<u64, LakeError> {
        let rows = engine.rows(sql).await.map_err(|error| self.wrong(error.to_string()))?;
        let first = rows.iter().find(|rows| rows.num_rows() == 1 && rows.num_columns() == 1);
        let count = first.and_then(|rows| rows.column(0).as_primitive_opt::<Int64Type>());
        let count = count.and_then(|column| u64::try_from(column.value(0)).ok());
        count.ok_or_else(|| self.wrong("`-- most rows:` is a number, or counts them".to_owned()))
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

/// `work.rows`: the row's number from 0, how often all regions of the corridor have had their turn
/// before it, the region whose turn it is, and draws between 0 and 1.
fn draws(
    project: &Project,
    first: u64,
    length: u64,
    random: &mut Random,
) -> Result<RecordBatch, LakeError> {
    let regions = &project.corridor.regions;
    let numbers = first..first + length;
    let in_a_turn = (regions.len() as u64).max(1);
    let region = |number: u64| {
        regions.get((number % in_a_turn) as usize).map(String::as_str).unwrap_or_default()
    };
    let mut fields = vec![
        Field::new("n", DataType::Int64, false),
        Field::new("turn", DataType::Int64, false),
        Field::new("region_code", DataType::Utf8, false),
    ];
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(numbers.clone().map(|number| number as i64))),
        Arc::new(Int64Array::from_iter_values(
            numbers.clone().map(|number| (number / in_a_turn) as i64),
        )),
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
