//! The corridor that a project is about, and the time that its people live by.

use super::publication::Publication;
use crate::date::{DateFormat, from_days, parse_date};
use crate::error::ContractError;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Hours between local time and UTC that there are on earth.
const OFFSETS: RangeInclusive<i32> = -12..=14;

const HOUR_MICROS: i64 = 3_600_000_000;
const DAY_MICROS: i64 = 24 * HOUR_MICROS;

/// The corridor: its regencies and what is said of it.
#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Corridor {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default)]
    pub schema: Option<String>,
    /// Name, a word of small letters.
    pub name: String,
    /// Title in Bahasa Indonesia.
    pub title: String,
    /// Title in English.
    pub title_en: String,
    /// BPS codes of its regencies, in the order they are shown.
    pub regions: Vec<String>,
    /// Hours between local time and UTC.
    pub utc_offset_hours: i32,
    /// Name of the time zone, such as `WITA`.
    #[serde(default)]
    pub zone_name: Option<String>,
    /// Name of the province, by which national files leave out the others.
    #[serde(default)]
    pub province: Option<String>,
    /// Where visitors come in and how far they are hoped to go on: what spill-over is measured
    /// between.
    #[serde(default)]
    pub transit: Vec<Transit>,
    /// Under which licence its published numbers may be used.
    #[serde(default)]
    pub licence: Option<Licence>,
    /// Who publishes, whom to ask, whose the figures are.
    #[serde(default)]
    pub publication: Publication,
    /// A day, `2026-11-01`: deliveries of periods that ended before it are not expected. Without it
    /// they are from the day that each agreement says.
    #[serde(default)]
    pub expected_since: Option<String>,
    /// Hours after which a night, or a release of what came, is overdue.
    #[serde(default = "night_max_age_hours")]
    pub night_max_age_hours: u32,
}

/// A day and two hours: a night may begin a little later than the one before, and take its time.
fn night_max_age_hours() -> u32 {
    26
}

/// A licence of data.
#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// Its short name (SPDX), such as `CC-BY-4.0`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The address of its text.
    pub path: String,
}

/// A regency by which visitors come in, and the one that they are hoped to go on to.
#[derive(Debug, Clone, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transit {
    /// BPS code of the regency of entry, one of the corridor's.
    pub entry: String,
    /// BPS code of the regency that is visited from there.
    pub visited: String,
}

impl Corridor {
    /// The time zone that its people live by.
    pub fn zone(&self) -> Zone {
        let offset_hours = self.utc_offset_hours;
        let name = self.zone_name.clone().unwrap_or_else(|| match offset_hours {
            0 => "UTC".to_owned(),
            hours => format!("UTC{hours:+}"),
        });
        Zone { name, offset_hours }
    }

    /// What its form allows and no corridor has: no name or region, a region given twice, which
    /// would count twice, hours that no clock is off by.
    pub fn mistakes(&self, file: &str) -> Vec<ContractError> {
        let told = |pointer: &str, expected: &str, found: &str| {
            ContractError::new(file, pointer, expected, found)
        };
        let mut mistakes = Vec::new();
        let texts = [("/name", &self.name), ("/title", &self.title), ("/title_en", &self.title_en)];
        let blank = texts.into_iter().filter(|(_, text)| text.trim().is_empty());
        mistakes.extend(blank.map(|(pointer, text)| told(pointer, "a text", &format!("`{text}`"))));
        if self.regions.is_empty() {
            mistakes.push(told("/regions", "at least one region", "none"));
        }
        let mut first: BTreeMap<&String, usize> = BTreeMap::new();
        for (index, region) in self.regions.iter().enumerate() {
            if let Some(before) = first.get(region) {
                let found = format!("`{region}` again, which is /regions/{before}");
                mistakes.push(told(&format!("/regions/{index}"), "each region once", &found));
            } else {
                first.insert(region, index);
            }
        }
        if !OFFSETS.contains(&self.utc_offset_hours) {
            let expected = format!("hours from {} to {}", OFFSETS.start(), OFFSETS.end());
            let found = format!("`{}`", self.utc_offset_hours);
            mistakes.push(told("/utc_offset_hours", &expected, &found));
        }
        mistakes
    }

    /// The day from which on deliveries are expected, as days since 1970-01-01.
    ///
    /// # Errors
    /// What is wrong, where it is no day.
    pub fn expected_from(&self) -> Result<Option<i32>, String> {
        let Some(text) = &self.expected_since else { return Ok(None) };
        let day = parse_date(text.as_bytes(), DateFormat::Iso).filter(|_| text.len() == 10);
        day.map(Some).ok_or_else(|| {
            format!("/expected_since: expected a day such as `2026-11-01`, found `{text}`")
        })
    }
}

/// A time zone without summer time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// As it stands behind a time: `WITA`, or `UTC+8`.
    pub name: String,
    /// Hours between local time and UTC.
    pub offset_hours: i32,
}

impl Zone {
    /// A moment for people, such as `2026-11-26 16:36 WITA`. `moment` is in microseconds since
    /// 1970-01-01 UTC.
    pub fn written(&self, moment: i64) -> String {
        let local = moment.saturating_add(i64::from(self.offset_hours) * HOUR_MICROS);
        let date = i32::try_from(local.div_euclid(DAY_MICROS)).ok().and_then(from_days);
        let minutes = local.rem_euclid(DAY_MICROS) / 60_000_000;
        let date = date.map(|date| date.to_string()).unwrap_or_default();
        format!("{date} {:02}:{:02} {}", minutes / 60, minutes % 60, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::{Corridor, Zone};

    #[test]
    fn a_corridor_has_a_name_each_region_once_and_a_time_of_this_earth() {
        let told = |name: &str, regions: &[&str], offset: i32| {
            let corridor = serde_json::json!({
                "name": name, "title": "T", "title_en": "T", "regions": regions,
                "utc_offset_hours": offset,
            });
            let corridor: Corridor = serde_json::from_value(corridor).unwrap();
            let mistakes = corridor.mistakes("schemas/corridor.json");
            mistakes.into_iter().map(|own| own.pointer).collect::<Vec<_>>()
        };
        assert!(told("c", &["7407", "7472"], 8).is_empty());
        assert!(told("c", &["7407"], -12).is_empty() && told("c", &["7407"], 14).is_empty());
        assert_eq!(
            told(" ", &["7407", "7472", "7407"], 30),
            ["/name", "/regions/2", "/utc_offset_hours"]
        );
        assert_eq!(told("c", &[], -13), ["/regions", "/utc_offset_hours"]);
    }

    #[test]
    fn a_moment_is_written_in_the_zone_with_its_name() {
        let zone = Zone { name: "WITA".into(), offset_hours: 8 };
        assert_eq!(zone.written(0), "1970-01-01 08:00 WITA");
        let west = Zone { name: "UTC-3".into(), offset_hours: -3 };
        assert_eq!(west.written(3_600_000_000), "1969-12-31 22:00 UTC-3");
    }
}
