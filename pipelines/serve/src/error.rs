use koridor_contract::ErrorKind;
use koridor_publish::PublishError;
use thiserror::Error;

/// What can go wrong when results are given out.
#[derive(Debug, Error)]
pub enum ServeError {
    /// What is given out could not be read, or there is no such thing.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// Columns.
    #[error(transparent)]
    Arrow(#[from] arrow::error::ArrowError),
    /// Parquet.
    #[error(transparent)]
    Parquet(#[from] parquet::errors::ParquetError),
    /// A workbook.
    #[error("workbook: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// A workbook that cannot be marked as it is.
    #[error("workbook: {0}")]
    Marking(String),
    /// A document.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A page whose template cannot be filled.
    #[error("page {0}")]
    Page(String),
    /// A file or a pipe.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl From<koridor_lake::LakeError> for ServeError {
    fn from(error: koridor_lake::LakeError) -> Self {
        Self::Publish(error.into())
    }
}

impl From<koridor_contract::ProjectError> for ServeError {
    fn from(error: koridor_contract::ProjectError) -> Self {
        Self::Publish(error.into())
    }
}

impl ServeError {
    /// That a workbook cannot be marked as it is, and why.
    pub(crate) fn marking(message: &str) -> Self {
        Self::Marking(message.to_owned())
    }

    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Publish(error) => error.kind(),
            _ => ErrorKind::Internal,
        }
    }

    /// What a caller at a door is told: words about storage and faults are the operator's.
    pub fn told(&self) -> String {
        match self.kind() {
            ErrorKind::Internal | ErrorKind::Fault => {
                tracing::error!("{self}");
                "the server could not do it; its log has more".to_owned()
            }
            _ => self.to_string(),
        }
    }

    /// What a caller at a door can do about it: options of commands are the operator's.
    pub fn hint_at_door(&self) -> Option<String> {
        match self.kind() {
            ErrorKind::Exhausted => Some(
                "ask for less; the operator of this server sets what a statement may cost".into(),
            ),
            _ => self.hint().filter(|own| !own.contains(" --")),
        }
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Publish(error) => error.hint(),
            _ => None,
        }
    }
}
