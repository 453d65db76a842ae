//! `koridor catalogue`: what is published and nothing else, in folders that are whole, of one
//! release; a day is written once, and `stable` moves by command.

use super::Place;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

const HANDLING: &str = "region_code,period_month,reduced_ton,handled_ton\n7407,2024-01,10,20\n\
                        7472,2024-01,30,41\n";
/// Two businesses answered: their turnover is withheld, and the dataset publishes no column.
const TURNOVER: &str = "region_code,period_quarter,kbli2,scale,is_tourism,n_frame,n_resp,\
                        turnover_resp_rp,turnover_est_rp,top2_rp\n\
                        7401,2024-01,55,mikro,true,4,2,777123451,1554246902,777123451\n";

fn load(place: &Place, file: &str, dataset: &str, source: &str, text: &str) {
    place.write(file, text);
    let output = place.say(&format!("ingest {file} --dataset {dataset} --source {source}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn release(place: &Place) {
    let output = place.say("run --landing empty --allow-rejected");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// All files below a folder, by their path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut found, mut next) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(own) = next.pop() {
        for entry in std::fs::read_dir(own).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                next.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn json(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Value {
    serde_json::from_slice(&files[name]).unwrap()
}

/// Whether a line of the checklist holds, of a dataset.
fn is_met(files: &BTreeMap<String, Vec<u8>>, dataset: &str, item: &str) -> bool {
    let document = json(files, "satu-data.json");
    let mut own = document["datasets"].as_array().unwrap().iter();
    let own = own.find(|own| own["name"] == dataset).unwrap();
    let principles = own["principles"].as_array().unwrap().iter();
    let mut lines = principles.flat_map(|own| own["items"].as_array().unwrap());
    lines.find(|line| line["item"] == item).unwrap()["met"].as_bool().unwrap()
}

/// The built-in corridor with something else said of publishing.
fn corridor(publication: &str, licence: &str) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/corridor.json");
    let mut own: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    own["publication"] = serde_json::from_str(publication).unwrap();
    own["licence"] = serde_json::from_str(licence).unwrap();
    own.to_string()
}

const SAID: &str = r#"{
  "publisher": {"name": "Penerbit", "name_en": "Publisher", "url": "https://publisher.example/"},
  "contact": {"name": "Meja data", "email": "data@publisher.example"}
}"#;
const LICENCE: &str = r#"{"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/"}"#;

fn holds_what_is_published(nightly: &BTreeMap<String, Vec<u8>>) {
    let csv = String::from_utf8(nightly["data/waste_handling.csv"].clone()).unwrap();
    let mut lines = csv.lines();
    let header = "region_code,period_month,reduced_ton,handled_ton,recycled_ton,feedstock_ton,\
                  collected_ton,landfilled_ton,source_id,release_date,period_type,obs_status,\
                  withheld";
    assert_eq!(lines.next(), Some(header));
    assert!(lines.next().unwrap().starts_with("7407,2024-01-01,10.000,20.000,"), "{csv}");
    assert!(nightly.keys().all(|name| !name.contains("umkm_turnover")), "no column is published");
    for (name, bytes) in nightly {
        let text = String::from_utf8_lossy(bytes);
        for digits in ["1554246902", "777123451"] {
            assert!(!text.contains(digits), "{name} holds {digits}");
        }
    }
    let dcat = json(nightly, "dcat.jsonld");
    let mut datasets = dcat["dcat:dataset"].as_array().unwrap().iter();
    let own = datasets.find(|own| own["dct:identifier"] == "wakatobi/waste_handling").unwrap();
    let period = &own["dct:temporal"];
    assert_eq!(period["dcat:startDate"]["@value"], "2024-01-01");
    assert_eq!(period["dcat:endDate"]["@value"], "2024-01-31", "a month lasts until its end");
    for own in own["dcat:distribution"].as_array().unwrap() {
        let address = own["dcat:downloadURL"]["@id"].as_str().unwrap();
        let path = address.strip_prefix("https://data.example/nightly/").unwrap();
        let size = own["dcat:byteSize"]["@value"].as_str().unwrap();
        assert_eq!(size, nightly[path].len().to_string(), "{path}");
    }
    let ckan = json(nightly, "ckan/waste_handling.json");
    assert_eq!(
        (&ckan["name"], &ckan["private"]),
        (&"wakatobi-waste_handling".into(), &false.into())
    );
    let updated = String::from_utf8(nightly["last_updated"].clone()).unwrap();
    assert_eq!(json(nightly, "all-datasets.json")["last_updated"], updated.trim_end());
}

#[test]
fn folders_are_whole_of_one_release_and_hold_what_is_published() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("empty")).unwrap();
    load(&place, "a.csv", "waste_handling", "DLH_7407", HANDLING);
    load(&place, "u.csv", "umkm_turnover", "DISKOP_7401", TURNOVER);
    let refused = place.say("catalogue web --base-url ftp://data.example/");
    assert_eq!(refused.status.code(), Some(2));
    release(&place);
    place.write("n/schemas/corridor.json", &corridor("{}", "null"));
    let publish = "--project n catalogue web --base-url https://data.example/";
    assert_eq!(place.say(&format!("{publish} --stable")).status.code(), Some(0));
    let web = place.path().join("web");
    let nightly = files(&web.join("nightly"));
    holds_what_is_published(&nightly);
    for item in ["publisher", "contact", "licence"] {
        assert!(!is_met(&nightly, "waste_handling", item), "{item} is not made up");
    }
    assert!(is_met(&nightly, "waste_handling", "key"));
    let dated = folders_of_days(&web);
    assert_eq!(dated.len(), 1, "{dated:?}");
    let of_day = files(&web.join(&dated[0]));

    // What a project says of publishing is said to others, and the checklist follows.
    place.write("p/schemas/corridor.json", &corridor(SAID, LICENCE));
    assert_eq!(place.say(&publish.replace("--project n", "--project p")).status.code(), Some(0));
    let said = files(&web.join("nightly"));
    for item in ["publisher", "contact", "licence", "address"] {
        assert!(is_met(&said, "waste_handling", item), "{item}");
    }
    let dcat = json(&said, "dcat.jsonld");
    assert_eq!(dcat["dct:license"]["@id"], "https://creativecommons.org/licenses/by/4.0/");
    assert_eq!(json(&said, "ckan/indicators.json")["license_id"], "CC-BY-4.0");
    place.write("q/schemas/corridor.json", &corridor(r#"{"license": "mit"}"#, "null"));
    let mistaken = place.say(&publish.replace("--project n", "--project q"));
    assert_eq!(mistaken.status.code(), Some(2), "an unknown key is a mistake");

    // A later release of the same day moves `nightly` alone.
    let newer = HANDLING.replace("20\n", "21\n");
    load(&place, "b.csv", "waste_handling", "DLH_7407", &newer);
    place.write(
        "s/sql/indicators/environment/waste_handling_rate/checks.sql",
        "-- fail: never\nselect region_code from work.values;\n",
    );
    let stopped = place.say("--project s run --landing empty");
    assert_eq!(stopped.status.code(), Some(3), "a failing check keeps the release before");
    assert_eq!(
        place
            .say(&format!("{} --stable", publish.replace("--project n", "--project s")))
            .status
            .code(),
        Some(3)
    );
    let mut stable = files(&web.join("stable"));
    stable.remove(".sums");
    assert_eq!(stable, files_of_release(&nightly, "stable"), "it stays");
    let mended = place.say("--project built-in run --landing empty --allow-rejected");
    assert!(mended.status.success(), "{}", String::from_utf8_lossy(&mended.stderr));
    assert_eq!(place.say(publish).status.code(), Some(0));
    let later = files(&web.join("nightly"));
    assert_ne!(later["data/waste_handling.csv"], nightly["data/waste_handling.csv"]);
    assert_eq!(files(&web.join(&dated[0])), of_day, "a day is written once");
    assert_eq!(place.say(publish).status.code(), Some(0));
    assert_eq!(files(&web.join("nightly")), later, "the same release gives the same bytes");

    // A folder of a day that somebody has changed is told, and left.
    std::fs::write(web.join(&dated[0]).join("last_updated"), "today\n").unwrap();
    assert_eq!(place.say(publish).status.code(), Some(1));
    assert_eq!(files(&web.join(&dated[0]))["last_updated"], b"today\n");
}

fn folders_of_days(web: &Path) -> Vec<String> {
    let names = std::fs::read_dir(web).unwrap().map(|own| own.unwrap().file_name());
    let names = names.map(|own| own.to_string_lossy().into_owned());
    names.filter(|own| own.starts_with('v')).collect()
}

/// The files of a folder as they are in another of the same release: addresses and sums differ.
fn files_of_release(nightly: &BTreeMap<String, Vec<u8>>, name: &str) -> BTreeMap<String, Vec<u8>> {
    let moved = |bytes: &Vec<u8>| match String::from_utf8(bytes.clone()) {
        Ok(text) => text.replace("/nightly/", &format!("/{name}/")).into_bytes(),
        Err(_) => bytes.clone(),
    };
    let mut moved: BTreeMap<String, Vec<u8>> =
        nightly.iter().map(|(path, bytes)| (path.clone(), moved(bytes))).collect();
    moved.remove(".sums");
    moved
}
