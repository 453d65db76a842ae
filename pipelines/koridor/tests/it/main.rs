//! The program from outside: exit codes, streams, hints. Snapshots hold what a person reads; paths and hashes are filtered.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

mod comments;
mod house;
mod streaming;

use std::path::Path;
use std::process::{Command, Output};

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_koridor"))
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("KORIDOR_HASH_KEY", "a key of the tests, long enough")
            .args(arguments)
            .output()
            .unwrap()
    }

    /// Exit code and both streams, without what differs from run to run.
    fn shown(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes)
                .replace(&self.path().display().to_string(), "[folder]")
                .replace("file:///private", "file://")
        };
        format!(
            "$ koridor {}\nexit {}\n----- stdout\n{}----- stderr\n{}",
            arguments.join(" "),
            output.status.code().unwrap_or(-1),
            text(&output.stdout),
            text(&output.stderr)
        )
    }
}

const HANDLING: &str =
    "region_code,period_month,reduced_ton,handled_ton\n7407,2024-01,1,2\n7472,2024-01,x,2\n";

#[test]
fn mistakes_have_a_hint_and_exit_with_2() {
    let place = Place::new();
    place.write("a.csv", HANDLING);
    let shown = [
        place.shown(&["sql", "select 1"]),
        place.shown(&["ingest", "a.csv", "--dataset", "waste_handlin", "--source", "DLH_7407"]),
        place.shown(&["ingest", "a.csv", "--dataset", "waste_handling", "--source", "DLH_7408"]),
        place.shown(&["check", "missing.csv"]),
        place.shown(&["run", "--landing", "nowhere"]),
        place.shown(&["indicators", "show", "tpk_room_ocupancy"]),
        place.shown(&["extract", "indicator"]),
    ];
    insta::assert_snapshot!("mistakes", shown.join("\n"));
}

#[test]
fn refused_data_exits_with_3_unless_allowed() {
    let place = Place::new();
    place.write("a.csv", HANDLING);
    let arguments = [
        "ingest",
        "a.csv",
        "--dataset",
        "waste_handling",
        "--source",
        "DLH_7407",
        "--released",
        "2026-01-31",
    ];
    insta::assert_snapshot!("refused", place.shown(&arguments));
    assert_eq!(place.run(&arguments).status.code(), Some(0), "known bytes are no news");
    insta::assert_snapshot!(
        "quarantine",
        place
            .shown(&["quarantine", "list", "--lang", "en", "--format", "csv"])
            .replace(&sha(&place), "[sha256]")
    );
    place.write("b.csv", &HANDLING.replace("2024", "2023"));
    let mut allowed = arguments.to_vec();
    allowed[1] = "b.csv";
    allowed.push("--allow-rejected");
    assert_eq!(place.run(&allowed).status.code(), Some(0));
}

fn sha(place: &Place) -> String {
    let output = place.run(&[
        "sql",
        "--format",
        "csv",
        "select sha256 from ops.files where file_name = 'a.csv'",
    ]);
    String::from_utf8_lossy(&output.stdout).lines().nth(1).unwrap_or("none").to_owned()
}

#[test]
fn check_says_the_same_and_writes_nothing() {
    let place = Place::new();
    place.write("a.csv", HANDLING);
    insta::assert_snapshot!(
        "check",
        place.shown(&[
            "check",
            "a.csv",
            "--dataset",
            "waste_handling",
            "--source",
            "DLH_7407",
            "--lang",
            "en"
        ])
    );
    assert!(!place.path().join("lake").exists());
}

#[test]
fn a_malformed_project_names_file_pointer_and_expectation() {
    let place = Place::new();
    place.write(
        "p/schemas/datasets/waste_handling.json",
        "{\"name\": \"waste_handling\", \"fields\": 7}",
    );
    place.write(
        "q/schemas/codes/param.csv",
        "name,region_code,valid_from,value,unit,origin\na,*,yesterday,1,t,x\n",
    );
    insta::assert_snapshot!(
        "project",
        [
            place.shown(&["--project", "p", "indicators", "list"]),
            place.shown(&["--project", "q", "indicators", "list"])
        ]
        .join("\n")
    );
}

