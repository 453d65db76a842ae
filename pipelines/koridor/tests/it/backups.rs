//! Documents of the lake that were put back alone from a backup, or are gone: nothing goes on from
//! them as if they were the newest.

use super::{HANDLING, Place};
use std::path::PathBuf;
use std::process::Output;

fn text(output: &Output) -> String {
    let all = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8_lossy(&all).into_owned()
}

/// That a command ends with a code and tells something.
fn told(place: &Place, words: &str, (code, told): (i32, &[&str])) {
    let output = place.say(words);
    let text = text(&output);
    assert_eq!(output.status.code(), Some(code), "{words}: {text}");
    assert!(told.iter().all(|own| text.contains(own)), "{words}: {text}");
}

fn document(place: &Place, name: &str) -> PathBuf {
    place.path().join("lake/_koridor").join(name)
}

fn night(place: &Place, name: &str, text: &str) {
    place.write(&format!("landing/DLH_7407/waste_handling/{name}"), text);
    told(place, "run --allow-rejected", (0, &[]));
}

const REGISTER: &str = "umkm_id,valid_from,region_code,kecamatan,kbli5,scale,sales_rp_year,status\n\
    7472014101850001,2020-01-01,7472,Betoambari,56101,mikro,1000000,active\n\
    7472014101850002,2020-01-01,7472,Betoambari,56101,mikro,1000000,active\n";

#[test]
fn an_older_head_is_told_and_no_night_goes_on_from_it() {
    let place = Place::new();
    night(&place, "a.csv", HANDLING);
    let older = ["head.json", "release.json"].map(|name| {
        let path = document(&place, name);
        (path.clone(), std::fs::read(path).unwrap())
    });
    night(&place, "b.csv", &HANDLING.replace("2024", "2025"));
    let newest = older.clone().map(|(path, _)| (path.clone(), std::fs::read(path).unwrap()));
    let count = ["sql", "--format", "csv", "select count(*) from indicators.values"];
    let before = place.stdout(&count);

    older.iter().for_each(|(path, bytes)| std::fs::write(path, bytes).unwrap());
    let words = ["_koridor/head.json", "older than the lake"];
    told(&place, "verify --lang en", (1, &words));
    place.write("landing/DLH_7407/waste_handling/c.csv", &HANDLING.replace("2024", "2026"));
    let stops = ["run", "quarantine replay --since 2000-01-01"];
    stops.iter().for_each(|own| told(&place, &format!("{own} --lang en"), (1, &words)));

    newest.iter().for_each(|(path, bytes)| std::fs::write(path, bytes).unwrap());
    told(&place, "verify", (0, &[]));
    assert_eq!(place.stdout(&count), before);
    told(&place, "run --allow-rejected", (0, &[]));
    let twice = "select release_id from ops.releases group by 1 having count(*) > 1";
    assert_eq!(place.stdout(&["sql", "--format", "csv", twice]).lines().count(), 1);

    // The head of a lake that was just begun is older than all of it.
    let mut begun: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&older[0].0).unwrap()).unwrap();
    let fields = begun.as_object_mut().unwrap();
    fields.retain(|name, _| name == "fence");
    fields
        .extend([("sequence".to_owned(), 0.into()), ("tables".to_owned(), serde_json::json!({}))]);
    std::fs::write(&older[0].0, begun.to_string()).unwrap();
    told(&place, "run --lang en", (1, &words));
}

