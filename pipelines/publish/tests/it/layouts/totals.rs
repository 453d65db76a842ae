//! Totals at the end of a row, and totals of which a cell was refused.

use super::{column, columns, load_into, project_of, with};
use crate::lake::TestLake;
use koridor_lake::load::outcome::FileOutcome;
use serde_json::{Value, json};

async fn loaded(description: Value, file: &str) -> FileOutcome {
    load_into(&TestLake::new().await, &project_of(description), &[file]).await
}

/// What is told of the totals of a file.
async fn told(description: Value, file: &str) -> Vec<String> {
    loaded(description, file).await.warnings.into_iter().map(|warning| warning.en).collect()
}

fn months() -> Value {
    json!({
        "columns": [column("region_code", "Kabupaten/Kota")],
        "unpivot": {
            "value": "handled_ton",
            "header": [{"row": 0, "field": "period_month"}],
        },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_at_the_right_is_compared_with_its_row() {
    let header = "Kabupaten/Kota;Januari 2024;Pebruari 2024;Jumlah\n";
    let right = format!("{header}Wakatobi;1;2;3\nBaubau;4;5;9\n");
    assert!(told(months(), &right).await.is_empty());
    let wrong = format!("{header}Wakatobi;1;2;3\nBaubau;4;5;10\n");
    assert_eq!(told(months(), &wrong).await, ["D3: the total of the row says 10, its columns 9"]);
    let large = format!("{header}Wakatobi;1.200,5;1.100;2.400\n");
    let about = ["D2: the total of the row says 2,400, its columns 2,300.5"];
    assert_eq!(told(months(), &large).await, about, "one style of numbers in a line");
    let rounded = format!("{header}Wakatobi;1,26;2,27;3,5\n");
    assert!(told(months(), &rounded).await.is_empty(), "a total may be rounded");
    let refused = format!("{header}Wakatobi;1;2;3\nBaubau;4;lima;9\n");
    let about = told(months(), &refused).await.join("; ");
    assert!(about.contains("D3") && about.contains("refused cells: C3 \"lima\""), "{about}");
    let plain =
        |lines: &str| format!("Kabupaten/Kota;Bulan;Pengurangan;Penanganan;Total (ton)\n{lines}");
    let description = || json!({"columns": columns()});
    let file = plain("Wakatobi;Januari 2024;1;10;11\nBaubau;Januari 2024;2;20;23\n");
    assert_eq!(
        told(description(), &file).await,
        ["E3: the total of the row says 23, its columns 22"]
    );
    let outcome = loaded(with(description(), "totals", json!("reject")), &file).await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 1));
    // A total of something else is none of theirs.
    let other = "Wakatobi;Januari 2024;1;10;90\nWakatobi;Pebruari 2024;1;10;80\n\
                 Wakatobi;Maret 2024;1;10;70\nWakatobi;April 2024;1;10;60\n";
    assert!(told(description(), &plain(other)).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_of_a_group_sums_the_columns_of_its_group() {
    let description = json!({
        "header": {"rows": 2},
        "columns": [column("region_code", "Kabupaten/Kota")],
        "unpivot": {
            "value": "handled_ton",
            "header": [{"row": 0, "field": "period_month"}, {"row": 1, "field": "period_month"}],
        },
    });
    let file = |last: &str| {
        format!(
            ";2023;2023;2023;2024;2024;2024\n\
             Kabupaten/Kota;Januari;Pebruari;Jumlah;Januari;Pebruari;Jumlah\n\
             Wakatobi;1;2;3;4;5;{last}\n"
        )
    };
    let description = with(
        description,
        "unpivot",
        json!({
            "value": "handled_ton",
            "header": [{"row": 1, "field": "period_month"}, {"row": 0, "field": "period_month"}],
        }),
    );
    assert!(told(description.clone(), &file("9")).await.is_empty());
    assert_eq!(
        told(description, &file("8")).await,
        ["G3: the total of the row says 8, its columns 9"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_below_that_differs_by_refused_cells_refuses_no_other_row() {
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                Wakatobi;Januari 2024;1;10\n\
                Baubau;Januari 2024;dua;20\n\
                Jumlah;;3;30\n";
    let outcome = loaded(json!({"columns": columns(), "totals": "reject"}), file).await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 1));
    let about: Vec<&str> = outcome.warnings.iter().map(|warning| warning.id.as_str()).collect();
    let expected = "C4: total reduced_ton tertulis 3, jumlah barisnya 1; selisihnya dari sel yang \
                    bukan angka dan ditolak: C3 \"dua\"";
    assert_eq!(about, [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_sums_no_label_of_a_group_with_the_sum_of_its_rows() {
    let months = |place: &str| format!("{place};Januari 2024;1;10\n{place};Pebruari 2024;2;20\n");
    let (first, second) = (months("Wakatobi"), months("Baubau"));
    let file = |groups: [&str; 2], total: &str| {
        let [one, two] = groups;
        format!(
            "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
             {one};3;30\n{first}{two};3;30\n{second}{total}\n"
        )
    };
    let about = async |groups: [&str; 2], total: &str| {
        let told = told(json!({"columns": columns()}), &file(groups, total)).await;
        let told = told.into_iter().filter(|text| text.contains("total of"));
        told.collect::<Vec<String>>()
    };
    for groups in [
        ["Wakatobi;", "Baubau;"],
        ["A. Kepulauan;", "B. Daratan;"],
        ["Wakatobi;Triwulan I 2024", "Baubau;Triwulan I 2024"],
        ["Kepulauan;Januari 2024", "Daratan;Januari 2024"],
    ] {
        assert_eq!(about(groups, "Jumlah;;6;60").await, [""; 0], "{groups:?}");
        let wrong = about(groups, "Jumlah;;7;60").await;
        assert_eq!(wrong, ["C8: total of reduced_ton says 7, its rows add up to 6"], "{groups:?}");
    }
    // Rows that lack a month or have a name that is not known count where the total sums them.
    assert_eq!(about(["Wakatobi;", "Baubau;"], "Jumlah;;12;120").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_of_the_year_before_is_compared_with_no_row() {
    let year = json!({"join:period_month": "2024"});
    let description = json!({"columns": columns(), "constants": year});
    let file = |totals: &str| {
        format!(
            "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
             Wakatobi;Januari;1;10\nWakatobi;Februari;2;20\n{totals}"
        )
    };
    for totals in [
        "Jumlah;;3;30\nJumlah 2023;;7;70\n",
        "Jumlah 2023;;7;70\n",
        "Jumlah;;3;30\nTotal Tahun Lalu;;7;70\n",
        "Jumlah;;3;30\nTotal tahun sebelumnya;;7;70\n",
        "Jumlah;;3;30\nTahun 2023;;7;70\n",
        "Jumlah;;3;30\nTahun 2023;;7;70\nTahun 2022;;6;60\n",
        "Jumlah;;3;30\n;2023;7;70\n",
        "Jumlah;;3;30\nTahun Lalu;;7;70\n",
    ] {
        let outcome = loaded(description.clone(), &file(totals)).await;
        let told: Vec<&str> = outcome.warnings.iter().map(|own| own.en.as_str()).collect();
        assert_eq!((outcome.accepted, outcome.rejected), (2, 0), "{totals}: {told:?}");
        assert!(!told.iter().any(|own| own.contains("total of")), "{totals}: {told:?}");
    }
    for totals in ["Jumlah 2024;;7;70\n", "Jumlah;;7;70\n"] {
        let told = told(description.clone(), &file(totals)).await;
        assert!(told.iter().any(|own| own.contains("total of")), "{totals}: {told:?}");
    }
    // A year with figures above all totals, or beside a name, is a row that is refused.
    for rows in ["Tahun 2023;;7;70\n", "Jumlah;;3;30\nBaubau;Tahun 2023;7;70\n"] {
        let outcome = loaded(description.clone(), &file(rows)).await;
        assert_eq!((outcome.accepted, outcome.rejected), (2, 1), "{rows}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_below_a_total_of_a_table_of_years_is_a_row() {
    let mut own = columns();
    own[1] = with(column("period_month", "Tahun"), "dates", json!("year"));
    let description = json!({
        "columns": own[1..],
        "constants": {"period_type": "Y", "region_code": "7407"},
    });
    let file = "Tahun;Pengurangan;Penanganan\n2022;1;10\n2023;2;20\nJumlah;3;30\n2024;5;50\n";
    let outcome = loaded(description, file).await;
    assert_eq!((outcome.accepted, outcome.rejected), (3, 0), "{:?}", outcome.warnings);
}
