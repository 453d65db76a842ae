//! Lines of a text file that could not be read as rows, as they are shown to their office.

use koridor_contract::{Contract, RecordRule, scrub};
use koridor_lake::Storage;
use koridor_lake::ledger::SubmissionId;
use koridor_lake::load::landing::LandedFile;
use koridor_lake::load::raw;
use koridor_read::readers::delimited::BlockReader;
use koridor_read::readers::{Container, HEAD_BYTES, container, dialect, regular};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes that are read at a time.
const BLOCK_BYTES: usize = 2 << 20;
/// Lines that are given.
const MOST_LINES: usize = 10_000;
/// Characters of a line that are given: a cell holds no more.
const MOST_CHARACTERS: usize = 32_000;

/// Whether a rule refuses a line for what it is, and not for one of its cells.
pub(crate) fn is_of_line(rule: &str) -> bool {
    use RecordRule::{CutLine, InvalidUtf8, LineTooLong, NulByte, RaggedRow, UnclosedQuote};
    let of_line = [RaggedRow, CutLine, UnclosedQuote, NulByte, InvalidUtf8, LineTooLong];
    RecordRule::from_code(rule).is_some_and(|rule| of_line.contains(&rule))
}

/// Lines of a file by their numbers, from 1; none of a file that is no text.
///
/// # Errors
/// Where it cannot be read.
pub(crate) fn read(path: &Path, numbers: &BTreeSet<u64>) -> std::io::Result<BTreeMap<u64, String>> {
    let mut found = BTreeMap::new();
    let Some(last) = numbers.last() else { return Ok(found) };
    let mut file = regular::open(path)?;
    let mut head = Vec::new();
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    if !matches!(container(&head), Ok(Container::Text)) {
        return Ok(found);
    }
    let Ok(dialect) = dialect::sniff(&head, None) else { return Ok(found) };
    file.seek(SeekFrom::Start(0))?;
    let mut blocks = BlockReader::new(file, dialect, BLOCK_BYTES);
    while let Some(block) = blocks.next_block()? {
        if block.first_line > *last || found.len() >= MOST_LINES {
            break;
        }
        for (place, line) in block.data.split(|byte| *byte == b'\n').enumerate() {
            let number = block.first_line + place as u64;
            if !line.is_empty() && numbers.contains(&number) {
                found.insert(number, visible(line));
            }
        }
    }
    Ok(found)
}

/// Lines of files of the lake, by submission and number. A file whose bytes are gone gives none:
/// what is told of it is told without them.
pub(crate) async fn of_files(
    storage: &Storage,
    wanted: &BTreeMap<String, BTreeSet<u64>>,
) -> BTreeMap<(String, u64), String> {
    let mut found = BTreeMap::new();
    for (id, numbers) in wanted {
        let submission = SubmissionId::parse(id);
        let fetched = raw::fetch(storage, LandedFile::default(), submission.sha256()).await;
        let Ok(archived) = fetched else { continue };
        let lines = read(archived.path(), numbers).unwrap_or_default().into_iter();
        found.extend(lines.map(|(number, line)| ((id.clone(), number), told(&line))));
    }
    found
}

/// Whether a line of a contract's files may hold a value that no message shows.
pub(crate) fn may_be_personal(contract: &Contract) -> bool {
    contract.fields.iter().any(|field| field.koridor.personal)
}

/// A line as it is told beside other lines: masked where it holds a personal value.
pub(crate) fn told(line: &str) -> String {
    scrub::cell(line).into_owned()
}

/// A line with marks for what no program shows, cut where it is longer than a cell.
fn visible(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = String::from_utf8_lossy(line);
    let mut shown: String = text.chars().take(MOST_CHARACTERS).map(mark).collect();
    if text.chars().nth(MOST_CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}

/// The picture of a control character.
fn mark(character: char) -> char {
    match character {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + character as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        other if other.is_control() => '\u{fffd}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8], numbers: &[u64]) -> Vec<(u64, String)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes).unwrap();
        read(&path, &numbers.iter().copied().collect()).unwrap().into_iter().collect()
    }

    #[test]
    fn a_line_is_given_as_it_stands_with_control_characters_made_visible() {
        let text = b"a;b\r\nx;\"1\r\ny\0;\t2\r\nz;\xC3\xA9\r\nw;3";
        assert_eq!(
            lines(text, &[2, 3, 4, 5, 6]),
            [
                (2, "x;\"1".to_owned()),
                (3, "y\u{2400};\u{2409}2".to_owned()),
                (4, "z;\u{e9}".to_owned()),
                (5, "w;3".to_owned()),
            ]
        );
        assert!(lines(text, &[]).is_empty());
    }

    #[test]
    fn a_line_is_no_longer_than_a_cell_and_a_file_that_is_no_text_has_none() {
        let long = [b"a;b\n".as_slice(), &[b'x'; 40_000], b";1\n"].concat();
        let shown = lines(&long, &[2]);
        assert_eq!(shown[0].1.chars().count(), MOST_CHARACTERS + 1);
        assert!(shown[0].1.ends_with("x…"));
        assert!(lines(b"PK\x03\x04 no text", &[1]).is_empty());
    }

    #[test]
    fn only_rules_of_lines_speak_of_whole_lines() {
        assert!(is_of_line("nul_byte") && is_of_line("unclosed_quote") && is_of_line("ragged_row"));
        assert!(!is_of_line("required") && !is_of_line("second_table") && !is_of_line("x"));
    }
}
