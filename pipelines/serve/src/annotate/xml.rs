//! Just as much of XML as it takes to change a part and leave the rest of it as it stands.

/// A tag of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag<'xml> {
    /// The whole text.
    xml: &'xml str,
    /// Where it begins.
    pub(super) start: usize,
    /// Where what follows it begins.
    pub(super) end: usize,
}

impl<'xml> Tag<'xml> {
    /// As it stands.
    pub(super) fn text(&self) -> &'xml str {
        self.xml.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether it ends an element.
    pub(super) fn is_close(&self) -> bool {
        self.text().starts_with("</")
    }

    /// Whether the element ends with it.
    pub(super) fn is_empty(&self) -> bool {
        self.text().ends_with("/>")
    }

    /// Name with its prefix.
    pub(super) fn full_name(&self) -> &'xml str {
        let name = self.text().trim_start_matches(['<', '/']);
        let ends = |mark: char| mark.is_ascii_whitespace() || mark == '/' || mark == '>';
        name.split(ends).next().unwrap_or_default()
    }

    /// Name without its prefix.
    pub(super) fn name(&self) -> &'xml str {
        let name = self.full_name();
        name.split_once(':').map_or(name, |(_, name)| name)
    }

    /// Prefix with its colon, such as `x:`.
    pub(super) fn prefix(&self) -> &'xml str {
        let (full, name) = (self.full_name(), self.name());
        full.strip_suffix(name).unwrap_or_default()
    }

    /// The value of an attribute, by its name without prefix, as it is written.
    pub(super) fn attribute(&self, name: &str) -> Option<&'xml str> {
        self.attribute_place(name).and_then(|(start, end)| self.text().get(start..end))
    }

    /// Where the value of an attribute stands in the tag.
    fn attribute_place(&self, name: &str) -> Option<(usize, usize)> {
        let text = self.text();
        let mut at = text.find(|mark: char| mark.is_ascii_whitespace())?;
        loop {
            let equals = at + text.get(at..)?.find('=')?;
            let found = text.get(at..equals)?.trim();
            let quote_at = equals + text.get(equals..)?.find(['"', '\''])?;
            let quote = char::from(*text.as_bytes().get(quote_at)?);
            let start = quote_at + 1;
            let end = start + text.get(start..)?.find(quote)?;
            if found == name || found.split_once(':').is_some_and(|(_, own)| own == name) {
                return Some((start, end));
            }
            at = end + 1;
        }
    }

    /// The tag with an attribute set.
    pub(super) fn with(&self, name: &str, value: &str) -> String {
        let text = self.text();
        if let Some((start, end)) = self.attribute_place(name) {
            let (before, rest) = text.split_at(start);
            return format!("{before}{value}{}", rest.get(end - start..).unwrap_or_default());
        }
        let tail = if self.is_empty() { "/>" } else { ">" };
        let head = text.strip_suffix(tail).unwrap_or(text).trim_end();
        format!("{head} {name}=\"{value}\"{tail}")
    }
}

/// The tags of a text in order, without comments, declarations and character data.
pub(super) fn tags(xml: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + xml.get(at..)?.find('<')?;
            let rest = xml.get(start..)?;
            let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")];
            if let Some((_, close)) = skipped.iter().find(|(open, _)| rest.starts_with(open)) {
                at = start + rest.find(close)? + close.len();
                continue;
            }
            let mut quote = None;
            let is_end = |(_, byte): &(usize, u8)| match (quote, byte) {
                (None, b'>') => true,
                (None, b'"' | b'\'') => {
                    quote = Some(*byte);
                    false
                }
                (Some(open), byte) if open == *byte => {
                    quote = None;
                    false
                }
                _ => false,
            };
            let end = start + rest.bytes().enumerate().find(is_end)?.0 + 1;
            at = end;
            return Some(Tag { xml, start, end });
        }
    })
}

/// The first tag that begins an element of a name.
pub(super) fn first<'xml>(xml: &'xml str, name: &str) -> Option<Tag<'xml>> {
    tags(xml).find(|tag| tag.name() == name && !tag.is_close())
}

/// Changes a text: each tag that `change` returns something for gets that in its place.
pub(super) fn changed(xml: &str, mut change: impl FnMut(&Tag<'_>) -> Option<String>) -> String {
    let mut text = String::with_capacity(xml.len() + 256);
    let mut from = 0;
    for tag in tags(xml) {
        if let Some(own) = change(&tag) {
            text.push_str(xml.get(from..tag.start).unwrap_or_default());
            text.push_str(&own);
            from = tag.end;
        }
    }
    text.push_str(xml.get(from..).unwrap_or_default());
    text
}

/// A text whose tags have a prefix such as `x:`.
pub(super) fn prefixed(xml: &str, prefix: &str) -> String {
    changed(xml, |tag| {
        let open = if tag.is_close() { "</" } else { "<" };
        Some(format!("{open}{prefix}{}", tag.text().get(open.len()..)?))
    })
}

/// A text as it stands between tags or in an attribute.
pub(super) fn escape(text: &str) -> String {
    let allowed = |mark: &char| !mark.is_control() || matches!(mark, '\n' | '\t');
    let text: String = text.chars().filter(allowed).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What an escaped text says.
pub(super) fn unescape(text: &str) -> String {
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'")];
    let text = marks.iter().fold(text.to_owned(), |text, (code, mark)| text.replace(code, mark));
    text.replace("&amp;", "&")
}

/// Row and column of an address such as `C17`, both from 1.
pub(super) fn address(address: &str) -> Option<(u32, u32)> {
    let letters =
        address.len() - address.trim_start_matches(|mark: char| mark.is_ascii_alphabetic()).len();
    let (letters, row) = address.split_at(letters);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let digit = |letter: u8| u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    let column = letters.bytes().fold(0, |number, letter| number * 26 + digit(letter));
    Some((row.parse().ok().filter(|row| *row > 0)?, column))
}

/// The address of a row and a column, both from 1.
pub(super) fn address_of((row, column): (u32, u32)) -> String {
    let mut letters = String::new();
    let mut rest = column;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.insert(0, char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    format!("{letters}{row}")
}
