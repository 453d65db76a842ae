//! What an extract is asked for: region, days, dimension.

use crate::error::PublishError;
use crate::explain::region_of;
use chrono::{Datelike, Days, Months, NaiveDate};
use datafusion::common::ScalarValue;
use koridor_contract::Project;
use koridor_contract::codes::{CodeMatch, CodeSystem};
use koridor_lake::LakeError;
use koridor_lake::engine::{day_parameter, text_parameter};

/// What to extract; the default is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// BPS code, or `CORR` for the corridor; a regency's indicators and targets hold the corridor's
    /// too.
    pub region: Option<String>,
    /// First day; a period counts where all of it lies within the days.
    pub from: Option<NaiveDate>,
    /// The day after the last.
    pub until: Option<NaiveDate>,
    /// Dimension of the masterplan.
    pub dimension: Option<String>,
}

/// What somebody asks of an extract, in words.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'text> {
    /// BPS code or name of a region.
    pub region: Option<&'text str>,
    /// Calendar year.
    pub year: Option<i32>,
    /// First period.
    pub from: Option<&'text str>,
    /// Last period.
    pub to: Option<&'text str>,
    /// Code or name of a dimension.
    pub dimension: Option<&'text str>,
}

/// Letters of a year.
const YEAR_LETTERS: usize = 4;

impl Selection {
    /// A calendar year.
    pub fn of_year(year: i32) -> Self {
        let first = |year| NaiveDate::from_ymd_opt(year, 1, 1);
        Self { from: first(year), until: first(year.saturating_add(1)), ..Self::default() }
    }

    /// What is asked for in words.
    ///
    /// # Errors
    /// Where a region, a period or a dimension is none, or the periods are the wrong way round.
    pub fn of(project: &Project, wanted: Wanted<'_>) -> Result<Self, PublishError> {
        let Wanted { region, year, from, to, dimension: own } = wanted;
        if year.is_some() && (from.is_some() || to.is_some()) {
            let hint = "give a year, or from and to".to_owned();
            return Err(LakeError::usage("a year is asked for beside other periods", hint).into());
        }
        let mut selection = year.map(Self::of_year).unwrap_or_default();
        if let Some(from) = from {
            selection.from = Some(period(from)?.0);
        }
        if let Some(to) = to {
            selection.until = Some(period(to)?.1);
        }
        if let (Some(from), Some(until)) = (selection.from, selection.until)
            && from >= until
        {
            let hint = "give the earlier period as from (--from)".to_owned();
            return Err(LakeError::usage("the first period is later than the last", hint).into());
        }
        selection.region = region.map(|own| region_of(project, own)).transpose()?;
        selection.dimension = own.map(|own| dimension(project, own)).transpose()?;
        Ok(selection)
    }

    /// Whether nothing is left out.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// The days as a part of a file's name: `2025`, `2023-2025`, `2025-03_2025-08-15`, `all`.
    pub fn period_name(&self) -> String {
        let last = self.until.and_then(|until| until.checked_sub_days(Days::new(1)));
        match (self.from, last) {
            (None, None) => "all".to_owned(),
            (Some(from), None) => format!("from-{}", shortest(from, true)),
            (None, Some(last)) => format!("to-{}", shortest(last, false)),
            (Some(from), Some(until_day)) => {
                let (first, last) = (shortest(from, true), shortest(until_day, false));
                let is_year = |own: &str| own.len() == YEAR_LETTERS;
                // A year beside a month is told by its month.
                let told = |own: String, day: NaiveDate| match is_year(&own) {
                    true => day.format("%Y-%m").to_string(),
                    false => own,
                };
                match (first == last, is_year(&first) && is_year(&last)) {
                    (true, _) => first,
                    (_, true) => format!("{first}-{last}"),
                    _ => format!("{}_{}", told(first, from), told(last, until_day)),
                }
            }
        }
    }

    /// The whole years that lie within the days; none where the days have no beginning or end.
    pub fn years(&self) -> Option<std::ops::RangeInclusive<i32>> {
        let (from, until) = (self.from?, self.until?);
        Some(first_year(from)..=until.year() - 1)
    }

