//! Texts of an XLSX workbook whose characters are not all meant as one number: a mark of a footnote
//! that is raised (`118` and a raised `1`), and what is struck out.

use super::damage::refusal;
use super::markup;
use super::struck::{doubtful, left};
use super::tags::{attribute, is_empty, name_of, split_tag, unescaped};
use crate::readers::budget::Meter;
use crate::readers::refusal::Refusal;
use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Cursor, Read};

/// Bytes of shared texts that are looked through.
const MOST_BYTES: u64 = 64 << 20;
/// Longest text of a cell with its marks.
const MOST_ITEM_BYTES: usize = 8 << 20;
/// Bytes that the table of texts takes for one beside its characters.
const ENTRY_BYTES: u64 = 96;

/// Texts with digits as they are joined, and what is meant: raised digits as such characters,
/// without what is struck out. One that also stands without marks has no meaning that a number may
/// have: which cell holds which is not told. Beside the shared texts those that stand in sheets,
/// which are given by the places of their parts in the zip.
///
/// # Errors
/// Where they take more memory or time than the file may.
pub(super) fn raised_texts(
    bytes: &[u8],
    sheets: &[usize],
    meter: Meter,
) -> Result<HashMap<String, String>, Refusal> {
    let mut texts = Texts { meter, pairs: HashMap::new(), plain: HashSet::new(), bytes: 0 };
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return Ok(texts.pairs);
    };
    let mut text = String::new();
    let is_read = archive
        .by_name("xl/sharedStrings.xml")
        .is_ok_and(|part| part.take(MOST_BYTES).read_to_string(&mut text).is_ok());
    if is_read && (text.contains("superscript") || text.contains("strike")) {
        texts.take_items(&mut text.as_bytes(), b"si")?;
    }
    for sheet in sheets {
        let part = archive.by_index(*sheet).map_err(|error| refusal(&error.to_string()))?;
        texts.take_items(&mut BufReader::new(part), b"is")?;
    }
    Ok(texts.told())
}

/// The texts that were found.
struct Texts {
    meter: Meter,
    pairs: HashMap<String, String>,
    /// Those that stand without marks too.
    plain: HashSet<String>,
    /// Memory that they take.
    bytes: u64,
}

