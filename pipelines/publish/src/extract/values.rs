//! The values of one indicator.

use super::Selection;
use crate::error::PublishError;
use crate::rows::RowStream;
use crate::shared_views::share_views_of;
use datafusion::logical_expr::lit;
use datafusion::prelude::ident;
use koridor_contract::card::{self, Grain};
use koridor_lake::Engine;
use koridor_lake::engine::plain_texts;

/// The statement that gives them.
pub(super) const STATEMENT: &str = "extract_values";

/// The values of an indicator as they are published, with the columns of the extract `indicators`
/// and whether each is provisional; of one region alone where one is named, of one grain where one
/// is.
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
    let mut asked = ident("indicator_id").eq(lit(id));
    if let Some(grain) = grain {
        asked = asked.and(ident("grain").eq(lit(grain.as_str())));
    }
    // The extract brings the corridor's values beside those of a region.
    if let Some(region) = &selection.region {
        asked = asked.and(ident("region_code").eq(lit(region.as_str())));
    }
    share_views_of(engine, &[STATEMENT]).await?;
    let all = engine.named(STATEMENT, selection.parameters()).await?;
    RowStream::open(all.filter(asked)?).await?.adapted(|rows| Ok(plain_texts(rows)?))
}
