//! Checksums of a data file, block by block: a reader that fetches a part of the file checks the
//! blocks that hold it.
//!
//! They stand in the table's log, as a tag of the file's `add` action, and the log is covered by
//! the state of the table that the head and each release name.

use std::fmt::Write;
use std::ops::Range;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// Bytes of a block.
const BLOCK: u64 = 128 << 10;
/// Name of the tag that holds the checksums, sixteen digits a block.
pub(super) const TAG: &str = "koridor.xxh3_64_of_128_kib";
/// Digits of a checksum.
const DIGITS: usize = 16;

/// Checksums of bytes as they are written.
#[derive(Default)]
pub(super) struct Summing {
    open: Xxh3,
    filled: u64,
    sums: String,
}

impl Summing {
    /// Takes the next bytes.
    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = (BLOCK - self.filled) as usize;
            let (own, rest) = bytes.split_at(room.min(bytes.len()));
            self.open.update(own);
            self.filled += own.len() as u64;
            if self.filled == BLOCK {
                self.end_block();
            }
            bytes = rest;
        }
    }

    fn end_block(&mut self) {
        // A text never refuses what is written to it.
        let _ = write!(self.sums, "{:016x}", self.open.digest());
        self.open.reset();
        self.filled = 0;
    }

    /// The checksums of all blocks.
    pub(super) fn finish(mut self) -> String {
        if self.filled > 0 {
            self.end_block();
        }
        self.sums
    }
}

/// What a data file's bytes are to be.
#[derive(Debug, Clone)]
pub(super) struct FileSums {
    pub(super) size: u64,
    sums: Vec<u64>,
}

impl FileSums {
    /// From the tag's text and the file's size; `None` where it is no such text.
    pub(super) fn parse(size: u64, text: &str) -> Option<Self> {
        let digits = text.as_bytes().chunks(DIGITS);
        let sums: Option<Vec<u64>> = digits
            .map(|sum| u64::from_str_radix(std::str::from_utf8(sum).ok()?, 16).ok())
            .collect();
        sums.filter(|sums| sums.len() as u64 == size.div_ceil(BLOCK))
            .map(|sums| Self { size, sums })
    }

    /// The whole blocks that hold a part of the file.
    pub(super) fn blocks_around(&self, part: &Range<u64>) -> Range<u64> {
        let start = part.start / BLOCK * BLOCK;
        start..(part.end.div_ceil(BLOCK) * BLOCK).min(self.size).max(start)
    }

    /// Whether bytes from the beginning of a block on are those that were written.
    pub(super) fn hold(&self, start: u64, bytes: &[u8]) -> bool {
        let first = (start / BLOCK) as usize;
        let mut blocks = bytes.chunks(BLOCK as usize).enumerate();
        blocks.all(|(at, block)| self.sums.get(first + at) == Some(&xxh3_64(block)))
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, FileSums, Summing};

    #[test]
    fn blocks_are_checked_however_the_bytes_came() {
        let bytes: Vec<u8> = (0..BLOCK * 2 + 77).map(|at| (at % 251) as u8).collect();
        let mut summing = Summing::default();
        for part in bytes.chunks(10_007) {
            summing.update(part);
        }
        let sums = FileSums::parse(bytes.len() as u64, &summing.finish()).unwrap();
        assert!(sums.hold(0, &bytes));
        let around = sums.blocks_around(&(BLOCK + 5..BLOCK + 9));
        assert_eq!(around, BLOCK..BLOCK * 2);
        assert!(sums.hold(BLOCK, &bytes[BLOCK as usize..BLOCK as usize * 2]));
        assert_eq!(sums.blocks_around(&(BLOCK * 2 + 1..BLOCK * 2 + 2)).end, bytes.len() as u64);
        let mut flipped = bytes.clone();
        flipped[BLOCK as usize * 2 + 3] ^= 4;
        assert!(!sums.hold(0, &flipped) && sums.hold(0, &flipped[..BLOCK as usize]));
        assert!(FileSums::parse(bytes.len() as u64, "00").is_none());
    }
}
