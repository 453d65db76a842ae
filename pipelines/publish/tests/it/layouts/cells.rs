//! Cells of workbooks that say something else than the text they are shown with.

use super::{column, columns, load_book, load_files, project_of};
use crate::book::{Settings, workbook, workbook_with};
use crate::lake::TestLake;
use serde_json::{Value, json};
use std::io::Write;

const HEADER: &[&str] = &["Kabupaten/Kota", "Bulan", "Pengurangan", "Penanganan"];

fn description() -> Value {
    json!({"columns": columns()})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_formula_that_a_program_wrote_with_a_placeholder_is_refused() {
    let formula = "|<f>SUM(C2,1)</f><v>0</v>";
    let rows: &[&[&str]] = &[
        HEADER,
        &["Wakatobi", "Januari 2024", "1", formula],
        &["Baubau", "Januari 2024", "1", "|<f>SUM(C3,1)</f><v>7</v>"],
    ];
    let settings = Settings { behind: r#"<calcPr fullCalcOnLoad="1"/>"#, ..Settings::default() };
    let (loaded, account) =
        load_book(description(), &workbook_with(&settings, &[("Data", rows)])).await;
    assert_eq!(loaded, ["7472|2024-01-01|1.000|7.000|final|"]);
    assert_eq!(account[1..], ["D2|formula_without_value"]);
    // A nought that was calculated is one.
    let (loaded, _) = load_book(description(), &workbook(&[("Data", rows)])).await;
    assert_eq!(loaded[0], "7407|2024-01-01|1.000|0.000|final|");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_formula_without_value_is_found_behind_any_number_of_cells() {
    let months = [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ];
    let texts: Vec<String> =
        (0..5_200).map(|row| format!("{} {}", months[row % 12], 1900 + row / 12)).collect();
    let mut rows: Vec<Vec<&str>> = vec![HEADER.to_vec()];
    rows.extend(texts.iter().map(|month| vec!["Wakatobi", month.as_str(), "1", "2"]));
    rows.push(vec!["Baubau", "Januari 2024", "1", "=C2*2"]);
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let (_, account) = load_book(description(), &workbook(&[("Data", &rows)])).await;
    assert!(account.contains(&"D5202|formula_without_value".to_owned()), "{:?}", &account[..2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_shown_as_a_percentage_is_one() {
    let lake = TestLake::new().await;
    let rows: &[&[&str]] = &[
        &["region_code", "year", "component", "pct"],
        &["7407", "2023", "plastik", "s=\"1\"|<v>0.12</v>"],
        &["7407", "2023", "lainnya", "s=\"1\"|<v>0.88</v>"],
    ];
    let settings = Settings { formats: &["0.0%"], ..Settings::default() };
    let book = workbook_with(&settings, &[("Data", rows)]);
    let outcome = lake.load_one("c.xlsx", book, "waste_composition", "DLH_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (2, 0), "{:?}", outcome.examples);
    let shares = lake.rows("select pct from core.waste_composition order by 1").await;
    assert_eq!(shares, ["12.00", "88.00"]);
    let tonnes: &[&[&str]] = &[HEADER, &["Wakatobi", "Januari 2024", "s=\"1\"|<v>0.12</v>", "20"]];
    let book = workbook_with(&settings, &[("Data", tonnes)]);
    let (loaded, account) = load_book(description(), &book).await;
    assert_eq!((loaded.len(), &account[1..]), (0, &["C2|other_unit".to_owned()][..]));
    // The same of money, which is read where rupiah belong.
    let tonnes: &[&[&str]] = &[HEADER, &["Wakatobi", "Januari 2024", "s=\"1\"|<v>12</v>", "20"]];
    let settings = Settings { formats: &["\"Rp\"#,##0"], ..Settings::default() };
    let book = workbook_with(&settings, &[("Data", tonnes)]);
    let (loaded, account) = load_book(description(), &book).await;
    assert_eq!((loaded.len(), &account[1..]), (0, &["C2|other_unit".to_owned()][..]));
    let money: &[&[&str]] =
        &[&["Wilayah", "Tahun", "PAD"], &["Wakatobi", "2023", "s=\"1\"|<v>1250000</v>"]];
    let project = project_of(json!({
        "dataset": "regional_finance",
        "columns": [{"field": "region_code", "header": ["Wilayah"]},
                    {"field": "year", "header": ["Tahun"]},
                    {"field": "pad_rp", "header": ["PAD"]}],
        "constants": {"stage": "audited", "transfer_rp": "1", "loan_rp": "0"},
    }));
    let book = workbook_with(&settings, &[("Data", money)]);
    let outcome = load_files(&lake, &project, &[("file.xlsx".to_owned(), book.as_slice())]).await;
    assert_eq!(outcome.rejected, 0, "{outcome:?}");
}

/// An ODS workbook with one table of these rows, and the styles of its cells.
pub(super) fn ods(styles: &str, rows: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let of = "urn:oasis:names:tc:opendocument:xmlns";
    let spaces = format!(
        r#"xmlns:office="{of}:office:1.0" xmlns:table="{of}:table:1.0" xmlns:text="{of}:text:1.0"
           xmlns:style="{of}:style:1.0""#
    );
    let manifest = format!(r#"<manifest:manifest xmlns:manifest="{of}:manifest:1.0"/>"#);
    let body = format!(r#"<table:table table:name="Data">{rows}</table:table>"#);
    let content = format!(
        "<office:document-content {spaces}><office:automatic-styles>{styles}\
         </office:automatic-styles><office:body><office:spreadsheet>{body}\
         </office:spreadsheet></office:body></office:document-content>"
    );
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet".to_owned()),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", content),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A row of texts; `@` begins the attributes of a cell without one.
pub(super) fn ods_row(cells: &[&str]) -> String {
    let cell = |cell: &&str| match cell.strip_prefix('@') {
        Some(attributes) => format!("<table:table-cell {attributes}/>"),
        None => {
            let text = format!("<text:p>{cell}</text:p>");
            format!(r#"<table:table-cell office:value-type="string">{text}</table:table-cell>"#)
        }
    };
    format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
}

#[tokio::test(flavor = "multi_thread")]
async fn ods_and_xls_tell_formulas_without_value_and_percentages() {
    let float = r#"@office:value-type="float" office:value="2""#;
    let share = r#"@office:value-type="percentage" office:value="0.12""#;
    let formula = r#"@table:formula="of:=[.C3]*2""#;
    let midnight = r#"@office:value-type="date" office:date-value="2024-02-01T00:00:00""#;
    let time = r#"@office:value-type="time" office:time-value="PT07H30M00S""#;
    let rows = [
        ods_row(HEADER),
        ods_row(&["Wakatobi", "Januari 2024", float, formula]),
        ods_row(&["Wakatobi", midnight, float, float]),
        ods_row(&["Wakatobi", time, float, float]),
        ods_row(&["Wakatobi", "Maret 2024", share, float]),
    ];
    let book = ods("", &rows.concat());
    let (loaded, account) = load_book(description(), &book).await;
    assert_eq!(loaded, ["7407|2024-02-01|2.000|2.000|final|"]);
    assert_eq!(account[1..], ["D2|formula_without_value", "B4|not_a_date", "C5|other_unit"]);
    let book = include_bytes!("../../fixtures/formula_without_value.xls");
    let (loaded, account) = load_book(description(), book).await;
    assert_eq!(loaded, ["7472|2024-01-01|1.000|20.000|final|"]);
    assert_eq!(account[1..], ["D2|formula_without_value"]);
    let book = include_bytes!("../../fixtures/percent_of_tonnes.xls");
    let (loaded, account) = load_book(description(), book).await;
    assert_eq!(loaded, ["7472|2024-01-01|1.000|20.000|final|"]);
    assert_eq!(account[1..], ["C2|other_unit"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn decimals_keep_their_digits_and_rounding_is_noted() {
    let rows: &[&[&str]] = &[
        HEADER,
        &["Wakatobi", "Januari 2024", "|<v>0.30000000000000004</v>", "|<v>29455.57</v>"],
        &["Baubau", "Januari 2024", "|<v>12.34567</v>", "2"],
    ];
    let (loaded, _) = load_book(description(), &workbook(&[("Data", rows)])).await;
    assert_eq!(
        loaded,
        [
            "7407|2024-01-01|0.300|29455.570|final|",
            "7472|2024-01-01|12.346|2.000|final|rounded:reduced_ton",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identifier_that_is_a_number_of_sixteen_digits_is_refused() {
    let lake = TestLake::new().await;
    let header = ["NIK Pemilik", "Terdaftar Sejak", "Kabupaten/Kota", "Skala Usaha", "Status"];
    let row = |id| [id, "01/02/2023", "Wakatobi", "mikro", "aktif"];
    let (lost, kept) = (row("|<v>7407010101800000</v>"), row("|<v>9120001234567</v>"));
    let book = workbook(&[("Data", &[&header, &lost, &kept])]);
    let outcome = lake.load_one("umkm.xlsx", book, "umkm_register", "DISKOP_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 1), "{:?}", outcome.examples);
    assert_eq!(lake.rows("select rule from ops.quarantine").await, ["lost_digits"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_no_dates_and_days_may_count_from_1904() {
    let rows: &[&[&str]] = &[
        HEADER,
        &["Wakatobi", "s=\"1\"|<v>0.3125</v>", "1", "2"],
        &["Wakatobi", "s=\"2\"|<v>43830</v>", "1", "2"],
        &["Wakatobi", "|<v>43861</v>", "1", "2"],
        &["Wakatobi", "t=\"d\"|<v>2025-03-01T00:00:00</v>", "1", "2"],
    ];
    let settings = Settings {
        before: r#"<workbookPr date1904="1"/>"#,
        formats: &["hh:mm", "yyyy-mm-dd"],
        ..Settings::default()
    };
    let (loaded, account) =
        load_book(description(), &workbook_with(&settings, &[("Data", rows)])).await;
    let months: Vec<&str> = loaded.iter().map(|row| &row[5..15]).collect();
    assert_eq!(months, ["2024-01-01", "2024-02-01", "2025-03-01"]);
    assert_eq!(account[1..], ["B2|not_a_date"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_may_stand_in_a_column_of_days_and_one_of_times() {
    let text = "t=\"inlineStr\"|<is><t>08.00</t></is>";
    let rows: &[&[&str]] = &[
        &["Tiket", "Tanggal", "Jam", "Neto"],
        &["a", "s=\"2\"|<v>45658</v>", "s=\"1\"|<v>0.3125</v>", "1"],
        &["b", "s=\"2\"|<v>45658</v>", "07.45", "1"],
        &["c", "01/01/2025", text, "1"],
        &["d", "s=\"1\"|<v>0.3125</v>", text, "1"],
    ];
    let settings = Settings { formats: &["hh:mm", "yyyy-mm-dd"], ..Settings::default() };
    let book = workbook_with(&settings, &[("Data", rows)]);
    let project = project_of(json!({
        "dataset": "waste_weighbridge",
        "columns": [
            {"field": "ticket_id", "header": ["Tiket"]},
            {"field": "ts_in", "header": ["Tanggal"], "join": ["Jam"]},
            {"field": "net_ton", "header": ["Neto"]},
        ],
        "constants": {"facility_id": "TPA", "region_origin": "7407", "source_class": "household",
                      "weighed": "false", "volume_m3": "4"},
    }));
    let lake = TestLake::new().await;
    let outcome = load_files(&lake, &project, &[("file.xlsx".to_owned(), book.as_slice())]).await;
    assert_eq!((outcome.accepted, outcome.rejected), (3, 1), "{outcome:?}");
    let times = "select cast(ts_in as varchar) from silver.waste_weighbridge order by ticket_id";
    assert_eq!(
        lake.rows(times).await,
        ["2025-01-01T07:30:00", "2025-01-01T07:45:00", "2025-01-01T08:00:00"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_merged_over_two_months_is_that_of_neither() {
    let rows: &[&[&str]] = &[
        &["Kabupaten/Kota", "Januari 2024", "Februari 2024", "Maret 2024"],
        &["Wakatobi", "900", "", "50"],
        &["Baubau", "10", "20", "30"],
    ];
    let description = json!({
        "columns": [column("region_code", "Kabupaten/Kota")],
        "unpivot": {"value": "handled_ton", "header": [{"row": 0, "field": "period_month"}]},
    });
    let settings = Settings { merged: &["B2:C2", "D2:D3"], ..Settings::default() };
    let book = workbook_with(&settings, &[("Data", rows)]);
    let (loaded, account) = load_book(description.clone(), &book).await;
    assert_eq!(loaded.len(), 3, "{loaded:?}");
    assert!(account.iter().any(|own| own.ends_with("|merged_cells")), "{account:?}");
    // A year over its months is merged as well: that is a header.
    let rows: &[&[&str]] = &[
        &["Kabupaten/Kota", "2024", "", "2025"],
        &["", "Januari 2024", "Februari 2024", "Januari 2025"],
        &["Wakatobi", "900", "40", "50"],
    ];
    let mut description = description;
    description["header"] = json!({"rows": 2});
    description["unpivot"]["header"] = json!([{"row": 1, "field": "period_month"}]);
    let settings = Settings { merged: &["B1:C1"], ..Settings::default() };
    let book = workbook_with(&settings, &[("Data", rows)]);
    let (loaded, account) = load_book(description, &book).await;
    assert_eq!(loaded.len(), 3, "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn digits_that_only_a_format_shows_and_raised_ones_are_no_numbers() {
    let raised = "t=\"inlineStr\"|<is><r><t>300</t></r><r><rPr><vertAlign val=\"superscript\"/>\
                  </rPr><t>1</t></r></is>";
    let rows: &[&[&str]] = &[
        HEADER,
        &["Wakatobi", "Januari 2024", "s=\"1\"|<v>12000</v>", "20"],
        &["Wakatobi", "Februari 2024", "s=\"2\"|<v>100</v>", "20"],
        &["Wakatobi", "Maret 2024", "s=\"3\"|<v>2</v>", "20"],
        &["Wakatobi", "April 2024", "s=\"4\"|<v>1234.5</v>", "20"],
        &["Wakatobi", "Mei 2024", raised, "20"],
    ];
    let formats =
        &["#,##0,", "#,##0\".000\"", "[h]:mm", "_-* #,##0_-;-* #,##0_-;_-* \"-\"_-;_-@_-"];
    let settings = Settings { formats, ..Settings::default() };
    let book = workbook_with(&settings, &[("Data", rows)]);
    let (loaded, account) = load_book(description(), &book).await;
    assert_eq!(loaded.len(), 1, "{loaded:?}");
    assert!(loaded[0].contains("1234.500"), "{loaded:?}");
    let cells = ["C2", "C3", "C4", "C6"].map(|cell| format!("{cell}|not_a_number"));
    assert_eq!(account[1..], cells);
}
