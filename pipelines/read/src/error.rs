use arrow::error::ArrowError;
use koridor_contract::{ContractError, ErrorKind, ProjectError};
use thiserror::Error;

/// What can go wrong while a file is read, besides the file and its data, which never are errors.
#[derive(Debug, Error)]
pub enum ReadError {
    /// A file of this machine.
    #[error("{path}: {source}")]
    Io {
        /// The path.
        path: String,
        /// The system's own words.
        source: std::io::Error,
    },
    /// Columns.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    /// A file of the project.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// A part of the program contradicts itself.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<ContractError> for ReadError {
    fn from(error: ContractError) -> Self {
        Self::Project(error.into())
    }
}

impl ReadError {
    /// A file or folder of this machine that cannot be read or written.
    pub fn io(path: impl AsRef<std::path::Path>, source: std::io::Error) -> Self {
        Self::Io { path: path.as_ref().display().to_string(), source }
    }

    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Project(error) => error.kind(),
            Self::Io { .. } | Self::Arrow(_) | Self::Internal(_) => ErrorKind::Internal,
        }
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Project(error) => error.hint(),
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                Some("free some space and run again; nothing half-written is visible".into())
            }
            _ => None,
        }
    }
}
