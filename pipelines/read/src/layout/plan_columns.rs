//! Columns beside the figures whose cells say that a row is a plan (`Status`: `Target`), where the
//! dataset holds what was reached, that it is none (`Batal`), or that its figures are of another
//! time than the others (`s.d. Juni`). The words are those of `plan_remarks`, `void_rows` and
//! `period_remarks`.

use super::found::Found;
use super::header_key::header_key;
use super::labels::is_total;
use super::note_rows::{is_note_row, tail_below};
use super::part_columns::{holds_sums, months_of_rows};
use super::period_remarks::{is_from_january, is_of_part};
use super::plan_codes::PlanCodes;
use super::plan_remarks::{Room, is_of_reached, plan_of_remark};
use super::plans_between::may_hold;
use super::unit_beside::HEADERS;
use super::void_rows::VoidWords;
use crate::readers::LineFault;
use koridor_contract::source::Format;
use koridor_contract::{CodeLists, Contract, Field, FieldType, RawBatch, RecordRule, Source};
use std::collections::BTreeMap;

/// What offices call a column that says what rows are.
const KINDS: [&str; 11] = [
    "status",
    "statusdata",
    "statusangka",
    "jenisdata",
    "jenisangka",
    "sifatdata",
    "sifatangka",
    "kategoridata",
    "tipedata",
    "datatype",
    "versi",
];

/// Parts of headers of free text on work, on what hinders it and on what comes next.
const WORK: [&str; 15] = [
    "tindaklanjut",
    "rencana",
    "kendala",
    "masalah",
    "hambatan",
    "solusi",
    "upaya",
    "rekomendasi",
    "program",
    "kegiatan",
    "tahap",
    "jadwal",
    "agenda",
    "usul",
    "followup",
];

/// As [`WORK`], where they begin a header: `Saran`, and not `Sasaran`.
const WORK_LEADS: [&str; 2] = ["rtl", "saran"];

/// Beginnings of headers of remarks.
const REMARKS: [&str; 15] = [
    "ket",
    "catatan",
    "remark",
    "note",
    "komentar",
    "penjelasan",
    "status",
    "jenis",
    "sifat",
    "kategori",
    "tipe",
    "uraian",
    "indikator",
    "type",
    "skenario",
];

/// What offices call a column that says where figures are from.
const SOURCES: [&str; 5] = ["sumber", "sumberdata", "sumberangka", "source", "datasource"];

/// What a header names that tells plans from what was reached: `Target/Realisasi`.
const COMPARED: [&str; 4] = ["target", "rencana", "proyeksi", "anggaran"];

/// Beginnings of headers of remarks below which a cell may say that its row is none.
const OF_ROWS: [&str; 6] = ["ket", "catatan", "remark", "note", "komentar", "status"];

/// What stands in a message for what the rows are taken for.
const TAKEN_FOR: &str = "realisasi";
/// As [`TAKEN_FOR`], of rows that are none.
const A_FACT: &str = "data yang berlaku";
/// As [`TAKEN_FOR`], of the time that figures are of.
const OF_A_YEAR: &str = "angka setahun";
const OF_A_MONTH: &str = "angka sebulan";
const OF_A_QUARTER: &str = "angka satu triwulan";

/// Words behind [`OF_ROWS`] by which the column is still about the row; with another it is about
/// something else of it: `Status Pengajuan KUR`.
const BEHIND: [&str; 12] = [
    "",
    "an",
    "data",
    "tiket",
    "laporan",
    "transaksi",
    "verifikasi",
    "validasi",
    "input",
    "baris",
    "kejadian",
    "kunjungan",
];

/// Whether the key of a header is that of a remark about its row.
fn is_of_row(key: &str) -> bool {
    // `Keterangan`, `Ket.`
    let rest = |lead: &str| {
        let behind = key.strip_prefix(lead)?;
        Some(if lead == "ket" { behind.strip_prefix("erangan").unwrap_or(behind) } else { behind })
    };
    OF_ROWS.iter().filter_map(|lead| rest(lead)).any(|behind| BEHIND.contains(&behind))
}