#[test]
fn a_generated_file_of_every_dataset_loads_with_the_printed_counts() {
    let recipes =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../sql/generate")).unwrap();
    let datasets: Vec<String> = recipes
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert!(datasets.len() >= 17);
    let place = Place::new();
    for dataset in datasets {
        let file = format!("{dataset}.csv");
        let generated = place
            .run(&["generate", &dataset, "--rows", "800", "--faults", "0.05", "--output", &file]);
        let expected: serde_json::Value = serde_json::from_slice(&generated.stderr).unwrap();
        assert!(expected["bad"].as_u64().unwrap() > 0, "{dataset}");
        let loaded = place.run(&[
            "--format",
            "json",
            "ingest",
            &file,
            "--dataset",
            &dataset,
            "--source",
            "SAMPLE_SYNTHETIC",
            "--allow-rejected",
        ]);
        let outcome: serde_json::Value = serde_json::from_slice(&loaded.stdout).unwrap();
        assert_eq!(
            (&outcome[0]["rows_read"], &outcome[0]["rows_rejected"]),
            (&expected["rows"], &expected["bad"]),
            "{dataset}"
        );
    }
}

#[test]
fn a_file_goes_back_with_its_cells_where_they_were() {
    let place = Place::new();
    place.write(
        "a.csv",
        "Kabupaten/Kota;Bulan;Pengurangan (ton);Penanganan (ton)\nWakatobi;Januari 2024;1.000,5;20,25\nKONSEL;Pebruari 2024;abc;=1+1\n",
    );
    place.run(&[
        "ingest",
        "a.csv",
        "--dataset",
        "waste_handling",
        "--source",
        "DLH_7407",
        "--allow-rejected",
    ]);
    assert!(
        place.run(&["quarantine", "export", "a.csv", "--output", "back.xlsx"]).status.success()
    );
    assert!(
        place
            .run(&[
                "check",
                "a.csv",
                "--source",
                "DLH_7407",
                "--workbook",
                "before.xlsx",
                "--allow-rejected"
            ])
            .status
            .success()
    );
    for workbook in ["back.xlsx", "before.xlsx"] {
        // The summary is another sheet; the office's own is read as before, cell by cell.
        let again = place.run(&[
            "--format",
            "json",
            "check",
            workbook,
            "--dataset",
            "waste_handling",
            "--source",
            "DLH_7407",
        ]);
        let found: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
        let cells: Vec<(&str, &str)> = found[0]["rejected"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["cell"].as_str().unwrap(), one["rule"].as_str().unwrap()))
            .collect();
        assert_eq!(cells, [("C3", "not_a_number")], "{workbook}: {found}");
        assert_eq!(found[0]["file"]["rows_accepted"], 1, "{workbook}");
    }
    let month = chrono_month(&place);
    let letter = place.run(&["quarantine", "letter", "DLH_7407", "--month", &month]);
    let letter = String::from_utf8(letter.stdout).unwrap();
    assert!(letter.contains("<td>C3</td><td>abc</td>") && letter.contains("a.csv"), "{letter}");
    assert!(
        place
            .shown(&["quarantine", "replay", "--lang", "en"])
            .contains("nothing in schemas/ has changed")
    );
    assert!(place.shown(&["rebuild"]).contains("silver.waste_handling"));
    let draft = place.run(&["sources", "infer", "a.csv", "--lang", "en"]);
    let description: serde_json::Value = serde_json::from_slice(&draft.stdout).unwrap();
    assert_eq!(
        (&description["dataset"], &description["numbers"]),
        (&"waste_handling".into(), &"id".into())
    );
    assert!(String::from_utf8(draft.stderr).unwrap().contains("DLH_HANDLING"));
    assert!(
        place
            .shown(&["sources", "explain", "a.csv", "--source", "DLH_7407"])
            .contains("-> reduced_ton")
    );
}

/// The month in which a file of the lake came.
fn chrono_month(place: &Place) -> String {
    let month = place.run(&[
        "sql",
        "--head",
        "--format",
        "csv",
        "select substr(cast(received_at as varchar), 1, 7) as month from ops.files",
    ]);
    String::from_utf8(month.stdout).unwrap().lines().nth(1).unwrap().to_owned()
}

