//! A year's evaluation bound to a release: what is published of it does not change any more.

use crate::error::PublishError;
use crate::table::Table;
use crate::words::Words;
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use koridor_lake::engine::number_parameter;
use koridor_lake::store::data_file::write_rows;
use koridor_lake::store::journal;
use koridor_lake::{Engine, LakeError, Snapshot, Storage, ledger};
use std::sync::Arc;

/// The release that a year is bound to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Frozen {
    /// Release.
    pub release_id: String,
    /// Who bound it.
    pub frozen_by: String,
    /// When, RFC 3339.
    pub frozen_at: String,
}

impl Frozen {
    /// Release, person and time in words.
    pub fn told(&self, words: Words<'_>) -> String {
        let moment = chrono::DateTime::parse_from_rfc3339(&self.frozen_at);
        let zone = words.project.corridor.zone();
        let at = moment.map_or_else(
            |_| self.frozen_at.clone(),
            |moment| zone.written(moment.timestamp_micros()),
        );
        let (to, by) =
            (words.language.pick("pada rilis", "to release"), words.language.pick("oleh", "by"));
        format!("{to} {}, {by} {}, {at}", self.release_id, self.frozen_by)
    }
}

/// The release that a year is bound to; none where it is not. The session is on the head.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn frozen(head: &Engine, year: i32) -> Result<Option<Frozen>, PublishError> {
    let given = [("year", number_parameter(year.into()))];
    let rows = Table::named(head, "evaluation_frozen", given).await?;
    let first = rows.records().next();
    Ok(first.map(|row| Frozen {
        release_id: row.text_or_empty("release_id"),
        frozen_by: row.text_or_empty("frozen_by"),
        frozen_at: row.text_or_empty("frozen_at"),
    }))
}

/// What a reader of the current release reads of a frozen year.
pub(super) struct Standing {
    pub(super) frozen: Frozen,
    /// The release that the year is bound to, where it is not the reader's own.
    pub(super) bound: Option<Engine>,
}

/// A session on the head, which says what is frozen; none where the session is on a release of
/// before, for which nothing is.
pub(super) async fn head_of(engine: &Engine) -> Result<Option<Engine>, PublishError> {
    let snapshot = engine.snapshot();
    let (project, storage) = (&snapshot.project, &snapshot.storage);
    let Some(own) = &snapshot.release else { return Ok(None) };
    let current = Snapshot::released(Arc::clone(project), storage.clone()).await?;
    if current.release.is_none_or(|current| current.id != own.id) {
        return Ok(None);
    }
    Ok(Some(Engine::open(Snapshot::head(Arc::clone(project), storage.clone()).await?)?))
}

/// What stands for a year, with a session of [`head_of`]; none where it is not frozen.
pub(super) async fn standing(
    engine: &Engine,
    head: &Engine,
    year: i32,
) -> Result<Option<Standing>, PublishError> {
    let snapshot = engine.snapshot();
    let Some(own) = &snapshot.release else { return Ok(None) };
    let Some(frozen) = frozen(head, year).await? else { return Ok(None) };
    let bound = match frozen.release_id == own.id {
        true => None,
        false => Some(Engine::open(snapshot.other_release(&frozen.release_id).await?)?),
    };
    Ok(Some(Standing { frozen, bound }))
}

/// Binds a year's evaluation to a release, for ever. The caller holds the lake's lock and has seen
/// that the release can be evaluated. What is wrong is said in the words of a language.
///
/// # Errors
/// Where the year is bound already, or the lake cannot be read or written.
pub async fn freeze(
    head: &Engine,
    storage: &Storage,
    (year, release_id): (i32, &str),
    (by, run_id): (&str, &str),
    words: Words<'_>,
) -> Result<(), PublishError> {
    if let Some(before) = frozen(head, year).await? {
        let told = before.told(words);
        let said = words.language.pick(
            format!("evaluasi {year} sudah dibekukan {told}"),
            format!("the evaluation of {year} is frozen {told}"),
        );
        let hint = words.language.pick(
            "koreksi sesudahnya berdiri di sampingnya: jalankan tanpa --freeze",
            "what was corrected since stands beside it: leave --freeze away",
        );
        return Err(LakeError::usage(said, hint.to_owned()).into());
    }
    let schema = ledger::evaluations_schema();
    let text = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text])) };
    let now = chrono::Utc::now().timestamp_micros();
    let moment = TimestampMicrosecondArray::from_value(now, 1).with_timezone("UTC");
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![i64::from(year)])),
        text(release_id),
        text(by),
        Arc::new(moment),
    ];
    let row = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    let adds = write_rows(storage, ledger::EVALUATIONS, &schema, &[row]).await?;
    let adds = [(ledger::EVALUATIONS.to_owned(), adds)].into();
    journal::commit(storage, format!("freeze-{run_id}"), adds).await?;
    Ok(())
}
