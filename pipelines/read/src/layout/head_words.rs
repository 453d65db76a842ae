//! What heads above columns of figures say of them.

use super::title_words::{NO_DISTRICT, OF_FIGURES, spaced, years};
use super::unit_behind::without_unit_behind;

/// The year that is all that a head says of the figures below: `2023`, `Tahun 2023 (ton)`,
/// `Realisasi 2023`.
pub(crate) fn year_of_head(head: &str) -> Option<i32> {
    let text = spaced(without_unit_behind(head));
    let years = years(head);
    let is_plain = |word: &str| {
        ["tahun", "thn"].contains(&word)
            || OF_FIGURES.contains(&word)
            || years.iter().any(|(year, _)| year.to_string() == word)
    };
    match years.as_slice() {
        [(year, _)] => text.split_whitespace().all(is_plain).then_some(*year),
        _ => None,
    }
}

/// The district that a head names alone: `Kec. Utara (ton)`.
pub(crate) fn is_of_district(head: &str) -> bool {
    let text = spaced(without_unit_behind(head));
    let mut words = text.split_whitespace();
    let is_kind = words.next().is_some_and(|word| ["kec", "kecamatan"].contains(&word));
    let name = words.next().filter(|word| !NO_DISTRICT.contains(word));
    let is_word = |word: &str| word.chars().all(char::is_alphabetic);
    is_kind && name.into_iter().chain(words).all(is_word) && name.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_that_is_a_year_or_a_district_and_nothing_else_names_it() {
        for head in ["2023", "Tahun 2023 (ton)", "Realisasi 2023", "Timbulan Sampah 2023"] {
            assert_eq!(year_of_head(head), Some(2023), "{head}");
        }
        for head in ["2023 dan 2024", "Menurut penduduk 2023", "Bulan", "Perda 5 Tahun 2023"] {
            assert_eq!(year_of_head(head), None, "{head}");
        }
        for head in ["Kec. Utara", "Kecamatan Utara Timur (ton)"] {
            assert!(is_of_district(head), "{head}");
        }
        for head in ["Kecamatan", "Kecamatan dan Kelurahan", "Menurut Kecamatan", "Kec. 1"] {
            assert!(!is_of_district(head), "{head}");
        }
    }
}
