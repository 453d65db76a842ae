//! Errors as clients of Flight know them.

use crate::error::ServeError;
use koridor_contract::ErrorKind;
use tonic::{Code, Status};

/// An error of ours, with what to do about it.
pub(super) fn told(error: &ServeError) -> Status {
    let message = error.told();
    let refused = ["is not in the", "restricted zone", "is not given to", "does not tell the rows"];
    let code = match error.kind() {
        ErrorKind::Caller if refused.iter().any(|own| message.contains(own)) => {
            Code::PermissionDenied
        }
        ErrorKind::Caller => Code::InvalidArgument,
        ErrorKind::Exhausted if message.contains("longer than") => Code::DeadlineExceeded,
        ErrorKind::Exhausted => Code::ResourceExhausted,
        ErrorKind::Busy => Code::Unavailable,
        _ => Code::Internal,
    };
    let hint = error.hint_at_door().filter(|_| code != Code::Internal);
    let hint = hint.map(|own| format!("; {own}")).unwrap_or_default();
    // Headers carry it: one line.
    Status::new(code, format!("{message}{hint}").replace(['\n', '\r'], " "))
}

/// That what was sent is not understood.
pub(super) fn wrong(error: impl std::fmt::Display) -> Status {
    Status::invalid_argument(error.to_string())
}
