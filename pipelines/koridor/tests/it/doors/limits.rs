//! What a statement may cost, beside those of others.

use super::{asked, key, service};
use koridor_lake::engine::guard;
use koridor_lake::store::access_keys::Role;
use koridor_serve::service::Caller;
use std::time::{Duration, Instant};

/// Far more pairs than anybody waits for.
const ENDLESS: &str = "select count(*) from range(0, 10000000) a cross join range(0, 10000000) b";

/// Processor time of this process and its threads.
#[cfg(target_os = "linux")]
fn computed() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u64 = fields[11..13].iter().map(|own| own.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_waits_for_ends_and_keeps_nobody_waiting() {
    let service = service();
    let (_, analyst) = key(Role::Analyst, None).await;
    let mut running = Vec::new();
    for _ in 0..4 {
        let (service, analyst) = (service.clone(), analyst.clone());
        running.push(tokio::spawn(async move { asked(&service, &analyst, ENDLESS).await }));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    // More than a key may run at once: it waits, and others do not.
    let (later_service, later_analyst) = (service.clone(), analyst.clone());
    let later =
        tokio::spawn(async move { asked(&later_service, &later_analyst, "select 1").await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let begun = Instant::now();
    let (_, other) = key(Role::Analyst, None).await;
    for caller in [Caller::anybody(), other] {
        assert_eq!(asked(&service, &caller, "select 1 + 1").await.unwrap(), "2\n");
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(!later.is_finished(), "a key runs four at once");
    running.iter().for_each(tokio::task::JoinHandle::abort);
    let told = tokio::time::timeout(Duration::from_secs(20), later).await;
    assert_eq!(told.unwrap().unwrap().unwrap(), "1\n");
}

/// The test below runs in a process of its own: what others compute beside it is not its own.
const ALONE: &str = "KORIDOR_TEST_ALONE";

#[tokio::test(flavor = "multi_thread")]
#[cfg(target_os = "linux")]
async fn a_statement_that_is_dropped_computes_no_more() {
    if std::env::var_os(ALONE).is_none() {
        let name = "doors::limits::a_statement_that_is_dropped_computes_no_more";
        let mut alone = std::process::Command::new(std::env::current_exe().unwrap());
        let output = alone.args(["--exact", name]).env(ALONE, "1").output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && told.contains("1 passed"), "{told}");
        return;
    }
    let service = service();
    let (_, analyst) = key(Role::Analyst, None).await;
    for sql in [
        ENDLESS,
        "select count(*) from range(0, 3000000) a join range(0, 3000000) b on a.value < b.value",
    ] {
        let asking = asked(&service, &analyst, sql);
        assert!(tokio::time::timeout(Duration::from_secs(1), asking).await.is_err(), "{sql}");
        let begun = Instant::now();
        while guard::running() > 0 || guard::is_left_running() {
            assert!(begun.elapsed() < Duration::from_secs(30), "{sql}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let before = computed();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let own = computed().saturating_sub(before);
    assert!(own < Duration::from_millis(300), "something computes still: {own:?} in a second");
}
