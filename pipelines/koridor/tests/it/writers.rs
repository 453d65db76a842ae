//! One writer at a time, and one office's file at a time.

use super::Place;
use std::time::{Duration, Instant};

const HEADER: &str = "region_code,period_month,reduced_ton,handled_ton\n";

/// A lake with a file of the same name from two offices, each with a refused row.
fn two_offices() -> Place {
    let place = Place::new();
    place.write("a/laporan.csv", &format!("{HEADER}7407,2024-01,RAHASIA_A,2\n"));
    place.write("b/laporan.csv", &format!("{HEADER}7472,2024-01,RAHASIA_B,2\n"));
    for (folder, office) in [("a", "DLH_7407"), ("b", "DLH_7472")] {
        let loaded = place.say(&format!(
            "ingest {folder}/laporan.csv --dataset waste_handling --source {office} \
             --allow-rejected"
        ));
        assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));
    }
    place
}

fn told(place: &Place, words: &str) -> (i32, String) {
    let output = place.say(words);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap_or(-1), told)
}

/// Cells of the first sheets of a workbook.
fn cells(place: &Place, name: &str) -> String {
    use calamine::Reader;
    let mut book = calamine::open_workbook_auto(place.path().join(name)).unwrap();
    let sheets: Vec<_> = book.worksheets().into_iter().map(|(_, cells)| cells).collect();
    let texts = sheets.iter().flat_map(|cells| cells.used_cells().map(|(_, _, cell)| cell));
    texts.map(ToString::to_string).collect::<Vec<_>>().join("|")
}

#[test]
fn a_name_that_two_offices_use_is_asked_about() {
    let place = two_offices();
    let (code, asked) = told(&place, "quarantine export laporan.csv --output x.xlsx");
    assert_eq!(code, 2, "{asked}");
    for part in ["DLH_7407", "DLH_7472", "WITA", "--office"] {
        assert!(asked.contains(part), "{asked}");
    }
    assert!(!place.path().join("x.xlsx").exists());
    let line = asked.lines().find(|line| line.contains("DLH_7407")).unwrap();
    let id = line.split_whitespace().next().unwrap();
    let (code, error) = told(&place, &format!("quarantine export {id} --output a.xlsx"));
    assert_eq!(code, 0, "{error}");
    let words = "quarantine export laporan.csv --office DLH_7472 --output b.xlsx";
    let (code, error) = told(&place, words);
    assert_eq!(code, 0, "{error}");
    let (a, b) = (cells(&place, "a.xlsx"), cells(&place, "b.xlsx"));
    assert!(a.contains("RAHASIA_A") && !a.contains("RAHASIA_B"), "{a}");
    assert!(b.contains("RAHASIA_B") && !b.contains("RAHASIA_A"), "{b}");
    let (code, error) = told(&place, "quarantine export laporan.csv --office DLH_7401");
    assert!(code == 2 && error.contains("DLH_7472"), "{error}");
    let (code, error) = told(&place, "quarantine replay --file laporan.csv");
    assert!(code == 2 && error.contains("DLH_7407") && error.contains("--office"), "{error}");
    let (code, error) = told(&place, "quarantine replay --file laporan.csv --office DLH_7407");
    assert_eq!(code, 0, "{error}");
    let waive = "quarantine waive --file laporan.csv --by a --reason b";
    let (code, error) = told(&place, waive);
    assert!(code == 2 && error.contains("DLH_7407") && error.contains("--office"), "{error}");
    let (code, error) = told(&place, &format!("{waive} --office DLH_7407"));
    assert_eq!(code, 0, "{error}");
    let open = "select src from (select f.source_id as src from ops.quarantine q
        join ops.files f on f.sha256 = q.sha256 where q.status = 'open') as t";
    let left = place.stdout(&["sql", "--head", "--format", "csv", open]);
    assert_eq!(left, "src\nDLH_7472\n");
}

#[test]
fn a_name_that_one_office_uses_twice_is_asked_about() {
    let place = two_offices();
    place.write("a/laporan.csv", &format!("{HEADER}7407,2024-02,RAHASIA_C,2\n"));
    place.say("ingest a/laporan.csv --dataset waste_handling --source DLH_7407 --allow-rejected");
    let words = "quarantine export laporan.csv --office DLH_7407";
    let (code, asked) = told(&place, &format!("{words} --output x.xlsx"));
    assert!(code == 2 && !asked.contains("--office"), "{asked}");
    let ids: Vec<&str> = asked.lines().filter(|line| line.contains("DLH_7407")).collect();
    assert_eq!(ids.len(), 2, "{asked}");
    let newest = ids[0].split_whitespace().next().unwrap();
    let (code, error) = told(&place, &format!("quarantine export {newest} --output c.xlsx"));
    assert_eq!(code, 0, "{error}");
    assert!(cells(&place, "c.xlsx").contains("RAHASIA_C"));
}

#[test]
fn who_finds_the_lake_locked_ends_with_75_or_waits() {
    let place = two_offices();
    let path = place.path().join("lake/_koridor/lock");
    let lock = std::fs::File::options().write(true).open(path).unwrap();
    lock.lock().unwrap();
    std::fs::create_dir_all(place.path().join("landing")).unwrap();
    for words in [
        "run --landing landing",
        "ingest a/laporan.csv --dataset waste_handling --source DLH_7407",
        "quarantine replay",
        "quarantine waive --rule not_a_number --by a --reason b",
        "quarantine accept laporan.csv --by a --reason b",
    ] {
        let (code, error) = told(&place, words);
        assert_eq!(code, 75, "{words}: {error}");
        assert!(error.contains("--wait SECONDS"), "{error}");
    }
    let begun = Instant::now();
    let free = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(1));
        drop(lock);
    });
    let (code, error) = told(&place, "quarantine replay --wait 60");
    assert_eq!(code, 0, "{error}");
    assert!(begun.elapsed() >= Duration::from_millis(900));
    free.join().unwrap();
}
