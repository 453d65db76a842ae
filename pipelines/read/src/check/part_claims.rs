//! Titles and notes by which figures cover another time than the rows say: a part of the year that
//! they are read as those of, or more than the one period of a table.

use crate::layout::Said;
use crate::layout::period_remarks::names_month;
use crate::layout::year_parts::{YearPart, part_of_note, part_of_title};
use arrow::array::{Array, AsArray, RecordBatch};
use chrono::Datelike;
use koridor_contract::check::{REGISTER, slice_of};
use koridor_contract::contract::PeriodType;
use koridor_contract::date::from_days;
use koridor_contract::message::Message;
use koridor_contract::{Contract, Supersedes};
use std::collections::BTreeSet;

/// Months of a year.
const YEAR: u32 = 12;

/// What a text says otherwise than the rows of a table of a sheet; `quoted` makes it fit to be
/// told.
pub(super) fn other_time(
    (said, sheet): (&Said, &str),
    contract: &Contract,
    rows: &RecordBatch,
    quoted: impl Fn(&str) -> String,
) -> Option<Message> {
    let is_of_rows = contract.koridor.supersedes == Supersedes::Slice && !contract.koridor.stock;
    if !is_of_rows || !holds_sums(said, contract) {
        return None;
    }
    let Said { titles, above, notes, .. } = said;
    let of_titles = titles.iter().chain(above).filter_map(|own| Some((own, part_of_title(own)?)));
    let of_notes = notes.iter().filter_map(|own| Some((own, part_of_note(own)?)));
    let parts: Vec<(&String, YearPart)> = of_titles.chain(of_notes).collect();
    if parts.is_empty() {
        return None;
    }
    let periods = periods(contract, rows);
    // A report of several months in parts: the table is that of one of them, by its sheet or title.
    let is_of_month = |month: u32| {
        let texts = titles.iter().chain(above).chain(notes).map(String::as_str);
        texts.chain([sheet]).any(|text| names_month(text, month))
    };
    let (text, part, months) = parts.into_iter().find_map(|(text, part)| {
        let months = contradicted(part, &periods)?;
        if months == 1 && !part.is_up_to() && is_of_month(part.last) {
            return None;
        }
        Some((quoted(text), part, months))
    })?;
    let YearPart { first, last, .. } = part;
    Some(if months == YEAR {
        Message {
            id: format!(
                "\"{text}\" menyebut sebagian tahun (bulan {first} sampai {last}), padahal \
                 angkanya dibaca sebagai angka setahun; kirim angka setahun penuh, atau angka \
                 tiap bulan"
            ),
            en: format!(
                "\"{text}\" is of a part of the year (months {first} to {last}), and its figures \
                 are read as those of a year; file those of the whole year, or of each month"
            ),
        }
    } else {
        Message {
            id: format!(
                "\"{text}\" menyebut bulan {first} sampai {last}, padahal semua barisnya dibaca \
                 sebagai angka masa terakhirnya saja; kirim angka tiap masa, atau ganti judulnya \
                 bila angkanya memang angka masa itu"
            ),
            en: format!(
                "\"{text}\" is of the months {first} to {last}, and all rows are read as those of \
                 the last period alone; file each period, or change the title where they are those \
                 of that one"
            ),
        }
    })
}

/// Whether some figure that is read is a sum over time: no share, and none by another unit.
fn holds_sums(said: &Said, contract: &Contract) -> bool {
    said.figures.iter().any(|(field, _)| {
        let unit = contract.fields.get(*field).and_then(|field| field.koridor.unit.as_deref());
        !unit.unwrap_or_default().contains(['%', '/'])
    })
}

/// The periods of rows: year, first month and how many months each has.
fn periods(contract: &Contract, rows: &RecordBatch) -> BTreeSet<(i32, u32, u32)> {
    let types = rows.column_by_name("period_type").and_then(|own| own.as_string_opt::<i32>());
    let own = match contract.koridor.period_types.as_slice() {
        [only] => Some(months_of(*only)),
        _ => None,
    };
    let months = |row: usize| {
        let given = types.filter(|types| types.is_valid(row)).map(|types| types.value(row));
        match given {
            Some("Y") => Some(YEAR),
            Some("Q") => Some(3),
            Some("M") => Some(1),
            _ => own,
        }
    };
    let period = |row: usize| {
        let day = slice_of(contract, rows, row).period.filter(|day| *day != REGISTER)?;
        let day = from_days(day)?;
        Some((day.year(), day.month(), months(row)?))
    };
    (0..rows.num_rows()).filter_map(period).collect()
}

fn months_of(period: PeriodType) -> u32 {
    match period {
        PeriodType::Y => YEAR,
        PeriodType::Q => 3,
        PeriodType::M => 1,
    }
}

/// The months of the periods that a part of a year contradicts: some year of which it is a part, or
/// the one period of the rows, with which it ends.
fn contradicted(part: YearPart, periods: &BTreeSet<(i32, u32, u32)>) -> Option<u32> {
    let is_of = |year: i32| part.year.is_none_or(|own| own == year);
    if periods.iter().any(|(year, _, months)| *months == YEAR && is_of(*year)) {
        return Some(YEAR);
    }
    let mut all = periods.iter();
    let (year, first, months) = all.next().filter(|_| all.next().is_none())?;
    let is_longer = part.is_span() && part.months() > *months;
    (is_longer && part.last + 1 == first + months && is_of(*year)).then_some(*months)
}
