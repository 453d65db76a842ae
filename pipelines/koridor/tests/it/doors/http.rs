//! The HTTP door over the sample: the same pages as a folder, forms, tags, what anybody is told,
//! files of stewards, clients that are slow.

#[path = "../../../src/guides.rs"]
mod guides;

use super::PROJECT;
use crate::site::SAMPLE;
use koridor_lake::Storage;
use koridor_lake::engine::Limits;
use koridor_lake::store::access_keys::{self, NewAccessKey, Role};
use koridor_serve::http::{Settings, serve};
use koridor_serve::service::Service;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A server on the sample's lake, on a runtime of its own.
struct Door {
    address: SocketAddr,
    landing: PathBuf,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

fn storage() -> Storage {
    Storage::open(SAMPLE.0.path().join("lake").to_str().unwrap()).unwrap()
}

pub fn settings(landing: PathBuf) -> Settings {
    Settings {
        limits: Limits { time: None, ..Limits::new(512 << 20) },
        landing: Some(landing),
        origins: vec!["https://friend.example".parse().unwrap()],
        requests_per_second: 0,
        is_behind_proxy: false,
        connections: 100,
        file_bytes: 100_000,
        patience: Duration::from_secs(2),
        base_url: String::new(),
        guides: &guides::GUIDES,
        reader: Arc::default(),
        log: Arc::new(|_| {}),
    }
}

pub fn open(
    runtime: &tokio::runtime::Runtime,
    settings: Settings,
) -> (SocketAddr, watch::Sender<bool>) {
    let (tell, stop) = watch::channel(false);
    let service = Service::new(Arc::clone(&PROJECT), storage(), settings.limits.clone());
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(serve(listener, Arc::new(service), settings, stop));
    (address, tell)
}

static DOOR: LazyLock<Door> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(8 << 20)
        .build()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let landing = folder.path().join("landing");
    std::fs::create_dir(&landing).unwrap();
    let (address, tell) = open(&runtime, settings(landing.clone()));
    // It runs as long as the tests do.
    std::mem::forget(tell);
    let door = Door { address, landing, runtime, _folder: folder };
    let begun = Instant::now();
    while get_from(door.address, "/readyz", "").status != 200 {
        assert!(begun.elapsed() < Duration::from_secs(300), "the pages are not read");
        std::thread::sleep(Duration::from_millis(100));
    }
    door
});

pub struct Answer {
    pub status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let named = self.head.lines().filter_map(|line| line.split_once(": "));
        named.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        let document = serde_json::from_slice(&self.body);
        assert!(document.is_ok(), "{}", self.text());
        document.unwrap()
    }
}

/// Sends bytes and reads what comes back until the connection ends.
fn send(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(300))).unwrap();
    let _ = stream.write_all(request);
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all);
    let end = all.windows(4).position(|own| own == b"\r\n\r\n").unwrap_or(all.len());
    let head = String::from_utf8_lossy(&all[..end]).into_owned();
    let mut body = all.get(end + 4..).unwrap_or_default().to_vec();
    if head.to_lowercase().contains("transfer-encoding: chunked") {
        body = unchunked(&body);
    }
    let status = head.split(' ').nth(1).and_then(|own| own.parse().ok()).unwrap_or(0);
    Answer { status, head, body }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|own| own == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).unwrap();
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 4 + size..];
    }
    assert_eq!(rest.len(), usize::MAX, "the body ended early");
    body
}

pub fn get_from(address: SocketAddr, path: &str, headers: &str) -> Answer {
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n");
    send(address, request.as_bytes())
}

pub fn get(path: &str) -> Answer {
    get_from(DOOR.address, path, "")
}

pub fn post(path: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
    let request = format!("{head}{headers}Content-Length: {length}\r\n\r\n{body}");
    send(DOOR.address, request.as_bytes())
}

/// The text of a new key.
fn key_of(role: Role, region: Option<&str>) -> String {
    let region = region.map(str::to_owned);
    let new = NewAccessKey { name: "tests".to_owned(), role, region, expires: None };
    DOOR.runtime.block_on(access_keys::create(&storage(), &PROJECT, new)).unwrap().1
}

