//! Periods in the caller's words, and the days that a value of one rests on.

use chrono::Datelike;
use datafusion::common::ScalarValue;
use koridor_contract::card::Grain;
use koridor_contract::date::{DateFormat, civil, from_days, is_quarter, parse_month};
use koridor_lake::LakeError;
use koridor_lake::engine::day_parameter;

/// `2024`, `2024-Q3` or `2024-07`.
#[derive(Debug, Clone)]
pub struct AskedPeriod {
    /// As the caller wrote it.
    pub text: String,
    /// Length.
    pub grain: Grain,
    /// First day, days since 1970-01-01.
    pub first_day: i32,
    year: i32,
    month: u32,
}

impl AskedPeriod {
    /// Grain and first day of a period.
    ///
    /// # Errors
    /// Where the text is none.
    pub fn parse(text: &str) -> Result<Self, LakeError> {
        if let Some(written) = in_figures(text) {
            return Self::parse(&written);
        }
        let wrong = || {
            LakeError::usage(
                format!("`{text}` is no period"),
                "write 2024, 2024-Q3, 2024-07 or \"Juli 2024\"".to_owned(),
            )
        };
        let is_number = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
        let year = text.get(..4).filter(is_number).and_then(|year| year.parse::<i32>().ok());
        let year = year.ok_or_else(wrong)?;
        let within = |text: &str, most: u32| {
            text.parse::<u32>().ok().filter(|number| (1..=most).contains(number))
        };
        let rest = text.get(4..).unwrap_or_default();
        let (grain, month) = match rest.strip_prefix('-') {
            None if rest.is_empty() => (Grain::Y, Some(1)),
            None => (Grain::Y, None),
            Some(rest) => match rest.strip_prefix(['Q', 'q']) {
                Some(quarter) => (Grain::Q, within(quarter, 4).map(|quarter| quarter * 3 - 2)),
                None => (Grain::M, within(rest, 12)),
            },
        };
        let month = month.ok_or_else(wrong)?;
        let first_day = civil(year, month, 1).ok_or_else(wrong)?;
        Ok(Self { text: text.to_owned(), grain, first_day, year, month })
    }

    /// The days that a value of the period rests on: its own, and those of `lag_months` before.
    pub(super) fn windows(&self, lag_months: i64) -> Windows {
        let day = |months: i64| {
            let month = i64::from(self.year) * 12 + i64::from(self.month) - 1 + months;
            let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
            civil(year as i32, month as u32, 1).unwrap_or_default()
        };
        let length = self.grain.months();
        Windows {
            own: (day(0), day(length)),
            earlier: (day(-lag_months), day(length - lag_months)),
        }
    }
}

/// First days and the days after the last.
pub(super) struct Windows {
    pub(super) own: (i32, i32),
    pub(super) earlier: (i32, i32),
}

impl Windows {
    /// The parameters of the statements that select by them.
    pub(super) fn parameters(&self) -> [(&'static str, ScalarValue); 4] {
        [
            ("own_from", day_parameter(self.own.0)),
            ("own_until", day_parameter(self.own.1)),
            ("earlier_from", day_parameter(self.earlier.0)),
            ("earlier_until", day_parameter(self.earlier.1)),
        ]
    }
}

/// A month or quarter in words, such as `Juli 2025`, `Triwulan 3 2025` or `Q3 2025`, in figures.
fn in_figures(text: &str) -> Option<String> {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let day = parse_month(text.as_bytes(), DateFormat::default())?;
    let date = from_days(day)?;
    Some(match is_quarter(text.as_bytes()) {
        true => format!("{:04}-Q{}", date.year(), date.month0() / 3 + 1),
        false => format!("{:04}-{:02}", date.year(), date.month()),
    })
}
