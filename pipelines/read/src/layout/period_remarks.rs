//! Cells beside the figures that say which part of a year they cover: `s.d. Juni`, `Semester I`,
//! `kumulatif`. They say nothing else.

use super::title_words::spaced;
use super::year_parts::{YearPart, part};
use koridor_contract::date::month_by_name;

/// Words of a remark that say no more than that figures are meant.
const OF_REMARKS: [&str; 14] = [
    "bulan",
    "data",
    "angka",
    "realisasi",
    "capaian",
    "jumlah",
    "total",
    "periode",
    "masa",
    "hanya",
    "baru",
    "masih",
    "tahun",
    "saja",
];

/// Words that say that figures count from January on.
const CUMULATIVE: [&str; 3] = ["kumulatif", "komulatif", "cumulative"];

/// Whether a cell below the word for a period names a part of a year.
pub(super) fn names_part(text: &str) -> bool {
    plain_part(text).is_some_and(|part| !part.is_end_of_year())
}

/// Whether a remark beside figures of a year says that they are of a part of it. A month alone may
/// be that of something else, and a date of a year that is none of `years`, those that stand beside
/// it, is that on which the figures were drawn.
pub(super) fn is_of_part(remark: &str, years: impl Fn() -> Vec<i32>) -> bool {
    let is_of_row = |year: i32| {
        let years = years();
        years.is_empty() || years.contains(&year)
    };
    plain_part(remark)
        .is_some_and(|part| !part.is_month() && part.year_of_date().is_none_or(is_of_row))
}

/// Whether a remark beside figures of a period of so many months says that they count from January
/// on.
pub(super) fn is_from_january(remark: &str, months: u32) -> bool {
    let words = spaced(remark);
    let mut words = words.split_whitespace();
    let is_said = words.clone().any(|word| CUMULATIVE.contains(&word));
    let is_year = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_alone = is_said && words.all(|word| is_of_figures(word) || is_year(word));
    // A date may be that of a month.
    let is_longer = |part: YearPart| part.is_span() && part.months() > months;
    let is_up_to = |part: YearPart| is_longer(part) && (is_said || part.is_up_to());
    is_alone || plain_part(remark).is_some_and(is_up_to)
}

/// Whether a text names a month as the one that figures are of: by itself, or beside a part of the
/// year as that of the report (`Triwulan II - Bulan Juni`).
pub(crate) fn names_month(text: &str, month: u32) -> bool {
    let is_alone = |(own, _): (YearPart, Vec<String>)| own.is_month() && own.last == month;
    if part(text, true).is_some_and(is_alone) {
        return true;
    }
    let words = spaced(text);
    let words: Vec<&str> = words.split_whitespace().collect();
    let is_up_to = |word: &str| ["d", "sd", "dengan", "sampai", "hingga", "akhir"].contains(&word);
    (1..words.len()).any(|at| {
        let before = at.checked_sub(2).and_then(|before| words.get(before));
        words.get(at - 1) == Some(&"bulan")
            && words.get(at).and_then(|word| month_by_name(word.as_bytes())) == Some(month)
            && !before.is_some_and(|word| is_up_to(word))
    })
}

/// The part of a year that a text names and nothing else.
fn plain_part(text: &str) -> Option<YearPart> {
    let (part, rest) = part(text, false)?;
    rest.iter().all(|word| is_of_figures(word)).then_some(part)
}

fn is_of_figures(word: &str) -> bool {
    OF_REMARKS.contains(&word) || CUMULATIVE.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_tells_a_part_of_a_year_where_it_says_nothing_else() {
        for remark in ["s.d. Juni", "s.d. 30 Juni 2025", "Semester I", "data Januari-Juni saja"] {
            assert!(is_of_part(remark, Vec::new) && names_part(remark), "{remark}");
        }
        for remark in ["tutup s.d. Juni", "Juni", "Januari-Desember", "renovasi Mei-Juni", ""] {
            assert!(!is_of_part(remark, Vec::new), "{remark}");
        }
        assert!(is_of_part("per 30 September 2025", || vec![2025]));
        assert!(!is_of_part("data per 31 Maret 2026", || vec![2025]));
        assert!(!names_part("Desember 2025") && !names_part("31-12-2025"));
        assert!(names_part("Juni") && names_part("Periode Juni"));
        assert!(!names_part("Januari - Desember 2025") && !names_part("2025"));
    }

    #[test]
    fn a_remark_tells_that_a_month_counts_from_january() {
        for remark in ["kumulatif", "kumulatif Jan-Jun", "s.d. Agustus", "Angka kumulatif 2025"] {
            assert!(is_from_january(remark, 1) && is_from_january(remark, 3), "{remark}");
        }
        for remark in ["Triwulan I", "bukan kumulatif", "buka s.d. Agustus", "per 30 Juni", "Juni"]
        {
            assert!(!is_from_january(remark, 1), "{remark}");
        }
        assert!(is_from_january("s.d. Maret", 1) && !is_from_january("s.d. Maret", 3));
    }
}
