//! Units as labels name them, and their factors to a contract's unit.

use super::unit_things::{is_area, is_by_day, is_by_persons, is_of_persons, names_thing};

/// What stands in the first brackets of a label.
pub(crate) fn unit_of(label: &str) -> Option<String> {
    let (_, behind) = label.split_once(['(', '['])?;
    let (unit, _) = behind.split_once([')', ']'])?;
    Some(unit.trim().to_lowercase()).filter(|unit| !unit.is_empty())
}

/// The unit in the first brackets of a label that hold one: `(ton)` of `Sampah (darat) (ton)`. A
/// word in brackets may say what is counted, and not in what.
pub(crate) fn named_unit(label: &str) -> Option<String> {
    let behind = label.split(['(', '[']).skip(1);
    let own = behind.filter_map(|behind| Some(behind.split_once([')', ']'])?.0));
    own.map(|own| own.trim().to_lowercase()).find(|own| may_be_unit(own))
}

/// Whether a text in small letters names a unit, one that is known or another: `ton basah`, `rit`.
fn may_be_unit(text: &str) -> bool {
    let lead = ["dalam ", "dlm ", "satuan "].iter().find_map(|lead| text.strip_prefix(lead));
    let text = lead.unwrap_or(text);
    let first = text.split(|mark: char| mark.is_whitespace() || "/.,".contains(mark)).next();
    let is_measured = |word: &str| {
        MASS.contains(&word)
            || ["rp", "rupiah", "idr", "%", "persen"].contains(&word)
            || SCALES.iter().any(|own| own.0 == word)
            || OTHERS.contains(&word)
    };
    is_unit_of_title(text)
        || names_thing(text)
        || (is_of_persons(text) && !text.contains(' '))
        || first.is_some_and(is_measured)
}

/// Units that no contract has.
const OTHERS: [&str; 14] = [
    "buah", "rit", "ritase", "paket", "kotak", "karung", "truk", "km", "meter", "usd", "us$", "gt",
    "teu", "menit",
];

/// Words for a power of ten, as offices write them before or behind a unit.
const SCALES: [(&str, i32); 17] = [
    ("000", 3),
    ("ribu", 3),
    ("ribuan", 3),
    ("rb", 3),
    ("thousand", 3),
    ("thousands", 3),
    ("juta", 6),
    ("jutaan", 6),
    ("jt", 6),
    ("million", 6),
    ("millions", 6),
    ("miliar", 9),
    ("miliaran", 9),
    ("milyar", 9),
    ("milyaran", 9),
    ("billion", 9),
    ("triliun", 12),
];

/// Words for things that are counted.
const COUNTED: [&str; 17] = [
    "orang",
    "org",
    "jiwa",
    "unit",
    "kunjungan",
    "penumpang",
    "wisatawan",
    "tamu",
    "malam",
    "kamar",
    "usaha",
    "persons",
    "person",
    "people",
    "penduduk",
    "debitur",
    "nasabah",
];

/// Words for what is weighed, and for what stands in its place.
const MASS: [&str; 12] = [
    "kg", "kilogram", "gram", "ton", "tons", "tonnes", "t", "kuintal", "kwintal", "m3", "m³",
    "liter",
];

/// Words for the time that a unit is by.
const MONTHS: [&str; 4] = ["bulan", "bln", "bl", "month"];
const YEARS: [&str; 4] = ["tahun", "thn", "th", "year"];

/// Words of which units are made.
const UNIT_WORDS: [&str; 43] = [
    "kg",
    "kilogram",
    "gram",
    "ton",
    "t",
    "kuintal",
    "kwintal",
    "m3",
    "m³",
    "liter",
    "ribu",
    "ribuan",
    "juta",
    "jutaan",
    "jt",
    "miliar",
    "miliaran",
    "milyar",
    "milyaran",
    "triliun",
    "000",
    "idr",
    "tons",
    "tonnes",
    "rp",
    "rupiah",
    "jiwa",
    "orang",
    "org",
    "unit",
    "kunjungan",
    "penumpang",
    "wisatawan",
    "hari",
    "bulan",
    "bln",
    "bl",
    "tahun",
    "thn",
    "th",
    "per",
    "%",
    "persen",
];

/// Whether a text is a unit and nothing else: `ribu rupiah`, `kg/hari`.
pub(super) fn is_unit(text: &str) -> bool {
    is_made_of(text, |word| UNIT_WORDS.contains(&word))
}

/// As [`is_unit`], of a text in small letters that may also name whatever is counted, and write a
/// power of ten as a number: `x 1.000 ton`.
pub(super) fn is_unit_of_title(text: &str) -> bool {
    is_made_of(&with_scale_words(text), |word| {
        UNIT_WORDS.contains(&word)
            || COUNTED.contains(&word)
            || SCALES.iter().any(|own| own.0 == word)
    })
}

