//! A text file cut into blocks of whole records.

use crate::readers::dialect::Dialect;
use crate::readers::limits::MAX_RECORD_BYTES;
use crate::readers::record::next_record;
use crate::readers::sheet::LineFault;
use encoding_rs::UTF_8;
use koridor_contract::RecordRule;
use std::io::Read;

/// Most lines of a block: a line that is no row takes more memory than it is long.
const MOST_LINES: usize = 1 << 16;

/// A run of whole records.
#[derive(Debug, Default)]
pub struct Block {
    /// The text, UTF-8 where the file was not broken.
    pub data: Vec<u8>,
    /// Line of the first record, from 1.
    pub first_line: u64,
    /// Lines too long to be kept, dropped from the text.
    pub faults: Vec<LineFault>,
}

/// Cuts a file into blocks of whole records.
pub struct BlockReader<R> {
    input: R,
    dialect: Dialect,
    decoder: Option<encoding_rs::Decoder>,
    carry: Vec<u8>,
    line: u64,
    block_bytes: usize,
    ended: bool,
    started: bool,
}

impl<R: Read> BlockReader<R> {
    /// Reads from `input`, which stands at the file's beginning.
    pub fn new(input: R, dialect: Dialect, block_bytes: usize) -> Self {
        let decoder =
            (dialect.encoding != UTF_8).then(|| dialect.encoding.new_decoder_with_bom_removal());
        Self {
            input,
            dialect,
            decoder,
            carry: Vec::new(),
            line: 1,
            block_bytes,
            ended: false,
            started: false,
        }
    }

    /// The next block; `None` at the end.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn next_block(&mut self) -> std::io::Result<Option<Block>> {
        let mut block = Block {
            data: std::mem::take(&mut self.carry),
            first_line: self.line,
            faults: Vec::new(),
        };
        block.data.reserve(self.block_bytes);
        loop {
            self.fill(&mut block.data)?;
            let cut = match self.ended {
                true => self.many_records_end(&block.data),
                false => self.last_record_end(&block.data),
            };
            if let Some(cut) = cut {
                self.carry = block.data.split_off(cut);
                break;
            }
            if self.ended {
                break;
            }
            if block.data.len() > MAX_RECORD_BYTES {
                block.faults.push(self.skip_line(&mut block.data)?);
                block.first_line = self.line;
            }
        }
        self.line += memchr::memchr_iter(b'\n', &block.data).count() as u64;
        Ok((!block.data.is_empty() || !block.faults.is_empty()).then_some(block))
    }

    fn fill(&mut self, data: &mut Vec<u8>) -> std::io::Result<()> {
        if self.ended {
            return Ok(());
        }
        let want = self.block_bytes.saturating_sub(data.len()).max(64 * 1024);
        match &mut self.decoder {
            None => {
                let before = data.len();
                let read = self.input.by_ref().take(want as u64).read_to_end(data)?;
                self.ended = read < want;
                if !self.started && data.starts_with(b"\xEF\xBB\xBF") && before == 0 {
                    data.drain(..3);
                }
            }
            Some(decoder) => {
                let mut bytes = Vec::with_capacity(want);
                let read = self.input.by_ref().take(want as u64).read_to_end(&mut bytes)?;
                self.ended = read < want;
                let mut text = String::with_capacity(
                    decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3),
                );
                let _ = decoder.decode_to_string(&bytes, &mut text, self.ended);
                data.extend_from_slice(text.as_bytes());
            }
        }
        self.started = true;
        Ok(())
    }

    /// End of the last record that is surely whole; `None` where there is none.
    fn last_record_end(&self, data: &[u8]) -> Option<usize> {
        if memchr::memchr(b'"', data).is_none() {
            let many = memchr::memchr_iter(b'\n', data).nth(MOST_LINES - 1);
            return many.or_else(|| memchr::memrchr(b'\n', data)).map(|at| at + 1);
        }
        let mut end = None;
        let mut start = 0;
        let mut records = 0;
        while let Some(record) = next_record(data, start, self.dialect.delimiter, None, false) {
            start = record.next;
            end = Some(record.next);
            records += 1;
            if records >= MOST_LINES {
                break;
            }
        }
        end
    }

    /// End of as many records as a block holds, where the last bytes of the file are more.
    fn many_records_end(&self, data: &[u8]) -> Option<usize> {
        memchr::memchr_iter(b'\n', data).nth(MOST_LINES)?;
        self.last_record_end(data).filter(|end| *end < data.len())
    }

    /// Drops the line that `data` consists of, to its end in the file.
    fn skip_line(&mut self, data: &mut Vec<u8>) -> std::io::Result<LineFault> {
        // A quoted cell over too many lines is cut at its first line; only a single endless line is
        // dropped.
        let kept = memchr::memchr(b'\n', data);
        let fault_line = self.line;
        let mut dropped = kept.map_or(data.len(), |at| at + 1) as u64;
        let mut rest = kept.map(|at| data.split_off(at + 1)).unwrap_or_default();
        data.clear();
        while rest.is_empty() && kept.is_none() && !self.ended {
            let mut more = Vec::new();
            self.fill(&mut more)?;
            match memchr::memchr(b'\n', &more) {
                Some(at) => {
                    dropped += at as u64 + 1;
                    rest = more.split_off(at + 1);
                    break;
                }
                None => dropped += more.len() as u64,
            }
        }
        self.line += 1;
        *data = rest;
        let is_quote = kept.is_some();
        let rule = if is_quote { RecordRule::UnclosedQuote } else { RecordRule::LineTooLong };
        Ok(LineFault::new(fault_line, rule, format!("{dropped} bytes")))
    }
}
