//! Landed files into the lake: raw bytes, accepted and refused rows and the ledger, committed together.

use crate::batch::Batch;
use crate::check_file::{self, CheckSetting, Checked, Compiled};
use crate::collect::{Account, ExistingKeys};
use crate::data_file::FileWriter;
use crate::engine::{At, DEFAULT_MEMORY_BYTES, Engine};
use crate::error::LakeError;
use crate::journal::{self, Head};
use crate::known::{self, Known};
use crate::landing::LandedFile;
use crate::ledger::{
    self, CheckRow, CorrectionRow, CumulativeRow, FileRow, Lineage, Origin, SliceRow,
    quarantine_rows,
};
use crate::outcome::{FileOutcome, empty_outcome, example, header_only, loaded, office, refused};
use crate::project::Project;
use crate::raw;
use crate::readers::Refusal;
use crate::recognise::{Recognised, Request};
use crate::replay::ContentMark;
use crate::secret::hash_key;
use crate::storage::Storage;
use crate::tables;
use crate::views;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use deltalake::kernel::Add;
use koridor_contract::message::Message;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

/// Files larger than this are written as they are checked, by several writers of their own.
const STREAM_BYTES: u64 = 16 << 20;

/// Refused rows shown with an outcome.
const EXAMPLES: usize = 3;

/// Who loads: everything a load needs and that does not change while it runs.
pub struct Loader {
    /// The project.
    pub project: Arc<Project>,
    /// The lake.
    pub storage: Storage,
    /// Name of the run that loads.
    pub run_id: String,
    setting: CheckSetting,
    known: BTreeMap<String, Known>,
    seen: BTreeMap<String, Seen>,
    sequence: i64,
    project_mark: String,
}

/// One reading of a file's bytes. When it came and which place it has among the others are the file's for ever; a later reading, under
/// another description or with a correction, is another attempt and takes the place of the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Submission {
    /// Place among all files: of two submissions of a slice with one release date the later one speaks.
    pub sequence: i64,
    /// Readings before this one.
    pub attempt: i64,
    /// Microseconds since 1970 when the bytes came first.
    pub received: i64,
}

impl Submission {
    /// The next reading of the same bytes.
    pub(crate) fn again(self) -> Self {
        Self { attempt: self.attempt + 1, ..self }
    }
}

/// What a landed file was when it was last read, so that it need not be read again to know it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Seen {
    bytes: u64,
    modified: i64,
    sha256: String,
}

const SEEN: &str = "_koridor/landing.json";

/// Files of later batches come after those of earlier ones: the batch's number, then the place in it.
fn first_sequence(head: &Head) -> i64 {
    (head.sequence as i64 + 1) * 1_000_000
}

/// Compiles what the contracts say in SQL.
///
/// # Errors
/// Where a rule or theme is not SQL over its contract's fields.
pub async fn compile(
    project: &Arc<Project>,
    storage: &Storage,
) -> Result<BTreeMap<String, Compiled>, LakeError> {
    let engine = Engine::open(
        Arc::clone(project),
        storage.clone(),
        At::Head(Head::default()),
        DEFAULT_MEMORY_BYTES,
    )?;
    let mut compiled = BTreeMap::new();
    for contract in project.datasets.values() {
        let own = Compiled {
            rules: engine.row_rules(contract)?,
            file_rules: engine.file_rules(contract).await?,
            theme: engine.text_expression(contract, &contract.koridor.theme)?,
        };
        compiled.insert(contract.name.clone(), own);
    }
    Ok(compiled)
}

/// What a check of files needs, without a lake to write to.
///
/// # Errors
/// As [`compile`] and [`crate::secret::hash_key`].
pub async fn check_setting(
    project: &Arc<Project>,
    storage: &Storage,
    may_create_key: bool,
) -> Result<CheckSetting, LakeError> {
    Ok(CheckSetting {
        project: Arc::clone(project),
        hash_key: hash_key(storage, may_create_key).await?,
        now: project.local_now(),
        compiled: Arc::new(compile(project, storage).await?),
        workers: std::thread::available_parallelism().map_or(2, usize::from),
    })
}

