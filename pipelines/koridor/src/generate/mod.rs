//! Synthetic office files of any size with a stated share of faults, for trials and load tests.
//!
//! What a row of a dataset may hold is said by `sql/generate/<dataset>.sql`; this file writes those
//! rows as the office would: its headers, its spellings, its numbers and dates, as the source
//! description of the recipe's first line says; `-- most rows: N` says how many rows differ in
//! their key, and N may be a statement that counts them. Everything in such a file is made up.

mod office;
mod random;
mod recipe;
mod texts;

use koridor_contract::Project;
use koridor_lake::{Engine, LakeError};
use office::OfficeWriter;
use random::Random;
use recipe::Recipe;
use std::io::Write;

/// Rows made at a time.
const ROWS: u64 = 16 * 1024;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'text> {
    /// The dataset.
    pub dataset: &'text str,
    /// The layout, where it is not that of the recipe.
    pub layout: Option<&'text str>,
    /// Number of rows.
    pub rows: u64,
    /// Share of the rows that break a rule, from 0 to 1.
    pub faults: f64,
    /// The same seed gives the same file.
    pub seed: u64,
}

/// What a load of a generated file must show.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Expected {
    /// The dataset it belongs to.
    pub dataset: String,
    /// The source description it is laid out by.
    pub layout: String,
    /// Rows in the file.
    pub rows: u64,
    /// Rows that break exactly one rule each.
    pub bad: u64,
}

/// Writes a file of a dataset as an office would send it.
///
/// # Errors
/// Where the dataset has no recipe or its recipe is wrong, or the output cannot be written.
pub async fn write(
    engine: &Engine,
    project: &Project,
    wanted: Wanted<'_>,
    output: &mut dyn Write,
) -> Result<Expected, LakeError> {
    let Wanted { dataset, layout, rows, faults, seed } = wanted;
    let contract = project.dataset(dataset)?;
    if !(0.0..=1.0).contains(&faults) {
        return Err(LakeError::usage(
            "--faults is a share between 0 and 1",
            "0.01 is one row in a hundred".to_owned(),
        ));
    }
    let recipe = Recipe::of(project, dataset, layout)?;
    recipe.gives(engine, rows).await?;
    let writer = OfficeWriter::new(project, contract, recipe.source);
    let io = |error| LakeError::io("output", error);
    writer.line(writer.headers(), output).map_err(io)?;
    let mut random = Random(seed);
    let mut bad = 0;
    let mut first = 0;
    while first < rows {
        let length = ROWS.min(rows - first);
        for batch in recipe.rows(engine, (first, length), &mut random).await? {
            let texts =
                writer.texts(&batch, layout.is_some()).map_err(|message| recipe.wrong(message))?;
            for row in 0..batch.num_rows() {
                let mut cells = writer.cells(&texts, row, &mut random);
                if random.share() < faults && writer.spoil(&mut cells, &mut random) {
                    bad += 1;
                }
                writer.line(cells, output).map_err(io)?;
            }
        }
        first += length;
    }
    let layout = recipe.source.name.clone();
    Ok(Expected { dataset: dataset.to_owned(), layout, rows, bad })
}
