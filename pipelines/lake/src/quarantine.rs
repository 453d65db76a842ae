//! Refused rows that somebody looks after: which rows are meant, a file with what was found in it, and the word that a row stays refused.

use crate::batch;
use crate::engine::{At, DEFAULT_MEMORY_BYTES, Engine};
use crate::error::LakeError;
use crate::journal;
use crate::ledger;
use crate::project::Project;
use crate::raw;
use crate::readers::{self, Sheet};
use crate::storage::Storage;
use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{Int64Type, SchemaRef};
use koridor_contract::Contract;
use koridor_contract::message::{Message, field_message};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which refused rows are meant.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Of this dataset.
    pub dataset: Option<String>,
    /// Of files whose name holds this text, or whose hash begins with it.
    pub file: Option<String>,
    /// Refused by this rule.
    pub rule: Option<String>,
    /// Row in its file.
    pub row_number: Option<u64>,
}

impl Rows {
    /// The condition on `ops.quarantine`, as SQL.
    pub fn condition(&self) -> String {
        let quoted = |text: &str| text.replace('\'', "''");
        let mut conditions = vec!["true".to_owned()];
        conditions.extend(
            self.dataset.as_ref().map(|dataset| format!("dataset = '{}'", quoted(dataset))),
        );
        conditions.extend(self.file.as_ref().map(|file| {
            format!("(strpos(file_name, '{0}') > 0 or starts_with(sha256, '{0}'))", quoted(file))
        }));
        conditions.extend(self.rule.as_ref().map(|rule| format!("rule = '{}'", quoted(rule))));
        conditions.extend(self.row_number.map(|row| format!("row_number = {row}")));
        conditions.join(" and ")
    }
}

/// Records that open rows stay refused: by whom and why. The caller holds the lake's lock. Returns the number of rows.
///
/// # Errors
/// Where the lake cannot be read or written.
pub async fn waive(
    project: &Arc<Project>,
    storage: &Storage,
    rows: &Rows,
    by: &str,
    reason: &str,
    run_id: &str,
) -> Result<u64, LakeError> {
    let head = journal::recover(storage).await?;
    let engine =
        Engine::open(Arc::clone(project), storage.clone(), At::Head(head), DEFAULT_MEMORY_BYTES)?;
    let sql = format!(
        "select sha256, sheet, cell, row_number, rule from ops.quarantine where status = 'open' and {} order by 1, 2, 4, 3",
        rows.condition()
    );
    let now = chrono::Utc::now().timestamp_micros();
    let schema = ledger::waivers_schema();
    let mut waived = Vec::new();
    for open in engine.rows(&sql).await? {
        let count = open.num_rows();
        let same = |text: &str| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, count)))
        };
        let mut columns: Vec<ArrayRef> = open.columns().to_vec();
        columns.extend([same(by), same(reason)]);
        columns
            .push(Arc::new(TimestampMicrosecondArray::from_value(now, count).with_timezone("UTC")));
        waived.push(RecordBatch::try_new(SchemaRef::clone(&schema), columns)?);
    }
    let count: usize = waived.iter().map(RecordBatch::num_rows).sum();
    if count > 0 {
        let adds = batch::write(storage, ledger::WAIVERS, &schema, &waived).await?;
        journal::commit(
            storage,
            format!("waive-{run_id}"),
            [(ledger::WAIVERS.to_owned(), adds)].into(),
        )
        .await?;
    }
    Ok(count as u64)
}

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
    /// The finding and those of the further rules that its row breaks, each with its own cell: `also` is as `ops.quarantine` has it.
    pub fn with_also(self, also: &str, contract: Option<&Contract>) -> Vec<Self> {
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
}

/// A file that goes back to its office: its own cells, and what was found in them.
#[derive(Debug, Default)]
pub struct Returned {
    /// Name of the file.
    pub file_name: String,
    /// Dataset.
    pub dataset: String,
    /// Office.
    pub source_id: String,
    /// When it came, RFC 3339; empty for a file that was only checked.
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
    /// Its bytes where it is an XLSX workbook, which goes back as it is.
    pub original: Vec<u8>,
}

impl Returned {
    /// Adds the names of a contract's fields.
    pub fn add_titles(&mut self, contract: &Contract) {
        let title = |field: &koridor_contract::Field| match field.koridor.title_en.as_str() {
            "" => field.title.clone(),
            english => format!("{} / {english}", field.title),
        };
        self.titles.extend(contract.fields.iter().map(|field| (field.name.clone(), title(field))));
    }

