//! What proves a release: computed again it is the same, its signature is of its key, and what is
//! forged is refused. What a run did is told to others as OpenLineage has it.

use super::Place;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

const HANDLING: &str = "region_code,period_month,reduced_ton,handled_ton\n7407,2024-01,1,2\n\
                        7407,2024-02,3,4\n";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A lake with one release, for who only reads it.
static RELEASED: LazyLock<Place> = LazyLock::new(released);

/// A lake with one release.
fn released() -> Place {
    let place = Place::new();
    place.write("landing/DLH_7407/waste_handling/a.csv", HANDLING);
    let mut night = place.command(&["run", "--allow-rejected"]);
    let night = night.env("KORIDOR_OPENLINEAGE", "file:events.ndjson").output().unwrap();
    assert_eq!(night.status.code(), Some(0), "{}", text(&night.stderr));
    place
}

fn release_of(place: &Place) -> String {
    place
        .stdout(&["sql", "--format", "csv", "select release_id from ops.releases"])
        .lines()
        .nth(1)
        .unwrap()
        .to_owned()
}

#[test]
fn a_release_is_proven_and_a_forged_one_is_refused() {
    let place = Place::new();
    copy(RELEASED.path(), place.path());
    let id = release_of(&place);
    let verify = |key: Option<&str>| {
        let mut arguments = vec!["releases", "verify", &id, "--lang", "en"];
        arguments.extend(key.iter().flat_map(|key| ["--public-key", key]));
        let output = place.run(&arguments);
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    };
    for name in ["ours.key", "others.key"] {
        assert_eq!(place.run(&["releases", "new-key", name]).status.code(), Some(0));
    }
    let (code, told) = verify(Some("ours.key.pub"));
    assert!(code == Some(1) && told.contains("it is not signed"), "{told}");
    let signed = place.run(&["releases", "sign", &id, "--key", "ours.key"]);
    assert_eq!(signed.status.code(), Some(0), "{}", text(&signed.stderr));
    let (code, told) = verify(Some("ours.key.pub"));
    assert!(code == Some(0) && told.contains("the signature is good"), "{told}");
    assert!(told.contains(" 0 different"), "{told}");
    let compared: u64 = told.split(' ').next().unwrap().parse().unwrap();
    assert!(compared > 0, "{told}");
    let (code, told) = verify(Some("others.key.pub"));
    assert!(code == Some(1) && told.contains("not of this key"), "{told}");

    // A signature of other words.
    let proof = place.path().join(format!("lake/_koridor/proofs/{id}.minisig"));
    let own = std::fs::read_to_string(&proof).unwrap();
    std::fs::write(&proof, own.replace("koridor release", "koridor Release")).unwrap();
    assert_eq!(verify(Some("ours.key.pub")).0, Some(1), "a comment that was changed");
    std::fs::write(&proof, &own).unwrap();

    // Raw bytes that are others give an error before a digit is compared.
    let raw = std::fs::read_dir(place.path().join("lake/raw")).unwrap();
    let raw = raw.map(|own| own.unwrap().path()).find(|own| own.extension().is_none()).unwrap();
    std::fs::write(&raw, HANDLING.replace("3,4", "3,9")).unwrap();
    let (code, told) = verify(None);
    assert!(code == Some(1) && told.contains("raw/"), "{told}");
}

#[test]
fn a_run_that_was_killed_is_told_of_with_the_next() {
    let place = Place::new();
    copy(RELEASED.path(), place.path());
    let running = "{\"schema\": \"koridor.run.v1\", \"run_id\": \"20260101T000000.000000Z\",
        \"command\": \"run\", \"started_at\": \"2026-01-01T00:00:00.000Z\", \"finished_at\": \"\",
        \"outcome\": \"failed\", \"exit_code\": 1, \"error\": null, \"files\": [],
        \"files_known\": null, \"release_id\": null, \"is_new_release\": false, \"steps\": []}";
    place.write("lake/_koridor/running.json", running);
    let mut night = place.command(&["run", "--allow-rejected"]);
    let night = night.env("KORIDOR_OPENLINEAGE", "file:again.ndjson").output().unwrap();
    assert_eq!(night.status.code(), Some(0), "{}", text(&night.stderr));
    let events = std::fs::read_to_string(place.path().join("again.ndjson")).unwrap();
    let kinds = events.lines().map(|line| {
        let event: Value = serde_json::from_str(line).unwrap();
        event["eventType"].as_str().unwrap().to_owned()
    });
    assert_eq!(kinds.collect::<Vec<_>>(), ["START", "FAIL", "START", "COMPLETE"]);
}

/// Rewrites a file of a lake; something in it changes.
fn forge(place: &Place, path: &str, change: impl Fn(&str) -> String) {
    let path = place.path().join(path);
    let own = std::fs::read_to_string(&path).unwrap();
    let forged = change(&own);
    assert_ne!(own, forged, "{}", path.display());
    std::fs::write(path, forged).unwrap();
}