fn is_made_of(text: &str, is_known: impl Fn(&str) -> bool) -> bool {
    let mut words = text
        .split(|mark: char| mark.is_whitespace() || matches!(mark, '/' | '.'))
        .filter(|word| !word.is_empty())
        .peekable();
    words.peek().is_some() && words.all(is_known)
}

/// Signs of multiplication before a power of ten.
pub(super) const TIMES: [char; 3] = ['x', '×', '*'];

/// A unit with its power of ten as a word where it is a number: `x1.000 ton` is `000 ton`.
fn with_scale_words(unit: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in unit.split_whitespace() {
        let number = word.trim_start_matches(TIMES).trim_matches(['\'', '’']);
        let scale = match number {
            "000" | "1000" | "1.000" | "1,000" => "000",
            "000000" | "000.000" | "1000000" | "1.000.000" | "1,000,000" => "juta",
            "1000000000" | "1.000.000.000" | "1,000,000,000" => "miliar",
            _ => {
                words.push(word);
                continue;
            }
        };
        if words.last().is_some_and(|last| last.trim_start_matches(TIMES).is_empty()) {
            words.pop();
        }
        words.push(scale);
    }
    words.join(" ")
}

/// The factor from a unit as offices write it to a contract's unit; `None` where it is not known:
/// `dalam ribuan rupiah` to `IDR` is 1000.
pub(crate) fn factor(unit: &str, wanted: &str) -> Option<&'static str> {
    let unit = with_scale_words(&unit.to_lowercase());
    let unit = unit.trim_start_matches("dalam ").trim_start_matches("dlm ").trim();
    let wanted = wanted.to_lowercase();
    if unit == wanted {
        return Some("1");
    }
    // A table of a month or a year is in tonnes a month or a year.
    let (bare, _) = parted(unit);
    let mut words: Vec<&str> =
        bare.split([' ', '.', '(', ')', ',']).filter(|word| !word.is_empty()).collect();
    let mut power = 0;
    if let Some(at) = words.iter().position(|word| SCALES.iter().any(|own| own.0 == *word)) {
        let word = words.remove(at);
        power = SCALES.iter().find(|own| own.0 == word).map_or(0, |own| own.1);
    }
    let base = match (words.as_slice(), wanted.as_str()) {
        ([], _) if power > 0 => 0,
        (["ton" | "tons" | "tonnes" | "t"] | ["metrik" | "metric", "ton"], "t" | "ton") => 0,
        (["ton" | "tons" | "tonnes" | "t"], "kg") => 3,
        (["kg" | "kilogram"], "t" | "ton") => -3,
        (["kg" | "kilogram"], "kg") => 0,
        (["kuintal" | "kwintal"], "t" | "ton") => -1,
        (["rp" | "rupiah" | "idr"], "rp" | "idr" | "rupiah") => 0,
        (["%" | "persen"], "%") => 0,
        ([own], wanted) if COUNTED.contains(own) && is_count(wanted) => 0,
        _ => return None,
    };
    Some(match power + base {
        -3 => "0.001",
        -1 => "0.1",
        0 => "1",
        2 => "100",
        3 => "1000",
        5 => "100000",
        6 => "1000000",
        8 => "100000000",
        9 => "1000000000",
        12 => "1000000000000",
        _ => return None,
    })
}

/// The time that a unit is by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    Month,
    Year,
}

/// A unit in small letters without the time that it is by: `ton` of `ton / bln.`
fn parted(unit: &str) -> (&str, Option<Time>) {
    let Some((bare, behind)) = unit.rsplit_once('/').or_else(|| unit.rsplit_once(" per ")) else {
        return (unit, None);
    };
    let word = behind.trim().trim_end_matches('.');
    let time = match word {
        own if MONTHS.contains(&own) => Time::Month,
        own if YEARS.contains(&own) => Time::Year,
        _ => return (unit, None),
    };
    (bare.trim_end(), Some(time))
}

/// Whether a unit of mass, or of persons or visits, is by another time than the rows of a table
/// are: tonnes a month are not those of a year, and passengers a day none of a month.
pub(super) fn is_by_other_time(unit: &str, wanted: &str, own: Option<Time>) -> bool {
    let lower = unit.trim().to_lowercase();
    let (bare, said) = parted(&lower);
    let is_other = || own.zip(said).is_some_and(|(own, said)| own != said);
    if is_mass(wanted) {
        return !wanted.contains('/') && is_other();
    }
    // Nights and days are counted by the day.
    let wanted = wanted.to_lowercase();
    let is_counted = !wanted.contains(['/', '%'])
        && !["night", "day"].iter().any(|word| wanted.contains(word))
        && kind(&wanted) == Some(Kind::Count);
    is_counted && own.is_some() && (is_by_day(&lower) || (is_of_persons(bare) && is_other()))
}