/// The years that stand in cells of a row, each as a cell of its own or in a date.
fn years_beside(cells: &RawBatch, row: usize) -> Vec<i32> {
    let year = |text: &str| {
        let year: i32 = text.parse().ok().filter(|_| text.len() == 4)?;
        (1950..=2100).contains(&year).then_some(year)
    };
    let parts = |column: usize| {
        let text = cells.text(row, column).trim();
        let is_short = text.len() <= 10 && text.bytes().all(|own| !own.is_ascii_alphabetic());
        text.split(['-', '/', ' ']).filter(move |_| is_short).filter_map(year)
    };
    (0..cells.width()).flat_map(parts).collect()
}

/// A column whose cells may say that a row is a plan.
#[derive(Debug, Clone)]
struct PlanColumn {
    column: usize,
    header: String,
    key: String,
    room: Room,
    /// Whether its cells may say that a row is none.
    is_of_row: bool,
    /// What letters below the header mean.
    codes: Option<PlanCodes>,
}

/// The columns of a table whose cells may say that a row is a plan.
#[derive(Debug, Clone)]
pub(crate) struct PlanColumns {
    columns: Vec<PlanColumn>,
    /// Whether the table holds figures, which may be plans.
    has_figures: bool,
    voids: VoidWords,
    /// The months of each row, where a remark may say otherwise.
    months: Option<u32>,
}

impl PlanColumns {
    /// Those of a table: all that hold no field. A table without figures has no plans.
    pub(crate) fn of(
        source: &Source,
        contract: &Contract,
        codes: &CodeLists,
        found: &Found,
    ) -> Self {
        let is_figure = |(field, column): (&Field, &Option<usize>)| {
            column.is_some() && matches!(field.field_type, FieldType::Integer | FieldType::Number)
        };
        let has_figures =
            source.unpivot.is_some() || contract.fields.iter().zip(&found.columns).any(is_figure);
        let is_none = source.format == Some(Format::BpsWebapi);
        let labels = found.labels.iter().map(|parts| parts.join(" ")).enumerate();
        let beside =
            labels.filter(|(column, _)| !is_none && !found.columns.contains(&Some(*column)));
        let columns = beside.map(|(column, header)| {
            let key = header_key(&header);
            let codes = PlanCodes::of_header(&header);
            let room = room(&key);
            let is_remark = room == Room::Remarks;
            let is_of_row = room == Room::Kind || (is_remark && is_of_row(&key));
            PlanColumn { column, header, key, room, is_of_row, codes }
        });
        let is_cumulative = source.columns.iter().any(|column| column.cumulative);
        Self {
            columns: columns.collect(),
            has_figures,
            voids: VoidWords::of(contract, codes),
            months: months_of_rows(source, contract)
                .filter(|_| !is_cumulative && holds_sums(contract, found)),
        }
    }

    /// What a row says of itself by which it is no row of figures, or none of their time.
    fn other(&self, cells: &RawBatch, row: usize) -> Option<String> {
        self.columns.iter().find_map(|own| {
            let text = own.text(cells, row);
            if text.is_empty() {
                return None;
            }
            let is_void =
                (own.is_of_row && self.voids.are_in(text)) || self.voids.are_asked(&own.key, text);
            let taken_for = match self.months.filter(|_| own.is_of_row) {
                _ if is_void => A_FACT,
                Some(12) if is_of_part(text, || years_beside(cells, row)) => OF_A_YEAR,
                Some(1) if is_from_january(text, 1) => OF_A_MONTH,
                Some(3) if is_from_january(text, 3) => OF_A_QUARTER,
                _ => return None,
            };
            Some(format!("{}: {text} / {taken_for}", own.header))
        })
    }