#[test]
fn what_a_release_says_of_itself_is_part_of_what_is_signed() {
    let id = release_of(&RELEASED);
    let forged = |change: &dyn Fn(&Place)| {
        let place = Place::new();
        copy(RELEASED.path(), place.path());
        assert_eq!(place.run(&["releases", "new-key", "own.key"]).status.code(), Some(0));
        assert_eq!(
            place.run(&["releases", "sign", &id, "--key", "own.key"]).status.code(),
            Some(0)
        );
        change(&place);
        let verify = ["releases", "verify", &id, "--lang", "en", "--public-key", "own.key.pub"];
        let output = place.run(&verify);
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    };
    let (code, told) = forged(&|_| {});
    assert_eq!(code, Some(0), "{told}");
    let record = format!("lake/_koridor/releases/{id}.json");
    // That no value rests on anything but the day: none would be compared.
    let without_inputs = |own: &str| {
        let mut record: Value = serde_json::from_str(own).unwrap();
        for one in record["indicators"].as_object_mut().unwrap().values_mut() {
            one["inputs"] = "".into();
        }
        serde_json::to_string_pretty(&record).unwrap()
    };
    let (code, told) = forged(&|place| forge(place, &record, without_inputs));
    assert_eq!(code, Some(1), "{told}");
    // A data file whose bounds let readers pass over it.
    let log = "lake/silver/waste_handling/_delta_log/00000000000000000001.json";
    let bounds =
        |own: &str| own.replace("2024-02-01", "2024-01-01").replace("2024-01-01", "2023-01-01");
    let (code, told) = forged(&|place| forge(place, log, bounds));
    assert_eq!(code, Some(1), "{told}");
    let (code, told) = forged(&|place| {
        let values = "lake/indicators/values/_delta_log/00000000000000000001.json";
        forge(place, values, |own| own.replace("\\\"numRecords\\\":", "\\\"numRecords\\\":1"));
    });
    assert_eq!(code, Some(1), "{told}");
}

#[test]
fn a_manifest_names_all_bytes_that_a_release_rests_on() {
    let place = &*RELEASED;
    let id = release_of(place);
    let manifest: Value =
        serde_json::from_str(&place.stdout(&["releases", "manifest", &id])).unwrap();
    let raw: Vec<&String> = manifest["raw"].as_object().unwrap().keys().collect();
    let landed = std::fs::read(place.path().join("landing/DLH_7407/waste_handling/a.csv")).unwrap();
    assert_eq!(raw, [&sha256(&landed)]);
    for (path, hash) in manifest["data"].as_object().unwrap() {
        let bytes = std::fs::read(place.path().join("lake").join(path)).unwrap();
        assert_eq!(hash.as_str().unwrap(), sha256(&bytes), "{path}");
    }
    assert!(manifest["data"].as_object().unwrap().len() > 3);
    let contract = include_bytes!("../../../../schemas/datasets/waste_handling.json");
    let named = &manifest["files"]["schemas/datasets/waste_handling.json"];
    assert_eq!(named.as_str().unwrap(), sha256(contract));
    assert_eq!(manifest["program"], env!("CARGO_PKG_VERSION"));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for own in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(own.file_name());
        if own.path().is_dir() {
            copy(&own.path(), &to);
        } else {
            std::fs::copy(own.path(), to).unwrap();
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_run_is_told_to_others_with_the_columns_that_numbers_are_made_of() {
    let place = &*RELEASED;
    let events = std::fs::read_to_string(place.path().join("events.ndjson")).unwrap();
    let events: Vec<Value> =
        events.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let jobs: BTreeSet<&str> =
        events.iter().map(|own| own["job"]["name"].as_str().unwrap()).collect();
    assert_eq!(jobs, BTreeSet::from(["koridor.load", "koridor.release", "koridor.run"]));
    for own in &events {
        let id = own["run"]["runId"].as_str().unwrap();
        assert!(id.len() == 36 && id.as_bytes()[14] == b'5', "a UUID of version 5: {id}");
    }
    let ended = |job: &str| {
        let is_end = |own: &&Value| own["eventType"] == "COMPLETE" && own["job"]["name"] == job;
        events.iter().find(is_end).unwrap().clone()
    };
    let loaded = ended("koridor.load");
    assert_eq!(loaded["outputs"][0]["name"], "silver.waste_handling");
    assert_eq!(loaded["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"], 2);
    assert_eq!(
        loaded["run"]["facets"]["parent"]["run"]["runId"],
        ended("koridor.run")["run"]["runId"]
    );
    let released = ended("koridor.release");
    let outputs = released["outputs"].as_array().unwrap();
    let own = outputs.iter().find(|own| own["name"] == "indicators.waste_managed_rate").unwrap();
    let columns =
        own["facets"]["columnLineage"]["fields"]["value"]["inputFields"].as_array().unwrap();
    let named =
        |own: &&Value| own["name"] == "silver.waste_handling" && own["field"] == "handled_ton";
    assert!(columns.iter().any(|own| named(&own)), "{columns:?}");
}
