use arrow::error::ArrowError;
use koridor_contract::{ErrorKind, ProjectError};
use koridor_lake::LakeError;
use koridor_read::ReadError;
use thiserror::Error;

/// What can go wrong while something is said about the lake.
#[derive(Debug, Error)]
pub enum PublishError {
    /// The lake could not be read or written, or the caller asked it for something it does not
    /// have.
    #[error(transparent)]
    Lake(#[from] LakeError),
    /// The program could not write an extract.
    #[error("extracts: {0}")]
    Extracts(Box<dyn std::error::Error + Send + Sync>),
    /// A part of the program contradicts itself.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<ProjectError> for PublishError {
    fn from(error: ProjectError) -> Self {
        Self::Lake(error.into())
    }
}

impl From<ReadError> for PublishError {
    fn from(error: ReadError) -> Self {
        Self::Lake(error.into())
    }
}

impl From<ArrowError> for PublishError {
    fn from(error: ArrowError) -> Self {
        Self::Lake(error.into())
    }
}

impl From<datafusion::error::DataFusionError> for PublishError {
    fn from(error: datafusion::error::DataFusionError) -> Self {
        Self::Lake(error.into())
    }
}

impl PublishError {
    /// A mistake in a SQL file of the project.
    pub(crate) fn in_file(file: impl Into<String>, error: LakeError) -> Self {
        ProjectError::File { file: file.into(), line: 0, message: error.to_string() }.into()
    }

    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Lake(error) => error.kind(),
            Self::Extracts(_) | Self::Internal(_) => ErrorKind::Internal,
        }
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Lake(error) => error.hint(),
            Self::Extracts(_) | Self::Internal(_) => None,
        }
    }
}
