//! SQL as people ask for it: in a pipe, in lines that fit.

use super::Place;
use std::io::Write;
use std::process::Stdio;

/// A lake with one small file.
fn lake() -> Place {
    let place = Place::new();
    place.write("a.csv", super::HANDLING);
    place.say("ingest a.csv --dataset waste_handling --source DLH_7407 --allow-rejected");
    place
}

/// What `koridor sql` says to a text that is piped into it: exit code, stdout, stderr.
fn piped(place: &Place, text: &str) -> (i32, String, String) {
    let mut command = place.command(&["sql", "--head", "--lang", "en"]);
    let pipe = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipe.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn tables_are_described_in_a_pipe_too() {
    let place = lake();
    let (code, told, _) = piped(&place, "\\d core.waste_handling\n");
    assert!(code == 0 && told.contains("handled_ton"), "{told}");
    let (_, told, _) = piped(&place, "\\d\nselect 1 as one;\n\\x\nselect 2 as two\n");
    assert!(told.contains("core.waste_handling") && told.contains("| one |"), "{told}");
    assert!(told.contains("-- 1\ntwo  2"), "{told}");
    let (code, _, error) = piped(&place, "\\d core.waste_handlin\n");
    assert!(code == 2 && error.contains("did you mean"), "{error}");
    let (code, _, error) = piped(&place, "\\dt\n");
    assert!(code == 2 && error.contains("no command"), "{error}");
    let json = place.stdout(&["sql", "--head", "--format", "json", "\\d core.waste_handling"]);
    let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(rows.as_array().unwrap().len() > 3, "{json}");
}

#[test]
fn what_is_wider_than_a_line_is_turned_or_cut_and_told() {
    let place = lake();
    let fits = |text: &str| text.lines().all(|line| line.chars().count() <= 100);
    let (_, told, _) = piped(&place, "select * from core.waste_handling");
    assert!(fits(&told) && told.contains("-- 1\n") && told.contains("handled_ton"), "{told}");
    let columns: Vec<String> = (0..40).map(|at| format!("{at} as column_{at}")).collect();
    let many = format!("select {} from range(0, 30)", columns.join(", "));
    let (code, told, note) = piped(&place, &many);
    assert_eq!(code, 0, "{note}");
    assert!(fits(&told) && told.contains("column_0") && !told.contains("column_39"), "{told}");
    assert!(note.contains(" of 40 columns are shown"), "{note}");
}
