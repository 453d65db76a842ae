//! Cells of workbooks that are struck out as a whole.

use super::cells::{ods, ods_row};
use super::{columns, load_book};
use crate::book::workbook;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_struck_out_is_none_and_words_that_are_stay() {
    let text = |text: &str| format!("s=\"1\" t=\"inlineStr\"|<is><t>{text}</t></is>");
    let (label, place, number) = (text("Kabupaten/Kota"), text("Baubau"), text("1.200,5"));
    let note = text("Catatan: angka 2023 dicoret");
    let rows: &[&[&str]] = &[
        &[&label, "Bulan", "Pengurangan", "Penanganan"],
        &["Wakatobi", "Januari 2024", "1", "s=\"1\"|<v>900</v>"],
        &["Wakatobi", "Februari 2024", "1", &number],
        &[&place, "Januari 2024", "2", "20"],
        &[&note],
    ];
    let (loaded, account) =
        load_book(json!({"columns": columns()}), &workbook(&[("Data", rows)])).await;
    assert_eq!(loaded, ["7472|2024-01-01|2.000|20.000|final|"]);
    assert_eq!(account[1..], ["D2|not_a_number", "D3|not_a_number"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_ods_is_struck_out_by_its_style() {
    let styles = "<style:style style:name=\"ce1\" style:family=\"table-cell\"/>\
                  <style:style style:name=\"ce2\" style:family=\"table-cell\">\
                  <style:text-properties style:text-line-through-style=\"solid\" \
                  style:text-line-through-type=\"single\"/></style:style>\
                  <style:style style:name=\"ce3\" style:family=\"table-cell\" \
                  style:parent-style-name=\"ce2\"/>";
    let float = |style: &str| {
        format!(r#"@office:value-type="float" office:value="5" table:style-name="{style}""#)
    };
    let (plain, struck, below) = (float("ce1"), float("ce2"), float("ce3"));
    let rows = [
        ods_row(&["Kabupaten/Kota", "Bulan", "Pengurangan", "Penanganan"]),
        ods_row(&["Wakatobi", "Januari 2024", &plain, &struck]),
        ods_row(&["Wakatobi", "Februari 2024", &below, &plain]),
        ods_row(&["Baubau", "Januari 2024", &plain, &plain]),
    ];
    let (loaded, account) =
        load_book(json!({"columns": columns()}), &ods(styles, &rows.concat())).await;
    assert_eq!(loaded, ["7472|2024-01-01|5.000|5.000|final|"]);
    assert_eq!(account[1..], ["D2|not_a_number", "C3|not_a_number"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_counts_columns_counts_them_struck_out_too() {
    let text = |text: &str| format!("s=\"1\" t=\"inlineStr\"|<is><t>{text}</t></is>");
    let counted = ["(1)", "(2)", "(3)", "(4)"].map(text);
    let counted = counted.each_ref().map(String::as_str);
    let rows: &[&[&str]] = &[
        &["Kabupaten/Kota", "Bulan", "Pengurangan", "Penanganan"],
        &counted,
        &["Wakatobi", "Januari 2024", "1", "900"],
    ];
    let (loaded, account) =
        load_book(json!({"columns": columns()}), &workbook(&[("Data", rows)])).await;
    assert_eq!(loaded, ["7407|2024-01-01|1.000|900.000|final|"]);
    assert_eq!(account, ["2 1 0 1"]);
}
