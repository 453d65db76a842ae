//! Numbers beside their units.

use koridor_contract::message::Language;

/// English units of one.
const OF_ONE: [(&str, &str); 7] = [
    ("beds", "bed"),
    ("businesses", "business"),
    ("nights", "night"),
    ("routes", "route"),
    ("seats", "seat"),
    ("units", "unit"),
    ("visits", "visit"),
];

/// A written number with its unit: `31,2 %`, `Rp 2.014.607`, `1 visit`; a ratio has none.
pub(super) fn with_unit(number: &str, unit: &str, language: Language) -> String {
    let one = match (language, number) {
        (Language::En, "1") => OF_ONE.iter().find(|(many, _)| *many == unit),
        _ => None,
    };
    let unit = one.map_or(unit, |(_, one)| one);
    if let Some(per) = unit.strip_prefix("Rp") {
        return format!("Rp {number}{per}");
    }
    match unit {
        "" | "rasio" | "ratio" => number.to_owned(),
        // The ends of a scale are no unit.
        scale if scale.starts_with(|mark: char| mark.is_ascii_digit()) => number.to_owned(),
        unit => format!("{number} {unit}"),
    }
}

/// A written number and what stands behind it: of money the currency stands before the number.
pub(super) fn parted(number: &str, unit: &str) -> (String, String) {
    match unit.strip_prefix("Rp") {
        None => (number.to_owned(), unit.to_owned()),
        Some(_) if number.is_empty() => (String::new(), unit.to_owned()),
        Some(per) => (format!("Rp {number}"), per.trim_start().to_owned()),
    }
}

/// What of a unit a title does not say: nothing of `visits` behind `Visits`, `Rp` of `Rp per visit`
/// behind `Revenue per visit`.
pub(super) fn left_by_title<'unit>(title: &str, unit: &'unit str) -> &'unit str {
    let words =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_lowercase).collect() };
    let title = words(title);
    let says = |part: &str| {
        let part = words(part);
        let is_scale = |own: &String| own.starts_with(|mark: char| mark.is_ascii_digit());
        let length = match part.first().map(String::as_str) {
            // Of `per 10,000 residents` the number says enough, of `index 1-5` the word.
            Some("per") => part.len().min(2),
            _ if part.get(1).is_some_and(is_scale) => 1,
            _ => part.len(),
        };
        let part = part.get(..length).unwrap_or_default();
        !part.is_empty() && title.windows(part.len()).any(|own| own == part)
    };
    match unit.strip_prefix("Rp") {
        Some(per) if says(per) => unit.get(..2).unwrap_or(unit),
        None if says(unit) => "",
        _ => unit,
    }
}

#[cfg(test)]
mod tests {
    use super::{left_by_title, parted, with_unit};
    use koridor_contract::message::Language::{En, Id};

    #[test]
    fn a_unit_stands_where_readers_look_for_it() {
        assert_eq!(with_unit("2.014.607", "Rp", Id), "Rp 2.014.607");
        assert_eq!(with_unit("12,500", "Rp per visit", En), "Rp 12,500 per visit");
        assert_eq!(with_unit("-1.28", "ratio", En), "-1.28");
        assert_eq!(with_unit("31,2", "%", Id), "31,2 %");
        assert_eq!(with_unit("0,15", "0-0,9167", Id), "0,15");
        assert_eq!(with_unit("1", "visits", En), "1 visit");
        assert_eq!(with_unit("2", "visits", En), "2 visits");
        assert_eq!(with_unit("1", "kunjungan", Id), "1 kunjungan");
    }

    #[test]
    fn money_stands_before_its_number_and_other_units_behind() {
        let parts = |number: &str, unit: &str| {
            let (number, unit) = parted(number, unit);
            format!("{number}|{unit}")
        };
        assert_eq!(parts("2.014.607", "Rp"), "Rp 2.014.607|");
        assert_eq!(parts("12,500", "Rp per visit"), "Rp 12,500|per visit");
        assert_eq!(parts("52,198", "visits"), "52,198|visits");
        assert_eq!(parts("", "Rp"), "|Rp", "no number");
    }

    #[test]
    fn a_unit_that_the_title_says_is_not_said_again() {
        assert_eq!(left_by_title("Visits", "visits"), "");
        assert_eq!(left_by_title("Kunjungan", "kunjungan"), "");
        assert_eq!(left_by_title("Active direct routes", "routes"), "");
        assert_eq!(left_by_title("Reports per 10,000", "per 10,000 residents"), "");
        assert_eq!(left_by_title("MSME revenue per visit", "Rp per visit"), "Rp");
        assert_eq!(left_by_title("SPBE index", "index 1-5"), "");
        assert_eq!(left_by_title("Smart City index", "score 0-4"), "score 0-4");
        assert_eq!(left_by_title("Average stay", "nights"), "nights");
        assert_eq!(left_by_title("Spend per visitor", "Rp"), "Rp");
        assert_eq!(left_by_title("Managed", "%"), "%");
        assert_eq!(left_by_title("Visits", ""), "");
    }
}