impl Texts {
    /// Takes the items of a part, which are elements of a name.
    fn take_items(&mut self, part: &mut impl BufRead, name: &[u8]) -> Result<(), Refusal> {
        let (mut piece, mut item, mut is_within) = (Vec::new(), Vec::new(), false);
        for step in 0.. {
            self.meter.time_at(step)?;
            piece.clear();
            let read = part.by_ref().take(MOST_ITEM_BYTES as u64).read_until(b'<', &mut piece);
            if read.map_err(|error| refusal(&error.to_string()))? == 0 {
                break;
            }
            let (is_end, own) = markup::name_of(&piece);
            if own == name && is_end {
                self.take(&String::from_utf8_lossy(&item))?;
                is_within = false;
            } else if own == name {
                item.clear();
                is_within = true;
            }
            if is_within {
                item.extend_from_slice(&piece);
                if item.len() > MOST_ITEM_BYTES {
                    return Err(refusal("a text of more than 8 MB"));
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, item: &str) -> Result<(), Refusal> {
        let (joined, meant) = meant(item);
        // Words are the same whatever is struck out of others.
        if !joined.contains(|mark: char| mark.is_ascii_digit()) {
            return Ok(());
        }
        let meant = left(&joined, meant);
        let bytes = (joined.len() + meant.len()) as u64 + ENTRY_BYTES;
        self.bytes = self.bytes.saturating_add(bytes);
        self.meter.memory(self.bytes)?;
        let is_other = self.pairs.get(&joined).is_some_and(|own| *own != meant);
        if joined == meant || is_other {
            self.plain.insert(joined);
        } else {
            self.pairs.insert(joined, meant);
        }
        Ok(())
    }

    /// The texts, those of two meanings as none that a field takes for a number.
    fn told(self) -> HashMap<String, String> {
        let Self { pairs, plain, .. } = self;
        let tell = |(joined, meant): (String, String)| {
            let meant = if plain.contains(&joined) { doubtful(&joined) } else { meant };
            (joined, meant)
        };
        pairs.into_iter().map(tell).collect()
    }
}

/// The joined text of an item and what it means.
fn meant(item: &str) -> (String, String) {
    let (mut joined, mut meant) = (String::new(), String::new());
    let (mut is_raised, mut is_struck, mut is_spoken) = (false, false, false);
    for piece in item.split('<') {
        let (tag, text) = split_tag(piece);
        let name = name_of(tag);
        let is_end = name.starts_with('/');
        match name.trim_start_matches('/').rsplit(':').next().unwrap_or_default() {
            "r" => (is_raised, is_struck) = (false, false),
            "vertAlign" if !is_end => is_raised = value(tag) == Some("superscript"),
            "strike" if !is_end => is_struck = !matches!(value(tag), Some("0" | "false" | "off")),
            // How a text is spoken is no part of it.
            "rPh" => is_spoken = !is_end && !is_empty(tag),
            "t" if !is_end && !is_empty(tag) && !is_spoken => {
                let text = unescaped(text);
                let is_kept = attribute(tag, "xml:space") == Some("preserve");
                // As the library joins them.
                let marks: &[char] = if is_kept { &[] } else { &[' ', '\t', '\r', '\n'] };
                let text = text.trim_matches(marks);
                joined.push_str(text);
                match (is_struck, is_raised) {
                    (true, _) => {}
                    (false, true) => meant.extend(text.chars().map(raised)),
                    (false, false) => meant.push_str(text),
                }
            }
            _ => {}
        }
    }
    (joined, meant)
}

fn value(tag: &str) -> Option<&str> {
    attribute(tag, "val").or_else(|| {
        // The attribute has a prefix where its element's is no default.
        tag.split_whitespace().find_map(|own| own.split_once(":val=")?.1.split(['"', '\'']).nth(1))
    })
}

/// A digit as it is written above the line.
pub(super) fn raised(mark: char) -> char {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digit = mark.to_digit(10).and_then(|digit| RAISED.get(digit as usize));
    digit.copied().unwrap_or(mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::budget::Budget;

    #[test]
    fn a_text_that_stands_without_marks_too_is_no_number() {
        let run = |format: &str, text: &str| format!("<r><rPr>{format}</rPr><t>{text}</t></r>");
        let struck = |text: &str, rest: &str| run("<strike/>", text) + &run("<b/>", rest);
        let items = [
            struck("2", "00"),
            "<t>200</t>".into(),
            struck("1", "50"),
            struck("Wakatobi", ""),
            struck("900", ""),
        ];
        let items: String = items.iter().map(|item| format!("<si>{item}</si>")).collect();
        let mut texts = Texts {
            meter: Budget::default().meter(),
            pairs: HashMap::new(),
            plain: HashSet::new(),
            bytes: 0,
        };
        texts.take_items(&mut items.as_bytes(), b"si").unwrap();
        let told = texts.told();
        assert_eq!((told["200"].as_str(), told["150"].as_str()), ("200 [?]", "50"));
        assert_eq!(told["900"], "900 [?]", "a number that is struck out is no blank cell");
        assert_eq!(told.len(), 3, "words stay as they are: {told:?}");
    }

    #[test]
    fn raised_digits_are_marks_and_struck_ones_are_gone() {
        let run = |format: &str, text: &str| format!("<r><rPr>{format}</rPr><t>{text}</t></r>");
        let raised = run("<b/>", "118") + &run("<vertAlign val=\"superscript\"/>", "1");
        assert_eq!(meant(&raised), ("1181".into(), "118¹".into()));
        let struck = run("<strike/>", "100") + &run("<b/>", "200");
        assert_eq!(meant(&struck), ("100200".into(), "200".into()));
        let not_struck = run("<strike val=\"0\"/>", "100") + &run("<b/>", "200");
        assert_eq!(meant(&not_struck), ("100200".into(), "100200".into()));
        let (joined, same) = meant(&(run("<b/>", "a &amp; ") + &run("<i/>", "b")));
        assert_eq!((joined.as_str(), joined == same), ("a &b", true));
        assert_eq!(meant("<t>118</t>"), ("118".into(), "118".into()));
        let spaced = "<r><t>118 </t></r><r><rPr><vertAlign val='superscript'/></rPr>\
                      <t xml:space=\"preserve\"> 1</t></r><rPh><t>x</t></rPh>";
        assert_eq!(meant(spaced), ("118 1".into(), "118 ¹".into()));
    }

    #[test]
    fn texts_that_stand_in_a_sheet_are_found() {
        let sheet = "<sheetData><row><c t=\"inlineStr\"><is><r><t>300</t></r><r><rPr>\
                     <vertAlign val=\"superscript\"/></rPr><t>1</t></r></is></c>\
                     <c t=\"inlineStr\"><is><t>7</t></is></c><c><v>3001</v></c></row></sheetData>";
        let found = |memory_bytes: u64| {
            let meter = Budget { memory_bytes, seconds: 60 }.meter();
            let mut texts = Texts { meter, pairs: HashMap::new(), plain: HashSet::new(), bytes: 0 };
            texts.take_items(&mut sheet.as_bytes(), b"is").map(|()| texts.pairs)
        };
        let pairs = found(1 << 20).unwrap();
        assert_eq!(pairs.get("3001").map(String::as_str), Some("300¹"));
        assert_eq!(pairs.len(), 1);
        assert!(found(16).is_err());
    }
}
