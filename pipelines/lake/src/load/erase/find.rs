//! Finds rows in the raw bytes of submissions: by what they are read as, and by the values that
//! stand in rows which could not be read.

use super::subject::Meant;
use crate::error::LakeError;
use crate::ledger::SubmissionId;
use crate::load::erase::eraser::Eraser;
use crate::load::filed_rows::{KeyHash, key_hashes_in_period};
use crate::load::raw::{self, ArchivedFile, Described};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int32Type, TimestampMicrosecondType};
use koridor_contract::check::REGISTER;
use koridor_contract::raw::trim_text;
use koridor_read::check::{
    CheckSetting, CheckedRows, ErasedRows, ExistingKeys, FileCheck, RowCounts, open_file,
};
use koridor_read::readers::erasing::EditedText;
use koridor_read::readers::{self, Container};
use koridor_read::recognise::Recognised;
use koridor_read::search::plain_spelling;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What one submission is read as.
pub(super) struct Read {
    pub(super) recognised: Recognised,
    pub(super) counts: RowCounts,
    /// Rows that are meant, with how many records each holds that are.
    hits: BTreeMap<(String, u64), usize>,
    /// Rows of the accepted records in their order, each with its key where the dataset is the one
    /// that is meant, and of the refused ones.
    accepted: BTreeMap<String, Vec<(u64, KeyHash)>>,
    refused: BTreeMap<String, Vec<u64>>,
}

/// A file with rows that are meant.
pub(super) struct FoundFile {
    pub(super) archived: ArchivedFile,
    /// Its rows that are meant: those of this search alone.
    pub(super) rows: ErasedRows,
    /// Rows that are meant and share their line with others.
    pub(super) shared: u64,
    /// Whether all of it is meant: it is refused, holds a value, and no row of it can be told.
    pub(super) is_whole: bool,
    /// What each of its submissions is read as; none where it is refused.
    pub(super) read: BTreeMap<String, Option<Read>>,
}

/// Files with rows that are meant, by the hash of the bytes that came.
pub(super) type Found = BTreeMap<String, FoundFile>;

