//! Numbers that are written in another way than the description says, or in two ways.

use super::{column, columns, load, load_into, project_of, with};
use crate::lake::TestLake;
use serde_json::json;

const HEADER: &str = "Kabupaten/Kota;Bulan;Pengurangan;Penanganan";

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_contradicts_itself_loads_no_number_with_two_readings() {
    let file = format!(
        "{HEADER}\n\
         Wakatobi;Januari 2024;0.500;1\n\
         Wakatobi;Pebruari 2024;12.345;1\n\
         Wakatobi;Maret 2024;1.234.567;1\n\
         Wakatobi;April 2024;7;12.345\n"
    );
    let (rows, account) = load(json!({"columns": columns()}), &file).await;
    // The other column does not contradict itself.
    assert_eq!(
        rows,
        ["7407|2024-03-01|1234567.000|1.000|final|", "7407|2024-04-01|7.000|12345.000|final|"]
    );
    assert_eq!(account[1..], ["C2|ambiguous_number", "C3|ambiguous_number"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decimal_dot_tells_what_the_other_dots_of_its_column_are() {
    let file = format!(
        "{HEADER}\n\
         Wakatobi;Januari 2024;12.5;1\n\
         Wakatobi;Pebruari 2024;12.345;1\n"
    );
    let (rows, account) = load(json!({"columns": columns()}), &file).await;
    assert_eq!(rows, [""; 0]);
    assert_eq!(account[1..], ["C2|not_a_number", "C3|ambiguous_number"]);
    let file = file.replace("12.5;", "1,234.5;").replace("12.345", "12,345").replace(';', "|");
    let file = file.replace('|', ";");
    let (rows, account) = load(json!({"columns": columns()}), &file).await;
    assert_eq!(rows, [""; 0]);
    assert_eq!(account[1..], ["C2|not_a_number", "C3|ambiguous_number"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_in_a_column_of_decimal_dots_leave_the_others_in_doubt() {
    let lake = TestLake::new().await;
    let rows = "region_code,period_month,reduced_ton,handled_ton\n\
                7407.0,2024-01,1.234.567,1.5\n7407,2024-02,1.234,1.5\n7407.0,2024-03,2.5,1.234\n";
    let outcome = lake.load_one("h.csv", rows, "waste_handling", "DLH_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 2), "{:?}", outcome.examples);
    assert_eq!(
        lake.rows("select cell, rule from ops.quarantine order by cell").await,
        ["C2|not_a_number", "C3|ambiguous_number"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_not_the_fields_is_refused() {
    let file = format!(
        "{HEADER}\n\
         Wakatobi;Januari 2024;12%;1\n\
         Wakatobi;Pebruari 2024;Rp 12;1\n\
         Wakatobi;Maret 2024;12;1\n"
    );
    let (rows, account) = load(json!({"columns": columns()}), &file).await;
    assert_eq!(rows, ["7407|2024-03-01|12.000|1.000|final|"]);
    assert_eq!(account[1..], ["C2|other_unit", "C3|other_unit"]);
    // A factor is no leave to read any unit.
    let mut described = columns();
    described[2] = with(described[2].clone(), "multiply", json!("0.001"));
    let (_, account) = load(json!({"columns": described}), &file).await;
    assert_eq!(account[1..], ["C2|other_unit", "C3|other_unit"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whole_numbers_may_have_a_fraction_of_zeros_and_percentages_their_sign() {
    let lake = TestLake::new().await;
    let rows = "region_code,year,pop_mid\n7407,2024,107991.0\n7472,2024,1000000000000000\n";
    let outcome = lake.load_one("p.csv", rows, "population", "BPS").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 1));
    assert_eq!(lake.rows("select pop_mid from core.population").await, ["107991"]);
    assert_eq!(lake.rows("select rule from ops.quarantine").await, ["too_large"]);
    let rows = "region_code,year,component,pct\n7407,2023,plastik,27%\n7407,2023,lainnya,73%\n";
    let outcome = lake.load_one("c.csv", rows, "waste_composition", "DLH_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (2, 0));
    assert_eq!(
        lake.rows("select pct from core.waste_composition order by 1").await,
        ["27.00", "73.00"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identifier_that_has_lost_digits_is_refused() {
    let lake = TestLake::new().await;
    let rows = "NIK Pemilik;Terdaftar Sejak;Kabupaten/Kota;Skala Usaha;Status\n\
                9,97407E+15;01/02/2023;Wakatobi;mikro;aktif\n\
                7.40701E+15;01/02/2023;Wakatobi;mikro;aktif\n\
                7407010101800001;01/02/2023;Wakatobi;mikro;aktif\n";
    let outcome = lake.load_one("umkm.csv", rows, "umkm_register", "DISKOP_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 2));
    let rules = lake.rows("select distinct rule from ops.quarantine").await;
    assert_eq!(rules, ["lost_digits"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_yes_in_one_language_and_no_in_another_is_refused() {
    let lake = TestLake::new().await;
    let header = "facility_id,region_code,year,type,operating\n";
    let load = async |name: &str, values: [&str; 3]| {
        let row = |(index, value): (usize, &&str)| format!("{name}{index},7407,2024,TPA,{value}\n");
        let rows: String = values.iter().enumerate().map(row).collect();
        let outcome =
            lake.load_one(name, format!("{header}{rows}"), "waste_facility", "DLH_7407").await;
        (outcome.accepted, outcome.rejected)
    };
    assert_eq!(load("a", ["t", "y", "t"]).await, (0, 3));
    assert_eq!(load("b", ["Y", "T", "Y"]).await, (0, 3));
    assert_eq!(load("c", ["t", "f", "t"]).await, (0, 3));
    assert_eq!(load("d", ["y", "n", "Y"]).await, (3, 0));
    assert_eq!(load("e", ["ya", "tidak", "Tidak Ada"]).await, (3, 0));
    assert_eq!(load("f", ["1", "0", "1.0"]).await, (3, 0));
    assert_eq!(load("g", ["TRUE", "false", "t"]).await, (2, 1));
    let operating = "select facility_id, operating from silver.waste_facility
         where facility_id like 'e%' order by 1";
    assert_eq!(lake.rows(operating).await, ["e0|true", "e1|false", "e2|false"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_number_that_may_have_lost_its_thousands_is_in_doubt() {
    let description = json!({
        "dataset": "population", "source_ids": ["DISDUKCAPIL_7407"], "numbers": "auto",
        "columns": [
            column("region_code", "Wilayah"),
            with(column("year", "Tahun"), "dates", json!("year")),
            column("pop_mid", "Penduduk"),
            column("pop_women", "Perempuan"),
        ],
    });
    let project = project_of(description);
    for (women, accepted) in [(["59.100", "82.0"], 0), (["59100", "82.0"], 2)] {
        let lake = TestLake::new().await;
        let [one, two] = women;
        let file = format!(
            "Wilayah;Tahun;Penduduk;Perempuan\nWakatobi;2024;118793;{one}\n\
             Baubau;2024;163793;{two}\n"
        );
        let outcome = load_into(&lake, &project, &[&file]).await;
        assert_eq!(outcome.accepted, accepted, "{women:?}: {:?}", outcome.examples);
    }
}
