//! Files that are broken on purpose: each gets a clear message and nothing is lost.

use crate::book::workbook;
use crate::lake::{PROJECT, TestLake, request, texts};
use koridor_lake::load::outcome::FileOutcome;
use koridor_lake::load::quarantine::{Decision, RowSelection, waive};
use std::io::Write;

const HEADER: &str = "region_code,period_month,reduced_ton,handled_ton";

/// Of each file its refusal, or its counts: read, accepted, rejected, ignored.
async fn verdicts(files: &[(&str, Vec<u8>)]) -> Vec<String> {
    let lake = TestLake::new().await;
    let land = |(name, bytes): &(&str, Vec<u8>)| {
        (lake.land(name, bytes), request("waste_handling", "DLH_7407"))
    };
    let loads: Vec<_> = files.iter().map(land).collect();
    let outcomes = lake.load(&loads).await.unwrap();
    let refused =
        lake.rows("select file_name, rule from ops.quarantine order by row_number, rule").await;
    let verdict = |((name, _), outcome): (&(&str, Vec<u8>), FileOutcome)| {
        if let Some(message) = outcome.message {
            return message.en;
        }
        let own = |row: &String| row.strip_prefix(&format!("{name}|")).map(str::to_owned);
        let rules: Vec<String> = refused.iter().filter_map(own).collect();
        let FileOutcome { read, accepted, rejected, ignored, .. } = outcome;
        let verdict = format!("{read} {accepted} {rejected} {ignored} {}", rules.join(","));
        verdict.trim_end().to_owned()
    };
    assert_eq!(outcomes.len(), files.len());
    files.iter().zip(outcomes).map(verdict).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_table_is_refused_with_a_reason() {
    let files: [(&str, Vec<u8>); 10] = [
        ("empty.csv", Vec::new()),
        ("page.xlsx", b"<!DOCTYPE html><html></html>".to_vec()),
        ("scan.xlsx", b"%PDF-1.4 ...".to_vec()),
        ("cut.xlsx", b"PK\x03\x04 and then nothing".to_vec()),
        ("blank.csv", b"\n\n\n".to_vec()),
        ("other.csv", b"a,b\n1,2\n".to_vec()),
        ("answer.json", b"null".to_vec()),
        (
            "renamed.csv",
            b"region_kode,period_month,reduced_ton,handled_ton\n7407,2024-01,1,2\n".to_vec(),
        ),
        ("long.csv", vec![b'x'; 3 << 20]),
        ("wrong.csv", b"region_code,year,pop_mid\n7407,2024,100\n".to_vec()),
    ];
    let reasons = [
        "the file is empty",
        "web page",
        "PDF",
        "cut off or damaged",
        "no rows",
        "no header was found",
        "null",
        "perhaps misspelled: \"region_kode\" -> \"region_code\"",
        "first line is too long",
        "looks like dataset population",
    ];
    for (((name, _), reason), found) in files.iter().zip(reasons).zip(verdicts(&files).await) {
        assert!(found.contains(reason), "{name}: expected `{reason}`, found `{found}`");
    }
}

/// A workbook one of whose numbers, 4000, is written in a way that readers do not agree about.
fn twisted(number: &str) -> Vec<u8> {
    let content = format!("|<{number}");
    let rows: &[&[&str]] = &[
        &["region_code", "period_month", "reduced_ton", "handled_ton"],
        &["7407", "2024-01", "1", &content],
    ];
    workbook(&[("Data", rows)])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_that_readers_do_not_agree_about_is_refused() {
    let cases = [
        ("plain", "v>4000</v>", "1 1 0 0"),
        ("comment", "v>40<!-- x -->00</v>", "a value with markup in it"),
        ("characters", "v>40<![CDATA[00]]></v>", "a value with markup in it"),
        ("two", "v>4000</v><v>7</v>", "a cell with two values"),
        ("foreign", "v>4000</v><y:v xmlns:y=\"urn:y\">7</y:v>", "a cell with two values"),
        ("twice", "v>4000</v></c><c r=\"D2\"><v>7</v>", "one cell is given twice"),
        ("far", "v>4000</v></c></row><row r=\"1048577\"><c r=\"A1048577\"><v>7</v>", "a row below"),
        ("entity", "!DOCTYPE x [<!ENTITY v \"00\">]><v>40&v;</v>", "a document type"),
    ];
    let files: Vec<(String, Vec<u8>)> =
        cases.iter().map(|(name, number, _)| (format!("{name}.xlsx"), twisted(number))).collect();
    let files: Vec<(&str, Vec<u8>)> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    for ((name, _, expected), found) in cases.iter().zip(verdicts(&files).await) {
        assert!(found.contains(expected), "{name}: expected `{expected}`, found `{found}`");
    }
    // A part whose name stands twice in the directory: readers take one of them.
    let mut bytes = twisted("v>4000</v>");
    let end = bytes.len() - 12;
    let entries = u16::from_le_bytes([bytes[end], bytes[end + 1]]) + 1;
    bytes[end..end + 2].copy_from_slice(&entries.to_le_bytes());
    let found = verdicts(&[("parts.xlsx", bytes)]).await;
    assert!(found[0].contains("cut off or damaged"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_rows_are_counted_and_the_others_loaded() {
    let cases: [(&str, &[u8], &str); 11] = [
        ("header_only.csv", b"", "0 0 0 0"),
        (
            "ragged_row.csv",
            b"7407,2024-01,1,2\n7407,2024-02,1\n7407,2024-03,1,2,3\n",
            "3 1 2 0 ragged_row,ragged_row",
        ),
        (
            "unclosed_quote.csv",
            b"7407,2024-01,1,2\n\"7407,2024-02,1,2\n7407,2024-03,1,2\n",
            "3 2 1 0 unclosed_quote",
        ),
        ("nul_byte.csv", b"7407,2024-01,1,2\n7407,2024-\0,1,2\n", "2 1 1 0 nul_byte"),
        ("duplicate_key.csv", b"7407,2024-01,1,2\n7407,2024-01,3,4\n", "2 1 1 0 duplicate_key"),
        (
            "unknown_region.csv",
            b"Butun,2024-01,1,2\n7404,2024-01,1,2\n74.04,2024-01,1,2\n",
            "3 0 3 0 unknown_code,outside_corridor,other_code_system",
        ),
        (
            "not_first_of_month.csv",
            b"7407,2024-01-15,1,2\n7407,2024-13,1,2\n",
            "2 0 2 0 not_first_of_month,not_a_date",
        ),
        ("decimal_comma.csv", b"7407,2024-01,\"1,5\",2\n", "1 0 1 0 not_a_number"),
        ("total_row.csv", b"7407,2024-01,1,2\nJumlah,,1,2\n", "2 1 0 1"),
        ("trailing_commas.csv", b"7407,2024-01,1,2,,,\n", "1 1 0 0"),
        ("invalid_utf8.csv", b"7407,2024-01,1,2\n7407,2024-0\xFF,1,2\n", "2 1 1 0 invalid_utf8"),
    ];
    let whole = |body: &[u8]| [HEADER.as_bytes(), b"\n", body].concat();
    let files = cases.map(|(name, body, _)| (name, whole(body)));
    for ((name, _, expect), found) in cases.iter().zip(verdicts(&files).await) {
        assert_eq!(found, *expect, "{name}");
    }
}

/// As a file that streams: its notes are no rows, whatever lines stand below the table.
#[tokio::test(flavor = "multi_thread")]
async fn notes_below_a_file_that_streams_are_no_rows() {
    let rows = "7407,2024-01,1,2\n7407,2024-02,3,4\n";
    let again = format!("{HEADER}\n7407,2024-03,5,6\n");
    let cases = [
        ("note.csv", "Sumber: DLH\n", "3 2 0 1"),
        ("wide.csv", "Sumber: DLH,,,\n,,,\nKepala Dinas,,,\nA. Nama,,,\n", "6 2 0 4"),
        ("open.csv", "Catatan: angka DLH", "3 2 0 1"),
        ("signed.csv", "\nWakatobi,,,\nKepala Dinas\n", "5 2 1 2 required"),
        ("inside.csv", "Kepala Dinas\n7407,2024-03,5,6\n", "4 3 1 0 ragged_row"),
        ("right.csv", "\n,,Mengetahui\n,,Kepala Dinas\n", "5 2 0 3"),
        // Texts that were put together to one.
        ("again.csv", again.as_str(), "4 3 0 1"),
        ("cut.csv", "7407,20", "3 2 1 0 cut_line"),
        ("words.csv", "Wakatobi,2024-03,5,6\nWaka", "4 3 1 0 cut_line"),
    ];
    let whole = |below: &str| format!("{HEADER}\n{rows}{below}").into_bytes();
    let files = cases.map(|(name, below, _)| (name, whole(below)));
    for ((name, _, expect), found) in cases.iter().zip(verdicts(&files).await) {
        assert_eq!(found, *expect, "{name}");
    }
}

/// Laid out and as a file that streams.
#[tokio::test(flavor = "multi_thread")]
async fn a_cut_or_unfilled_row_at_the_end_is_no_note() {
    let laid_out = "Nomor Tiket;Fasilitas;Waktu Masuk;Asal Wilayah;Sumber Sampah;Ditimbang;\
                    Bruto (kg);Tara (kg);Netto (kg);Nomor Polisi\n\
            T-0001;TPA Wameo;01/01/2024 07:00;Kota Baubau;rumah tangga;ya;5000;2000;3000;A\n\
            T-0002;TPA Wameo;02/01/2024 07:00;Kota Baubau;rumah tangga;ya;5000;2000;3000;A\n";
    let streams = "ticket_id,facility_id,ts_in,region_origin,source_class,weighed,gross_kg,tare_kg,\
                   net_ton\n\
                   T-0001,TPA Wameo,2024-01-01T07:00:00,7472,household,true,5000,2000,3.000\n\
                   T-0002,TPA Wameo,2024-01-02T07:00:00,7472,household,true,5000,2000,3.000\n";
    for (tail, cut, unfilled, notes) in [
        ("T-9", 1, 0, 0),
        ("T-9003;TPA Wam", 1, 0, 0),
        ("Baru;TPA Wam", 1, 0, 0),
        ("T-9004;TPA Wameo;;;;;;;\n", 0, 1, 0),
        ("Petugas;La Ode Ali\n", 0, 0, 1),
        ("Petugas;La Ode Ali", 0, 0, 1),
        ("NIP. 19700101 199503 1 001", 0, 0, 1),
    ] {
        for (table, ends) in [(laid_out, ";"), (streams, ",")] {
            let lake = TestLake::new().await;
            let mut tail = tail.replace(';', ends);
            if table == laid_out && unfilled == 1 {
                tail = tail.replace('\n', ";\n");
            }
            let file = format!("{table}{tail}");
            let outcome =
                lake.load_one("t.csv", file, "waste_weighbridge", "TPA_WEIGHBRIDGE").await;
            let FileOutcome { accepted, rejected, ignored, .. } = outcome;
            let found = (accepted, rejected, ignored);
            assert_eq!(found, (2, cut + unfilled, notes), "{tail}: {:?}", outcome.examples);
            let rules = lake.rows("select rule from ops.quarantine where rule = 'cut_line'").await;
            assert_eq!(rules.len() as u64, cut, "{tail}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_stands_twice_is_told_with_what_differs() {
    let lake = TestLake::new().await;
    let file = format!(
        "{HEADER}\n7407,2024-01,1,2\n7407,2024-01,1,2\n7407,2024-02,3,4\n7407,2024-02,3,5\n"
    );
    let outcome = lake.load_one("twice.csv", file, "waste_handling", "DLH_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (2, 2), "{:?}", outcome.message);
    let told = "select message_en from ops.quarantine order by row_number";
    let told = lake.rows(told).await;
    assert!(told[0].ends_with("; its figures are the same"), "{told:?}");
    assert!(told[1].ends_with("; its figures differ"), "{told:?}");
}

/// As a file that streams, with a title: what it says of the figures holds there too.
#[tokio::test(flavor = "multi_thread")]
async fn the_title_of_a_file_that_streams_gives_the_status_of_its_rows() {
    let lake = TestLake::new().await;
    for (title, status) in [("Angka sementara", "provisional"), ("Sampah 2024", "final")] {
        let file = format!("{title}\n{HEADER}\n7407,2024-01,1,2\n");
        let name = format!("{status}.csv");
        let outcome = lake.load_one(&name, file, "waste_handling", "DLH_7407").await;
        assert_eq!(outcome.accepted, 1, "{title}: {:?}", outcome.message);
        let told = "select obs_status from core.waste_handling";
        assert_eq!(lake.rows(told).await, [status], "{title}");
    }
}

/// As a file that streams: the canonical layout does at any size.
#[tokio::test(flavor = "multi_thread")]
async fn a_header_may_hold_a_quoted_line_break() {
    let header = "region_code,period_month,\"reduced\n_ton\",handled_ton";
    let files = [("broken.csv", format!("{header}\n7407,2024-01,1,2\n7407,2024-02,1,2\n").into())];
    assert_eq!(verdicts(&files).await, ["2 2 0 0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_encoding_is_told_by_the_whole_file_or_the_row_is_refused() {
    let lake = TestLake::new().await;
    let row = |id: usize, name: &[u8]| {
        [format!("{id},7407,2024,TPA,ya,").as_bytes(), name, b"\n"].concat()
    };
    let header = "facility_id,region_code,year,type,operating,x\n".as_bytes().to_vec();
    let many: Vec<u8> = (0..4_000).flat_map(|id| row(id, &[b'x'; 300])).collect();
    // A letter of Windows-1252 far behind the beginning: in a small file it tells the encoding.
    let legacy =
        [header.clone(), many.clone(), b"TPA Caf\xE9,7407,2024,TPA,ya,\n".to_vec()].concat();
    let outcome = lake.load_one("legacy.csv", legacy, "waste_facility", "DLH_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (4_001, 0), "{:?}", outcome.examples);
    // Proper UTF-8 behind a broken beginning stays what it is, and the broken row is refused.
    let mixed = [
        header,
        b"TPA Caf\xE9,7407,2023,TPA,ya,\n".to_vec(),
        many,
        "TPA Café,7407,2024,TPA,ya,\n".into(),
    ]
    .concat();
    let outcome = lake.load_one("mixed.csv", mixed, "waste_facility", "SIPSN").await;
    assert_eq!((outcome.accepted, outcome.rejected), (4_001, 1), "{:?}", outcome.examples);
    let names =
        "select distinct facility_id from silver.waste_facility where facility_id like 'TPA%'";
    assert_eq!(lake.rows(names).await, ["TPA Café"]);
}

/// The same small table with a title, typed dates, a text among numbers, a region outside and a
/// total that does not match.
#[tokio::test(flavor = "multi_thread")]
async fn xls_and_ods_are_read_cell_by_cell() {
    for (name, bytes) in [
        ("penanganan.xls", &include_bytes!("../fixtures/penanganan.xls")[..]),
        ("penanganan.ods", &include_bytes!("../fixtures/penanganan.ods")[..]),
    ] {
        let lake = TestLake::new().await;
        let outcome = lake.load_one(name, bytes, "waste_handling", "DLH_7407").await;
        assert_eq!(
            (outcome.read, outcome.accepted, outcome.rejected, outcome.ignored),
            (6, 2, 2, 2),
            "{name}"
        );
        assert!(
            outcome.warnings[0].en.contains("says 1,014.5, its rows add up to 1,013.5"),
            "{name}: {:?}",
            outcome.warnings
        );
        assert_eq!(
            lake.rows("select sheet, cell, rule from ops.quarantine order by row_number").await,
            ["Penanganan|C5|not_a_number", "Penanganan|A6|outside_corridor"],
            "{name}"
        );
        let current = "select region_code, period_month, reduced_ton, handled_ton
             from core.waste_handling order by 1";
        assert_eq!(
            lake.rows(current).await,
            ["7407|2024-01-01|1000.500|20.250", "7472|2024-04-01|12.000|30.500"],
            "{name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zip_bomb_is_refused_by_what_it_declares() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("xl/workbook.xml", options).unwrap();
    let zeros = vec![0u8; 16 << 20];
    for _ in 0..66 {
        archive.write_all(&zeros).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 4 << 20);
    let found = verdicts(&[("bomb.xlsx", bytes)]).await.remove(0);
    assert!(found.contains("zip bomb"), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_values_are_hashed_and_never_kept_in_clear() {
    let lake = TestLake::new().await;
    let rows = "NIK Pemilik;Terdaftar Sejak;Kabupaten/Kota;Skala Usaha;Status\n\
                7407010101800001;01/02/2023;Wakatobi;mikro;aktif\n\
                7407010101800002;32/02/2023;Wakatobi;mikro;aktif\n";
    let outcome = lake.load_one("umkm.csv", rows, "umkm_register", "DISKOP_7407").await;
    assert_eq!((outcome.accepted, outcome.rejected), (1, 1));
    for sql in [
        "select umkm_id from silver.umkm_register",
        "select value, row_json, message_id, also from ops.quarantine",
    ] {
        let shown = lake.rows(sql).await.join("\n");
        assert!(!shown.contains("74070101018"), "{shown}");
    }
    // Another spelling of a number is the same person, and none where it stands in another field.
    let rows = "NIK Pemilik;Terdaftar Sejak;Kabupaten/Kota;Skala Usaha;Status;Kecamatan\n\
                7407\u{a0}0101\u{a0}0180\u{a0}0001;01/03/2023;Wakatobi;mikro;aktif;81236231561\n\
                7407010101800003;01/03/2023;Wakatobi;mikro;7407–0101–0180–0009;x[at]contoh.co.id\n";
    lake.load_one("umkm2.csv", rows, "umkm_register", "DISKOP_7407").await;
    let owners = "select count(distinct umkm_id), count(*) from silver.umkm_register";
    assert_eq!(lake.rows(owners).await, ["1|2"]);
    for sql in [
        "select kecamatan from silver.umkm_register",
        "select value, row_json, message_id, also from ops.quarantine",
    ] {
        let shown = lake.rows(sql).await.join("\n");
        for secret in ["8123", "contoh.co", "0101"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_composition_that_does_not_sum_to_100_is_refused_as_a_set() {
    let lake = TestLake::new().await;
    let rows = "region_code,year,component,pct\n\
                7472,2023,plastik,3.95\n7472,2023,lainnya,79\n\
                7407,2023,plastik,27\n7407,2023,lainnya,73\n";
    let outcome = lake.load_one("c.csv", rows, "waste_composition", "DLH_7472").await;
    assert_eq!((outcome.accepted, outcome.rejected), (2, 2));
    assert_eq!(lake.rows("select distinct rule from ops.quarantine").await, ["set_sums_to_100"]);
    assert_eq!(
        lake.rows("select distinct region_code from core.waste_composition").await,
        ["7407"]
    );
}

/// Any bytes end as counted rows or as a refusal, and nothing panics.
#[test]
fn accounting_balances_for_any_bytes() {
    use koridor_lake::load::check::{check_file, check_setting};
    use koridor_lake::load::landing::LandedFile;
    use proptest::prelude::*;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let storage =
        koridor_lake::Storage::open(folder.path().join("lake").to_str().unwrap()).unwrap();
    let setting = runtime.block_on(check_setting(&PROJECT, &storage, false)).unwrap();
    let request = request("waste_handling", "DLH_7407");
    let path = folder.path().join("any.csv");
    let line = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        "[0-9]{4},2024-0[0-9],[0-9x.]{0,4},[0-9]{0,3}".prop_map(String::into_bytes),
        "[a-z\",;\r0-9-]{0,30}".prop_map(String::into_bytes),
    ];
    let cases =
        ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(cases);
    runner
        .run(&prop::collection::vec(line, 0..30), |lines| {
            let mut bytes = format!("{HEADER}\n").into_bytes();
            bytes.extend(lines.join(&b'\n'));
            std::fs::write(&path, &bytes).unwrap();
            let file = LandedFile::at(&path).unwrap();
            let (mut accepted, mut rejected) = (0, 0);
            let mut count = |_: usize, checked: &koridor_read::check::CheckedRows| {
                accepted += checked.accepted.num_rows() as u64;
                rejected += checked.rejected.len() as u64;
            };
            let _guard = runtime.enter();
            let outcomes = check_file(&setting, (&file, &request), None, &mut count).unwrap();
            let outcome = &outcomes[0];
            prop_assert_eq!(outcome.read, outcome.accepted + outcome.rejected + outcome.ignored);
            prop_assert_eq!((outcome.accepted, outcome.rejected), (accepted, rejected));
            Ok(())
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_file_that_is_waived_is_waited_for_no_more() {
    let lake = TestLake::new().await;
    for (name, text) in [("scan.csv", "%PDF-1.4"), ("other.csv", "a,b\n1,2\n")] {
        lake.load(&[(lake.land(name, text), request("waste_handling", "DLH_7407"))]).await.unwrap();
    }
    let waiting = async || {
        let rows = lake.engine().await.run_named("waiting_files", []).await.unwrap();
        rows.iter().map(|rows| rows.num_rows()).sum::<usize>()
    };
    assert_eq!(waiting().await, 2);
    let scan = RowSelection { file: Some("scan".into()), ..RowSelection::default() };
    let decision = Decision { by: "Diskominfo", reason: "salah kirim" };
    let count = waive(&PROJECT, &lake.storage, &scan, decision, "run").await.unwrap();
    assert_eq!((count, waiting().await), (1, 1));
    // Once is enough.
    assert_eq!(waive(&PROJECT, &lake.storage, &scan, decision, "again").await.unwrap(), 0);
    // Nor does a letter ask for it.
    let text = |text: &str| koridor_lake::engine::text_parameter(text);
    let of =
        [("office", text("DLH_7407")), ("from", text("2000-01-01")), ("until", text("2099-01-01"))];
    let files = lake.engine().await.run_named("letter_files", of).await.unwrap();
    let told: Vec<String> =
        texts(&files).iter().map(|row| row.split('|').nth(2).unwrap().to_owned()).collect();
    assert_eq!(told, ["waived", "refused"]);
    let waived = "select rule, waived_by, reason from ops.waivers";
    assert_eq!(lake.rows(waived).await, ["file|Diskominfo|salah kirim"]);
}
