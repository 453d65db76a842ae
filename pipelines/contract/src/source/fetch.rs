//! Where the files of a source are published.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An address at which a source publishes its files. `{year}`, `{month}` (two digits) and
/// `{year-1900}` stand for the period, `{key}` for a key from the environment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    /// The address, `https://` or `http://`.
    pub url: String,
    /// Environment variable that holds the key for `{key}`; without it the source is passed over,
    /// and told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_from: Option<String>,
    /// Headers by name, with the environment variable that holds each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers_from: BTreeMap<String, String>,
    /// How long the period of a file is.
    #[serde(default)]
    pub every: FetchPeriod,
    /// Periods that are asked for each time, the last ones that have ended.
    #[serde(default = "one_period")]
    pub periods: u32,
    /// Ending of the file, which says what it must be: `xlsx`, `csv`, `json`, ...
    pub ending: String,
    /// The office under whose name it lands; the first of `source_ids` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    /// Name of the file without its ending, with the same marks as the address; that of the
    /// description and the period if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Largest size in MiB.
    #[serde(default = "most_megabytes")]
    pub max_megabytes: u64,
    /// Seconds that one attempt may take.
    #[serde(default = "most_seconds")]
    pub max_seconds: u64,
}

/// Length of the period of a file.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum FetchPeriod {
    /// A file a month.
    #[default]
    Month,
    /// A file a year; the running one too.
    Year,
    /// One file, which is replaced.
    Once,
}

fn one_period() -> u32 {
    1
}

fn most_megabytes() -> u64 {
    256
}

fn most_seconds() -> u64 {
    120
}

/// Most periods that are asked for each time.
const MOST_PERIODS: u32 = 120;
/// Largest limit of a file's size, in MiB.
const MOST_MEGABYTES: u64 = 4096;

impl Fetch {
    /// The year and month of each period that is asked for on a day of a year and month, the oldest
    /// first.
    pub fn asked(&self, (year, month): (i32, u32)) -> Vec<(i32, u32)> {
        let count = self.periods.max(1) as i32;
        match self.every {
            FetchPeriod::Once => vec![(year, month)],
            FetchPeriod::Year => (0..count).rev().map(|back| (year - back, 1)).collect(),
            FetchPeriod::Month => {
                let now = year * 12 + month as i32 - 1;
                let at = |back: i32| (now - back).div_euclid(12);
                let of_year = |back: i32| (now - back).rem_euclid(12) as u32 + 1;
                (1..=count).rev().map(|back| (at(back), of_year(back))).collect()
            }
        }
    }

    /// A text with the period, and the key where it is given, in the place of their marks.
    pub fn filled(&self, text: &str, (year, month): (i32, u32), key: Option<&str>) -> String {
        let text = text
            .replace("{year}", &year.to_string())
            .replace("{month}", &format!("{month:02}"))
            .replace("{year-1900}", &(year - 1900).to_string());
        match key {
            Some(key) => text.replace("{key}", key),
            None => text,
        }
    }

    /// The name of the file of a period.
    pub fn file_name(&self, source: &str, period: (i32, u32)) -> String {
        let default = match self.every {
            FetchPeriod::Month => format!("{source}_{{year}}-{{month}}"),
            FetchPeriod::Year => format!("{source}_{{year}}"),
            FetchPeriod::Once => source.to_owned(),
        };
        let name = self.name.as_ref().unwrap_or(&default);
        format!("{}.{}", self.filled(name, period, None), self.ending)
    }

    /// The first mistake: key, what belongs there, what stands there.
    pub(super) fn mistake(&self) -> Option<(&'static str, &'static str, String)> {
        let is_address = ["https://", "http://"].iter().any(|own| self.url.starts_with(own));
        if !is_address {
            return Some(("url", "an address that begins with https://", quoted(&self.url)));
        }
        if self.url.contains("{key}") != self.key_from.is_some() {
            let expected = "the environment variable of the key, where the address has `{key}`";
            return Some(("key_from", expected, "one without the other".to_owned()));
        }
        let is_word =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_word(&self.ending) {
            return Some(("ending", "an ending without its dot", quoted(&self.ending)));
        }
        let is_name = |text: &String| !text.contains(['/', '\\']) && !text.starts_with('.');
        if let Some(name) = self.name.as_ref().filter(|name| !is_name(name)) {
            return Some(("name", "a file name without a folder", quoted(name)));
        }
        if let Some(office) = self.office.as_ref().filter(|own| own.is_empty() || !is_name(own)) {
            return Some(("office", "an office of ref.source", quoted(office)));
        }
        let is_of_period = |name: &String| match self.every {
            FetchPeriod::Once => true,
            FetchPeriod::Year => name.contains("{year"),
            FetchPeriod::Month => name.contains("{year") && name.contains("{month}"),
        };
        if let Some(name) = self.name.as_ref().filter(|name| !is_of_period(name)) {
            let expected = "a name with the marks of the period: its files replace one another";
            return Some(("name", expected, quoted(name)));
        }
        if !(1..=MOST_PERIODS).contains(&self.periods) {
            return Some(("periods", "1 to 120", quoted(&self.periods.to_string())));
        }
        if !(1..=MOST_MEGABYTES).contains(&self.max_megabytes) {
            return Some(("max_megabytes", "1 to 4096", quoted(&self.max_megabytes.to_string())));
        }
        if self.max_seconds == 0 {
            return Some(("max_seconds", "1 or more", quoted("0")));
        }
        None
    }
}

fn quoted(text: &str) -> String {
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::{Fetch, FetchPeriod};

    fn fetch(every: FetchPeriod, periods: u32) -> Fetch {
        let text = r#"{"url": "https://example.org/{year}", "ending": "csv"}"#;
        Fetch { every, periods, ..serde_json::from_str(text).unwrap() }
    }

    #[test]
    fn months_that_have_ended_are_asked_for_across_the_turn_of_a_year() {
        let asked = fetch(FetchPeriod::Month, 3).asked((2026, 2));
        assert_eq!(asked, [(2025, 11), (2025, 12), (2026, 1)]);
        assert_eq!(fetch(FetchPeriod::Year, 2).asked((2026, 2)), [(2025, 1), (2026, 1)]);
        let own = fetch(FetchPeriod::Month, 1);
        assert_eq!(own.file_name("A", (2026, 1)), "A_2026-01.csv");
        assert_eq!(own.filled("{year-1900}/{month}/{key}", (2026, 1), Some("k")), "126/01/k");
    }
}
