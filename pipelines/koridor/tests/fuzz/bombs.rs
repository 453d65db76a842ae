//! Files that are small on the disk and ask for all of a machine: one of each kind.

use crate::containers::{Xlsx, ods, xls};
use arrow::array::{ArrayRef, DictionaryArray, Int32Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use std::sync::Arc;

/// The header of a file that the trials load, and one row.
pub const HEADER: [&str; 4] = ["region_code", "period_month", "reduced_ton", "handled_ton"];
pub const ROW: [&str; 4] = ["7407", "2024-01", "1", "2"];

/// Rows of a sheet in XML, from the first on.
pub fn rows(rows: &[[&str; 4]]) -> String {
    let row = |(number, cells): (usize, &[&str; 4])| {
        let cell = |(at, text): (usize, &&str)| {
            let place = format!("{}{}", ["A", "B", "C", "D"][at], number + 1);
            format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
        };
        let cells: String = cells.iter().enumerate().map(cell).collect();
        format!(r#"<row r="{}">{cells}</row>"#, number + 1)
    };
    rows.iter().enumerate().map(row).collect()
}

/// A bomb: its name, its bytes, and the codes one of which refuses it; none where its rows are
/// refused one by one.
pub type Bomb = (&'static str, Vec<u8>, &'static [&'static str]);

/// One of each kind.
pub fn all() -> Vec<Bomb> {
    let mut all = workbooks();
    all.extend(tables());
    all.extend(texts());
    all.extend(parquets());
    all
}

fn workbooks() -> Vec<Bomb> {
    let good = rows(&[HEADER, ROW]);
    let with = |cell: &str| Xlsx { rows: &format!("{good}{cell}"), ..Xlsx::default() }.bytes();
    let text = format!("<si><t>{}</t></si>", "x".repeat(30 << 20));
    let named = r#"<c t="s"><v>0</v></c>"#.repeat(100);
    let shared = Xlsx {
        rows: &format!("<row>{named}</row>"),
        shared: Some((&text, "1")),
        ..Xlsx::default()
    };
    let counted = Xlsx { rows: &good, shared: Some(("", "99999999999")), ..Xlsx::default() };
    let entities: String = (1..10)
        .map(|own| format!(r#"<!ENTITY e{own} "{}">"#, format!("&e{};", own - 1).repeat(10)))
        .collect();
    let prologue = format!(r#"<!DOCTYPE w [<!ENTITY e0 "koridor">{entities}]>"#);
    let nested = r#"<row><c t="inlineStr"><is><t>&e9;</t></is></c></row>"#;
    let deep = format!("<row>{}</row>", "<c>".repeat(200_000));
    vec![
        (
            "far_formula.xlsx",
            with(r#"<row r="1048576"><c r="XFD1048576"><f>1+1</f></c></row>"#),
            &["too_many_cells"],
        ),
        (
            "column_name.xlsx",
            with(r#"<row r="3"><c r="ZZZZZZZZZZ3"><v>1</v></c></row>"#),
            &["too_many_cells", "broken_workbook"],
        ),
        (
            "row_number.xlsx",
            with(r#"<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>"#),
            &["too_many_cells", "broken_workbook"],
        ),
        ("shared_text.xlsx", shared.bytes(), &["too_many_cells", "reader_ended"]),
        ("counted_texts.xlsx", counted.bytes(), &["reader_ended", "broken_workbook"]),
        (
            "sheets.xlsx",
            Xlsx { sheets: 100_000, rows: &good, ..Xlsx::default() }.bytes(),
            &["too_many_sheets", "reader_ended"],
        ),
        (
            "entities.xlsx",
            Xlsx { prologue: &prologue, rows: nested, ..Xlsx::default() }.bytes(),
            &["broken_workbook"],
        ),
        (
            "deep.xlsx",
            Xlsx { rows: &deep, ..Xlsx::default() }.bytes(),
            &["broken_workbook", "no_rows"],
        ),
        ("declared.xlsx", declared(&with("")), &["too_large_unpacked"]),
    ]
}

/// A zip whose directory declares each part as large as can be said.
fn declared(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mark = b"PK\x01\x02";
    let entries: Vec<usize> =
        (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(mark)).collect();
    for at in entries {
        bytes[at + 24..at + 28].copy_from_slice(&0xFFFF_FFF0u32.to_le_bytes());
    }
    bytes
}

/// XLS and ODS.
fn tables() -> Vec<Bomb> {
    const TABLE: u32 = 0xFFFF_FFFD;
    const END: u32 = 0xFFFF_FFFE;
    const ENDLESS: u32 = 0x7FFF_FFFF;
    const BIG: &[&str] = &["file_too_large"];
    let one = r#"<table:table-cell office:value-type="float" office:value="1""#;
    let table = |rows: &str| ods(&format!(r#"<table:table table:name="a">{rows}</table:table>"#));
    let small = format!(
        "<table:table table:name=\"a\"><table:table-row>{one}/></table:table-row></table:table>"
    );
    let all_rows = r#"<table:table-row table:number-rows-repeated="1048576">"#;
    let all_columns = r#"table:number-columns-repeated="16384""#;
    let text = format!(
        r#"<table:table-cell office:value-type="string" {all_columns}><text:p>{}</text:p>"#,
        "x".repeat(1 << 20)
    );
    let text = format!("{text}</table:table-cell>");
    let mut past_the_end = vec![TABLE, END];
    past_the_end.resize(100, END);
    past_the_end.extend([101, 100]);
    vec![
        ("folder_circle.xls", xls(&[TABLE, 1], (2, 8_192), END), &["broken_workbook"]),
        ("stream_circle.xls", xls(&[TABLE, END, 3, 2], (2, ENDLESS), END), &["broken_workbook"]),
        ("empty_circle.xls", xls(&past_the_end, (100, ENDLESS), END), &["broken_workbook"]),
        ("table_circle.xls", xls(&[TABLE, END, 3, 2], (2, ENDLESS), 5), &["broken_workbook"]),
        ("repeated.ods", table(&format!("{all_rows}{one} {all_columns}/></table:table-row>")), BIG),
        ("repeated_text.ods", table(&format!("<table:table-row>{text}</table:table-row>")), BIG),
        ("tables.ods", ods(&small.repeat(20_000)), &["too_many_sheets"]),
    ]
}

/// Delimited text and JSON.
fn texts() -> Vec<Bomb> {
    let header = format!("{}\n", HEADER.join(","));
    let joined = |text: &str| format!("{header}{text}").into_bytes();
    let ids: String = (0..5_000).map(|id| format!(r#"{{"val":{id},"label":"x"}},"#)).collect();
    let ids = ids.trim_end_matches(',');
    let lists: String = ["var", "turvar", "vervar", "tahun", "turtahun"]
        .map(|name| format!(r#""{name}":[{ids}],"#))
        .concat();
    let product = format!(
        r#"{{"status":"OK","data-availability":"available",{lists}"datacontent":{{"1":2}}}}"#
    );
    vec![
        (
            "columns.csv",
            format!("{}\n1\n", ["a"; 500_000].join(",")).into_bytes(),
            &["too_many_columns"],
        ),
        ("line.csv", vec![b'x'; 16 << 20], &["not_a_table"]),
        (
            "wide_row.csv",
            joined(&format!("{}\n{}", vec!["1"; 400_000].join(","), "\n2,3".repeat(100_000))),
            &[""],
        ),
        ("second_line.csv", joined(&"x".repeat(16 << 20)), &[""]),
        (
            "quoted.csv",
            joined(&format!("7407,2024-01,1,\"{}", "y\n".repeat(4 << 20))),
            &["not_a_table"],
        ),
        ("deep.json", "[".repeat(1_000_000).into_bytes(), &["broken_json"]),
        ("named_deep.json", "{\"a\":".repeat(1_000_000).into_bytes(), &["broken_json"]),
        (
            "values.json",
            format!("{{\"a\":[{}1]}}", "{},".repeat(8 << 20)).into_bytes(),
            &["file_too_large"],
        ),
        ("combinations.json", product.into_bytes(), &["too_slow"]),
        ("packed.csv.gz", b"\x1F\x8B\x08\x00 and so on".to_vec(), &["packed"]),
    ]
}

fn parquets() -> Vec<Bomb> {
    let written = |column: ArrayRef| {
        let batch = RecordBatch::try_from_iter([("a", column)]).unwrap();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap()
    };
    let keys = Int32Array::from(vec![0; 200_000]);
    let long = StringArray::from(vec!["x".repeat(16 << 10)]);
    let shared = DictionaryArray::new(keys, Arc::new(long));
    let nulls = Int64Array::from(vec![None; 40_000_000]);
    vec![
        ("shared_text.parquet", written(Arc::new(shared)), &["too_many_cells", "reader_ended"]),
        ("nulls.parquet", written(Arc::new(nulls)), &["too_many_cells"]),
        ("cut.parquet", b"PAR1\xFF\xFF\xFF\x7FPAR1".to_vec(), &["broken_parquet"]),
    ]
}