#[test]
fn a_lost_or_older_record_of_erasures_and_of_the_key_stops_what_writes() {
    let place = Place::new();
    place.write("a.csv", REGISTER);
    let load = "ingest a.csv --dataset umkm_register --source DISKOP_7472 --allow-rejected";
    told(&place, load, (0, &[]));
    let erase = |key: &str| {
        let words = ["erase", "--dataset", "umkm_register", "--key", key, "--by", "X"];
        let output = place.run(&[&words[..], &["--reason", "y"]].concat());
        assert!(output.status.success(), "{}", text(&output));
    };
    erase("7472014101850001");
    let (erasures, key) = (document(&place, "erasures.json"), document(&place, "key.json"));
    let first = std::fs::read(&erasures).unwrap();
    erase("7472014101850002");
    let second = std::fs::read(&erasures).unwrap();
    told(&place, "verify", (0, &[]));

    std::fs::write(&erasures, first).unwrap();
    for words in ["verify", load] {
        told(&place, words, (1, &["_koridor/erasures.json"]));
    }
    std::fs::remove_file(&erasures).unwrap();
    for words in ["verify", load, "rebuild", "quarantine export a.csv"] {
        told(&place, words, (1, &["_koridor/erasures.json"]));
    }
    std::fs::write(&erasures, second).unwrap();

    let known = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let other = place
        .command(&load.split_whitespace().collect::<Vec<_>>())
        .env("KORIDOR_HASH_KEY", "another key, which is long enough")
        .output()
        .unwrap();
    assert_eq!(other.status.code(), Some(1), "{}", text(&other));
    for words in ["verify", load] {
        told(&place, words, (1, &["_koridor/key.json"]));
    }
    // Where there is no backup of it, somebody says that the key is the lake's.
    told(&place, "key adopt --by X --reason hilang", (0, &[]));
    told(&place, "verify", (0, &[]));
    std::fs::write(&key, known).unwrap();
    told(&place, load, (1, &["_koridor/key.json"]));
    told(&place, "key adopt --by X --reason hilang", (0, &[]));
    told(&place, load, (0, &[]));
}

#[test]
fn a_document_under_the_name_of_another_is_damage() {
    let place = Place::new();
    night(&place, "a.csv", HANDLING);
    night(&place, "b.csv", &HANDLING.replace("2024", "2025"));
    let raw = place.path().join("lake/raw");
    let entries = std::fs::read_dir(&raw).unwrap().map(|entry| entry.unwrap().path());
    let mut described: Vec<PathBuf> =
        entries.filter(|path| path.to_string_lossy().ends_with(".json")).collect();
    described.sort();
    let own = std::fs::read(&described[0]).unwrap();
    std::fs::copy(&described[1], &described[0]).unwrap();
    let name = described[0].file_name().unwrap().to_string_lossy().into_owned();
    for words in ["verify", "rebuild", "quarantine replay --since 2000-01-01"] {
        told(&place, words, (1, &[&name]));
    }
    std::fs::write(&described[0], own).unwrap();
    told(&place, "verify", (0, &[]));

    let projects = document(&place, "projects");
    let path = std::fs::read_dir(&projects).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&path).unwrap();
    let mut project: serde_json::Value = serde_json::from_str(&text).unwrap();
    project.as_object_mut().unwrap().remove("checksum");
    project["schemas/corridor.json"] = "{}".into();
    std::fs::write(&path, project.to_string()).unwrap();
    told(&place, "verify", (1, &["_koridor/projects/"]));
    std::fs::remove_file(&path).unwrap();
    told(&place, "verify", (1, &["_koridor/projects/"]));
    std::fs::write(&path, text).unwrap();
    told(&place, "verify", (0, &[]));
    let runs = std::fs::read_dir(document(&place, "runs")).unwrap();
    let run = runs.map(|entry| entry.unwrap().path()).next().unwrap();
    std::fs::remove_file(&run).unwrap();
    let name = run.file_name().unwrap().to_string_lossy().into_owned();
    told(&place, "verify", (1, &[&name]));
}

#[test]
fn a_clock_that_is_behind_the_newest_release_begins_no_night() {
    let place = Place::new();
    night(&place, "a.csv", HANDLING);
    let current = place.stdout(&["sql", "--format", "csv", "select release_id from ops.releases"]);
    let id = current.lines().nth(1).unwrap();
    let manifest = document(&place, &format!("releases/{id}.json"));
    let mut release: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    release.as_object_mut().unwrap().remove("checksum");
    release["created_at"] = "2099-01-01T00:00:00.000000Z".into();
    std::fs::write(&manifest, release.to_string()).unwrap();
    let head = document(&place, "head.json");
    let mut document: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&head).unwrap()).unwrap();
    document.as_object_mut().unwrap().remove("checksum");
    document["release"]["checksum"] = serde_json::Value::Null;
    std::fs::write(&head, document.to_string()).unwrap();
    told(&place, "run --allow-rejected --lang en", (2, &["clock", "--ignore-clock"]));
    told(&place, "run --allow-rejected --ignore-clock", (0, &[]));
}
