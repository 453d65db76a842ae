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
    // Deliveries are expected from this month on.
    let corridor: serde_json::Value =
        serde_json::from_str(&read("office/schemas/corridor.json")).unwrap();
    let since = corridor["expected_since"].as_str().unwrap();
    assert!(since.len() == 10 && since.ends_with("-01"), "{since}");
    assert!(read("office/README.md").contains(corridor["title"].as_str().unwrap()));
    // An empty night runs in it.
    let night = place.say(
        "--project office --lake office/lake run --landing office/landing --extracts office/out",
    );
    assert_eq!(night.status.code(), Some(0), "{}", text(&night.stderr));
    let missing = "select source_id, period from ops.expectations where state = 'missing'";
    let words = ["--project", "office", "--lake", "office/lake", "sql", "--head"];
    let missing = place.stdout(&[&words[..], &["--format", "csv", missing]].concat());
    assert_eq!(missing.lines().count(), 1, "nothing was due before it began: {missing}");
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
         nothing,a=b,c,d,set,1,why,letter,me,\nnothing_else,a=b,c,d,set,1,why,letter,me,\n\
         waste_handling,region_code=7407,,,drop,,why,letter,me,\n",
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
        ("a.csv:4:", "`drop` needs them too"),
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

/// A corridor of other regions: its lists hold no place of ours, and all that is to be filled in
/// is told.
#[test]
fn a_new_project_of_another_corridor_is_told_what_to_fill_in() {
    let place = Place::new();
    let example = repository().join("examples/second-corridor/schemas");
    let corridor = example.join("corridor.json").display().to_string();
    let made = place.run(&["init", "theirs", "--corridor", &corridor, "--lang", "en"]);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let read = |path: &str| std::fs::read_to_string(place.path().join(path)).unwrap();
    assert!(read("theirs/README.md").contains("Ternate-Halmahera-Morotai tourism corridor"));
    for list in ["region", "source", "param", "point", "target_region", "source_priority"] {
        let own = read(&format!("theirs/schemas/codes/{list}.csv"));
        assert!(!own.contains("7407") && !own.contains("_74"), "{list}: {own}");
    }
    assert!(read("theirs/schemas/codes/source.csv").contains("\nBPS,"));
    let check = ["--project", "theirs", "project", "check", "--lang", "en"];
    let told = |expected: i32| {
        let checked = place.run(&check);
        assert_eq!(checked.status.code(), Some(expected), "{}", text(&checked.stderr));
        format!("{}{}", text(&checked.stdout), text(&checked.stderr))
    };
    let first = told(2);
    assert!(first.contains("region `8207` is not in"), "{first}");
    let copy = |list: &str| {
        let own = std::fs::read_to_string(example.join(format!("codes/{list}.csv"))).unwrap();
        place.write(&format!("theirs/schemas/codes/{list}.csv"), &own);
    };
    copy("region");
    let second = told(2);
    for part in [
        "target_region.csv: no row of region `8207` of the corridor; add `8207,Kabupaten Pulau",
        "target_region.csv: no row of region `8271`",
        "visited_region.csv: no row of region `8204`",
        "param.csv: no row of parameter `population` of region `8207`, `8271`, `8272`, `8201`",
    ] {
        assert!(second.contains(part), "{part}: {second}");
    }
    let wrong = place.run(&["init", "other", "--corridor", "theirs/README.md"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", text(&wrong.stderr));
    assert!(!place.path().join("other").exists());
}

/// A project that lacks rows of a region can be used; `project check` names each.
#[test]
fn rows_that_a_region_lacks_are_named_with_their_file() {
    let place = Place::new();
    let example = repository().join("examples/second-corridor").display().to_string();
    let checked = place.run(&["--project", &example, "project", "check", "--lang", "en"]);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stdout));
    let corridor = |since: &str| {
        format!(
            "{{\"name\": \"x\", \"title\": \"X\", \"title_en\": \"X\",
              \"regions\": [\"7407\", \"7402\"], \"utc_offset_hours\": 8{since}}}"
        )
    };
    place.write("p/schemas/corridor.json", &corridor(""));
    let listed = place.say("--project p sources list");
    assert!(listed.status.success(), "{}", text(&listed.stderr));
    let checked = place.say("--project p project check --lang en");
    assert_eq!(checked.status.code(), Some(2), "{}", text(&checked.stderr));
    let told = text(&checked.stdout);
    let expected = [
        "schemas/codes/param.csv: no row of parameter `population` of region `7402` of the",
        "schemas/codes/target_region.csv: no row of region `7402` of the corridor; \
         add `7402,Kabupaten Muna,Muna|Kab. Muna`",
    ];
    assert_eq!(told.lines().count(), expected.len(), "{told}");
    for (line, expected) in told.lines().zip(expected) {
        assert!(line.starts_with(expected), "{told}");
    }
    // A list of its own with the row, and only a remark is left.
    for (file, row) in [
        ("param", "population,7402,2000-01-01,200000,persons,made up\n"),
        ("target_region", "7402,Kabupaten Muna,Muna|Kab. Muna\n"),
    ] {
        let path = format!("schemas/codes/{file}.csv");
        let own = std::fs::read_to_string(repository().join(&path)).unwrap();
        place.write(&format!("p/{path}"), &format!("{}\n{row}", own.trim_end()));
    }
    let checked = place.say("--project p project check --lang en");
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stdout));
    let told = text(&checked.stderr);
    assert!(told.contains("no office of region `7402`"), "{told}");
    place.write("p/schemas/corridor.json", &corridor(", \"expected_since\": \"November\""));
    let checked = place.say("--project p project check --lang en");
    assert_eq!(checked.status.code(), Some(2));
    assert!(text(&checked.stdout).contains("/expected_since: expected a day"));
}

/// A region given twice would count twice; a corridor without a name or a region is none.
#[test]
fn a_corridor_that_cannot_be_is_told_by_file_and_place() {
    let place = Place::new();
    let wrong = "{\"name\": \"\", \"title\": \"X\", \"title_en\": \"X\",
                  \"regions\": [\"7407\", \"7407\"], \"utc_offset_hours\": 30}";
    place.write("p/schemas/corridor.json", wrong);
    let checked = place.say("--project p project check --lang en");
    assert_eq!(checked.status.code(), Some(2), "{}", text(&checked.stderr));
    let told = text(&checked.stdout);
    for (line, place) in [(1, "/name"), (2, "/regions/1"), (2, "/utc_offset_hours")] {
        assert!(told.contains(&format!("corridor.json:{line}: {place}: expected")), "{told}");
    }
    let listed = place.say("--project p sources list");
    assert_eq!(listed.status.code(), Some(2), "{}", text(&listed.stderr));
    let made = place.run(&["init", "theirs", "--corridor", "p/schemas/corridor.json"]);
    assert_eq!(made.status.code(), Some(2), "{}", text(&made.stderr));
    assert!(text(&made.stderr).contains("/regions/1"), "{}", text(&made.stderr));
    assert!(!place.path().join("theirs").exists());
}
