//! Extracts: what a tourism office takes away, and what stands beside the numbers.
//!
//! `catalogue` says which there are, `selection` what is asked of one; `dataset` and `evaluation`
//! give the rows of those that no statement of `sql/queries/extract_*.sql` gives. `front`,
//! `shapes`, `method` and `beside` hold what a workbook says.

mod beside;
mod catalogue;
mod dataset;
mod evaluation;
mod front;
mod method;
mod selection;
mod shapes;
mod values;

use crate::error::PublishError;
use crate::published_figures::only_published;
use crate::rows::RowStream;
use crate::shared_views::share_views_of;
use crate::withheld_rows::WithheldRows;
use arrow::util::display::array_value_to_string;
pub use beside::{Beside, changes, sources};
pub use catalogue::{Extract, Listed, find, list, names};
use datafusion::prelude::{DataFrame, ident};
pub use front::{Front, Headline, Missing, front};
use koridor_contract::message::Language;
use koridor_lake::engine::plain_texts;
use koridor_lake::{Engine, LakeError};
pub use method::method;
pub use selection::{Selection, Wanted};
pub use shapes::Shown;
use std::collections::BTreeSet;
pub use values::values;

/// The rows of an extract, as they come. Only what is published is in them, whoever the session is
/// for: values as the session's tier shows them, and published columns and rows of datasets.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn rows(
    engine: &Engine,
    extract: &Extract,
    selection: &Selection,
) -> Result<RowStream, PublishError> {
    let stream = match extract {
        Extract::Evaluation => {
            only_published(engine).await?;
            return evaluation::rows(engine, selection).await;
        }
        Extract::Dataset(contract) => {
            let ordered = engine.in_one_order();
            let rows = async |is_large: bool| {
                let engine = if is_large { &ordered } else { engine };
                dataset::rows(engine, contract, selection).await
            };
            let stream = RowStream::open(dataset::in_order(contract, rows).await?).await?;
            let stream = stream.adapted(|rows| Ok(plain_texts(rows)?))?;
            return match WithheldRows::of(engine, contract).await? {
                Some(withheld) => stream.adapted(move |rows| withheld.beside(rows)),
                None => Ok(stream),
            };
        }
        _ => RowStream::open(frame(engine, extract, selection).await?).await?,
    };
    stream.adapted(|rows| Ok(plain_texts(rows)?))
}

/// The rows of a statement.
async fn frame(
    engine: &Engine,
    extract: &Extract,
    selection: &Selection,
) -> Result<DataFrame, PublishError> {
    let statement = match extract {
        Extract::Indicators => "extract_indicators",
        Extract::Targets => {
            only_published(engine).await?;
            "extract_targets"
        }
        Extract::Sources => "extract_disagreements",
        Extract::Status => "extract_status",
        Extract::Evaluation => "evaluation_years",
        Extract::Dataset(contract) => return dataset::rows(engine, contract, selection).await,
    };
    // As one plan its views take longer to plan than to read, and hold more memory.
    share_views_of(engine, &[statement]).await?;
    Ok(engine.named(statement, selection.parameters()).await?)
}

/// The years and regions that an extract has anything of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThereIs {
    /// Years.
    pub years: BTreeSet<String>,
    /// Regions, by code.
    pub regions: BTreeSet<String>,
}

/// What an extract has anything of, whatever is asked of it.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn there_is(engine: &Engine, extract: &Extract) -> Result<ThereIs, PublishError> {
    let (region, period) = match extract {
        Extract::Indicators | Extract::Status => (Some("region_code"), Some("period")),
        Extract::Targets | Extract::Sources => (Some("region_code"), Some("year")),
        Extract::Evaluation => (None, Some("year")),
        Extract::Dataset(contract) => {
            let slice = contract.koridor.slice.as_ref();
            (slice.map(|own| own.region.as_str()), slice.and_then(|own| own.period.as_deref()))
        }
    };
    let frame = frame(engine, extract, &Selection::default()).await?;
    let mut found = ThereIs::default();
    for (column, texts) in [(region, &mut found.regions), (period, &mut found.years)] {
        let Some(column) = column else { continue };
        let values = frame.clone().select(vec![ident(column)])?.distinct()?.collect().await?;
        for rows in &values {
            for row in 0..rows.num_rows() {
                texts.insert(array_value_to_string(rows.column(0), row)?);
            }
        }
        texts.remove("");
    }
    let years = found.years.iter().filter_map(|text| text.get(..4).map(str::to_owned));
    found.years = years.collect();
    Ok(found)
}

/// That an extract has no row of what is asked for, with the years and regions that it has.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn nothing(
    engine: &Engine,
    extract: &Extract,
    selection: &Selection,
) -> Result<LakeError, PublishError> {
    let found = there_is(engine, extract).await?;
    let told = selection.told();
    let told = if told.is_empty() { String::new() } else { format!(" for {told}") };
    let list = |names: &BTreeSet<String>| -> String {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let (years, regions) = (list(&found.years), list(&found.regions));
    Ok(LakeError::usage(
        format!("there is nothing in `{}`{told}", extract.name()),
        format!("years there are: {years}; regions: {regions}"),
    ))
}

/// A count with its thousands in groups.
fn grouped_count(count: u64, language: Language) -> String {
    crate::words::grouped(count as f64, 0, language)
}
