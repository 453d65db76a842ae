//! What is told of rows that stop counting, in one line.

use super::consequences::Share;
use super::landing::{name_beside, name_in};
use super::magnitude::Doubt;
use super::outcome::FileOutcome;
use super::standing::Group;
use crate::ledger::{Fate, SupersededRow};
use koridor_contract::Contract;
use koridor_contract::date::from_days;
use koridor_contract::field::AtLoad;
use koridor_contract::message::Message;

/// Rows that are named.
const NAMED: usize = 3;

/// Rows that a submission replaces, withdraws or ends, and its own that do not count; `file_name`
/// names a submission. Figures that are confidential are not told.
pub(super) fn consequences_line(
    contract: &Contract,
    rows: &[SupersededRow],
    own_id: &str,
    file_name: impl Fn(&str) -> String,
) -> Option<Message> {
    let mut parts: Vec<Message> = Vec::new();
    let is_own = |row: &&SupersededRow| row.address.sha256 == own_id && row.by_sha256 != own_id;
    let of = |word: &str| -> Vec<&SupersededRow> {
        rows.iter().filter(|row| !is_own(row) && row.fate.as_str() == word).collect()
    };
    let count = |rows: &[&SupersededRow]| rows.iter().map(|row| row.rows).sum::<i64>();
    let named = |rows: &[&SupersededRow]| named(rows, &file_name, contract);
    let rows_en = |count: i64| if count == 1 { "row" } else { "rows" };
    let replaced = of("replaced");
    if !replaced.is_empty() {
        let rows = count(&replaced);
        parts.push(Message {
            id: format!("{rows} baris diganti"),
            en: format!("{rows} {} replaced", rows_en(rows)),
        });
    }
    let withdrawn = of("withdrawn");
    if !withdrawn.is_empty() {
        let rows = count(&withdrawn);
        let (id, en) = named(&withdrawn);
        parts.push(Message {
            id: format!("{rows} baris ditarik: {id}"),
            en: format!("{rows} {} withdrawn: {en}", rows_en(rows)),
        });
    }
    let ended = of("ended");
    if let Some(Fate::Ended(day)) = ended.first().map(|row| row.fate) {
        let day = from_days(day).map(|day| day.to_string()).unwrap_or_default();
        let rows = count(&ended);
        let (id, en) = named(&ended);
        parts.push(Message {
            id: format!("{rows} baris berakhir pada {day}: {id}"),
            en: format!("{rows} {} ended on {day}: {en}", rows_en(rows)),
        });
    }
    let own: Vec<&SupersededRow> = rows.iter().filter(is_own).collect();
    if let Some(first) = own.first() {
        let (rows, other) = (count(&own), file_name(&first.by_sha256));
        parts.push(Message {
            id: format!("{rows} baris berkas ini tidak berlaku: {other} lebih baru"),
            en: format!("{rows} {} of this file not current: {other} is newer", rows_en(rows)),
        });
    }
    let line = |pick: &dyn Fn(&Message) -> &str| {
        let texts: Vec<&str> = parts.iter().map(pick).collect();
        format!("{} (ops.withdrawals)", texts.join("; "))
    };
    (!parts.is_empty()).then(|| Message { id: line(&|own| &own.id), en: line(&|own| &own.en) })
}

/// A few rows by key, value and file.
fn named(
    rows: &[&SupersededRow],
    file_name: &impl Fn(&str) -> String,
    contract: &Contract,
) -> (String, String) {
    let one = |row: &&SupersededRow, word: &str| {
        let key = row.address.row_key.as_deref()?;
        let value = match (&row.measure, row.value) {
            (Some(measure), Some(value)) if !contract.hides_figures() => {
                format!("{measure} {value}, ")
            }
            _ => String::new(),
        };
        let (file, number) = (file_name(&row.address.sha256), row.address.row_number);
        // A key is made of cells.
        Some(match contract.is_restricted() {
            true => format!("{file} {word} {number}"),
            false => format!("{key} ({value}{file} {word} {number})"),
        })
    };
    let list = |word: &str, and: &str, more: &str| {
        let named: Vec<String> = rows.iter().take(NAMED).filter_map(|row| one(row, word)).collect();
        let rest = rows.iter().map(|row| row.rows).sum::<i64>() - named.len() as i64;
        let named = named.join(", ");
        if rest == 0 { named } else { format!("{named} {and} {rest} {more}") }
    };
    (list("baris", "dan", "lagi"), list("row", "and", "more"))
}

