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