impl Loader {
    /// Prepares a load into a lake whose lock the caller holds.
    ///
    /// # Errors
    /// Where the lake cannot be read.
    pub async fn new(
        project: Arc<Project>,
        storage: Storage,
        run_id: String,
    ) -> Result<Self, LakeError> {
        let head = journal::recover(&storage).await?;
        let known = known::files(&project, &storage, &head).await?;
        let seen = storage.get_json(SEEN).await?.unwrap_or_default();
        let setting = check_setting(&project, &storage, true).await?;
        let project_mark = project.mark();
        Ok(Self {
            sequence: first_sequence(&head),
            project,
            storage,
            run_id,
            setting,
            known,
            seen,
            project_mark,
        })
    }

    /// Whether a landed file is one that was taken up before, as far as its path, size and time of change tell.
    pub fn is_unchanged(&self, file: &LandedFile) -> bool {
        let Some(seen) = self
            .seen
            .get(&file.shown_path)
            .filter(|seen| seen.bytes == file.bytes && seen.modified == file.modified)
        else {
            return false;
        };
        self.known
            .get(&seen.sha256)
            .is_some_and(|known| known.is_loaded || known.project == self.project_mark)
    }

    /// Loads files and commits them together, each as a whole. Where keys are compared across files (a contract whose key does not name the
    /// slice), what came before such a file is committed first. `progress` is told of each outcome as it is known.
    ///
    /// One bad file does not stop the others: it is refused with its reason. An error is one of the lake or the machine.
    ///
    /// # Errors
    /// Where the lake cannot be written; nothing of what was not yet committed is visible then, and loading again completes it.
    pub async fn load(
        &mut self,
        files: &[(LandedFile, Request)],
        progress: &mut dyn FnMut(&FileOutcome),
    ) -> Result<(Vec<FileOutcome>, Head), LakeError> {
        let mut batch = Batch::default();
        let mut outcomes = Vec::new();
        for (file, request) in files {
            for outcome in self.load_file(file, request, &mut batch).await? {
                progress(&outcome);
                outcomes.push(outcome);
            }
        }
        let head = self.commit(batch).await?;
        if !files.is_empty() {
            self.storage.put_json(SEEN, &self.seen).await?;
        }
        self.sequence = first_sequence(&head);
        if outcomes.iter().any(|outcome| outcome.status == "loaded") {
            let engine = Engine::open(
                Arc::clone(&self.project),
                self.storage.clone(),
                At::Head(head.clone()),
                DEFAULT_MEMORY_BYTES,
            )?;
            known::tell_withdrawals(&engine, &self.run_id, &mut outcomes).await?;
        }
        Ok((outcomes, head))
    }

    /// Loads one file; a workbook that holds several datasets is loaded once for each of them.
    async fn load_file(
        &mut self,
        file: &LandedFile,
        request: &Request,
        batch: &mut Batch,
    ) -> Result<Vec<FileOutcome>, LakeError> {
        let raw::Kept { sha256, path: raw_path, temporary: _held } =
            match raw::keep(&self.storage, file).await {
                Ok(kept) => kept,
                // A file that cannot be read is a fact about the file, not about the lake.
                Err(LakeError::Io { path, source }) if path == file.path.display().to_string() => {
                    let refusal = Refusal::new(
                        "unreadable",
                        format!("berkas tidak dapat dibaca: {source}"),
                        format!("the file cannot be read: {source}"),
                    );
                    return Ok(vec![refused(file, String::new(), &refusal)]);
                }
                Err(error) => return Err(error),
            };
        self.seen.insert(
            file.shown_path.clone(),
            Seen { bytes: file.bytes, modified: file.modified, sha256: sha256.clone() },
        );
        let first = match self.known.get(&sha256).filter(|known| known.is_loaded) {
            // The caller may mean another dataset of the same workbook.
            Some(known) => match self
                .asked_for(request)
                .filter(|asked| known.dataset.as_ref() != Some(asked))
            {
                Some(asked) => {
                    self.load_part(file, &format!("{sha256}.{asked}"), &raw_path, request, batch)
                        .await?
                }
                None => match known::sent_anew(
                    &self.project,
                    &self.storage,
                    file,
                    request,
                    &sha256,
                    known,
                )
                .await?
                {
                    Some(how) => {
                        self.load_part(file, &format!("{sha256}.{how}"), &raw_path, request, batch)
                            .await?
                    }
                    None => {
                        (FileOutcome { status: "known", ..empty_outcome(file, sha256) }, Vec::new())
                    }
                },
            },
            None => self.load_part(file, &sha256, &raw_path, request, batch).await?,
        };
        let (outcome, further) = first;
        let mut outcomes = vec![outcome];
        for name in further {
            let Some(dataset) =
                self.project.sources.get(&name).map(|source| source.dataset.clone())
            else {
                continue;
            };
            let request = Request { source: Some(name), dataset: None, ..request.clone() };
            let id = format!("{}.{dataset}", outcomes[0].sha256);
            outcomes.push(self.load_part(file, &id, &raw_path, &request, batch).await?.0);
        }
        Ok(outcomes)
    }

