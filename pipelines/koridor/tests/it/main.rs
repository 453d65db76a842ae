//! The program from outside: exit codes, streams, hints. Snapshots hold what a person reads; paths
//! and hashes are filtered.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

mod backups;
#[path = "../fuzz/bombs.rs"]
mod bombs;
mod bulletin;
mod catalogue;
mod comments;
#[path = "../fuzz/containers.rs"]
mod containers;
mod damage;
mod disclosure;
mod doors;
mod encryption;
mod erasure;
mod evaluate;
mod extract;
mod fetching;
mod first_hour;
mod guards;
mod hostile;
mod house;
mod mails;
#[cfg(target_os = "linux")]
mod memory;
mod nights;
mod office;
#[cfg(unix)]
mod permissions;
mod project_folder;
mod proof;
mod reference;
mod restricted;
mod second_corridor;
mod secrets;
mod site;
mod sql;
mod streaming;
mod template;
mod verdict;
mod writers;

use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

struct Place {
    folder: tempfile::TempDir,
}

/// The secret of lakes that these tests make.
const HASH_KEY: &str = "a key of the tests, long enough";

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

    /// Runs a command given as words between blanks.
    fn say(&self, words: &str) -> Output {
        self.run(&words.split_whitespace().collect::<Vec<_>>())
    }

    /// What a command writes to stdout.
    fn stdout(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.run(arguments).stdout).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_koridor"));
        command
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("KORIDOR_HASH_KEY", HASH_KEY)
            .args(arguments);
        command
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

/// The lake of the sample, made once for all tests that only read it.
static SAMPLE: LazyLock<Place> = LazyLock::new(|| demo(&[]));

/// That of the other corridor.
static OTHER_CORRIDOR: LazyLock<Place> = LazyLock::new(|| {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let example = repository.join("examples/second-corridor");
    demo(&["--project", &example.display().to_string()])
});

fn demo(project: &[&str]) -> Place {
    let place = Place::new();
    let output = place.run(&[project, &["demo", "--lang", "en"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    place
}

/// The bytes of a file as text, those of a workbook as they are before they are compressed.
fn plain_text(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    if let Ok(mut parts) = zip::ZipArchive::new(std::io::Cursor::new(&bytes)) {
        for at in 0..parts.len() {
            let mut part = Vec::new();
            std::io::Read::read_to_end(&mut parts.by_index(at).unwrap(), &mut part).unwrap();
            text.push_str(&String::from_utf8_lossy(&part));
        }
    }
    text
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
        "--lang",
        "id",
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
