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

#[cfg(test)]
mod tests {
    use super::with_unit;
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
}
