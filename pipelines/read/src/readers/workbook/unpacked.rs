//! How large the parts of a zipped workbook are, before any is unpacked.

use super::damage::{password, refusal};
use crate::readers::budget::Meter;
use crate::readers::refusal::{Refusal, RefusalCode};
use std::io::Cursor;

/// A part that unpacks to more than this, and to so many times its size, holds no cells of anybody.
const SUSPICIOUS_BYTES: u64 = 128 << 20;
const SUSPICIOUS_RATIO: u64 = 250;

/// Refuses a zip whose parts, as its directory declares them, unpack to more than twice the memory:
/// most of them are read as they are unpacked.
///
/// # Errors
/// Where the zip is damaged, encrypted or a bomb.
pub(super) fn check(bytes: &[u8], meter: Meter) -> Result<(), Refusal> {
    let failed = |error: zip::result::ZipError| refusal(&error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(failed)?;
    // A name that stands twice in the directory is given once here, the last of them.
    if entries(bytes).is_some_and(|entries| entries > archive.len()) {
        return Err(refusal("two parts of one name"));
    }
    let mut sum = 0u64;
    for index in 0..archive.len() {
        meter.time_at(index)?;
        let entry = archive.by_index_raw(index).map_err(failed)?;
        if entry.encrypted() {
            return Err(password());
        }
        let size = entry.size();
        let is_bomb = size > SUSPICIOUS_BYTES && size / SUSPICIOUS_RATIO > entry.compressed_size();
        sum = sum.saturating_add(size);
        if is_bomb || sum > meter.budget().memory_bytes.saturating_mul(2) {
            return Err(bomb(sum, meter));
        }
    }
    Ok(())
}

/// Entries that a zip's directory has by its own word; none where a larger one (zip64) says it.
fn entries(bytes: &[u8]) -> Option<usize> {
    let at = memchr::memmem::rfind(bytes, b"PK\x05\x06")?;
    let count = bytes.get(at + 10..at + 12)?;
    let count = u16::from_le_bytes(count.try_into().ok()?);
    (count != u16::MAX).then_some(count.into())
}

fn bomb(unpacked: u64, meter: Meter) -> Refusal {
    let size = unpacked >> 20;
    let most = meter.budget().memory_bytes >> 20;
    Refusal::new(
        RefusalCode::TooLargeUnpacked,
        format!(
            "isi berkas terlalu besar setelah dibuka ({size} MB, memori {most} MB); berkas rusak \
             atau bom zip (pengelola: --file-memory)"
        ),
        format!(
            "the file unpacks to {size} MB (memory {most} MB); it is damaged or a zip bomb \
             (operator: --file-memory)"
        ),
    )
}