    /// The rows of a table from one on that say that they are plans where the dataset holds none,
    /// or no rows of it, with what they say.
    pub(super) fn rows(
        &self,
        (cells, below): (&RawBatch, usize),
        (contract, source): (&Contract, &Source),
        has_figure: impl Fn(usize) -> bool,
    ) -> BTreeMap<usize, String> {
        let others = (below..cells.len()).filter_map(|row| Some((row, self.other(cells, row)?)));
        let mut rows: BTreeMap<usize, String> = others.collect();
        if self.columns.is_empty() || !self.has_figures {
            return rows;
        }
        let explained = codes_around(cells, below);
        for own in &self.columns {
            let filled: Vec<usize> = (below..cells.len())
                .filter(|row| own.text(cells, *row).contains(char::is_alphabetic))
                .collect();
            let figures: Vec<usize> =
                filled.iter().copied().filter(|row| has_figure(*row)).collect();
            let codes = [own.codes.as_ref(), explained.as_ref()].into_iter().flatten();
            let codes = own.codes_of_all(cells, codes, &figures);
            let plan = |row: usize| own.plan((cells, row), codes, (contract, source));
            let told = |row: &usize| Some((*row, plan(*row)?));
            let said: BTreeMap<usize, String> = filled.iter().filter_map(told).collect();
            if said.is_empty() {
                continue;
            }
            let is_word = |row: usize| {
                let text = own.text(cells, row);
                is_of_reached(text) || codes.is_some_and(|codes| codes.holds(text))
            };
            let names_blocks =
                own.names_blocks((cells, below), (&filled, &said), &has_figure, is_word);
            let mut last = None;
            for row in below..cells.len() {
                if !cells.is_blank(row, own.column) {
                    last = said.get(&row);
                }
                let is_own = said.contains_key(&row) || (names_blocks && has_figure(row));
                if let Some(text) = last.filter(|_| is_own) {
                    rows.entry(row).or_insert_with(|| text.clone());
                }
            }
        }
        rows
    }

    /// Takes such rows out of a run of rows that streams, each with what it says.
    pub(crate) fn take(
        &self,
        rows: &mut RawBatch,
        (contract, source): (&Contract, &Source),
    ) -> Vec<LineFault> {
        let cells = &*rows;
        let is_of_total = |row: usize| {
            let mut texts = (0..cells.width()).map(|column| cells.text(row, column));
            texts.find(|text| !text.trim().is_empty()).is_some_and(is_total)
        };
        let all: Vec<usize> = (0..cells.len()).collect();
        let with_codes = |own: &PlanColumn| {
            self.has_figures && own.codes_of_all(cells, own.codes.iter(), &all).is_some()
        };
        let is_of_codes: Vec<bool> = self.columns.iter().map(with_codes).collect();
        let plan = |row: usize| {
            let mut columns = self.columns.iter().zip(&is_of_codes);
            let mut of_plan = || {
                columns.find_map(|(own, is_of_codes)| {
                    let codes = own.codes.as_ref().filter(|_| *is_of_codes);
                    own.plan((cells, row), codes, (contract, source))
                })
            };
            let own = if self.has_figures { of_plan() } else { None };
            let text = own.or_else(|| self.other(cells, row))?;
            (!is_of_total(row)).then_some((row, text))
        };
        let said: BTreeMap<usize, String> = (0..cells.len()).filter_map(plan).collect();
        if said.is_empty() {
            return Vec::new();
        }
        let refused = said.iter().map(|(row, text)| {
            LineFault::new(cells.row_number(*row), RecordRule::ContradictsConstant, text.as_str())
        });
        let refused: Vec<LineFault> = refused.collect();
        let kept = cells.keep_rows(|row| !said.contains_key(&row));
        *rows = kept;
        refused
    }
}

