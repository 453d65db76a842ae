//! Which formats show a percentage, money or another unit: what reads a workbook gives the number
//! alone.

/// Whether a number format shows a hundred times the value: it holds a percent sign that is no
/// quoted text.
pub(super) fn is_percent(format: &str) -> bool {
    let mut marks = format.chars();
    let mut is_quoted = false;
    while let Some(mark) = marks.next() {
        match mark {
            '"' => is_quoted = !is_quoted,
            '\\' | '_' | '*' if !is_quoted => drop(marks.next()),
            '%' if !is_quoted => return true,
            _ => {}
        }
    }
    false
}

/// Whether a number format shows an amount of rupiah: `"Rp"#,##0`, `[$Rp-421]#,##0`.
pub(super) fn is_rupiah(format: &str) -> bool {
    let format = format.to_lowercase();
    ["\"rp", "[$rp", "[$idr"].iter().any(|sign| format.contains(sign))
}

/// Words of a number format that make another number of the one that is stored: a reader of the
/// sheet sees `12 kg`, `12 ribu`.
const WORDS_OF_OTHER_NUMBERS: [&str; 18] = [
    "kg", "kilogram", "gram", "kuintal", "kwintal", "ribu", "ribuan", "rb", "juta", "jt", "jutaan",
    "m", "miliar", "milyar", "triliun", "thousand", "million", "billion",
];

/// The word of a number format that makes another number of the one that is stored: quoted text of
/// its first section.
pub(super) fn other_unit(format: &str) -> Option<String> {
    let own = format.split(';').next().unwrap_or(format);
    let quoted = own.split('"').skip(1).step_by(2);
    let words = quoted.flat_map(|text| text.split(|mark: char| !mark.is_alphabetic()));
    let mut words = words.map(str::to_lowercase);
    words.find(|word| WORDS_OF_OTHER_NUMBERS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_in_quotes_is_text() {
        assert!(is_percent("0.00%") && is_percent("0%;[Red]-0%"));
        assert!(is_rupiah("\"Rp\"#,##0") && is_rupiah("[$Rp-421]#,##0") && !is_rupiah("#,##0"));
        assert_eq!(other_unit("#,##0 \"kg\"").as_deref(), Some("kg"));
        assert_eq!(other_unit("\"Rp\"#,##0\" juta\"").as_deref(), Some("juta"));
        assert!(other_unit("#,##0 \"orang\"").is_none() && other_unit("#,##0.0").is_none());
        assert!(!is_percent("0.0\"%\"") && !is_percent("0\\%") && !is_percent("General"));
    }
}