/// Whether a unit is one of mass, or of the volume that is told in its place.
pub(super) fn is_mass(unit: &str) -> bool {
    let mut words = unit.split(|mark: char| !mark.is_alphanumeric()).map(str::to_lowercase);
    words.any(|word| MASS.contains(&word.as_str()))
}

/// What a unit measures.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Mass,
    Money,
    Share,
    Count,
}

/// What a unit in small letters measures, where that is known for sure.
fn kind(unit: &str) -> Option<Kind> {
    // By what it is measured stands behind: `kg/orang/hari`.
    let own = unit.split('/').next().unwrap_or_default();
    let own = own.split(" per ").next().unwrap_or_default();
    let words: Vec<&str> = own
        .split(|mark: char| !mark.is_alphanumeric() && mark != '%')
        .filter(|word| !word.is_empty())
        .collect();
    let holds = |known: &[&str]| words.iter().any(|word| known.contains(word));
    // A contract names what it counts by a word for several: `guest-nights`.
    let is_several = || words.last().is_some_and(|word| word.len() > 3 && word.ends_with('s'));
    // Of a count of visits each row tells the measure.
    if unit == "per measure" {
        Some(Kind::Count)
    } else if holds(&MASS) {
        Some(Kind::Mass)
    } else if holds(&["rp", "rupiah", "idr"]) {
        Some(Kind::Money)
    } else if holds(&["%", "persen"]) {
        Some(Kind::Share)
    } else if holds(&COUNTED) || is_several() {
        Some(Kind::Count)
    } else {
        None
    }
}

/// Whether a text is a unit and measures something else than a contract's unit: persons are no
/// tonnes. A word that is no unit does not, nor one that may measure anything.
pub(super) fn measures_other(text: &str, wanted: &str) -> bool {
    let (own, wanted) = (text.trim().to_lowercase(), wanted.to_lowercase());
    if factor(&own, &wanted).is_some() {
        return false;
    }
    if is_by_persons(&own) {
        return !wanted.contains('/') && matches!(kind(&wanted), Some(Kind::Count | Kind::Mass));
    }
    if names_thing(&own) {
        let is_area = is_area(&own);
        return match kind(&wanted) {
            Some(Kind::Count) => is_area || ["persons", "guests"].contains(&wanted.as_str()),
            Some(Kind::Mass | Kind::Money) => is_area,
            Some(Kind::Share) | None => false,
        };
    }
    is_unit_of_title(&own)
        && matches!((kind(&own), kind(&wanted)), (Some(own), Some(other)) if own != other)
}

/// Whether a contract's unit is that of things which are counted.
fn is_count(wanted: &str) -> bool {
    !matches!(kind(wanted), Some(Kind::Mass | Kind::Money | Kind::Share))
}

#[cfg(test)]
mod tests {
    use super::{Time, factor, is_by_other_time, measures_other};

    #[test]
    fn a_unit_is_a_scale_and_what_is_measured_in_any_order() {
        for (unit, wanted, expected) in [
            ("dalam jutaan rupiah", "IDR", Some("1000000")),
            ("ribuan rupiah", "Rp", Some("1000")),
            ("rp. 000", "Rp", Some("1000")),
            ("rp.000", "Rp", Some("1000")),
            ("rp juta", "Rp", Some("1000000")),
            ("milyar rupiah", "Rp", Some("1000000000")),
            ("triliun rupiah", "Rp", Some("1000000000000")),
            ("ribuan ton", "t", Some("1000")),
            ("x1.000 ton", "t", Some("1000")),
            ("x 1000", "persons", Some("1000")),
            ("dlm 1,000,000 rupiah", "Rp", Some("1000000")),
            ("1.500 ton", "t", None),
            ("ribu kg", "ton", Some("1")),
            ("kuintal", "ton", Some("0.1")),
            ("metrik ton", "t", Some("1")),
            ("kg", "ton", Some("0.001")),
            ("ton/bulan", "ton", Some("1")),
            ("t/bl", "t", Some("1")),
            ("Ton / Bln.", "t", Some("1")),
            ("ton per thn", "t", Some("1")),
            ("kg/bln", "t", Some("0.001")),
            ("ton/kapita/tahun", "t", None),
            ("ton/hari", "ton", None),
            ("m3", "ton", None),
            ("jiwa (ribu)", "persons", Some("1000")),
            ("ribu orang", "persons", Some("1000")),
            ("ribu orang", "Rp", None),
            ("rupiah", "persons", None),
            ("ribu", "persons", Some("1000")),
            ("orang", "visits", Some("1")),
            ("persen", "%", Some("1")),
        ] {
            assert_eq!(factor(unit, wanted), expected, "{unit} to {wanted}");
        }
    }

