//! In which form an extract is written.

use crate::format::Format;

/// A form of an extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Rows in a format.
    Rows(Format),
    /// A Data Package: its data and their description as one ZIP archive.
    Package,
}

impl Form {
    /// The ending of a file in it.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Package => "zip",
            Self::Rows(Format::SdmxCsv) => "sdmx.csv",
            Self::Rows(format) => format.ending(),
        }
    }
}
