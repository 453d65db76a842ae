//! Tags of XML as texts: what stands in them, and the text behind them.

/// Parts a piece, which begins behind a `<`, into its tag and the text behind it.
pub(super) fn split_tag(piece: &str) -> (&str, &str) {
    let mut open = None;
    // A comment has no attributes, and may hold one quotation mark.
    let has_attributes = !piece.starts_with('!');
    for (at, byte) in piece.bytes().enumerate() {
        match (open, byte) {
            (None, b'>') => {
                let (tag, text) = (piece.get(..at), piece.get(at + 1..));
                return (tag.unwrap_or_default(), text.unwrap_or_default());
            }
            (None, b'"' | b'\'') if has_attributes => open = Some(byte),
            (Some(own), _) if own == byte => open = None,
            _ => {}
        }
    }
    (piece, "")
}

/// The name of a tag, with its prefix and with the `/` of one that ends an element.
pub(super) fn name_of(tag: &str) -> &str {
    let begin = usize::from(tag.starts_with('/'));
    let is_end = |mark: char| mark.is_whitespace() || mark == '/';
    let end = tag.get(begin..).and_then(|rest| rest.find(is_end)).map(|end| end + begin);
    end.and_then(|end| tag.get(..end)).unwrap_or(tag)
}

/// Whether a tag is an element without content.
pub(super) fn is_empty(tag: &str) -> bool {
    tag.ends_with('/')
}

/// An attribute of a tag, as it is written.
pub(super) fn attribute<'tag>(tag: &'tag str, name: &str) -> Option<&'tag str> {
    tag.match_indices(name).find_map(|(at, _)| {
        if !tag.get(..at)?.ends_with(char::is_whitespace) {
            return None;
        }
        let value = tag.get(at + name.len()..)?.trim_start().strip_prefix('=')?.trim_start();
        let mark = value.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
        value.get(1..)?.split(mark).next()
    })
}

/// A text with the characters that its entities stand for.
pub(super) fn unescaped(text: &str) -> String {
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let known = part.split_once(';').and_then(|(name, rest)| Some((entity(name)?, rest)));
        match known {
            Some((mark, rest)) => {
                plain.push(mark);
                plain.push_str(rest);
            }
            None => {
                plain.push('&');
                plain.push_str(part);
            }
        }
    }
    plain
}

fn entity(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "amp" => Some('&'),
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => digits.parse(),
            };
            char::from_u32(number.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_ends_at_the_mark_that_is_in_no_quotes() {
        assert_eq!(split_tag("a b=\"x>y\" c='1'>text"), ("a b=\"x>y\" c='1'", "text"));
        assert_eq!(split_tag("!-- it's -->text"), ("!-- it's --", "text"));
        assert_eq!(split_tag("a"), ("a", ""));
        assert_eq!((name_of("x:a b=\"/\""), name_of("/x:a"), name_of("a/")), ("x:a", "/x:a", "a"));
        assert!(is_empty("a b=\"1\" /") && !is_empty("a b=\"/\""));
    }

    #[test]
    fn an_attribute_is_found_by_its_whole_name() {
        let tag = "a office:value-type = 'float' x:value=\"7\" value=\"8\"";
        assert_eq!(attribute(tag, "office:value-type"), Some("float"));
        assert_eq!(attribute(tag, "office:value"), None);
        assert_eq!((attribute(tag, "value"), attribute(tag, "x:value")), (Some("8"), Some("7")));
    }

    #[test]
    fn entities_are_characters() {
        assert_eq!(unescaped("a &amp;lt; &lt;b&gt; &#178;&#xB9; R&D"), "a &lt; <b> ²¹ R&D");
    }
}
