//! Texts of a workbook whose characters are not all meant as one number: a mark of a footnote that
//! is raised (`118` and a raised `1`), and what is struck out.

use std::collections::HashMap;
use std::io::{Cursor, Read};

/// Bytes of shared texts that are looked through.
const MOST_BYTES: u64 = 64 << 20;

/// Shared texts as they are joined, and what is meant: raised digits as such characters, without
/// what is struck out.
pub(super) fn raised_texts(bytes: &[u8]) -> HashMap<String, String> {
    let mut text = String::new();
    let is_read = zip::ZipArchive::new(Cursor::new(bytes)).is_ok_and(|mut archive| {
        archive
            .by_name("xl/sharedStrings.xml")
            .is_ok_and(|part| part.take(MOST_BYTES).read_to_string(&mut text).is_ok())
    });
    if !is_read || !(text.contains("superscript") || text.contains("strike")) {
        return HashMap::new();
    }
    let items = text.split("<si>").skip(1);
    let pairs = items.filter_map(|item| meant(item.split("</si>").next()?));
    pairs.collect()
}

/// The joined text of an item and what it means, where these differ.
fn meant(item: &str) -> Option<(String, String)> {
    let (mut joined, mut meant) = (String::new(), String::new());
    for run in item.split("<r>").skip(1) {
        let (format, rest) = run.split_once("<t").filter(|(format, _)| !format.contains("</r>"))?;
        let text = rest.split_once('>')?.1.split("</t>").next()?;
        let text = unescaped(text);
        joined.push_str(&text);
        if is_struck(format) {
            continue;
        }
        match format.contains("\"superscript\"") {
            true => meant.extend(text.chars().map(raised)),
            false => meant.push_str(&text),
        }
    }
    (joined != meant).then_some((joined, meant))
}

fn is_struck(format: &str) -> bool {
    let own = format.split("<strike").nth(1).and_then(|own| own.split('>').next());
    own.is_some_and(|own| !own.contains("\"0\"") && !own.contains("\"false\""))
}

/// A digit as it is written above the line.
fn raised(mark: char) -> char {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digit = mark.to_digit(10).and_then(|digit| RAISED.get(digit as usize));
    digit.copied().unwrap_or(mark)
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn raised_digits_are_marks_and_struck_ones_are_gone() {
        let run = |format: &str, text: &str| format!("<r><rPr>{format}</rPr><t>{text}</t></r>");
        let raised = run("<b/>", "118") + &run("<vertAlign val=\"superscript\"/>", "1");
        assert_eq!(meant(&raised), Some(("1181".into(), "118¹".into())));
        let struck = run("<strike/>", "100") + &run("<b/>", "200");
        assert_eq!(meant(&struck), Some(("100200".into(), "200".into())));
        assert_eq!(meant(&(run("<b/>", "a &amp; ") + &run("<i/>", "b"))), None);
        assert_eq!(meant("<t>118</t>"), None);
    }
}
