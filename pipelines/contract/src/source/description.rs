//! What a source description says, as its file has it.

use super::fetch::Fetch;
use crate::codes::CodeSystem;
use crate::contract::Supersedes;
use crate::date::DateFormat;
use crate::number::NumberFormat;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a file of one source is laid out.
#[derive(Debug, Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing)]
    pub schema: Option<String>,
    /// Name: file stem and the argument of `--source`.
    pub name: String,
    /// Title in Bahasa Indonesia.
    pub title: String,
    /// Title in English.
    pub title_en: String,
    /// The dataset its rows belong to.
    pub dataset: String,
    /// What a submission takes the place of, where its files come otherwise than the contract says:
    /// a month's closing file, a register's full list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<Supersedes>,
    /// Offices of `ref.source` that send this layout; the first is the default. In the file `*`
    /// stands for any run of characters (`DLH_*`); here they are the offices of the list.
    pub source_ids: Vec<String>,
    /// File name patterns (`*` any run of characters, case ignored) by which a landed file is
    /// recognised.
    #[serde(default)]
    pub files: Vec<String>,
    /// Recognised by its file name only: the header alone would fit files of other kinds.
    #[serde(default)]
    pub named_only: bool,
    /// Not finished: used only where `--source` names it, and its mistakes are told only then.
    #[serde(default)]
    pub draft: bool,
    /// Container, where the content alone does not tell.
    #[serde(default)]
    pub format: Option<Format>,
    /// Delimiter of a text file, where the caller names this description; found otherwise.
    #[serde(default)]
    pub delimiter: Option<char>,
    /// Sheet name patterns; every sheet with a fitting header if not given.
    #[serde(default)]
    pub sheets: Vec<String>,
    /// The fields are listed below each other (`Uraian`) and the records stand side by side: the
    /// sheet is read with its rows as columns.
    #[serde(default)]
    pub transpose: bool,
    /// The header band.
    #[serde(default)]
    pub header: Header,
    /// Number format of the file's text cells; one reading or refused where it is not given.
    #[serde(default = "one_reading")]
    pub numbers: NumberFormat,
    /// Date format of the file's text cells.
    #[serde(default)]
    pub dates: DateFormat,
    /// Further texts that mean "no value" (case ignored).
    #[serde(default)]
    pub missing: Vec<String>,
    /// Which column is which field.
    pub columns: Vec<Column>,
    /// Fields that have one value in every row; `join:<field>` is appended to a column's text, such
    /// as a year to a month.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// Fields whose value stands in the file name, the sheet name or above the header.
    #[serde(default)]
    pub context: Vec<Context>,
    /// Fields that are given once for a block of rows (merged cells).
    #[serde(default)]
    pub fill_down: Vec<String>,
    /// Rows that are not data, besides blank rows and rows that begin with "Jumlah" or "Total".
    #[serde(default)]
    pub ignore_rows: Vec<IgnoreRows>,
    /// Columns that run across: one source row becomes a row a column.
    #[serde(default)]
    pub unpivot: Option<Unpivot>,
    /// Where one sheet holds the table more than once: below each other, side by side, or both.
    /// Each has its own header and title.
    #[serde(default)]
    pub repeats: Vec<Repeat>,
    /// A field whose value stands alone in a row above the rows it holds for, such as
    /// a name in capitals.
    #[serde(default)]
    pub section: Option<String>,
    /// The BPS WebAPI variable a response must hold.
    #[serde(default)]
    pub variable: Option<u64>,
    /// What the variable's label must say: its number means something else in another domain.
    #[serde(default)]
    pub variable_label: Option<LabelPatterns>,
    /// Where its files are published, for `koridor fetch`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetch: Option<Fetch>,
    /// Of the workbook at hand and not of the description: it counts its days from 1904.
    #[serde(skip)]
    pub is_1904: bool,
}

/// What a label must be and must not be (`*` any run of characters, compared after normalisation).
#[derive(Debug, Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelPatterns {
    /// One of these must fit.
    pub matches: Vec<String>,
    /// None of these may.
    #[serde(default)]
    pub except: Vec<String>,
}

