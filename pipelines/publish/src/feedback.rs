//! A file that goes back to its office: its own cells, and what was found in them.

use crate::error::PublishError;
use crate::filed_lines;
use crate::shown_cell::{ShownCell, shown_cell};
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use koridor_contract::message::{Message, field_message};
use koridor_contract::scrub::Scrubber;
use koridor_contract::{Contract, Project};
use koridor_lake::engine::{Tier, text_parameter};
use koridor_lake::ledger::SubmissionId;
use koridor_lake::load::landing::LandedFile;
use koridor_lake::load::named_file::{self, NamedFile};
use koridor_lake::load::raw;
use koridor_lake::store::secret;
use koridor_lake::{Engine, LakeError, Snapshot, Storage};
use koridor_read::ReadError;
use koridor_read::readers::{self, Budget, FileReader, Sheet};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// One thing that was found in a file.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Sheet; empty for a file without sheets.
    pub sheet: String,
    /// Address such as `C17`, where it is one cell's fault.
    pub cell: Option<String>,
    /// Row in the file, from 1.
    pub row_number: u64,
    /// Field or fields.
    pub field: String,
    /// Rule.
    pub rule: String,
    /// What stands there, masked where it is personal.
    pub value: String,
    /// What the office reads.
    pub message: Message,
}

impl Finding {
    /// The finding and those of the further rules that its row breaks, each with its own cell:
    /// `also` is as `ops.quarantine` has it.
    pub fn with_also(mut self, also: &str, contract: Option<&Contract>) -> Vec<Self> {
        self.show_value();
        let further = also.split("; ").filter_map(|also| {
            let (field, rest) = also.split_once(": ")?;
            let (rule, cell) = rest.split_once(" (")?;
            let message = contract.and_then(|contract| {
                let own = contract.koridor.rules.iter().find(|own| own.id == rule);
                let of_rule = own
                    .map(|own| Message { id: own.message_id.clone(), en: own.message_en.clone() });
                of_rule.or_else(|| {
                    Some(field_message(
                        rule,
                        contract.fields.iter().find(|own| own.name == field)?,
                        None,
                    ))
                })
            });
            Some(Self {
                cell: Some(cell.trim_end_matches(')').to_owned()),
                field: field.to_owned(),
                rule: rule.to_owned(),
                value: String::new(),
                message: message?,
                ..self.clone()
            })
        });
        let further: Vec<Self> = further.collect();
        std::iter::once(self).chain(further).collect()
    }

    /// Gives the value as its office reads it; what a format makes of it is said in the message.
    fn show_value(&mut self) {
        let ShownCell { text, note } = shown_cell(&self.value);
        let text = text.into_owned();
        if let Some(note) = note {
            self.message.id = format!("{}; {}", self.message.id, note.id);
            self.message.en = format!("{}; {}", self.message.en, note.en);
        }
        self.value = text;
    }

    /// Whether it is about a line of a text file as a whole.
    fn is_of_line(&self) -> bool {
        self.sheet.is_empty() && self.value.is_empty() && filed_lines::is_of_line(&self.rule)
    }
}

/// A file that goes back to its office: its own cells, and what was found in them.
#[derive(Debug, Default)]
pub struct Feedback {
    /// Name of the file.
    pub file_name: String,
    /// Its hash, of a file of the lake.
    pub sha256: String,
    /// Dataset.
    pub dataset: String,
    /// Office.
    pub source_id: String,
    /// When it came, in the corridor's zone; empty for a file that was only checked.
    pub received: String,
    /// Rows read, accepted, refused, ignored.
    pub counts: [u64; 4],
    /// Why rows were ignored.
    pub ignored_by: BTreeMap<String, u64>,
    /// What is odd about the file as a whole, or why it is refused.
    pub remarks: Vec<Message>,
    /// Findings, in file order.
    pub findings: Vec<Finding>,
    /// What the fields are called, in both languages.
    pub titles: BTreeMap<String, String>,
    /// The file's own cells; none where it is too large.
    pub sheets: Vec<Sheet>,
    /// Of a text file: lines that are refused as a whole, as they stand, by their numbers.
    pub lines: BTreeMap<u64, String>,
    /// Its bytes where it is an XLSX workbook, which goes back as it is.
    pub original: Vec<u8>,
}

impl Feedback {
    /// Adds the names of a contract's fields.
    pub fn add_titles(&mut self, contract: &Contract) {
        let title = |field: &koridor_contract::Field| match field.koridor.title_en.as_str() {
            "" => field.title.clone(),
            english => format!("{} / {english}", field.title),
        };
        self.titles.extend(contract.fields.iter().map(|field| (field.name.clone(), title(field))));
    }