/// A form with a file.
pub fn form(name: &str, text: &str, fields: &[(&str, &str)]) -> (String, String) {
    let mut body = String::new();
    for (name, value) in fields {
        body +=
            &format!("--m\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let head = format!("--m\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"");
    body += &format!("{head}\r\n\r\n{text}\r\n--m--\r\n");
    ("Content-Type: multipart/form-data; boundary=m\r\n".to_owned(), body)
}

#[test]
fn the_pages_are_those_of_the_folder_with_the_ways_to_what_needs_a_server() {
    let all = &SAMPLE.1;
    for path in ["id/index.html", "en/region/7407.html", "id/indicator/visits_total-7472.html"] {
        let answer = get(&format!("/{path}"));
        let own = answer.text();
        let tools = ["/kirim", "/send", "/sql", "/docs"];
        let lines: Vec<&str> = own
            .lines()
            .filter(|line| !tools.iter().any(|own| line.contains(&format!("..{own}"))))
            .collect();
        assert_eq!(lines.join("\n"), all[path].trim_end(), "{path}");
        assert!(own.lines().count() > lines.len(), "{path} leads to no tool");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"));
        let tag = answer.header("etag").unwrap();
        let known = format!("If-None-Match: \"x\", {tag}\r\n");
        assert_eq!(get_from(DOOR.address, &format!("/{path}"), &known).status, 304);
    }
    let file = all.keys().find(|own| own.starts_with("en/indicator/") && own.ends_with(".csv"));
    let file = file.unwrap();
    assert_eq!(get(&format!("/{file}")).text(), all[file]);
    assert_eq!(get("/").status, 200);
    let release = get("/readyz").text().trim().to_owned();
    let early = get("/en/about.html?as_of=2099-12-31");
    let place = format!("/as-of/{release}/en/about.html");
    assert_eq!((early.status, early.header("location")), (303, Some(place.as_str())));
    assert_eq!(get(&place).status, 200);
    for path in ["/id/none.html", "/as-of/2001-01-01/", "/../Cargo.toml", "/id/..%2f..%2fx"] {
        assert_eq!(get(path).status, 404, "{path}");
    }
    let browser = "Accept: text/html,*/*;q=0.8\r\n";
    let page = get_from(DOOR.address, "/en/%3Cscript%3E.html", browser);
    assert_eq!(page.status, 404);
    let text = page.text();
    assert!(text.contains("There is no such page") && !text.contains("<script"), "{text}");
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert_eq!(page.header("content-length"), Some(text.len().to_string().as_str()));
    // A page in Bahasa Indonesia says nothing in English that is not marked as such.
    let page = get_from(DOOR.address, "/id/none.html", browser);
    let text = page.text();
    assert!(
        text.contains("<html lang=\"id\">") && text.contains("Halaman ini tidak ada"),
        "{text}"
    );
    assert!(!text.contains("there is no such page") && !text.contains("leads to"), "{text}");
    let program = get_from(DOOR.address, "/v1/none", browser);
    assert_eq!(program.header("content-type"), Some("application/problem+json"));
}

#[test]
fn values_are_paged_tagged_and_in_the_form_that_is_asked_for() {
    let own = "/v1/indicators/visits_total/values?region=CORR";
    let all = get(own).json();
    let all = all.as_array().unwrap();
    let (mut paged, mut path) = (Vec::new(), Some(format!("{own}&limit=7")));
    while let Some(here) = path {
        let answer = get(&here);
        paged.extend(answer.json().as_array().unwrap().clone());
        let link = answer.header("link").map(|own| own.trim_start_matches('<'));
        path = link.and_then(|own| own.split_once(">; rel=\"next\"")).map(|own| own.0.to_owned());
    }
    assert!(all.len() > 7 && paged == *all);
    assert!(all.iter().all(|own| own["provisional"] == false), "the sample calls none so");
    let csv = get_from(DOOR.address, own, "Accept: text/csv\r\n");
    assert_eq!(csv.text().lines().count(), all.len() + 1);
    let (one, other) = (get(own), csv.header("etag").unwrap());
    assert_ne!(one.header("etag"), Some(other), "forms have tags of their own");
    for (format, begin) in [("parquet", "PAR1"), ("xlsx", "PK"), ("sdmx-csv", "STRUCTURE")] {
        let answer = get(&format!("{own}&format={format}"));
        assert!(answer.status == 200 && answer.body.starts_with(begin.as_bytes()), "{format}");
    }
    // A body that is compressed on its way has an end too.
    for path in ["/v1/extracts/population?format=csv", "/v1/extracts/population?format=json"] {
        let packed = get_from(DOOR.address, path, "Accept-Encoding: gzip\r\n");
        assert_eq!(packed.header("content-encoding"), Some("gzip"), "{path}");
        assert!(packed.status == 200 && packed.body.starts_with(b"\x1f\x8b"), "{path}");
    }
    let cases = [
        ("/v1/indicators/visits_total/values?regio=1", 400, "region"),
        ("/v1/indicators/visits_total/values?region=", 400, "away"),
        ("/v1/indicators/visits_total/values?cursor=x", 400, "Link"),
        ("/v1/indicators/none/values", 404, "list"),
        ("/v1/extracts/none", 404, "extracts:"),
        ("/v1/extracts/sapa_case", 404, "extracts:"),
        ("/v1/sql?q=koridor_0123456789ab_0123456789abcdef0123456789abcdef", 400, "Bearer"),
    ];
    for (path, status, hint) in cases {
        let answer = get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        let problem = answer.json();
        assert!(problem["hint"].as_str().unwrap().contains(hint), "{path}: {problem}");
    }
    let refused = get_from(DOOR.address, own, "Accept: image/png\r\n");
    assert_eq!(refused.status, 406);
    let allowed = get_from(DOOR.address, "/v1/check", "");
    assert_eq!((allowed.status, allowed.header("allow")), (405, Some("POST")));
}

#[test]
fn anybody_is_told_what_is_published_and_nothing_behind_it() {
    let explained = get("/v1/explain?id=waste_managed_rate&region=7472&period=2024").json();
    assert!(explained[0]["value"].is_number() && explained[0]["formula"].is_string());
    for name in ["rows", "parts", "files", "refused_rows"] {
        assert!(explained[0].get(name).is_none(), "{name}");
    }
    // Of the restricted zone nobody is told how many cases came in a month.
    for region in [None, Some("7407")] {
        let key = key_of(Role::Analyst, region);
        let path = "/v1/explain?id=sapa_service_rate&region=7407&period=2025";
        let own = get_from(DOOR.address, path, &format!("Authorization: Bearer {key}\r\n")).json();
        assert_eq!(own[0]["files"].as_array().map(Vec::len), Some(0), "{own}");
    }
    let key = key_of(Role::Analyst, None);
    let path = "/v1/explain?id=waste_managed_rate&region=7472&period=2024";
    let own = get_from(DOOR.address, path, &format!("Authorization: Bearer {key}\r\n")).json();
    assert_ne!(own[0]["files"].as_array().map(Vec::len), Some(0), "{own}");
    let needs = get("/v1/status").json()["needs"].clone();
    for name in ["refused_files", "held_files", "withheld", "open_refusals", "idle_corrections"] {
        assert_eq!(needs[name].as_array().map(Vec::len), Some(0), "{name}");
    }
    assert!(needs["failed_run"].is_null());
    let headers = "Content-Type: application/sql\r\n";
    let rows = post("/v1/sql", headers, "select 1 as one union all select 2").json();
    assert_eq!(rows.as_array().map(Vec::len), Some(2));
    for statement in ["select * from core.visitor_flow", "select * from ops.quarantine", "drop x"] {
        assert_eq!(post("/v1/sql", headers, statement).status, 400, "{statement}");
    }
    let page = get("/sql?lang=en&q=select+'%3Cscript%3Ex%3C/script%3E'+as+%22%3Cb%3E%22").text();
    let is_escaped = page.contains("&lt;script&gt;x");
    assert!(is_escaped && !page.contains("<script>") && !page.contains("<b>"), "{page}");
    let metrics = get("/metrics").text();
    assert!(metrics.contains("koridor_http_requests_total{route=\"/v1/sql\",method=\"POST\""));
    assert!(!metrics.contains("script"));
    let published = ["koridor_lake_readable 1", "koridor_release_timestamp_seconds "];
    let known = [
        "koridor_step_duration_seconds{step=\"release\"}",
        "koridor_rows_refused_total{source=\"SIPSN\"}",
        "koridor_source_last_arrival_timestamp_seconds{source=\"SIPSN\"}",
        "koridor_needs_person{what=\"refused_rows\"}",
    ];
    let key = key_of(Role::Analyst, None);
    let all = get_from(DOOR.address, "/metrics", &format!("Authorization: Bearer {key}\r\n"));
    let all = all.text();
    assert!(published.iter().chain(&known).all(|line| all.contains(line)), "{all}");
    assert!(published.iter().all(|line| metrics.contains(line)), "{metrics}");
    assert!(!known.iter().any(|line| metrics.contains(line)), "{metrics}");
    for own in ["rows_", "files_", "needs_", "arrival", "runs_", "step_"] {
        assert!(!metrics.contains(&format!("koridor_{own}")), "{own}\n{metrics}");
    }
    assert!(all.contains("# TYPE koridor_http_request_duration_seconds histogram"));
    let names: Vec<&str> = all.lines().filter(|own| own.starts_with("# TYPE")).collect();
    let once: std::collections::BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), once.len(), "a name is told once");
}