/// How a table comes again in one sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// Blocks below each other, each with its header.
    Down,
    /// Tables side by side, each with its header.
    Across,
}

/// Containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Delimited text.
    Csv,
    /// XLSX, XLS or ODS.
    Workbook,
    /// JSON of the BPS WebAPI's `data` model.
    BpsWebapi,
    /// Parquet.
    Parquet,
}

/// Where the header is.
#[derive(Debug, Clone, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Header {
    /// Height of the band in rows; cells of one column are joined from top to bottom, empty ones
    /// taking the text to their left.
    pub rows: usize,
    /// The band begins within this many rows from the top.
    pub within: usize,
    /// Headers that must be there besides those of mapped columns, to tell the layout from others
    /// like it.
    pub has: Vec<String>,
    /// The file has no header; columns are named by their letter (`A`, `B`, ...).
    pub absent: bool,
}

impl Default for Header {
    fn default() -> Self {
        Self { rows: 1, within: 20, has: Vec::new(), absent: false }
    }
}

/// One column of a file.
#[derive(Debug, Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The contract's field.
    pub field: String,
    /// Header texts that name the column, compared after normalisation; one of them must be there.
    /// None where the field is given by `unpivot`, `section` or `context`, and only how it is
    /// written is said here.
    #[serde(default)]
    pub header: Vec<String>,
    /// Further columns whose cells are joined behind this one's with a blank (`Bulan` with
    /// `Tahun`).
    #[serde(default)]
    pub join: Vec<String>,
    /// The column may be missing from a file.
    #[serde(default)]
    pub optional: bool,
    /// Number format, where it differs from the file's.
    #[serde(default)]
    pub numbers: Option<NumberFormat>,
    /// Date format, where it differs from the file's.
    #[serde(default)]
    pub dates: Option<DateFormat>,
    /// Factor to the contract's unit, as a decimal text: `1000` for thousands, `0.001` for kg in a
    /// field of tonnes.
    #[serde(default)]
    pub multiply: Option<String>,
    /// Units that may stand behind the header text, each with its factor to the contract's unit:
    /// `{"ton": "1", "kg": "0.001"}`. The one that is found in the file is used and noted with the
    /// column.
    #[serde(default)]
    pub units: BTreeMap<String, String>,
    /// The column is year-to-date: a month's figure is the difference to the month before.
    #[serde(default)]
    pub cumulative: bool,
    /// The office's words for the contract's values (compared after normalisation).
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// System of region codes in this column.
    #[serde(default)]
    pub codes: CodeSystem,
}

impl Column {
    /// The text that an office writes above the column: the first of its headers and, where several
    /// units may stand behind it, the contract's own or else the first of them.
    pub fn heading(&self) -> Option<String> {
        let own = self.units.iter().find(|(_, factor)| factor.as_str() == "1");
        let unit = own.or_else(|| self.units.iter().next());
        let unit = unit.map(|(unit, _)| format!(" ({unit})")).unwrap_or_default();
        self.header.first().map(|header| format!("{header}{unit}"))
    }
}

/// A field's value from around the table.
#[derive(Debug, Clone, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// The contract's field, or `join:<field>` to append to a column's text.
    pub field: String,
    /// Where to look.
    pub from: Place,
    /// Regular expression whose first group is the value.
    pub pattern: String,
}

/// Places around a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The file's name.
    File,
    /// The sheet's name.
    Sheet,
    /// Any cell above the header.
    Title,
}

/// Rows to leave out, counted as ignored with a reason.
#[derive(Debug, Clone, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IgnoreRows {
    /// Headers of the column to look at; one of them must be there.
    #[serde(deserialize_with = "one_or_several")]
    #[schemars(with = "Headers")]
    pub column: Vec<String>,
    /// Ignore where the cell matches one of these patterns (`*` any run, compared after
    /// normalisation).
    #[serde(default)]
    pub matches: Vec<String>,
    /// Ignore where the cell matches none of these.
    #[serde(default)]
    pub except: Vec<String>,
    /// Ignore where the cell names no region of the corridor; a name that is all but one of them
    /// stays, and is refused with a hint.
    #[serde(default)]
    pub outside_corridor: bool,
    /// Ignore where the cell does not name the corridor's province (`corridor.json`); without one
    /// the rule leaves nothing out.
    #[serde(default)]
    pub outside_province: bool,
    /// Why: `total`, `note`, `outside_corridor`, ...
    pub reason: String,
}

