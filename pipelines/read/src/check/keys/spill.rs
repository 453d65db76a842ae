//! Records of a few words in partitions by hash, on disk beyond a page each.

use super::ShortHash;
use crate::error::ReadError;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

/// Partitions by the first bits of a hash's last word.
pub(super) const PARTITIONS: usize = 64;

/// Bytes of a partition before they go to disk.
const PAGE_BYTES: usize = 32 << 10;

/// Records whose first three words are a hash, in the order they came, partition by partition.
pub(super) struct Spill<const WORDS: usize> {
    partitions: Vec<Partition>,
    file: Option<File>,
    end: u64,
}

#[derive(Default, Clone)]
struct Partition {
    records: usize,
    /// Where its full pages stand in the file.
    pages: Vec<u64>,
    /// The page that is being filled.
    page: Vec<u8>,
}

/// An error of the folder for temporary files.
pub(super) fn failed(error: std::io::Error) -> ReadError {
    ReadError::io(std::env::temp_dir(), error)
}

/// The hash that a record begins with.
pub(super) fn hash_of<const WORDS: usize>(record: &[u32; WORDS]) -> ShortHash {
    match record.first_chunk() {
        Some(hash) => *hash,
        None => ShortHash::default(),
    }
}

impl<const WORDS: usize> Default for Spill<WORDS> {
    fn default() -> Self {
        Self { partitions: vec![Partition::default(); PARTITIONS], file: None, end: 0 }
    }
}

impl<const WORDS: usize> Spill<WORDS> {
    const RECORD_BYTES: usize = WORDS * 4;

    /// Bytes of a full page: whole records.
    const PAGE: usize = PAGE_BYTES / Self::RECORD_BYTES * Self::RECORD_BYTES;

    /// Adds a record.
    pub(super) fn push(&mut self, record: &[u32; WORDS]) -> Result<(), ReadError> {
        let [_, _, last] = hash_of(record);
        let Some(partition) = self.partitions.get_mut((last >> 26) as usize) else { return Ok(()) };
        for word in record {
            partition.page.extend_from_slice(&word.to_le_bytes());
        }
        partition.records += 1;
        if partition.page.len() < Self::PAGE {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            file => file.insert(tempfile::tempfile().map_err(failed)?),
        };
        file.seek(SeekFrom::Start(self.end)).map_err(failed)?;
        file.write_all(&partition.page).map_err(failed)?;
        partition.pages.push(self.end);
        self.end += partition.page.len() as u64;
        partition.page.clear();
        Ok(())
    }

    /// Records of a partition.
    pub(super) fn count(&self, partition: usize) -> usize {
        self.partitions.get(partition).map_or(0, |partition| partition.records)
    }

    /// Gives the records of a partition in the order they came.
    pub(super) fn for_each(
        &mut self,
        partition: usize,
        mut give: impl FnMut(&[u32; WORDS]),
    ) -> Result<(), ReadError> {
        let Some(partition) = self.partitions.get(partition) else { return Ok(()) };
        let mut give_page = |page: &[u8]| {
            for bytes in page.chunks_exact(Self::RECORD_BYTES) {
                let mut record = [0; WORDS];
                for (word, bytes) in record.iter_mut().zip(bytes.as_chunks::<4>().0) {
                    *word = u32::from_le_bytes(*bytes);
                }
                give(&record);
            }
        };
        if let Some(file) = &mut self.file {
            let mut page = vec![0; Self::PAGE];
            for start in &partition.pages {
                file.seek(SeekFrom::Start(*start)).map_err(failed)?;
                file.read_exact(&mut page).map_err(failed)?;
                give_page(&page);
            }
        }
        give_page(&partition.page);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_in_their_order() {
        let mut spill = Spill::<5>::default();
        let count = 100_000u32;
        for number in 0..count {
            spill.push(&[number, 0, number.wrapping_mul(0x9E37_79B1), number / 7, 5]).unwrap();
        }
        assert!(spill.end > 0);
        let mut seen = vec![false; count as usize];
        for partition in 0..PARTITIONS {
            let (mut last, mut records) = (None, 0);
            let check = |record: &[u32; 5]| {
                let [number, _, _, seventh, five] = *record;
                assert!(last.is_none_or(|last| last < number));
                assert_eq!((seventh, five), (number / 7, 5));
                seen[number as usize] = true;
                last = Some(number);
                records += 1;
            };
            spill.for_each(partition, check).unwrap();
            assert_eq!(records, spill.count(partition));
        }
        assert!(seen.iter().all(|seen| *seen));
    }
}
