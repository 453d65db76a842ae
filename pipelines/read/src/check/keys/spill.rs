//! Records of a few words in partitions by hash, on disk beyond a page each.

use super::hash::ShortHash;
use crate::error::ReadError;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

/// Partitions by the first bits of a hash's middle word. These also choose a key's block in a Bloom
/// filter: one that is filled partition by partition is filled from its beginning to its end.
pub const PARTITIONS: usize = 64;

/// Bytes of a partition before they go to disk.
const PAGE_BYTES: usize = 32 << 10;

/// Records whose first three words are a hash, in the order they came, partition by partition.
pub struct Spill<const WORDS: usize> {
    partitions: Vec<Partition<WORDS>>,
    file: Option<File>,
    end: u64,
    /// The page that is written or read.
    bytes: Vec<u8>,
}

#[derive(Default, Clone)]
struct Partition<const WORDS: usize> {
    records: usize,
    /// Where its full pages stand in the file.
    pages: Vec<u64>,
    /// The page that is being filled.
    page: Vec<[u32; WORDS]>,
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

/// The partition of the records of a hash.
pub fn partition_of([_, middle, _]: ShortHash) -> usize {
    (middle >> 26) as usize
}

impl<const WORDS: usize> Default for Spill<WORDS> {
    fn default() -> Self {
        let partitions = vec![Partition::default(); PARTITIONS];
        Self { partitions, file: None, end: 0, bytes: Vec::new() }
    }
}

impl<const WORDS: usize> Spill<WORDS> {
    const RECORD_BYTES: usize = WORDS * 4;

    /// Records of a full page.
    const PAGE: usize = PAGE_BYTES / Self::RECORD_BYTES;

    /// Adds a record.
    ///
    /// # Errors
    /// Where the folder for temporary files cannot be written.
    pub fn push(&mut self, record: &[u32; WORDS]) -> Result<(), ReadError> {
        let Some(partition) = self.partitions.get_mut(partition_of(hash_of(record))) else {
            return Ok(());
        };
        partition.page.push(*record);
        partition.records += 1;
        if partition.page.len() < Self::PAGE {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            file => file.insert(tempfile::tempfile().map_err(failed)?),
        };
        file.seek(SeekFrom::Start(self.end)).map_err(failed)?;
        let words = partition.page.as_flattened();
        self.bytes.resize(words.len() * 4, 0);
        for (bytes, word) in self.bytes.as_chunks_mut::<4>().0.iter_mut().zip(words) {
            *bytes = word.to_le_bytes();
        }
        file.write_all(&self.bytes).map_err(failed)?;
        partition.pages.push(self.end);
        self.end += self.bytes.len() as u64;
        partition.page.clear();
        Ok(())
    }

    /// Records of a partition.
    pub fn count(&self, partition: usize) -> usize {
        self.partitions.get(partition).map_or(0, |partition| partition.records)
    }

    /// Gives the records of a partition in the order they came.
    ///
    /// # Errors
    /// Where the temporary file cannot be read.
    pub fn for_each(
        &mut self,
        partition: usize,
        mut give: impl FnMut(&[u32; WORDS]),
    ) -> Result<(), ReadError> {
        let Some(partition) = self.partitions.get(partition) else { return Ok(()) };
        if let Some(file) = &mut self.file {
            self.bytes.resize(Self::PAGE * Self::RECORD_BYTES, 0);
            for start in &partition.pages {
                file.seek(SeekFrom::Start(*start)).map_err(failed)?;
                file.read_exact(&mut self.bytes).map_err(failed)?;
                for bytes in self.bytes.chunks_exact(Self::RECORD_BYTES) {
                    let mut record = [0; WORDS];
                    for (word, bytes) in record.iter_mut().zip(bytes.as_chunks::<4>().0) {
                        *word = u32::from_le_bytes(*bytes);
                    }
                    give(&record);
                }
            }
        }
        partition.page.iter().for_each(give);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_in_their_order() {
        let mut spill = Spill::<5>::default();
        let count = 300_000u32;
        for number in 0..count {
            spill.push(&[number, number.wrapping_mul(0x9E37_79B1), 0, number / 7, 5]).unwrap();
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