#[test]
fn a_steward_checks_a_file_and_sends_it_for_his_own_region() {
    let text = "region_code,period_month,reduced_ton,handled_ton\n7472,2024-01,1,2\n\
                7472,2024-02,<script>x</script>,2\n";
    let (headers, body) = form("tangani.csv", text, &[]);
    let said = "dataset=waste_handling&source=DLH_7472";
    let verdict = post(&format!("/v1/check?{said}"), &headers, &body).json();
    assert_eq!(verdict[0]["file"]["rows_rejected"], 1, "{verdict}");
    let marked = post(&format!("/v1/check?{said}&format=xlsx"), &headers, &body);
    assert!(marked.status == 200 && marked.body.starts_with(b"PK"));
    let page = post("/kirim", &headers, &body).text();
    assert!(page.contains("tangani.csv") && !page.contains("<script>"), "{page}");
    let files = || std::fs::read_dir(&DOOR.landing).unwrap().count();
    assert_eq!(files(), 0, "a check keeps nothing");

    let new = |role, region: &str| {
        let region = (role == Role::Steward).then_some(region);
        format!("{headers}Authorization: Bearer {}\r\n", key_of(role, region))
    };
    let steward = new(Role::Steward, "7472");
    let sent = |headers: &str, source: &str| {
        post(&format!("/v1/submissions?source={source}"), headers, &body)
    };
    assert_eq!(sent(&headers, "DLH_7472").status, 401);
    assert_eq!(sent(&new(Role::Viewer, "7472"), "DLH_7472").status, 403);
    assert_eq!(sent(&steward, "DLH_7407").status, 403);
    assert_eq!(sent(&steward, "..").status, 404);
    let basic = steward.replace("Bearer", "Basic");
    assert_eq!(sent(&basic, "DLH_7472").status, 401);
    let answer = sent(&steward, "DLH_7472");
    assert_eq!(answer.status, 201, "{}", answer.text());
    let stored = std::fs::read_to_string(DOOR.landing.join("DLH_7472/tangani.csv")).unwrap();
    assert_eq!(stored, text);
    assert_eq!(sent(&steward, "DLH_7472").status, 200, "the same bytes again");
    let (_, outside) = form("../a.csv", text, &[]);
    assert_eq!(post("/v1/submissions?source=DLH_7472", &steward, &outside).status, 400);
    let key = steward.rsplit(' ').next().unwrap().trim();
    let fields = [("do", "send"), ("key", key), ("source", "DLH_7472")];
    let (headers, other) = form("lain.csv", text, &fields);
    let page = post("/send", &headers, &other);
    assert!(page.status == 200 && !page.text().contains(key), "{}", page.text());
    assert!(DOOR.landing.join("DLH_7472/lain.csv").is_file());
    let last = if key.ends_with('0') { '1' } else { '0' };
    let wrong = format!("{}{last}", &key[..key.len() - 1]);
    for key in [wrong.as_str(), ""] {
        let fields = [("do", "send"), ("key", key), ("source", "DLH_7472")];
        let (headers, other) = form("tiga.csv", text, &fields);
        assert_eq!(post("/kirim", &headers, &other).status, 401, "{key}");
    }
    assert!(!DOOR.landing.join("DLH_7472/tiga.csv").exists());
}

