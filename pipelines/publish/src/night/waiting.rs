//! What lies in the landing folder and waits for somebody.

use super::setting::NightSetting;
use crate::error::PublishError;
use crate::table::Table;
use koridor_lake::ledger::report::WaitingFile;
use koridor_lake::load::landing::{LandedFile, place_of};
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::{Engine, Snapshot};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Files of the landing folder that an earlier night refused or held and that lie there still: what
/// was refused stays visible until it is mended or taken away.
pub(super) async fn waiting(
    setting: &NightSetting,
    files: &[LandedFile],
    outcomes: &[FileOutcome],
) -> Result<Vec<WaitingFile>, PublishError> {
    let snapshot = Snapshot::head(Arc::clone(&setting.project), setting.storage.clone()).await?;
    let engine = Engine::open(snapshot.with_memory(setting.memory_bytes))?;
    let table = Table::named(&engine, "waiting_files", []).await?;
    let places: BTreeSet<String> = files.iter().map(LandedFile::place).collect();
    let lies = |path: &str| places.contains(&place_of(path));
    let is_new = |path: &str| outcomes.iter().any(|outcome| outcome.path == path);
    let waiting = table.records().map(|row| WaitingFile {
        path: row.text_or_empty("file_path"),
        status: row.text_or_empty("status"),
        error: row.text("error"),
        error_id: row.text("error_ind"),
    });
    Ok(waiting.filter(|file| lies(&file.path) && !is_new(&file.path)).collect())
}