    /// Leaves out what stands in the cells, for those who may not know it: places and reasons stay.
    pub fn leave_out_cells(&mut self) {
        self.sheets.clear();
        self.lines.clear();
        self.original.clear();
        self.remarks.push(Message {
            id: "Isi sel tidak disertakan: data ini berada di zona terbatas".to_owned(),
            en: "The cells are left out: these data are in the restricted zone".to_owned(),
        });
    }

    /// Adds the lines of a text file that are refused as a whole. `are_told`: whether they are told
    /// among the findings too.
    pub(crate) fn add_lines(&mut self, path: &Path, are_told: bool) -> std::io::Result<()> {
        let of_lines = self.findings.iter().filter(|finding| finding.is_of_line());
        let numbers = of_lines.map(|finding| finding.row_number).collect();
        self.lines = filed_lines::read(path, &numbers)?;
        let findings = self.findings.iter_mut().filter(|finding| finding.is_of_line());
        for finding in findings.filter(|_| are_told) {
            if let Some(line) = self.lines.get(&finding.row_number) {
                finding.value = filed_lines::told(line);
            }
        }
        Ok(())
    }

    /// Findings name a sheet as it is told; here they name it as its office does.
    pub fn name_sheets(&mut self, scrubber: &Scrubber) {
        for sheet in &self.sheets {
            let told = scrubber.name(&sheet.name);
            for finding in self.findings.iter_mut().filter(|own| own.sheet == told) {
                finding.sheet.clone_from(&sheet.name);
            }
        }
    }

    /// Adds the counts of all readings of the bytes: rows of `sql/queries/files_by_name.sql`.
    fn add_readings(&mut self, files: &[RecordBatch], sha256: &str) {
        let rows = files.iter().flat_map(|rows| (0..rows.num_rows()).map(move |row| (rows, row)));
        let is_own = |(rows, row): &(&RecordBatch, usize)| {
            let id = rows.column(0).as_string::<i32>().value(*row);
            SubmissionId::parse(id).sha256() == sha256
        };
        let parts: Vec<(&RecordBatch, usize)> = rows.filter(is_own).collect();
        for (rows, row) in &parts {
            let count =
                |column: usize| rows.column(column).as_primitive::<Int64Type>().value(*row) as u64;
            let ignored_by = rows.column(5).as_string::<i32>().value(*row);
            let ignored_by = serde_json::from_str(ignored_by).unwrap_or_default();
            self.add_reading(count(8), count(9), &ignored_by, parts.len() > 1);
        }
    }

    /// Adds the rows that one reading of the file accepted and refused, and those it ignored, by
    /// reason. Of a workbook with several datasets each reading leaves out the sheets of the
    /// others; such rows are not told.
    pub fn add_reading(
        &mut self,
        accepted: u64,
        rejected: u64,
        ignored_by: &BTreeMap<String, u64>,
        is_one_of_several: bool,
    ) {
        for (reason, rows) in
            ignored_by.iter().filter(|(reason, _)| !is_one_of_several || *reason != "other_sheet")
        {
            *self.ignored_by.entry(reason.clone()).or_default() += rows;
        }
        let [_, all_accepted, all_rejected, _] = self.counts;
        let (accepted, rejected, ignored) = (
            all_accepted + accepted,
            all_rejected + rejected,
            self.ignored_by.values().sum::<u64>(),
        );
        self.counts = [accepted + rejected + ignored, accepted, rejected, ignored];
    }
}

