//! What the lake knows of bytes that come: whether they are in the ledger, whether they are sent as something else now, and what a
//! submission takes the place of.

use crate::engine::{At, DEFAULT_MEMORY_BYTES, Engine};
use crate::error::LakeError;
use crate::ingest::Submission;
use crate::store::journal::Head;
use crate::landing::LandedFile;
use crate::ledger;
use crate::outcome::FileOutcome;
use koridor_contract::Project;
use crate::load::raw;
use crate::recognise::{self, Request};
use crate::store::storage::Storage;
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use koridor_contract::message::Message;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A file's bytes that are in the ledger.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) is_loaded: bool,
    pub(crate) dataset: Option<String>,
    pub(crate) source_id: String,
    pub(crate) released: String,
    pub(crate) project: String,
    pub(crate) submission: Submission,
}

/// The files of the ledger, by the name of the submission.
///
/// # Errors
/// Where the lake cannot be read.
pub(crate) async fn files(
    project: &Arc<Project>,
    storage: &Storage,
    head: &Head,
) -> Result<BTreeMap<String, Known>, LakeError> {
    let mut known = BTreeMap::new();
    if !head.tables.contains_key(ledger::FILES) {
        return Ok(known);
    }
    let engine = Engine::open(
        Arc::clone(project),
        storage.clone(),
        At::Head(head.clone()),
        DEFAULT_MEMORY_BYTES,
    )?;
    let sql =
        "select sha256, status, project, sequence, attempt, cast(received_at as bigint) as received, coalesce(dataset, '') as dataset,
      coalesce(source_id, '') as source_id, coalesce(cast(released as varchar), '') as released
    from ops.files";
    for rows in engine.rows(sql).await? {
        let texts = |column: usize| rows.column(column).as_string::<i32>();
        let numbers = |column: usize| rows.column(column).as_primitive::<Int64Type>();
        for row in 0..rows.num_rows() {
            let submission = Submission {
                sequence: numbers(3).value(row),
                attempt: numbers(4).value(row),
                received: numbers(5).value(row),
            };
            let dataset = Some(texts(6).value(row).to_owned());
            let file = Known {
                is_loaded: texts(1).value(row) == "loaded",
                dataset,
                source_id: texts(7).value(row).to_owned(),
                released: texts(8).value(row).to_owned(),
                project: texts(2).value(row).to_owned(),
                submission,
            };
            known.insert(texts(0).value(row).to_owned(), file);
        }
    }
    Ok(known)
}

/// Whether bytes that the lake knows are sent as something else now: by another office, or as the word of another day. The answer goes into
/// the submission's name. Without a word of the caller or a folder the same bytes are the same submission.
///
/// # Errors
/// Where the lake cannot be read.
pub(crate) async fn sent_anew(
    project: &Project,
    storage: &Storage,
    file: &LandedFile,
    request: &Request,
    sha256: &str,
    known: &Known,
) -> Result<Option<String>, LakeError> {
    let now = recognise::hinted(project, request, &file.shown_path);
    let office =
        now.source.filter(|name| recognise::is_office(project, name) && *name != known.source_id);
    let released = now.released.filter(|day| *day != known.released);
    if office.is_none() && released.is_none() {
        return Ok(None);
    }
    let Some(described) = storage.get_json::<raw::Described>(&format!("raw/{sha256}.json")).await?
    else {
        return Ok(None);
    };
    let then = recognise::hinted(project, &described.request(), &described.shown_path);
    let office = office.filter(|name| then.source.as_ref() != Some(name));
    let released = released.filter(|day| then.released.as_ref() != Some(day));
    let parts: Vec<String> = office.into_iter().chain(released).collect();
    Ok((!parts.is_empty()).then(|| parts.join(".")))
}

/// Tells of each file of a run what it takes the place of without bringing it again, and what of it does not speak because a newer release
/// does.
///
/// # Errors
/// Where the lake cannot be read.
pub(crate) async fn tell_withdrawals(
    engine: &Engine,
    run_id: &str,
    outcomes: &mut [FileOutcome],
) -> Result<(), LakeError> {
    let own = format!("select sha256 from ops.files where run_id = '{run_id}'");
    let sql = format!(
        "select sha256, what, other_file, theme, slices from ops.withdrawals where run_id = '{run_id}' order by 1, 2, 3, 4"
    );
    let mut told = BTreeSet::new();
    for (sha256, [what, other, theme], slices) in found(engine, &sql).await? {
        let Some(outcome) = outcomes.iter_mut().find(|outcome| outcome.sha256 == sha256) else {
            continue;
        };
        outcome.warnings.push(match what.as_str() {
            "withdrawn" => withdrawn(&other, &theme, slices),
            _ => Message {
                id: format!(
                    "{slices} wilayah-periode tidak berlaku: {other} bertanggal rilis lebih baru"
                ),
                en: format!(
                    "{slices} region-periods do not speak: {other} has a newer release date"
                ),
            },
        });
        told.insert(sha256);
    }
    // Figures of a theme that goes on: a market, a point. They are looked for only where a slice was filed before.
    let again = format!(
        "select n.sha256, '' as what, '' as other, '' as theme, count(*) as slices
         from ops.slices n
         join ops.slices b on b.dataset = n.dataset and b.source_id = n.source_id and b.slice_region = n.slice_region and b.period = n.period
           and b.period_type = n.period_type and b.sha256 <> n.sha256
         where n.sha256 in ({own}) group by n.sha256 limit 1"
    );
    if found(engine, &again).await?.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "select new_sha256, change, old_file, field, count(distinct concat(region_code, period)) as slices from ops.final_changes
         where change = 'withdrawn' and new_sha256 in ({own}) group by new_sha256, change, old_file, field order by 1, 3, 4 limit 100"
    );
    for (sha256, [_, other, field], slices) in found(engine, &sql).await? {
        let Some(outcome) =
            outcomes.iter_mut().find(|outcome| outcome.sha256 == sha256 && !told.contains(&sha256))
        else {
            continue;
        };
        outcome.warnings.push(withdrawn(&other, &field, slices));
    }
    Ok(())
}

fn withdrawn(other: &str, what: &str, slices: i64) -> Message {
    Message {
        id: format!(
            "menggantikan {other}, yang juga memuat \"{what}\" untuk {slices} wilayah-periode: angka itu ditarik"
        ),
        en: format!(
            "takes the place of {other}, which held \"{what}\" of {slices} region-periods too: those figures are withdrawn"
        ),
    }
}

/// Rows of a file's hash, three texts and a count.
async fn found(engine: &Engine, sql: &str) -> Result<Vec<(String, [String; 3], i64)>, LakeError> {
    let mut found = Vec::new();
    for rows in engine.rows(sql).await? {
        let text = |column: usize, row: usize| {
            rows.column(column).as_string::<i32>().value(row).to_owned()
        };
        let counts = rows.column(4).as_primitive::<Int64Type>();
        found.extend((0..rows.num_rows()).map(|row| {
            (text(0, row), [text(1, row), text(2, row), text(3, row)], counts.value(row))
        }));
    }
    Ok(found)
}