fn one_reading() -> NumberFormat {
    NumberFormat::Auto
}

/// One header, or several.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
enum Headers {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

fn one_or_several<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<String>, D::Error> {
    Ok(match Headers::deserialize(deserializer)? {
        Headers::One(header) => vec![header],
        Headers::Several(headers) => headers,
    })
}

/// Columns that run across a sheet.
#[derive(Debug, Clone, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unpivot {
    /// The field that takes the cells; none where a part of the header names several.
    #[serde(default)]
    pub value: Option<String>,
    /// What the header's parts are, from the top row of the band to the bottom.
    pub header: Vec<HeaderPart>,
    /// Headers (normalised patterns) among the others that are not data, such as `tahunan` or
    /// `jumlah`.
    #[serde(default)]
    pub ignore: Vec<String>,
}

/// What one header row of an unpivoted band holds: a field's value, or the name of the field that
/// takes the cell.
#[derive(Debug, Clone, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderPart {
    /// The row of the band, from 0.
    pub row: usize,
    /// The field that takes the part; several parts of one field are joined with a blank, in this
    /// order.
    #[serde(default)]
    pub field: Option<String>,
    /// The header's words for the field's values.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// The header's words for the fields that take the cells:
    /// `{"Tamu": "guests_wisnus", "Malam": "nights_wisnus"}`.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

impl Unpivot {
    /// Fields that take the cells.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.header
            .iter()
            .flat_map(|part| part.fields.values())
            .chain(&self.value)
            .map(String::as_str)
    }

    /// All fields it gives: those of the header's parts and those that take the cells.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.header.iter().filter_map(|part| part.field.as_deref()).chain(self.values())
    }
}

impl Source {
    /// Whether another description reads a file in the same way: no more than what it is called,
    /// who sends it and the names of its files differ.
    pub fn reads_as(&self, other: &Self) -> bool {
        let bare = |own: &Self| {
            let reading = Self {
                schema: None,
                name: String::new(),
                title: String::new(),
                title_en: String::new(),
                source_ids: Vec::new(),
                files: Vec::new(),
                named_only: false,
                fetch: None,
                ..own.clone()
            };
            serde_json::to_value(reading).ok()
        };
        bare(self) == bare(other)
    }

    /// Whether some part of the description gives a field its values.
    pub(crate) fn gives(&self, field: &str) -> bool {
        self.columns.iter().any(|column| column.field == field)
            || self.constants.contains_key(field)
            || self.is_given_around(field)
    }

    /// Whether a field's value stands around the rows and not in a column of its own.
    pub(crate) fn is_given_around(&self, field: &str) -> bool {
        self.context.iter().any(|context| context.field == field)
            || self.section.as_deref() == Some(field)
            || self
                .unpivot
                .as_ref()
                .is_some_and(|unpivot| unpivot.fields().any(|given| given == field))
    }

    /// The columns that a header must or may hold.
    pub fn headed(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| !column.header.is_empty())
    }

    /// Whether the layout is one table with one header row, a field a column.
    pub fn is_plain(&self) -> bool {
        self.unpivot.is_none()
            && self.context.is_empty()
            && self.header.rows == 1
            && !self.header.absent
    }

    /// Whether rows must be rearranged before they can be checked; a plain table is checked as it
    /// streams.
    pub fn rearranges(&self) -> bool {
        self.unpivot.is_some()
            || self.transpose
            || !self.fill_down.is_empty()
            || !self.ignore_rows.is_empty()
            || !self.repeats.is_empty()
            || self.section.is_some()
            || self.columns.iter().any(|column| !column.join.is_empty() || column.cumulative)
    }
}
