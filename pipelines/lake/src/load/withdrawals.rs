//! What a load withdraws: figures that a file's predecessor contained, what is not current because
//! a newer vintage is, and figures that two files give differently for the same release date.

use super::landing::name_beside;
use super::outcome::FileOutcome;
use crate::engine::{Engine, text_parameter};
use crate::error::LakeError;
use crate::ledger::SubmissionId;
use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use koridor_contract::message::Message;
use std::collections::BTreeSet;

/// Tells of each file of a run what it supersedes without bringing it again, and what of it is not
/// current because a newer vintage is.
///
/// # Errors
/// Where the lake cannot be read.
pub(crate) async fn warn_of_withdrawals(
    engine: &Engine,
    run_id: &str,
    outcomes: &mut [FileOutcome],
) -> Result<(), LakeError> {
    // Where no slice was filed before, nothing is withdrawn and no newer vintage is current.
    if find(engine, "refiled_slices_of_run", run_id).await?.is_empty() {
        return Ok(());
    }
    let mut told = BTreeSet::new();
    for found in find(engine, "withdrawals_of_run", run_id).await? {
        let Some(outcome) = outcomes.iter_mut().find(|outcome| outcome.id == found.id) else {
            continue;
        };
        let (slices, other) = (found.slices, name_beside(&outcome.path, &found.other_file));
        outcome.warnings.push(match found.what.as_str() {
            "withdrawn" => withdrawn(&other, &found.detail, slices),
            _ => Message {
                id: format!(
                    "{slices} wilayah-periode tidak berlaku: {other} bertanggal rilis lebih baru"
                ),
                en: format!(
                    "{slices} region-periods are not current: {other} has a newer release date"
                ),
            },
        });
        told.insert(found.id);
    }
    // Figures of a theme that goes on: a market, a point.
    for found in find(engine, "withdrawn_figures_of_run", run_id).await? {
        let is_new =
            |outcome: &&mut FileOutcome| outcome.id == found.id && !told.contains(&found.id);
        let Some(outcome) = outcomes.iter_mut().find(is_new) else { continue };
        let other = name_beside(&outcome.path, &found.other_file);
        outcome.warnings.push(withdrawn(&other, &found.detail, found.slices));
    }
    warn_of_contested(engine, run_id, outcomes).await
}

/// Tells of each file of a run which of its figures another file gives differently for the same
/// release date: the order in which they were read decides, and says nothing of which is right.
async fn warn_of_contested(
    engine: &Engine,
    run_id: &str,
    outcomes: &mut [FileOutcome],
) -> Result<(), LakeError> {
    if find(engine, "contested_slices_of_run", run_id).await?.is_empty() {
        return Ok(());
    }
    for found in find(engine, "contested_figures_of_run", run_id).await? {
        let Some(outcome) = outcomes.iter_mut().find(|outcome| outcome.id == found.id) else {
            continue;
        };
        let other = name_beside(&outcome.path, &found.other_file);
        let warning = contested(&other, found.slices, found.what == "stands");
        outcome.warnings.push(warning);
    }
    Ok(())
}

/// `is_current`: the file itself counts, and not the other one.
fn contested(other: &str, slices: i64, is_current: bool) -> Message {
    let (id, en, newer) = match is_current {
        true => (
            "berkas ini yang berlaku, karena dibaca belakangan".to_owned(),
            "this file counts, as it was read later".to_owned(),
            (format!("{other} yang"), format!("{other} is")),
        ),
        false => (
            format!("{other} yang berlaku, karena dibaca belakangan"),
            format!("{other} counts, as it was read later"),
            ("berkas ini yang".to_owned(), "this file is".to_owned()),
        ),
    };
    Message {
        id: format!(
            "angka {slices} wilayah-periode berbeda dari {other}, dengan tanggal rilis yang sama: \
             {id} (ops.withdrawals). Bila {} lebih baru, kirim ulang dengan tanggal rilisnya: \
             dalam kolom release_date, atau dalam folder bernama tanggal itu (TTTT-BB-HH)",
            newer.0
        ),
        en: format!(
            "the figures of {slices} region-periods differ from those of {other}, which has the \
             same release date: {en} (ops.withdrawals). If {} newer, send it again with its \
             release date: in a column release_date, or in a folder named by that day (YYYY-MM-DD)",
            newer.1
        ),
    }
}

fn withdrawn(other: &str, what: &str, slices: i64) -> Message {
    Message {
        id: format!(
            "menggantikan {other}, yang juga memuat \"{what}\" untuk {slices} wilayah-periode: \
             angka itu ditarik"
        ),
        en: format!(
            "supersedes {other}, which also held \"{what}\" of {slices} region-periods: \
             those figures are withdrawn"
        ),
    }
}

/// A row of the queries above.
struct Withdrawal {
    id: SubmissionId,
    what: String,
    /// Its path, or its name.
    other_file: String,
    detail: String,
    slices: i64,
}

async fn find(engine: &Engine, query: &str, run_id: &str) -> Result<Vec<Withdrawal>, LakeError> {
    let mut found = Vec::new();
    for rows in engine.run_named(query, [("run_id", text_parameter(run_id))]).await? {
        let text = |column: usize, row: usize| {
            rows.column(column).as_string::<i32>().value(row).to_owned()
        };
        let counts = rows.column(4).as_primitive::<Int64Type>();
        found.extend((0..rows.num_rows()).map(|row| Withdrawal {
            id: SubmissionId::parse(&text(0, row)),
            what: text(1, row),
            other_file: text(2, row),
            detail: text(3, row),
            slices: counts.value(row),
        }));
    }
    Ok(found)
}