    /// The values that statements of extracts ask for.
    pub(super) fn parameters(&self) -> [(&'static str, ScalarValue); 4] {
        let text = |text: &Option<String>| text_parameter(text.as_deref().unwrap_or_default());
        let day = |day: Option<NaiveDate>, otherwise: i32| {
            day_parameter(day.map_or(otherwise, |own| own.to_epoch_days()))
        };
        [
            ("region", text(&self.region)),
            ("dimension", text(&self.dimension)),
            ("from", day(self.from, FIRST_DAY)),
            ("until", day(self.until, LAST_DAY)),
        ]
    }

    /// What was asked for, for a message.
    pub fn told(&self) -> String {
        let period = self.period_name();
        let period = Some(period).filter(|_| self.from.is_some() || self.until.is_some());
        let parts = [self.region.clone(), period, self.dimension.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// The day 0001-01-01, before all others.
const FIRST_DAY: i32 = -719_162;
/// The day 9999-12-31, after all others.
const LAST_DAY: i32 = 2_932_896;

/// The first whole year from a day on.
pub(super) fn first_year(from: NaiveDate) -> i32 {
    if from.ordinal() == 1 { from.year() } else { from.year() + 1 }
}

/// The shortest text for a day that begins or ends a period: of a year, of a month, else the day.
fn shortest(day: NaiveDate, begins: bool) -> String {
    let next = if begins { Some(day) } else { day.checked_add_days(Days::new(1)) };
    match next {
        Some(next) if next.ordinal() == 1 => day.format("%Y").to_string(),
        Some(next) if next.day() == 1 => day.format("%Y-%m").to_string(),
        _ => day.format("%Y-%m-%d").to_string(),
    }
}

/// The first day of a period and the day after its last: `2025`, `2025-Q3`, `2025-07` or
/// `2025-07-15`.
///
/// # Errors
/// Where the text is none of these.
fn period(text: &str) -> Result<(NaiveDate, NaiveDate), LakeError> {
    let wrong = || {
        LakeError::usage(
            format!("`{text}` is no period"),
            "write 2025, 2025-Q3, 2025-07 or 2025-07-15".to_owned(),
        )
    };
    let (year, rest) = text.split_once('-').map_or((text, None), |(year, rest)| (year, Some(rest)));
    let whole = |text: &str, digits: usize| {
        let is_number = text.len() == digits && text.bytes().all(|mark| mark.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| is_number)
    };
    let year = whole(year, 4).and_then(|year| i32::try_from(year).ok()).ok_or_else(wrong)?;
    let (month, day, months) = match rest {
        None => (1, None, 12),
        Some(rest) => match (rest.strip_prefix('Q'), rest.split_once('-')) {
            (Some(quarter), _) => {
                let quarter = whole(quarter, 1).filter(|own| (1..=4).contains(own));
                (3 * quarter.ok_or_else(wrong)? - 2, None, 3)
            }
            (None, Some((month, day))) => {
                (whole(month, 2).ok_or_else(wrong)?, Some(whole(day, 2).ok_or_else(wrong)?), 0)
            }
            (None, None) => (whole(rest, 2).ok_or_else(wrong)?, None, 1),
        },
    };
    let first = NaiveDate::from_ymd_opt(year, month, day.unwrap_or(1)).ok_or_else(wrong)?;
    let after = match day {
        Some(_) => first.checked_add_days(Days::new(1)),
        None => first.checked_add_months(Months::new(months)),
    };
    Ok((first, after.ok_or_else(wrong)?))
}

/// The code of a dimension given by code or name.
///
/// # Errors
/// Where there is none of that name, with the nearest.
fn dimension(project: &Project, text: &str) -> Result<String, PublishError> {
    let list = project.codes.get("dimension");
    if let Some(CodeMatch::Known(code)) = list.map(|list| list.find(text, CodeSystem::Bps)) {
        return Ok(code.to_owned());
    }
    let near = list.and_then(|list| list.nearest(text));
    let near = near.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
    let codes = list.iter().flat_map(|list| list.codes()).map(|own| own.code.as_str());
    Err(LakeError::usage(
        format!("no dimension `{text}`{near}"),
        format!("dimensions: {}", codes.collect::<Vec<_>>().join(", ")),
    )
    .into())
}

#[cfg(test)]
mod tests {
    use super::{Selection, period};

    fn of(from: &str, to: &str) -> Selection {
        let from = (!from.is_empty()).then(|| period(from).unwrap().0);
        let until = (!to.is_empty()).then(|| period(to).unwrap().1);
        Selection { from, until, ..Selection::default() }
    }

    #[test]
    fn days_are_named_by_the_shortest_text() {
        assert_eq!(Selection::of_year(2025).period_name(), "2025");
        let cases = [
            (("", ""), "all"),
            (("2023", "2025"), "2023-2025"),
            (("2025", "2025-12"), "2025"),
            (("2025-Q1", "2025-06"), "2025-01_2025-06"),
            (("2025-07", "2025-07"), "2025-07"),
            (("2025-07-15", "2025-08"), "2025-07-15_2025-08"),
            (("2024-04", ""), "from-2024-04"),
            (("", "2024-Q3"), "to-2024-09"),
        ];
        for ((from, to), name) in cases {
            assert_eq!(of(from, to).period_name(), name, "{from} {to}");
        }
        assert_eq!(of("2023-02", "2025-11").years(), Some(2024..=2024));
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in ["", "25", "2025-13", "2025-Q5", "2025-7", "2025-02-30", "2025-07-15-01", "x"] {
            assert!(period(text).is_err(), "{text}");
        }
    }
}
