//! Columns that a description does not name and that part what its rows are about: a district, a
//! sex, a month of a table of years. A row with such a cell is a part, and a part is not the whole.

use super::description_keys::named_keys;
use super::found::Found;
use super::header_key::header_key;
use super::labels::is_total_alone;
use super::period_remarks::names_part;
use super::unit_names::Time;
use koridor_contract::codes::normalise;
use koridor_contract::date::DateFormat;
use koridor_contract::{Contract, Field, FieldType, RawBatch, Source, Supersedes};

/// What offices call places below a regency.
const PLACES: [&str; 10] = [
    "kecamatan",
    "kec",
    "namakecamatan",
    "distrik",
    "desa",
    "namadesa",
    "kelurahan",
    "desakelurahan",
    "kelurahandesa",
    "dusun",
];

/// What offices call groups of people.
const PEOPLE: [&str; 12] = [
    "jeniskelamin",
    "kelamin",
    "gender",
    "sex",
    "lp",
    "umur",
    "usia",
    "kelompokumur",
    "kelompokusia",
    "golonganumur",
    "age",
    "agegroup",
];

/// Parts of a year, of a quarter and of a month: those of the longer are also those of the shorter.
const OF_YEAR: [&str; 6] = ["triwulan", "kuartal", "caturwulan", "semester", "quarter", "tw"];
const OF_QUARTER: [&str; 2] = ["bulan", "month"];
const OF_MONTH: [&str; 7] = ["minggu", "mingguke", "pekan", "tanggal", "week", "date", "tgl"];

/// What offices call the time that figures of a year are of: a cell there is a part where it names
/// one.
const TIMES: [&str; 5] = ["periode", "masa", "period", "periodedata", "masadata"];

/// Words for all parts together.
const WHOLE: [&str; 8] = [
    "semua",
    "seluruh",
    "seluruhnya",
    "keseluruhan",
    "all",
    "l p",
    "laki laki dan perempuan",
    "laki laki perempuan",
];

/// A column whose cells say that a row is a part.
pub(super) struct PartColumn {
    column: usize,
    header: String,
    /// Its header is the word for a time, whatever part of the year that is.
    is_time: bool,
}

/// The columns of a sheet whose cells say that a row is a part. Events and registers have none: a
/// row of theirs is one thing, wherever it is.
pub(super) fn part_columns(source: &Source, contract: &Contract, found: &Found) -> Vec<PartColumn> {
    if contract.koridor.supersedes != Supersedes::Slice {
        return Vec::new();
    }
    let named = named_keys(source);
    let words = words(source, contract, found);
    let is_part = |key: &str| words.contains(&key) && !named.iter().any(|own| own == key);
    let labels = found.labels.iter().enumerate().filter(|(column, _)| {
        // A field's own column is read, whatever its header is.
        !found.columns.contains(&Some(*column))
    });
    let parts = labels.filter_map(|(column, parts)| {
        let header = parts.join(" ");
        let key = header_key(&header);
        let is_time = TIMES.contains(&key.as_str());
        is_part(&key).then_some(PartColumn { column, header, is_time })
    });
    parts.collect()
}

/// The headers that name parts of what a description's rows are about.
fn words(source: &Source, contract: &Contract, found: &Found) -> Vec<&'static str> {
    let mut words: Vec<&'static str> = PEOPLE.to_vec();
    // A district tells where a point or a facility is, and parts no row of it.
    let names_a_thing = contract.fields.iter().zip(&found.columns).any(|(field, column)| {
        column.is_some()
            && field.name.ends_with("_id")
            && contract.primary_key.contains(&field.name)
    });
    if !names_a_thing {
        words.extend(PLACES);
    }
    match period(source, contract) {
        Some(Period::Year) => {
            words.extend(OF_YEAR.iter().chain(&OF_QUARTER).chain(&OF_MONTH));
            words.extend(TIMES.iter().filter(|_| holds_sums(contract, found)));
        }
        Some(Period::Quarter) => words.extend(OF_QUARTER.iter().chain(&OF_MONTH)),
        Some(Period::Month) => words.extend(OF_MONTH),
        None => {}
    }
    words
}

/// How long the periods of a description's rows are.
enum Period {
    Year,
    Quarter,
    Month,
}

fn period(source: &Source, contract: &Contract) -> Option<Period> {
    let name = contract.koridor.slice.as_ref()?.period.as_ref()?;
    let field: &Field = contract.fields.iter().find(|field| field.name == *name)?;
    let column = source.columns.iter().find(|column| column.field == *name);
    let constant = source.constants.get("period_type").map(String::as_str);
    let is_year = field.field_type == FieldType::Year
        || constant == Some("Y")
        || column.is_some_and(|column| column.dates == Some(DateFormat::Year));
    match (is_year, field.koridor.month) {
        (true, _) => Some(Period::Year),
        (false, true) if constant == Some("Q") || name.ends_with("quarter") => {
            Some(Period::Quarter)
        }
        (false, true) => Some(Period::Month),
        (false, false) => None,
    }
}

/// The time that a unit of a description's rows may be by: that of their periods. None where a
/// column says how long each is.
pub(super) fn time_of_rows(source: &Source, contract: &Contract) -> Option<Time> {
    if source.columns.iter().any(|column| column.field == "period_type") {
        return None;
    }
    match period(source, contract)? {
        Period::Year => Some(Time::Year),
        Period::Month => Some(Time::Month),
        Period::Quarter => None,
    }
}

/// Whether a table holds figures that are sums over the time of their rows: no stocks, and no
/// shares.
pub(super) fn holds_sums(contract: &Contract, found: &Found) -> bool {
    let mut fields = contract.fields.iter().zip(&found.columns);
    let is_sum = |field: &Field, column: &Option<usize>| {
        column.is_some() && field.is_additive() && !contract.primary_key.contains(&field.name)
    };
    !contract.koridor.stock && fields.any(|(field, column)| is_sum(field, column))
}

/// How many months the rows of a description are of, where all are of as many: none of stocks, and
/// of events.
pub(super) fn months_of_rows(source: &Source, contract: &Contract) -> Option<u32> {
    let is_of_time = contract.koridor.supersedes == Supersedes::Slice && !contract.koridor.stock;
    if !is_of_time || source.columns.iter().any(|column| column.field == "period_type") {
        return None;
    }
    match period(source, contract)? {
        Period::Year => Some(12),
        Period::Quarter => Some(3),
        Period::Month => Some(1),
    }
}

impl PartColumn {
    /// A column under a header.
    pub(super) fn new(column: usize, header: String) -> Self {
        Self { column, header, is_time: false }
    }

    /// Its cell in a row.
    pub(super) fn text<'cells>(&self, cells: &'cells RawBatch, row: usize) -> &'cells str {
        cells.text(row, self.column).trim()
    }

    /// The part that a row is of, in words; `None` where it is of the whole.
    pub(super) fn part(&self, cells: &RawBatch, row: usize) -> Option<String> {
        let text = self.text(cells, row);
        let normal = normalise(text);
        let is_whole = normal.is_empty()
            || is_total_alone(text)
            || WHOLE.contains(&normal.as_str())
            || (self.is_time && !names_part(text));
        (!is_whole).then(|| format!("{}: {text}", self.header))
    }
}
