//! Marks of footnotes: `*)`, `**`, `1)`, `r)`, `¹`.

/// Marks of one sign.
const SIGNS: [char; 6] = ['¹', '²', '³', '⁴', '†', '‡'];

/// What stands behind a cell's text and before the note that explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// So many stars, with or without a bracket.
    Stars(usize),
    /// A sign such as `¹`.
    Sign(char),
    /// A number or letter with a bracket: `1)`, `r)`.
    Item(String),
}

/// A part of a note, with the mark that it explains.
pub(super) struct Clause<'text> {
    pub(super) mark: Option<Mark>,
    pub(super) text: &'text str,
}

/// The parts of a text: `Ket: *) angka sementara **) angka sangat sementara` explains two marks.
pub(super) fn clauses(text: &str) -> Vec<Clause<'_>> {
    let mut clauses = Vec::new();
    let mut mark = None;
    let mut start = 0;
    let mut before = None;
    let mut skip_to = 0;
    for (at, letter) in text.char_indices() {
        if at < skip_to {
            continue;
        }
        let is_begin =
            before.is_none_or(|before: char| before.is_whitespace() || ":;,.(".contains(before));
        before = Some(letter);
        let rest = text.get(at..).unwrap_or_default();
        let Some((found, length)) = begun_with(rest).filter(|_| is_begin) else { continue };
        clauses.push(Clause { mark, text: text.get(start..at).unwrap_or_default() });
        mark = Some(found);
        start = at + length;
        skip_to = start;
    }
    clauses.push(Clause { mark, text: text.get(start..).unwrap_or_default() });
    clauses.retain(|clause| !clause.text.trim().is_empty());
    clauses
}

/// The mark that a text begins with, and its length.
fn begun_with(text: &str) -> Option<(Mark, usize)> {
    let stars = text.bytes().take_while(|byte| *byte == b'*').count();
    if stars > 0 {
        let bracket = usize::from(text.as_bytes().get(stars) == Some(&b')'));
        return Some((Mark::Stars(stars), stars + bracket));
    }
    let first = text.chars().next()?;
    if SIGNS.contains(&first) {
        return Some((Mark::Sign(first), first.len_utf8()));
    }
    let (item, _) = text.split_once(')')?;
    let is_item =
        (1..=2).contains(&item.len()) && item.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_item.then(|| (Mark::Item(item.to_lowercase()), item.len() + 1))
}

impl Mark {
    /// The length of a text without the mark at its end; `None` where it does not end with it, or
    /// is nothing else.
    pub(super) fn length_without(&self, text: &str) -> Option<usize> {
        let text = text.trim_end();
        let bare = match self {
            Self::Stars(count) => {
                let open = text.strip_suffix(')').unwrap_or(text);
                let bare = open.trim_end_matches('*');
                (open.len() - bare.len() == *count).then(|| bare.trim_end_matches('('))?
            }
            Self::Sign(sign) => text.strip_suffix(*sign)?,
            Self::Item(item) => {
                // `307r` as well as `307r)`: behind a figure a letter is no word.
                let bracketed = text.strip_suffix(')');
                let open = bracketed.unwrap_or(text);
                let at = open.len().checked_sub(item.len())?;
                let (bare, own) = open.split_at_checked(at)?;
                let last = bare.chars().next_back()?;
                let is_number = item.bytes().all(|byte| byte.is_ascii_digit());
                let is_parted = match is_number {
                    _ if bracketed.is_none() => !is_number && last.is_ascii_digit(),
                    true => !last.is_ascii_digit() && !".,".contains(last),
                    false => !last.is_alphabetic(),
                };
                (own.eq_ignore_ascii_case(item) && is_parted).then(|| bare.trim_end_matches('('))?
            }
        };
        let bare = bare.trim_end();
        (!bare.trim().is_empty()).then_some(bare.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_explains_its_marks() {
        let told = |text: &'static str| -> Vec<(Option<Mark>, &str)> {
            clauses(text).into_iter().map(|own| (own.mark, own.text.trim())).collect()
        };
        assert_eq!(
            told("Ket: *) sementara **) sangat sementara"),
            [
                (None, "Ket:"),
                (Some(Mark::Stars(1)), "sementara"),
                (Some(Mark::Stars(2)), "sangat sementara")
            ]
        );
        assert_eq!(told("1) Angka sementara"), [(Some(Mark::Item("1".into())), "Angka sementara")]);
        assert_eq!(told("Angka (sementara)"), [(None, "Angka (sementara)")]);
    }

    #[test]
    fn a_mark_stands_at_the_end() {
        let cases = [
            (Mark::Stars(1), "Desember*", Some(8)),
            (Mark::Stars(1), "Desember *)", Some(8)),
            (Mark::Stars(1), "Desember**", None),
            (Mark::Stars(2), "1.234**)", Some(5)),
            (Mark::Stars(1), "*)", None),
            (Mark::Sign('¹'), "2025¹", Some(4)),
            (Mark::Item("1".into()), "Desember 1)", Some(8)),
            (Mark::Item("1".into()), "Desember 11)", None),
            (Mark::Item("r".into()), "1.234 r)", Some(5)),
            (Mark::Item("r".into()), "Desember)", None),
            (Mark::Item("r".into()), "307r", Some(3)),
            (Mark::Item("r".into()), "Desember", None),
            (Mark::Item("1".into()), "3071", None),
        ];
        for (mark, text, length) in cases {
            assert_eq!(mark.length_without(text), length, "{text}");
        }
    }
}
