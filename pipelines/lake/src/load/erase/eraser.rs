//! What is known of a lake while rows are taken out of it.

use super::subject::Subject;
use crate::engine::Snapshot;
use crate::error::LakeError;
use crate::ledger::SubmissionId;
use crate::load::check::check_setting;
use crate::load::deduplicate::{LedgerFile, ledger_files};
use crate::load::landing::LandedFile;
use crate::load::raw::Described;
use crate::store::cipher::Cipher;
use crate::store::erased::{Erased, ErasedRaw};
use crate::store::storage::Storage;
use koridor_contract::Project;
use koridor_contract::scrub::Scrubber;
use koridor_read::check::{CheckSetting, ErasedRows};
use koridor_read::readers::FileReader;
use koridor_read::search::{Needles, is_telling, is_unmistakable};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What takes rows out of a lake.
pub(super) struct Eraser<'erase> {
    pub(super) project: &'erase Arc<Project>,
    pub(super) storage: &'erase Storage,
    pub(super) subject: &'erase Subject,
    pub(super) setting: CheckSetting,
    pub(super) scrubber: Scrubber,
    pub(super) cipher: Cipher,
    pub(super) ledger: BTreeMap<SubmissionId, LedgerFile>,
    pub(super) erased: Erased,
    /// The values that are given, in clear and as they are stored, which can be told from others.
    pub(super) values: BTreeSet<String>,
    /// Those that are given and cannot: words of the project, such as the name of a region.
    pub(super) words: u64,
    /// What finds the values.
    pub(super) needles: Needles,
    /// What else stands in a row of the key, where it could not be read.
    pub(super) beside: Vec<String>,
    /// What tells the key from others.
    pub(super) key_hash: String,
}

impl<'erase> Eraser<'erase> {
    pub(super) async fn new(
        project: &'erase Arc<Project>,
        storage: &'erase Storage,
        (subject, reader): (&'erase Subject, &Arc<FileReader>),
    ) -> Result<Self, LakeError> {
        let setting = check_setting(project, storage, false).await?.with_reader(Arc::clone(reader));
        let contract = project.datasets.get(&subject.dataset).ok_or_else(|| {
            let hint = koridor_contract::project::hint(&subject.dataset, project.datasets.keys());
            LakeError::usage(format!("no dataset `{}`{hint}", subject.dataset), None)
        })?;
        let of_contract = koridor_contract::check::Setting {
            codes: Arc::clone(&project.codes),
            hash_key: setting.hash_key.clone(),
            now: setting.now,
            rules: None,
            corrections: Arc::default(),
        };
        let sought = Arc::new(subject.sought(contract, &of_contract)?);
        let key_hash = subject.key_hash(contract, &of_contract)?;
        let snapshot = Snapshot::head(Arc::clone(project), storage.clone()).await?;
        let mut values = subject.clear_values(contract);
        values.extend(subject.stored_values(contract, &setting.hash_key));
        let words = without_words(project, &mut values)?;
        Ok(Self {
            project,
            storage,
            subject,
            scrubber: Scrubber::new(&setting.hash_key),
            cipher: Cipher::new(&setting.hash_key),
            ledger: ledger_files(&snapshot).await?,
            erased: Erased::read(storage).await?,
            needles: Needles::new(values.iter().map(String::as_str))?,
            values,
            beside: subject.values_beside(contract),
            words,
            key_hash,
            setting: CheckSetting { sought, ..setting },
        })
    }

    pub(super) fn landed(&self, described: &Described) -> LandedFile {
        described.landed(&self.cipher).told_by(&self.scrubber)
    }

    /// Rows that are gone of a file already.
    pub(super) fn erased_rows(&self, sha256: &str) -> ErasedRows {
        self.erased.raw.get(sha256).map(ErasedRaw::rows).unwrap_or_default()
    }
}

/// Leaves out values that are words of the project: they stand in codes, names of regions and
/// offices, and statements. How many these were.
pub(super) fn without_words(
    project: &Project,
    values: &mut BTreeSet<String>,
) -> Result<u64, LakeError> {
    let is_own = |path: &&String| !path.contains("/corrections/");
    let files: Vec<&String> =
        project.files().iter().filter(|own| is_own(&own.0)).map(|own| own.1).collect();
    let mut words: Vec<String> = Vec::new();
    for value in values.iter().filter(|own| is_telling(own) && !is_unmistakable(own)) {
        let needle = Needles::new([value.as_str()].into_iter())?;
        if files.iter().any(|text| needle.stands_in(text)) {
            words.push(value.clone());
        }
    }
    words.iter().for_each(|own| _ = values.remove(own));
    Ok(words.len() as u64)
}

/// This moment, RFC 3339, UTC.
pub(super) fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}
