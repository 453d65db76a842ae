//! Finds rows in the raw bytes of submissions: by what they are read as, and by the values that
//! stand in rows which could not be read.

use super::subject::Meant;
use crate::error::LakeError;
use crate::ledger::SubmissionId;
use crate::load::erase::eraser::Eraser;
use crate::load::raw::{self, ArchivedFile, Described};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int32Type, TimestampMicrosecondType};
use koridor_contract::raw::trim_text;
use koridor_read::check::{
    CheckSetting, CheckedRows, ErasedRows, ExistingKeys, FileCheck, RowCounts, open_file,
};
use koridor_read::readers::erasing::EditedText;
use koridor_read::readers::{self, Container};
use koridor_read::recognise::Recognised;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What one submission is read as.
pub(super) struct Read {
    pub(super) recognised: Recognised,
    pub(super) counts: RowCounts,
    /// Rows that are meant, with how many records each holds that are.
    hits: BTreeMap<(String, u64), usize>,
    /// Accepted and refused records by row.
    accepted: BTreeMap<String, Vec<u64>>,
    refused: BTreeMap<String, Vec<u64>>,
}

/// A file with rows that are meant.
pub(super) struct FoundFile {
    pub(super) archived: ArchivedFile,
    /// Its rows that are meant: those of this search alone.
    pub(super) rows: ErasedRows,
    /// Rows that are meant and share their line with others.
    pub(super) shared: u64,
    /// What each of its submissions is read as; none where it is refused.
    pub(super) read: BTreeMap<String, Option<Read>>,
}

/// Files with rows that are meant, by the hash of the bytes that came.
pub(super) type Found = BTreeMap<String, FoundFile>;

impl Eraser<'_> {
    /// Searches all files in which rows of the dataset stand, or may stand.
    pub(super) async fn find(&self, losses: &mut Vec<LakeError>) -> Result<Found, LakeError> {
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
            if let Some(file) = self.find_in(sha256, &ids, archived).await? {
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
        sha256: &str,
        ids: &[&SubmissionId],
        archived: ArchivedFile,
    ) -> Result<Option<FoundFile>, LakeError> {
        let erased = Arc::new(self.erased_rows(sha256));
        let mut read: BTreeMap<String, Option<Read>> = BTreeMap::new();
        for id in ids {
            let own = self.read(id, archived.path(), &erased).await?;
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
            all.any(|own| own.accepted.get(sheet).is_some_and(|own| own.contains(&number)))
        };
        for (sheet, numbers) in self.rows_with_values(&archived, &erased)? {
            let unread = numbers.into_iter().filter(|number| !accepted(&sheet, *number));
            let unread: BTreeSet<u64> = unread.collect();
            if !unread.is_empty() {
                rows.entry(sheet).or_default().extend(unread);
            }
        }
        if rows.is_empty() && shared == 0 {
            return Ok(None);
        }
        Ok(Some(FoundFile { archived, rows, shared, read }))
    }

    /// What a submission is read as, from bytes of this machine of which rows may be gone; `None`
    /// where it is refused.
    pub(super) async fn read(
        &self,
        id: &SubmissionId,
        path: &std::path::Path,
        erased: &Arc<ErasedRows>,
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
            let (mut hits, mut accepted, mut refused) =
                (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
            while let Some(rows) = check.next_rows()? {
                self.old_rows(&rows, &mut hits);
                let numbers: &mut Vec<u64> = accepted.entry(rows.sheet.clone()).or_default();
                numbers.extend(&rows.row_numbers);
                let numbers: &mut Vec<u64> = refused.entry(rows.sheet.clone()).or_default();
                numbers.extend(rows.rejected.iter().map(|(_, own)| own.row_number));
            }
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

    /// Rows about a time before a day.
    fn old_rows(&self, rows: &CheckedRows, hits: &mut BTreeMap<(String, u64), usize>) {
        let Meant::Before { field, day } = &self.subject.meant else { return };
        let mut hit = |number: u64| {
            *hits.entry((rows.sheet.clone(), number)).or_default() += 1;
        };
        let days = days_of(&rows.accepted, field);
        for (row, number) in rows.row_numbers.iter().enumerate() {
            if days.get(row).copied().flatten().is_some_and(|own| own < *day) {
                hit(*number);
            }
        }
        for (_, refused) in &rows.rejected {
            let own = refused.slice.period.or(refused.slice.release);
            if own.is_some_and(|own| own < *day) {
                hit(refused.row_number);
            }
        }
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
                let lines = text.lines_of(&|record, _| self.needles.stands_in(record));
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
                let mut texts = (0..cells.width()).map(|at| trim_text(cells.text(row, at)));
                if gone.is_none_or(|own| !own.contains(&number))
                    && texts.any(|text| self.needles.stands_in(text))
                {
                    found.entry(name.clone()).or_default().insert(number);
                }
            }
        }
        Ok(found)
    }
}

impl Read {
    /// Records of a row.
    fn records(&self, sheet: &str, number: u64) -> usize {
        let count = |own: &BTreeMap<String, Vec<u64>>| {
            own.get(sheet).map_or(0, |own| own.iter().filter(|own| **own == number).count())
        };
        count(&self.accepted) + count(&self.refused)
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
