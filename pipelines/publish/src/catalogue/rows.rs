//! The rows of a published dataset: published columns, published rows, in one order.

use crate::error::PublishError;
use crate::rows::RowStream;
use crate::shared_views::share;
use crate::withheld_rows::{VIEW, WithheldRows, tells_withheld};
use datafusion::prelude::{DataFrame, col, lit};
use koridor_contract::Contract;
use koridor_lake::Engine;

/// Name of the values of all indicators.
pub const INDICATORS: &str = "indicators";

/// The rows of a published dataset.
///
/// # Errors
/// Where nothing of that name is published, or the lake cannot be read.
pub async fn rows(engine: &Engine, name: &str) -> Result<RowStream, PublishError> {
    if name == INDICATORS {
        return RowStream::open(engine.named("catalogue_indicators", []).await?).await;
    }
    let contract = engine.snapshot().project.dataset(name)?;
    let frame = published(engine, contract).await?;
    let order = contract.published_fields().map(|own| col(column(&own.name)).sort(true, true));
    let stream = RowStream::open(frame.sort(order.collect())?).await?;
    if tells_withheld(&engine.snapshot().project, contract) {
        // The catalogue asks of one dataset after the other.
        share(engine, VIEW).await?;
    }
    match WithheldRows::of(engine, contract).await? {
        Some(withheld) => stream.adapted(move |rows| withheld.beside(rows)),
        None => Ok(stream),
    }
}

/// The current rows of a dataset as they are published, in any order.
pub(super) async fn published(
    engine: &Engine,
    contract: &Contract,
) -> Result<DataFrame, PublishError> {
    // The name is that of a contract: a word, and no text from outside.
    let mut frame = engine.query(&format!("select * from core.\"{}\"", contract.name)).await?;
    for (field, values) in &contract.koridor.published_rows {
        let values = values.iter().map(|value| lit(value.as_str())).collect();
        frame = frame.filter(col(column(field)).in_list(values, false))?;
    }
    let columns = contract.published_fields().map(|own| col(column(&own.name)));
    Ok(frame.select(columns.collect::<Vec<_>>())?)
}

/// A name as an expression takes it, whatever its letters.
pub(super) fn column(name: &str) -> String {
    format!("\"{name}\"")
}
