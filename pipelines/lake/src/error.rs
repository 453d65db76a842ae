use koridor_contract::{ErrorKind, ProjectError};
use koridor_read::ReadError;
use thiserror::Error;

/// What can go wrong besides the data, which never is an error.
#[derive(Debug, Error)]
pub enum LakeError {
    /// The caller asked for something that is not there or not possible.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do instead.
        hint: Option<String>,
    },
    /// A file of the project that cannot be used, or a name that it does not have.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// A file could not be read, or its rules not be evaluated.
    #[error(transparent)]
    Read(ReadError),
    /// A file or folder of this machine.
    #[error("{path}: {source}")]
    Io {
        /// The path.
        path: String,
        /// The system's own words.
        source: std::io::Error,
    },
    /// The lake's storage.
    #[error("lake storage, {path}: {source}")]
    Storage {
        /// Path within the lake.
        path: String,
        /// The store's own words.
        source: object_store::Error,
    },
    /// A table of the lake.
    #[error("table {table}: {}", without_back_trace(.source))]
    Table {
        /// The table.
        table: String,
        /// The table format's own words.
        source: Box<deltalake::DeltaTableError>,
    },
    /// Something that the lake names is not there any more.
    #[error("{path} is gone, and the lake names it")]
    Missing {
        /// Path within the lake.
        path: String,
    },
    /// Something of the lake is not what was written.
    #[error("{path} is damaged: {what}")]
    Damaged {
        /// Path within the lake.
        path: String,
        /// How that shows.
        what: String,
    },
    /// A SQL statement.
    #[error("{}", describe_query_error(.0))]
    Query(#[source] datafusion::error::DataFusionError),
    /// Columns.
    #[error(transparent)]
    Arrow(#[from] arrow::error::ArrowError),
    /// A document of the lake's own.
    #[error("{path}: not a document of this lake ({source})")]
    Document {
        /// Path within the lake.
        path: String,
        /// What the parser says.
        source: serde_json::Error,
    },
    /// Another run holds the lake.
    #[error("another run is writing to this lake (since {since})")]
    Locked {
        /// When it took the lock.
        since: String,
        /// Whether the lake is one whose lock no system frees.
        is_remote: bool,
    },
    /// Another run has taken this one for dead and holds the lake now.
    #[error("another run has taken over this lake: this one gave no sign of life for too long")]
    TakenOver,
    /// The lake was written by a newer program.
    #[error("this lake has format {found}; this program writes format {supported}")]
    NewerLake {
        /// Format in the lake.
        found: u32,
        /// Format of this program.
        supported: u32,
    },
    /// A statement that would cost more than it may.
    #[error("{message}")]
    Limit {
        /// Which limit.
        message: String,
        /// What to do instead.
        hint: String,
    },
    /// Others use all that there is to use just now.
    #[error("{message}")]
    Busy {
        /// What there is too much of.
        message: String,
        /// What to do instead.
        hint: String,
    },
    /// A part of the program ended early.
    #[error("internal: {0}")]
    Internal(String),
    /// A panic: a fault of the program.
    #[error("internal fault: {0}")]
    Fault(String),
}

impl From<ReadError> for LakeError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io { path, source } => Self::Io { path, source },
            ReadError::Project(error) => Self::Project(error),
            other => Self::Read(other),
        }
    }
}

/// Bytes of a data file that are not those that were written.
#[derive(Debug, Error)]
#[error("{path}{FLIPPED}")]
pub(crate) struct FlippedBytes {
    /// Path within the store.
    pub(crate) path: String,
}

impl From<datafusion::error::DataFusionError> for LakeError {
    fn from(error: datafusion::error::DataFusionError) -> Self {
        let own = own_words(&error).or_else(|| loss(&error));
        own.unwrap_or(Self::Query(error))
    }
}

/// What the engine passes on of ours, and panics of its tasks.
fn own_words(error: &datafusion::error::DataFusionError) -> Option<LakeError> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(own) = cause {
        if let Some(LakeError::Limit { message, hint }) = own.downcast_ref() {
            return Some(LakeError::limit(message, hint));
        }
        if let Some(LakeError::Usage { message, hint }) = own.downcast_ref() {
            return Some(LakeError::usage(message, hint.clone()));
        }
        let task = own.downcast_ref::<tokio::task::JoinError>();
        if task.is_some_and(tokio::task::JoinError::is_panic) {
            return task.map(|task| LakeError::Fault(task.to_string()));
        }
        cause = own.source();
    }
    None
}

