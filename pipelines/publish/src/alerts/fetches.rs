//! Files from addresses that did not come, kept in the lake until they do: who looks at its state
//! in the morning is told of them.

use koridor_contract::message::Message;
use koridor_contract::scrub;
use koridor_lake::{LakeError, Storage};
use serde::{Deserialize, Serialize};

/// Where a lake keeps what did not come.
const FAILED: &str = "_koridor/fetch_failed.json";

/// What stands for the source where no file could be asked for at all.
pub const NO_SOURCE: &str = "-";

/// A file that a source publishes and that did not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedFetch {
    /// Source description; [`NO_SOURCE`] where no file could be asked for at all.
    pub source: String,
    /// Path below the landing folder.
    pub file: String,
    /// Why, in English.
    pub said: String,
    /// The same in Bahasa Indonesia.
    pub said_id: String,
    /// Since when, RFC 3339 in UTC.
    pub since: String,
}

impl FailedFetch {
    /// What is told of it, in one line.
    pub fn title(&self) -> Message {
        let Self { source, file, said, said_id, .. } = self;
        let [said_id, said] = [said_id, said].map(|own| scrub::prose(own).into_owned());
        Message {
            id: format!("berkas tidak terambil: {file} ({source}): {said_id}"),
            en: format!("a file was not fetched: {file} ({source}): {said}"),
        }
    }
}

/// What did not come the last time that it was asked for.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn failed_fetches(storage: &Storage) -> Result<Vec<FailedFetch>, LakeError> {
    match storage.get_json::<Vec<FailedFetch>>(FAILED).await {
        // The next night writes it anew.
        Err(LakeError::Document { .. } | LakeError::Damaged { .. }) => Ok(Vec::new()),
        found => Ok(found?.unwrap_or_default()),
    }
}

/// Keeps what did not come, in the place of what was kept before.
///
/// # Errors
/// Where the lake cannot be written.
pub async fn keep_failed_fetches(
    storage: &Storage,
    failed: &[FailedFetch],
) -> Result<(), LakeError> {
    storage.put_json(FAILED, &failed).await
}
