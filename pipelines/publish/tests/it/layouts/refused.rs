//! What a layout leaves in doubt is refused.

use super::{column, columns, load, load_files, load_into, project_of, told, with};
use crate::book::{Settings, workbook_with};
use crate::lake::{TestLake, project_with};
use koridor_contract::Project;
use koridor_lake::load::ingest::Loader;
use koridor_read::recognise::Request;
use serde_json::{Value, json};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_for_sure_is_refused() {
    // A quarter is no month, 1.000 may be one or a thousand, and a kg that is not named is no ton.
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                Wakatobi;Triwulan I 2024;1;2\n\
                Wakatobi;Januari 2024;1.000;2\n\
                Wakatobi;Maret 2024;1;2,5\n";
    let (rows, account) = load(json!({"columns": columns(), "numbers": "auto"}), file).await;
    assert_eq!(rows, ["7407|2024-03-01|1.000|2.500|final|"]);
    assert_eq!(account[1..], ["B2|not_a_date", "C3|ambiguous_number"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_text_file_is_as_strict_as_a_large_one() {
    let file = "Kabupaten/Kota,Bulan,Pengurangan,Penanganan\n\
                Wakatobi,Januari 2024,1,234,5\n\
                Wakatobi,Pebruari 2024,1\n\
                Baubau,Januari 2024,2,20,,\n\
                Sumber: DLH\n";
    let (rows, account) = load(json!({"columns": columns(), "numbers": "en"}), file).await;
    assert_eq!(rows, ["7472|2024-01-01|2.000|20.000|final|"]);
    assert_eq!(account, ["4 1 2 1", "A2|ragged_row", "A3|ragged_row"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_may_refuse_rows_whose_total_differs() {
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                Wakatobi;Januari 2024;1;10\n\
                Baubau;Januari 2024;2;20\n\
                Sub Total;;3;30\n\
                Buton;Januari 2024;3;30\n\
                Konsel;Januari 2024;4;40\n\
                Sub Total;;7;75\n";
    let (rows, account) = load(json!({"columns": columns(), "totals": "warn"}), file).await;
    assert_eq!((rows.len(), account), (4, vec!["6 4 0 2".to_owned()]));
    let (rows, account) = load(json!({"columns": columns(), "totals": "reject"}), file).await;
    assert_eq!(
        rows,
        ["7407|2024-01-01|1.000|10.000|final|", "7472|2024-01-01|2.000|20.000|final|"]
    );
    assert_eq!(account, ["6 2 2 2", "D5|total_differs", "D6|total_differs"]);
}

/// `29.455,57` without quotes is a cell more, however the description rearranges its rows.
#[tokio::test(flavor = "multi_thread")]
async fn a_shifted_row_is_refused_under_every_kind_of_description() {
    let plain = "Kabupaten/Kota,Bulan,Pengurangan,Penanganan\n\
                 Wakatobi,2024-01,80,70,29455,57\n\
                 Baubau,2024-01,2,20,,\n";
    let last = ["7472|2024-01-01|2.000|20.000|final|"];
    let ignore = json!([{"column": "Kabupaten/Kota", "matches": ["x"], "reason": "x"}]);
    for (key, value) in [
        ("ignore_rows", ignore),
        ("fill_down", json!(["region_code"])),
        ("section", json!("region_code")),
        ("repeats", json!(["down"])),
    ] {
        let description = with(json!({"columns": columns(), "dates": "iso"}), key, value);
        let (rows, account) = load(description, plain).await;
        assert_eq!(
            (rows, &account[1..]),
            (last.map(str::to_owned).into(), &["A2|ragged_row".to_owned()][..]),
            "{key}"
        );
    }
    let titled = format!("Laporan 2024\n{}", plain.replace("2024-01", "Januari"));
    let context = json!([{"field": "join:period_month", "from": "title", "pattern": "(20\\d\\d)"}]);
    let (rows, account) = load(json!({"columns": columns(), "context": context}), &titled).await;
    assert_eq!(
        (rows, &account[1..]),
        (last.map(str::to_owned).into(), &["A3|ragged_row".to_owned()][..])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shifted_row_among_columns_of_months_is_refused() {
    let file = "Kabupaten/Kota,Januari 2024,Pebruari 2024\n\
                Wakatobi,80,70,90\n\
                Baubau,2,20\n";
    let unpivot = json!({"value": "handled_ton", "header": [{"row": 0, "field": "period_month"}]});
    let region = json!([{"field": "region_code", "header": ["Kabupaten/Kota"]}]);
    let (rows, account) = load(json!({"columns": region, "unpivot": unpivot}), file).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(account, ["3 2 1 0", "A2|ragged_row"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shifted_row_of_a_transposed_list_is_refused() {
    let file = "Uraian,Satuan,Januari 2024,Pebruari 2024\n\
                Pengurangan,ton,1,2\n\
                Penanganan,ton,80,70,90\n";
    let columns = vec![
        json!({"field": "period_month", "header": ["Uraian"]}),
        json!({"field": "reduced_ton", "header": ["Pengurangan"]}),
        json!({"field": "handled_ton", "header": ["Penanganan"], "optional": true}),
    ];
    let constants = json!({"region_code": "7407"});
    let ignore = json!([{"column": "Uraian", "matches": ["Satuan"], "reason": "unit"}]);
    let description = json!({
        "columns": columns, "constants": constants, "transpose": true, "ignore_rows": ignore
    });
    let (rows, account) = load(description, file).await;
    assert!(rows.iter().all(|row| !row.contains("80")), "{rows:?}");
    assert!(account.contains(&"A3|ragged_row".to_owned()), "{account:?}");
}

/// What an office reads of the refused rows of a file.
async fn messages(description: Value, file: &str) -> Vec<String> {
    let lake = TestLake::new().await;
    load_into(&lake, &project_of(description), &[file]).await;
    lake.rows("select message_en from ops.quarantine order by row_number").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_given_once_for_a_block_is_told_as_such() {
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                Wakatobi;Januari 2024;1;10\n\
                ;Pebruari 2024;2;20\n\
                ;Maret 2024;3;30\n\
                Baubau;;6;60\n";
    let told = messages(json!({"columns": columns()}), file).await;
    let hint = "; A2 above seems to hold for this row too (merged cells, or given in the first row \
                alone): fill in every row, or name region_code in `fill_down` of the description";
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[..2].iter().all(|own| own.ends_with(&format!("must be given{hint}"))), "{told:?}");
    assert!(told[2].ends_with("must be given"), "a label of a group: {told:?}");
    // Without a description nobody can name it there.
    let lake = TestLake::new().await;
    let own = "region_code,period_month,reduced_ton,handled_ton\n7407,2024-01,1,2\n,2024-02,1,2\n";
    lake.load_one("own.csv", own, "waste_handling", "DLH_7407").await;
    let told = lake.rows("select message_en from ops.quarantine").await;
    assert!(told[0].ends_with("alone): fill in every row"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_where_months_stand_is_told_its_month() {
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                Wakatobi;31/01/2024;1;10\n\
                Wakatobi;1/2/2024;1;10\n";
    let told = messages(json!({"columns": columns()}), file).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].ends_with("; if its month is meant, write 2024-01"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_that_holds_a_date_is_told_to_hold_one() {
    let rows: &[&[&str]] = &[
        &["Kabupaten/Kota", "Bulan", "Pengurangan", "Penanganan"],
        &["Wakatobi", "s=\"1\"|<v>45306</v>", "|<v>1</v>", "|<v>2</v>"],
        &["Wakatobi", "Februari 2024", "s=\"1\"|<v>45323</v>", "|<v>2</v>"],
    ];
    let settings = Settings { formats: &["mmm-yy"], ..Settings::default() };
    let file = workbook_with(&settings, &[("Data", rows)]);
    let (lake, project) = (TestLake::new().await, project_of(json!({"columns": columns()})));
    load_files(&lake, &project, &[("a.xlsx".to_owned(), file.as_slice())]).await;
    let told = lake.rows("select cell, message_en from ops.quarantine order by row_number").await;
    assert!(told[0].starts_with("B2|") && told[0].contains("where Excel shows its month alone"));
    assert!(told[0].ends_with("; if its month is meant, write 2024-01"), "{told:?}");
    assert!(told[1].starts_with("C3|") && told[1].contains("; the cell holds a date"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_line_that_is_cut_is_told_as_such() {
    let file = |last: &str| {
        format!(
            "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
             Wakatobi;Januari 2024;1;10\n{last}"
        )
    };
    for (last, rules) in [
        ("Wakatobi;Pebruari 2024;2", &["A3|cut_line"][..]),
        ("Wakatobi;Pebruari 2024", &["A3|cut_line"]),
        ("Waka", &["A3|cut_line"]),
        ("Wakatobi;Pebruari 2024;2\n", &["A3|ragged_row"]),
        ("Wakatobi;Pebruari 2024;2;20;3", &["A3|ragged_row"]),
        // Lines of which others have as few are not cut.
        ("Baubau;Januari 2024;2\nButon;Januari 2024;2", &["A3|ragged_row", "A4|ragged_row"]),
        ("Wakatobi;Pebruari 2024;2;20", &[]),
        ("Sumber: DLH", &[]),
    ] {
        let (_, account) = load(json!({"columns": columns()}), &file(last)).await;
        assert_eq!(account[1..], *rules, "{last}");
    }
    // Without a description, as a large text is read.
    let lake = TestLake::new().await;
    let own = "region_code,period_month,reduced_ton,handled_ton\n7407,2024-01,1,2\n7407,2024-02,1";
    lake.load_one("own.csv", own, "waste_handling", "DLH_7407").await;
    assert_eq!(lake.rows("select rule from ops.quarantine").await, ["cut_line"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_of_one_name_below_two_heads_are_told_with_their_places() {
    let file = "Kabupaten/Kota;Bulan;Target;;Realisasi;\n\
                ;;Pengurangan;Penanganan;Pengurangan;Penanganan\n\
                Wakatobi;Januari 2024;100;200;1;10\n";
    for (rows, expected) in [
        (
            1,
            "\"Pengurangan\" is there more than once (C2 below \"Target\", E2 below \"Realisasi\")",
        ),
        (2, "\"Pengurangan\" is there twice (C: \"Target\", E: \"Realisasi\"); remove or rename"),
    ] {
        let description = json!({"columns": columns(), "header": {"rows": rows}});
        let outcome = load_into(&TestLake::new().await, &project_of(description), &[file]).await;
        let message = outcome.message.map(|own| own.en).unwrap_or_default();
        assert!(message.contains(expected), "{message}");
    }
    // A column that is missing is told as such.
    let file = "Kabupaten/Kota;Bulan;Pengurangan\nWakatobi;Januari 2024;1\n";
    let project = project_of(json!({"columns": columns()}));
    let outcome = load_into(&TestLake::new().await, &project, &[file]).await;
    let message = outcome.message.map(|own| own.en).unwrap_or_default();
    assert!(message.contains("required columns are missing: \"Penanganan\""), "{message}");
}

/// A project with two descriptions that read the same columns, by the patterns of their names.
fn project_of_two(patterns: [&str; 2]) -> Arc<Project> {
    let folder = tempfile::tempdir().unwrap();
    let sources = folder.path().join("schemas/sources");
    std::fs::create_dir_all(&sources).unwrap();
    let columns = json!([
        column("region_code", "Kabupaten"),
        column("period_month", "Masa"),
        column("handled_ton", "Jumlah Sampah"),
    ]);
    let same = patterns[0] == patterns[1];
    let other = if same { "final" } else { "revised" };
    for (name, pattern, status) in
        [("TRIAL_A", patterns[0], "final"), ("TRIAL_B", patterns[1], other)]
    {
        let description = json!({
            "name": name, "title": "Coba", "title_en": "Trial", "dataset": "waste_handling",
            "source_ids": ["DLH_7407"], "numbers": "id", "dates": "dmy", "files": [pattern],
            "columns": columns, "constants": {"obs_status": status}
        });
        std::fs::write(sources.join(format!("{name}.json")), description.to_string()).unwrap();
    }
    Arc::new(project_with(folder.path()))
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_descriptions_that_fit_alike_the_longer_name_is_meant() {
    let file = "Kabupaten;Masa;Jumlah Sampah\nWakatobi;Januari 2024;1\n".as_bytes();
    for (patterns, expected) in [
        (["*sampah*", "*sampah bulanan*"], Ok("revised")),
        (["*sampah bulanan*", "*bulanan*"], Ok("final")),
        (["*sampah*", "*laporan*"], Ok("final")),
        (["*bulan*", "*ampah*"], Err("the file fits TRIAL_A and TRIAL_B")),
        // Two that read the file in the same way may both be meant.
        (["*bulan*", "*bulan*"], Ok("final")),
    ] {
        let (project, lake) = (project_of_two(patterns), TestLake::new().await);
        let mut loader =
            Loader::new(Arc::clone(&project), lake.storage.clone(), "test".into()).await.unwrap();
        let landed = lake.land("sampah bulanan.csv", file);
        let (mut outcomes, _) =
            loader.load(&[(landed, Request::default())], &mut |_| {}).await.unwrap();
        let outcome = outcomes.pop().unwrap();
        let message = outcome.message.as_ref().map(|own| own.en.clone());
        match expected {
            Err(told) => assert!(message.unwrap().starts_with(told), "{patterns:?}"),
            Ok(status) => {
                let (rows, _) = told(&lake, project, outcome).await;
                assert!(rows[0].contains(status), "{patterns:?}: {rows:?}");
            }
        }
    }
}
