//! The values of one indicator.

use super::Selection;
use crate::error::PublishError;
use crate::rows::RowStream;
use koridor_contract::card::{self, Grain};
use koridor_lake::Engine;
use koridor_lake::engine::{plain_texts, text_parameter};

/// The values of an indicator as they are published, with the columns of the extract `indicators`;
/// of one region alone where one is named, of one grain where one is.
///
/// # Errors
/// Where there is no such indicator, or the lake cannot be read.
pub async fn values(
    engine: &Engine,
    indicator: &str,
    grain: Option<Grain>,
    selection: &Selection,
) -> Result<RowStream, PublishError> {
    let id = card::find(&engine.snapshot().project, indicator)?.card.id;
    let [region, dimension, from, until] = selection.parameters();
    let grain = ("grain", text_parameter(grain.map_or("", Grain::as_str)));
    let parameters = [("indicator", text_parameter(&id)), region, dimension, from, until, grain];
    let frame = engine.named("values_of_indicator", parameters).await?;
    RowStream::open(frame).await?.adapted(|rows| Ok(plain_texts(rows)?))
}
