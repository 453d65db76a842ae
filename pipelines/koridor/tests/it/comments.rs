//! What a reader is told about tables: everything that is listed has a comment, and no comment is
//! about something that is not there.

use super::{HANDLING, Place};
use std::collections::BTreeSet;

/// The first columns of a result.
fn rows(place: &Place, sql: &str) -> Vec<Vec<String>> {
    let output = place.run(&["sql", "--head", "--format", "ndjson", sql]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let values = text.lines().map(|line| {
        let row: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        row.values().map(|value| value.as_str().unwrap_or_default().to_owned()).collect()
    });
    values.collect()
}

fn lake() -> Place {
    let place = Place::new();
    place.write("a.csv", HANDLING);
    let arguments = ["ingest", "a.csv", "--dataset", "waste_handling", "--source", "DLH_7407"];
    place.run(&arguments);
    place
}

const COLUMNS: &str = "
    select concat(table_schema, '.', table_name) as name, column_name, column_comment
    from information_schema.columns
    where table_schema <> 'information_schema'
    order by 1, 2";

const TABLES: &str = "
    select concat(table_schema, '.', table_name) as name, table_comment
    from information_schema.tables
    where table_schema <> 'information_schema'
    order by 1";

#[test]
fn every_table_and_column_has_a_comment_and_every_comment_its_column() {
    let place = lake();
    let (tables, columns) = (rows(&place, TABLES), rows(&place, COLUMNS));
    let tables_of_columns: BTreeSet<&String> = columns.iter().map(|row| &row[0]).collect();
    assert_eq!(tables_of_columns.len(), tables.len(), "each listed table has columns");
    let silent_tables = tables.iter().filter(|row| row[1].is_empty());
    let mut silent: Vec<String> = silent_tables.map(|row| row[0].clone()).collect();
    let silent_columns = columns.iter().filter(|row| row[2].is_empty());
    silent.extend(silent_columns.map(|row| format!("{}.{}", row[0], row[1])));
    assert!(silent.is_empty(), "no comment on\n{}", silent.join("\n"));

    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/comments.json");
    let file = std::fs::read_to_string(file).unwrap();
    let file: serde_json::Value = serde_json::from_str(&file).unwrap();
    let keys = |part: &str| file[part].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let mut known: BTreeSet<String> = tables.iter().map(|row| row[0].clone()).collect();
    for row in &columns {
        known.insert(row[1].clone());
        known.insert(format!("{}.{}", row[0], row[1]));
    }
    let lost = keys("tables").into_iter().chain(keys("columns"));
    let lost: Vec<String> = lost.filter(|key| !known.contains(key)).collect();
    assert!(lost.is_empty(), "schemas/comments.json speaks of\n{}", lost.join("\n"));
}
