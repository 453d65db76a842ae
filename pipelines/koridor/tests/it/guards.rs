//! What a statement may cost: whatever it asks for, the program answers in one line, in time, and
//! within its memory.

use super::Place;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

/// A lake without a row.
fn lake() -> Place {
    let place = Place::new();
    place.write("a.csv", super::HANDLING);
    place.say("ingest a.csv --dataset waste_handling --source DLH_7407 --allow-rejected");
    place
}

/// What `koridor sql` says to a text that no command line could hold.
fn asked(place: &Place, sql: &str, arguments: &[&str]) -> Output {
    place.write("asked.sql", sql);
    let mut command = place.command(&["sql", "--head", "--lang", "en", "-f", "asked.sql"]);
    command.args(arguments).env("RUST_BACKTRACE", "1");
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap()
}

/// Exit code and what is told, which never is a back trace.
fn refused(place: &Place, sql: &str, arguments: &[&str]) -> (i32, String) {
    let output = asked(place, sql, arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let short: String = sql.chars().take(60).collect();
    assert!(output.stdout.is_empty(), "{short}: {told}");
    assert!(!told.contains("stack backtrace") && !told.contains("panicked"), "{short}: {told}");
    assert!(told.starts_with("error: "), "{short}: {told}");
    (output.status.code().unwrap_or(-1), told)
}

#[test]
fn a_statement_ends_at_its_time_whatever_it_does() {
    let place = lake();
    for sql in [
        "select count(*) from generate_series(1, 9000000000000000000)",
        "select count(*) from range(0, 10000000) a cross join range(0, 10000000) b",
        // One step that looks at no clock.
        "select levenshtein(repeat('x', 1000000), repeat('y', 1000000))",
        // Planning.
        &format!("select {}", "value + ".repeat(1_200) + "value from range(0, 3)"),
        &format!("select case{} end from range(0, 3)", " when value = 1 then 2".repeat(20_000)),
    ] {
        let begun = Instant::now();
        let (code, told) = refused(&place, sql, &["--timeout", "0.5"]);
        let short: String = sql.chars().take(60).collect();
        assert_eq!(code, 4, "{short}: {told}");
        assert!(told.contains("longer than 0.5 s") && told.contains("--timeout"), "{told}");
        assert!(begun.elapsed() < Duration::from_secs(8), "{short}: {:?}", begun.elapsed());
    }
    let (code, told) = refused(&place, "select 1", &["--timeout", "soon"]);
    assert!(code == 2 && told.contains("timeout"), "{told}");
    let output = asked(&place, "select 1 as one", &["--timeout", "0"]);
    assert_eq!(output.status.code(), Some(0), "no limit of time");
}

/// The most memory that a statement came to hold, in MiB, with its exit code and what it told.
#[cfg(target_os = "linux")]
fn held(place: &Place, sql: &str) -> (u64, i32, String) {
    place.write("asked.sql", sql);
    let arguments = ["sql", "--head", "--memory", "64", "--timeout", "20", "-f", "asked.sql"];
    let mut command = place.command(&arguments);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let (output, most) = super::memory::watched(child);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    (most, output.status.code().unwrap_or(-1), told)
}

#[test]
#[cfg(target_os = "linux")]
fn no_statement_holds_much_more_than_it_is_given() {
    let place = lake();
    let doubled: Vec<String> =
        (1..40).map(|at| format!("t{at} as (select a || a as a from t{})", at - 1)).collect();
    let doubled = format!(
        "with t0 as (select 'xy' || value as a from range(0, 1)), {} select max(length(a))
        from t39",
        doubled.join(", ")
    );
    for sql in [
        "select array_length(array_repeat(1, 2000000000))",
        "select array_length(array_repeat(value, 1000000)) from range(0, 8000)",
        "select length(repeat('x', 2000000000))",
        "select length(repeat('x', value * 100000)) from range(0, 8000)",
        "select length(lpad('x', 2000000000)), 1",
        "select length(rpad('x', value * 1000000, 'é')) from range(0, 8000)",
        "select array_length(range(0, 2000000000))",
        "select array_length(generate_series(-9000000000000000000, 9000000000000000000, 3))",
        "select array_length(array_resize([1], 2000000000))",
        "select length(replace(repeat('x', 1000000), 'x', repeat('y', 100000)))",
        "select length(regexp_replace(repeat('x', 100000), 'x', repeat('y', 100000), 'g'))",
        "select length(array_to_string(array_repeat('x', 100000), repeat('y', 100000)))",
        "select repeat('x', 1000000) as a from range(0, 100000)",
        "select length(repeat('x', 1000000) || value) from range(0, 100000)",
        "select length(string_agg(repeat('x', 10000) || value, ',')) from range(0, 10000000)",
        "select array_length(array_agg(value)) from range(0, 1000000000)",
        "with recursive t as (select 'x' as a union all select a || a from t) select max(a) from t",
        "select * from range(0, 100000000)",
        &doubled,
    ] {
        let (most, code, told) = held(&place, sql);
        let short: String = sql.chars().take(70).collect();
        assert_eq!(code, 4, "{short}: {told}");
        assert!(most < 900, "{short}: {most} MiB, {told}");
        assert!(told.contains("hint: "), "{short}: {told}");
    }
}

#[test]
fn what_is_too_deep_too_long_or_too_much_is_refused() {
    let place = lake();
    let many = |one: &str| one.repeat(100_000);
    let chain: Vec<String> =
        (1..5_000).map(|at| format!("t{at} as (select * from t{})", at - 1)).collect();
    let twice: Vec<String> =
        (1..40).map(|at| format!("t{at} as (select a.a from t{0} a, t{0} b)", at - 1)).collect();
    for sql in [
        format!("select 1{}", many("+1")),
        format!("select 1{}", many(" or 1=1")),
        format!("select {}1{}", many("("), many(")")),
        format!("select {}1{}", many("abs("), many(")")),
        format!("select {}1{}", many("case when true then "), many(" end")),
        format!("select {}true", many("not ")),
        format!("select 1{}", many(" union all select 1")),
        format!("select * from {}select 1 as a{}", many("("), many(")")),
        format!("with t0 as (select 1 as a), {} select * from t4999", chain.join(", ")),
        format!("with t0 as (select 1 as a), {} select * from t39", twice.join(", ")),
        format!("select {}1{}", "(".repeat(100), ")".repeat(100)),
        format!("select '{}'", many("0123456789a")),
        "-- only this\n/* and ; this */".to_owned(),
    ] {
        let short: String = sql.chars().take(60).collect();
        let (code, told) = refused(&place, &sql, &[]);
        assert!(code == 2 && told.contains("hint: "), "{short}: {code}, {told}");
    }
    let huge = refused(&place, &" ".repeat(20 << 20), &[]);
    assert!(huge.0 == 2 && huge.1.contains("bytes"), "{}", huge.1);
    let (code, told) = refused(&place, "select * from range(0, 11)", &["--max-rows", "10"]);
    assert!(code == 4 && told.contains("more than 10 rows"), "{told}");
    let endless = "with recursive t as (select 1 as a union all select a + 1 from t)
        select count(*) from t";
    let (code, told) = refused(&place, endless, &["--max-rounds", "50"]);
    assert!(code == 4 && told.contains("more than 50 rounds"), "{told}");
    let ended = endless.replace("from t)", "from t where a < 40)");
    assert!(asked(&place, &ended, &["--max-rounds", "50"]).status.success());
}

#[test]
fn what_a_person_may_ask_is_answered() {
    let place = lake();
    let plus = vec!["1"; 1_000].join(" + ");
    let or: Vec<String> = (0..500).map(|at| format!("value = {at}")).collect();
    let list: Vec<String> = (0..20_000).map(|at| at.to_string()).collect();
    let sql = format!(
        "/* ; */ select {plus} as a, length(repeat('x', 1000000)) as b, lpad('7', 4, '0') as c,
            (select count(*) from range(0, 600) where {}) as d,
            (select count(*) from range(0, 600) where value in ({})) as e,
            replace('a;b', ';', $$;;$$) as f, E'\\';' as g -- ;
        ; /* nothing */ -- follows;",
        or.join(" or "),
        list.join(", ")
    );
    let output = asked(&place, &sql, &["--format", "csv"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(told, "a,b,c,d,e,f,g\n1000,1000000,0007,500,600,a;;b,';\n", "{error}");
}
