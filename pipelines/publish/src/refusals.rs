//! Refused rows by office and rule: what a person reads before the rows themselves.

use crate::error::PublishError;
use crate::table::{Record, Table};
use koridor_contract::message::Message;
use koridor_lake::Engine;

/// Refused rows that are open, by source, dataset and rule; and how many rows have another status.
pub struct Refusals {
    /// Open rows.
    pub open: Vec<Refusal>,
    /// Number of rows by status, open ones too.
    pub by_status: Vec<(String, u64)>,
}

/// The open rows of a source and dataset that one rule refuses, with the first of the newest file.
pub struct Refusal {
    /// Source; none where the rows do not say theirs.
    pub source_id: Option<String>,
    /// Name of the source.
    pub source_name: Option<String>,
    /// Dataset.
    pub dataset: String,
    /// Rule.
    pub rule: String,
    /// Number of rows.
    pub rows: u64,
    /// File of the example.
    pub file_name: String,
    /// Its sheet, in a workbook.
    pub sheet: Option<String>,
    /// Its cell.
    pub cell: String,
    /// What stands there.
    pub value: Option<String>,
    /// Why it is refused.
    pub message: Message,
}

impl Refusals {
    /// Reads the refused rows.
    ///
    /// # Errors
    /// Where the lake cannot be read.
    pub async fn read(engine: &Engine) -> Result<Self, PublishError> {
        let open = Table::named(engine, "refusals_by_rule", []).await?;
        let by_status = Table::named(engine, "refusals_by_status", []).await?;
        let status = |record: Record<'_>| (record.text_or_empty("status"), record.count("rows"));
        Ok(Self {
            open: open.records().map(|record| Refusal::of(&record)).collect(),
            by_status: by_status.records().map(status).collect(),
        })
    }

    /// Number of open rows.
    pub fn open_rows(&self) -> u64 {
        self.open.iter().map(|refusal| refusal.rows).sum()
    }
}

impl Refusal {
    fn of(record: &Record<'_>) -> Self {
        Self {
            source_id: record.text("source_id"),
            source_name: record.text("source_name"),
            dataset: record.text_or_empty("dataset"),
            rule: record.text_or_empty("rule"),
            rows: record.count("rows"),
            file_name: record.text_or_empty("file_name"),
            sheet: record.text("sheet"),
            cell: record.text_or_empty("cell"),
            value: record.text("value"),
            message: Message {
                id: record.text_or_empty("message_ind"),
                en: record.text_or_empty("message_en"),
            },
        }
    }
}
