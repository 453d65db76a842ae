//! What a release withholds, as rows that are stored with it.

use crate::disclosure::{Decision, Withheld};
use crate::error::PublishError;
use arrow::array::{ArrayRef, Date32Array, RecordBatch, StringArray, new_null_array};
use arrow::datatypes::SchemaRef;
use koridor_lake::store::release::{Release, ReleasedDisclosure};
use koridor_lake::{Engine, ledger};
use std::sync::Arc;

/// Rows that a release adds to a table.
pub(super) struct NewRows {
    pub(super) table: &'static str,
    pub(super) schema: SchemaRef,
    pub(super) rows: Vec<RecordBatch>,
}

impl NewRows {
    /// Computed rows in the form of their table, of the release `id`.
    pub(super) fn of(
        table: &'static str,
        schema: SchemaRef,
        rows: &[RecordBatch],
        id: &str,
    ) -> Result<Self, PublishError> {
        let rows = rows.iter().map(|rows| of_release(rows, &schema, id));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { table, schema, rows })
    }
}

fn of_release(
    rows: &RecordBatch,
    schema: &SchemaRef,
    id: &str,
) -> Result<RecordBatch, PublishError> {
    let columns = schema.fields().iter().map(|field| -> Result<ArrayRef, PublishError> {
        if field.name() == "release_id" {
            return Ok(texts(std::iter::repeat_n(id, rows.num_rows())));
        }
        let Some(column) = rows.column_by_name(field.name()) else {
            return Err(PublishError::Internal(format!("values have no {}", field.name())));
        };
        Ok(arrow::compute::cast(column, field.data_type())?)
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    Ok(RecordBatch::try_new(SchemaRef::clone(schema), columns)?)
}

fn texts<'text>(texts: impl Iterator<Item = &'text str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(texts))
}

/// What was decided for a release, and what it rests on.
pub(super) struct Withholding<'build> {
    pub(super) facts: &'build [RecordBatch],
    pub(super) decision: &'build Decision,
    pub(super) before: Option<&'build Release>,
}

/// Rows to store, and what the manifest says of them.
pub(super) struct Tables {
    pub(super) rows: Vec<NewRows>,
    pub(super) disclosure: ReleasedDisclosure,
}

impl Withholding<'_> {
    /// What is stored: the facts that were computed, and what is withheld; the latter by reference
    /// where the release before withholds the same.
    pub(super) async fn tables(&self, id: &str, engine: &Engine) -> Result<Tables, PublishError> {
        let facts = ledger::disclosure_facts_schema();
        let mut rows = vec![NewRows::of(ledger::DISCLOSURE_FACTS, facts, self.facts, id)?];
        let count = self.decision.withheld.len() as u64;
        let before = self.before.and_then(|release| release.disclosure.clone());
        if let Some(same) = before.filter(|own| own.withheld == count)
            && self.is_same(&same.decided_in, engine).await?
        {
            return Ok(Tables { rows, disclosure: same });
        }
        let schema = ledger::disclosure_schema();
        let withheld = withheld_rows(&self.decision.withheld, &schema, id)?;
        rows.push(NewRows { table: ledger::DISCLOSURE, schema, rows: vec![withheld] });
        let disclosure = ReleasedDisclosure { decided_in: id.to_owned(), withheld: count };
        Ok(Tables { rows, disclosure })
    }

    async fn is_same(&self, decided_in: &str, engine: &Engine) -> Result<bool, PublishError> {
        let mut before = crate::disclosure::withheld_in(engine, decided_in).await?;
        before.sort();
        Ok(before == self.decision.withheld)
    }
}

fn withheld_rows(
    withheld: &[Withheld],
    schema: &SchemaRef,
    id: &str,
) -> Result<RecordBatch, PublishError> {
    let columns = schema.fields().iter().map(|field| -> ArrayRef {
        let of = |pick: fn(&Withheld) -> &str| texts(withheld.iter().map(pick));
        match field.name().as_str() {
            "release_id" => texts(std::iter::repeat_n(id, withheld.len())),
            "indicator_id" => of(|own| &own.key.indicator),
            "region_code" => of(|own| &own.key.region),
            "grain" => of(|own| &own.key.grain),
            "breakdown" => of(|own| &own.key.breakdown),
            "side" => of(|own| &own.side),
            "reason" => of(|own| own.reason.as_str()),
            "period" => {
                Arc::new(Date32Array::from_iter_values(withheld.iter().map(|own| own.key.period)))
            }
            _ => new_null_array(field.data_type(), withheld.len()),
        }
    });
    Ok(RecordBatch::try_new(SchemaRef::clone(schema), columns.collect())?)
}