impl Eraser<'_> {
    /// Searches all files in which rows of the dataset stand, or may stand. A row goes with all
    /// that were filed before it under its key: one of these would count in its place.
    pub(super) async fn find(&self, losses: &mut Vec<LakeError>) -> Result<Found, LakeError> {
        let found = self.find_with(&BTreeSet::new(), losses).await?;
        let read = found.values().flat_map(|file| file.read.values().flatten());
        let keys: BTreeSet<KeyHash> = read.flat_map(Read::keys_of_hits).collect();
        if keys.is_empty() || self.subject.names_whole_key(self.project) {
            return Ok(found);
        }
        self.find_with(&keys, &mut Vec::new()).await
    }

    /// The same; rows with one of some keys are meant too.
    async fn find_with(
        &self,
        keys: &BTreeSet<KeyHash>,
        losses: &mut Vec<LakeError>,
    ) -> Result<Found, LakeError> {
        let dataset = &self.subject.dataset;
        let mut files: BTreeMap<&str, Vec<&SubmissionId>> = BTreeMap::new();
        for id in self.ledger.keys() {
            files.entry(id.sha256()).or_default().push(id);
        }
        let mut found = Found::new();
        for (sha256, ids) in files {
            let is_own = |id: &&&SubmissionId| {
                let own = self.ledger.get(**id).and_then(|own| own.dataset.as_deref());
                own.is_none_or(|own| own.is_empty() || own == dataset)
            };
            if !ids.iter().any(|id| is_own(&id)) {
                continue;
            }
            let Some(described) = self.described(&ids).await? else { continue };
            let landed = self.landed(&described);
            let archived = match raw::fetch_whole(self.storage, landed, sha256).await? {
                Ok(archived) => archived,
                Err(loss) => {
                    losses.push(loss);
                    continue;
                }
            };
            if let Some(file) = self.find_in((sha256, &ids), archived, keys).await? {
                found.insert(sha256.to_owned(), file);
            }
        }
        Ok(found)
    }

    async fn described(&self, ids: &[&SubmissionId]) -> Result<Option<Described>, LakeError> {
        for id in ids {
            if let Some(own) = raw::described(self.storage, id).await? {
                return Ok(Some(own));
            }
        }
        Ok(None)
    }

    /// The rows of a file that are meant; `None` where there are none.
    async fn find_in(
        &self,
        (sha256, ids): (&str, &[&SubmissionId]),
        archived: ArchivedFile,
        keys: &BTreeSet<KeyHash>,
    ) -> Result<Option<FoundFile>, LakeError> {
        let erased = Arc::new(self.erased_rows(sha256));
        let mut read: BTreeMap<String, Option<Read>> = BTreeMap::new();
        for id in ids {
            let own = self.read(id, (archived.path(), &erased), keys).await?;
            read.insert(id.to_string(), own);
        }
        let (mut rows, mut shared) = (ErasedRows::new(), 0);
        for own in read.values().flatten() {
            if own.recognised.contract.name != self.subject.dataset {
                continue;
            }
            for ((sheet, number), hits) in &own.hits {
                match own.records(sheet, *number) <= *hits {
                    true => _ = rows.entry(sheet.clone()).or_default().insert(*number),
                    false => shared += 1,
                }
            }
        }
        let accepted = |sheet: &str, number: u64| {
            let mut all = read.values().flatten();
            all.any(|own| !own.accepted_of(sheet, number).is_empty())
        };
        for (sheet, numbers) in self.rows_with_values(&archived, &erased)? {
            let unread = numbers.into_iter().filter(|number| !accepted(&sheet, *number));
            let unread: BTreeSet<u64> = unread.collect();
            if !unread.is_empty() {
                rows.entry(sheet).or_default().extend(unread);
            }
        }
        let is_found = !rows.is_empty() || shared > 0;
        // Rows of a file that was loaded stand in the lake, though no description may fit it now.
        let is_loaded = |id: &&SubmissionId| self.ledger.get(*id).is_some_and(|own| own.is_loaded);
        let is_refused = read.values().all(Option::is_none) && !ids.iter().any(is_loaded);
        let is_whole = !is_found
            && is_refused
            && self.subject.with_refused_files
            && self.holds_value(&archived)?;
        if !is_found && !is_whole {
            return Ok(None);
        }
        Ok(Some(FoundFile { archived, rows, shared, is_whole, read }))
    }

    /// Whether a value that is looked for stands anywhere in the bytes of a file. Of what cannot be
    /// unpacked nothing is known.
    fn holds_value(&self, archived: &ArchivedFile) -> Result<bool, LakeError> {
        if self.needles.is_empty() {
            return Ok(false);
        }
        let path = archived.path();
        let bytes = std::fs::read(path).map_err(|error| LakeError::io(path, error))?;
        Ok(self.needles.count(&bytes).is_ok_and(|count| count > 0))
    }

    /// What a submission is read as, from bytes of this machine of which rows may be gone, with the
    /// rows that are meant or have one of some keys; `None` where it is refused.
    pub(super) async fn read(
        &self,
        id: &SubmissionId,
        (path, erased): (&std::path::Path, &Arc<ErasedRows>),
        sought: &BTreeSet<KeyHash>,
    ) -> Result<Option<Read>, LakeError> {
        let Some(described) = raw::described(self.storage, id).await? else { return Ok(None) };
        let now = self.project.local(described.received);
        let setting = CheckSetting { now, erased: Arc::clone(erased), ..self.setting.clone() };
        let shown_path = self.landed(&described).shown_path;
        let read = || -> Result<Option<Read>, LakeError> {
            let Ok(mut parts) = open_file(&setting, &described.request(), &shown_path, path)?
            else {
                return Ok(None);
            };
            let Ok(part) = parts.remove(0).recognised else { return Ok(None) };
            let recognised = part.recognised.clone();
            let mut check = FileCheck::start(&setting, part, ExistingKeys::default())?;
            let mut hits = BTreeMap::new();
            let mut accepted: BTreeMap<String, Vec<(u64, KeyHash)>> = BTreeMap::new();
            let mut refused: BTreeMap<String, Vec<u64>> = BTreeMap::new();
            let contract = &recognised.contract;
            let has_keys =
                contract.name == self.subject.dataset && contract.koridor.slice.is_some();
            while let Some(rows) = check.next_rows()? {
                let keys = match has_keys {
                    true => key_hashes_in_period(contract, &rows.accepted)?,
                    false => vec![0; rows.row_numbers.len()],
                };
                self.hit_rows(&rows, (&keys, sought), &mut hits);
                let own = accepted.entry(rows.sheet.clone()).or_default();
                own.extend(rows.row_numbers.iter().copied().zip(keys));
                let own = refused.entry(rows.sheet.clone()).or_default();
                own.extend(rows.rejected.iter().map(|(_, own)| own.row_number));
            }
            accepted.values_mut().for_each(|own| own.sort_unstable());
            refused.values_mut().for_each(|own| own.sort_unstable());
            let Ok(counts) = check.finish() else { return Ok(None) };
            let met =
                counts.corrections.iter().filter(|(_, met)| setting.is_sought(met.correction));
            // Each row is met by the key as it was filed, as it is corrected, or both.
            let mut once: BTreeMap<usize, BTreeMap<(String, u64), usize>> = BTreeMap::new();
            for (sheet, met) in met {
                let own = once.entry(met.correction).or_default();
                *own.entry((sheet.clone(), met.row_number)).or_default() += 1;
            }
            for (place, count) in once.into_values().flatten() {
                let own = hits.entry(place).or_default();
                *own = count.max(*own);
            }
            Ok(Some(Read { recognised, counts, hits, accepted, refused }))
        };
        tokio::task::block_in_place(read)
    }

    /// Notes rows about a time before a day, and those with a key that is sought.
    fn hit_rows(
        &self,
        rows: &CheckedRows,
        (keys, sought): (&[KeyHash], &BTreeSet<KeyHash>),
        hits: &mut BTreeMap<(String, u64), usize>,
    ) {
        let mut hit = |number: u64| {
            *hits.entry((rows.sheet.clone(), number)).or_default() += 1;
        };
        let before = match &self.subject.meant {
            Meant::Before { field, day } => Some((days_of(&rows.accepted, field), *day)),
            Meant::Key(_) => None,
        };
        let is_old = |row: usize| {
            let own = before.as_ref().and_then(|(days, day)| Some(((*days.get(row)?)?, *day)));
            own.is_some_and(|(own, day)| own < day)
        };
        for (row, number) in rows.row_numbers.iter().enumerate() {
            if is_old(row) || keys.get(row).is_some_and(|own| sought.contains(own)) {
                hit(*number);
            }
        }
        for (_, refused) in &rows.rejected {
            let own = refused.slice.period.or(refused.slice.release);
            // A refused row of a register does not say what time it is about.
            let own = own.filter(|own| *own != REGISTER);
            if own.zip(before.as_ref()).is_some_and(|(own, (_, day))| own < *day) {
                hit(refused.row_number);
            }
        }
    }

    /// Whether the cells of a row that could not be read name a row that is meant: one is a value
    /// that is looked for, and the others of the key stand there as well.
    fn names_row(&self, cells: &[&str]) -> bool {
        let holds = |value: &String| cells.iter().any(|own| plain_spelling(own) == *value);
        cells.iter().any(|own| self.needles.names_row_of(own)) && self.beside.iter().all(holds)
    }

    /// Rows of any sheet in which a value that is looked for stands.
    fn rows_with_values(
        &self,
        archived: &ArchivedFile,
        erased: &ErasedRows,
    ) -> Result<ErasedRows, LakeError> {
        let mut found = ErasedRows::new();
        if self.needles.is_empty() {
            return Ok(found);
        }
        let path = archived.path();
        let bytes = std::fs::read(path).map_err(|error| LakeError::io(path, error))?;
        let head = bytes.get(..readers::HEAD_BYTES.min(bytes.len())).unwrap_or_default();
        if readers::container(head).is_ok_and(|own| own == Container::Text) {
            if let Ok(text) = EditedText::of(&bytes, None) {
                let lines = text.lines_of(&|cells| {
                    let cells: Vec<&str> = cells.iter().map(|own| own.as_ref()).collect();
                    self.names_row(&cells)
                });
                if !lines.is_empty() {
                    found.insert(String::new(), lines);
                }
            }
            return Ok(found);
        }
        let Ok(sheets) = readers::cells(&self.setting.reader, path)? else { return Ok(found) };
        for sheet in sheets {
            let name = self.scrubber.name(&sheet.name).into_owned();
            let cells = &sheet.cells;
            let gone = erased.get(&name);
            for row in 0..cells.len() {
                let number = cells.row_number(row);
                let texts = (0..cells.width()).map(|at| trim_text(cells.text(row, at)));
                if gone.is_none_or(|own| !own.contains(&number))
                    && self.names_row(&texts.collect::<Vec<_>>())
                {
                    found.entry(name.clone()).or_default().insert(number);
                }
            }
        }
        Ok(found)
    }
}

