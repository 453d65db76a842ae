//! Takes rows of a person, or rows past their time, out of the lake: raw bytes, accepted and
//! refused rows, the ledger, at all versions that are kept; and proves it by searching every byte.
//!
//! `subject` says which rows are meant, `eraser` is what is known of the lake, `find` finds them in
//! raw bytes, `raw_rows` writes these without them, `tables` (with `losses`) and `documents` what
//! was made of them, `store/rewrite.rs` puts all of it in the place of what there was as one step,
//! `prove` searches what is left, `copies` what was made of the lake. `retention` tells what is
//! past its time.
//!
//! A submission keeps the hash of the bytes that came as its name; `store/erased.rs` knows which
//! bytes stand in their place, and which rows are not there any more. Rows keep their numbers.

mod copies;
mod documents;
mod eraser;
mod find;
mod losses;
mod prove;
mod raw_rows;
pub mod retention;
mod subject;
mod tables;

use super::quarantine::Decision;
use super::raw;
use crate::error::LakeError;
use crate::ledger::{self, SubmissionId};
use crate::store::erased::{self, Erased, ErasedOf, ErasedSlice, Erasure, Proof};
use crate::store::rewrite::{self, Rewriting};
use crate::store::storage::Storage;
use crate::store::{journal, release, staged};
use eraser::{Eraser, now};
use find::{Found, FoundFile};
use koridor_contract::Project;
use koridor_contract::personal::Hasher;
use koridor_read::check::SliceKey;
use koridor_read::readers::FileReader;
use koridor_read::search::Needles;
use losses::Losses;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;
pub use subject::{Meant, Subject};

/// What an erasure is asked for.
pub struct Asked<'asked> {
    /// Which rows.
    pub subject: &'asked Subject,
    /// Who has it done, and why.
    pub decision: Decision<'asked>,
    /// Folders of copies that were made of the lake.
    pub copies: CopiesOf<'asked>,
}

/// Folders of copies that were made of a lake: files in which a value stands are removed.
#[derive(Debug, Clone, Copy, Default)]
pub struct CopiesOf<'asked> {
    /// The folders.
    pub folders: &'asked [PathBuf],
    /// What is no copy and none of them may hold or lie in: the lake, the project, what came.
    pub barred: &'asked [PathBuf],
}

/// A file with rows that are meant.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FileLoss {
    /// Name as it is told.
    pub file_name: String,
    /// Hash of the bytes that came.
    pub sha256: String,
    /// Rows by sheet; of a text the lines.
    pub rows: BTreeMap<String, BTreeSet<u64>>,
    /// Rows that are meant and share their line with rows that are not: they stay.
    pub shared: u64,
    /// Whether all its bytes go: it is refused, and no row of it can be told.
    pub is_whole: bool,
}

/// What an erasure did, or would do.
#[derive(Debug, Default)]
pub struct Erasing {
    /// Files with rows that are meant.
    pub files: Vec<FileLoss>,
    /// Releases whose rows are touched; their numbers stand as they were published.
    pub releases: Vec<String>,
    /// What was recorded; none where nothing was done.
    pub erasure: Option<Erasure>,
    /// What was found of the values, where it was searched.
    pub proof: Option<Proof>,
    /// Files outside of the lake that were removed, or would be.
    pub outside: Vec<PathBuf>,
    /// Corrections of the project that name the key: they are the operator's to remove.
    pub corrections: Vec<String>,
    /// Raw files that are gone or damaged.
    pub losses: Vec<LakeError>,
}