/// Why a submission is held, and how it is accepted; `path` is that of its file.
pub(super) fn held_line(
    (group, share): &(Group, Share),
    contract: &Contract,
    path: &str,
) -> Message {
    let (source, region, period, ..) = group;
    let period = from_days(*period).map(|day| day.to_string()).unwrap_or_default();
    // A register has no period.
    let period = period.get(..7).filter(|month| *month > "1901").unwrap_or_default();
    let slice = format!("{source} {region} {period}");
    let measures = contract.main_measures();
    let sums = |of: &str| -> String {
        if contract.hides_figures() {
            return String::new();
        }
        let sums = measures.iter().zip(share.gone_sums.iter().zip(&share.sums));
        let sums: Vec<String> = sums
            .filter(|(_, (_, sum))| **sum > 0.0)
            .map(|(name, (gone, sum))| format!("{name} {gone} {of} {sum}"))
            .collect();
        if sums.is_empty() { String::new() } else { format!(" ({})", sums.join(", ")) }
    };
    let Share { rows, gone_rows, .. } = share;
    let (file_name, other) = (name_in(path), name_beside(path, &share.path));
    let slice = slice.trim_end();
    let accept = "koridor quarantine accept";
    Message {
        id: format!(
            "ditahan: {gone_rows} dari {rows} baris {slice}{} yang dimuat {other} tidak dibawa \
             lagi; yang lama tetap berlaku. Jika memang benar: {accept} {file_name} --by SIAPA \
             --reason ALASAN",
            sums("dari"),
        ),
        en: format!(
            "held: {gone_rows} of {rows} rows of {slice}{} that {other} held are not brought \
             again; the last good one stands. If that is right: {accept} {file_name} --by WHO \
             --reason R",
            sums("of"),
        ),
    }
}

/// Says in an outcome which figures look like another unit; holds it where the contract says so and
/// nobody has accepted it.
pub(super) fn tell_doubts(
    outcome: &mut FileOutcome,
    doubts: &[Doubt],
    (contract, file_name): (&Contract, &str),
    is_accepted: bool,
) {
    let Some(line) = doubts_line(doubts, contract.hides_figures()) else { return };
    let holds = |doubt: &Doubt| {
        let field = contract.fields.iter().find(|field| field.name == doubt.figure.field);
        let magnitude = field.and_then(|field| field.koridor.magnitude.as_ref());
        magnitude.is_some_and(|magnitude| magnitude.at_load == AtLoad::Hold)
    };
    if is_accepted || !doubts.iter().any(holds) {
        outcome.warnings.push(line);
        return;
    }
    let accept = "koridor quarantine accept";
    outcome.hold(Message {
        id: format!(
            "ditahan: {}. Jika memang benar: {accept} {file_name} --by SIAPA --reason ALASAN",
            line.id
        ),
        en: format!(
            "held: {}. If that is right: {accept} {file_name} --by WHO --reason R",
            line.en
        ),
    });
}

/// The figures that look like another unit, the first by name.
fn doubts_line(doubts: &[Doubt], hides_figures: bool) -> Option<Message> {
    let first = doubts.first()?;
    let Doubt { figure, unit, looks_like, typical } = first;
    let period = from_days(figure.period).map(|day| day.to_string()).unwrap_or_default();
    let length = if figure.period_type == "Y" { 4 } else { 7 };
    let period = period.get(..length).unwrap_or_default();
    let place = format!("{} {} {period}", figure.field, figure.region);
    let (value, typical) = (rounded(figure.value), rounded(*typical));
    let told = |usually: &str| match hides_figures {
        true => String::new(),
        false => format!(" {value} {unit}, {usually} {typical}"),
    };
    let (count, others) = (doubts.len(), doubts.len() - 1);
    let more = |and: &str, more: &str| match others {
        0 => String::new(),
        others => format!("; {and} {others} {more}"),
    };
    let (they, are) = if count == 1 { ("it looks", "is") } else { ("they look", "are") };
    let figures = if count == 1 { "figure" } else { "figures" };
    Some(Message {
        id: format!(
            "{count} angka tidak dipakai karena tampak seperti {looks_like}, bukan {unit}: \
             {place}{}{}. Kirim ulang dalam {unit}, atau tuliskan \
             satuannya di judul kolom",
            told("biasanya sekitar"),
            more("dan", "lagi"),
        ),
        en: format!(
            "{count} {figures} {are} withheld, as {they} like {looks_like} and not {unit}: \
             {place}{}{}. Send it again in {unit}, or write its unit \
             in the column header",
            told("usually about"),
            more("and", "more"),
        ),
    })
}

/// A figure with the digits that matter.
fn rounded(value: f64) -> f64 {
    let factor = if value.abs() >= 100.0 { 1.0 } else { 1000.0 };
    (value * factor).round() / factor
}
