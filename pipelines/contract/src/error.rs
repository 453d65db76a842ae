//! Mistakes in the files of a project, each with its place.

use thiserror::Error;

/// A mistake in a file under `schemas/`: the caller's to mend, never the data's.
#[derive(Clone, Debug, Error)]
#[error("{file}#{pointer}: expected {expected}, found {found}")]
pub struct ContractError {
    /// The file as the project names it, such as `schemas/datasets/waste_weighbridge.json`.
    pub file: String,
    /// JSON pointer (RFC 6901) to the offending value; empty for the whole document.
    pub pointer: String,
    /// What belongs there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

impl ContractError {
    pub(crate) fn new(
        file: &str,
        pointer: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self {
            file: file.to_owned(),
            pointer: pointer.into(),
            expected: expected.into(),
            found: found.into(),
        }
    }
}

/// A file of the project that cannot be used, or a name that it does not have.
#[derive(Clone, Debug, Error)]
pub enum ProjectError {
    /// A file contradicts itself or another.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// A reference list, a card or a SQL file cannot be used.
    #[error("{}: {message}", place(file, *line))]
    File {
        /// The file as the project names it.
        file: String,
        /// Line, from 1; 0 for the file as a whole.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// Several files that cannot be used: the list is whole, so that codes can be replaced in one
    /// step.
    #[error("{} mistakes in the project:\n{}", .0.len(), lines(.0))]
    Several(Vec<ProjectError>),
    /// A name that the project does not have.
    #[error("{message}")]
    Unknown {
        /// What is wrong, with the nearest name.
        message: String,
        /// Which names there are.
        hint: String,
    },
    /// A file or folder of this machine that cannot be read.
    #[error("{path}: {message}")]
    Io {
        /// The path.
        path: String,
        /// The system's own words.
        message: String,
    },
    /// A part of the program contradicts itself.
    #[error("internal: {0}")]
    Internal(String),
}

/// A file and its line, or the file as a whole.
fn place(file: &str, line: u64) -> String {
    if line == 0 { file.to_owned() } else { format!("{file}, line {line}") }
}

fn lines(mistakes: &[ProjectError]) -> String {
    mistakes.iter().map(|mistake| format!("  {mistake}")).collect::<Vec<_>>().join("\n")
}

/// Whose fault an error is; each protocol maps it once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The caller's: bad argument, unknown name, bad SQL, bad project file.
    Caller,
    /// The limits of memory, time or rows.
    Exhausted,
    /// Ours or the environment's.
    Internal,
    /// Another run's, which holds what is asked for: later it will do.
    Busy,
    /// Ours: a panic.
    Fault,
}

impl ErrorKind {
    /// The code that a command ends with.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Internal => 1,
            Self::Caller => 2,
            Self::Exhausted => 4,
            // As in sysexits.h: EX_SOFTWARE and EX_TEMPFAIL.
            Self::Fault => 70,
            Self::Busy => 75,
        }
    }
}

impl ProjectError {
    pub(crate) fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::Io { path: path.display().to_string(), message: error.to_string() }
    }

    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Contract(_) | Self::File { .. } | Self::Unknown { .. } | Self::Several(_) => {
                ErrorKind::Caller
            }
            Self::Io { .. } | Self::Internal(_) => ErrorKind::Internal,
        }
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Contract(_) | Self::File { .. } => {
                Some("mend the file and run again; `koridor check` reads it too".into())
            }
            Self::Unknown { hint, .. } => Some(hint.clone()),
            Self::Several(_) => Some(
                "mend the files and run again, `koridor check` reads them too; for codes of \
                 another province see schemas/docs/another-province.md"
                    .into(),
            ),
            Self::Io { .. } | Self::Internal(_) => None,
        }
    }
}

/// Parses a JSON document and reports a mistake with its JSON pointer.
pub(crate) fn parse_json<T: serde::de::DeserializeOwned>(
    file: &str,
    text: &str,
) -> Result<T, ContractError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        let at = format!("line {}, column {}", inner.line(), inner.column());
        let message = inner.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        // serde says "unknown field `x`, expected one of ..." or "missing field `x`": both halves
        // are in one sentence.
        if let Some(field) = message.strip_prefix("missing field ") {
            return ContractError::new(file, pointer, field, format!("nothing ({at})"));
        }
        match message.split_once(", expected ") {
            Some((found, expected)) => {
                ContractError::new(file, pointer, expected, format!("{found} ({at})"))
            }
            None => {
                ContractError::new(file, pointer, "a valid document", format!("{message} ({at})"))
            }
        }
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}