/// What of the lake an error complains of, where bytes of it are gone or are others.
fn loss(error: &(dyn std::error::Error + 'static)) -> Option<LakeError> {
    let mut cause = Some(error);
    while let Some(own) = cause {
        match own.downcast_ref::<LakeError>() {
            Some(LakeError::Missing { path }) => return Some(LakeError::missing(path)),
            Some(LakeError::Damaged { path, what }) => return Some(LakeError::damaged(path, what)),
            Some(LakeError::Table { table, source }) => {
                let what = format!("it cannot be read: {}", without_back_trace(source));
                return Some(LakeError::damaged(format!("{table}/_delta_log"), what));
            }
            Some(LakeError::Document { path, source }) => {
                return Some(LakeError::damaged(path, source.to_string()));
            }
            _ => {}
        }
        cause = own.source();
    }
    // Readers of data files make a text of what the store tells them.
    let text = error.to_string();
    let between = |before: &str, behind: &str| {
        let (_, rest) = text.split_once(before)?;
        rest.split_once(behind).map(|(path, _)| path.to_owned())
    };
    let flipped = between("lake error: ", FLIPPED).map(LakeError::flipped);
    let cut = || {
        let path = between("Failed to fetch metadata for file ", ": ");
        path.map(|path| LakeError::damaged(path, "it is cut off"))
    };
    flipped
        .or_else(|| between("Object at location ", " not found").map(LakeError::missing))
        .or_else(cut)
}

/// How the bytes of a data file show that they are others.
const FLIPPED: &str = ": the bytes are not those that were written";

impl LakeError {
    /// Something that the lake names and that is not there.
    pub(crate) fn missing(path: impl Into<String>) -> Self {
        Self::Missing { path: path.into() }
    }

    /// Something that is not what was written.
    pub fn damaged(path: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Damaged { path: path.into(), what: what.into() }
    }

    /// Bytes that are not those that were written.
    pub(crate) fn flipped(path: impl Into<String>) -> Self {
        Self::damaged(path, FLIPPED.trim_start_matches(": "))
    }

    /// Whether something of the lake is gone or damaged.
    pub fn is_loss(&self) -> bool {
        matches!(
            self,
            Self::Missing { .. }
                | Self::Damaged { .. }
                | Self::Document { .. }
                | Self::Table { .. }
        )
    }

    /// A caller's mistake with a hint.
    pub fn usage(message: impl Into<String>, hint: impl Into<Option<String>>) -> Self {
        Self::Usage { message: message.into(), hint: hint.into() }
    }

    /// What helps where the report of a run is lost: nothing else hangs on it.
    pub const LOST_RUN: &str = "bring it back from a backup, or remove `_koridor/runs.json`: the \
                                next run makes it again, without that report";

    /// What helps where memory is short.
    pub(crate) const MORE_MEMORY: &str =
        "ask for less, or give more with --memory MB (KORIDOR_MEMORY_MB)";

    /// A statement that would cost more than it may, with what to do instead.
    pub fn limit(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Limit { message: message.into(), hint: hint.into() }
    }

    /// A panic, with what it said.
    pub fn panic(panic: &(dyn std::any::Any + Send)) -> Self {
        let own = panic.downcast_ref::<String>().map(String::as_str);
        let own = own.or_else(|| panic.downcast_ref::<&str>().copied());
        Self::Fault(own.unwrap_or("a part of the program ended early").replace('\n', " "))
    }

    /// A file or folder of this machine that cannot be read or written.
    pub fn io(path: impl AsRef<std::path::Path>, source: std::io::Error) -> Self {
        Self::Io { path: path.as_ref().display().to_string(), source }
    }

    pub(crate) fn storage(path: impl Into<String>, source: object_store::Error) -> Self {
        Self::Storage { path: path.into(), source }
    }

    pub(crate) fn table(table: &str, source: deltalake::DeltaTableError) -> Self {
        loss(&source)
            .unwrap_or_else(|| Self::Table { table: table.to_owned(), source: Box::new(source) })
    }

    pub(crate) fn parquet(table: &str, source: deltalake::parquet::errors::ParquetError) -> Self {
        Self::table(table, source.into())
    }

    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        use datafusion::error::DataFusionError;
        match self {
            Self::Usage { .. } => ErrorKind::Caller,
            Self::Project(error) => error.kind(),
            Self::Read(error) => error.kind(),
            Self::Query(error) if is_exhausted(error) => ErrorKind::Exhausted,
            Self::Query(error) => match error.find_root() {
                DataFusionError::SQL(..)
                | DataFusionError::Plan(_)
                | DataFusionError::SchemaError(..)
                | DataFusionError::Execution(_)
                | DataFusionError::NotImplemented(_) => ErrorKind::Caller,
                DataFusionError::ArrowError(inner, _) if is_of_values(inner) => ErrorKind::Caller,
                _ => ErrorKind::Internal,
            },
            Self::Limit { .. } => ErrorKind::Exhausted,
            Self::Locked { .. } | Self::TakenOver | Self::Busy { .. } => ErrorKind::Busy,
            Self::Fault(_) => ErrorKind::Fault,
            _ => ErrorKind::Internal,
        }
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } => hint.clone(),
            Self::Limit { hint, .. } | Self::Busy { hint, .. } => Some(hint.clone()),
            Self::Fault(_) => Some(
                "this is a fault of the program, not yours; please report it with the command"
                    .into(),
            ),
            Self::Query(_) if self.kind() == ErrorKind::Exhausted => Some(Self::MORE_MEMORY.into()),
            Self::Locked { is_remote: false, .. } => Some(
                "wait for it with --wait SECONDS; the system frees the lock of a process that has \
                 died"
                    .into(),
            ),
            Self::Locked { .. } => Some(
                "wait for it with --wait SECONDS; a run that has died gives no sign of life, and \
                 after a minute of that the next run takes its lock over"
                    .into(),
            ),
            Self::TakenOver => {
                Some("run again; what this run had not committed counts for nothing".into())
            }
            own if is_full(own) => {
                Some("free some space and run again; nothing half-written is visible".into())
            }
            Self::Missing { path } | Self::Damaged { path, .. }
                if path.starts_with("_koridor/runs/") =>
            {
                Some(Self::LOST_RUN.into())
            }
            own if own.is_loss() => Some(
                "`koridor verify` names all that is damaged; bring those files back from a backup, \
                 or make the lake again from its raw bytes with `koridor rebuild --into DIR`"
                    .into(),
            ),
            Self::NewerLake { .. } => {
                Some("use the program version that wrote it, or a newer one".into())
            }
            Self::Project(error) => error.hint(),
            Self::Read(error) => error.hint(),
            _ => None,
        }
    }
}

