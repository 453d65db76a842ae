//! Prepared statements, until they are closed.

use super::errors::wrong;
use crate::service::Caller;
use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::DataType;
use koridor_lake::engine::{ParamValues, ScalarValue};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::time::Instant;
use tonic::Status;

/// Prepared statements of a caller; of all who have no key together.
const MOST: usize = 500;

/// Largest row of parameters, in bytes.
const MOST_BYTES: usize = 1 << 20;

/// A prepared statement.
#[derive(Clone)]
pub(super) struct Prepared {
    pub(super) sql: String,
    owner: Option<String>,
    at: Instant,
    values: Vec<ScalarValue>,
}

impl Prepared {
    /// The values of its parameters.
    pub(super) fn values(&self) -> ParamValues {
        ParamValues::from(self.values.clone())
    }

    /// Types of the values that were bound.
    pub(super) fn types(&self) -> Vec<Option<DataType>> {
        self.values.iter().map(|own| Some(own.data_type())).collect()
    }
}

/// Prepared statements, by what clients call them.
#[derive(Default)]
pub(super) struct Held {
    known: Mutex<HashMap<Handle, Prepared>>,
}

/// What a client calls its own by: nobody guesses another's.
type Handle = [u8; 16];

fn owner(caller: &Caller) -> Option<String> {
    caller.key().map(|own| own.id.clone())
}

impl Held {
    pub(super) fn put(&self, caller: &Caller, sql: String) -> Result<Vec<u8>, Status> {
        let mut handle = Handle::default();
        getrandom::fill(&mut handle).map_err(|_| Status::internal("no random bytes"))?;
        let (owner, at) = (owner(caller), Instant::now());
        let mut known = self.known.lock();
        let own = known.iter().filter(|(_, own)| own.owner == owner);
        if own.clone().count() >= MOST {
            // One that was never closed: the oldest of the same caller.
            let oldest = own.min_by_key(|(_, own)| own.at).map(|(handle, _)| *handle);
            oldest.and_then(|own| known.remove(&own));
        }
        known.insert(handle, Prepared { sql, owner, at, values: Vec::new() });
        Ok(handle.to_vec())
    }

    /// A caller's own.
    pub(super) fn get(&self, caller: &Caller, handle: &[u8]) -> Result<Prepared, Status> {
        let handle = handle_of(handle)?;
        let known = self.known.lock();
        let own = known.get(&handle).filter(|own| own.owner == owner(caller));
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
        if let Some(own) = self.known.lock().get_mut(&handle_of(handle)?) {
            own.values = values;
        }
        Ok(())
    }

    pub(super) fn close(&self, caller: &Caller, handle: &[u8]) -> Result<(), Status> {
        self.get(caller, handle)?;
        self.known.lock().remove(&handle_of(handle)?);
        Ok(())
    }
}

fn handle_of(handle: &[u8]) -> Result<Handle, Status> {
    handle.try_into().map_err(|_| wrong("this is no prepared statement"))
}
