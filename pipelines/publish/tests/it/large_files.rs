//! Text files too large to be laid out: they are checked as they are read.

use crate::lake::{PROJECT, TestLake, request};
use koridor_lake::ledger::FileStatus;
use koridor_lake::load::ingest::Loader;
use std::sync::Arc;

/// Rows of more than 8 MB.
const ROWS: u32 = 110_000;

/// Tickets of a facility, each of 1.5 t, in the unit that the header names; every thousandth is of
/// a regency that nobody knows.
fn tickets(rows: u32, unit: &str, net: &str) -> String {
    let row = |number: u32| {
        let region = if number.is_multiple_of(1000) { "Kota Lain" } else { "Kota Baubau" };
        format!(
            "TK-{number:09};TPA-7472-01;03/02/2025 08:{:02};{region};rumah tangga;ya;6.500;5.000;;\
             {net};\n",
            number % 60
        )
    };
    let header = "Nomor Tiket;Fasilitas;Waktu Masuk;Asal Wilayah;Sumber Sampah;Ditimbang;\
                  Bruto (kg);Tara (kg);Volume (m3)";
    format!("{header};Netto ({unit});Nomor Polisi\n{}", (0..rows).map(row).collect::<String>())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_in_the_header_of_a_streamed_file_is_converted_and_noted() {
    let lake = TestLake::new().await;
    for (unit, net, factor) in [("ton", "1,5", "1"), ("kg", "1.500", "0.001")] {
        let name = format!("{unit}.csv");
        let landed = lake.land(&name, tickets(ROWS, unit, net));
        let mut loader =
            Loader::new(Arc::clone(&PROJECT), lake.storage.clone(), "run".into()).await.unwrap();
        let sent = request("waste_weighbridge", "TPA_WEIGHBRIDGE");
        let outcome = loader.load(&[(landed, sent)], &mut |_| {}).await.unwrap().0.remove(0);
        assert_eq!(outcome.status, FileStatus::Loaded, "{outcome:?}");
        let tons = "select count(*), sum(net_ton) from core.waste_weighbridge";
        assert_eq!(lake.rows(tons).await, ["109890|164835.000"], "{unit}");
        let refused = format!(
            "select count(*), min(cell), max(cell), min(rule) from ops.quarantine
             where file_name = '{name}'"
        );
        assert_eq!(lake.rows(&refused).await, ["110|D100002|D99002|unknown_code"]);
        // The label of a streamed file's column, where one that is laid out has its letter.
        let noted = format!("select columns_json from ops.files where file_name = '{name}'");
        let noted = lake.rows(&noted).await.concat();
        assert!(noted.contains(&format!("Netto ({unit}) ({unit} x {factor})")), "{noted}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_keys_do_not_fit_into_memory_replaces_the_same_rows() {
    let mut told = Vec::new();
    for memory_bytes in [512 << 20, 4 << 20] {
        let lake = TestLake::new().await;
        let first = tickets(24_000, "ton", "1,5");
        let again =
            first.replace("6.500;5.000;;1,5", "7.000;5.000;;2").replace("TK-000000001;", "X;");
        for (name, text) in [("1.csv", &first), ("2.csv", &again)] {
            let landed = lake.land(name, text);
            let loader = Loader::new(Arc::clone(&PROJECT), lake.storage.clone(), "run".into());
            let mut loader = loader.await.unwrap().with_memory(memory_bytes);
            let sent = request("waste_weighbridge", "TPA_WEIGHBRIDGE");
            let outcome = loader.load(&[(landed, sent)], &mut |_| {}).await.unwrap().0.remove(0);
            assert_eq!(outcome.status, FileStatus::Loaded, "{outcome:?}");
        }
        // One ticket of the first file, and all of the second.
        let tons = "select count(*), sum(net_ton) from core.waste_weighbridge";
        assert_eq!(lake.rows(tons).await, ["23977|47953.500"], "{memory_bytes}");
        let superseded = "select what, sheet, row_number, row_key, rows from ops.superseded_rows
             order by row_number, row_key";
        told.push(lake.rows(superseded).await);
    }
    assert!(!told[0].is_empty());
    assert_eq!(told[0], told[1]);
}
