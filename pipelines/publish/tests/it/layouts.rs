//! Layouts as offices send them: units in the header, the table more than once in a sheet, a region
//! once for its rows, counts from January on.

use crate::lake::{TestLake, project_with, texts};
use koridor_lake::ledger::FileStatus;
use koridor_lake::load::ingest::Loader;
use koridor_lake::{Engine, Snapshot};
use koridor_read::recognise::Request;
use std::sync::Arc;

const COLUMNS: &str = r#"[{"field": "region_code", "header": ["Kabupaten/Kota"]}, {"field": "period_month", "header": ["Bulan"]},
    {"field": "reduced_ton", "header": ["Pengurangan"]}, {"field": "handled_ton", "header": ["Penanganan"]}]"#;

/// Loads a file under a description of its own; returns the current rows, then read, accepted,
/// rejected, ignored.
async fn load(description: serde_json::Value, file: &str) -> (Vec<String>, Vec<String>) {
    load_all(description, &[file]).await
}

/// As [`load`], of several files one after the other; the account is that of the last. A `totals`
/// of the description is that of its contract.
async fn load_all(
    mut description: serde_json::Value,
    files: &[&str],
) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    if let Some(totals) = description.as_object_mut().unwrap().remove("totals") {
        let mut contract: serde_json::Value =
            serde_json::from_str(include_str!("../../../../schemas/datasets/waste_handling.json"))
                .unwrap();
        contract["koridor"]["totals"] = totals;
        std::fs::create_dir_all(folder.path().join("schemas/datasets")).unwrap();
        std::fs::write(
            folder.path().join("schemas/datasets/waste_handling.json"),
            contract.to_string(),
        )
        .unwrap();
    }
    std::fs::create_dir_all(folder.path().join("schemas/sources")).unwrap();
    let mut whole = serde_json::json!({
        "name": "TRIAL", "title": "Coba", "title_en": "Trial", "dataset": "waste_handling", "source_ids": ["DLH_7407"], "numbers": "id", "dates": "dmy"
    });
    whole.as_object_mut().unwrap().extend(description.as_object().unwrap().clone());
    std::fs::write(folder.path().join("schemas/sources/TRIAL.json"), whole.to_string()).unwrap();
    let project = Arc::new(project_with(folder.path()));
    let lake = TestLake::new().await;
    let mut loader =
        Loader::new(Arc::clone(&project), lake.storage.clone(), "test".into()).await.unwrap();
    let request = Request { source: Some("TRIAL".into()), ..Request::default() };
    let mut last = None;
    for (index, file) in files.iter().enumerate() {
        let landed = lake.land(&format!("file{index}.csv"), file);
        let (mut outcomes, _) =
            loader.load(&[(landed, request.clone())], &mut |_| {}).await.unwrap();
        last = outcomes.pop();
    }
    let outcome = last.unwrap();
    assert!(outcome.message.is_none(), "{:?}", outcome.message);
    let snapshot = Snapshot::head(project, lake.storage.clone()).await.unwrap();
    let engine = Engine::open(snapshot).unwrap();
    let rows = texts(
        &engine
            .rows(
                "select region_code, period_month, reduced_ton, handled_ton, obs_status, array_to_string(qc_flags, ',') as flags
                 from core.waste_handling order by 1, 2",
            )
            .await
            .unwrap(),
    );
    let refused = engine
        .rows("select cell, rule from ops.quarantine order by row_number, cell")
        .await
        .unwrap();
    let mut account = vec![format!(
        "{} {} {} {}",
        outcome.read, outcome.accepted, outcome.rejected, outcome.ignored
    )];
    account.extend(texts(&refused));
    account.extend(
        texts(&engine.rows("select columns_json from ops.files").await.unwrap())
            .into_iter()
            .filter(|text| text.contains(" x ")),
    );
    (rows, account)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_in_the_header_is_converted_and_noted() {
    let columns = serde_json::json!([
        {"field": "region_code", "header": ["Kabupaten/Kota"]}, {"field": "period_month", "header": ["Bulan"]},
        {"field": "reduced_ton", "header": ["Pengurangan"], "units": {"ton": "1", "kg": "0.001"}},
        {"field": "handled_ton", "header": ["Penanganan"], "units": {"ton": "1", "kg": "0.001"}}
    ]);
    let file = "Kabupaten/Kota;Bulan;Pengurangan (kg);Penanganan (ton)\nWakatobi;Januari 2024;1.500;20,25\nBaubau;Januari 2024;2.000;x\n";
    let (rows, account) = load(serde_json::json!({"columns": columns}), file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.500|20.250|final|"]);
    assert_eq!(account[..2], ["2 1 1 0", "D3|not_a_number"]);
    assert!(
        account[2].contains("C (kg x 0.001)") && account[2].contains("D (ton x 1)"),
        "{account:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_below_each_other_keep_their_own_title() {
    let columns: serde_json::Value = serde_json::from_str(COLUMNS).unwrap();
    let columns: Vec<_> = columns.as_array().unwrap().iter().skip(1).cloned().collect();
    let description = serde_json::json!({
        "columns": columns, "repeats": ["down"], "context": [{"field": "region_code", "from": "title", "pattern": "^Kabupaten/Kota: (.*)$"}]
    });
    let file = "LAPORAN;;\nKabupaten/Kota: Wakatobi;;\nBulan;Pengurangan;Penanganan\nJanuari 2024;1;10\nPebruari 2024;2;20\nJumlah;3;30\n;;\nKabupaten/Kota: Kota Baubau;;\nBulan;Pengurangan;Penanganan\nJanuari 2024;5;50\nMaret 2024;x;60\nJumlah;11;110\n";
    let (rows, account) = load(description, file).await;
    assert_eq!(
        rows,
        [
            "7407|2024-01-01|1.000|10.000|final|",
            "7407|2024-02-01|2.000|20.000|final|",
            "7472|2024-01-01|5.000|50.000|final|"
        ]
    );
    assert_eq!(account[1..], ["B11|not_a_number"]);
    let counts: Vec<u64> = account[0].split(' ').map(|count| count.parse().unwrap()).collect();
    assert_eq!((counts[0], counts[1], counts[2]), (counts[1] + counts[2] + counts[3], 3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_side_by_side_keep_their_addresses() {
    let columns: serde_json::Value = serde_json::from_str(COLUMNS).unwrap();
    let file = "Triwulan I;;;;;Triwulan II;;;\nKabupaten/Kota;Bulan;Pengurangan;Penanganan;;Kabupaten/Kota;Bulan;Pengurangan;Penanganan\nWakatobi;Januari 2024;1;10;;Wakatobi;April 2024;4;40\nBaubau;Januari 2024;2;20;;Baubau;April 2024;5;y\n";
    let (rows, account) =
        load(serde_json::json!({"columns": columns, "repeats": ["across"]}), file).await;
    assert_eq!(
        rows,
        [
            "7407|2024-01-01|1.000|10.000|final|",
            "7407|2024-04-01|4.000|40.000|final|",
            "7472|2024-01-01|2.000|20.000|final|"
        ]
    );
    assert_eq!(account[1..], ["I4|not_a_number"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_may_stand_alone_above_its_rows() {
    let columns: serde_json::Value = serde_json::from_str(COLUMNS).unwrap();
    let columns: Vec<_> = columns.as_array().unwrap().iter().skip(1).cloned().collect();
    let file = "Bulan;Pengurangan;Penanganan\nKAB. WAKATOBI;;\nJanuari 2024;1;10\nKOTA BAUBAU;;\nJanuari 2024;2;20\nJumlah;3;30\n";
    let (rows, account) =
        load(serde_json::json!({"columns": columns, "section": "region_code"}), file).await;
    assert_eq!(
        rows,
        ["7407|2024-01-01|1.000|10.000|final|", "7472|2024-01-01|2.000|20.000|final|"]
    );
    assert_eq!(account, ["5 2 0 3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_from_january_on_become_months() {
    let columns = serde_json::json!([
        {"field": "region_code", "header": ["Kabupaten/Kota"]}, {"field": "period_month", "header": ["Bulan"]},
        {"field": "reduced_ton", "header": ["Pengurangan"]}, {"field": "handled_ton", "header": ["Penanganan"], "cumulative": true}
    ]);
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\nWakatobi;Januari 2024;1;10\nWakatobi;Pebruari 2024;1;25\nWakatobi;Maret 2024;1;20\nWakatobi;April 2024;1;50\nWakatobi;Juni 2024;1;70\n";
    let (rows, account) = load(serde_json::json!({"columns": columns}), file).await;
    assert_eq!(
        rows,
        [
            "7407|2024-01-01|1.000|10.000|final|",
            "7407|2024-02-01|1.000|15.000|final|",
            "7407|2024-03-01|1.000||missing|cum_revised",
            "7407|2024-04-01|1.000|30.000|final|",
            "7407|2024-06-01|1.000||missing|cum_gap",
        ]
    );
    assert_eq!(account, ["5 5 0 0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_from_january_on_may_come_a_file_a_month() {
    let columns = serde_json::json!([
        {"field": "region_code", "header": ["Kabupaten/Kota"]}, {"field": "period_month", "header": ["Bulan"]},
        {"field": "reduced_ton", "header": ["Pengurangan"], "cumulative": true},
        {"field": "handled_ton", "header": ["Penanganan"], "cumulative": true}
    ]);
    let head = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n";
    let months = ["Januari 2024;1;10", "Pebruari 2024;2;25", "Maret 2024;5;20", "Mei 2024;9;90"];
    let files: Vec<String> =
        months.iter().map(|month| format!("{head}Wakatobi;{month}\n")).collect();
    let mut files: Vec<&str> = files.iter().map(String::as_str).collect();
    let (rows, _) = load_all(serde_json::json!({"columns": columns.clone()}), &files).await;
    let current = [
        "7407|2024-01-01|1.000|10.000|final|",
        "7407|2024-02-01|1.000|15.000|final|",
        "7407|2024-03-01|3.000||missing|cum_revised",
        "7407|2024-05-01|||missing|cum_gap",
    ];
    assert_eq!(rows, current);
    // The office files March again and sends April: what followed from the old figures follows from
    // the new ones.
    let mended = format!("{head}Wakatobi;Maret 2024;5;40\nWakatobi;April 2024;8;60\n");
    files.push(&mended);
    let (rows, _) = load_all(serde_json::json!({"columns": columns}), &files).await;
    let current = [
        "7407|2024-01-01|1.000|10.000|final|",
        "7407|2024-02-01|1.000|15.000|final|",
        "7407|2024-03-01|3.000|15.000|final|",
        "7407|2024-04-01|3.000|20.000|final|",
        "7407|2024-05-01|1.000|30.000|final|",
    ];
    assert_eq!(rows, current);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_may_have_several_figures_and_its_unit_in_a_title() {
    let description = serde_json::json!({
        "header": {"rows": 2},
        "columns": [
            {"field": "region_code", "header": ["Wilayah"]},
            {"field": "reduced_ton", "units": {"ton": "1", "kg": "0.001"}},
            {"field": "handled_ton", "units": {"ton": "1", "kg": "0.001"}}
        ],
        "unpivot": {"header": [
            {"row": 0, "field": "period_month"},
            {"row": 1, "fields": {"Kurang": "reduced_ton", "Tangani": "handled_ton"}}
        ]},
        "constants": {"join:period_month": "2024"}
    });
    // A blank row stands above the band, a month is not filled in yet, and the total below is
    // compared column by column.
    let file = "SAMPAH (kg);;;;;;\n;;;;;;\nWilayah;Januari;;Pebruari;;Maret;\n;Kurang;Tangani;Kurang;Tangani;Kurang;Tangani\nWakatobi;1.000;20.000;2.000;x;;\nBaubau;3.000;40.000;;50.000;;\nJumlah;4.000;60.001;2.000;;;\n;Wangi-Wangi, 5 April 2024;;;;;\n;Kepala Dinas;;;;;\n";
    let (rows, account) = load(description, file).await;
    assert_eq!(
        rows,
        [
            "7407|2024-01-01|1.000|20.000|final|",
            "7472|2024-01-01|3.000|40.000|final|",
            "7472|2024-02-01||50.000|final|"
        ]
    );
    assert_eq!(account[1..2], ["E5|not_a_number"]);
    assert!(account[2].contains("reduced_ton[Januari]\":\"B (kg x 0.001)"), "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_for_sure_is_refused() {
    let columns: serde_json::Value = serde_json::from_str(COLUMNS).unwrap();
    // A quarter is no month, 1.000 may be one or a thousand, and a kg that is not named is no ton.
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\nWakatobi;Triwulan I 2024;1;2\nWakatobi;Januari 2024;1.000;2\nWakatobi;Maret 2024;1;2,5\n";
    let (rows, account) =
        load(serde_json::json!({"columns": columns, "numbers": "auto"}), file).await;
    assert_eq!(rows, ["7407|2024-03-01|1.000|2.500|final|"]);
    assert_eq!(account[1..], ["B2|not_a_date", "C3|ambiguous_number"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_alone_is_a_value_of_a_year_and_other_regions_are_left_out() {
    let columns = serde_json::json!([
        {"field": "region_code", "header": ["Kabupaten/Kota"]}, {"field": "period_month", "header": ["Tahun"], "dates": "year"},
        {"field": "handled_ton", "header": ["Penanganan"]}
    ]);
    let rule = serde_json::json!([{"column": ["Wilayah", "Kabupaten/Kota"], "outside_corridor": true, "reason": "outside_corridor"}]);
    let file = "Kabupaten/Kota;Tahun;Penanganan\nKab. Aceh Barat;2024;1\nWakatobi;2024;2\nWakatobbi;2024;3\nJumlah;;6\n";
    let (rows, account) =
        load(serde_json::json!({"columns": columns, "ignore_rows": rule}), file).await;
    assert_eq!(rows, ["7407|2024-01-01||2.000|final|"]);
    // One wrong letter is a misspelled name of ours, not another region.
    assert_eq!(account, ["4 1 1 2", "A4|unknown_code"]);
}

/// A workbook of sheets, each a name and its rows of texts; `=` begins a formula without a stored
/// value.
fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut part = |name: &str, text: String| {
        zip.start_file(
            name,
            zip::write::SimpleFileOptions::default()
                .compression_method(zip::CompressionMethod::Stored),
        )
        .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let numbered = || sheets.iter().enumerate().map(|(index, sheet)| (index + 1, sheet));
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let names: String = numbered()
        .map(|(id, (name, _))| format!(r#"<sheet name="{name}" sheetId="{id}" r:id="rId{id}"/>"#))
        .collect();
    part(
        "[Content_Types].xml",
        format!(
            r#"<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#
        ),
    );
    let document = format!(
        r#"<Relationship Id="rId1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/>"#
    );
    part(
        "_rels/.rels",
        format!(r#"<Relationships xmlns="{package}/relationships">{document}</Relationships>"#),
    );
    part(
        "xl/workbook.xml",
        format!(
            r#"<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{names}</sheets></workbook>"#
        ),
    );
    let targets: String = numbered()
        .map(|(id, _)| format!(r#"<Relationship Id="rId{id}" Type="{relations}/worksheet" Target="worksheets/sheet{id}.xml"/>"#))
        .collect();
    part(
        "xl/_rels/workbook.xml.rels",
        format!(r#"<Relationships xmlns="{package}/relationships">{targets}</Relationships>"#),
    );
    for (id, (_, rows)) in numbered() {
        let cell = |row: usize, column: usize, text: &str| {
            let place = format!("{}{}", (b'A' + column as u8) as char, row + 1);
            match (text.strip_prefix('='), text.parse::<f64>()) {
                (Some(formula), _) => format!(r#"<c r="{place}"><f>{formula}</f></c>"#),
                (None, Ok(number)) => format!(r#"<c r="{place}"><v>{number}</v></c>"#),
                _ => format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#),
            }
        };
        let rows: String = rows
            .iter()
            .enumerate()
            .map(|(row, cells)| {
                let cells: String = cells
                    .iter()
                    .enumerate()
                    .map(|(column, text)| cell(row, column, text))
                    .collect();
                format!(r#"<row r="{}">{cells}</row>"#, row + 1)
            })
            .collect();
        part(
            &format!("xl/worksheets/sheet{id}.xml"),
            format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#),
        );
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_datasets_in_one_workbook_are_two_loads_and_a_formula_without_value_is_refused() {
    let lake = TestLake::new().await;
    let handling: &[&[&str]] = &[
        &["Kabupaten/Kota", "Bulan", "Pengurangan (ton)", "Penanganan (ton)"],
        &["Wakatobi", "Januari 2024", "1", "20"],
        &["Wakatobi", "Pebruari 2024", "1", "=D2*2"],
    ];
    let generation: &[&[&str]] = &[
        &["Kabupaten/Kota", "Bulan", "Metode", "Timbulan (ton)"],
        &["Wakatobi", "Januari 2024", "timbang", "100"],
    ];
    let book = workbook(&[("Penanganan", handling), ("Timbulan", generation)]);
    let landed = lake.land("DLH_7407/sampah.xlsx", book);
    let outcomes = lake.load(&[(landed.clone(), Request::default())]).await.unwrap();
    let loaded: Vec<_> = outcomes
        .iter()
        .map(|one| (one.dataset.as_deref().unwrap_or_default(), one.accepted, one.rejected))
        .collect();
    assert_eq!(loaded.len(), 2, "{outcomes:?}");
    assert!(loaded.contains(&("waste_handling", 1, 1)), "{loaded:?}");
    assert!(
        loaded.iter().any(|(dataset, accepted, rejected)| *dataset == "waste_generation"
            && accepted + rejected == 1),
        "{loaded:?}"
    );
    assert_eq!(
        lake.rows("select cell, rule from ops.quarantine where dataset = 'waste_handling'").await,
        ["D3|formula_without_value"]
    );
    // The same workbook again brings nothing, under either name.
    let again = lake.load(&[(landed, Request::default())]).await.unwrap();
    assert!(again.iter().all(|one| one.status == FileStatus::Known), "{again:?}");
    assert_eq!(
        lake.rows("select count(*), count(distinct split_part(sha256, '.', 1)) from ops.files")
            .await,
        ["2|1"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slice_in_two_vintages_counts_once_and_a_mended_file_closes_its_refusals() {
    let lake = TestLake::new().await;
    let two = "region_code,period_month,reduced_ton,handled_ton,release_date,obs_status\n7407,2024-01,1,10,2024-02-10,provisional\n7407,2024-01,1,12,2024-05-10,final\n7407,2024-02,1,x,2024-05-10,final\n";
    lake.load_one("two.csv", two, "waste_handling", "DLH_7407").await;
    assert_eq!(
        lake.rows("select handled_ton, obs_status from core.waste_handling").await,
        ["12.000|final"]
    );
    assert_eq!(
        lake.rows("select slice_region, slice_period, status from ops.quarantine").await,
        ["7407|2024-02-01|open"]
    );
    let mended = "region_code,period_month,reduced_ton,handled_ton,release_date\n7407,2024-02,1,5,2024-05-11\n";
    lake.load_one("mended.csv", mended, "waste_handling", "DLH_7407").await;
    assert_eq!(lake.rows("select status from ops.quarantine").await, ["superseded"]);
    let changed = "select field, old_value, new_value, change, has_reason from ops.final_changes";
    assert_eq!(lake.rows(changed).await, [""; 0]);
    let later = "region_code,period_month,reduced_ton,handled_ton,release_date\n7407,2024-01,1,13,2024-06-01\n";
    lake.load_one("later.csv", later, "waste_handling", "DLH_7407").await;
    assert_eq!(lake.rows(changed).await, ["handled_ton|12.0|13.0|value|false"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_may_be_listed_below_each_other() {
    // Months across, the region in the title, a sum at the right that is wrong.
    let description = serde_json::json!({
        "transpose": true, "constants": {"join:period_month": "2024"},
        "columns": [
            {"field": "period_month", "header": ["Uraian"]},
            {"field": "reduced_ton", "header": ["Pengurangan"]}, {"field": "handled_ton", "header": ["Jumlah Penanganan"]}
        ],
        "context": [{"field": "region_code", "from": "title", "pattern": "(?i)(?:kabupaten|kota) (\\w+)"}]
    });
    let file = "DATA SAMPAH KABUPATEN WAKATOBI;;;;\n;;;;\nNo;Uraian;Januari;Pebruari;Maret;April;Jumlah\n1;Pengurangan;1,5;x;y;;9\n2;Jumlah Penanganan;20;30;z;;50\nSumber: DLH;;;;\n";
    let (rows, account) = load(description, file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.500|20.000|final|"]);
    // A month that is not filled in is no row; one that cannot be read is a refused one.
    assert_eq!(account[1..], ["D4|not_a_number", "E4|not_a_number"]);
    let counts: Vec<u64> = account[0].split(' ').map(|count| count.parse().unwrap()).collect();
    assert_eq!((counts[0], counts[1], counts[2]), (counts[1] + counts[2] + counts[3], 1, 2));

    // A unit beside each field, the month in a row of its own.
    let description = serde_json::json!({
        "transpose": true, "header": {"rows": 2},
        "columns": [
            {"field": "region_code", "header": ["Kabupaten/Kota"]}, {"field": "period_month", "header": ["Bulan"]},
            {"field": "reduced_ton", "header": ["Pengurangan"], "units": {"ton": "1", "kg": "0.001"}},
            {"field": "handled_ton", "header": ["Penanganan"], "units": {"ton": "1", "kg": "0.001"}}
        ]
    });
    let file = "Kabupaten/Kota;;Wakatobi\nBulan;;Januari 2024\nUraian;Satuan;Nilai\nPengurangan;kg;1.500\nPenanganan;ton;20\n";
    let (rows, account) = load(description, file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.500|20.000|final|"], "{account:?}");

    // A region for a block of fields, months across.
    let description = serde_json::json!({
        "transpose": true, "header": {"rows": 2},
        "columns": [{"field": "period_month", "header": ["Uraian"]}],
        "unpivot": {"header": [
            {"row": 0, "field": "region_code"}, {"row": 1, "fields": {"Jumlah dikurangi": "reduced_ton", "Jumlah ditangani": "handled_ton"}}
        ]}
    });
    let file = "Wilayah;Uraian;Januari 2024;Pebruari 2024\nWakatobi;Jumlah dikurangi;1;2\n;Jumlah ditangani;10;20\n;Lain-lain;7;8\nBaubau;Jumlah dikurangi;3;4\n;Jumlah ditangani;30;y\n";
    let (rows, account) = load(description, file).await;
    assert_eq!(
        rows,
        [
            "7407|2024-01-01|1.000|10.000|final|",
            "7407|2024-02-01|2.000|20.000|final|",
            "7472|2024-01-01|3.000|30.000|final|"
        ],
        "{account:?}"
    );
    assert_eq!(account[1..], ["D6|not_a_number"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_may_stand_below_each_other_with_a_year_above_their_months() {
    let description = serde_json::json!({
        "transpose": true, "repeats": ["down"], "fill_down": ["period_month"],
        "columns": [
            {"field": "period_month", "header": ["Uraian 2"], "join": ["Uraian"]},
            {"field": "reduced_ton", "header": ["Pengurangan"]}, {"field": "handled_ton", "header": ["Penanganan"]}
        ],
        "context": [{"field": "region_code", "from": "title", "pattern": "^((?:KABUPATEN|KOTA) .*)$"}]
    });
    let list = |title: &str, first: u32| {
        format!(
            "{title};;;;\nUraian;2023;;2024;\n;November;Desember;Januari;Pebruari\nPengurangan;{first};2;3;\nPenanganan;{first}0;20;30;\n;;;;\n"
        )
    };
    let file =
        format!("DATA SAMPAH;;;;\n{}{}", list("KABUPATEN WAKATOBI", 1), list("KOTA BAUBAU", 5));
    let (rows, account) = load(description, &file).await;
    let months = |region: &str, first: u32| {
        [
            format!("{region}|2023-11-01|{first}.000|{first}0.000|final|"),
            format!("{region}|2023-12-01|2.000|20.000|final|"),
            format!("{region}|2024-01-01|3.000|30.000|final|"),
        ]
    };
    assert_eq!(rows, [months("7407", 1), months("7472", 5)].concat(), "{account:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_text_file_is_as_strict_as_a_large_one() {
    let columns: serde_json::Value = serde_json::from_str(COLUMNS).unwrap();
    let file = "Kabupaten/Kota,Bulan,Pengurangan,Penanganan\nWakatobi,Januari 2024,1,234,5\nWakatobi,Pebruari 2024,1\nBaubau,Januari 2024,2,20,\nSumber: DLH\n";
    let (rows, account) =
        load(serde_json::json!({"columns": columns, "numbers": "en"}), file).await;
    assert_eq!(rows, ["7472|2024-01-01|2.000|20.000|final|"]);
    assert_eq!(account, ["4 1 2 1", "A2|ragged_row", "A3|ragged_row"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_may_be_given_once_beside_its_months() {
    let columns = serde_json::json!([
        {"field": "region_code", "header": ["Kabupaten/Kota"]}, {"field": "period_month", "header": ["Bulan"], "join": ["Tahun"]},
        {"field": "reduced_ton", "header": ["Pengurangan"]}, {"field": "handled_ton", "header": ["Penanganan"]}
    ]);
    let file = "Kabupaten/Kota;Tahun;Bulan;Pengurangan;Penanganan\nWakatobi;2023;November;1;10\n;;Desember;2;20\n;2024;Januari;3;30\n";
    let (rows, account) = load(
        serde_json::json!({"columns": columns, "fill_down": ["region_code", "period_month"]}),
        file,
    )
    .await;
    assert_eq!(
        rows,
        [
            "7407|2023-11-01|1.000|10.000|final|",
            "7407|2023-12-01|2.000|20.000|final|",
            "7407|2024-01-01|3.000|30.000|final|"
        ],
        "{account:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_may_refuse_rows_whose_total_differs() {
    let columns: serde_json::Value = serde_json::from_str(COLUMNS).unwrap();
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\nWakatobi;Januari 2024;1;10\nBaubau;Januari 2024;2;20\nSub Total;;3;30\nButon;Januari 2024;3;30\nKonsel;Januari 2024;4;40\nSub Total;;7;75\n";
    let (rows, account) =
        load(serde_json::json!({"columns": columns.clone(), "totals": "warn"}), file).await;
    assert_eq!((rows.len(), account), (4, vec!["6 4 0 2".to_owned()]));
    let (rows, account) =
        load(serde_json::json!({"columns": columns, "totals": "reject"}), file).await;
    assert_eq!(
        rows,
        ["7407|2024-01-01|1.000|10.000|final|", "7472|2024-01-01|2.000|20.000|final|"]
    );
    assert_eq!(account, ["6 2 2 2", "D5|total_differs", "D6|total_differs"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_sees_the_place_that_is_carried_down_and_a_total_what_it_leaves_out() {
    let columns: serde_json::Value = serde_json::from_str(COLUMNS).unwrap();
    let description = |rule: serde_json::Value| serde_json::json!({"columns": columns.clone(), "fill_down": ["region_code"], "ignore_rows": [rule]});
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\nButon;Januari 2024;1;10\nButon Selatan;Januari 2024;100;100\n;Pebruari 2024;200;200\nKonsel *);Januari 2024;7;70\n;Pebruari 2024;8;80\nKodya Baubau;Januari 2024;1;1\nSub Jumlah;;317;461\n";
    let current = [
        "7401|2024-01-01|1.000|10.000|final|",
        "7405|2024-01-01|7.000|70.000|final|",
        "7405|2024-02-01|8.000|80.000|final|",
    ];
    for rule in [
        serde_json::json!({"column": "Kabupaten/Kota", "outside_corridor": true, "reason": "outside_corridor"}),
        serde_json::json!({"column": "Kabupaten/Kota", "matches": ["Buton Selatan"], "reason": "outside_corridor"}),
    ] {
        let (rows, account) = load(description(rule), file).await;
        assert_eq!(rows, current);
        assert_eq!(account, ["7 3 1 3", "A7|unknown_code"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_the_description_does_not_know_is_refused() {
    let columns: serde_json::Value = serde_json::from_str(COLUMNS).unwrap();
    let file = "DATA SAMPAH (dalam kg);;;\nKabupaten/Kota;Bulan;Pengurangan;Penanganan\nWakatobi;Januari 2024;1000;2000\n";
    let lake = TestLake::new().await;
    let folder = lake.folder.path().join("project");
    std::fs::create_dir_all(folder.join("schemas/sources")).unwrap();
    let whole = serde_json::json!({
        "name": "TRIAL", "title": "Coba", "title_en": "Trial", "dataset": "waste_handling", "source_ids": ["DLH_7407"], "columns": columns
    });
    std::fs::write(folder.join("schemas/sources/TRIAL.json"), whole.to_string()).unwrap();
    let project = Arc::new(project_with(&folder));
    let mut loader = Loader::new(project, lake.storage.clone(), "test".into()).await.unwrap();
    let request = Request { source: Some("TRIAL".into()), ..Request::default() };
    let (outcomes, _) =
        loader.load(&[(lake.land("file.csv", file), request)], &mut |_| {}).await.unwrap();
    assert!(
        outcomes[0].message.as_ref().unwrap().en.contains(r#"needs `units`: {"kg": "0.001"}"#),
        "{outcomes:?}"
    );
    let columns = serde_json::json!([
        {"field": "region_code", "header": ["Kabupaten/Kota"]}, {"field": "period_month", "header": ["Bulan"]},
        {"field": "reduced_ton", "header": ["Pengurangan"], "units": {"kg": "0.001", "ton": "1"}},
        {"field": "handled_ton", "header": ["Penanganan"], "units": {"kg": "0.001", "ton": "1"}}
    ]);
    let (rows, _) = load(serde_json::json!({"columns": columns}), file).await;
    assert_eq!(rows, ["7407|2024-01-01|1.000|2.000|final|"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn known_bytes_may_be_another_days_word_and_what_a_file_withdraws_is_told() {
    let lake = TestLake::new().await;
    let none = Request::default;
    let handling = |tons: &str| {
        format!("region_code,period_month,reduced_ton,handled_ton\n7472,2025-01-01,{tons},80\n")
    };
    for (day, tons) in [("2025-03-01", "10.5"), ("2025-04-01", "99.9"), ("2025-05-01", "10.5")] {
        let landed = lake.land(&format!("{day}/DLH_7472/waste_handling/p.csv"), handling(tons));
        assert_eq!(
            lake.load(&[(landed, none())]).await.unwrap()[0].status.as_str(),
            "loaded",
            "{day}"
        );
    }
    assert_eq!(
        lake.rows("select reduced_ton, release_date from core.waste_handling").await,
        ["10.500|2025-05-01"]
    );
    // Another name is no other day; another office is another submission.
    let renamed = lake.land("2025-05-01/DLH_7472/waste_handling/salinan.csv", handling("10.5"));
    assert_eq!(lake.load(&[(renamed, none())]).await.unwrap()[0].status.as_str(), "known");
    let other = lake.land("SIPSN/waste_handling/p.csv", handling("10.5"));
    assert_eq!(lake.load(&[(other, none())]).await.unwrap()[0].status.as_str(), "loaded");
    assert_eq!(
        lake.rows("select count(*), count(distinct source_id) from core.waste_handling").await,
        ["2|2"]
    );

    let flow = |measure: &str, channel: &str| {
        format!(
            "region_code,period_month,channel,method,measure,market,origin_code,stay,value\n7407,2025-01-01,{channel},ticket,{measure},wisman,XXX,unknown,50\n"
        )
    };
    lake.load_one("objek.csv", flow("visits", "attraction"), "visitor_flow", "DISPAR_7407").await;
    let outcome = lake
        .load_one("tamu.csv", flow("guests", "accommodation"), "visitor_flow", "DISPAR_7407")
        .await;
    assert!(
        outcome.warnings.iter().any(|warning| warning.en.contains("held \"visits\"")),
        "{outcome:?}"
    );
    assert_eq!(
        lake.rows("select file_name, what, other_file, theme, slices from ops.withdrawals where dataset = 'visitor_flow'").await,
        ["tamu.csv|withdrawn|objek.csv|visits|1"]
    );
}