impl PlanColumn {
    fn text<'cells>(&self, cells: &'cells RawBatch, row: usize) -> &'cells str {
        cells.text(row, self.column).trim()
    }

    /// What a row says of its figures where they are plans that the dataset does not hold.
    fn plan(
        &self,
        (cells, row): (&RawBatch, usize),
        codes: Option<&PlanCodes>,
        (contract, source): (&Contract, &Source),
    ) -> Option<String> {
        let text = self.text(cells, row);
        let of_code = || codes.and_then(|codes| codes.plan(text));
        let plan = plan_of_remark(text, self.room).or_else(of_code)?;
        (!may_hold(plan, contract, Some(source)))
            .then(|| format!("{}: {text} / {TAKEN_FOR}", self.header))
    }

    /// The first of the codes that each filled cell of some rows is one of. Letters beside work
    /// tell how far that is.
    fn codes_of_all<'codes>(
        &self,
        cells: &RawBatch,
        mut codes: impl Iterator<Item = &'codes PlanCodes>,
        rows: &[usize],
    ) -> Option<&'codes PlanCodes> {
        let is_code = |codes: &PlanCodes, row: usize| {
            cells.is_blank(row, self.column) || codes.may_hold(self.text(cells, row))
        };
        let is_unit = HEADERS.contains(&header_key(&self.header).as_str());
        let is_any = !rows.is_empty() && self.room != Room::Work && !is_unit;
        codes.find(|codes| is_any && rows.iter().all(|row| is_code(codes, *row)))
    }

    /// Whether each word of a column holds for the blank cells below it too, as where cells are
    /// merged: it begins with the first figures, and no cell says anything else.
    fn names_blocks(
        &self,
        (cells, below): (&RawBatch, usize),
        (filled, said): (&[usize], &BTreeMap<usize, String>),
        has_figure: &impl Fn(usize) -> bool,
        says_reached: impl Fn(usize) -> bool,
    ) -> bool {
        let Some(&first) = filled.first() else { return false };
        let is_word =
            |row: &usize| !has_figure(*row) || said.contains_key(row) || says_reached(*row);
        (below..first).all(|row| !has_figure(row) || !cells.is_blank(row, self.column))
            && filled.iter().all(is_word)
    }
}

/// The codes that texts above the rows of a table, or notes below them, explain.
fn codes_around(cells: &RawBatch, below: usize) -> Option<PlanCodes> {
    let notes = tail_below(cells, below).filter(|row| is_note_row(cells, *row));
    let texts = (0..below.min(cells.len()))
        .chain(notes)
        .flat_map(|row| (0..cells.width()).map(move |column| cells.text(row, column)));
    PlanCodes::explained(texts)
}

/// What a column with a header holds.
fn room(key: &str) -> Room {
    let is_compared = || key.contains("realis") && COMPARED.iter().any(|own| key.contains(own));
    match key {
        _ if KINDS.contains(&key) || is_compared() => Room::Kind,
        _ if SOURCES.contains(&key) => Room::Source,
        _ if WORK.iter().any(|own| key.contains(own)) => Room::Work,
        _ if WORK_LEADS.iter().any(|own| key.starts_with(own)) => Room::Work,
        _ if REMARKS.iter().any(|own| key.starts_with(own)) => Room::Remarks,
        _ => Room::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_says_how_much_a_cell_below_it_means() {
        for (header, expected) in [
            ("Status", Room::Kind),
            ("Jenis Data", Room::Kind),
            ("Target/Realisasi", Room::Kind),
            ("Rencana / Realisasi", Room::Kind),
            ("Uraian", Room::Remarks),
            ("Jenis", Room::Remarks),
            ("Tindak Lanjut", Room::Work),
            ("RTL", Room::Work),
            ("Saran", Room::Work),
            ("Rencana Kerja", Room::Work),
            ("Permasalahan", Room::Work),
            ("Tahapan", Room::Work),
            ("Status Kegiatan", Room::Work),
            ("Sasaran", Room::Other),
            ("Keterangan", Room::Remarks),
            ("Jenis Usaha", Room::Remarks),
            ("Catatan Petugas", Room::Remarks),
            ("Sumber Dana", Room::Other),
            ("Sumber Data", Room::Source),
            ("Target", Room::Other),
            ("", Room::Other),
        ] {
            assert_eq!(room(&header_key(header)), expected, "{header}");
        }
    }
}
