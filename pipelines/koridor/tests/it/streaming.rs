//! Results that are written as they come.

use super::{HANDLING, Place};

/// Rows that fail far behind the first ones.
const FAILS_MIDWAY: &str = "select 1 / (value - 190000) as x from generate_series(0, 200000)";

#[test]
fn a_statement_that_fails_midway_leaves_no_half_file() {
    let place = Place::new();
    place.write("a.csv", HANDLING);
    place.run(&["ingest", "a.csv", "--dataset", "waste_handling", "--source", "DLH_7407"]);
    for format in ["csv", "json", "ndjson", "parquet", "xlsx"] {
        place.write("out/result", "before");
        let arguments = ["sql", "--format", format, "--output", "out/result", FAILS_MIDWAY];
        let output = place.run(&arguments);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains("Divide by zero"), "{told}");
        let folder = place.path().join("out");
        assert_eq!(std::fs::read_to_string(folder.join("result")).unwrap(), "before", "{format}");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1, "{format}: nothing beside it");
    }
}

#[test]
fn a_result_is_the_same_on_stdout_and_in_a_file() {
    let place = Place::new();
    place.write("a.csv", HANDLING);
    place.run(&["ingest", "a.csv", "--dataset", "waste_handling", "--source", "DLH_7407"]);
    let sql = "select value from generate_series(1, 20000)";
    for format in ["csv", "json", "ndjson", "parquet"] {
        let stdout = place.run(&["sql", "--format", format, sql]).stdout;
        place.run(&["sql", "--format", format, "--output", "result", sql]);
        assert!(stdout.len() > 100, "{format}");
        assert_eq!(std::fs::read(place.path().join("result")).unwrap(), stdout, "{format}");
    }
}
