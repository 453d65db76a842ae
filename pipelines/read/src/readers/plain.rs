//! Texts of the BPS WebAPI without the markup and the entities that some of them are written with.

/// The entities that its texts hold; those of numbers are read as such.
const ENTITIES: [(&str, &str); 10] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
];

/// Longest entity between its marks.
const MOST_ENTITY: usize = 8;

/// A label on one line, with one blank between words.
pub(super) fn plain_label(text: &str) -> String {
    in_one_line(&plain(text))
}

/// A note by its lines: those of its text, and those that its markup makes.
pub(super) fn plain_note(text: &str) -> String {
    let text = plain(text);
    let lines = text.lines().map(in_one_line).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn plain(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.to_owned();
    }
    // Markup may be written in entities itself, and its entities with it.
    without_entities(&without_tags(&without_entities(text)))
}

fn without_entities(text: &str) -> String {
    let mut pieces = text.split('&');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let entity = piece
            .split_once(';')
            .filter(|(name, _)| name.len() <= MOST_ENTITY)
            .and_then(|(name, behind)| Some((meaning(name)?, behind)));
        match entity {
            Some((meaning, behind)) => {
                plain.push_str(&meaning);
                plain.push_str(behind);
            }
            None => {
                plain.push('&');
                plain.push_str(piece);
            }
        }
    }
    plain
}

fn meaning(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else {
        let known = ENTITIES.iter().find(|(own, _)| *own == name);
        return known.map(|(_, meaning)| (*meaning).to_owned());
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(number) => u32::from_str_radix(number, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).map(String::from)
}

/// A text without tags; one that ends a line or a block is the end of a line. A mark that begins no
/// tag (`< 15`) stays.
fn without_tags(text: &str) -> String {
    let mut pieces = text.split('<');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_tag = piece.starts_with(|first: char| first.is_ascii_alphabetic())
            || piece.starts_with(['/', '!']);
        match piece.split_once('>').filter(|_| is_tag) {
            Some((tag, behind)) => {
                let name = tag.trim_start_matches('/').to_ascii_lowercase();
                let name = name.split(|mark: char| !mark.is_ascii_alphanumeric()).next();
                if matches!(name, Some("br" | "p" | "div" | "li" | "ul" | "ol" | "tr" | "td")) {
                    plain.push('\n');
                }
                plain.push_str(behind);
            }
            None => {
                plain.push('<');
                plain.push_str(piece);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_entities_are_no_part_of_a_label() {
        for (text, expected) in [
            ("<b>Wakatobi</b>", "Wakatobi"),
            ("Kota&nbsp;Baubau ", "Kota Baubau"),
            ("Kota&#160;Baubau", "Kota Baubau"),
            ("&lt;b&gt;Buton&lt;/b&gt;", "Buton"),
            ("Hotel &amp;amp; Restoran", "Hotel & Restoran"),
            ("Usia < 15 Tahun", "Usia < 15 Tahun"),
            ("A & B; C", "A & B; C"),
            ("Wakatobi<sup>1)</sup>", "Wakatobi1)"),
            ("Jumlah  Penduduk<br/>(Jiwa)", "Jumlah Penduduk (Jiwa)"),
        ] {
            assert_eq!(plain_label(text), expected, "{text}");
        }
    }

    #[test]
    fn a_note_has_the_lines_of_its_markup() {
        let note = "&lt;p&gt;Dalam ribu jiwa&lt;br /&gt;Sumber: BPS&lt;/p&gt;\n<br>2019: Oktober";
        assert_eq!(plain_note(note), "Dalam ribu jiwa\nSumber: BPS\n2019: Oktober");
    }
}
