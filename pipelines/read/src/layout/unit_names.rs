//! Units as labels name them, and their factors to a contract's unit.

/// What stands in the first brackets of a label.
pub(crate) fn unit_of(label: &str) -> Option<String> {
    let (_, behind) = label.split_once(['(', '['])?;
    let (unit, _) = behind.split_once([')', ']'])?;
    Some(unit.trim().to_lowercase()).filter(|unit| !unit.is_empty())
}

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
const COUNTED: [&str; 16] = [
    "orang",
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

/// Words of which units are made.
const UNIT_WORDS: [&str; 38] = [
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
    "unit",
    "kunjungan",
    "penumpang",
    "wisatawan",
    "hari",
    "bulan",
    "tahun",
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
    let bare = ["/tahun", "/bulan", " per tahun", " per bulan"]
        .iter()
        .find_map(|period| unit.strip_suffix(period))
        .unwrap_or(unit);
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

/// Whether a contract's unit is that of things which are counted.
fn is_count(wanted: &str) -> bool {
    !matches!(wanted, "t" | "ton" | "kg" | "rp" | "idr" | "rupiah" | "%")
}

#[cfg(test)]
mod tests {
    use super::factor;

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
}
