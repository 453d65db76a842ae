//! What the HTTP door says of requests that it cannot answer.

use super::http::{form, get, get_from, open, post, settings};
use koridor_lake::engine::Limits;
use koridor_serve::http::Settings;
use std::time::Duration;

/// A name that is well said and is none's is not found; what no name can be is wrong.
#[test]
fn what_is_named_and_is_not_there_is_not_found() {
    let cases = [
        ("/v1/indicators?as_of=2001-01-01", 404, "releases list"),
        ("/v1/indicators/visits_total?as_of=2001-01-01.1", 404, "releases list"),
        ("/v1/indicators/visits_total/values?region=0", 404, "regions:"),
        ("/v1/indicators/visits_total/values?region=%EF%BF%BD", 404, "regions:"),
        ("/v1/indicators/visits_total/values?region=%FF", 400, "UTF-8"),
        ("/v1/indicators/visits_total/values?region=0&from=2025-02-30", 400, "write 2025"),
        ("/v1/indicators/visits_total/values?cursor=2001-01-01.1~0", 404, "releases list"),
        ("/v1/indicators/visits_total/values?cursor=2001-01-01.1~%2B0", 400, "Link"),
        ("/v1/indicators/visits_total/values?cursor=2001-01-01~0", 400, "Link"),
        ("/v1/extracts/indicators?dimension=0", 404, "dimensions:"),
        ("/v1/extracts/indicators?region=0&from=2025&to=2024", 400, "earlier"),
        ("/v1/explain?id=none&region=CORR&period=2025", 404, "indicators list"),
        ("/v1/explain?id=visits_total&region=0&period=2025", 404, "regions:"),
        ("/v1/explain?id=visits_total&region=0&period=soon", 400, "write 2024"),
        ("/v1/sql?q=select+1&as_of=2001-01-01", 404, "releases list"),
    ];
    let (headers, body) = form("tangani.csv", "a,b\n1,2\n", &[]);
    let files = [
        ("/v1/check?dataset=none", 404, "datasets:"),
        ("/v1/check?source=none", 404, "schemas/sources"),
        ("/v1/check?region=0", 404, "regions:"),
        ("/v1/check?name=a", 400, "laporan.xlsx"),
    ];
    let asked = cases.map(|own| (own, get(own.0)));
    let sent = files.map(|own| (own, post(own.0, &headers, &body)));
    for ((path, status, hint), answer) in asked.into_iter().chain(sent) {
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        let problem = answer.json();
        assert!(problem["hint"].as_str().unwrap().contains(hint), "{path}: {problem}");
    }
}

/// What would take too long says how less is asked for.
#[test]
fn an_extract_of_too_much_says_to_ask_for_a_year() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(8 << 20)
        .build()
        .unwrap();
    let usual = settings("x".into());
    let limits = Limits { time: Some(Duration::from_millis(1)), ..usual.limits.clone() };
    let (address, tell) = open(&runtime, Settings { limits, ..usual });
    for (query, hint) in [("", "?year="), ("?from=2024&to=2025", "?year="), ("?year=2025", "less")]
    {
        let path = format!("/v1/extracts/evaluation{query}");
        let answer = get_from(address, &path, "");
        assert_eq!(answer.status, 422, "{path}: {}", answer.text());
        let problem = answer.json();
        assert!(problem["hint"].as_str().unwrap().contains(hint), "{path}: {problem}");
    }
    tell.send_replace(true);
    runtime.shutdown_background();
}
