//! What a process that reads files says to the one that asks: sheets, or why there are none.
//!
//! What comes back is not trusted: counts and sizes are looked at before memory is taken, and a
//! cell is a text of its own, so that none can point outside.

use super::budget::Meter;
use super::container::Container;
use super::refusal::{Refusal, RefusalCode};
use super::sheet::Sheet;
use koridor_contract::message::Message;
use koridor_contract::{CellKind, RawBatch};
use std::io::{Error, ErrorKind, Read, Result, Write};

const SHEETS: u8 = 1;
const REFUSAL: u8 = 2;
/// Marks the end of an answer.
const END: u8 = 3;
/// Says that files can come.
const READY: u8 = 4;
/// Longest name, code or message.
const MOST_TEXT: usize = 1 << 20;
/// Kinds of cells, by their number.
const KINDS: [CellKind; 6] = [
    CellKind::Text,
    CellKind::Number,
    CellKind::Date,
    CellKind::Error,
    CellKind::Covered,
    CellKind::CoveredBelow,
];

/// Sheets, or why there are none.
pub type Answer = std::result::Result<Vec<Sheet>, Refusal>;

/// Says that files can come.
pub(super) fn write_ready(to: &mut impl Write) -> Result<()> {
    to.write_all(&[READY])?;
    to.flush()
}

/// Waits until files can come.
pub(super) fn read_ready(from: &mut impl Read) -> Result<()> {
    if read_array(from)? == [READY] { Ok(()) } else { Err(malformed()) }
}

/// Writes which kind of file comes, and its size.
pub(super) fn write_request(to: &mut impl Write, container: Container, bytes: u64) -> Result<()> {
    let kind = Container::ALL.iter().position(|own| *own == container).unwrap_or_default();
    to.write_all(&[kind as u8])?;
    to.write_all(&bytes.to_le_bytes())
}

/// The next file that comes; `None` where nothing more does.
pub(super) fn read_request(from: &mut impl Read) -> Result<Option<(Container, u64)>> {
    let mut kind = [0];
    if from.read(&mut kind)? == 0 {
        return Ok(None);
    }
    let container = Container::ALL.get(usize::from(kind[0])).ok_or_else(malformed)?;
    Ok(Some((*container, u64::from_le_bytes(read_array(from)?))))
}

/// Writes what was read.
pub(super) fn write_answer(to: &mut impl Write, answer: &Answer) -> Result<()> {
    match answer {
        Ok(sheets) => {
            to.write_all(&[SHEETS])?;
            to.write_all(&(sheets.len() as u32).to_le_bytes())?;
            sheets.iter().try_for_each(|sheet| write_sheet(to, sheet))?;
        }
        Err(refusal) => {
            to.write_all(&[REFUSAL])?;
            let Message { id, en } = &refusal.message;
            for text in [refusal.code.code(), id, en] {
                let most = text.floor_char_boundary(MOST_TEXT);
                write_text(to, text.get(..most).unwrap_or_default())?;
            }
        }
    }
    to.write_all(&[END])?;
    to.flush()
}

fn write_sheet(to: &mut impl Write, sheet: &Sheet) -> Result<()> {
    let cells = &sheet.cells;
    let most = sheet.name.floor_char_boundary(MOST_TEXT);
    write_text(to, sheet.name.get(..most).unwrap_or_default())?;
    to.write_all(&[u8::from(sheet.is_1904) | u8::from(sheet.is_hidden) << 1])?;
    to.write_all(&(cells.width() as u64).to_le_bytes())?;
    to.write_all(&(cells.len() as u64).to_le_bytes())?;
    for row in 0..cells.len() {
        to.write_all(&cells.row_number(row).to_le_bytes())?;
        for column in 0..cells.width() {
            let kind = cells.kind(row, column);
            let kind = KINDS.iter().position(|own| *own == kind).unwrap_or_default();
            to.write_all(&[kind as u8])?;
            write_text(to, cells.text(row, column))?;
        }
    }
    Ok(())
}

fn write_text(to: &mut impl Write, text: &str) -> Result<()> {
    to.write_all(&(text.len() as u32).to_le_bytes())?;
    to.write_all(text.as_bytes())
}

/// An answer, and whether all that was sent of it was read.
pub(super) struct Heard {
    pub(super) answer: Answer,
    pub(super) is_whole: bool,
}

impl Heard {
    /// A refusal in the middle of an answer.
    fn cut_off(refusal: Refusal) -> Self {
        Self { answer: Err(refusal), is_whole: false }
    }
}

/// Reads an answer within a budget.
///
/// # Errors
/// Where it ends early or is none.
pub(super) fn read_answer(from: &mut impl Read, mut meter: Meter) -> Result<Heard> {
    let [kind] = read_array(from)?;
    let answer = match kind {
        SHEETS => {
            let count = u32::from_le_bytes(read_array(from)?) as usize;
            let mut sheets = Vec::new();
            if let Err(refusal) = meter.sheets(count) {
                return Ok(Heard::cut_off(refusal));
            }
            for _ in 0..count {
                match read_sheet(from, meter)? {
                    Ok(sheet) => {
                        let cells = &sheet.cells;
                        meter = meter.holding(cells.len() * cells.width(), cells.data().len());
                        sheets.push(sheet);
                    }
                    Err(refusal) => return Ok(Heard::cut_off(refusal)),
                }
            }
            Ok(sheets)
        }
        REFUSAL => {
            let mut text = || read_text(from, MOST_TEXT);
            let (code, id, en) = (text()?, text()?, text()?);
            Err(Refusal::new(RefusalCode::from_code(&code).ok_or_else(malformed)?, id, en))
        }
        _ => return Err(malformed()),
    };
    if read_array(from)? == [END] { Ok(Heard { answer, is_whole: true }) } else { Err(malformed()) }
}

