//! Keys of the lake's rows that a file is compared with.

use crate::engine::{Engine, Snapshot, plain_texts, text_parameter};
use crate::error::LakeError;
use crate::ledger::{self, Submission};
use arrow::error::ArrowError;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::ident;
use futures::StreamExt;
use koridor_contract::{Contract, FieldType, date};
use koridor_read::ReadError;
use koridor_read::check::{ExistingKeys, KeySink, Periods};
use koridor_read::recognise::Recognised;
use std::sync::Arc;

/// Whether a key may not stand in two slices: where a contract's key does not say which slice a row
/// belongs to, and rows do not replace one another by their keys.
pub(super) fn is_compared(recognised: &Recognised) -> bool {
    let contract = &recognised.contract;
    let replaces_rows = contract.replaces_rows(recognised.supersedes());
    contract.koridor.slice.is_some() && !contract.key_names_slice() && !replaces_rows
}

/// Keys of the current rows of a file's source, where a contract's key does not say which slice a
/// row belongs to. Of each period they are read when the file touches it. A file that is read again
/// is compared with what was current when it came, as it was the first time.
///
/// # Errors
/// Where the session cannot be set up.
pub(super) fn existing_keys(
    snapshot: Snapshot,
    recognised: &Recognised,
    submission: Submission,
) -> Result<ExistingKeys, LakeError> {
    let contract = Arc::clone(&recognised.contract);
    if !is_compared(recognised) || !snapshot.has_table(&ledger::silver(&contract.name)) {
        return Ok(ExistingKeys::default());
    }
    let snapshot = match submission.attempt {
        0 => snapshot,
        _ => snapshot.before_submission(submission.sequence),
    };
    let source = recognised.source_id().map(str::to_owned);
    let table = format!("core.{}", contract.name);
    let columns = key_columns(&contract).into_iter().map(str::to_owned).collect();
    let current = CurrentRows { engine: Engine::open(snapshot)?, contract, source, table, columns };
    // Checking blocks its thread: the runtime has others.
    Ok(ExistingKeys::loading(Box::new(move |periods, sink| {
        tokio::runtime::Handle::current().block_on(current.give(periods, sink))
    })))
}

/// The rows of a contract in a table, as far as a source sent them.
pub(super) struct CurrentRows {
    pub(super) engine: Engine,
    pub(super) contract: Arc<Contract>,
    /// All sources where it is not said.
    pub(super) source: Option<String>,
    pub(super) table: String,
    pub(super) columns: Vec<String>,
}

fn unreadable(error: LakeError) -> ReadError {
    ArrowError::ExternalError(Box::new(error)).into()
}

impl CurrentRows {
    /// Gives the rows of some periods, batch by batch.
    async fn give(&self, periods: &Periods, sink: &mut KeySink<'_>) -> Result<(), ReadError> {
        let mut rows = self.stream(periods).await.map_err(unreadable)?;
        while let Some(rows) = rows.next().await {
            let rows = rows.map_err(LakeError::from).and_then(|rows| plain_texts(&rows));
            sink(&rows.map_err(unreadable)?)?;
        }
        Ok(())
    }

    /// The rows of some periods.
    pub(super) async fn stream(
        &self,
        periods: &Periods,
    ) -> Result<datafusion::execution::SendableRecordBatchStream, LakeError> {
        let contract = &self.contract;
        let mut rows = self.engine.query(&format!("select * from {}", self.table)).await?;
        if let Some(source) = &self.source {
            rows = rows.filter(ident("source_id").eq(lit(text_parameter(source))))?;
        }
        if let Periods::Months(months) = periods
            && let Some(is_touched) = is_of_months(contract, months)
        {
            rows = rows.filter(is_touched)?;
        }
        let columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        Ok(rows.select_columns(&columns)?.execute_stream().await?)
    }
}

/// The columns of the key, of the source and of the slice.
pub(super) fn key_columns(contract: &Contract) -> Vec<&str> {
    let own = contract.primary_key.iter().map(String::as_str);
    let mut columns: Vec<&str> = own.chain(["source_id", "period_type"]).collect();
    let slice = contract.koridor.slice.iter();
    let slice = slice.flat_map(|slice| [Some(slice.region.as_str()), slice.period.as_deref()]);
    for name in slice.flatten() {
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
    columns
}

/// Whether a row's period is one of some months, in order; as ranges of the period's column, which
/// data files and row groups have bounds of. `None` where it cannot be said.
fn is_of_months(contract: &Contract, months: &[i32]) -> Option<Expr> {
    let period = contract.koridor.slice.as_ref()?.period.as_ref()?;
    let field = contract.fields.iter().find(|field| field.name == *period)?;
    let first_day =
        |month: i32| date::civil(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1);
    // The beginning of the month, in the column's type.
    let beginning = |month: i32| match field.field_type {
        FieldType::Year => Some(ScalarValue::Int32(Some(month.div_euclid(12)))),
        FieldType::Date => Some(ScalarValue::Date32(Some(first_day(month)?))),
        FieldType::Datetime => {
            let moment = i64::from(first_day(month)?) * 86_400_000_000;
            Some(ScalarValue::TimestampMicrosecond(Some(moment), None))
        }
        _ => None,
    };
    let length = if field.field_type == FieldType::Year { 12 } else { 1 };
    let runs = months.chunk_by(|left, right| left + length == *right);
    let ranges = runs.map(|run| {
        let (first, last) = (run.first()?, run.last()?);
        let is_after = ident(period).gt_eq(lit(beginning(*first)?));
        Some(is_after.and(ident(period).lt(lit(beginning(last + length)?))))
    });
    ranges.collect::<Option<Vec<Expr>>>()?.into_iter().reduce(Expr::or)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(period_type: &str, months: &[i32]) -> String {
        let document = serde_json::json!({
            "name": "t", "title": "T", "description": "",
            "fields": [
                {"name": "id", "type": "string", "title": "Nomor"},
                {"name": "region", "type": "string", "title": "Wilayah"},
                {"name": "period", "type": period_type, "title": "Periode"}
            ],
            "primaryKey": ["id"],
            "koridor": {"title_en": "T", "dimension": "environment", "theme": "'t'",
                        "slice": {"region": "region", "period": "period"}}
        });
        let contract = Contract::parse("schemas/datasets/t.json", &document.to_string()).unwrap();
        is_of_months(&contract, months).unwrap().to_string()
    }

    #[test]
    fn months_beside_each_other_are_one_range() {
        let (november, march) = (2023 * 12 + 10, 2024 * 12 + 2);
        let months = [november, november + 1, november + 2, march];
        assert_eq!(
            filter("date", &months),
            "period >= Date32(\"2023-11-01\") AND period < Date32(\"2024-02-01\") \
             OR period >= Date32(\"2024-03-01\") AND period < Date32(\"2024-04-01\")"
        );
        assert_eq!(
            filter("datetime", &[march]),
            "period >= TimestampMicrosecond(1709251200000000, None) \
             AND period < TimestampMicrosecond(1711929600000000, None)"
        );
        assert_eq!(
            filter("year", &[2023 * 12, 2024 * 12]),
            "period >= Int32(2023) AND period < Int32(2025)"
        );
    }
}
