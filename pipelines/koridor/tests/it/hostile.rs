//! Files that would end or fill a machine: each is refused with a clear message, in bounded time
//! and memory, and what is good beside it is loaded.

use crate::Place;
use crate::bombs::{self, HEADER, ROW, rows};
use crate::containers::Xlsx;
use std::collections::BTreeMap;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

/// Most seconds that all of it may take in an unoptimised build beside other tests.
const SECONDS: u64 = 240;

fn report(place: &Place, arguments: &[&str]) -> (Option<i32>, serde_json::Value) {
    told(&place.run(arguments))
}

fn told(output: &Output) -> (Option<i32>, serde_json::Value) {
    let shown = String::from_utf8_lossy(&output.stderr);
    assert!(!shown.contains("panicked") && !shown.contains("backtrace"), "{shown}");
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn bombs_are_refused_and_what_is_good_is_loaded() {
    let place = Place::new();
    let good = format!("{}\n{}\n", HEADER.join(","), ROW.join(","));
    place.write("landing/DLH_7407/baik.csv", &good);
    let mut names = Vec::new();
    for (name, bytes, codes) in bombs::all() {
        let path = place.path().join("landing/DLH_7407").join(name);
        std::fs::write(path, bytes).unwrap();
        names.push((name, codes));
    }
    let begun = Instant::now();
    let mut command = place.command(&["ingest", "landing", "--format", "json"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(target_os = "linux")]
    let output = {
        let (output, most) = crate::memory::watched(command.spawn().unwrap());
        assert!(most < 1_024, "{most} MiB");
        output
    };
    #[cfg(not(target_os = "linux"))]
    let output = command.output().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(SECONDS), "{:?}", begun.elapsed());
    let (code, report) = told(&output);
    assert_eq!(code, Some(3), "{report:#}");
    let files: BTreeMap<String, &serde_json::Value> = report
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned(), file))
        .collect();
    assert_eq!(files["baik.csv"]["status"], "loaded");
    for (name, codes) in names {
        let file = files[name];
        assert!(file["status"] == "refused" || codes.contains(&""), "{name}: {file:#}");
        if file["status"] == "refused" {
            for language in ["error", "error_id"] {
                assert!(file[language].as_str().is_some_and(|text| text.len() > 20), "{file:#}");
            }
        }
    }
}

#[test]
fn a_false_dimension_is_not_believed() {
    let place = Place::new();
    let rows = rows(&[HEADER, ROW]);
    for (name, reference) in
        [("wide.xlsx", "A1:XFD1048576"), ("wild.xlsx", "A1:ZZZZZZZZZZ99999999999")]
    {
        let head = format!(r#"<dimension ref="{reference}"/>"#);
        let bytes = Xlsx { head: &head, rows: &rows, ..Xlsx::default() }.bytes();
        std::fs::write(place.path().join(name), bytes).unwrap();
        let words = ["check", name, "--dataset", "waste_handling", "--source", "DLH_7407"];
        let (code, report) = report(&place, &[&words[..], &["--format", "json"]].concat());
        assert_eq!((code, &report[0]["file"]["rows_accepted"]), (Some(0), &1.into()), "{report:#}");
    }
}

#[test]
fn a_budget_is_what_the_operator_says() {
    let place = Place::new();
    let bytes = Xlsx { rows: &rows(&vec![ROW; 40_000]), ..Xlsx::default() }.bytes();
    std::fs::write(place.path().join("a.xlsx"), bytes).unwrap();
    let words = ["check", "a.xlsx", "--lang", "en", "--file-memory", "2"];
    let shown = place.stdout(&words);
    assert!(shown.contains("--file-memory"), "{shown}");
    let shown = place.stdout(&["check", "a.xlsx", "--lang", "en", "--file-seconds", "0"]);
    assert!(shown.contains("within 0 seconds"), "{shown}");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_never_opened() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    let at = |name: &str| place.path().join("landing/DLH_7407").join(name);
    let good = format!("{}\n{}\n", HEADER.join(","), ROW.join(","));
    place.write("landing/DLH_7407/baik.csv", &good);
    place.write("elsewhere/rahasia.csv", &good);
    place.write("landing/DLH_7407/folder.xlsx/inner.csv", &good);
    symlink("/dev/zero", at("zero.csv")).unwrap();
    symlink("../../elsewhere/rahasia.csv", at("out.csv")).unwrap();
    symlink("round.csv", at("round.csv")).unwrap();
    symlink("..", at("circle")).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(at("pipe.csv")).status().unwrap();
    assert!(pipe.success());
    let _socket = std::os::unix::net::UnixListener::bind(at("socket.csv")).unwrap();
    let (code, night) = report(&place, &["run", "--landing", "landing", "--format", "json"]);
    assert_eq!(code, Some(3));
    let refused = |report: &serde_json::Value| {
        let files = report.as_array().unwrap().iter();
        let files = files.map(|one| one.get("file").unwrap_or(one));
        files.filter(|file| file["status"] == "refused").count()
    };
    assert_eq!((night["files"].as_array().unwrap().len(), refused(&night["files"])), (8, 7));
    for command in ["check", "ingest"] {
        let words = [command, "landing", "--format", "json"];
        let (code, report) = report(&place, &words);
        assert_eq!((code, refused(&report)), (Some(3), 7), "{report:#}");
        for name in ["zero.csv", "pipe.csv", "socket.csv", "folder.xlsx", "round.csv"] {
            let path = format!("landing/DLH_7407/{name}");
            let output = place.run(&[command, &path, "--lang", "id"]);
            let shown = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(output.status.code(), Some(3), "{name}: {shown}");
            assert!(
                shown.contains("bukan berkas biasa")
                    || shown.contains("tautan")
                    || shown.contains("folder"),
                "{shown}"
            );
        }
    }
}

#[test]
fn a_file_that_grows_while_it_is_read_is_left_for_the_next_load() {
    use std::io::Write;
    let place = Place::new();
    place.write("landing/DLH_7407/tumbuh.csv", &format!("{}\n", HEADER.join(",")));
    let path = place.path().join("landing/DLH_7407/tumbuh.csv");
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let writer = std::thread::spawn(move || {
        let mut file = std::fs::File::options().append(true).open(path).unwrap();
        while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
            writeln!(file, "{}", ROW.join(",")).unwrap();
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    let words = ["landing", "--lang", "en"];
    for command in ["check", "ingest"] {
        let output = place.run(&[&[command], &words[..]].concat());
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.code() == Some(3) && shown.contains("left for the next"), "{shown}");
    }
    drop(stop);
    writer.join().unwrap();
    let kept = std::fs::read_dir(place.path().join("lake/raw")).map_or(0, Iterator::count);
    assert_eq!(kept, 0, "bytes of a file that was still written are kept");
    let (_, report) = report(&place, &["ingest", "landing", "--format", "json"]);
    assert_eq!(report[0]["status"], "loaded", "{report:#}");
}
