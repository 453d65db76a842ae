//! The names of quarters: `Triwulan III 2024`, `TW 3/2024`, `2024-Q3`.

/// Words that may stand in the name of a quarter and say nothing more.
const QUARTER_WORDS: [&str; 12] = [
    "triwulan", "trw", "tw", "twl", "kuartal", "kwartal", "quarter", "q", "tahun", "thn", "th",
    "ke",
];

/// The one quarter and the one year that a text names: several are a range. Roman numbers may stand
/// without the word where only quarters do.
pub(crate) fn quarter_in(text: &[u8], are_all_quarters: bool) -> Option<(u32, i32)> {
    // A year has digits; most texts are names of months and have none.
    if !text.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?.to_ascii_lowercase();
    // The months of a quarter may stand in brackets.
    let (before, inner) = text.split_once('(').unwrap_or((&text, ""));
    let text = format!("{before} {}", inner.split_once(')').map_or("", |(_, behind)| behind));
    let (mut quarter, mut year, mut is_named) = (None, None, false);
    let words =
        text.split(|mark: char| !mark.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    for word in words {
        if QUARTER_WORDS.contains(&word) {
            is_named |= !["tahun", "thn", "th", "ke"].contains(&word);
            continue;
        }
        let bare = ["triwulan", "trw", "tw", "q"].iter().find_map(|name| word.strip_prefix(name));
        is_named |= bare.is_some();
        let word = bare.unwrap_or(word);
        let (head, tail) = word.split_once('q').unwrap_or((word, ""));
        is_named |= head != word;
        for part in [head, tail].into_iter().filter(|part| !part.is_empty()) {
            let found = match part {
                "i" | "1" => 1,
                "ii" | "2" => 4,
                "iii" | "3" => 7,
                "iv" | "4" => 10,
                _ if part.len() == 4 && year.is_none() => {
                    year = Some(part.parse().ok()?);
                    continue;
                }
                _ => return None,
            };
            if quarter.replace(found).is_some() {
                return None;
            }
            is_named |= are_all_quarters && part.starts_with('i');
        }
    }
    Some((quarter?, year?)).filter(|_| is_named)
}