/// Whether memory ran out, however deep the engine has wrapped that.
fn is_exhausted(error: &datafusion::error::DataFusionError) -> bool {
    use datafusion::error::DataFusionError;
    let mut at: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(own) = at {
        if let Some(DataFusionError::ResourcesExhausted(_)) = own.downcast_ref() {
            return true;
        }
        at = own.source();
    }
    false
}

/// Whether columns complain of the values that a statement gives them.
fn is_of_values(error: &arrow::error::ArrowError) -> bool {
    use arrow::error::ArrowError;
    matches!(
        error,
        ArrowError::CastError(_)
            | ArrowError::ParseError(_)
            | ArrowError::ComputeError(_)
            | ArrowError::ArithmeticOverflow(_)
            | ArrowError::InvalidArgumentError(_)
            | ArrowError::DivideByZero
    )
}

/// Whether the machine has no room left, however deep that is told.
fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(own) = cause {
        let io = own.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::StorageFull) {
            return true;
        }
        cause = own.source();
    }
    false
}

/// The table format's words without the back trace that it may put behind them.
fn without_back_trace(error: &deltalake::DeltaTableError) -> String {
    let text = error.to_string();
    let is_trace = |line: &&str| {
        let line = line.trim_start();
        let number = line.split(':').next().unwrap_or_default();
        line.starts_with("Backtrace")
            || line.starts_with("at ")
            || (!number.is_empty() && number.bytes().all(|mark| mark.is_ascii_digit()))
    };
    let lines: Vec<&str> = text.lines().take_while(|line| !is_trace(line)).collect();
    lines.join(" ").trim_end().to_owned()
}

/// DataFusion's words without its prefixes and back traces.
fn describe_query_error(error: &datafusion::error::DataFusionError) -> String {
    let text = match error.find_root() {
        datafusion::error::DataFusionError::SQL(parser, _) => parser.to_string(),
        root => root.to_string(),
    };
    let mut text = text.as_str();
    for prefix in [
        "SQL error: ",
        "sql parser error: ",
        "Error during planning: ",
        "Schema error: ",
        "Execution error: ",
        "External error: ",
        "Arrow error: ",
        "Resources exhausted: ",
        "This feature is not implemented: ",
    ] {
        text = text.strip_prefix(prefix).unwrap_or(text);
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::LakeError;

    #[test]
    fn a_full_disk_is_told_however_deep_it_stands() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let source = object_store::Error::Generic { store: "local", source: Box::new(full) };
        let hint = LakeError::storage("silver/a/part.parquet", source).hint();
        assert!(hint.is_some_and(|hint| hint.contains("free some space")));
        assert!(
            LakeError::missing("koridor.json").hint().is_some_and(|own| own.contains("verify"))
        );
    }
}
