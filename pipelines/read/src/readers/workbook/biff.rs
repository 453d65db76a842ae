//! What an XLS workbook says of how its cells are shown, percentages and the day it counts from,
//! and how large its sheets are, before its reader takes memory for them.

use super::number_formats::is_percent;
use crate::readers::budget::Meter;
use crate::readers::refusal::Refusal;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// Records that are looked at.
mod record {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const END: u16 = 0x000A;
    pub(super) const DATE_MODE: u16 = 0x0022;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const NUMBERS: u16 = 0x00BD;
    pub(super) const CELL_FORMAT: u16 = 0x00E0;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const COMPACT_NUMBER: u16 = 0x027E;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const SHARED_LABEL: u16 = 0x00FD;
    pub(super) const RICH_LABEL: u16 = 0x00D6;
    pub(super) const TRUTH: u16 = 0x0205;
    pub(super) const DIMENSIONS: u16 = 0x0200;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BEGIN: u16 = 0x0809;
}

/// The formats `0%` and `0.00%`, which every workbook has.
const BUILT_IN: [u16; 2] = [9, 10];

/// Bytes that its reader takes for a cell: as a value, as a formula, and in the table of both.
const CELL_BYTES: u64 = 64;

/// How the cells of a workbook are shown.
#[derive(Default)]
pub(super) struct Shown {
    /// Days are counted from 1904.
    pub(super) is_1904: bool,
    /// The places of percentages, a list a sheet of cells.
    pub(super) percentages: Vec<Vec<(u32, u32)>>,
}

/// How the cells of an XLS workbook are shown; nothing where its stream cannot be read, which its
/// reader tells.
///
/// # Errors
/// Where its sheets are larger than their budget.
pub(super) fn shown(bytes: &[u8], meter: Meter) -> Result<Shown, Refusal> {
    let mut stream = Vec::new();
    let is_read = cfb::CompoundFile::open(Cursor::new(bytes)).is_ok_and(|mut file| {
        ["/Workbook", "/Book"].iter().any(|name| {
            file.open_stream(name).is_ok_and(|mut own| own.read_to_end(&mut stream).is_ok())
        })
    });
    if !is_read {
        return Ok(Shown::default());
    }
    let globals = Globals::of(&stream);
    meter.sheets(globals.sheets.len())?;
    let mut taken = stream.len() as u64;
    for begin in &globals.sheets {
        meter.time()?;
        taken = taken.saturating_add(bytes_of_sheet(&stream, *begin));
        meter.memory(taken)?;
    }
    let is_shown = |format: &u16| {
        BUILT_IN.contains(format) || globals.formats.get(format).is_some_and(|own| is_percent(own))
    };
    let percent: Vec<bool> = globals.cell_formats.iter().map(is_shown).collect();
    let percentages = if percent.contains(&true) {
        globals.sheets.iter().map(|begin| of_sheet(&stream, *begin, &percent)).collect()
    } else {
        Vec::new()
    };
    Ok(Shown { is_1904: globals.is_1904, percentages })
}

/// Memory that a sheet takes: all places from its first cell to its last, and what its dimensions
/// say, for which its reader makes room.
fn bytes_of_sheet(stream: &[u8], begin: usize) -> u64 {
    let mut depth = 0usize;
    let (mut rows, mut columns, mut declared) = (0u64, 0u64, 0u64);
    for (kind, data) in records(stream, begin) {
        match kind {
            record::BEGIN => depth += 1,
            record::END if depth <= 1 => break,
            record::END => depth -= 1,
            record::DIMENSIONS if data.len() >= 14 => {
                let long = |at: usize| {
                    let low = u64::from(number(data, at).unwrap_or_default());
                    low | u64::from(number(data, at + 2).unwrap_or_default()) << 16
                };
                let short = |at: usize| u64::from(number(data, at).unwrap_or_default());
                let height = long(4).saturating_sub(long(0));
                declared = height.saturating_mul(short(10).saturating_sub(short(8)));
            }
            record::FORMULA
            | record::NUMBER
            | record::COMPACT_NUMBER
            | record::NUMBERS
            | record::LABEL
            | record::SHARED_LABEL
            | record::RICH_LABEL
            | record::TRUTH => {
                rows = rows.max(u64::from(number(data, 0).unwrap_or_default()) + 1);
                // A run of numbers ends with its last column.
                let at = if kind == record::NUMBERS { data.len().saturating_sub(2) } else { 2 };
                columns = columns.max(u64::from(number(data, at).unwrap_or_default()) + 1);
            }
            _ => {}
        }
    }
    rows.saturating_mul(columns).max(declared).saturating_mul(CELL_BYTES)
}

