//! Nights from outside: what one would do, who is told, what a monitor reads, what is overdue.

use super::Place;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Output;
use std::sync::{Arc, Mutex};

/// A server of this machine that keeps what it is sent, and answers with the statuses that wait, or
/// else 200.
struct Listener {
    address: String,
    heard: Arc<Mutex<Vec<String>>>,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Listener {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (heard, answers) = (Arc::<Mutex<Vec<String>>>::default(), Arc::default());
        let (own, statuses) = (Arc::clone(&heard), Arc::clone(&answers));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                let (mut first, mut length) = (String::new(), 0);
                stream.read_line(&mut first).unwrap();
                loop {
                    let mut line = String::new();
                    stream.read_line(&mut line).unwrap();
                    if line.trim().is_empty() {
                        break;
                    }
                    let line = line.to_lowercase();
                    if let Some(bytes) = line.strip_prefix("content-length:") {
                        length = bytes.trim().parse().unwrap();
                    }
                }
                let mut body = vec![0; length];
                stream.read_exact(&mut body).unwrap();
                let body = String::from_utf8(body).unwrap();
                own.lock().unwrap().push(format!("{} {body}", first.trim()));
                let statuses: &Mutex<Vec<u16>> = &statuses;
                let status = statuses.lock().unwrap().pop().unwrap_or(200);
                let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n");
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        });
        Self { address, heard, answers }
    }

    /// What was heard since it was asked last: the kind of each alert with its causes, or the
    /// heartbeat.
    fn heard(&self) -> Vec<String> {
        let heard = std::mem::take(&mut *self.heard.lock().unwrap());
        let told = heard.into_iter().map(|own| match own.split_once('{') {
            None => own.split(' ').take(2).collect::<Vec<_>>().join(" "),
            Some((_, rest)) => {
                let alert: serde_json::Value = serde_json::from_str(&format!("{{{rest}")).unwrap();
                assert_eq!(alert["schema"], "koridor.alert.v1");
                let causes = alert["causes"].as_array().unwrap().iter();
                let causes: Vec<_> = causes.map(|own| own["id"].as_str().unwrap()).collect();
                format!("{} {}", alert["kind"].as_str().unwrap(), causes.join(" "))
            }
        });
        told.collect()
    }
}

fn night(place: &Place, listener: &Listener) -> Output {
    let metrics = ["--metrics", "koridor.prom", "--lang", "en", "--project", "project"];
    let mut command = place.command(&[&["run"], &metrics[..]].concat());
    command.env("KORIDOR_ALERT_WEBHOOK", format!("{}/hook?token=verysecret", listener.address));
    command.env("KORIDOR_HEARTBEAT_URL", format!("{}/beat", listener.address));
    command.output().unwrap()
}

/// Metrics by name and labels, after a strict reading of the text format.
fn metrics(place: &Place) -> BTreeMap<String, f64> {
    let text = std::fs::read_to_string(place.path().join("koridor.prom")).unwrap();
    let (mut kinds, mut helped, mut values) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            helped.push(rest.split_once(' ').unwrap().0.to_owned());
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(helped.last().map(String::as_str), Some(name), "help stands before type");
            assert!(["counter", "gauge"].contains(&kind));
            assert_eq!(name.ends_with("_total"), kind == "counter", "{name}");
            assert!(kinds.insert(name.to_owned(), kind.to_owned()).is_none(), "{name} twice");
        } else {
            let (series, value) = line.rsplit_once(' ').unwrap();
            let name = series.split('{').next().unwrap();
            assert!(kinds.contains_key(name), "{name} has no type");
            let is_plain =
                |own: char| own.is_ascii_lowercase() || own.is_ascii_digit() || own == '_';
            assert!(name.starts_with("koridor_") && name.chars().all(is_plain));
            assert!(values.insert(series.to_owned(), value.parse().unwrap()).is_none());
        }
    }
    assert!(text.ends_with('\n'));
    values
}

