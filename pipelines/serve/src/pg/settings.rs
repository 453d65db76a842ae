//! What a client may set of its connection, and what it is told of it.

use super::errors::error;
use pgwire::error::PgWireResult;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The release of PostgreSQL whose catalogue and protocol clients find here.
pub(super) const VERSION: &str = "16.6 (Koridor)";

/// What `version()` answers.
pub(super) const VERSION_TEXT: &str =
    concat!("PostgreSQL 16.6 (Koridor ", env!("CARGO_PKG_VERSION"), ")");

/// The setting that says which release is read.
pub(super) const AS_OF: &str = "koridor.as_of";

/// Settings of clients that change nothing of what they are given, with what they are at first.
const HARMLESS: [(&str, &str); 34] = [
    ("application_name", ""),
    ("bytea_output", "hex"),
    ("client_encoding", "UTF8"),
    ("client_min_messages", "notice"),
    ("constraint_exclusion", "partition"),
    ("cursor_tuple_fraction", "0.1"),
    ("datestyle", "ISO, MDY"),
    ("default_transaction_isolation", "repeatable read"),
    ("default_transaction_read_only", "on"),
    ("enable_seqscan", "on"),
    ("extra_float_digits", "1"),
    ("geqo", "on"),
    ("idle_in_transaction_session_timeout", "0"),
    ("integer_datetimes", "on"),
    ("intervalstyle", "postgres"),
    ("is_superuser", "off"),
    ("jit", "off"),
    ("lock_timeout", "0"),
    ("max_identifier_length", "63"),
    ("max_index_keys", "32"),
    ("row_security", "on"),
    ("search_path", "core"),
    ("server_encoding", "UTF8"),
    ("server_version", "16.6"),
    ("server_version_num", "160006"),
    ("session_authorization", ""),
    ("ssl_renegotiation_limit", "0"),
    ("standard_conforming_strings", "on"),
    ("statement_timeout", "0"),
    ("synchronize_seqscans", "on"),
    ("timezone", "UTC"),
    ("transaction_isolation", "repeatable read"),
    ("transaction_read_only", "on"),
    ("work_mem", "4MB"),
];

/// Settings that are told and not set.
const FIXED: [&str; 7] = [
    "integer_datetimes",
    "is_superuser",
    "max_identifier_length",
    "max_index_keys",
    "server_encoding",
    "server_version",
    "server_version_num",
];

/// Longest value of a setting, in bytes.
const LONGEST: usize = 1024;

/// What one connection has set.
#[derive(Debug, Default, Clone)]
pub(super) struct Settings {
    set: BTreeMap<String, String>,
    /// The release that is read, by name or day; none for the current one.
    pub(super) as_of: Option<String>,
    /// Time for a statement; none for that of the role.
    pub(super) timeout: Option<Duration>,
    /// What was set when the transaction began.
    before: Option<Box<Settings>>,
    /// Names that are set until the end of the transaction.
    local: BTreeSet<String>,
    /// Savepoints of the transaction, with what was set then, the oldest first.
    savepoints: Vec<(String, Settings)>,
}

impl Settings {
    /// A transaction begins.
    pub(super) fn begin(&mut self) {
        if self.before.is_none() {
            self.before = Some(Box::new(self.clone()));
        }
    }

    /// Whether a transaction has begun and not ended.
    pub(super) fn is_in_transaction(&self) -> bool {
        self.before.is_some()
    }

    /// A point of the transaction that a client may go back to.
    pub(super) fn savepoint(&mut self, name: &str) {
        let mut savepoints = std::mem::take(&mut self.savepoints);
        savepoints.push((name.to_owned(), self.clone()));
        self.savepoints = savepoints;
    }

    /// Whether the transaction has a savepoint of a name.
    pub(super) fn has_savepoint(&self, name: &str) -> bool {
        self.savepoints.iter().any(|(own, _)| own == name)
    }

    /// Forgets a savepoint and what came after it; whether it was there.
    pub(super) fn release(&mut self, name: &str) -> bool {
        let at = self.savepoints.iter().rposition(|(own, _)| own == name);
        at.map(|at| self.savepoints.truncate(at)).is_some()
    }

    /// Goes back to a savepoint, which stays; whether it was there.
    pub(super) fn roll_back_to(&mut self, name: &str) -> bool {
        let Some(at) = self.savepoints.iter().rposition(|(own, _)| own == name) else {
            return false;
        };
        let mut savepoints = std::mem::take(&mut self.savepoints);
        savepoints.truncate(at + 1);
        if let Some((_, then)) = savepoints.last() {
            *self = then.clone();
        }
        self.savepoints = savepoints;
        true
    }

    /// What was set last holds until the end of the transaction.
    pub(super) fn is_local(&mut self, name: &str) {
        self.local.insert(name.to_ascii_lowercase());
    }