#[test]
fn slow_large_and_silent_clients_hold_nothing_up() {
    let begin = "POST /v1/sql HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n";
    let begun = Instant::now();
    let slow = send(DOOR.address, format!("{begin}Content-Length: 50\r\n\r\nsel").as_bytes());
    assert_eq!(slow.status, 408);
    let silent = send(DOOR.address, b"GET / HTT");
    assert!(matches!(silent.status, 0 | 408), "{}", silent.head);
    assert!(begun.elapsed() < Duration::from_secs(30));
    let (headers, body) = form("besar.csv", &"x".repeat(120_000), &[]);
    assert_eq!(post("/v1/check", &headers, &body).status, 413);

    // Half a request is let go, one that is whole is answered, then the server ends.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (address, tell) =
        open(&runtime, Settings { requests_per_second: 1, ..settings("x".into()) });
    let asked: Vec<u16> = (0..8).map(|_| get_from(address, "/docs?x=1", "").status).collect();
    assert!(asked.contains(&429) && asked.contains(&400), "{asked:?}");
    assert_eq!(get_from(address, "/healthz", "").status, 200);
    tell.send_replace(true);
    let begun = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(40), "it does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The description for machines and what is answered are one: names of arguments, forms, types of
/// bodies.
#[test]
fn the_description_is_what_is_answered() {
    let document = get("/openapi.json").json();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let address = path.replace("{id}", "visits_total").replace("{name}", "indicators");
        for (method, own) in operations.as_object().unwrap() {
            let parameters = own["parameters"].as_array().into_iter().flatten();
            let queries = parameters.filter(|own| own["in"] == "query");
            let declared: BTreeSet<_> = queries.map(|own| own["name"].as_str().unwrap()).collect();
            let unknown = format!("{address}?unbekannt=1");
            let is_post = method == "post";
            let told = if is_post { post(&unknown, "", "") } else { get(&unknown) };
            assert_eq!(told.status, 400, "{method} {path}");
            let told = told.json();
            let names = told["hint"].as_str().unwrap().strip_prefix("arguments: ");
            let names: BTreeSet<_> = names.into_iter().flat_map(|own| own.split(", ")).collect();
            assert_eq!(declared, names, "{method} {path}");
            let is_declared = |status: &str| own["responses"].get(status).is_some();
            if is_post {
                let other = post(&address, "Content-Type: image/png\r\n", "x");
                assert_eq!(other.status == 415, is_declared("415"), "{path}");
            } else {
                let asked =
                    format!("{address}{}", if path == "/v1/sql" { "?q=select+1" } else { "" });
                let other = get_from(DOOR.address, &asked, "Accept: image/png\r\n");
                assert_eq!(other.status == 406, is_declared("406"), "{path}");
            }
        }
    }
    for (path, address) in [
        ("/v1/sql", "/v1/sql?q=select+1+as+one"),
        ("/v1/indicators/{id}/values", "/v1/indicators/visits_total/values?limit=1"),
    ] {
        let own = &document["paths"][path]["get"];
        let parameters = own["parameters"].as_array().unwrap();
        let format = parameters.iter().find(|own| own["name"] == "format").unwrap();
        let mut given = BTreeSet::new();
        for name in format["schema"]["enum"].as_array().unwrap() {
            let answer = get(&format!("{address}&format={}", name.as_str().unwrap()));
            assert_eq!(answer.status, 200, "{address} {name}");
            let kind = answer.header("content-type").unwrap().split(';').next().unwrap();
            given.insert(kind.trim().to_owned());
        }
        let declared = own["responses"]["200"]["content"].as_object().unwrap();
        assert_eq!(declared.keys().cloned().collect::<BTreeSet<_>>(), given, "{path}");
    }
}