#[test]
fn a_night_is_told_once_and_a_channel_that_fails_is_tried_again() {
    let (place, listener) = (Place::new(), Listener::new());
    let landing = place.path().join("landing");
    std::fs::create_dir(&landing).unwrap();
    // No office owes anything yet.
    let arrival = "source_id,dataset,region_code,cadence,due_days,from_period,until_period,\
                   rows_min,rows_max,filled_min,note\n\
                   DLH_7472,waste_generation,7472,M,10,2035-01-01,,1,,,trial\n";
    place.write("project/schemas/codes/arrival.csv", arrival);
    let output = place.run(&["plan", "--format", "json"]);
    let planned: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &planned["release"]), (Some(0), &"empty".into()));
    assert!(!place.path().join("lake").exists(), "a plan makes no lake");

    // A lake without rows costs little, and has all there is to tell.
    let output = night(&place, &listener);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(listener.heard(), ["all_clear ", "GET /beat"]);
    let read = metrics(&place);
    assert_eq!(read["koridor_runs_total{outcome=\"done\"}"], 1.0);
    assert_eq!(read["koridor_needs_person{what=\"refused_files\"}"], 0.0);
    assert!(read.contains_key("koridor_step_duration_seconds{step=\"ingest\"}"));
    assert!(read["koridor_last_success_timestamp_seconds"] > 1.7e9);
    let check = place.run(&["status", "--check"]);
    assert_eq!((check.status.code(), check.stdout.is_empty()), (Some(0), true));

    // A night that cannot begin is told; the webhook fails, and the next night tells.
    let lost = place.path().join("elsewhere");
    std::fs::rename(&landing, &lost).unwrap();
    *listener.answers.lock().unwrap() = vec![503; 3];
    let output = night(&place, &listener);
    assert_eq!(output.status.code(), Some(2), "what is told changes no exit code");
    let failed = "alert failed_run:night";
    assert_eq!(listener.heard(), [failed; 3], "tried three times, and no heartbeat");
    assert!(!String::from_utf8(output.stderr).unwrap().contains("verysecret"));
    night(&place, &listener);
    assert_eq!(listener.heard(), [failed], "what was not sent goes out, once");
    night(&place, &listener);
    assert!(listener.heard().is_empty(), "one alert a cause");
    assert!(place.stdout(&["alerts", "--lang", "en"]).contains("the night failed"));
    std::fs::rename(&lost, &landing).unwrap();
    assert_eq!(night(&place, &listener).status.code(), Some(0));
    assert_eq!(listener.heard(), ["all_clear ", "GET /beat"]);
    let ids = place.stdout(&["sql", "--format", "csv", "select run_id from ops.runs order by 1"]);
    // Those that could not begin are named by their moment.
    let first = ids.lines().find(|own| own.starts_with("nightly-20")).unwrap();
    assert!(ids.contains(&format!("{first}-2")), "{ids}");
    let state = std::fs::read(place.path().join("lake/_koridor/alerts/state.json")).unwrap();
    assert!(!String::from_utf8(state).unwrap().contains("verysecret"), "no secret in the lake");
}

#[test]
fn a_night_that_cannot_begin_leaves_its_row_and_is_told() {
    let (place, listener) = (Place::new(), Listener::new());
    // Something else is open all the time.
    place.write("landing/DLH_7472/waste_generation/x.csv", "a,b\n1,2\n");
    place.write("project/schemas/README.md", "ours");
    assert_eq!(night(&place, &listener).status.code(), Some(3));
    listener.heard();
    place.write("project/schemas/datasets/waste_handling.json", "{\"name\": 1}");
    assert_eq!(night(&place, &listener).status.code(), Some(2));
    let told = listener.heard();
    assert!(told.len() == 1 && told[0] == "alert failed_run:night", "{told:?}");
    std::fs::remove_file(place.path().join("project/schemas/datasets/waste_handling.json"))
        .unwrap();
    let (landing, elsewhere) = (place.path().join("landing"), place.path().join("elsewhere"));
    // The same mistake after a night that was good is told again.
    for _ in 0..2 {
        std::fs::rename(&landing, &elsewhere).unwrap();
        assert_eq!(night(&place, &listener).status.code(), Some(2));
        assert_eq!(listener.heard(), ["alert failed_run:night"]);
        std::fs::rename(&elsewhere, &landing).unwrap();
        assert_eq!(night(&place, &listener).status.code(), Some(3));
        assert_eq!(listener.heard(), ["GET /beat"]);
    }
    let runs = "select outcome, exit_code, error like '%waste_handling%' from ops.runs
        order by started_at";
    let runs = place.stdout(&["sql", "--head", "--format", "csv", runs]);
    let rows: Vec<&str> = runs.lines().skip(1).collect();
    let refused = "refused,3,";
    let failed = "failed,2,false";
    assert_eq!(rows, [refused, "failed,2,true", failed, refused, failed, refused]);
}
