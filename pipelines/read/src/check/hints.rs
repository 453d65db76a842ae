//! What a refusal says beside its rule, told by the rows around it: that a blank cell may be one of
//! a block that is named once, which month a date is of, and that a cell of figures holds a date.

use koridor_contract::check::FieldOrigin;
use koridor_contract::date::{DateFormat, from_days, parse_month};
use koridor_contract::{
    CellKind, CellRule, CheckedBatch, Contract, Field, FieldType, RawBatch, Rejection, Source,
};

/// Rows above a blank cell in which the one that may stand for it is looked for.
const MOST_ROWS: usize = 1_000;

/// A column that names rows.
#[derive(Debug, Clone)]
struct NameColumn {
    /// Its place in a batch.
    at: usize,
    /// Its place in the sheet.
    of_sheet: usize,
    field: String,
    /// How its dates are written.
    dates: DateFormat,
    /// Its blank cells may be of a block.
    may_be_given_once: bool,
}

/// What the refusals of a table are given.
#[derive(Debug, Clone)]
pub(super) struct Hints {
    columns: Vec<NameColumn>,
    is_described: bool,
    is_restricted: bool,
}

impl Hints {
    /// For a table whose fields come from `origins`; `of_sheet` gives the column of the sheet for
    /// one of a batch, where it has one.
    pub(super) fn of(
        contract: &Contract,
        source: &Source,
        origins: &[FieldOrigin],
        of_sheet: impl Fn(usize) -> Option<usize>,
    ) -> Self {
        let column = |(field, origin): (&Field, &FieldOrigin)| {
            let FieldOrigin::Column(at) = origin else { return None };
            if matches!(field.field_type, FieldType::Integer | FieldType::Number) {
                return None;
            }
            let described = source.columns.iter().find(|own| own.field == field.name);
            let is_filled = source.transpose || source.fill_down.contains(&field.name);
            Some(NameColumn {
                at: *at,
                of_sheet: of_sheet(*at)?,
                field: field.name.clone(),
                dates: described.and_then(|own| own.dates).unwrap_or(source.dates),
                may_be_given_once: contract.is_given_key(field) && !is_filled,
            })
        };
        Self {
            columns: contract.fields.iter().zip(origins).filter_map(column).collect(),
            is_described: !source.name.is_empty(),
            is_restricted: contract.is_restricted(),
        }
    }

    /// Adds them to the refusals of a checked batch, whose rows are those of `rows` from `first`
    /// on; `cell` is the address of a cell by the number of its row and its column in the sheet.
    pub(super) fn add(
        &self,
        checked: &mut CheckedBatch,
        (rows, first): (&RawBatch, usize),
        cell: impl Fn(u64, usize) -> String,
    ) {
        for rejection in &mut checked.rejections {
            let row = first + rejection.row;
            let holds_date =
                rejection.column.is_some_and(|column| rows.kind(row, column) == CellKind::Date);
            if holds_date && rejection.rule == CellRule::NotANumber.code() {
                tell(
                    rejection,
                    "sel ini berisi tanggal, mungkin dibuat Excel dari angka seperti 1/2 atau \
                     1.5: ubah formatnya menjadi angka dan ketik ulang angkanya",
                    "the cell holds a date, which Excel may have made of a figure such as 1/2 or \
                     1.5: format it as a number and type the figure again",
                );
            }
            let of_cell = self.columns.iter().find(|own| Some(own.at) == rejection.column);
            let Some(column) = of_cell else { continue };
            match CellRule::from_code(&rejection.rule) {
                Some(CellRule::Required) if column.may_be_given_once => {
                    if let Some(number) = self.given_above(column, rows, row) {
                        self.tell_given_once(rejection, column, &cell(number, column.of_sheet));
                    }
                }
                Some(CellRule::NotFirstOfMonth) if !self.is_restricted => {
                    if let Some(month) = month(column, rows, row) {
                        tell_month(rejection, &month, holds_date);
                    }
                }
                _ => {}
            }
        }
    }

    /// The number of the row above whose cell may stand for a blank one: the nearest that is not
    /// blank, where something else names the row further right. The label of a group has no name
    /// there.
    fn given_above(&self, column: &NameColumn, rows: &RawBatch, row: usize) -> Option<u64> {
        let names =
            |own: &NameColumn| own.of_sheet > column.of_sheet && !rows.is_blank(row, own.at);
        if !rows.is_blank(row, column.at) || !self.columns.iter().any(names) {
            return None;
        }
        let mut above = (row.saturating_sub(MOST_ROWS)..row).rev();
        let given = above.find(|above| !rows.is_blank(*above, column.at))?;
        Some(rows.row_number(given))
    }

    fn tell_given_once(&self, rejection: &mut Rejection, column: &NameColumn, cell: &str) {
        let mut id = format!(
            "{cell} di atasnya tampaknya berlaku juga untuk baris ini (sel gabungan, atau diisi \
             pada baris pertama saja): isi di setiap baris"
        );
        let mut en = format!(
            "{cell} above seems to hold for this row too (merged cells, or given in the first row \
             alone): fill in every row"
        );
        if self.is_described {
            let field = &column.field;
            id.push_str(&format!(", atau sebut {field} dalam `fill_down` uraian sumber"));
            en.push_str(&format!(", or name {field} in `fill_down` of the description"));
        }
        tell(rejection, &id, &en);
    }
}

/// The month of a date that is not the first of one.
fn month(column: &NameColumn, rows: &RawBatch, row: usize) -> Option<String> {
    let text = rows.text(row, column.at).trim();
    let (text, format) = match rows.kind(row, column.at) {
        // A time of day may stand behind it.
        CellKind::Date => (text.get(..10).unwrap_or(text), DateFormat::Iso),
        CellKind::Text => (text, column.dates),
        _ => return None,
    };
    let day = from_days(parse_month(text.as_bytes(), format)?)?.to_string();
    day.get(..7).map(str::to_owned)
}

/// Names the month of a date. A cell that holds one may be shown as its month alone.
fn tell_month(rejection: &mut Rejection, month: &str, holds_date: bool) {
    let (shown_id, shown_en) = match holds_date {
        true => (
            "sel ini berisi tanggal itu, juga bila Excel hanya menampilkan bulannya; ",
            "the cell holds that day, also where Excel shows its month alone; ",
        ),
        false => ("", ""),
    };
    tell(
        rejection,
        &format!("{shown_id}bila yang dimaksud bulannya, tulis {month}"),
        &format!("{shown_en}if its month is meant, write {month}"),
    );
}

fn tell(rejection: &mut Rejection, id: &str, en: &str) {
    rejection.message.id.push_str(&format!("; {id}"));
    rejection.message.en.push_str(&format!("; {en}"));
}
