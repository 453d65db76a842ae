//! What was taken out of the lake: which erasures there were, and which bytes stand in the place of
//! those that came. One document, without any value of what was erased.

use super::head::check_absent;
use super::storage::Storage;
use crate::error::LakeError;
use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use koridor_contract::personal::HashKey;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where it is.
pub(crate) const PATH: &str = "_koridor/erasures.json";

/// The kind of an erasure that names rows by their key.
pub(crate) const KEY: &str = "key";

/// The kind of an erasure of rows past their time.
pub(crate) const RETENTION: &str = "retention";

/// What was taken out of a lake.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Erased {
    /// By the hash of the bytes that came.
    pub raw: BTreeMap<String, ErasedRaw>,
    /// Fingerprints of projects of which lines were taken out, by the name that they had before.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub projects: BTreeMap<String, String>,
    /// Erasures, in their order.
    pub erasures: Vec<Erasure>,
}

/// A file of which rows were taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedRaw {
    /// Hashes of what stood in the place of the bytes that came, one an erasure; the last stands
    /// there now.
    pub hashes: Vec<String>,
    /// First and last line of each run of rows that were taken out, by sheet as it is told.
    pub rows: BTreeMap<String, Vec<(u64, u64)>>,
    /// What each submission of the bytes lost.
    pub submissions: BTreeMap<String, ErasedOf>,
}

/// What one submission lost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedOf {
    /// Rows, as they were counted.
    pub rows: u64,
    /// Slices of which no row is left: the submission speaks for them still.
    pub slices: BTreeSet<ErasedSlice>,
    /// Why it was refused as a whole, in English: what is left may be refused for another reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}

/// A slice without rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ErasedSlice {
    /// Source.
    pub source_id: String,
    /// Region, point, facility or route.
    pub region: String,
    /// First day of the period.
    pub period: i32,
    /// M, Q or Y.
    pub period_type: String,
    /// What sources compete about.
    pub theme: String,
    /// Part of the slice.
    pub part: String,
    /// Release date.
    pub release_date: i32,
}

/// One erasure.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Erasure {
    /// Its name.
    pub id: String,
    /// Moment, RFC 3339, UTC.
    pub at: String,
    /// Who had it done.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The dataset.
    pub dataset: String,
    /// `key` or `retention`.
    pub kind: String,
    /// Fields by which rows were named.
    pub fields: Vec<String>,
    /// What tells the key from others, made with the lake's secret; of a retention the day before
    /// which rows were erased.
    pub key_hash: String,
    /// Rows that had been accepted, refused, and neither.
    pub accepted: u64,
    /// Refused rows.
    pub rejected: u64,
    /// Rows that were no data.
    pub ignored: u64,
    /// Submissions that lost rows.
    pub files: BTreeSet<String>,
    /// Datasets that lost rows.
    pub datasets: BTreeSet<String>,
    /// Tables of which data files were written anew, with the rows that went.
    pub tables: BTreeMap<String, u64>,
    /// Data files that stand in the place of others, by path within the lake.
    pub replaced: BTreeMap<String, Vec<String>>,
    /// Documents in which a value was masked.
    pub documents: u64,
    /// Files outside of the lake that were removed.
    pub outside: u64,
    /// What searching the lake for the values found; none where it was not searched.
    pub proof: Option<Proof>,
}

/// What a search of all bytes found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Moment, RFC 3339, UTC.
    pub at: String,
    /// Objects that were read.
    pub objects: u64,
    /// Bytes that were read.
    pub bytes: u64,
    /// Values that were looked for: in clear, and as the lake stores them; none where rows were
    /// named by nothing personal.
    pub values: u64,
    /// Values that rows of other keys hold too, which stay: they were not looked for.
    #[serde(default)]
    pub shared: u64,
    /// Values that cannot be told from others, too short or words of the project: they were not
    /// looked for.
    #[serde(default)]
    pub unsearched: u64,
    /// How often they were found, by the folder or table.
    pub found: BTreeMap<String, u64>,
    /// Some of the objects in which they were found.
    #[serde(default)]
    pub found_in: Vec<String>,
    /// Objects that could not be searched, each with why.
    pub unread: Vec<String>,
}

