//! Proving a lake from its raw bytes: built anew, in the order they came, and compared table by
//! table.

use super::deduplicate::ledger_files;
use super::entry::Reading;
use super::fingerprint::ContentFingerprint;
use super::ingest::{Loader, Pending};
use super::outcome::{FileOutcome, damaged};
use super::raw::{self, Described};
use crate::engine::{Engine, Snapshot, Tier, plain_texts};
use crate::error::LakeError;
use crate::ledger::{self, Submission, SubmissionId};
use crate::store::data_file::write_rows;
use crate::store::erased::{self, Erased};
use crate::store::release::Release;
use crate::store::storage::Storage;
use crate::store::{journal, secret};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use futures::StreamExt;
use koridor_contract::Project;
use koridor_read::readers::FileReader;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One table of a lake and of the one that was built again.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Comparison {
    /// The table, as SQL names it.
    pub table: String,
    /// Rows in the lake.
    pub rows: u64,
    /// Rows in the one built from raw bytes.
    pub rebuilt_rows: u64,
    /// Whether they hold the same.
    pub is_equal: bool,
}

/// Builds a lake anew from another's raw bytes, in the order they came, under the project as it is;
/// the personal fields' key goes along.
///
/// Files whose raw bytes are gone or damaged are left out, and what is wrong with them is given.
///
/// # Errors
/// Where the one cannot be read or the other not be written.
pub async fn rebuild(
    project: &Arc<Project>,
    (from, into): (&Storage, &Storage),
    (run_id, reader): (&str, &Arc<FileReader>),
    progress: &mut dyn FnMut(&FileOutcome),
) -> Result<Vec<LakeError>, LakeError> {
    let snapshot = Snapshot::head(Arc::clone(project), from.clone()).await;
    rebuild_state(project, (from, snapshot, into), (run_id, reader), progress).await
}

/// Builds the lake of a release anew, from the raw bytes that it knew, under the project that it
/// was made with.
///
/// # Errors
/// As [`rebuild`].
pub async fn rebuild_release(
    project: &Arc<Project>,
    (from, release, into): (&Storage, &Release, &Storage),
    (run_id, reader): (&str, &Arc<FileReader>),
) -> Result<Vec<LakeError>, LakeError> {
    let snapshot = Snapshot::at_release(Arc::clone(project), from.clone(), release.clone());
    rebuild_state(project, (from, Ok(snapshot), into), (run_id, reader), &mut |_| {}).await
}

/// Builds a lake anew from the raw bytes that a state of another names.
async fn rebuild_state(
    project: &Arc<Project>,
    (from, snapshot, into): (&Storage, Result<Snapshot, LakeError>, &Storage),
    (run_id, reader): (&str, &Arc<FileReader>),
    progress: &mut dyn FnMut(&FileOutcome),
) -> Result<Vec<LakeError>, LakeError> {
    into.create().await?;
    secret::hand_on(from, into).await?;
    let erased = Erased::read(from).await?;
    if erased != Erased::default() {
        into.put_json(erased::PATH, &erased).await?;
    }
    if secret::raw_cipher(from).await?.is_some() {
        secret::keep_encrypts_raw(into, true).await?;
    }
    let mut losses = Vec::new();
    let snapshot = match snapshot {
        Ok(snapshot) => Some(snapshot),
        Err(loss) if loss.is_loss() => {
            losses.push(loss);
            None
        }
        Err(error) => return Err(error),
    };
    let state = snapshot.as_ref();
    hand_on((state, into), (ledger::ACCEPTANCES, ledger::acceptances_schema()), run_id).await?;
    let loader = Loader::new(Arc::clone(project), into.clone(), run_id.to_owned()).await?;
    let mut loader = loader.with_reader(Arc::clone(reader));
    let mut pending = Pending::default();
    for (id, described) in submissions(state, from, &mut losses).await? {
        let landed = loader.landed(&described);
        let source = match raw::fetch_whole(from, landed.clone(), id.sha256()).await? {
            Ok(source) => source,
            Err(loss) => {
                progress(&damaged(&landed, &described));
                losses.push(loss);
                continue;
            }
        };
        let archived = raw::copy_into(into, &source).await?;
        let reading = Reading {
            id,
            submission: Submission {
                sequence: described.sequence,
                attempt: 0,
                received: described.received,
                reading: described.sequence,
            },
            file: landed,
            request: described.request(),
        };
        let part = loader.recognise(&archived, &reading)?.remove(0).recognised;
        progress(&loader.process_part(&reading, part, &mut pending).await?.outcome);
    }
    loader.commit(pending.batch).await?;
    hand_on((state, into), (ledger::WAIVERS, ledger::waivers_schema()), run_id).await?;
    let evaluations = (ledger::EVALUATIONS, ledger::evaluations_schema());
    hand_on((state, into), evaluations, run_id).await?;
    Ok(losses)
}

