//! The sector tables of an XLS workbook, before they are followed: one that runs in a circle has no
//! end.

use super::damage::refusal;
use crate::readers::budget::Meter;
use crate::readers::refusal::Refusal;

/// Sector numbers from here on name no sector.
const NO_SECTOR: u32 = 0xFFFF_FFFA;
/// Bytes of the header, and where its fields stand.
const HEADER_BYTES: usize = 512;
const SECTOR_SHIFT: usize = 30;
const FOLDER_START: usize = 48;
const SMALL_TABLE_START: usize = 60;
const TABLES_START: usize = 68;
const FIRST_TABLES: usize = 76;
/// Bytes of an entry of the folder, and where its fields stand.
const ENTRY_BYTES: usize = 128;
const ENTRY_KIND: usize = 66;
const ENTRY_START: usize = 116;
const ENTRY_SIZE: usize = 120;
const STREAM: u8 = 2;
const ROOT: u8 = 5;
/// Streams that are smaller lie in small sectors.
const SMALL_BYTES: u64 = 4_096;
const SMALL_SECTOR: usize = 64;

/// Refuses a file whose chains of sectors run in a circle, or whose tables name more sectors than
/// it has; what else is wrong with it its reader tells.
///
/// # Errors
/// Where the file is refused.
pub(super) fn check(bytes: &[u8], meter: Meter) -> Result<(), Refusal> {
    let Some(file) = Sectors::of(bytes, meter)? else { return Ok(()) };
    let folder = file.chain(number(bytes, FOLDER_START), &file.table, file.most, u64::MAX)?;
    let small = file.chain(number(bytes, SMALL_TABLE_START), &file.table, file.most, u64::MAX)?;
    let small_table: Vec<u32> = small.iter().flat_map(|own| file.numbers(*own)).collect();
    for sector in folder {
        let entries = file.sector(sector).chunks_exact(ENTRY_BYTES);
        for entry in entries {
            let kind = entry.get(ENTRY_KIND).copied().unwrap_or_default();
            let (start, size) = (number(entry, ENTRY_START), u64::from(number(entry, ENTRY_SIZE)));
            meter.time()?;
            if kind == ROOT || (kind == STREAM && size >= SMALL_BYTES) {
                let sectors = size.div_ceil(file.size as u64);
                file.chain(start, &file.table, file.most, sectors)?;
            } else if kind == STREAM && size > 0 {
                let most = bytes.len() / SMALL_SECTOR + 1;
                file.chain(start, &small_table, most, size.div_ceil(SMALL_SECTOR as u64))?;
            }
        }
    }
    Ok(())
}

/// The sectors of a file and the table that says which follows which.
struct Sectors<'bytes> {
    bytes: &'bytes [u8],
    /// Bytes of a sector.
    size: usize,
    /// Sectors that the file can have.
    most: usize,
    table: Vec<u32>,
}

impl<'bytes> Sectors<'bytes> {
    /// Those of a file; `None` where its header is none.
    fn of(bytes: &'bytes [u8], meter: Meter) -> Result<Option<Self>, Refusal> {
        let size = match bytes.get(SECTOR_SHIFT) {
            Some(9) => 512,
            Some(12) => 4_096,
            _ => return Ok(None),
        };
        let most = bytes.len() / size + 1;
        let mut own = Self { bytes, size, most, table: Vec::new() };
        let Some(first) = bytes.get(FIRST_TABLES..HEADER_BYTES) else { return Ok(None) };
        let mut tables: Vec<u32> = numbers(first).collect();
        let mut further = number(bytes, TABLES_START);
        let mut read = 0;
        while further < NO_SECTOR {
            read += 1;
            if read > most {
                return Err(circle());
            }
            tables.extend(own.numbers(further));
            further = tables.pop().unwrap_or(NO_SECTOR);
        }
        tables.retain(|table| *table < NO_SECTOR);
        if tables.len() > most {
            return Err(circle());
        }
        meter.memory(tables.len() as u64 * size as u64 + bytes.len() as u64)?;
        own.table = tables.iter().flat_map(|table| own.numbers(*table)).collect();
        Ok(Some(own))
    }

    /// The bytes of a sector, as far as the file has them.
    fn sector(&self, sector: u32) -> &'bytes [u8] {
        // The header takes the place of a sector.
        let begin = (sector as usize + 1).saturating_mul(self.size);
        let end = begin.saturating_add(self.size).min(self.bytes.len());
        self.bytes.get(begin..end).unwrap_or_default()
    }

    fn numbers(&self, sector: u32) -> impl Iterator<Item = u32> + use<'bytes> {
        numbers(self.sector(sector))
    }

    /// The sectors of a chain, as many as are `wanted`.
    fn chain(
        &self,
        start: u32,
        table: &[u32],
        most: usize,
        wanted: u64,
    ) -> Result<Vec<u32>, Refusal> {
        let mut chain = Vec::new();
        let mut next = start;
        while next < NO_SECTOR && (chain.len() as u64) < wanted {
            if chain.len() > most {
                return Err(circle());
            }
            chain.push(next);
            let Some(following) = table.get(next as usize) else { break };
            next = *following;
        }
        Ok(chain)
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + use<'_> {
    bytes.chunks_exact(4).map(|four| number(four, 0))
}

fn number(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    four.map_or(NO_SECTOR, u32::from_le_bytes)
}

fn circle() -> Refusal {
    refusal("a sector table runs in a circle")
}