    /// The dataset that a caller asks for by its name or by that of a description.
    fn asked_for(&self, request: &Request) -> Option<String> {
        let source = request.source.as_ref().and_then(|name| self.project.sources.get(name));
        request.dataset.clone().or_else(|| source.map(|source| source.dataset.clone()))
    }

    /// Loads what one description reads of a file; also the descriptions of other datasets that fit it.
    async fn load_part(
        &mut self,
        file: &LandedFile,
        id: &str,
        raw_path: &Path,
        request: &Request,
        batch: &mut Batch,
    ) -> Result<(FileOutcome, Vec<String>), LakeError> {
        // Bytes that were refused may be good under another description; only loaded ones are known for good.
        let submission = match self.known.get(id) {
            Some(known) if known.is_loaded => {
                return Ok((
                    FileOutcome { status: "known", ..empty_outcome(file, id.to_owned()) },
                    Vec::new(),
                ));
            }
            Some(known) => known.submission.again(),
            None => Submission {
                sequence: self.next_sequence(),
                attempt: 0,
                received: chrono::Utc::now().timestamp_micros(),
            },
        };
        let mut further = Vec::new();
        let outcome =
            self.take_up(file, id, raw_path, request, submission, batch, &mut further).await?;
        // A caller that names a description means that one alone.
        if request.source.as_ref().is_some_and(|name| self.project.sources.contains_key(name)) {
            further.clear();
        }
        Ok((outcome, further))
    }

