//! The corridor that a project is about, and the time that its people live by.

use super::publication::Publication;
use crate::date::{DateFormat, from_days, parse_date};

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

    /// The day from which on deliveries are expected, as days since 1970-01-01.
    ///
    /// # Errors
    /// What is wrong, where it is no day.
    pub(super) fn expected_from(&self) -> Result<Option<i32>, String> {
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
    use super::Zone;

    #[test]
    fn a_moment_is_written_in_the_zone_with_its_name() {
        let zone = Zone { name: "WITA".into(), offset_hours: 8 };
        assert_eq!(zone.written(0), "1970-01-01 08:00 WITA");
        let west = Zone { name: "UTC-3".into(), offset_hours: -3 };
        assert_eq!(west.written(3_600_000_000), "1969-12-31 22:00 UTC-3");
    }
}
