//! A line of the checklist of Satu Data Indonesia.

use super::texts::Both;

/// A principle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Principle {
    /// Standar data: concept, definition, classification, measure, unit.
    Standard,
    /// Metadata.
    Metadata,
    /// Interoperabilitas data.
    Interoperability,
    /// Kode referensi dan data induk.
    ReferenceCodes,
}

impl Principle {
    /// All of them, in the order of the decree.
    pub const ALL: [Self; 4] =
        [Self::Standard, Self::Metadata, Self::Interoperability, Self::ReferenceCodes];

    /// Its name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Metadata => "metadata",
            Self::Interoperability => "interoperability",
            Self::ReferenceCodes => "reference_codes",
        }
    }

    /// Its name for people.
    pub fn title(self) -> [&'static str; 2] {
        match self {
            Self::Standard => ["Standar data", "Data standard"],
            Self::Metadata => ["Metadata", "Metadata"],
            Self::Interoperability => ["Interoperabilitas data", "Interoperability"],
            Self::ReferenceCodes => ["Kode referensi", "Reference codes"],
        }
    }
}

/// A line of the checklist.
#[derive(Debug, Clone)]
pub struct Line {
    /// The principle that it is of.
    pub principle: Principle,
    /// Its name for programs, one of its principle.
    pub item: &'static str,
    /// What is asked.
    pub title: Both,
    /// Whether it holds.
    pub is_met: bool,
    /// Why, or what is missing.
    pub reason: Both,
}
