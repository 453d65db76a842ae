//! A project folder by one command, all mistakes of one at once, and the schemas that editors use.

use super::Place;
use koridor_contract::json_schema::{Kind, violations};
use koridor_contract::project::{Files, read_project_folder};
use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_new_project_can_be_used_and_is_never_written_over() {
    let place = Place::new();
    assert_eq!(place.say("init office").status.code(), Some(0));
    let checked = place.say("--project office project check --lang en");
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stderr));
    assert!(text(&checked.stderr).contains("2 of them your own"), "{}", text(&checked.stderr));
    let read = |path: &str| std::fs::read_to_string(place.path().join(path)).unwrap();
    let folder = place.path().join("office").display().to_string();
    assert!(read("office/systemd/koridor.service").contains(&folder));
    assert!(!read("office/README.md").contains("@FOLDER@"));
    // What a file names as its schema lies there.
    for file in ["schemas/corridor.json", "schemas/sources/CONTOH.json"] {
        let document: serde_json::Value =
            serde_json::from_str(&read(&format!("office/{file}"))).unwrap();
        let path = place.path().join("office").join(file);
        let schema = path.parent().unwrap().join(document["$schema"].as_str().unwrap());
        assert!(schema.is_file(), "{}", schema.display());
    }
    // An empty night runs in it.
    let night = place.say(
        "--project office --lake office/lake run --landing office/landing --extracts office/out",
    );
    assert_eq!(night.status.code(), Some(0), "{}", text(&night.stderr));
    place.write("office/schemas/corridor.json", "mine");
    assert_eq!(place.say("init office").status.code(), Some(2));
    assert_eq!(read("office/schemas/corridor.json"), "mine");
}

#[test]
fn all_mistakes_are_told_each_with_its_line() {
    let place = Place::new();
    let lines = [
        "{",
        " \"name\": \"AN_OFFICE\",",
        " \"title\": 7,",
        " \"titel_en\": \"x\",",
        " \"dataset\": \"a\", \"source_ids\": [\"*\"],",
        " \"columns\": [",
        "  {\"field\": \"a\", \"dates\": \"us\"}",
        " ]",
        "}",
    ];
    place.write("p/schemas/sources/AN_OFFICE.json", &lines.join("\n"));
    place.write("p/schemas/datasets/broken.json", "{\n \"name\": \"broken\",\n}\n");
    place.write(
        "p/schemas/corrections/a.csv",
        "dataset,key,field,expected,action,value,reason,source,by,until\n\
         nothing,a=b,c,d,set,1,why,letter,me,\nnothing_else,a=b,c,d,set,1,why,letter,me,\n",
    );
    place.write("p/sql/indicators/smart_society/none/card.json", "{\"id\": \"none\"}");
    let checked = place.say("--project p project check --lang en");
    assert_eq!(checked.status.code(), Some(2));
    let told = text(&checked.stdout);
    for (line, expected) in [
        ("AN_OFFICE.json:3:", "/title: expected a text, found 7"),
        ("AN_OFFICE.json:4:", "did you mean `title_en`?"),
        ("AN_OFFICE.json:1:", "expected `title_en`, found nothing"),
        ("AN_OFFICE.json:7:", "/columns/0/dates: expected one of `iso`"),
        ("broken.json:3:", "expected JSON"),
        ("a.csv:2:", "no dataset `nothing`"),
        ("a.csv:3:", "no dataset `nothing_else`"),
        ("card.json:1:", "expected `formula`, found nothing"),
    ] {
        let is_told = told.lines().any(|own| own.contains(line) && own.contains(expected));
        assert!(is_told, "{line} {expected}\n{told}");
    }
    // By the path that a person can open.
    assert!(told.lines().all(|line| line.starts_with("p/")), "{told}");
}

#[test]
fn schemas_are_as_shipped_and_every_file_of_the_project_follows_its_own() {
    let place = Place::new();
    let shipped = repository().join("schemas/json-schema").display().to_string();
    let checked = place.run(&["project", "schemas", &shipped, "--check"]);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stderr));
    let mut files = Files::new();
    read_project_folder(&repository(), &mut files).unwrap();
    let mut of_kind = [0; 4];
    for (path, own) in &files {
        let Some(kind) = Kind::of(path) else { continue };
        let found = violations(&kind.schema(), &serde_json::from_str(own).unwrap());
        assert!(found.is_empty(), "{path}: {found:?}");
        of_kind[kind as usize] += 1;
    }
    assert!(of_kind.iter().all(|count| *count > 0), "{of_kind:?}");
}
