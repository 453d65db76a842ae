//! The last lines of a text, looked at before it streams.

use crate::layout::{Ending, Found};
use crate::readers::delimited;
use crate::readers::dialect::Dialect;
use crate::readers::{Meter, Sheet};
use crate::recognise::Recognised;
use encoding_rs::{UTF_8, WINDOWS_1252};
use koridor_contract::CodeLists;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Bytes of a text's end that are looked at.
const LAST_BYTES: u64 = 64 << 10;

/// A text of up to this share of the memory is laid out for signatures, which are refused as rows
/// otherwise; for what says something of rows a text of any size is.
const SIGNED_SHARE: u64 = 16;

/// What the last lines of a text say of its table.
pub(super) fn ending(
    (file, length): (&mut File, u64),
    found: &Found,
    (recognised, codes): (&Recognised, &CodeLists),
    (dialect, meter): (Dialect, Meter),
) -> std::io::Result<Ending> {
    let Some(sheet) = last_lines(file, length, dialect, meter)? else {
        return Ok(Ending::default());
    };
    let Recognised { contract, source, .. } = recognised;
    let mut ending = Ending::of(&sheet.cells, found, (source, contract), codes);
    let may_be_laid_out = length <= meter.budget().memory_bytes / SIGNED_SHARE;
    ending.is_of_rows |= ending.is_signed && may_be_laid_out;
    Ok(ending)
}

/// The last whole lines of a text; none where its encoding does not tell where lines end.
fn last_lines(
    file: &mut File,
    length: u64,
    dialect: Dialect,
    meter: Meter,
) -> std::io::Result<Option<Sheet>> {
    if dialect.encoding != UTF_8 && dialect.encoding != WINDOWS_1252 {
        return Ok(None);
    }
    let start = length.saturating_sub(LAST_BYTES);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.by_ref().take(length - start).read_to_end(&mut bytes)?;
    // The first of them may be cut.
    let first = match start {
        0 => Some(0),
        _ => memchr::memchr(b'\n', &bytes).map(|at| at + 1),
    };
    let Some(lines) = first.and_then(|first| bytes.get(first..)) else { return Ok(None) };
    Ok(delimited::read_sheet(lines, dialect, meter)?.ok())
}
