//! A line of a letter: a figure that two files give differently for one release date.

use crate::table::Record;
use crate::words::{Words, grouped, period_name};
use koridor_contract::message::Language;

/// File, place, figure, and what to do, of a row of `letter_contested`; without its numbers where
/// the letter tells none of the dataset.
pub(crate) fn line(words: Words<'_>, figure: &Record<'_>, hides_figures: bool) -> Vec<String> {
    let language = words.language;
    let text = |name: &str| figure.text_or_empty(name);
    let (file, other) = (text("file_name"), text("other_file"));
    let unit = text("unit");
    let number = |name: &str| match figure.number(name) {
        None => language.pick("kosong", "blank").to_owned(),
        Some(number) => {
            let digits = format!("{number:.3}");
            let fraction =
                digits.trim_end_matches('0').split_once('.').map_or(0, |own| own.1.len());
            format!("{} {unit}", grouped(number, fraction, language)).trim_end().to_owned()
        }
    };
    let field = words.text(&text("field").replace('.', ", "));
    let (own, beside) = match hides_figures {
        true => (field, String::new()),
        false => (format!("{field}: {}", number("value")), format!(": {}", number("other_value"))),
    };
    let own = match figure.count("figures").saturating_sub(1) {
        0 => own,
        more => match language {
            Language::Id => format!("{own} (dan {more} lagi)"),
            Language::En => format!("{own} (and {more} more)"),
        },
    };
    let why = match language {
        Language::Id => format!(
            "Berbeda dari {other}, yang bertanggal rilis sama{beside}. Yang berlaku {file}, karena \
             dibaca belakangan. Bila {other} yang benar, kirim ulang dengan tanggal rilis yang \
             lebih baru, dalam kolom release_date"
        ),
        Language::En => format!(
            "Differs from {other}, which has the same release date{beside}. {file} counts, as it \
             was read later. If {other} is the right one, send it again with a newer release \
             date, in a column release_date"
        ),
    };
    let period = period_name(&text("period_type"), &text("period"));
    vec![file, format!("{}, {period}", words.region(&text("region_code"))), own, why]
}