    /// A transaction ends: of one that is rolled back nothing stays set, of the others what was not
    /// local.
    pub(super) fn end(&mut self, is_commit: bool) {
        self.savepoints.clear();
        let Some(before) = self.before.take() else { return };
        let local = std::mem::take(&mut self.local);
        if !is_commit {
            *self = *before;
            return;
        }
        for name in local {
            match name.as_str() {
                AS_OF => self.as_of.clone_from(&before.as_of),
                "statement_timeout" => self.timeout = before.timeout,
                _ => {}
            }
            match before.set.get(&name) {
                Some(value) => self.set.insert(name, value.clone()),
                None => self.set.remove(&name),
            };
        }
    }

    /// Sets something harmless, or the time of statements.
    pub(super) fn set(&mut self, name: &str, value: &str) -> PgWireResult<()> {
        let name = name.to_ascii_lowercase();
        let is_known = HARMLESS.iter().any(|(own, _)| *own == name);
        if !is_known || FIXED.contains(&name.as_str()) {
            let hint = "client settings and koridor.as_of are set here, nothing of the server";
            return Err(error("42704", format!("`{name}` is no setting of a client"), Some(hint)));
        }
        if value.len() > LONGEST {
            return Err(error("22023", format!("the value of `{name}` is too long"), None));
        }
        let is_other = match name.as_str() {
            "client_encoding" => !["utf8", "utf-8", "unicode", "default", ""]
                .contains(&value.to_ascii_lowercase().as_str()),
            "standard_conforming_strings" => value.eq_ignore_ascii_case("off"),
            "default_transaction_read_only" | "transaction_read_only" => {
                ["off", "false", "0", "no"].contains(&value.to_ascii_lowercase().as_str())
            }
            _ => false,
        };
        if is_other {
            let message = format!("`{name}` cannot be `{value}` here");
            return Err(error("22023", message, None));
        }
        if name == "statement_timeout" {
            let is_default = value.eq_ignore_ascii_case("default");
            let time = if is_default { Some(Duration::ZERO) } else { duration(value) };
            let Some(time) = time else {
                let hint = Some("write milliseconds, 500ms, 30s or 2min");
                return Err(error("22023", format!("`{value}` is no time"), hint));
            };
            self.timeout = Some(time).filter(|own| !own.is_zero());
        }
        self.set.insert(name, value.to_owned());
        Ok(())
    }

    /// What a setting is; none where there is no such.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let name = name.to_ascii_lowercase();
        if name == AS_OF {
            return Some(self.as_of.clone().unwrap_or_default());
        }
        let own = self.set.get(&name).cloned();
        own.or_else(|| {
            let found = HARMLESS.iter().find(|(own, _)| *own == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    /// All settings with their values.
    pub(super) fn all(&self) -> Vec<(String, String)> {
        let names = HARMLESS.iter().map(|(name, _)| *name).chain([AS_OF]);
        names.map(|name| (name.to_owned(), self.get(name).unwrap_or_default())).collect()
    }

    /// Forgets one setting, or all of them.
    pub(super) fn reset(&mut self, name: Option<&str>) {
        match name.map(str::to_ascii_lowercase) {
            None => *self = Self::default(),
            Some(name) if name == AS_OF => self.as_of = None,
            Some(name) => {
                if name == "statement_timeout" {
                    self.timeout = None;
                }
                self.set.remove(&name);
            }
        }
    }
}

/// A time as PostgreSQL writes it; without a unit milliseconds.
fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let end = text.find(|mark: char| !mark.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text.get(..end)?.parse().ok()?;
    let factor = match text.get(end..)?.trim() {
        "" | "ms" => 1,
        "s" => 1000,
        "min" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    Some(Duration::from_millis(number.checked_mul(factor)?))
}

#[cfg(test)]
mod tests {
    use super::{HARMLESS, Settings, duration};
    use std::time::Duration;

    #[test]
    fn a_client_sets_what_is_its_own() {
        let mut settings = Settings::default();
        for (name, value) in [("DateStyle", "ISO"), ("statement_timeout", "2min")] {
            settings.set(name, value).unwrap();
            assert_eq!(settings.get(name).unwrap(), value);
        }
        assert_eq!(settings.timeout, Some(Duration::from_secs(120)));
        for (name, value) in [
            ("datafusion.execution.batch_size", "1"),
            ("data_directory", "/"),
            ("server_version", "9"),
            ("client_encoding", "LATIN1"),
            ("statement_timeout", "soon"),
            ("transaction_read_only", "off"),
        ] {
            assert!(settings.set(name, value).is_err(), "{name}");
        }
        settings.reset(None);
        assert_eq!(
            (settings.timeout, settings.get("datestyle").unwrap()),
            (None, "ISO, MDY".into())
        );
        assert!(HARMLESS.is_sorted_by_key(|(name, _)| *name));
        assert_eq!(duration("5"), Some(Duration::from_millis(5)));
        assert_eq!(duration("99999999999999999999s"), None);
    }
}
