//! A refused row, told to its office: the cell, the rule, the value and the message.

use super::findings::Broken;
use super::slice::RowSlice;
use crate::contract::{Contract, ContractRule, Scope};
use crate::message::Message;
use crate::personal::mask;
use crate::raw::RawBatch;
use crate::rule::Rule;
use crate::typing::ColumnReader;

/// A refused row with the first rule it breaks.
#[derive(Debug, Clone)]
pub struct Rejection {
    /// Row in the checked batch, from 0.
    pub row: usize,
    /// Row in the file (line or sheet row), from 1.
    pub row_number: u64,
    /// Column in the batch the field came from.
    pub column: Option<usize>,
    /// The slice it would have been of.
    pub slice: RowSlice,
    /// The field, or none where the row as a whole is at fault.
    pub field: Option<String>,
    /// The code of the rule.
    pub rule: String,
    /// The offending text, masked when personal.
    pub value: Option<String>,
    /// What the office reads.
    pub message: Message,
    /// Further rules the row breaks, as `field: rule`.
    pub also: Vec<String>,
    /// Columns in the batch that these are about, where they have one.
    pub also_columns: Vec<Option<usize>>,
    /// The row's fields as texts, personal ones masked, as a JSON object.
    pub row_json: String,
    /// Text of the row's first cell that is not empty: tells a total or a note from a wrong row.
    pub lead: String,
}

impl Rejection {
    /// A rejection of which only the row, the rule and the message are known.
    pub fn new(row: usize, row_number: u64, rule: &Rule, message: Message) -> Self {
        Self {
            row,
            row_number,
            column: None,
            slice: RowSlice::default(),
            field: None,
            rule: rule.code().to_owned(),
            value: None,
            message,
            also: Vec::new(),
            also_columns: Vec::new(),
            row_json: String::new(),
            lead: String::new(),
        }
    }
}

/// The rejection of a row of the batch for the rules it breaks, in their order; `None` without any.
pub(super) fn rejection(
    contract: &Contract,
    readers: &mut [ColumnReader],
    batch: &RawBatch,
    broken: &[(u32, Broken)],
) -> Option<Rejection> {
    let [(row, first), further @ ..] = broken else { return None };
    let row = *row as usize;
    let hint = match first {
        Broken::Cell(index, rule) => readers.get_mut(*index).and_then(|reader| {
            let raw = reader.raw(batch, row);
            reader.hint(*rule, &raw)
        }),
        Broken::Contract(_) => None,
    };
    let readers = &*readers;
    let rule = rule_of(contract, first);
    let reader = reader_of(contract, readers, first);
    let message = match first {
        Broken::Cell(..) => reader.map(|reader| rule.message(reader.field(), hint.as_deref())),
        Broken::Contract(index) => row_rule(contract, *index).map(ContractRule::message),
    };
    let (also, also_columns) = further
        .iter()
        .map(|(_, broken)| {
            let reader = reader_of(contract, readers, broken);
            let field = reader.map(|reader| reader.field().name.as_str()).unwrap_or_default();
            let also = format!("{field}: {}", rule_of(contract, broken).code());
            (also, reader.and_then(ColumnReader::column))
        })
        .unzip();
    let message = message.unwrap_or_else(|| crate::message::row_message(rule.code(), ""));
    Some(Rejection {
        column: reader.and_then(ColumnReader::column),
        field: reader.map(|reader| reader.field().name.clone()),
        value: reader.map(|reader| shown(reader, batch, row)),
        also,
        also_columns,
        row_json: row_json(readers, batch, row),
        lead: lead(batch, row),
        ..Rejection::new(row, batch.row_number(row), &rule, message)
    })
}

/// A row rule of the contract by its place among the row rules.
fn row_rule(contract: &Contract, index: usize) -> Option<&ContractRule> {
    contract.rules(Scope::Row).nth(index)
}

fn rule_of(contract: &Contract, broken: &Broken) -> Rule {
    match broken {
        Broken::Cell(_, rule) => Rule::Cell(*rule),
        Broken::Contract(index) => Rule::Contract(
            row_rule(contract, *index).map(|rule| rule.id.clone()).unwrap_or_default(),
        ),
    }
}

/// The reader of the field that a broken rule is about.
fn reader_of<'readers>(
    contract: &Contract,
    readers: &'readers [ColumnReader],
    broken: &Broken,
) -> Option<&'readers ColumnReader> {
    match broken {
        Broken::Cell(index, _) => readers.get(*index),
        Broken::Contract(index) => row_rule(contract, *index)
            .and_then(|rule| contract.field_index(&rule.field))
            .and_then(|field| readers.get(field)),
    }
}

/// A field's text in a row, masked when personal.
fn shown(reader: &ColumnReader, batch: &RawBatch, row: usize) -> String {
    let text = reader.raw(batch, row);
    if reader.field().koridor.personal { mask(&text) } else { text }
}

/// The row's fields as texts, as a JSON object.
fn row_json(readers: &[ColumnReader], batch: &RawBatch, row: usize) -> String {
    let fields: serde_json::Map<_, _> = readers
        .iter()
        .map(|reader| (reader.field().name.clone(), shown(reader, batch, row).into()))
        .collect();
    serde_json::Value::Object(fields).to_string()
}

/// Text of the row's first cell that is not empty.
fn lead(batch: &RawBatch, row: usize) -> String {
    (0..batch.width())
        .map(|column| batch.text(row, column))
        .find(|text| !text.trim().is_empty())
        .unwrap_or_default()
        .to_owned()
}
