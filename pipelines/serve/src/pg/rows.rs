//! Batches as rows of the protocol, as they come.

use super::cursors::Cursor;
use super::errors::{error, told};
use super::session::Begun;
use crate::error::ServeError;
use crate::service::Rows;
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow_pg::datatypes::arrow_schema_to_pg_fields;
use arrow_pg::row_encoder::RowEncoder;
use pgwire::api::portal::Format;
use pgwire::api::results::{FieldInfo, QueryResponse};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::data::DataRow;
use std::sync::Arc;
use tokio::sync::OwnedMutexGuard;

/// The columns of rows.
pub(super) fn fields(schema: &SchemaRef, format: &Format) -> PgWireResult<Vec<FieldInfo>> {
    if let Format::Individual(codes) = format
        && codes.len() != schema.fields().len()
    {
        let message = format!(
            "{} formats of results are given for {} columns",
            codes.len(),
            schema.fields().len()
        );
        return Err(error("08P01", message, None));
    }
    // What nothing says the type of is a text, as by PostgreSQL.
    let field = |own: &FieldRef| match own.data_type() {
        DataType::Null => Field::new(own.name(), DataType::Utf8, true),
        _ => own.as_ref().clone(),
    };
    for own in schema.fields() {
        has_a_type(own)?;
    }
    let schema = Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>());
    arrow_schema_to_pg_fields(&schema, format, None)
}

/// That the protocol has a type for a column: for a list of lists it has none, nor for a map.
fn has_a_type(column: &Field) -> PgWireResult<()> {
    let inner = match column.data_type() {
        DataType::List(own)
        | DataType::LargeList(own)
        | DataType::FixedSizeList(own, _)
        | DataType::ListView(own)
        | DataType::LargeListView(own) => own,
        DataType::Map(..) => return Err(without_a_type(column, "a map")),
        DataType::Struct(fields) => return fields.iter().try_for_each(|own| has_a_type(own)),
        _ => return Ok(()),
    };
    match inner.data_type() {
        DataType::Struct(_) => has_a_type(inner),
        own if own.is_nested() => Err(without_a_type(column, "a list of lists")),
        _ => Ok(()),
    }
}

fn without_a_type(column: &Field, what: &str) -> PgWireError {
    let message = format!("column `{}` is {what}: this door has no type for it", column.name());
    let hint = "take it apart with unnest, or make it a text with array_to_string or cast; \
                HTTP and Flight SQL give it as it is";
    error("0A000", message, Some(hint))
}

/// That a statement was given up because its client asked for it.
pub(super) fn cancelled() -> PgWireError {
    error("57014", "canceling statement due to user request", None)
}

/// Where rows come from.
enum Source {
    Rows(Rows),
    /// A cursor, with the rows that are still asked of it.
    Cursor(OwnedMutexGuard<Cursor>, u64),
}

impl Source {
    async fn next(&mut self) -> Result<Option<RecordBatch>, ServeError> {
        match self {
            Self::Rows(rows) => rows.next().await,
            Self::Cursor(cursor, asked) => {
                let batch = cursor.next(*asked).await?;
                *asked -= batch.as_ref().map_or(0, |own| own.num_rows() as u64);
                Ok(batch)
            }
        }
    }
}

/// Rows that are being sent.
struct Sending {
    source: Source,
    begun: Begun,
    fields: Arc<Vec<FieldInfo>>,
    encoder: Option<RowEncoder>,
    sql: String,
    is_done: bool,
}

/// What answers a statement.
pub(super) fn response(
    rows: Rows,
    begun: Begun,
    format: &Format,
    sql: String,
) -> PgWireResult<QueryResponse> {
    let fields = Arc::new(fields(rows.schema(), format)?);
    Ok(sent(Source::Rows(rows), begun, fields, sql))
}

/// What answers a `fetch`.
pub(super) fn fetched(
    cursor: OwnedMutexGuard<Cursor>,
    count: Option<u64>,
    begun: Begun,
    columns: &SchemaRef,
    format: &Format,
) -> PgWireResult<QueryResponse> {
    let (fields, sql) = (Arc::new(fields(columns, format)?), cursor.sql.clone());
    Ok(sent(Source::Cursor(cursor, count.unwrap_or(u64::MAX)), begun, fields, sql))
}

fn sent(source: Source, begun: Begun, fields: Arc<Vec<FieldInfo>>, sql: String) -> QueryResponse {
    let own = Arc::clone(&fields);
    let sending = Sending { source, begun, fields, encoder: None, sql, is_done: false };
    let rows = futures::stream::unfold(sending, |mut sending| async move {
        if sending.is_done {
            return None;
        }
        let row = sending.next().await.transpose()?;
        sending.is_done = row.is_err();
        Some((row, sending))
    });
    QueryResponse::new(own, rows)
}

/// What answers a statement whose rows are there already.
pub(super) fn response_of(
    batches: Vec<RecordBatch>,
    schema: &SchemaRef,
    format: &Format,
) -> PgWireResult<QueryResponse> {
    let fields = Arc::new(fields(schema, format)?);
    let mut rows = Vec::new();
    for batch in batches {
        let mut encoder = RowEncoder::new(batch, Arc::clone(&fields));
        while let Some(row) = encoder.next_row() {
            rows.push(row);
        }
    }
    Ok(QueryResponse::new(fields, futures::stream::iter(rows)))
}

impl Sending {
    async fn next(&mut self) -> PgWireResult<Option<DataRow>> {
        loop {
            if let Some(row) = self.encoder.as_mut().and_then(RowEncoder::next_row) {
                return row.map(Some);
            }
            let batch = tokio::select! {
                batch = self.source.next() => batch,
                () = self.begun.cancelled() => return Err(cancelled()),
            };
            match batch.map_err(|error| told(&error, &self.sql))? {
                Some(batch) => {
                    self.encoder = Some(RowEncoder::new(batch, Arc::clone(&self.fields)));
                }
                None => return Ok(None),
            }
        }
    }
}
