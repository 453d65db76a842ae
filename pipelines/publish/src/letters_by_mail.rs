//! Letters that go to offices by mail: to whom, which are due, which were sent.
//!
//! An office gets the letter of a month once, in the first night after it; twice only where the
//! program dies between the letter and its note. Nothing goes to anybody who is not named in a list
//! that the operator keeps.

use crate::error::PublishError;
use koridor_contract::{Project, clock::Clock};
use koridor_lake::store::lock::LakeLock;
use koridor_lake::{LakeError, Storage};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Letters that were sent: the moment, by month and office.
const SENT: &str = "_koridor/letters.json";

/// How long it waits for another run that writes to the lake.
const WAIT: Duration = Duration::from_secs(30);

/// Months of which is kept what was sent.
const MOST_MONTHS: usize = 36;

/// An office, and who gets its letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// Code of the office.
    pub office: String,
    /// Addresses of mail.
    pub to: Vec<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Sent {
    months: BTreeMap<String, BTreeMap<String, String>>,
}

/// Reads a list of offices and addresses: `OFFICE,ADDRESS` a line, an office on several lines has
/// several; lines that begin with `#` are none, a first line `office,address` is a heading. `name`
/// is that of the list, for messages.
///
/// # Errors
/// Where a line is no such one, or names an office that the project does not know.
pub fn addressees(
    project: &Project,
    name: &str,
    text: &str,
) -> Result<Vec<Addressee>, PublishError> {
    let offices = project.codes.get("source");
    let mut found: Vec<Addressee> = Vec::new();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || (number == 0 && line == "office,address") {
            continue;
        }
        let wrong = |what: String| {
            let hint = "one office and one address a line, such as \
                        OFFICE,data@example.go.id";
            LakeError::usage(format!("{name}, line {}: {what}", number + 1), hint.to_owned())
        };
        let parts = line.split_once(',').filter(|(_, own)| !own.contains(','));
        let (office, address) =
            parts.map(|(office, address)| (office.trim(), address.trim())).unwrap_or_default();
        if !address.contains('@') {
            return Err(wrong("there is no office with an address".to_owned()).into());
        }
        if !offices.is_some_and(|list| list.contains(office)) {
            return Err(wrong(format!("no office `{office}`")).into());
        }
        match found.iter_mut().find(|own| own.office == office) {
            Some(own) => own.to.push(address.to_owned()),
            None => {
                found.push(Addressee { office: office.to_owned(), to: vec![address.to_owned()] })
            }
        }
    }
    Ok(found)
}

/// The month before that of a day (`2026-11-27`), such as `2026-10`; none where it is no day.
pub fn month_before(day: &str) -> Option<String> {
    let (year, month) = (day.get(..4)?.parse::<u32>().ok()?, day.get(5..7)?.parse::<u32>().ok()?);
    Some(match month {
        1 => format!("{:04}-12", year.checked_sub(1)?),
        2..=12 => format!("{year:04}-{:02}", month - 1),
        _ => return None,
    })
}

/// Letters being sent: no other run sends any meanwhile.
pub struct Mailing<'storage> {
    storage: &'storage Storage,
    clock: Clock,
    lock: LakeLock,
    sent: Sent,
}

impl<'storage> Mailing<'storage> {
    /// Begins. What was sent is forgotten where it is damaged: rather twice than never.
    ///
    /// # Errors
    /// Where another run writes, or the lake cannot be read.
    pub async fn begin(storage: &'storage Storage, clock: Clock) -> Result<Self, PublishError> {
        let lock = LakeLock::take_within(storage, WAIT).await?;
        match storage.get_cache(SENT).await {
            Ok((sent, _)) => Ok(Self { storage, clock, lock, sent }),
            Err(error) => {
                lock.release().await?;
                Err(error.into())
            }
        }
    }

    /// Whether an office did not get the letter of a month.
    pub fn is_due(&self, month: &str, office: &str) -> bool {
        !self.sent.months.get(month).is_some_and(|own| own.contains_key(office))
    }

    /// Remembers that the letter of a month went to an office.
    ///
    /// # Errors
    /// Where the lake cannot be written: it goes out once more then.
    pub async fn note(&mut self, month: &str, office: &str) -> Result<(), PublishError> {
        let of_month = self.sent.months.entry(month.to_owned()).or_default();
        of_month.insert(office.to_owned(), self.clock.written());
        while self.sent.months.len() > MOST_MONTHS {
            self.sent.months.pop_first();
        }
        Ok(self.storage.put_json(SENT, &self.sent).await?)
    }

    /// Ends.
    ///
    /// # Errors
    /// Where the lake cannot be reached.
    pub async fn end(self) -> Result<(), PublishError> {
        Ok(self.lock.release().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::month_before;

    #[test]
    fn a_letter_is_of_the_month_before() {
        assert_eq!(month_before("2026-11-27").as_deref(), Some("2026-10"));
        assert_eq!(month_before("2026-01-01").as_deref(), Some("2025-12"));
        assert_eq!(month_before("").as_deref(), None);
    }
}
