//! A refused row, told to its office: the cell, the rule, the value and the message.

use super::findings::Broken;
use super::slice::RowSlice;
use crate::contract::{Contract, ContractRule, Scope};
use crate::field::FieldType;
use crate::message::Message;
use crate::personal::mask;
use crate::raw::RawBatch;
use crate::rule::Rule;
use crate::scrub;
use crate::typing::ColumnReader;

/// Stands for a cell that is not shown.
pub const HIDDEN: &str = "***";

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

    /// The same without what stands in the row's cells, for those who may not know it.
    pub fn without_cells(self) -> Self {
        let value = self.value.map(|_| HIDDEN.to_owned());
        Self { value, row_json: String::new(), lead: String::new(), ..self }
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
    // What is nearest to a cell tells of the cell.
    let hint = match first {
        _ if contract.is_restricted() => None,
        Broken::Cell(index, rule) => readers.get_mut(*index).and_then(|reader| {
            let raw = reader.raw(batch, row);
            reader.hint(*rule, &raw)
        }),
        Broken::Contract(_) => None,
    };
    let readers = &*readers;
    let showing = Showing::of(readers, batch, row, broken);
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
        value: reader.map(|reader| showing.text(reader)),
        also,
        also_columns,
        row_json: showing.row_json(readers),
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

/// How much of a refused row may be shown. Where a personal value stands in a field that is not
/// for it the row is shifted: what stands beside it may be the name, in any field.
struct Showing<'batch> {
    batch: &'batch RawBatch,
    row: usize,
    /// Fields whose cell does not fit, by their place in the contract.
    unfit: Vec<&'batch str>,
    has_personal: bool,
    is_shifted: bool,
}

impl<'batch> Showing<'batch> {
    fn of(
        readers: &'batch [ColumnReader],
        batch: &'batch RawBatch,
        row: usize,
        broken: &[(u32, Broken)],
    ) -> Self {
        let unfit = broken.iter().filter_map(|(_, broken)| match broken {
            Broken::Cell(index, _) => Some(readers.get(*index)?.field().name.as_str()),
            Broken::Contract(_) => None,
        });
        let mut texts = readers.iter().map(|reader| (reader, reader.raw(batch, row)));
        let is_shifted = texts.any(|(reader, text)| match reader.field().koridor.personal {
            true => scrub::has_word(&text) && !text.contains(|mark: char| mark.is_ascii_digit()),
            false => scrub::is_personal(&text),
        });
        Self {
            batch,
            row,
            unfit: unfit.collect(),
            has_personal: readers.iter().any(|reader| reader.field().koridor.personal),
            is_shifted,
        }
    }

    /// A field's text, masked where it is or may be personal.
    fn text(&self, reader: &ColumnReader) -> String {
        let text = reader.raw(self.batch, self.row);
        let field = reader.field();
        if field.koridor.personal {
            return mask(&text);
        }
        let is_unfit = self.unfit.contains(&field.name.as_str());
        let is_open = is_unfit || reader.is_free_text();
        let may_be_name = is_open && self.is_shifted && scrub::has_word(&text)
            || is_unfit && self.has_personal && scrub::is_like_a_name(&text);
        // An amount of money may look like a phone number: not so a word, and no count that fits.
        let is_for_one = match field.field_type {
            FieldType::String => true,
            FieldType::Integer => is_unfit,
            _ => false,
        };
        let is_phone = is_for_one && scrub::is_bare_phone(&text);
        if may_be_name || is_phone { mask(&text) } else { scrub::cell(&text).into_owned() }
    }

    /// The fields as texts, as a JSON object.
    fn row_json(&self, readers: &[ColumnReader]) -> String {
        let fields: serde_json::Map<_, _> = readers
            .iter()
            .map(|reader| (reader.field().name.clone(), self.text(reader).into()))
            .collect();
        serde_json::Value::Object(fields).to_string()
    }
}

/// Text of the row's first cell that is not empty.
fn lead(batch: &RawBatch, row: usize) -> String {
    (0..batch.width())
        .map(|column| batch.text(row, column))
        .find(|text| !text.trim().is_empty())
        .unwrap_or_default()
        .to_owned()
}
