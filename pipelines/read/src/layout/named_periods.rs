//! The months and years that a note is about.

use koridor_contract::date::month_by_name;
use std::collections::BTreeSet;

/// Months and years that a text names; an empty set stands for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NamedPeriods {
    months: BTreeSet<u32>,
    years: BTreeSet<i32>,
}

impl NamedPeriods {
    /// Those of a text: `Desember 2025`, `Oktober s.d. Desember`, `tahun 2024 dan 2025`. A day
    /// (`31 Desember 2025`) is no period, and where a text names none there is `None`.
    pub(super) fn of(text: &str) -> Option<Self> {
        let words: Vec<&str> = text
            .split(|mark: char| !mark.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let day = |at: usize| {
            at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|before| {
                before.parse::<u32>().is_ok_and(|day| (1..=31).contains(&day))
            })
        };
        let month = |at: &usize| words.get(*at).and_then(|word| month_by_name(word.as_bytes()));
        if (0..words.len()).any(|at| month(&at).is_some() && day(at)) {
            return None;
        }
        let places: Vec<usize> = (0..words.len()).filter(|at| month(at).is_some()).collect();
        let mut months: BTreeSet<u32> = places.iter().filter_map(month).collect();
        if let [first, last] = places.as_slice()
            && is_range(text, words.get(*first).copied(), words.get(*last).copied())
            && let (Some(first), Some(last)) = (month(first), month(last))
        {
            months.extend(first..=last);
        }
        let year = |word: &&str| word.parse().ok().filter(|year| (1950..=2100).contains(year));
        let years: BTreeSet<i32> =
            words.iter().filter(|word| word.len() == 4).filter_map(year).collect();
        (!months.is_empty() || !years.is_empty()).then_some(Self { months, years })
    }

    /// Whether a month, or of a table of years the year alone, is one of them.
    pub(super) fn holds(&self, year: i32, month: Option<u32>) -> bool {
        (self.years.is_empty() || self.years.contains(&year))
            && (self.months.is_empty() || month.is_some_and(|month| self.months.contains(&month)))
    }
}

/// Whether what stands between two words of a text says "to".
fn is_range(text: &str, first: Option<&str>, last: Option<&str>) -> bool {
    let between = first.zip(last).and_then(|(first, last)| {
        let (_, rest) = text.split_once(first)?;
        rest.rsplit_once(last).map(|(between, _)| between.to_lowercase())
    });
    let is_word =
        |word: &str| matches!(word, "sd" | "s/d" | "sampai" | "hingga" | "to" | "s.d." | "s.d");
    between.is_some_and(|between| {
        between.contains(['-', '–', '—']) || between.split_whitespace().any(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::NamedPeriods;

    #[test]
    fn a_note_is_about_the_periods_it_names() {
        let holds = |text: &str, year: i32, month: u32| {
            NamedPeriods::of(text).map(|own| own.holds(year, Some(month)))
        };
        assert_eq!(holds("angka Desember sementara", 2025, 12), Some(true));
        assert_eq!(holds("angka Desember sementara", 2025, 11), Some(false));
        assert_eq!(holds("Oktober s.d. Desember 2025", 2025, 11), Some(true));
        assert_eq!(holds("Oktober dan Desember", 2025, 11), Some(false));
        assert_eq!(holds("tahun 2024 dan 2025", 2023, 1), Some(false));
        assert_eq!(holds("angka sementara per 31 Desember 2025", 2025, 1), None);
        assert_eq!(holds("angka sementara", 2025, 1), None);
    }
}
