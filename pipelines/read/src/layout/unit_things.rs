//! Units of areas, of things that are no persons and of persons by the day, which no table is
//! converted from: they only tell that figures are of something else.

/// Words for one day.
const DAYS: [&str; 4] = ["hari", "hr", "day", "days"];

/// Words for persons and their visits.
const PERSONS: [&str; 10] = [
    "orang",
    "org",
    "jiwa",
    "penumpang",
    "pax",
    "wisatawan",
    "pengunjung",
    "kunjungan",
    "tamu",
    "persons",
];

/// Words for areas.
const AREAS: [&str; 8] = ["km2", "km²", "m2", "m²", "ha", "hektar", "hektare", "kilometer persegi"];

/// Things that are counted and are no persons: households, ships and vehicles.
const NO_PERSONS: [&str; 14] = [
    "kk",
    "kepala keluarga",
    "keluarga",
    "rumah tangga",
    "rumahtangga",
    "ruta",
    "household",
    "households",
    "kapal",
    "kendaraan",
    "ships",
    "vessels",
    "vehicles",
    "pesawat",
];

/// Words before a unit that do not change what it measures.
const BEFORE: [&str; 4] = ["ribu", "rb", "000", "juta"];

/// Whether a text in small letters is an area, a density or the name of things that are no
/// persons.
pub(super) fn names_thing(text: &str) -> bool {
    let bare = match text.split_once(' ') {
        Some((word, rest)) if BEFORE.contains(&word) => rest.trim_start(),
        _ => text,
    };
    NO_PERSONS.contains(&bare) || is_area(text)
}

/// Whether a unit in small letters is an area, or so many persons on one: `jiwa/km2`.
pub(super) fn is_area(unit: &str) -> bool {
    let is_on_area = |(bare, on): (&str, &str)| AREAS.contains(&on) && is_of_persons(bare);
    AREAS.contains(&unit) || parts(unit).is_some_and(is_on_area)
}

/// Whether a unit in small letters is one of persons or visits by the day: `ribu orang / hari`.
pub(super) fn is_by_day(unit: &str) -> bool {
    parts(unit).is_some_and(|(bare, behind)| DAYS.contains(&behind) && is_of_persons(bare))
}

/// Whether a unit in small letters is one of persons or visits.
pub(super) fn is_of_persons(unit: &str) -> bool {
    unit.split_whitespace().next_back().is_some_and(|word| PERSONS.contains(&word))
}

/// Words for those by so many of whom something is counted.
const POPULATION: [&str; 6] = ["penduduk", "jiwa", "orang", "kapita", "population", "inhabitants"];

/// Whether a unit in small letters is one by so many persons: `per 1.000 penduduk`. By
/// one person (`per orang`) may say who is counted.
pub(super) fn is_by_persons(unit: &str) -> bool {
    let unit = unit.trim();
    let behind = unit.strip_prefix("per ").or_else(|| Some(parts(unit)?.1));
    let mut words = behind.into_iter().flat_map(str::split_whitespace);
    let is_scale =
        |word: &str| word.starts_with(|mark: char| mark.is_ascii_digit()) || BEFORE.contains(&word);
    match (words.next(), words.next_back()) {
        (Some("kapita" | "capita"), None) => true,
        (Some(first), Some(last)) => is_scale(first) && POPULATION.contains(&last),
        _ => false,
    }
}

/// A unit and what it is by.
fn parts(unit: &str) -> Option<(&str, &str)> {
    let (bare, behind) = unit.rsplit_once('/').or_else(|| unit.rsplit_once(" per "))?;
    Some((bare.trim(), behind.trim().trim_end_matches('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_person_is_told() {
        for unit in ["kk", "ribu kk", "rumah tangga", "km2", "jiwa/km2", "jiwa per ha", "kapal"] {
            assert!(names_thing(unit), "{unit}");
        }
        for unit in ["orang", "unit", "kunjungan", "pax", "rp", "ton", "kk/rt", "rt", "-", ""] {
            assert!(!names_thing(unit), "{unit}");
        }
        for unit in
            ["per 1.000 penduduk", "kasus/100.000 jiwa", "per 100 ribu penduduk", "per kapita"]
        {
            assert!(is_by_persons(unit), "{unit}");
        }
        for unit in
            ["per orang", "orang", "ribu penduduk", "per bulan", "kg/jiwa/hari", "per 1000 km2"]
        {
            assert!(!is_by_persons(unit), "{unit}");
        }
        assert!(is_by_day("penumpang/hari") && is_by_day("ribu orang per hari"));
        assert!(!is_by_day("unit/hari") && !is_by_day("orang") && !is_by_day("ton/hari"));
    }
}
