//! What is tried a few times: other servers are away for a moment.

use std::time::Duration;

/// Waiting before each further try.
const AGAIN: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];

/// Why a try failed.
pub struct Failure {
    /// Whether another try is of no use.
    pub is_final: bool,
    /// In words that hold no secret.
    pub words: String,
}

/// Tries a few times.
///
/// # Errors
/// The last failure, where none succeeds.
pub async fn several<Try, Tried>(attempt: Try) -> Result<(), Failure>
where
    Try: Fn() -> Tried,
    Tried: Future<Output = Result<(), Failure>>,
{
    let mut waits = AGAIN.iter();
    loop {
        let Err(failure) = attempt().await else { return Ok(()) };
        match waits.next() {
            Some(wait) if !failure.is_final => tokio::time::sleep(*wait).await,
            _ => return Err(failure),
        }
    }
}