fn read_sheet(from: &mut impl Read, meter: Meter) -> Result<std::result::Result<Sheet, Refusal>> {
    let name = read_text(from, MOST_TEXT)?;
    let [flags] = read_array(from)?;
    let width = u64::from_le_bytes(read_array(from)?);
    let rows = u64::from_le_bytes(read_array(from)?);
    if let Err(refusal) = meter.table(rows, width, 0) {
        return Ok(Err(refusal));
    }
    let mut cells = RawBatch::typed(width as usize);
    let mut text = Vec::new();
    let mut text_bytes = 0u64;
    for _ in 0..rows {
        let number = u64::from_le_bytes(read_array(from)?);
        for _ in 0..width {
            let [kind, length @ ..] = read_array::<5>(from)?;
            let length = u64::from(u32::from_le_bytes(length));
            text_bytes += length;
            if let Err(refusal) = meter.table(rows, width, text_bytes) {
                return Ok(Err(refusal));
            }
            text.resize(length as usize, 0);
            from.read_exact(&mut text)?;
            let kind = KINDS.get(usize::from(kind)).ok_or_else(malformed)?;
            cells.push_cell(std::str::from_utf8(&text).map_err(|_| malformed())?, *kind);
        }
        cells.end_row(number);
    }
    let (is_1904, is_hidden) = (flags & 1 == 1, flags & 2 == 2);
    Ok(Ok(Sheet { name, cells, is_1904, is_hidden, ..Sheet::default() }))
}

fn read_text(from: &mut impl Read, most: usize) -> Result<String> {
    let length = u32::from_le_bytes(read_array(from)?) as usize;
    if length > most {
        return Err(malformed());
    }
    let mut text = vec![0; length];
    from.read_exact(&mut text)?;
    String::from_utf8(text).map_err(|_| malformed())
}

fn read_array<const LENGTH: usize>(from: &mut impl Read) -> Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn malformed() -> Error {
    Error::new(ErrorKind::InvalidData, "the reading process said what it never says")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::budget::Budget;
    use proptest::prelude::*;

    fn sample() -> Vec<Sheet> {
        let mut cells = RawBatch::typed(2);
        let kinds = [
            [CellKind::Text, CellKind::Text],
            [CellKind::Text, CellKind::Number],
            [CellKind::CoveredBelow, CellKind::Error],
        ];
        for (row, texts) in
            [["Bulan", "Jumlah"], ["Juli 2024", "12.5"], ["", "#REF!"]].iter().enumerate()
        {
            cells.push_cell(texts[0], kinds[row][0]);
            cells.push_cell(texts[1], kinds[row][1]);
            cells.end_row(row as u64 * 3 + 1);
        }
        vec![Sheet { name: "Lembar 1".into(), cells, is_hidden: true, ..Sheet::default() }]
    }

    fn written(answer: &Answer) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_answer(&mut bytes, answer).unwrap();
        bytes
    }

    #[test]
    fn an_answer_is_read_as_it_was_written() {
        let meter = Budget::default().meter();
        let read = read_answer(&mut &written(&Ok(sample()))[..], meter).unwrap();
        let read = read.answer.unwrap();
        let (sheet, own) = (&read[0], &sample()[0]);
        assert_eq!((&sheet.name, sheet.is_hidden, sheet.is_1904), (&own.name, true, false));
        assert_eq!(sheet.cells.row_numbers(), own.cells.row_numbers());
        for place in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)] {
            let (row, column) = place;
            assert_eq!(sheet.cells.text(row, column), own.cells.text(row, column));
            assert_eq!(sheet.cells.kind(row, column), own.cells.kind(row, column));
        }
        let refusal = Refusal::new(RefusalCode::Password, "sandi", "password");
        let read = read_answer(&mut &written(&Err(refusal))[..], meter).unwrap();
        assert!(read.is_whole);
        let read = read.answer.unwrap_err();
        assert_eq!((read.code, read.message.id.as_str()), (RefusalCode::Password, "sandi"));
    }

    #[test]
    fn an_answer_that_claims_too_much_is_refused_before_memory_is_taken() {
        let mut bytes = vec![SHEETS, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend(u64::MAX.to_le_bytes());
        bytes.extend(u64::MAX.to_le_bytes());
        let read = read_answer(&mut &bytes[..], Budget::default().meter()).unwrap();
        assert!(!read.is_whole);
        assert_eq!(read.answer.unwrap_err().code, RefusalCode::TooManyCells);
    }

    proptest! {
        #[test]
        fn no_answer_makes_it_panic(at in 0usize..200, byte in any::<u8>(), cut in 0usize..200) {
            let meter = Budget { memory_bytes: 1 << 16, seconds: 60 }.meter();
            let mut bytes = written(&Ok(sample()));
            let length = bytes.len();
            bytes[at % length] = byte;
            let _ = read_answer(&mut &bytes[..], meter);
            prop_assert!(read_answer(&mut &written(&Ok(sample()))[..cut % length], meter).is_err());
        }
    }
}