#[test]
fn the_demo_shows_the_published_numbers_and_finds_nothing_new_the_second_time() {
    let place = Place::new();
    let first = place.run(&["demo", "--lang", "en"]);
    assert_eq!(first.status.code(), Some(0), "{}", String::from_utf8_lossy(&first.stderr));
    let shown = String::from_utf8_lossy(&first.stdout).into_owned();
    for part in ["waste_managed_rate", "SYNTHETIC", "Rows that were refused", "koridor explain"] {
        assert!(shown.contains(part), "{part} is missing in:\n{shown}");
    }
    let values = place.run(&["sql", "--format", "csv", "select region_code, round(value, 2), state from indicators.waste_managed_rate where grain = 'Y' and period = date '2024-01-01' order by region_code"]);
    insta::assert_snapshot!("managed_2024", String::from_utf8_lossy(&values.stdout));
    // The ledger balances, and each refused row is one open row of the quarantine.
    let unbalanced = "select count(*) as n from ops.files f
      left join (select sha256, count(*) as open from ops.quarantine where status <> 'resolved' group by sha256) q on q.sha256 = f.sha256
      where f.rows_read <> f.rows_accepted + f.rows_rejected + f.rows_ignored or f.rows_rejected <> coalesce(q.open, 0)";
    assert_eq!(
        String::from_utf8_lossy(&place.run(&["sql", "--format", "csv", unbalanced]).stdout),
        "n\n0\n"
    );
    let again = place.run(&["demo", "--lang", "en"]);
    assert!(String::from_utf8_lossy(&again.stdout).contains("Nothing is new"));
    let releases = place.run(&["releases", "list", "--format", "csv"]);
    assert_eq!(String::from_utf8_lossy(&releases.stdout).lines().count(), 2);
    let explained = place.run(&[
        "explain",
        "waste_managed_rate",
        "--region",
        "Kota Baubau",
        "--period",
        "2024",
    ]);
    assert!(
        String::from_utf8_lossy(&explained.stdout).contains("Data_Capaian_Pengelolaan_Sampah.csv")
    );
    let explained = place.run(&[
        "explain",
        "waste_managed_rate",
        "--region",
        "Kota Baubau",
        "--period",
        "2024",
        "--format",
        "json",
        "--lang",
        "en",
    ]);
    let explained: serde_json::Value = serde_json::from_slice(&explained.stdout).unwrap();
    assert!(
        explained[0]["value"].is_number() && !explained[0]["parts"].as_array().unwrap().is_empty(),
        "{explained}"
    );
    assert!(
        explained[0]["rows"][0]["values"].as_str().unwrap().contains("region_code"),
        "{explained}"
    );
    // A release is read by the project it was made with, whatever became of that since.
    place.write(
        "later/schemas/codes/source_priority.csv",
        "theme,region_code,year,rank,source_id\nvisits,*,,1,BPS\n",
    );
    let release = String::from_utf8_lossy(&releases.stdout)
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    let count = |arguments: &[&str]| {
        let counted = place.run(
            &[
                &["sql", "--format", "csv", "select count(*) as n from ref.source_priority"],
                arguments,
            ]
            .concat(),
        );
        String::from_utf8_lossy(&counted.stdout).lines().nth(1).unwrap().parse::<u64>().unwrap()
    };
    assert_eq!(count(&["--project", "later", "--head"]), 1);
    assert_eq!(count(&["--project", "later", "--as-of", &release]), count(&["--head"]));
    for (format, magic) in
        [("xlsx", &b"PK"[..]), ("parquet", b"PAR1"), ("csv", b"indicator_id"), ("json", b"[{")]
    {
        let extract = place.run(&[
            "extract",
            "indicators",
            "--region",
            "7407",
            "--year",
            "2025",
            "--format",
            format,
            "--output",
            "out",
        ]);
        assert_eq!(extract.status.code(), Some(0), "{}", String::from_utf8_lossy(&extract.stderr));
        assert!(std::fs::read(place.path().join("out")).unwrap().starts_with(magic), "{format}");
    }
}
