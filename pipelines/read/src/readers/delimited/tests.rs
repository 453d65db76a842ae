//! How texts are read, block by block and whole.

use super::*;
use crate::readers::budget::Budget;
use crate::readers::dialect::sniff;
use crate::readers::record::split;
use proptest::prelude::*;

type Read = (Vec<(u64, Vec<String>)>, Vec<(u64, &'static str)>, u64);

fn shape(delimiter: u8, width: usize) -> Shape {
    Shape { delimiter, width, header_cells: width }
}

fn read(text: &[u8], block_bytes: usize) -> Read {
    let dialect = sniff(&text[..text.len().min(1 << 16)], None).unwrap();
    let mut reader = BlockReader::new(text, dialect, block_bytes);
    let (mut rows, mut faults, mut blank, mut width) = (Vec::new(), Vec::new(), 0, 0);
    while let Some(block) = reader.next_block().unwrap() {
        if width == 0 {
            width =
                split(block.data.split(|byte| *byte == b'\n').next().unwrap(), dialect.delimiter)
                    .0
                    .len();
        }
        let scanned = scan(block, shape(dialect.delimiter, width), 0);
        for row in 0..scanned.rows.len() {
            rows.push((
                scanned.rows.row_number(row),
                (0..width).map(|column| scanned.rows.text(row, column).to_owned()).collect(),
            ));
        }
        faults.extend(scanned.faults.iter().map(|fault| (fault.row_number, fault.rule)));
        blank += scanned.blank;
    }
    (rows, faults, blank)
}

#[test]
fn an_unclosed_quote_costs_its_own_line_only() {
    let (rows, faults, _) = read(b"a;b\n1;\"x\n2;y\n3;z\n", 1 << 20);
    assert_eq!(faults, [(2, "unclosed_quote")]);
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[2].0, 4);
}

#[test]
fn quoted_cells_may_hold_marks_quotes_and_line_ends() {
    let (rows, faults, _) =
        read(b"a,b\n\"x,1\",\"say \"\"hi\"\"\"\n\"two\nlines\",2\n05\"14' S,3\n", 1 << 20);
    assert!(faults.is_empty());
    assert_eq!(rows[1].1, ["x,1", "say \"hi\""]);
    assert_eq!(rows[2], (3, vec!["two\nlines".to_owned(), "2".to_owned()]));
    assert_eq!(rows[3], (5, vec!["05\"14' S".to_owned(), "3".to_owned()]));
}

#[test]
fn broken_rows_are_named_and_the_others_read() {
    let (rows, faults, blank) =
        read(b"a;b;c\n1;2\n1;2;3;\n1;2;3;4\n\n;;\n1;\0;3\n1;\xFF\xC3;3\n7;8;9", 1 << 20);
    assert_eq!(
        faults,
        [(2, "ragged_row"), (4, "ragged_row"), (7, "nul_byte"), (8, "invalid_utf8")]
    );
    assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 3, 9]);
    assert_eq!(blank, 2);
}

#[test]
fn an_endless_line_is_one_fault_and_not_held() {
    let mut text = b"a;b\n1;2\n".to_vec();
    text.extend(std::iter::repeat_n(b'x', 9 << 20));
    text.extend(b"\n3;4\n");
    let (rows, faults, _) = read(&text, 1 << 20);
    assert_eq!(faults, [(3, "line_too_long")]);
    assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2, 4]);
}

#[test]
fn encodings_and_delimiters_are_found() {
    for (bytes, delimiter, cell) in [
        (b"nama;nilai\nCaf\xE9;1\n".to_vec(), b';', "Café"),
        ("nama,nilai\nCafé,1\n".as_bytes().to_vec(), b',', "Café"),
        (b"\xEF\xBB\xBFnama\tnilai\nCaf\xC3\xA9\t1\n".to_vec(), b'\t', "Café"),
        (
            "\u{feff}nama;nilai\nCafé;1\n".encode_utf16().flat_map(u16::to_le_bytes).collect(),
            b';',
            "Café",
        ),
        ("nama;nilai\nCafé;1\n".encode_utf16().flat_map(u16::to_be_bytes).collect(), b';', "Café"),
    ] {
        let dialect = sniff(&bytes, None).unwrap();
        assert_eq!(dialect.delimiter, delimiter);
        let sheet = read_sheet(&bytes, dialect, Budget::default().meter()).unwrap().unwrap();
        assert_eq!(sheet.cells.text(0, 0), "nama", "{dialect:?}");
        assert_eq!(sheet.cells.text(1, 0), cell, "{dialect:?}");
    }
}

proptest! {
    #[test]
    fn every_line_is_read_whatever_the_block_size(
        cells in prop::collection::vec(prop::collection::vec("[a-z\"\n;]{0,6}", 2), 1..30),
        block_bytes in 1usize..200,
    ) {
        let mut text = String::from("a;b\n");
        for row in &cells {
            let quoted: Vec<String> = row
                .iter()
                .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
                .collect();
            text.push_str(&quoted.join(";"));
            text.push('\n');
        }
        let (rows, faults, blank) = read(text.as_bytes(), block_bytes);
        prop_assert!(faults.is_empty(), "{faults:?}");
        prop_assert_eq!(rows.len() + blank as usize, cells.len() + 1);
    }

    #[test]
    fn no_bytes_make_it_panic(
        bytes in prop::collection::vec(any::<u8>(), 1..400),
        width in 1usize..5,
    ) {
        if let Ok(dialect) = sniff(&bytes, None) {
            let mut reader = BlockReader::new(&bytes[..], dialect, 64);
            while let Some(block) = reader.next_block().unwrap() {
                let _ = scan(block, shape(dialect.delimiter, width), 0);
            }
            let _ = read_sheet(&bytes, dialect, Budget::default().meter());
        }
    }
}
