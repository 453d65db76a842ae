//! Room for text: how wide it is, where it breaks, and labels that must not lie on one another.

/// Size of text in the picture's units.
pub const SIZE: f64 = 13.0;

/// About how wide a text is. No font is known: sans-serif fonts of the systems differ by some
/// percent, and this is on the wide side of them.
pub fn width(text: &str) -> f64 {
    let of = |mark: char| match mark {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.33,
        ' ' | 'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' => 0.4,
        'm' | 'w' | 'M' | 'W' | '%' => 0.95,
        mark if mark.is_uppercase() => 0.7,
        _ => 0.62,
    };
    text.chars().map(of).sum::<f64>() * SIZE
}

/// About how wide an emphasised text is.
pub fn strong_width(text: &str) -> f64 {
    width(text) * 1.1
}

/// The lines of a text that fit into a width, at most so many; the last one is cut with `…`.
pub fn wrapped(text: &str, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line) + width(" ") + width(word) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let is_cut = lines.len() > most;
    lines.truncate(most);
    let last = lines.len().saturating_sub(1);
    for (place, line) in lines.iter_mut().enumerate() {
        if width(line) > room || is_cut && place == last {
            *line = cut(line, room);
        }
    }
    lines
}

/// A text that is shortened until it fits with `…` behind it; one character stays.
fn cut(text: &str, room: f64) -> String {
    let mut kept = text.to_owned();
    while kept.chars().count() > 1 && width(&kept) + width("…") > room {
        kept.pop();
    }
    format!("{}…", kept.trim_end())
}

/// Middles of labels along one direction, each with its height, moved as little as is needed so
/// that none lies on another and all are within the ends. The order of the wanted places is kept.
pub fn spread(wanted: &[(f64, f64)], (first, last): (f64, f64)) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    let at = |place: &usize| wanted.get(*place).copied().unwrap_or_default();
    order.sort_by(|one, other| at(one).0.total_cmp(&at(other).0));
    let mut found = vec![0.0; wanted.len()];
    let mut edge = first;
    for place in &order {
        let (middle, height) = at(place);
        let top = (middle - height / 2.0).max(edge);
        edge = top + height;
        found[*place] = top + height / 2.0;
    }
    let mut edge = last;
    for place in order.iter().rev() {
        let (_, height) = at(place);
        let bottom = (found[*place] + height / 2.0).min(edge);
        edge = bottom - height;
        found[*place] = bottom - height / 2.0;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{spread, width, wrapped};

    #[test]
    fn labels_keep_their_order_and_do_not_overlap() {
        let found = spread(&[(50.0, 10.0), (52.0, 10.0), (49.0, 10.0)], (0.0, 100.0));
        assert_eq!(found, [59.0, 69.0, 49.0]);
        assert_eq!(spread(&[(99.0, 10.0), (98.0, 10.0)], (0.0, 100.0)), [95.0, 85.0]);
    }

    #[test]
    fn a_text_breaks_between_words_and_is_cut_at_the_end() {
        assert_eq!(wrapped("Konawe Selatan", 90.0, 2), ["Konawe", "Selatan"]);
        assert_eq!(wrapped("Konawe Selatan", 200.0, 2), ["Konawe Selatan"]);
        let cut = wrapped("one two three four", 30.0, 2);
        assert!(cut.len() == 2 && cut[1].ends_with('…'), "{cut:?}");
        let long = wrapped("abcdefghijklmnopqrstuvwxyz", 50.0, 1);
        assert!(width(&long[0]) <= 50.0 && long[0].ends_with('…'), "{long:?}");
    }
}