/// The submissions of the ledger with what was said of them, in the order they came. What stands
/// beside raw bytes and is in no ledger was left by a load that died. Where the ledger is lost, all
/// that stands beside raw bytes is taken.
async fn submissions(
    snapshot: Option<&Snapshot>,
    from: &Storage,
    losses: &mut Vec<LakeError>,
) -> Result<Vec<(SubmissionId, Described)>, LakeError> {
    let Some(snapshot) = snapshot else { return raw::all(from).await };
    let ledger = match ledger_files(snapshot).await {
        Err(loss) if loss.is_loss() => {
            losses.push(loss);
            return raw::all(from).await;
        }
        ledger => ledger?,
    };
    let mut submissions = Vec::new();
    for id in ledger.into_keys() {
        match raw::described(from, &id).await {
            Ok(Some(described)) => submissions.push((id, described)),
            Ok(None) => losses.push(LakeError::missing(raw::description_path(&id.to_string()))),
            Err(loss) if loss.is_loss() => losses.push(loss),
            Err(error) => return Err(error),
        }
    }
    submissions.sort_by_key(|(_, described)| described.sequence);
    Ok(submissions)
}

/// What people decided is in no raw bytes: it goes along. Which held submissions they accepted is
/// known before these are read.
async fn hand_on(
    (snapshot, into): (Option<&Snapshot>, &Storage),
    (table, schema): (&str, SchemaRef),
    run_id: &str,
) -> Result<(), LakeError> {
    // What is lost is told where submissions are read.
    let Some(snapshot) = snapshot.filter(|own| own.has_table(table)) else { return Ok(()) };
    let engine = Engine::open(snapshot.clone())?;
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let sql = format!("select * from {}", table.replace('/', "."));
    let rows = engine.query(&sql).await?.select_columns(&names)?;
    let rows = rows.collect().await?;
    let rows: Result<Vec<RecordBatch>, LakeError> = rows
        .iter()
        .map(|rows| {
            let columns = plain_texts(rows)?.columns().to_vec();
            Ok(RecordBatch::try_new(Arc::clone(&schema), columns)?)
        })
        .collect();
    let adds = write_rows(into, table, &schema, &rows?).await?;
    let adds = [(table.to_owned(), adds)].into();
    journal::commit(into, format!("{table}-{run_id}"), adds).await?;
    Ok(())
}

/// Compares two lakes table by table: accepted rows, current rows, slices, refused rows and the
/// ledger.
///
/// # Errors
/// Where one of them cannot be read.
pub async fn compare(
    project: &Arc<Project>,
    lake: &Storage,
    rebuilt: &Storage,
) -> Result<Vec<Comparison>, LakeError> {
    let here = Snapshot::head(Arc::clone(project), lake.clone()).await?;
    let there = Snapshot::head(Arc::clone(project), rebuilt.clone()).await?;
    let tables: BTreeSet<&String> = here.tables().keys().chain(there.tables().keys()).collect();
    let mut queries: Vec<(String, String)> = Vec::new();
    let has_rows = |name: &String| tables.contains(&ledger::silver(name));
    for contract in project.datasets.values().filter(|contract| has_rows(&contract.name)) {
        let fields: Vec<&str> = contract.fields.iter().map(|field| field.name.as_str()).collect();
        let columns = format!(
            "{}, array_to_string(qc_flags, ','), src_file_sha256, coalesce(src_sheet, ''), src_row",
            fields.join(", ")
        );
        for (schema, more) in [("silver", ""), ("core", ", is_headline")] {
            let table = format!("{schema}.{}", contract.name);
            let sql = format!("select {columns}{more} from {table}");
            queries.push((table, sql));
        }
    }
    for table in ["current_slices", "superseded_rows", "quarantine", "files"] {
        let sql = project.query(&format!("compared_{table}"))?;
        queries.push((format!("ops.{table}"), sql.to_owned()));
    }
    let open = |snapshot: Snapshot| Engine::open(snapshot.with_tier(Tier::Program));
    let (here, there) = (open(here)?, open(there)?);
    let mut comparisons = Vec::new();
    for (table, sql) in queries {
        let (own, other) = (content(&here, &sql).await?, content(&there, &sql).await?);
        let is_equal = own == other;
        comparisons.push(Comparison { table, rows: own.0, rebuilt_rows: other.0, is_equal });
    }
    Ok(comparisons)
}

/// Number of rows of a query and the fingerprint of what they hold.
async fn content(engine: &Engine, sql: &str) -> Result<(u64, u128), LakeError> {
    let mut fingerprint = ContentFingerprint::default();
    let mut count = 0;
    let mut rows = engine.stream(sql).await?;
    while let Some(rows) = rows.next().await {
        let rows = plain_texts(&rows?)?;
        count += rows.num_rows() as u64;
        fingerprint.add_rows(rows.columns())?;
    }
    Ok((count, fingerprint.value()))
}
