//! Files from addresses, of a server that misbehaves: an error page, a cut file, an answer that
//! fails once, one that is never the same.

use super::Place;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

const HANDLING: &str = "region_code,period_month,reduced_ton,handled_ton\n";

/// What the server has been asked, by path: headers of each request.
type Asked = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

/// A server that answers by the path that it is asked.
fn server() -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Asked::default();
    let seen = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, &seen);
        }
    });
    (address, asked)
}

fn answer(mut stream: TcpStream, seen: &Asked) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let first = lines.next().and_then(Result::ok).unwrap_or_default();
    let headers: Vec<String> =
        lines.map_while(Result::ok).take_while(|own| !own.is_empty()).collect();
    let headers = headers.join("\n").to_lowercase();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let times = {
        let mut seen = seen.lock().unwrap();
        let own = seen.entry(path.clone()).or_default();
        own.push(headers.clone());
        own.len()
    };
    let rows = |count: usize| {
        let row = |at: usize| format!("7407,{}-{:02},1,2\n", 2000 + at / 12, at % 12 + 1);
        HANDLING.to_owned() + &(0..count).map(row).collect::<String>()
    };
    let good = |body: &str| {
        format!("HTTP/1.1 200 OK\r\netag: \"a\"\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    };
    let said = match path.split('?').next().unwrap_or_default() {
        "/good" if headers.contains("if-none-match: \"a\"") => {
            "HTTP/1.1 304 Not Modified\r\n\r\n".into()
        }
        "/good" => good(&rows(3)),
        "/page" => good("<!DOCTYPE html><title>Maintenance</title>"),
        "/cut" => "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\nregion_code".into(),
        "/tired" if times < 3 => "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n".into(),
        "/tired" => good(&rows(2)),
        "/secret/abc" if headers.contains("x-token: def") => good(&rows(1)),
        "/less/2026-01" => good(&rows(40)),
        "/less/2026-02" => good(&rows(1)),
        path if path.starts_with("/then/") && times == 1 => good(&rows(3)),
        "/then/fragment" => good("<div class=\"error\">Maintenance</div>"),
        "/then/xhtml" => good("<?xml version=\"1.0\"?>\n<!DOCTYPE html>\n<html>"),
        "/then/json" => good("{\"status\":\"Error\",\"message\":\"x\"}"),
        "/then/header" => good(HANDLING),
        "/then/typed" => "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n\
                          content-length: 11\r\n\r\nmaintenance"
            .into(),
        "/then/part" => good(&rows(1)).replace("200 OK", "206 Partial Content"),
        "/then/circle" => "HTTP/1.1 302 Found\r\nlocation: /then/circle\r\n\
                           content-length: 0\r\n\r\n"
            .into(),
        "/large" => "HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n".into(),
        _ => "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".into(),
    };
    let _ = stream.write_all(said.as_bytes());
}

/// A description that fetches from a path, with further keys of `fetch`.
fn described(place: &Place, address: &str, name: &str, path: &str, more: &str) {
    let text = format!(
        "{{\"name\": \"{name}\", \"title\": \"x\", \"title_en\": \"x\", \"dataset\": \
         \"waste_handling\", \"source_ids\": [\"DLH_7407\"], \"named_only\": true, \"files\": \
         [\"{name}*\"], \"numbers\": \"plain\", \"columns\": [{{\"field\": \"region_code\", \
         \"header\": [\"region_code\"]}}, {{\"field\": \"period_month\", \"header\": \
         [\"period_month\"]}}, {{\"field\": \"reduced_ton\", \"header\": [\"reduced_ton\"]}}, \
         {{\"field\": \"handled_ton\", \"header\": [\"handled_ton\"]}}], \"fetch\": {{\"url\": \
         \"{address}{path}\", \"ending\": \"csv\", \"every\": \"once\"{more}}}}}"
    );
    place.write(&format!("p/schemas/sources/{name}.json"), &text);
}

/// What became of each file, by source.
fn fetched(place: &Place, arguments: &[&str]) -> BTreeMap<String, (String, String)> {
    let all = [&["--project", "p", "--format", "json", "fetch"], arguments].concat();
    let mut command = place.command(&all);
    let output = command.env("THE_KEY", "abc").env("THE_TOKEN", "def").output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |own: &serde_json::Value| own.as_str().unwrap_or_default().to_owned();
    let own = told.as_array().unwrap().iter();
    own.map(|own| (text(&own["source"]), (text(&own["fate"]), text(&own["said"])))).collect()
}

#[test]
fn what_is_no_file_does_not_land_and_stops_no_other() {
    let place = Place::new();
    let (address, asked) = server();
    let secret = ", \"key_from\": \"THE_KEY\", \"headers_from\": {\"X-Token\": \"THE_TOKEN\"}";
    for (name, path, more) in [
        ("GOOD", "/good", ""),
        ("PAGE", "/page", ""),
        ("CUT", "/cut", ""),
        ("TIRED", "/tired", ""),
        ("GONE", "/gone", ""),
        ("LARGE", "/large", ", \"max_megabytes\": 1"),
        ("SECRET", "/secret/{key}", secret),
        ("KEYLESS", "/secret/{key}", ", \"key_from\": \"NO_SUCH_KEY\""),
    ] {
        described(&place, &address, name, path, more);
    }
    let told = fetched(&place, &[]);
    for (name, fate, said) in [
        ("GOOD", "landed", ""),
        ("PAGE", "failed", "a page of HTML"),
        ("CUT", "failed", ""),
        ("TIRED", "landed", ""),
        ("GONE", "failed", "404"),
        ("LARGE", "failed", "larger than 1 MiB"),
        ("SECRET", "landed", ""),
        ("KEYLESS", "keyless", "NO_SUCH_KEY"),
    ] {
        let (own, why) = &told[name];
        assert!(own == fate && why.contains(said), "{name}: {own}, {why}");
    }
    let folder = place.path().join("landing/DLH_7407/waste_handling");
    let landed = std::fs::read_dir(&folder).unwrap();
    let mut landed: Vec<_> = landed.map(|own| own.unwrap().file_name()).collect();
    landed.sort();
    assert_eq!(landed, ["GOOD.csv", "SECRET.csv", "TIRED.csv"], "whole files, and nothing else");
    let times = |path: &str| asked.lock().unwrap()[path].len();
    assert_eq!((times("/tired"), times("/gone"), times("/cut")), (3, 1, 5));
    // No key is kept or told.
    let kept = std::fs::read_to_string(place.path().join("lake/_koridor/fetched.json")).unwrap();
    assert!(kept.contains("/secret/{key}") && !kept.contains("abc"), "{kept}");
    // Asked again under a condition, and a night loads what came.
    assert_eq!(fetched(&place, &["GOOD"])["GOOD"].0, "unchanged");
    assert!(asked.lock().unwrap()["/good"][1].contains("if-none-match"));
}

#[test]
fn a_night_fetches_first_and_a_file_far_smaller_than_the_last_is_told() {
    let place = Place::new();
    let (address, _) = server();
    described(&place, &address, "LESS", "/less/{year}-{month}", "");
    let text = std::fs::read_to_string(place.path().join("p/schemas/sources/LESS.json")).unwrap();
    place.write("p/schemas/sources/LESS.json", &text.replace("\"once\"", "\"month\""));
    let first = fetched(&place, &["--period", "2026-01"]);
    assert_eq!(first["LESS"], ("landed".to_owned(), String::new()));
    let second = fetched(&place, &["--period", "2026-02"]);
    assert!(second["LESS"].0 == "landed" && second["LESS"].1.contains("far less"), "{second:?}");

    // One that comes later than the others is not missed at once.
    let third = fetched(&place, &["--period", "2026-03"]);
    assert_eq!(third["LESS"].0, "awaited", "{third:?}");
    let far = fetched(&place, &["--period", "2026-09"]);
    assert_eq!(far["LESS"].0, "failed", "{far:?}");

    // A night asks first; what does not come does not stop it, and needs a person.
    described(&place, &address, "PAGE", "/page", "");
    std::fs::remove_file(place.path().join("p/schemas/sources/LESS.json")).unwrap();
    place.write("empty/README.md", "nothing yet");
    let night = ["--project", "p", "--lake", "new", "run", "--landing", "empty", "--lang", "en"];
    let asked = place.run(&night);
    let told = String::from_utf8_lossy(&asked.stderr).into_owned();
    assert_eq!(asked.status.code(), Some(3), "{told}");
    assert!(told.contains("FAILED") && told.contains("a page of HTML"), "{told}");
    let summary = String::from_utf8_lossy(&asked.stdout).into_owned();
    assert!(summary.contains("a file was not fetched"), "{summary}");
    let other = ["--project", "p", "--lake", "new", "--lang", "en"];
    let check = place.run(&[&other[..], &["status", "--check"]].concat());
    let told = String::from_utf8_lossy(&check.stdout).into_owned();
    assert_eq!(check.status.code(), Some(3), "{told}");
    assert!(told.contains("a file was not fetched") && told.contains("PAGE.csv"), "{told}");
    let status = place.run(&[&other[..], &["status"]].concat());
    let told = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(told.contains("Files that were not fetched: 1"), "{told}");
    let sql = ["sql", "--head", "--format", "csv", "select outcome, exit_code from ops.runs"];
    let runs = place.run(&[&other[..], &sql].concat());
    let runs = String::from_utf8_lossy(&runs.stdout).into_owned();
    assert_eq!(runs.lines().nth(1), Some("refused,3"), "{runs}");
    // Nothing is asked for; what did not come is still not here.
    let silent = place.run(&[night.as_slice(), &["--no-fetch"]].concat());
    assert!(!String::from_utf8_lossy(&silent.stderr).contains("FAILED"));
    assert_eq!(silent.status.code(), Some(3));
    let summary = String::from_utf8_lossy(&silent.stdout).into_owned();
    assert!(summary.contains("a file was not fetched"), "{summary}");
}

#[test]
fn rubbish_leaves_the_file_of_before_as_it_is() {
    let place = Place::new();
    let (address, _) = server();
    let cases = [
        ("FRAGMENT", "a page of HTML"),
        ("XHTML", "a page of HTML"),
        ("TYPED", "a page of HTML"),
        ("JSON", "JSON, not a table"),
        ("HEADER", "a header without rows"),
        ("PART", "206"),
        ("CIRCLE", "round in a circle"),
        ("GONE", "404"),
    ];
    for (name, _) in cases {
        described(&place, &address, name, &format!("/then/{}", name.to_lowercase()), "");
    }
    let first = fetched(&place, &[]);
    assert!(first.values().all(|(fate, _)| fate == "landed"), "{first:?}");
    let second = fetched(&place, &[]);
    for (name, expected) in cases {
        let (fate, said) = &second[name];
        assert!(fate == "failed" && said.contains(expected), "{name}: {fate}, {said}");
        let file = format!("landing/DLH_7407/waste_handling/{name}.csv");
        let text = std::fs::read_to_string(place.path().join(file)).unwrap();
        assert_eq!(text.lines().count(), 4, "{name}: {text}");
    }
    let kept = std::fs::read(place.path().join("lake/_koridor/fetch_failed.json")).unwrap();
    let kept = String::from_utf8(kept).unwrap();
    assert!(cases.iter().all(|(name, _)| kept.contains(name)), "{kept}");
}