/// The records of a stream from a place on, each by its kind.
fn records(stream: &[u8], begin: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream.get(begin..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (kind, length) = (number(rest, 0)?, number(rest, 2)?);
        let data = rest.get(4..4 + usize::from(length))?;
        rest = rest.get(4 + usize::from(length)..).unwrap_or_default();
        Some((kind, data))
    })
}

fn number(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at + 2).and_then(|two| Some(u16::from_le_bytes(two.try_into().ok()?)))
}

/// What the beginning of a workbook says of all sheets.
#[derive(Default)]
struct Globals {
    is_1904: bool,
    /// Codes of number formats.
    formats: BTreeMap<u16, String>,
    /// The number format of each cell format.
    cell_formats: Vec<u16>,
    /// Where the sheets of cells begin.
    sheets: Vec<usize>,
}

impl Globals {
    fn of(stream: &[u8]) -> Self {
        let mut own = Self::default();
        for (kind, data) in records(stream, 0).take_while(|(kind, _)| *kind != record::END) {
            match kind {
                record::DATE_MODE => own.is_1904 = number(data, 0) == Some(1),
                record::FORMAT => {
                    own.formats
                        .extend(number(data, 0).zip(text(data.get(2..).unwrap_or_default())));
                }
                record::CELL_FORMAT => own.cell_formats.extend(number(data, 2)),
                // The last byte tells sheets of cells from charts.
                record::SHEET if data.get(5) == Some(&0) => {
                    let place = number(data, 0).zip(number(data, 2));
                    let place = place.map(|(low, high)| usize::from(low) | usize::from(high) << 16);
                    own.sheets.extend(place);
                }
                _ => {}
            }
        }
        own
    }
}

/// A text with its length and the width of its letters before it.
fn text(data: &[u8]) -> Option<String> {
    let length = usize::from(number(data, 0)?);
    let is_wide = data.get(2)? & 1 == 1;
    let letters = data.get(3..)?;
    Some(if is_wide {
        let units = letters.chunks_exact(2).take(length).filter_map(|two| number(two, 0));
        char::decode_utf16(units).map(|letter| letter.unwrap_or(' ')).collect()
    } else {
        letters.iter().take(length).map(|letter| char::from(*letter)).collect()
    })
}

/// The places of percentages of the sheet that begins at a place.
fn of_sheet(stream: &[u8], begin: usize, percent: &[bool]) -> Vec<(u32, u32)> {
    let is_percent = |format: Option<u16>| {
        format.and_then(|format| percent.get(usize::from(format))) == Some(&true)
    };
    let mut places = Vec::new();
    // A chart within the sheet is a stream of its own.
    let mut depth = 0usize;
    for (kind, data) in records(stream, begin) {
        match kind {
            record::BEGIN => depth += 1,
            record::END if depth <= 1 => break,
            record::END => depth -= 1,
            _ => {}
        }
        let (Some(row), Some(column)) = (number(data, 0), number(data, 2)) else { continue };
        let (row, column) = (u32::from(row), u32::from(column));
        match kind {
            record::FORMULA | record::NUMBER | record::COMPACT_NUMBER => {
                places.extend(is_percent(number(data, 4)).then_some((row, column)));
            }
            record::NUMBERS => {
                // A format and a number of four bytes for each column, then the last column.
                let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
                let cells = (column..).zip(cells.chunks_exact(6));
                let shown = cells.filter(|(_, cell)| is_percent(number(cell, 0)));
                places.extend(shown.map(|(column, _)| (row, column)));
            }
            _ => {}
        }
    }
    places
}