    /// Reads a file's bytes and adds what comes of them to a batch; `further` takes the descriptions of other datasets that fit it too.
    #[expect(
        clippy::too_many_arguments,
        reason = "a file, what was said of it, and where what comes of it goes"
    )]
    pub(crate) async fn take_up(
        &mut self,
        file: &LandedFile,
        sha256: &str,
        raw_path: &Path,
        request: &Request,
        submission: Submission,
        batch: &mut Batch,
        further: &mut Vec<String>,
    ) -> Result<FileOutcome, LakeError> {
        raw::describe(&self.storage, file, request, sha256, submission).await?;
        // What was the future when the file came stays it, and a file without a release date was released on the day it came.
        let setting =
            CheckSetting { now: self.project.local(submission.received), ..self.setting.clone() };
        let subject = Subject { file, sha256, submission };
        let opened = match check_file::open(&setting, request, &file.shown_path, raw_path)? {
            Ok(opened) => opened,
            Err(refusal) => return self.refuse(&subject, &refusal, request, batch),
        };
        let recognised = opened.recognised.clone();
        further.clone_from(&opened.further);
        let dataset = recognised.contract.name.clone();
        let table = ledger::silver(&dataset);
        if !recognised.contract.key_names_slice() && batch.holds(&table) {
            // Its keys are compared with those of the files before it, which must be in the lake for that.
            self.commit(std::mem::take(batch)).await?;
        }
        let existing = self.existing_keys(&recognised, submission).await?;
        let schema = ledger::silver_schema(&recognised.contract);
        let lineage =
            Lineage { schema: SchemaRef::clone(&schema), sha256: sha256.to_owned(), submission };
        let origin = Origin {
            sha256,
            file_name: file.name(),
            dataset: &dataset,
            source_id: recognised.source_id().unwrap_or_default(),
            attempt: submission.attempt,
        };
        let mut quarantined: Vec<RecordBatch> = Vec::new();
        let mut examples = Vec::new();
        let mut mark = batch.marks.then(ContentMark::default);
        let mut note = |checked: &Checked| -> Result<(), LakeError> {
            if let Some(mark) = &mut mark {
                mark.add(checked)?;
            }
            if !checked.rejected.is_empty() {
                for (cell, rejection) in
                    checked.rejected.iter().take(EXAMPLES.saturating_sub(examples.len()))
                {
                    examples.push(example(&checked.sheet, cell.as_deref(), rejection));
                }
                quarantined.push(quarantine_rows(&origin, checked)?);
            }
            Ok(())
        };
        let result = if file.bytes > STREAM_BYTES {
            tables::open_or_create(&self.storage, &table, &schema).await?;
            let (result, adds) =
                self.stream(&setting, opened, raw_path, &table, &lineage, &existing, &mut note)?;
            if let Ok(Ok(_)) = &result {
                batch.adds.entry(table).or_default().extend(adds);
            }
            result?
        } else {
            let mut rows = Vec::new();
            let mut sink = |checked: Checked| {
                note(&checked)?;
                rows.push(lineage.add(&checked)?);
                Ok(())
            };
            // Checking blocks its thread, and may ask the engine.
            let result = tokio::task::block_in_place(|| {
                check_file::check(&setting, opened, raw_path, &existing, &mut sink)
            })?;
            if result.is_ok() {
                batch.rows.entry(table).or_insert_with(|| (schema, Vec::new())).1.extend(rows);
            }
            result
        };
        let account = match result {
            Ok(account) => account,
            Err(refusal) => return self.refuse(&subject, &refusal, request, batch),
        };
        batch.quarantine.extend(quarantined);
        let mut outcome = self.record(&subject, &recognised, &account, examples, batch);
        outcome.mark = mark.map(|mark| mark.of(&account));
        Ok(outcome)
    }

    /// Keys of the current rows of a file's source, where a contract's key does not say which slice a row belongs to.
    async fn existing_keys(
        &self,
        recognised: &Recognised,
        submission: Submission,
    ) -> Result<ExistingKeys, LakeError> {
        let contract = &recognised.contract;
        let mut existing = ExistingKeys::default();
        let Some(slice) = contract.koridor.slice.as_ref().filter(|_| !contract.key_names_slice())
        else {
            return Ok(existing);
        };
        let head = journal::head(&self.storage).await?;
        if !head.tables.contains_key(&ledger::silver(&contract.name)) {
            return Ok(existing);
        }
        let mut columns: Vec<&str> = contract
            .primary_key
            .iter()
            .map(String::as_str)
            .chain(["source_id", "period_type"])
            .collect();
        columns.extend(
            [slice.region.as_str()]
                .into_iter()
                .chain(slice.period.as_deref())
                .filter(|name| !contract.primary_key.iter().any(|key| key == name)),
        );
        let source = recognised
            .source_id()
            .map(|source| format!("and source_id = '{source}'"))
            .unwrap_or_default();
        // A file that is read again is compared with what was current when it came, as it was the first time.
        let rows = if submission.attempt == 0 {
            format!("core.{}", contract.name)
        } else {
            views::core_before(contract, submission.sequence)
        };
        let engine = Engine::open(
            Arc::clone(&self.project),
            self.storage.clone(),
            At::Head(head),
            DEFAULT_MEMORY_BYTES,
        )?;
        let mut rows = engine
            .stream(&format!("select {} from {rows} where true {source}", columns.join(", ")))
            .await?;
        while let Some(rows) = futures::StreamExt::next(&mut rows).await {
            existing.add(contract, &rows?)?;
        }
        Ok(existing)
    }

    /// Checks a large file and writes its rows with several writers as they come.
    #[expect(
        clippy::type_complexity,
        clippy::too_many_arguments,
        reason = "the outcome of the check beside the files to commit"
    )]
    fn stream(
        &self,
        setting: &CheckSetting,
        opened: check_file::Opened,
        raw_path: &Path,
        table: &str,
        lineage: &Lineage,
        existing: &ExistingKeys,
        note: &mut dyn FnMut(&Checked) -> Result<(), LakeError>,
    ) -> Result<(Result<Result<Account, Refusal>, LakeError>, Vec<Add>), LakeError> {
        let runtime = tokio::runtime::Handle::current();
        let writers = self.setting.workers.clamp(1, 4);
        let constants = lineage.constants(check_file::constants(setting, &opened)?);
        tokio::task::block_in_place(|| {
            std::thread::scope(|scope| {
                let (sender, receiver) = sync_channel::<RecordBatch>(writers);
                let receiver = Arc::new(std::sync::Mutex::new(receiver));
                let mut threads = Vec::new();
                for _ in 0..writers {
                    let mut writer =
                        FileWriter::new(&self.storage, table, &lineage.schema, constants.clone())?;
                    let (receiver, runtime) = (Arc::clone(&receiver), runtime.clone());
                    threads.push(scope.spawn(move || -> Result<Vec<Add>, LakeError> {
                        loop {
                            let Ok(rows) = receiver
                                .lock()
                                .map_err(|_| ())
                                .and_then(|receiver| receiver.recv().map_err(|_| ()))
                            else {
                                break;
                            };
                            if let Err(error) = runtime.block_on(writer.write(&rows)) {
                                runtime.block_on(writer.abort());
                                return Err(error);
                            }
                        }
                        runtime.block_on(writer.close())
                    }));
                }
                drop(receiver);
                let mut sink = |checked: Checked| {
                    note(&checked)?;
                    let rows = lineage.add(&checked)?;
                    sender
                        .send(rows)
                        .map_err(|_| LakeError::Internal("the writers ended early".into()))
                };
                let result = check_file::check(setting, opened, raw_path, existing, &mut sink);
                drop(sender);
                let mut adds = Vec::new();
                let mut failed = None;
                for thread in threads {
                    match thread.join() {
                        Ok(Ok(more)) => adds.extend(more),
                        Ok(Err(error)) => failed = Some(error),
                        Err(_) => {
                            failed =
                                Some(LakeError::Internal("a writing thread ended early".into()))
                        }
                    }
                }
                // A writer's own error says more than the check's "ended early".
                match failed {
                    Some(error) => Err(error),
                    None => Ok((result, adds)),
                }
            })
        })
    }

    fn refuse(
        &mut self,
        subject: &Subject<'_>,
        refusal: &Refusal,
        request: &Request,
        batch: &mut Batch,
    ) -> Result<FileOutcome, LakeError> {
        let mut row = self.file_row(subject);
        row.status = "refused".into();
        row.error = Some(refusal.message.en.clone());
        row.error_id = Some(refusal.message.id.clone());
        row.dataset.clone_from(&request.dataset);
        row.source_id.clone_from(&request.source);
        self.remember(subject, None);
        batch.files.push(row);
        Ok(refused(subject.file, subject.sha256.to_owned(), refusal))
    }

    fn next_sequence(&mut self) -> i64 {
        self.sequence += 1;
        self.sequence
    }

    /// Remembers a file, and the dataset that was loaded of it.
    fn remember(&mut self, subject: &Subject<'_>, dataset: Option<&str>) {
        let known = Known {
            is_loaded: dataset.is_some(),
            dataset: dataset.map(str::to_owned),
            // What the file was sent as stands beside its bytes.
            source_id: String::new(),
            released: String::new(),
            project: self.project_mark.clone(),
            submission: subject.submission,
        };
        self.known.insert(subject.sha256.to_owned(), known);
    }

    /// Takes a reading back that brought nothing new.
    pub(crate) fn forget_attempt(&mut self, sha256: &str, submission: Submission) {
        if let Some(known) = self.known.get_mut(sha256) {
            known.submission = submission;
        }
    }

    fn file_row(&self, subject: &Subject<'_>) -> FileRow {
        FileRow::of(
            subject.file,
            subject.sha256,
            &self.run_id,
            &self.project_mark,
            subject.submission,
        )
    }

    fn record(
        &mut self,
        subject: &Subject<'_>,
        recognised: &Recognised,
        account: &Account,
        examples: Vec<Message>,
        batch: &mut Batch,
    ) -> FileOutcome {
        let contract = &recognised.contract;
        let mut row = self.file_row(subject);
        row.status = "loaded".into();
        row.dataset = Some(contract.name.clone());
        row.source_id = office(recognised, account);
        row.released = account.slices.keys().map(|key| key.release_date).max();
        (row.accepted, row.rejected, row.ignored, row.flagged) = (
            account.accepted as i64,
            account.rejected as i64,
            account.ignored_rows() as i64,
            account.flagged as i64,
        );
        row.layout = Some(recognised.layout().to_owned());
        row.ignored_json = serde_json::to_string(&account.ignored).unwrap_or_default();
        row.columns_json = serde_json::to_string(&account.columns).unwrap_or_default();
        if let Some(message) = header_only(account) {
            (row.error, row.error_id) = (Some(message.en), Some(message.id));
        }
        let subject_name = subject.sha256;
        for total in &account.totals {
            batch.checks.push(CheckRow::new(
                &self.run_id,
                subject_name,
                "total_differs",
                "warn",
                1,
                total.message(),
            ));
        }
        let accepted =
            Message { id: "diterima dengan tanda".into(), en: "accepted with a flag".into() };
        for (flag, rows) in &account.flags {
            batch.checks.push(CheckRow::new(
                &self.run_id,
                subject_name,
                flag,
                "warn",
                *rows as i64,
                accepted.clone(),
            ));
        }
        for (sheet, met) in &account.corrections {
            if let Some(correction) = self.project.corrections.get(met.correction) {
                batch.corrections.push(CorrectionRow {
                    correction: correction.clone(),
                    met: met.clone(),
                    sheet: sheet.clone(),
                    sha256: subject_name.to_owned(),
                    file_name: subject.file.name().to_owned(),
                    attempt: subject.submission.attempt,
                });
            }
        }
        batch.cumulative.extend(account.cumulative.iter().map(|counted| CumulativeRow {
            counted: counted.clone(),
            dataset: contract.name.clone(),
            sha256: subject_name.to_owned(),
            file_name: subject.file.name().to_owned(),
            attempt: subject.submission.attempt,
        }));
        for (key, rows) in &account.slices {
            batch.slices.push(SliceRow {
                dataset: contract.name.clone(),
                key: key.clone(),
                sha256: subject_name.to_owned(),
                rows: *rows as i64,
                submission: subject.submission,
            });
        }
        batch.files.push(row);
        self.remember(subject, Some(&contract.name));
        FileOutcome {
            examples,
            ..loaded(subject.file, subject_name.to_owned(), recognised, account)
        }
    }

    /// Commits a batch: the journal makes it one step.
    pub(crate) async fn commit(&mut self, batch: Batch) -> Result<Head, LakeError> {
        batch.commit(&self.storage, self.sequence).await
    }
}