/// A file of the lake with its open findings; of data that the tier is not shown without its cells.
///
/// # Errors
/// Where no file, or those of several offices, are meant; where the lake cannot be read.
pub async fn feedback_of(
    project: &Arc<Project>,
    storage: &Storage,
    (file, office): (&str, Option<&str>),
    (reader, tier): (&FileReader, &Tier),
) -> Result<Feedback, PublishError> {
    let snapshot = Snapshot::head(Arc::clone(project), storage.clone()).await?;
    let engine = Engine::open(snapshot.with_tier(tier.clone()))?;
    let files = engine.run_named("files_by_name", [("file", text_parameter(file))]).await?;
    let named = NamedFile::found(&engine, "files_by_name", file).await?;
    let newest = wanted(&named, file, office)?;
    let place = files.iter().find_map(|rows| {
        let mut ids = rows.column(0).as_string::<i32>().iter();
        Some((rows, ids.position(|id| id == Some(&newest.id))?))
    });
    let Some((rows, row)) = place else {
        return Err(PublishError::Internal("a file of the ledger is gone".into()));
    };
    let text = |column: usize| rows.column(column).as_string::<i32>().value(row).to_owned();
    let id = SubmissionId::parse(&newest.id);
    let archived = raw::fetch(storage, LandedFile::default(), id.sha256()).await?;
    let sheets = readers::cells(reader, archived.path())?.unwrap_or_default();
    let mut feedback = Feedback {
        file_name: text(1),
        sha256: id.sha256().to_owned(),
        dataset: text(2),
        source_id: text(3),
        received: newest.received.clone(),
        original: own_bytes(archived.path(), &sheets, reader.budget())?,
        sheets,
        ..Feedback::default()
    };
    feedback.add_readings(&files, id.sha256());
    if !text(6).is_empty() {
        feedback.remarks.push(Message { id: text(7), en: text(6) });
    }
    let own = [("subject", text_parameter(&text(0)))];
    for rows in engine.run_named("differing_totals_of_file", own).await? {
        let (ids, ens) = (rows.column(0).as_string::<i32>(), rows.column(1).as_string::<i32>());
        let pairs = ids.iter().flatten().zip(ens.iter().flatten());
        feedback.remarks.extend(pairs.map(|(id, en)| Message { id: id.into(), en: en.into() }));
    }
    let contract = project.datasets.get(&feedback.dataset).map(AsRef::as_ref);
    if let Some(contract) = contract {
        feedback.add_titles(contract);
    }
    let own = [("sha256", text_parameter(id.sha256()))];
    for rows in engine.run_named("findings_of_file", own).await? {
        for row in 0..rows.num_rows() {
            feedback.findings.extend(finding(&rows, row, contract));
        }
    }
    if let Some(scrubber) = secret::scrubber(storage)? {
        feedback.name_sheets(&scrubber);
    }
    let asked = raw::asked_dataset(storage, &id).await?;
    let datasets = datasets(&files, id.sha256()).chain(asked);
    let contracts: Vec<_> = datasets.filter_map(|name| project.datasets.get(&name)).collect();
    if !contracts.iter().all(|contract| tier.shows_cells(contract)) {
        feedback.leave_out_cells();
        return Ok(feedback);
    }
    let are_personal = contracts.iter().any(|contract| filed_lines::may_be_personal(contract));
    let path = archived.path();
    feedback.add_lines(path, !are_personal).map_err(|error| LakeError::io(path, error))?;
    Ok(feedback)
}

/// The file that a name means.
fn wanted<'named>(
    named: &'named [NamedFile],
    file: &str,
    office: Option<&str>,
) -> Result<&'named NamedFile, PublishError> {
    let meant = named_file::of_one_office(named, file, office)?;
    // Each of an office's files of a name is a file of its own: nobody knows which is wanted back.
    let bytes = |own: &&NamedFile| SubmissionId::parse(&own.id).sha256().to_owned();
    if meant.iter().map(bytes).collect::<BTreeSet<_>>().len() > 1 {
        return Err(named_file::several(&meant, file).into());
    }
    meant.first().copied().ok_or_else(|| {
        LakeError::usage(
            format!("no file `{file}` is in the lake"),
            "`koridor sql \"select file_name from ops.files\"` lists them".to_owned(),
        )
        .into()
    })
}

/// The datasets of all readings of the bytes: rows of `sql/queries/files_by_name.sql`.
fn datasets(files: &[RecordBatch], sha256: &str) -> impl Iterator<Item = String> {
    let rows = files.iter().flat_map(|rows| {
        let [ids, names] = [0, 2].map(|column| rows.column(column).as_string::<i32>());
        ids.iter().flatten().zip(names.iter().flatten())
    });
    rows.filter(move |(id, _)| SubmissionId::parse(id).sha256() == sha256)
        .map(|(_, name)| name.to_owned())
}

/// The bytes of an XLSX workbook, to be changed in place; none of another file, nor of one whose
/// cells could not be read.
///
/// # Errors
/// Where it cannot be read.
pub fn own_bytes(path: &Path, sheets: &[Sheet], budget: Budget) -> Result<Vec<u8>, ReadError> {
    if sheets.is_empty() { Ok(Vec::new()) } else { readers::workbook::xlsx_bytes(path, budget) }
}

/// The bytes of a file of the lake as they came.
///
/// # Errors
/// Where they cannot be read.
pub async fn original_of(storage: &Storage, feedback: &Feedback) -> Result<Vec<u8>, PublishError> {
    let archived = raw::fetch(storage, LandedFile::default(), &feedback.sha256).await?;
    let path = archived.path();
    Ok(std::fs::read(path).map_err(|error| LakeError::io(path, error))?)
}

/// A row of `sql/queries/findings_of_file.sql`, with the further rules that it breaks.
fn finding(rows: &RecordBatch, row: usize, contract: Option<&Contract>) -> Vec<Finding> {
    let text = |column: usize| rows.column(column).as_string::<i32>().value(row).to_owned();
    let finding = Finding {
        sheet: text(0),
        cell: Some(text(1)).filter(|cell| !cell.is_empty()),
        field: text(2),
        rule: text(3),
        value: text(4),
        message: Message { id: text(5), en: text(6) },
        row_number: rows.column(7).as_primitive::<Int64Type>().value(row) as u64,
    };
    finding.with_also(&text(8), contract)
}
