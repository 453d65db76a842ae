//! A person is taken out of the lake: out of raw bytes of each kind, of all versions, of refused
//! rows and documents. All bytes are searched here anew, by nothing of the program.

use super::Place;
use super::containers::ods;
use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::Value;
use std::path::{Path, PathBuf};
use umya_spreadsheet::writer;

/// The person who goes, and one who stays.
const GONE: &str = "7472014101850001";
const STAYS: &str = "7472014101850002";
/// What stands in the person's rows besides.
const NAME: &str = "Zubaidah Erasmina";
const HEADER: [&str; 9] = [
    "umkm_id",
    "valid_from",
    "region_code",
    "kecamatan",
    "kbli5",
    "scale",
    "sales_rp_year",
    "status",
    "nama",
];

/// Rows of a register: the person, others, and a refused row of the person.
fn rows(from: &str, sales: &str) -> Vec<[String; 9]> {
    let row = |id: &str, from: &str, scale: &str, name: &str| {
        [id, from, "7472", "Betoambari", "56101", scale, sales, "active", name].map(str::to_owned)
    };
    vec![
        row(STAYS, from, "mikro", "Wa Ode"),
        row(GONE, from, "mikro", NAME),
        row("7472-0141-0185-0003", from, "mikro", "La Ode"),
        // Not a scale: refused.
        row(GONE, "2019-05-05", "raksasa", NAME),
        row("7472014101850004", from, "raksasa", "Si Pulan"),
    ]
}

fn csv(rows: &[[String; 9]], mark: &str) -> String {
    let lines = rows.iter().map(|row| row.join(mark));
    format!("{}\n{}\n", HEADER.join(mark), lines.collect::<Vec<_>>().join("\n"))
}

fn workbook(path: &Path, rows: &[[String; 9]]) {
    let mut book = umya_spreadsheet::new_file();
    let sheet = book.sheet_mut(0).unwrap();
    let header = HEADER.map(str::to_owned);
    for (row, cells) in std::iter::once(&header).chain(rows).enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet.cell_mut((column as u32 + 1, row as u32 + 1)).set_value_string(cell);
        }
    }
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    writer::xlsx::write(&book, path).unwrap();
}

fn open_document(rows: &[[String; 9]]) -> Vec<u8> {
    let header = HEADER.map(str::to_owned);
    let cell = |text: &String| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p>\
             </table:table-cell>"
        )
    };
    let row = |cells: &[String; 9]| {
        format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
    };
    let all: String = std::iter::once(&header).chain(rows).map(row).collect();
    ods(&format!("<table:table table:name=\"Daftar\">{all}</table:table>"))
}