    /// Adds the rows that one reading of the file accepted and refused, and those it ignored, by reason. Of a workbook with several
    /// datasets each reading leaves out the sheets of the others; such rows are not told.
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

/// A file of the lake with its open findings.
///
/// # Errors
/// Where no file, or more than one, is meant; where the lake cannot be read.
pub async fn returned(
    project: &Arc<Project>,
    storage: &Storage,
    file: &str,
) -> Result<Returned, LakeError> {
    let head = journal::head(storage).await?;
    let engine =
        Engine::open(Arc::clone(project), storage.clone(), At::Head(head), DEFAULT_MEMORY_BYTES)?;
    let quoted = file.replace('\'', "''");
    let sql = format!(
        "select sha256, file_name, coalesce(dataset, '') as dataset, coalesce(source_id, '') as source_id, cast(received_at as varchar) as received,
           ignored_json, coalesce(error, '') as error, coalesce(error_id, '') as error_id,
           rows_accepted, rows_rejected
         from ops.files where file_name = '{quoted}' or starts_with(sha256, '{quoted}') or strpos(file_name, '{quoted}') > 0
         order by case when file_name = '{quoted}' then 0 else 1 end, sequence desc"
    );
    let files = engine.rows(&sql).await?;
    let Some(rows) = files.iter().find(|rows| rows.num_rows() > 0) else {
        return Err(LakeError::usage(
            format!("no file `{file}` is in the lake"),
            "`koridor sql \"select file_name from ops.files\"` lists them".to_owned(),
        ));
    };
    let text = |column: usize| rows.column(column).as_string::<i32>().value(0).to_owned();
    let names: Vec<String> = files
        .iter()
        .flat_map(|rows| {
            rows.column(1)
                .as_string::<i32>()
                .iter()
                .flatten()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    if text(1) != file && names.iter().any(|name| *name != text(1)) {
        return Err(LakeError::usage(
            format!("`{file}` means several files: {}", names.join(", ")),
            "give the whole name, or its hash".to_owned(),
        ));
    }
    let sha256 = text(0);
    let kept = raw::fetch(storage, &sha256).await?;
    let mut returned = Returned {
        file_name: text(1),
        dataset: text(2),
        source_id: text(3),
        received: text(4),
        sheets: readers::cells(&kept.path)?.unwrap_or_default(),
        original: readers::workbook::xlsx_bytes(&kept.path)?,
        ..Returned::default()
    };
    let bytes = raw::bytes_name(&sha256);
    let parts: Vec<(&RecordBatch, usize)> = files
        .iter()
        .flat_map(|rows| (0..rows.num_rows()).map(move |row| (rows, row)))
        .filter(|(rows, row)| {
            raw::bytes_name(rows.column(0).as_string::<i32>().value(*row)) == bytes
        })
        .collect();
    for (rows, row) in &parts {
        let count =
            |column: usize| rows.column(column).as_primitive::<Int64Type>().value(*row) as u64;
        let ignored_by =
            serde_json::from_str(rows.column(5).as_string::<i32>().value(*row)).unwrap_or_default();
        returned.add_reading(count(8), count(9), &ignored_by, parts.len() > 1);
    }
    if !text(6).is_empty() {
        returned.remarks.push(Message { id: text(7), en: text(6) });
    }
    let warnings =
        engine.rows(&format!("select distinct coalesce(detail_id, detail) as id, detail as en from ops.checks where subject = '{sha256}' and check_name = 'total_differs'")).await?;
    for rows in &warnings {
        let (ids, ens) = (rows.column(0).as_string::<i32>(), rows.column(1).as_string::<i32>());
        returned.remarks.extend(
            ids.iter()
                .flatten()
                .zip(ens.iter().flatten())
                .map(|(id, en)| Message { id: id.into(), en: en.into() }),
        );
    }
    let contract = project.datasets.get(&returned.dataset).map(AsRef::as_ref);
    if let Some(contract) = contract {
        returned.add_titles(contract);
    }
    let sql = format!(
        "select sheet, coalesce(cell, '') as cell, coalesce(field, '') as field, rule, coalesce(value, '') as value, message_id, message_en, row_number,
           coalesce(also, '') as also
         from ops.quarantine where split_part(sha256, '.', 1) = '{bytes}' and status in ('open', 'superseded') order by sheet, row_number, cell"
    );
    for rows in engine.rows(&sql).await? {
        let text = |column: usize, row: usize| {
            rows.column(column).as_string::<i32>().value(row).to_owned()
        };
        for row in 0..rows.num_rows() {
            let finding = Finding {
                sheet: text(0, row),
                cell: Some(text(1, row)).filter(|cell| !cell.is_empty()),
                row_number: rows.column(7).as_primitive::<Int64Type>().value(row) as u64,
                field: text(2, row),
                rule: text(3, row),
                value: text(4, row),
                message: Message { id: text(5, row), en: text(6, row) },
            };
            returned.findings.extend(finding.with_also(&text(8, row), contract));
        }
    }
    Ok(returned)
}