/// What would be erased, nothing written.
///
/// # Errors
/// Where the key is none of the dataset, a folder holds more than copies, or the lake cannot be
/// read.
pub async fn plan(
    project: &Arc<Project>,
    storage: &Storage,
    (subject, copies, reader): (&Subject, CopiesOf<'_>, &Arc<FileReader>),
) -> Result<Erasing, LakeError> {
    let folders = copies::check(copies.folders, copies.barred)?;
    let eraser = Eraser::new(project, storage, (subject, reader)).await?;
    let mut losses = Vec::new();
    let found = eraser.find(&mut losses).await?;
    let outside = copies::search(&folders, &eraser.needles)?.found;
    Ok(Erasing { outside, ..eraser.told(&found, losses).await? })
}

/// Takes rows out of the lake and searches it for their values. The caller holds the lake's lock.
///
/// # Errors
/// Where the key is none of the dataset; where the lake cannot be read or written: what was begun
/// is finished by the next writer then.
pub async fn erase(
    project: &Arc<Project>,
    storage: &Storage,
    (asked, reader): (&Asked<'_>, &Arc<FileReader>),
) -> Result<Erasing, LakeError> {
    let folders = copies::check(asked.copies.folders, asked.copies.barred)?;
    journal::recover(storage).await?;
    // No byte of a write that died is searched, or listed: under the lock nobody else writes.
    staged::remove(storage, SystemTime::now())?;
    let eraser = Eraser::new(project, storage, (asked.subject, reader)).await?;
    let mut losses = Vec::new();
    let found = eraser.find(&mut losses).await?;
    if let Some(shared) = found.values().find(|own| own.shared > 0)
        && matches!(asked.subject.meant, Meant::Key(_))
    {
        let name = shared.archived.landed.told_name();
        return Err(LakeError::usage(
            format!("{name}: {} rows of this key share their line with others", shared.shared),
            "name more rows, or have the office send the file again without them".to_owned(),
        ));
    }
    let mut erasing = eraser.told(&found, losses).await?;
    let done = eraser.apply(asked, found, &mut erasing).await?;
    eraser.end(&folders, done, &mut erasing).await?;
    Ok(erasing)
}

/// What was put in place, and what is looked for afterwards.
struct Done {
    erased: Erased,
    /// The place of the erasure among all, where there is one.
    at: Option<usize>,
    values: BTreeSet<String>,
    /// Values that rows which stay hold too.
    shared: u64,
    /// Values that are words of the project.
    words: u64,
}

impl Eraser<'_> {
    /// What is told of files with rows that are meant.
    async fn told(&self, found: &Found, losses: Vec<LakeError>) -> Result<Erasing, LakeError> {
        let file = |(sha256, own): (&String, &FoundFile)| FileLoss {
            file_name: own.archived.landed.told_name().to_owned(),
            sha256: sha256.clone(),
            rows: own.rows.clone(),
            shared: own.shared,
            is_whole: own.is_whole,
        };
        let came = found.keys().filter_map(|sha256| {
            let own = self.ledger.iter().filter(|(id, _)| id.sha256() == sha256);
            own.map(|(_, file)| file.submission.sequence).min()
        });
        // A file's number is that of the batch that brought it, and its place in it.
        let first = came.min().map(|sequence| (sequence / 1_000_000) as u64);
        let releases = release::list(self.storage).await?;
        let releases =
            releases.iter().filter(|own| first.is_some_and(|own_first| own.sequence >= own_first));
        let named = self.project.corrections.iter().filter(|own| {
            let key = own.key.iter().any(|(_, value)| self.needles.stands_in(value));
            key || self.needles.stands_in(&own.expected)
        });
        Ok(Erasing {
            files: found.iter().map(file).collect(),
            releases: releases.map(|own| own.id.clone()).collect(),
            corrections: named.map(|own| own.id.clone()).collect(),
            losses,
            ..Erasing::default()
        })
    }

    /// Writes what stands in the place of the files, rows and documents, and puts it there as one
    /// step.
    async fn apply(
        &self,
        asked: &Asked<'_>,
        found: Found,
        erasing: &mut Erasing,
    ) -> Result<Done, LakeError> {
        let mut rewriting = Rewriting::default();
        let mut losses = Losses::default();
        let mut erased = self.erased.clone();
        let mut cells = BTreeSet::new();
        for (sha256, file) in &found {
            cells.extend(self.cells_of(file)?);
            self.replace_raw((sha256, file), &mut erased, &mut losses, &mut rewriting).await?;
        }
        self.write_tables(&mut losses, &mut rewriting).await?;
        let documents = self.mask_documents(&mut rewriting).await?;
        rewriting.removed.extend(prove::half_copies(self.storage).await?);
        rewriting.removed.extend(prove::samples(self.storage, &self.needles).await?);
        let mut erasure = self.erasure(asked, (&found, &losses), &rewriting);
        erasure.documents = documents;
        documents::note_projects(&rewriting, &mut erased)?;
        self.note_losses(&losses, &mut erased);
        let is_nothing = losses.rows.is_empty() && rewriting.files.is_empty() && documents == 0;
        let mut at = None;
        if !is_nothing {
            at = Some(erased.erasures.len());
            erased.erasures.push(erasure);
            let document = serde_json::to_value(&erased);
            let failed = |source| LakeError::Document { path: erased::PATH.into(), source };
            rewriting.documents.insert(erased::PATH.into(), document.map_err(failed)?);
            rewrite::commit(self.storage, rewriting).await?;
        }
        let (mut values, shared) = self.values_to_find(&losses, &cells).await?;
        let words = self.words + eraser::without_words(self.project, &mut values)?;
        erasing.erasure = at.and_then(|at| erased.erasures.get(at).cloned());
        Ok(Done { erased, at, values, shared, words })
    }

    /// Puts bytes in the place of a file's.
    async fn replace_raw(
        &self,
        (sha256, file): (&String, &FoundFile),
        erased: &mut Erased,
        losses: &mut Losses,
        rewriting: &mut Rewriting,
    ) -> Result<(), LakeError> {
        if file.rows.is_empty() && !file.is_whole {
            return Ok(());
        }
        let rewritten = self.rewritten(file)?;
        let stored = raw::keep_in_place(self.storage, rewritten.bytes.clone()).await?;
        let local = tempfile::NamedTempFile::new()
            .map_err(|error| LakeError::io(std::env::temp_dir(), error))?;
        std::fs::write(local.path(), &rewritten.bytes)
            .map_err(|error| LakeError::io(local.path(), error))?;
        let before = self.erased.stored(sha256).to_owned();
        let raw = erased.raw.entry(sha256.clone()).or_default();
        raw.hashes.push(stored);
        raw.add(&rewritten.rows);
        let rows = Arc::new(raw.rows());
        for (id, read) in &file.read {
            let Some(read) = read else { continue };
            let own = raw.submissions.entry(id.clone()).or_default();
            let place = (local.path(), &rows);
            let again = self.read(&SubmissionId::parse(id), place, &BTreeSet::new()).await?;
            let Some(again) = again else { continue };
            let slices = read.counts.slices.keys();
            let emptied = slices.filter(|key| !again.counts.slices.contains_key(*key));
            own.slices.extend(emptied.map(slice));
            let mut ignored = BTreeMap::new();
            for (reason, count) in &read.counts.ignored {
                let left = again.counts.ignored.get(reason).copied().unwrap_or_default();
                if *count > left {
                    ignored.insert(reason.clone(), count - left);
                }
            }
            if !ignored.is_empty() {
                losses.ignored.insert(id.clone(), ignored);
            }
        }
        let mut gone = file.rows.clone();
        for (sheet, numbers) in rewritten.rows {
            gone.entry(sheet).or_default().extend(numbers);
        }
        losses.rows.insert(sha256.clone(), gone);
        let is_named = self.ledger.keys().any(|id| id.sha256() == before && before != *sha256);
        if !is_named && !erased.in_use().any(|own| own == before) {
            rewriting.removed.insert(format!("raw/{before}"));
        }
        Ok(())
    }

    /// Notes what each submission lost, by its newest reading.
    fn note_losses(&self, losses: &Losses, erased: &mut Erased) {
        for (id, file) in self.ledger.iter().filter(|(id, _)| losses.rows.contains_key(id.sha256()))
        {
            let name = id.to_string();
            let reading = (name.clone(), file.submission.attempt);
            let lost = losses.of.get(&reading).cloned().unwrap_or_default();
            let ignored = losses.ignored.get(&name).map(|own| own.values().sum::<u64>());
            let rows = (lost.accepted + lost.rejected) as u64 + ignored.unwrap_or_default();
            if let Some(raw) = erased.raw.get_mut(id.sha256()) {
                let own: &mut ErasedOf = raw.submissions.entry(name).or_default();
                own.rows += rows;
                let why = file.refusal.as_ref().filter(|_| !file.is_loaded);
                own.refusal = why.map(|(why, _)| self.needles.masked(why).into_owned());
            }
        }
    }

    /// The record of what is done.
    fn erasure(
        &self,
        asked: &Asked<'_>,
        (found, losses): (&Found, &Losses),
        rewriting: &Rewriting,
    ) -> Erasure {
        let newest: BTreeMap<String, i64> =
            self.ledger.iter().map(|(id, own)| (id.to_string(), own.submission.attempt)).collect();
        let own = losses.of.iter().filter(|((id, attempt), _)| newest.get(id) == Some(attempt));
        let (mut accepted, mut rejected) = (0, 0);
        for (_, lost) in own {
            accepted += lost.accepted as u64;
            rejected += lost.rejected as u64;
        }
        let ignored = losses.ignored.values().flat_map(BTreeMap::values).sum();
        let replaced = rewriting.files.iter().flat_map(|(table, files)| {
            files.iter().map(move |(old, adds)| {
                let new = adds.iter().map(|add| format!("{table}/{}", add.path));
                (format!("{table}/{old}"), new.collect())
            })
        });
        let files = self.ledger.keys().filter(|id| found.contains_key(id.sha256()));
        let datasets = losses.removed.keys().filter_map(|table| table.strip_prefix("silver/"));
        let at = now();
        Erasure {
            id: at.replace([':', '.'], "-"),
            at,
            by: self.needles.masked(asked.decision.by).into_owned(),
            reason: self.needles.masked(asked.decision.reason).into_owned(),
            dataset: self.subject.dataset.clone(),
            kind: self.subject.kind().to_owned(),
            fields: self.subject.fields(),
            key_hash: self.key_hash.clone(),
            accepted,
            rejected,
            ignored,
            files: files.map(SubmissionId::to_string).collect(),
            datasets: datasets.map(str::to_owned).collect(),
            tables: losses.removed.clone(),
            replaced: replaced.collect(),
            ..Erasure::default()
        }
    }

    /// The values that are looked for: those that are given, and the personal ones of the rows that
    /// went, as they are stored and in clear. What rows that stay hold as well is counted and left
    /// out.
    async fn values_to_find(
        &self,
        losses: &Losses,
        cells: &BTreeSet<String>,
    ) -> Result<(BTreeSet<String>, u64), LakeError> {
        let mut values = self.values.clone();
        let mut stored = losses.personal.clone();
        // A value that does not name the rows alone may be that of others.
        let is_part = matches!(&self.subject.meant, Meant::Key(own) if own.len() > 1);
        let mut tables: BTreeSet<String> = losses.removed.keys().cloned().collect();
        tables.retain(|table| table.starts_with("silver/"));
        if is_part {
            stored.extend(values.iter().cloned());
            tables.insert(ledger::silver(&self.subject.dataset));
        }
        for table in &tables {
            self.drop_those_that_stay(table, &mut stored).await?;
        }
        let mut hasher = Hasher::new(&self.setting.hash_key);
        let mut hashed = |text: &String| subject::hash_text(&mut hasher, text);
        let before = values.len();
        if is_part {
            let shared: BTreeSet<String> =
                values.iter().filter(|own| !stored.contains(*own)).cloned().collect();
            values.retain(|own| !shared.contains(own) && !shared.contains(&hashed(own)));
        }
        let shared = (before - values.len()) as u64;
        stored.retain(|own| losses.personal.contains(own));
        let clear: Vec<String> =
            cells.iter().filter(|text| stored.contains(&hashed(text))).cloned().collect();
        values.extend(stored);
        values.extend(clear);
        Ok((values, shared))
    }

    /// Whether an erasure was asked for as this one is; rows past their time may have been asked
    /// for on another day.
    fn is_of_subject(&self, own: &Erasure) -> bool {
        own.dataset == self.subject.dataset
            && own.kind == self.subject.kind()
            && (own.kind == erased::RETENTION || own.key_hash == self.key_hash)
    }

    /// Removes copies that were made of the lake, and searches what is left.
    async fn end(
        &self,
        folders: &[PathBuf],
        done: Done,
        erasing: &mut Erasing,
    ) -> Result<(), LakeError> {
        let Done { mut erased, at, values, shared, words } = done;
        let needles = Needles::new(values.iter().map(String::as_str))?;
        let copies = copies::search(folders, &needles)?;
        for path in copies.found {
            std::fs::remove_file(&path).map_err(|error| LakeError::io(&path, error))?;
            erasing.outside.push(path);
        }
        let mut proof = self.prove(&needles).await?;
        proof.shared = shared;
        proof.unsearched += words;
        proof.unread.extend(copies.unread);
        // What a run that died has done is proven now.
        let is_proven_now = |number: usize, own: &Erasure| {
            at == Some(number) || (own.proof.is_none() && self.is_of_subject(own))
        };
        let all = erased.erasures.iter_mut().enumerate();
        for (_, own) in all.filter(|(number, own)| is_proven_now(*number, own)) {
            own.proof = Some(proof.clone());
            own.outside += erasing.outside.len() as u64;
            erasing.erasure = Some(own.clone());
        }
        if erasing.erasure.is_some() {
            self.storage.put_json(erased::PATH, &erased).await?;
        }
        erasing.proof = Some(proof);
        Ok(())
    }
}

/// The slice of a submission, as it is kept.
fn slice(key: &SliceKey) -> ErasedSlice {
    ErasedSlice {
        source_id: key.source_id.clone(),
        region: key.region.clone(),
        period: key.period,
        period_type: key.period_type.clone(),
        theme: key.theme.clone(),
        part: key.part.clone(),
        release_date: key.release_date,
    }
}