fn ok(place: &Place, arguments: &[&str]) -> String {
    let output = place.run(arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn sql(place: &Place, query: &str) -> Vec<String> {
    let words = ["sql", "--head", "--format", "csv", query];
    ok(place, &words).lines().skip(1).map(str::to_owned).collect()
}

/// A value as a lake with the key of these tests stores it.
fn stored(id: &str) -> String {
    let folder = Place::new();
    folder.write("a.csv", &csv(&rows("2020-01-01", "1000000")[..1], ",").replace(STAYS, id));
    let words = ["ingest", "a.csv", "--dataset", "umkm_register", "--source", "DISKOP_7472"];
    ok(&folder, &words);
    sql(&folder, "select umkm_id from silver.umkm_register").remove(0)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// Files in which a value stands: as bytes, as text of two bytes, in a zip, in Parquet's values.
fn places_of(folder: &Path, values: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    files(folder, &mut all);
    let holds = |bytes: &[u8]| {
        let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
        let text = String::from_utf8_lossy(&narrow).to_lowercase();
        values.iter().any(|value| text.contains(&value.to_lowercase()))
    };
    let mut found = Vec::new();
    for path in all {
        let bytes = std::fs::read(&path).unwrap();
        let mut is_found = holds(&bytes);
        if bytes.starts_with(b"PAR1") {
            let reader = SerializedFileReader::new(bytes::Bytes::from(bytes.clone())).unwrap();
            for row in reader.get_row_iter(None).unwrap() {
                is_found |= holds(row.unwrap().to_string().as_bytes());
            }
        } else if bytes.starts_with(b"PK") {
            let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
            for index in 0..archive.len() {
                let mut part = Vec::new();
                std::io::copy(&mut archive.by_index(index).unwrap(), &mut part).unwrap();
                is_found |= holds(&part);
            }
        }
        if is_found {
            found.push(path.strip_prefix(folder).unwrap().display().to_string());
        }
    }
    found
}

/// A landing folder with files of each kind of one register.
fn land(place: &Place) {
    let folder = place.path().join("landing/DISKOP_7472/umkm_register");
    place.write(
        "landing/DISKOP_7472/umkm_register/a.csv",
        &csv(&rows("2020-01-01", "1000000"), ","),
    );
    let wide: Vec<u8> = format!("\u{feff}{}", csv(&rows("2020-06-01", "1100000"), ";"))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    std::fs::write(folder.join("b.csv"), wide).unwrap();
    workbook(&folder.join("c.xlsx"), &rows("2021-01-01", "1200000"));
    std::fs::write(folder.join("d.ods"), open_document(&rows("2022-01-01", "1300000"))).unwrap();
    let selected = rows("2023-01-01", "1400000").into_iter().enumerate().map(|(at, row)| {
        let columns = HEADER.iter().zip(row).map(|(name, text)| format!("'{text}' as {name}"));
        format!("select {at} as at, {}", columns.collect::<Vec<_>>().join(", "))
    });
    let selected = selected.collect::<Vec<_>>().join(" union all ");
    let selected = format!("select {} from ({selected}) order by at", HEADER.join(", "));
    let parquet = folder.join("e.parquet").display().to_string();
    let other = Place::new();
    other.write("a.csv", &csv(&rows("2020-01-01", "1")[..1], ","));
    ok(&other, &["ingest", "a.csv", "--dataset", "umkm_register", "--source", "DISKOP_7472"]);
    ok(&other, &["sql", "--output", &parquet, &selected]);
}

const BALANCE: &str = "select count(*) from ops.files \
    where rows_read <> rows_accepted + rows_rejected + rows_ignored + rows_erased";

#[test]
fn a_person_goes_out_of_all_that_the_lake_holds() {
    let place = Place::new();
    land(&place);
    // A newer version of the person, corrected by the office: another submission.
    place.write(
        "landing/DISKOP_7472/umkm_register/f.csv",
        &csv(&rows("2024-01-01", "1500000")[..3], ","),
    );
    let night = ["run", "--allow-rejected", "--extracts", "published"];
    ok(&place, &night);
    let hash = stored(GONE);
    let values = [GONE, hash.as_str(), NAME];
    let before = sql(&place, "select count(*) from silver.umkm_register")[0].clone();
    assert_eq!(before, "18", "six files of three rows that are accepted");
    let published = ok(&place, &["sql", "--format", "csv", "select * from indicators.values"]);
    let first = sql(&place, "select min(release_id) from ops.releases")[0].clone();
    assert!(places_of(&place.path().join("lake"), &values).len() >= 8, "it stands there");
    // Who asked for the person is recorded with the statement.
    let asked = format!("select * from silver.umkm_register where nib = '{GONE}'");
    ok(&place, &["sql", "--tier", "restricted", "--by", "X", "--reason", "y", &asked]);

    let planned = ok(
        &place,
        &["erase", "--dataset", "umkm_register", "--key", GONE, "--dry-run", "--lang", "en"],
    );
    assert_eq!(planned.matches("rows: ").count(), 6, "{planned}");
    assert_eq!(sql(&place, "select count(*) from silver.umkm_register")[0], "18");
    let words = ["erase", "--dataset", "umkm_register", "--key", GONE];
    let said = ["--by", "Petugas", "--reason", "permintaan 12/2026", "--format", "json"];
    let erased = ok(&place, &[&words[..], &said].concat());
    let erased: Value = serde_json::from_str(&erased).unwrap();
    let counts = ["accepted", "rejected"].map(|name| erased["erasure"][name].as_u64().unwrap());
    assert_eq!(counts, [6, 5], "{erased:#}");

    assert_eq!(places_of(&place.path().join("lake"), &values), Vec::<String>::new());
    assert_eq!(sql(&place, "select count(*) from silver.umkm_register"), ["12"]);
    assert_eq!(sql(&place, "select count(*) from ops.quarantine"), ["5"]);
    assert_eq!(sql(&place, BALANCE), ["0"]);
    let totals = "select sum(rows_erased), sum(rows_read) from ops.files";
    assert_eq!(sql(&place, totals), ["11,28"]);
    let record = "select erased_by, kind, rows_accepted, is_proven from ops.erasures";
    assert_eq!(sql(&place, record), ["Petugas,key,6,true"]);
    // Others stand where they stood.
    let row = "select distinct src_row from silver.umkm_register order by 1";
    assert_eq!(sql(&place, row), ["2", "4"]);

    ok(&place, &["verify"]);
    ok(&place, &["rebuild"]);
    let now = ok(&place, &["sql", "--format", "csv", "select * from indicators.values"]);
    assert_eq!(now, published, "what was published stands");
    let then = ["sql", "--as-of", &first, "--format", "csv"];
    let count = "select count(*) from silver.umkm_register";
    assert_eq!(ok(&place, &[&then[..], &[count]].concat()).lines().nth(1), Some("12"));
    let again = ok(&place, &["releases", "verify", &first, "--lang", "en"]);
    assert!(again.contains("0 different"), "{again}");
    ok(&place, &["quarantine", "replay", "--since", "2000-01-01"]);
    assert_eq!(sql(&place, "select count(*) from core.umkm_register"), ["12"]);

    // The same files lie there still: they do not come back.
    let again = "landing/DISKOP_7472/umkm_register";
    let names = ["a.csv", "b.csv", "c.xlsx", "d.ods", "e.parquet", "f.csv"];
    let paths: Vec<String> = names.iter().map(|name| format!("{again}/{name}")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    ok(&place, &[&["ingest"][..], &paths].concat());
    assert_eq!(places_of(&place.path().join("lake"), &values), Vec::<String>::new());
    assert_eq!(sql(&place, BALANCE), ["0"]);
    ok(&place, &["verify"]);
}

#[test]
fn the_night_after_an_erasure_publishes_the_numbers_without_the_person() {
    let place = Place::new();
    place.write(
        "landing/DISKOP_7472/umkm_register/a.csv",
        &csv(&rows("2020-01-01", "1000000")[..3], ","),
    );
    ok(&place, &["run"]);
    let erase = ["erase", "--dataset", "umkm_register", "--key", GONE, "--by", "X"];
    ok(&place, &[&erase[..], &["--reason", "y"]].concat());
    ok(&place, &["run"]);
    let active = "select release_id, max(value) from indicators.all_releases
        where indicator_id = 'umkm_active' and region_code = '7472' and state = 'ok'
        group by 1 order by 1";
    let values = sql(&place, active);
    let values: Vec<&str> = values.iter().filter_map(|own| own.split(',').nth(1)).collect();
    assert_eq!(values, ["3.0", "2.0"]);
    ok(&place, &["run"]);
    assert_eq!(sql(&place, active).len(), 2, "nothing is new");
}

/// Rows past their time and others, loaded.
fn cases(place: &Place) {
    let case = |id: &str, month: &str| format!("7472,{id},{month}-01,1,18+,P,physical,true\n");
    let header = "region_code,case_id,month_reported,n_victims,age_group,sex,violence_type,\
                  service_given\n";
    let (old, new) = (case("KASUS-OLD-0001", "2015-03"), case("KASUS-NEW-0001", "2026-03"));
    place.write("a.csv", &format!("{header}{old}{new}"));
    let load = ["--dataset", "sapa_case", "--source", "DP3A_7472", "--allow-rejected"];
    ok(place, &[&["ingest", "a.csv"][..], &load].concat());
}

#[test]
fn an_erasure_that_died_is_told_and_finished_with_its_proof() {
    let place = Place::new();
    cases(&place);
    let (pending, apply) =
        ("lake/_koridor/erasing.json", ["retention", "--apply", "--by", "X", "--lang", "en"]);
    // What a kill leaves behind the intent; a raw file that was still being written.
    place.write(pending, "{\"files\": {}, \"documents\": {}, \"removed\": [], \"columns\": {}}");
    place.write("lake/raw/0123456789abcdef#1", "KASUS-OLD-0001");
    let told = place.say("verify --lang en");
    assert_eq!(told.status.code(), Some(1));
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(text.contains("koridor retention --apply"), "{text}");
    ok(&place, &apply);
    assert!(!place.path().join(pending).exists());
    assert_eq!(places_of(&place.path().join("lake"), &["KASUS-OLD"]), Vec::<String>::new());
    let proven = "select count(*), count(searched_bytes) from ops.erasures";
    assert_eq!(sql(&place, proven), ["1,1"]);

    // It died between its last step and the proof.
    let path = place.path().join("lake/_koridor/erasures.json");
    let mut record: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    record.as_object_mut().unwrap().remove("checksum");
    record["erasures"][0]["proof"] = Value::Null;
    std::fs::write(&path, record.to_string()).unwrap();
    assert_eq!(sql(&place, proven), ["1,0"]);
    ok(&place, &apply);
    assert_eq!(sql(&place, proven), ["1,1"]);
    ok(&place, &["verify"]);
}

#[test]
fn erased_bytes_are_refused_and_another_file_is_told() {
    let place = Place::new();
    let load = ["--dataset", "umkm_register", "--source", "DISKOP_7472", "--allow-rejected"];
    let text = csv(&rows("2020-01-01", "1000000"), ",");
    place.write("a.csv", &text);
    ok(&place, &[&["ingest", "a.csv"][..], &load].concat());
    ok(&place, &["key", "encrypt"]);
    let erase = ["erase", "--dataset", "umkm_register", "--key", "7472 0141 0185 0001"];
    ok(&place, &[&erase[..], &["--by", "X", "--reason", "y"]].concat());
    place.write("copy.csv", &text);
    let output = place.run(&[&["ingest", "copy.csv", "--lang", "en"][..], &load].concat());
    let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(told.contains("have been erased"), "{told}");
    assert_eq!(sql(&place, "select count(*) from silver.umkm_register"), ["2"]);
    ok(&place, &["key", "decrypt"]);
    assert_eq!(places_of(&place.path().join("lake"), &[GONE, NAME]), Vec::<String>::new());
    // Another file is a new fact.
    place.write("other.csv", &csv(&rows("2025-01-01", "1000000")[1..2], ","));
    let output = place.run(&[&["ingest", "other.csv", "--lang", "en"][..], &load].concat());
    let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(told.contains("erased before"), "{told}");
    assert_eq!(sql(&place, "select count(*) from silver.umkm_register"), ["3"]);
    ok(&place, &[&erase[..], &["--by", "X", "--reason", "again"]].concat());
    assert_eq!(sql(&place, "select count(*) from silver.umkm_register"), ["2"]);
    assert_eq!(sql(&place, "select count(*) from ops.erasures where is_proven"), ["2"]);
    ok(&place, &["verify"]);
    ok(&place, &["rebuild"]);
}

#[test]
fn mistakes_are_told_before_anything_is_written() {
    let place = Place::new();
    place.write("a.csv", &csv(&rows("2020-01-01", "1")[..1], ","));
    ok(&place, &["ingest", "a.csv", "--dataset", "umkm_register", "--source", "DISKOP_7472"]);
    let cases = [
        ("umkm_registr", "--key=1", "umkm_register"),
        ("umkm_register", "--where=nik=1", "no field"),
        ("umkm_register", "--where=valid_from=kemarin", "no value"),
        ("waste_handling", "--key=7472", "the key of waste_handling has"),
    ];
    for (dataset, key, expected) in cases {
        let words =
            ["erase", "--dataset", dataset, key, "--by", "X", "--reason", "y", "--lang", "en"];
        let output = place.run(&words);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{key}: {told}");
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn what_is_past_its_time_goes_by_period() {
    let place = Place::new();
    cases(&place);
    let listed = ok(&place, &["retention", "--format", "json"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let own = listed.as_array().unwrap().iter().find(|own| own["dataset"] == "sapa_case").unwrap();
    assert!(own["years"].as_u64().unwrap() > 0, "{own}");
    let output = place.run(&["retention", "--apply", "--by", "X", "--lang", "en"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(sql(&place, BALANCE), ["0"]);
    assert_eq!(places_of(&place.path().join("lake"), &["KASUS-OLD"]), Vec::<String>::new());
    assert!(!places_of(&place.path().join("lake"), &["KASUS-NEW"]).is_empty(), "{told}");
    ok(&place, &["verify"]);
    ok(&place, &["rebuild"]);
}

#[test]
fn copies_are_cleared_and_nothing_else_is() {
    let place = Place::new();
    place.write("a.csv", &csv(&rows("2020-01-01", "1")[..2], ","));
    ok(&place, &["ingest", "a.csv", "--dataset", "umkm_register", "--source", "DISKOP_7472"]);
    place.write("out/en/copy.csv", &format!("x,{GONE}\n"));
    place.write("out/other.csv", "x,1\n");
    place.write("landing/a.csv", "x\n");
    let mut before = Vec::new();
    files(place.path(), &mut before);
    let words = ["erase", "--dataset", "umkm_register", "--key", GONE, "--lang", "en"];
    let said = ["--by", "Petugas", "--reason", "12/2026"];
    for folder in [".", "lake", "lake/raw", "landing", "nope", "a.csv"] {
        for dry in [&["--dry-run"][..], &[]] {
            let output = place.run(&[&words[..], &said, &["--also", folder], dry].concat());
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{folder}: {told}");
            assert!(told.contains(folder) && told.contains("--also"), "{told}");
        }
    }
    // Wherever files come in.
    std::fs::create_dir(place.path().join("incoming")).unwrap();
    let elsewhere = ["--landing", "incoming", "--also", "incoming"];
    let output = place.run(&[&words[..], &said, &elsewhere].concat());
    assert_eq!(output.status.code(), Some(2));
    let mut after = Vec::new();
    files(place.path(), &mut after);
    assert_eq!(after, before);
    let planned = ok(&place, &[&words[..], &["--also", "out", "--dry-run"]].concat());
    assert!(planned.contains("copy.csv"), "{planned}");
    assert!(place.path().join("out/en/copy.csv").exists());
    ok(&place, &[&words[..], &said, &["--also", "out"]].concat());
    assert!(!place.path().join("out/en/copy.csv").exists());
    assert!(place.path().join("out/other.csv").exists());
    ok(&place, &["verify"]);
    // Nobody's record is shown again.
    let again = ok(&place, &[&words[..], &said].concat());
    assert!(again.contains("no rows") && !again.contains("erased 20"), "{again}");
}
