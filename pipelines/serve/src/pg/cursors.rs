//! Results that a client takes a part at a time.

use super::errors::error;
use crate::error::ServeError;
use crate::locked::{Locked, locked};
use crate::service::Rows;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use pgwire::error::PgWireResult;
use std::collections::HashMap;
use std::sync::Arc;

/// Cursors of one connection.
const MOST: usize = 16;

/// A result that is taken a part at a time.
pub(super) struct Cursor {
    rows: Rows,
    /// Rows that came and were not taken yet.
    rest: Option<RecordBatch>,
    is_done: bool,
    /// The statement, for its errors.
    pub(super) sql: String,
}

impl Cursor {
    pub(super) fn new(rows: Rows, sql: String) -> Self {
        Self { rows, rest: None, is_done: false, sql }
    }

    /// The next rows, so many at most.
    pub(super) async fn next(&mut self, most: u64) -> Result<Option<RecordBatch>, ServeError> {
        if most == 0 {
            return Ok(None);
        }
        let batch = match self.rest.take() {
            Some(batch) => batch,
            None if self.is_done => return Ok(None),
            None => match self.rows.next().await? {
                Some(batch) => batch,
                None => {
                    self.is_done = true;
                    return Ok(None);
                }
            },
        };
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        if batch.num_rows() <= most {
            return Ok(Some(batch));
        }
        self.rest = Some(batch.slice(most, batch.num_rows() - most));
        Ok(Some(batch.slice(0, most)))
    }
}

impl Cursor {
    /// Leaves rows away, so many at most or all; how many there were.
    pub(super) async fn skip(&mut self, most: Option<u64>) -> Result<u64, ServeError> {
        let mut rest = most.unwrap_or(u64::MAX);
        while let Some(batch) = self.next(rest).await? {
            rest -= batch.num_rows() as u64;
        }
        Ok(most.unwrap_or(u64::MAX) - rest)
    }
}

/// One cursor as it is kept.
#[derive(Clone)]
struct Kept {
    cursor: Arc<tokio::sync::Mutex<Cursor>>,
    columns: SchemaRef,
    holds: bool,
}

/// The cursors of a connection.
pub(super) struct Cursors(Locked<HashMap<String, Kept>>);

impl Default for Cursors {
    fn default() -> Self {
        Self(locked(HashMap::new()))
    }
}

impl Cursors {
    pub(super) fn open(&self, name: &str, cursor: Cursor, holds: bool) -> PgWireResult<()> {
        let mut known = self.0.lock();
        if known.contains_key(name) {
            return Err(error("42P03", format!("cursor `{name}` is open already"), None));
        }
        if known.len() >= MOST {
            let message = format!("a connection has {MOST} cursors at most");
            return Err(error("53400", message, Some("close one")));
        }
        let columns = Arc::clone(cursor.rows.schema());
        let cursor = Arc::new(tokio::sync::Mutex::new(cursor));
        known.insert(name.to_owned(), Kept { cursor, columns, holds });
        Ok(())
    }

    /// A cursor with its columns.
    pub(super) fn get(
        &self,
        name: &str,
    ) -> PgWireResult<(Arc<tokio::sync::Mutex<Cursor>>, SchemaRef)> {
        let known = self.0.lock();
        let own = known.get(name).map(|own| (Arc::clone(&own.cursor), Arc::clone(&own.columns)));
        own.ok_or_else(|| error("34000", format!("there is no cursor `{name}`"), None))
    }

    /// Closes one, or all.
    pub(super) fn close(&self, name: Option<&str>) -> PgWireResult<()> {
        let mut known = self.0.lock();
        match name {
            None => known.clear(),
            Some(name) => {
                if known.remove(name).is_none() {
                    return Err(error("34000", format!("there is no cursor `{name}`"), None));
                }
            }
        }
        Ok(())
    }

    /// Closes those that end with a transaction.
    pub(super) fn end_transaction(&self) {
        self.0.lock().retain(|_, own| own.holds);
    }
}
