//! What the ledger says of a file: which reading of which bytes, and what became of it.

use serde::{Deserialize, Serialize};

/// One reading of a file's bytes.
///
/// A file keeps its sequence number and arrival time, so replaying raw files in order rebuilds the
/// same lake. A later reading, under another description or with a correction, is another attempt
/// and supersedes the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submission {
    /// Place among all files: of two submissions of a slice with one vintage the later one is
    /// current.
    pub sequence: i64,
    /// Readings before this one.
    pub attempt: i64,
    /// Microseconds since 1970 when the bytes came first.
    pub received: i64,
    /// Place among all readings: what the numbers of its slices begin with.
    pub reading: i64,
}

/// Slices that one reading may hold.
const SLICES_OF_READING: u32 = 24;

impl Submission {
    /// The first reading of new bytes, which came at a moment (microseconds since 1970).
    pub(crate) fn first(sequence: i64, received: i64) -> Self {
        Self { sequence, attempt: 0, received, reading: sequence }
    }

    /// The next reading of the same bytes.
    pub(crate) fn again(self, reading: i64) -> Self {
        Self { attempt: self.attempt + 1, reading, ..self }
    }

    /// The number of a slice in the whole lake, from its number within the file.
    pub(crate) fn slice_id(self, number: u32) -> i64 {
        (self.reading << SLICES_OF_READING) | i64::from(number)
    }
}

/// What became of a landed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileStatus {
    /// Its rows are in the lake, accepted or refused.
    Loaded,
    /// Its rows are in the lake and do not count: it leaves out too much of what stands, until
    /// somebody accepts it.
    Held,
    /// Its bytes were in the lake already.
    Known,
    /// No row of it was read.
    Refused,
}

impl FileStatus {
    /// Whether its rows were read into the lake.
    pub fn is_read(self) -> bool {
        matches!(self, Self::Loaded | Self::Held)
    }

    /// From the word.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        let all = [Self::Loaded, Self::Held, Self::Known, Self::Refused];
        all.into_iter().find(|own| own.as_str() == word)
    }

    /// The word, as tables and reports hold it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loaded => "loaded",
            Self::Held => "held",
            Self::Known => "known",
            Self::Refused => "refused",
        }
    }
}

/// Which submission: the bytes, and which part or word of theirs where the same bytes are several.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubmissionId {
    /// Hash of the bytes.
    sha256: String,
    /// A further dataset of one workbook; another office or vintage that known bytes are sent as.
    part: Option<String>,
}

impl SubmissionId {
    /// The first submission of some bytes.
    pub fn of(sha256: &str) -> Self {
        Self { sha256: sha256.to_owned(), part: None }
    }

    /// Another submission of the same bytes.
    pub(crate) fn with_part(&self, part: &str) -> Self {
        let part = match &self.part {
            Some(own) => format!("{own}.{part}"),
            None => part.to_owned(),
        };
        Self { sha256: self.sha256.clone(), part: Some(part) }
    }

    /// From the form that tables hold: the hash, then a dot and the part.
    pub fn parse(text: &str) -> Self {
        match text.split_once('.') {
            Some((sha256, part)) => Self::of(sha256).with_part(part),
            None => Self::of(text),
        }
    }

    /// Hash of the bytes.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

impl std::fmt::Display for SubmissionId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.sha256)?;
        match &self.part {
            Some(part) => write!(formatter, ".{part}"),
            None => Ok(()),
        }
    }
}
