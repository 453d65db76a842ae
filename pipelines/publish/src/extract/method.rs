//! How the numbers of an extract were made, in words.

use crate::words::Words;
use koridor_lake::Engine;

/// How the numbers were made: area, release, and what states mean, in one language. Two texts a
/// row.
pub fn method(engine: &Engine, words: Words<'_>) -> Vec<[String; 2]> {
    let language = words.language;
    let release = engine.snapshot().release.as_ref();
    let row = |key: &str, text: &str| [key.to_owned(), text.to_owned()];
    let mut rows = vec![
        row(language.pick("Kawasan", "Area"), &words.region("CORR")),
        row(language.pick("Rilis", "Release"), release.map_or("-", |own| own.id.as_str())),
        row(
            language.pick("Nilai kosong", "Null values"),
            language.pick(
                "Kosong bukan nol. Setiap angka mempunyai keadaan dan cakupan.",
                "Null is not zero. Every number has its state and coverage.",
            ),
        ),
    ];
    let state = language.pick("Keadaan", "State");
    rows.extend(words.states().map(|(word, meaning)| row(&format!("{state}: {word}"), meaning)));
    rows.push(row(
        language.pick("Nilai koridor", "Corridor values"),
        language.pick(
            "rasio dari jumlah, bukan rata-rata rasio",
            "ratios of sums and never means of ratios",
        ),
    ));
    rows
}
