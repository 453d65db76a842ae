//! Numbers of workbooks that are merged over several rows, and what is merged beside them.

use super::cells::{ods, ods_row};
use super::{column, columns, load_book, load_files, project_of};
use crate::book::{Settings, workbook_with};
use crate::lake::TestLake;
use serde_json::json;

const HEADER: &[&str] = &["Kabupaten/Kota", "Bulan", "Pengurangan", "Penanganan"];

/// A workbook of one sheet with merged cells.
fn book(merged: &[&str], rows: &[&[&str]]) -> Vec<u8> {
    workbook_with(&Settings { merged, ..Settings::default() }, &[("Data", rows)])
}

/// Rows of an account that are refused for a number that they share.
fn merged(account: &[String]) -> usize {
    account.iter().filter(|own| own.ends_with("|merged_cells")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_merged_over_two_rows_is_that_of_neither() {
    let rows: &[&[&str]] = &[
        HEADER,
        &["Wakatobi", "Januari 2024", "1", "900"],
        &["Wakatobi", "Februari 2024", "1", ""],
        &["Baubau", "Januari 2024", "2", "20"],
    ];
    let description = json!({"columns": columns()});
    let (loaded, account) = load_book(description.clone(), &book(&["D2:D3"], rows)).await;
    assert_eq!(loaded, ["7472|2024-01-01|2.000|20.000|final|"]);
    assert_eq!(merged(&account), 2, "{account:?}");
    // The last rows of a table: the second holds no figure of its own. As a text it is the same.
    let rows: &[&[&str]] = &[
        HEADER,
        &["Baubau", "Januari 2024", "2", "20"],
        &["Wakatobi", "Januari 2024", "1", "t=\"inlineStr\"|<is><t>1.200,5</t></is>"],
        &["Wakatobi", "Februari 2024", "", ""],
    ];
    let (loaded, account) = load_book(description, &book(&["C3:C4", "D3:D4"], rows)).await;
    assert_eq!(loaded, ["7472|2024-01-01|2.000|20.000|final|"]);
    assert_eq!(merged(&account), 2, "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_merged_over_its_months_holds_for_each_and_so_does_a_number_that_is_carried_down() {
    let rows: &[&[&str]] =
        &[HEADER, &["Wakatobi", "Januari 2024", "1", "900.5"], &["", "Februari 2024", "2", ""]];
    let file = book(&["A2:A3", "D2:D3"], rows);
    let description = json!({"columns": columns(), "fill_down": ["region_code", "handled_ton"]});
    let (loaded, account) = load_book(description, &file).await;
    let both = ["7407|2024-01-01|1.000|900.500|final|", "7407|2024-02-01|2.000|900.500|final|"];
    assert_eq!(loaded, both, "{account:?}");
    let description = json!({"columns": columns(), "fill_down": ["region_code"]});
    let (loaded, account) = load_book(description, &file).await;
    assert_eq!((loaded.len(), merged(&account)), (0, 2), "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_as_high_as_two_a_total_and_a_note_share_no_number() {
    let header = &["Kabupaten/Kota", "Bulan", "Pengurangan", "Penanganan", "Keterangan"];
    let rows: &[&[&str]] = &[
        header,
        &["Wakatobi", "Januari 2024", "1", "900", "TPA"],
        &["", "", "", "", "dan TPS"],
        &["Baubau", "Januari 2024", "2", "20", ""],
        &["", "", "", "", ""],
        &["Jumlah", "", "3", "920", ""],
        &["Rata-rata", "", "", "", ""],
        &["Sumber: DLH", "", "", "", ""],
    ];
    let high = ["A2:A3", "B2:B3", "C2:C3", "D2:D3", "A4:A5", "B4:B5", "C4:C5", "D4:D5"];
    let below = ["C6:C8", "D6:D8"];
    let file = book(&[&high[..], &below[..]].concat(), rows);
    let (loaded, account) = load_book(json!({"columns": columns()}), &file).await;
    let both = ["7407|2024-01-01|1.000|900.000|final|", "7472|2024-01-01|2.000|20.000|final|"];
    assert_eq!(loaded, both, "{account:?}");
    assert_eq!(merged(&account), 0, "{account:?}");
    // A header that is merged, of words and of a year, is one.
    let rows: &[&[&str]] = &[
        &["Kabupaten/Kota", "Bulan", "2024", ""],
        &["", "", "Pengurangan", "Penanganan"],
        &["Wakatobi", "Januari 2024", "1", "900"],
    ];
    let description = json!({"columns": columns(), "header": {"rows": 2}});
    let file = book(&["A1:A2", "B1:B2", "C1:D1"], rows);
    let (loaded, account) = load_book(description, &file).await;
    assert_eq!(loaded, ["7407|2024-01-01|1.000|900.000|final|"], "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn months_across_share_a_number_where_fields_are_listed_below_each_other() {
    let rows: &[&[&str]] = &[
        &["Uraian", "Januari", "Februari", "Maret"],
        &["Pengurangan", "1", "1", "1"],
        &["Penanganan", "900", "", "50"],
    ];
    let description = json!({
        "transpose": true,
        "constants": {"region_code": "7407", "join:period_month": "2024"},
        "columns": [
            column("period_month", "Uraian"),
            column("reduced_ton", "Pengurangan"),
            column("handled_ton", "Penanganan"),
        ],
    });
    let (loaded, account) = load_book(description, &book(&["B3:C3"], rows)).await;
    assert_eq!(loaded, ["7407|2024-03-01|1.000|50.000|final|"], "{account:?}");
    assert_eq!(merged(&account), 2, "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_of_ods_are_merged_as_those_of_xlsx() {
    let float = |value: &str, spanned: &str| {
        format!(r#"@office:value-type="float" office:value="{value}" {spanned}"#)
    };
    let row = |cells: &[&str]| {
        ods_row(cells).replace("<table:table-cell covered/>", "<table:covered-table-cell/>")
    };
    let (one, two, ten) = (float("1", ""), float("2", ""), float("10", ""));
    let down = r#"table:number-columns-spanned="1" table:number-rows-spanned="2""#;
    let down = float("900", down);
    let rows = [
        row(HEADER),
        row(&["Wakatobi", "Januari 2024", &one, &down]),
        row(&["Wakatobi", "Februari 2024", &one, "@covered"]),
        row(&["Baubau", "Januari 2024", &two, &ten]),
    ];
    let (loaded, account) =
        load_book(json!({"columns": columns()}), &ods("", &rows.concat())).await;
    assert_eq!(loaded, ["7472|2024-01-01|2.000|10.000|final|"]);
    assert_eq!(merged(&account), 2, "{account:?}");
    let across = r#"table:number-columns-spanned="2" table:number-rows-spanned="1""#;
    let across = float("900", across);
    let rows = [
        row(&["Kabupaten/Kota", "Januari 2024", "Februari 2024"]),
        row(&["Wakatobi", &across, "@covered"]),
        row(&["Baubau", &ten, &two]),
    ];
    let description = json!({
        "columns": [column("region_code", "Kabupaten/Kota")],
        "unpivot": {"value": "handled_ton", "header": [{"row": 0, "field": "period_month"}]},
    });
    let (loaded, account) = load_book(description, &ods("", &rows.concat())).await;
    assert_eq!((loaded.len(), merged(&account)), (2, 1), "{loaded:?} {account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_that_is_merged_over_columns_or_rows_is_compared_with_none() {
    let rows: &[&[&str]] = &[
        &["Kabupaten/Kota", "Bulan", "Pengurangan", "Penanganan", "Total"],
        &["Wakatobi", "Januari 2024", "1", "900", "923"],
        &["Baubau", "Januari 2024", "2", "20", ""],
        &["Jumlah", "", "923", "", ""],
    ];
    let project = project_of(json!({"columns": columns()}));
    for (count, merged) in [&["C4:D4", "E2:E3"][..], &["E2:E3"][..], &[][..]].iter().enumerate() {
        let (lake, file) = (TestLake::new().await, book(merged, rows));
        let named = [("file.xlsx".to_owned(), file.as_slice())];
        let outcome = load_files(&lake, &project, &named).await;
        assert_eq!((outcome.accepted, outcome.rejected), (2, 0), "{merged:?}");
        assert_eq!(outcome.warnings.len(), count, "{merged:?}: {:?}", outcome.warnings);
    }
}
