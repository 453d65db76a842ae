//! What came, encrypted at rest.

use super::Place;

/// Raw bytes of the lake, those of one file after the other, without what stands beside them.
fn raw(place: &Place) -> String {
    let mut names: Vec<_> = std::fs::read_dir(place.path().join("lake/raw"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none())
        .collect();
    names.sort();
    let bytes: Vec<u8> = names.iter().flat_map(|path| std::fs::read(path).unwrap()).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn ok(place: &Place, words: &str) -> String {
    let output = place.say(words);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn raw_bytes_are_encrypted_and_read_as_before() {
    let place = Place::new();
    let load = "--dataset waste_handling --source DLH_7407 --allow-rejected";
    place.write("a.csv", super::HANDLING);
    ok(&place, &format!("ingest a.csv {load}"));
    assert!(raw(&place).contains("reduced_ton"));
    assert!(ok(&place, "key encrypt --lang en").trim_end().ends_with(": 1"));
    assert!(ok(&place, "key show --lang en").contains("raw bytes: encrypted"));
    place.write("b.csv", &super::HANDLING.replace("2024", "2023"));
    ok(&place, &format!("ingest b.csv {load}"));
    assert!(!raw(&place).contains("reduced_ton"), "neither what was there nor what comes");
    ok(&place, "verify");
    assert!(ok(&place, "rebuild").contains("silver.waste_handling"));
    let exported = ok(&place, "quarantine export a.csv --output back.xlsx");
    assert!(place.path().join("back.xlsx").exists(), "{exported}");
    let other = place
        .command(&["verify"])
        .env("KORIDOR_HASH_KEY", "another key of the tests, long enough")
        .output()
        .unwrap();
    assert!(!other.status.success(), "another key opens nothing");
    assert!(ok(&place, "key decrypt --lang en").trim_end().ends_with(": 2"));
    assert!(raw(&place).contains("reduced_ton"));
    ok(&place, "verify");
}
