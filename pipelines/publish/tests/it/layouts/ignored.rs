//! Rows that a description leaves out.

use super::{column, columns, load, with};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_year_alone_is_a_value_of_a_year_and_other_regions_are_left_out() {
    let columns = [
        column("region_code", "Kabupaten/Kota"),
        with(column("period_month", "Tahun"), "dates", json!("year")),
        column("handled_ton", "Penanganan"),
    ];
    let rule = json!({
        "column": ["Wilayah", "Kabupaten/Kota"],
        "outside_corridor": true,
        "reason": "outside_corridor",
    });
    let file = "Kabupaten/Kota;Tahun;Penanganan\n\
                Kab. Aceh Barat;2024;1\n\
                Wakatobi;2024;2\n\
                Wakatobbi;2024;3\n\
                Jumlah;;6\n";
    let (rows, account) = load(json!({"columns": columns, "ignore_rows": [rule]}), file).await;
    assert_eq!(rows, ["7407|2024-01-01||2.000|final|"]);
    // One wrong letter is a misspelled name of ours, not another region.
    assert_eq!(account, ["4 1 1 2", "A4|unknown_code"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_sees_the_place_that_is_carried_down_and_a_total_what_it_leaves_out() {
    let description = |key: &str, value: Value| {
        let rule = json!({"column": "Kabupaten/Kota", "reason": "outside_corridor"});
        json!({
            "columns": columns(),
            "fill_down": ["region_code"],
            "ignore_rows": [with(rule, key, value)],
        })
    };
    let file = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan\n\
                Buton;Januari 2024;1;10\n\
                Buton Selatan;Januari 2024;100;100\n\
                ;Pebruari 2024;200;200\n\
                Konsel *);Januari 2024;7;70\n\
                ;Pebruari 2024;8;80\n\
                Kodya Baubau;Januari 2024;1;1\n\
                Sub Jumlah;;317;461\n";
    let current = [
        "7401|2024-01-01|1.000|10.000|final|",
        "7405|2024-01-01|7.000|70.000|final|",
        "7405|2024-02-01|8.000|80.000|final|",
    ];
    for description in [
        description("outside_corridor", json!(true)),
        description("matches", json!(["Buton Selatan"])),
    ] {
        let (rows, account) = load(description, file).await;
        assert_eq!(rows, current);
        assert_eq!(account, ["7 3 1 3", "A7|unknown_code"]);
    }
}