impl Read {
    /// Keys of the accepted records whose rows are meant.
    fn keys_of_hits(&self) -> Vec<KeyHash> {
        let mut keys = Vec::new();
        for ((sheet, number), hits) in &self.hits {
            if self.records(sheet, *number) <= *hits {
                let own = self.accepted_of(sheet, *number).iter().map(|own| own.1);
                keys.extend(own.filter(|key| *key != 0));
            }
        }
        keys
    }

    /// Records of a row.
    fn records(&self, sheet: &str, number: u64) -> usize {
        let refused = self.refused.get(sheet).map_or(0, |own| {
            let first = own.partition_point(|own| *own < number);
            own.partition_point(|own| *own <= number) - first
        });
        self.accepted_of(sheet, number).len() + refused
    }

    /// Accepted records of a row.
    fn accepted_of(&self, sheet: &str, number: u64) -> &[(u64, KeyHash)] {
        let own = self.accepted.get(sheet).map(Vec::as_slice).unwrap_or_default();
        let first = own.partition_point(|own| own.0 < number);
        let end = own.partition_point(|own| own.0 <= number);
        own.get(first..end).unwrap_or_default()
    }
}

/// The days of a field: of a date, a moment or a year.
fn days_of(rows: &RecordBatch, field: &str) -> Vec<Option<i32>> {
    let Some(column) = rows.column_by_name(field) else { return vec![None; rows.num_rows()] };
    if let Some(days) = column.as_primitive_opt::<Date32Type>() {
        return days.iter().collect();
    }
    if let Some(moments) = column.as_primitive_opt::<TimestampMicrosecondType>() {
        let day = |moment: i64| moment.div_euclid(86_400_000_000) as i32;
        return moments.iter().map(|own| own.map(day)).collect();
    }
    if let Some(years) = column.as_primitive_opt::<Int32Type>() {
        let last = |year: i32| {
            let text = format!("{year:04}-12-31");
            koridor_contract::date::parse_date(text.as_bytes(), Default::default())
        };
        return years.iter().map(|own| own.and_then(last)).collect();
    }
    vec![None; column.len()]
}
