//! Where the time comes from: the system, or a moment that a trial of a whole year stands at.

/// A clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Clock {
    /// The system's.
    #[default]
    System,
    /// One that stands still, microseconds since 1970-01-01 UTC.
    At(i64),
}

impl Clock {
    /// The moment, microseconds since 1970-01-01 UTC.
    pub fn now(self) -> i64 {
        match self {
            Self::System => chrono::Utc::now().timestamp_micros(),
            Self::At(moment) => moment,
        }
    }

    /// The moment as RFC 3339 text in UTC, to the microsecond.
    pub fn written(self) -> String {
        let moment = chrono::DateTime::from_timestamp_micros(self.now()).unwrap_or_default();
        moment.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    }
}