impl Proof {
    /// Whether nothing was found of what was looked for, in all that there is.
    pub fn is_clean(&self) -> bool {
        self.found.values().all(|count| *count == 0) && self.unread.is_empty()
    }

    /// Whether it proves that nothing is left; none where nothing was looked for.
    pub fn is_proven(&self) -> Option<bool> {
        (self.values > 0).then(|| self.is_clean() && self.unsearched == 0)
    }
}

impl Erased {
    /// What was taken out of a lake.
    ///
    /// # Errors
    /// Where it cannot be read, or is gone although the lake has had it.
    pub async fn read(storage: &Storage) -> Result<Self, LakeError> {
        if let Some(own) = storage.get_json(PATH).await? {
            return Ok(own);
        }
        check_absent(storage, PATH).await?;
        Ok(Self::default())
    }

    /// The hash of the bytes that stand in the place of those that came.
    pub fn stored<'hash>(&'hash self, sha256: &'hash str) -> &'hash str {
        let own = self.raw.get(sha256).and_then(|own| own.hashes.last());
        own.map_or(sha256, String::as_str)
    }

    /// Whether bytes that come are some of which rows were taken out, as they were before.
    pub fn is_erased(&self, sha256: &str) -> bool {
        let is_older = |own: &ErasedRaw| own.hashes.iter().rev().skip(1).any(|hash| hash == sha256);
        self.raw.contains_key(sha256) || self.raw.values().any(is_older)
    }

    /// The names under `raw/` that are in use in the place of others.
    pub fn in_use(&self) -> impl Iterator<Item = &str> {
        self.raw.values().filter_map(|own| own.hashes.last()).map(String::as_str)
    }

    /// Keys of a dataset that were erased.
    pub fn keys(&self, dataset: &str) -> ErasedKeys {
        let own = self.erasures.iter().filter(|own| own.kind == KEY && own.dataset == dataset);
        let mut keys = ErasedKeys::new();
        for erasure in own {
            let hashes = keys.entry(erasure.fields.clone()).or_default();
            hashes.insert(erasure.key_hash.clone());
        }
        keys
    }

    /// Erasures after a moment (RFC 3339, UTC).
    pub fn since<'own>(&'own self, moment: &'own str) -> impl Iterator<Item = &'own Erasure> {
        let then = chrono::DateTime::parse_from_rfc3339(moment).ok();
        self.erasures.iter().filter(move |own| {
            let at = chrono::DateTime::parse_from_rfc3339(&own.at).ok();
            at.zip(then).is_none_or(|(at, then)| at > then)
        })
    }

    /// What a submission lost.
    pub fn of(&self, id: &str) -> Option<&ErasedOf> {
        let sha256 = id.split('.').next().unwrap_or(id);
        self.raw.get(sha256)?.submissions.get(id)
    }
}

impl ErasedRaw {
    /// The rows that were taken out, by sheet.
    pub fn rows(&self) -> BTreeMap<String, BTreeSet<u64>> {
        let all = |runs: &Vec<(u64, u64)>| runs.iter().flat_map(|(from, to)| *from..=*to).collect();
        self.rows.iter().map(|(sheet, runs)| (sheet.clone(), all(runs))).collect()
    }

    /// Notes rows that are taken out.
    pub fn add(&mut self, rows: &BTreeMap<String, BTreeSet<u64>>) {
        let mut all = self.rows();
        for (sheet, numbers) in rows {
            all.entry(sheet.clone()).or_default().extend(numbers);
        }
        self.rows = all.into_iter().map(|(sheet, numbers)| (sheet, runs(numbers))).collect();
    }
}

/// Numbers as runs.
fn runs(numbers: BTreeSet<u64>) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match runs.last_mut().filter(|run| run.1 + 1 == number) {
            Some(run) => run.1 = number,
            None => runs.push((number, number)),
        }
    }
    runs
}

