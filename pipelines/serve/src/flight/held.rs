//! Prepared statements, until they are closed.

use super::errors::wrong;
use crate::service::Caller;
use arrow::array::{ArrayRef, RecordBatch};
use koridor_lake::engine::{ParamValues, ScalarValue};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use tonic::Status;

/// Prepared statements of all clients together.
const MOST: usize = 10_000;

/// Largest row of parameters, in bytes.
const MOST_BYTES: usize = 1 << 20;

/// A prepared statement.
#[derive(Clone)]
pub(super) struct Prepared {
    pub(super) sql: String,
    owner: Option<String>,
    values: Vec<ScalarValue>,
}

impl Prepared {
    /// The values of its parameters.
    pub(super) fn values(&self) -> ParamValues {
        ParamValues::from(self.values.clone())
    }
}

/// Prepared statements, by what clients call them.
#[derive(Default)]
pub(super) struct Held {
    known: Mutex<HashMap<u64, Prepared>>,
    next: AtomicU64,
}

fn owner(caller: &Caller) -> Option<String> {
    caller.key().map(|own| own.id.clone())
}

impl Held {
    pub(super) fn put(&self, caller: &Caller, sql: String) -> Vec<u8> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut known = self.known.lock();
        if known.len() >= MOST {
            // Those that were never closed: the oldest.
            if let Some(oldest) = known.keys().min().copied() {
                known.remove(&oldest);
            }
        }
        known.insert(number, Prepared { sql, owner: owner(caller), values: Vec::new() });
        number.to_be_bytes().to_vec()
    }

    /// A caller's own.
    pub(super) fn get(&self, caller: &Caller, handle: &[u8]) -> Result<Prepared, Status> {
        let number = number(handle)?;
        let known = self.known.lock();
        let own = known.get(&number).filter(|own| own.owner == owner(caller));
        own.cloned().ok_or_else(|| Status::not_found("this prepared statement is not open"))
    }

    /// Gives values to a caller's own: one row.
    pub(super) fn bind(
        &self,
        caller: &Caller,
        handle: &[u8],
        batch: &RecordBatch,
    ) -> Result<(), Status> {
        if batch.num_rows() != 1 {
            return Err(wrong("one row of parameters is taken"));
        }
        if batch.get_array_memory_size() > MOST_BYTES {
            return Err(wrong(format!("parameters of at most {MOST_BYTES} bytes are taken")));
        }
        self.get(caller, handle)?;
        let value = |own: &ArrayRef| ScalarValue::try_from_array(own.as_ref(), 0).map_err(wrong);
        let values = batch.columns().iter().map(value).collect::<Result<Vec<_>, _>>()?;
        if let Some(own) = self.known.lock().get_mut(&number(handle)?) {
            own.values = values;
        }
        Ok(())
    }

    pub(super) fn close(&self, caller: &Caller, handle: &[u8]) -> Result<(), Status> {
        self.get(caller, handle)?;
        self.known.lock().remove(&number(handle)?);
        Ok(())
    }
}

fn number(handle: &[u8]) -> Result<u64, Status> {
    let bytes = handle.try_into().map_err(|_| wrong("this is no prepared statement"))?;
    Ok(u64::from_be_bytes(bytes))
}