    #[test]
    fn a_unit_of_another_kind_is_told_and_a_word_that_is_no_unit_is_none() {
        for (unit, wanted) in [
            ("jiwa", "t"),
            ("Orang", "t"),
            ("%", "t"),
            ("unit", "t"),
            ("Rp", "t"),
            ("Rp juta", "t"),
            ("orang/hari", "t"),
            ("ribu orang", "Rp"),
            ("ton", "persons"),
            ("kg/hari", "guest-nights"),
            ("persen", "juta Rp"),
            ("orang", "%"),
            ("jiwa", "kg/cap/day"),
            ("Rp", "per measure"),
            ("%", "per measure"),
            ("ton", "per measure"),
            ("km2", "per measure"),
            ("KK", "persons"),
            ("Rumah tangga", "persons"),
            ("ribu KK", "persons"),
            ("km2", "persons"),
            ("jiwa/km2", "persons"),
            ("jiwa per km2", "persons"),
            ("kapal", "persons"),
            ("kendaraan", "persons"),
            ("ha", "t"),
        ] {
            assert!(measures_other(unit, wanted), "{unit} for {wanted}");
        }
        for (unit, wanted) in [
            ("ton", "t"),
            ("kg", "t"),
            ("ton/hari", "t"),
            ("ton", "t/day"),
            ("kg/jiwa/hari", "kg/cap/day"),
            ("rupiah", "juta Rp"),
            ("unit", "rooms"),
            ("unit kamar", "rooms"),
            ("hari", "nights"),
            ("malam", "room-nights"),
            ("bulan", "t"),
            ("persen", "%"),
            ("orang", "per measure"),
            ("kunjungan", "per measure"),
            ("wisatawan", "per measure"),
            ("pax", "persons"),
            ("penumpang", "persons"),
            ("KK", "households"),
            ("KK", "km2"),
            ("km2", "km2"),
            ("jiwa/km2", "km2"),
            ("kapal", "trips"),
            ("kendaraan", "units"),
            ("unit", "businesses"),
            ("km2", "%"),
            ("unit", "km2"),
            ("buah", "t"),
            ("rit", "t"),
            ("paket", "Rp"),
            ("UPTD Persampahan", "t"),
            ("-", "t"),
            ("", "t"),
            ("12", "t"),
        ] {
            assert!(!measures_other(unit, wanted), "{unit} for {wanted}");
        }
    }

    #[test]
    fn what_is_by_so_many_persons_is_no_count_of_them() {
        let is_other = |unit: &str, wanted: &str| measures_other(unit, wanted);
        assert!(is_other("per 1.000 penduduk", "persons") && is_other("kasus/100.000 jiwa", "t"));
        assert!(!is_other("per 1.000 penduduk", "%"));
    }

    #[test]
    fn tonnes_a_month_are_not_those_of_a_year() {
        let year = Some(Time::Year);
        assert!(is_by_other_time("Ton/Bln", "t", year));
        assert!(is_by_other_time("ton per bulan", "t", year));
        assert!(is_by_other_time("t/thn", "t", Some(Time::Month)));
        assert!(is_by_other_time("penumpang/hari", "persons", Some(Time::Month)));
        assert!(is_by_other_time("orang per hari", "persons", year));
        assert!(is_by_other_time("Ribu orang / hari", "per measure", Some(Time::Month)));
        assert!(is_by_other_time("orang/tahun", "persons", Some(Time::Month)));
        assert!(is_by_other_time("orang/bulan", "per measure", year));
        for (unit, wanted, own) in [
            ("ton/tahun", "t", year),
            ("ton", "t", year),
            ("ton/bulan", "t", Some(Time::Month)),
            ("ton/bulan", "t", None),
            ("Rp/bulan", "Rp", year),
            ("ton/bulan", "t/day", year),
            ("orang/bulan", "persons", Some(Time::Month)),
            ("orang/tahun", "persons", year),
            ("orang/hari", "persons", None),
            ("orang", "persons", year),
            ("kunjungan", "per measure", year),
            ("unit/hari", "units", Some(Time::Month)),
            ("orang/hari", "guest-nights", Some(Time::Month)),
            ("kamar/hari", "room-nights", Some(Time::Month)),
            ("Rp/orang", "persons", year),
        ] {
            assert!(!is_by_other_time(unit, wanted, own), "{unit} for {wanted}");
        }
    }
}