/// What tells a key from others and gives nothing of it away: fields with their values as the lake
/// stores them.
pub fn key_hash(key: &HashKey, dataset: &str, values: &[(&str, String)]) -> String {
    let mut parts: Vec<String> =
        values.iter().map(|(name, value)| format!("{name}={value}")).collect();
    parts.sort();
    let text = format!("koridor: erased key of {dataset}: {}", parts.join(";"));
    let hash = key.derived(text.as_bytes());
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Keys of a dataset that were erased: by the fields that name them.
pub type ErasedKeys = BTreeMap<Vec<String>, BTreeSet<String>>;

/// `ops.erasures`, oldest first.
pub(crate) async fn erasures_table(storage: &Storage) -> Result<RecordBatch, LakeError> {
    let rows = Erased::read(storage).await?.erasures;
    let text = |pick: &dyn Fn(&Erasure) -> Option<String>| -> ArrayRef {
        Arc::new(StringArray::from_iter(rows.iter().map(pick)))
    };
    let number = |pick: &dyn Fn(&Erasure) -> Option<u64>| -> ArrayRef {
        Arc::new(Int64Array::from_iter(rows.iter().map(|row| pick(row).map(|own| own as i64))))
    };
    let json = |own: &BTreeMap<String, u64>| serde_json::to_string(own).ok();
    let is_proven = rows.iter().map(|row| row.proof.as_ref()?.is_proven());
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("erasure_id", text(&|row| Some(row.id.clone()))),
        ("erased_at", text(&|row| Some(row.at.clone()))),
        ("erased_by", text(&|row| Some(row.by.clone()))),
        ("reason", text(&|row| Some(row.reason.clone()))),
        ("dataset", text(&|row| Some(row.dataset.clone()))),
        ("kind", text(&|row| Some(row.kind.clone()))),
        ("fields", text(&|row| Some(row.fields.join(", ")))),
        ("key_hash", text(&|row| Some(row.key_hash.clone()))),
        ("rows_accepted", number(&|row| Some(row.accepted))),
        ("rows_rejected", number(&|row| Some(row.rejected))),
        ("rows_ignored", number(&|row| Some(row.ignored))),
        ("files", number(&|row| Some(row.files.len() as u64))),
        ("tables_json", text(&|row| json(&row.tables))),
        ("documents", number(&|row| Some(row.documents))),
        ("values_searched", number(&|row| row.proof.as_ref().map(|own| own.values))),
        (
            "values_unsearched",
            number(&|row| row.proof.as_ref().map(|own| own.shared + own.unsearched)),
        ),
        ("searched_objects", number(&|row| row.proof.as_ref().map(|own| own.objects))),
        ("searched_bytes", number(&|row| row.proof.as_ref().map(|own| own.bytes))),
        ("found_json", text(&|row| row.proof.as_ref().and_then(|own| json(&own.found)))),
        ("is_proven", Arc::new(BooleanArray::from_iter(is_proven))),
    ];
    let field = |(name, column): &(&str, ArrayRef)| {
        Field::new(*name, DataType::clone(column.data_type()), true)
    };
    let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_kept_as_runs_and_come_back() {
        let mut raw = ErasedRaw::default();
        let rows = |numbers: &[u64]| [("A".to_owned(), numbers.iter().copied().collect())].into();
        raw.add(&rows(&[3, 4, 9]));
        raw.add(&rows(&[5]));
        assert_eq!(raw.rows["A"], [(3, 5), (9, 9)]);
        assert_eq!(raw.rows(), rows(&[3, 4, 5, 9]));
    }

    #[test]
    fn bytes_as_they_came_and_between_two_erasures_are_known() {
        let raw = ErasedRaw { hashes: vec!["b".into(), "c".into()], ..ErasedRaw::default() };
        let erased = Erased { raw: [("a".to_owned(), raw)].into(), ..Erased::default() };
        assert_eq!((erased.stored("a"), erased.stored("z")), ("c", "z"));
        assert!(erased.is_erased("a") && erased.is_erased("b") && !erased.is_erased("c"));
        assert_eq!(erased.in_use().collect::<Vec<_>>(), ["c"]);
    }
}
