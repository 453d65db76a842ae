//! What a person sees of a lake that is damaged, of a lost key, and of a run that was killed.

use super::{HANDLING, Place};
use std::process::Output;

fn lake() -> Place {
    let place = Place::new();
    place.write("a.csv", HANDLING);
    place.say("ingest a.csv --dataset waste_handling --source DLH_7407 --allow-rejected");
    place
}

fn text(output: &Output) -> String {
    let all = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8_lossy(&all).into_owned()
}

/// The first file of a folder of the lake with this ending.
fn file(place: &Place, folder: &str, ending: &str) -> std::path::PathBuf {
    let entries = std::fs::read_dir(place.path().join("lake").join(folder)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths = paths.filter(|path| path.to_string_lossy().ends_with(ending));
    paths.next().unwrap()
}

#[test]
fn what_is_damaged_is_named_with_exit_code_1_and_no_back_trace() {
    let place = lake();
    let whole = place.say("verify --lang en");
    assert_eq!(whole.status.code(), Some(0), "{}", text(&whole));
    let sql = ["sql", "--head", "select * from core.waste_handling"];
    let data = file(&place, "silver/waste_handling", ".parquet");
    let name = data.file_name().unwrap().to_string_lossy().into_owned();
    let bytes = std::fs::read(&data).unwrap();
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    std::fs::write(&data, flipped).unwrap();
    for output in [place.say("verify --lang en"), place.run(&sql)] {
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output).contains(&name), "{}", text(&output));
    }
    std::fs::remove_file(&data).unwrap();
    for output in [place.say("verify"), place.run(&sql)] {
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output).contains(&name) && text(&output).contains("gone"));
    }
    std::fs::write(&data, bytes).unwrap();
    let log = "silver/waste_handling/_delta_log/00000000000000000001.json";
    let path = place.path().join("lake").join(log);
    let lines = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, lines.replace("\"add\"", "\"a,d\":")).unwrap();
    let output = place.command(&sql).env("RUST_BACKTRACE", "1").output().unwrap();
    let told = text(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(told.contains("silver/waste_handling") && told.lines().count() < 5, "{told}");
    assert!(text(&place.say("verify")).contains(log));
}

#[test]
fn what_leads_other_readers_to_the_release_is_watched_and_made_again() {
    let place = lake();
    assert_eq!(place.say("run --allow-rejected --landing again").status.code(), Some(2));
    std::fs::create_dir(place.path().join("landing")).unwrap();
    assert_eq!(place.say("run --allow-rejected").status.code(), Some(0));
    let pointer = place.path().join("lake/_koridor/release.json");
    let whole = std::fs::read_to_string(&pointer).unwrap();
    for damaged in [None, Some("{\"id\": \"2020-01-01.1\"}"), Some("{\"id\"")] {
        match damaged {
            None => std::fs::remove_file(&pointer).unwrap(),
            Some(text) => std::fs::write(&pointer, text).unwrap(),
        }
        let told = place.say("verify --lang en");
        assert_eq!(told.status.code(), Some(1), "{damaged:?}");
        assert!(text(&told).contains("_koridor/release.json"), "{}", text(&told));
        assert_eq!(place.say("run --allow-rejected").status.code(), Some(0));
        assert_eq!(std::fs::read_to_string(&pointer).unwrap(), whole);
        assert_eq!(place.say("verify").status.code(), Some(0), "{damaged:?}");
    }
}

#[test]
fn replay_and_rebuild_name_a_raw_file_that_is_damaged() {
    let place = lake();
    let sidecar = file(&place, "raw", ".json");
    let raw = sidecar.with_extension("");
    let name = raw.file_name().unwrap().to_string_lossy().into_owned();
    std::fs::write(&raw, HANDLING.replace("7407", "7472")).unwrap();
    for words in ["rebuild", "quarantine replay --file a.csv", "quarantine export a.csv"] {
        let output = place.say(words);
        assert_eq!(output.status.code(), Some(1), "{words}: {}", text(&output));
        assert!(text(&output).contains(&name), "{words}: {}", text(&output));
    }
    place.write("again/a.csv", HANDLING);
    place.say("ingest again/a.csv --dataset waste_handling --source DLH_7407");
    assert_eq!(place.say("rebuild").status.code(), Some(0));
}

#[test]
fn a_lost_key_is_refused_until_somebody_says_so() {
    let place = Place::new();
    let say = |words: &str| {
        let words: Vec<&str> = words.split_whitespace().collect();
        place.command(&words).env_remove("KORIDOR_HASH_KEY").output().unwrap()
    };
    place.write("a.csv", HANDLING);
    let ingest = "ingest a.csv --dataset waste_handling --source DLH_7407 --allow-rejected";
    assert_eq!(say(ingest).status.code(), Some(0));
    let key = place.path().join("lake/_secrets/hash.key");
    let first = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let lost = say(ingest);
    assert_eq!(lost.status.code(), Some(2));
    assert!(text(&lost).contains("koridor key adopt"), "{}", text(&lost));
    assert!(!key.exists());
    assert_eq!(say("verify").status.code(), Some(1));
    // Another that is given is refused too; on somebody's word the lake goes on with a new one.
    assert_eq!(place.say(ingest).status.code(), Some(2));
    assert_eq!(say("key adopt --by Diskominfo --reason hilang").status.code(), Some(0));
    assert_eq!(say(ingest).status.code(), Some(0));
    assert!(text(&say("key show")).contains("Diskominfo: hilang"));
    std::fs::write(&key, first).unwrap();
    assert_eq!(say(ingest).status.code(), Some(2));
}

#[test]
fn a_run_that_was_killed_has_its_row() {
    let place = lake();
    let running = "{\"schema\": \"koridor.run.v1\", \"run_id\": \"20260101T000000.000000Z\",
        \"command\": \"run\", \"started_at\": \"2026-01-01T00:00:00.000Z\", \"finished_at\": \"\",
        \"outcome\": \"failed\", \"exit_code\": 1, \"error\": null, \"files\": [],
        \"files_known\": null, \"release_id\": null, \"is_new_release\": false, \"steps\": []}";
    place.write("lake/_koridor/running.json", running);
    place.say("ingest a.csv --dataset waste_handling --source DLH_7407");
    let sql = "select run_id, outcome from ops.runs";
    let rows = place.stdout(&["sql", "--format", "csv", sql]);
    assert!(rows.contains("20260101T000000.000000Z,killed"), "{rows}");
    std::fs::remove_file(file(&place, "_koridor/runs", ".json")).unwrap();
    assert_eq!(place.run(&["sql", sql]).status.code(), Some(1));
}
