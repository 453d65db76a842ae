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
    /// A mistake in a SQL file of the project, with the line that the engine's words point to.
    pub(crate) fn in_file(file: impl Into<String>, sql: &str, error: LakeError) -> Self {
        let message = error.to_string();
        ProjectError::File { file: file.into(), line: line_of(sql, &message), message }.into()
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

/// The line of a statement that a message speaks of: one it gives as a number, else the first that
/// holds what it names in quotes; 0 where it names nothing.
fn line_of(sql: &str, message: &str) -> u64 {
    let given = message.split("Line: ").nth(1).and_then(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().ok()
    });
    let named = || {
        let words =
            message.split(['`', '\'', '"']).skip(1).step_by(2).filter(|word| !word.is_empty());
        words.flat_map(|word| [word, word.rsplit('.').next().unwrap_or(word)]).find_map(|word| {
            let code = |line: &str| line.split("--").next().unwrap_or_default().contains(word);
            sql.lines().position(code).map(|place| place as u64 + 1)
        })
    };
    given.or_else(named).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn a_mistake_is_found_by_the_name_that_is_told() {
        let sql = "-- core.visit\nselect\n  a.gen_tons\nfrom core.visit a";
        assert_eq!(line_of(sql, "no table `core.visit`"), 4);
        assert_eq!(line_of(sql, "no column `gen_tons`; did you mean `gen_ton`?"), 3);
        assert_eq!(line_of(sql, "Expected: an expression, found: from at Line: 4, Column: 1"), 4);
        assert_eq!(line_of(sql, "nothing is named"), 0);
    }
}