/// What a reading of a file is about.
struct Subject<'file> {
    file: &'file LandedFile,
    sha256: &'file str,
    submission: Submission,
}

/// Checks what one description reads of a file and writes nothing; also the requests that read the other datasets of the same workbook.
///
/// # Errors
/// Where the file cannot be read.
pub fn check_only(
    setting: &CheckSetting,
    file: &LandedFile,
    request: &Request,
    rejected: &mut dyn FnMut(&Checked),
) -> Result<(FileOutcome, Vec<Request>), LakeError> {
    let mut opened = match check_file::open(setting, request, &file.shown_path, &file.path)? {
        Ok(opened) => opened,
        Err(refusal) => return Ok((refused(file, String::new(), &refusal), Vec::new())),
    };
    let recognised = opened.recognised.clone();
    let is_named =
        request.source.as_ref().is_some_and(|name| setting.project.sources.contains_key(name));
    let further = std::mem::take(&mut opened.further).into_iter().filter(|_| !is_named);
    let further = further
        .map(|name| Request { source: Some(name), dataset: None, ..request.clone() })
        .collect();
    let mut sink = |checked: Checked| {
        rejected(&checked);
        Ok(())
    };
    let account = match check_file::check(
        setting,
        opened,
        &file.path,
        &ExistingKeys::default(),
        &mut sink,
    )? {
        Ok(account) => account,
        Err(refusal) => return Ok((refused(file, String::new(), &refusal), further)),
    };
    Ok((loaded(file, String::new(), &recognised, &account), further))
}
