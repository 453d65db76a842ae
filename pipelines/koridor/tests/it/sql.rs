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

/// A pattern that is not known would be the answer itself.
#[test]
fn to_char_writes_by_patterns_that_it_knows() {
    let place = lake();
    let asked = |sql: &str| place.run(&["sql", "--head", "--format", "csv", "--lang", "en", sql]);
    for (call, expected) in [
        ("to_char(date '2025-03-04', '%d.%m.%Y')", "04.03.2025"),
        ("to_char(date '2025-03-04', 'YYYY-MM-DD')", "2025-03-04"),
        ("to_char(date '2025-03-04', 'YYYY-\"Q\"Q')", "2025-Q1"),
        ("to_char(date '2025-03-04', 'FMDD FMMonth YYYY')", "4 March 2025"),
        ("to_char(date '2025-03-04', 'YYYY-MM-DD HH24:MI')", "2025-03-04 00:00"),
        ("to_char(timestamp '2025-03-04 15:06:07.089', 'HH24:MI:SS.MS')", "15:06:07.089"),
        ("to_char(timestamp '2025-03-04 15:06:07', 'HH12:MI am')", "03:06 pm"),
        ("to_char('2025-03-04', 'DD Mon YYYY')", "04 Mar 2025"),
        ("to_char(1234567, 'FM9,999,999')", "\"1,234,567\""),
        ("to_char(cast(12345.678 as decimal(10,3)), 'FM999,999.00')", "\"12,345.68\""),
        ("to_char(7, '0000')", " 0007"),
        ("to_char(cast(null as date), 'YYYY')", ""),
        ("date_format(date '2025-03-04', '%Y')", "2025"),
    ] {
        let told = asked(&format!("select {call} as a"));
        let rows = String::from_utf8_lossy(&told.stdout).into_owned();
        let own = rows.lines().nth(1).map(|own| own.trim_matches('"'));
        let error = String::from_utf8_lossy(&told.stderr);
        assert_eq!(own, Some(expected.trim_matches('"')), "{call}: {error}");
    }
    // Each row by its own pattern, also of one value.
    let rows = "select to_char(date '2025-03-04', p) as a
                from (values ('YYYY'), ('MM')) as t(p) order by a";
    assert_eq!(String::from_utf8_lossy(&asked(rows).stdout), "a\n03\n2025\n");
    for call in [
        "to_char(date '2025-03-04', 'tahun')",
        "to_char(date '2025-03-04', 'Month YYYY')",
        "to_char(date '2025-03-04', 'YYYY-MM-DDTHH24')",
        "to_char(12, '99 rupiah')",
        "to_char(true, 'YYYY')",
        "date_format(date '2025-03-04', 'year')",
    ] {
        let told = asked(&format!("select {call} as a"));
        assert!(!told.status.success(), "{call}: {}", String::from_utf8_lossy(&told.stdout));
        let error = String::from_utf8_lossy(&told.stderr);
        assert!(error.contains("to_char"), "{call}: {error}");
    }
}
