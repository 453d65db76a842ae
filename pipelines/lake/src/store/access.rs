//! Who was given what is not published: one document an access, written before the first row is
//! given.

use super::storage::Storage;
use crate::error::LakeError;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Accesses that this process has recorded: no two share a document.
static RECORDED: AtomicU64 = AtomicU64::new(0);

const FOLDER: &str = "_koridor/access";

/// One access to what is not published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Moment, RFC 3339, UTC.
    pub at: String,
    /// Who asked.
    pub by: String,
    /// What for.
    pub reason: String,
    /// The tier: `office` or `restricted`.
    pub tier: String,
    /// What was asked for: the command and what it names.
    pub asked: String,
}

impl Access {
    /// An access of this moment.
    pub fn now(by: &str, reason: &str, tier: &str, asked: &str) -> Self {
        let at = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let [by, reason, tier, asked] = [by, reason, tier, asked].map(str::to_owned);
        Self { at, by, reason, tier, asked }
    }
}

/// Records an access.
///
/// # Errors
/// Where the lake cannot be written: then nothing may be given.
pub async fn record(storage: &Storage, access: &Access) -> Result<(), LakeError> {
    let process = std::process::id();
    let moment = access.at.replace([':', '.'], "-");
    let number = RECORDED.fetch_add(1, Ordering::Relaxed);
    storage.put_json(&format!("{FOLDER}/{moment}-{process}-{number}.json"), access).await
}

/// What a column holds of a record.
type Pick = fn(&Access) -> &String;

/// `ops.access`, oldest first.
pub(crate) async fn access_table(storage: &Storage) -> Result<RecordBatch, LakeError> {
    let mut rows: Vec<Access> = Vec::new();
    for path in storage.list(FOLDER).await?.iter().filter(|path| path.ends_with(".json")) {
        rows.extend(storage.get_json(path).await?);
    }
    rows.sort_by(|left: &Access, right| left.at.cmp(&right.at));
    let columns: [(&str, Pick); 5] = [
        ("accessed_at", |own| &own.at),
        ("accessed_by", |own| &own.by),
        ("reason", |own| &own.reason),
        ("tier", |own| &own.tier),
        ("asked", |own| &own.asked),
    ];
    let fields = columns.map(|(name, _)| Field::new(name, DataType::Utf8, true));
    let column = |(_, pick): (&str, fn(&Access) -> &String)| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(pick)))
    };
    Ok(RecordBatch::try_new(
        Arc::new(Schema::new(fields.to_vec())),
        columns.into_iter().map(column).collect(),
    )?)
}
