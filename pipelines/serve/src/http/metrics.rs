//! What `/metrics` tells, in the text format of Prometheus.

use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Upper bounds of the classes of times, in seconds.
const BOUNDS: [f64; 9] = [0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0];

/// Requests of one route, method and status.
#[derive(Default)]
struct Requests {
    count: u64,
    seconds: f64,
    /// Requests within each bound.
    within: [u64; BOUNDS.len()],
}

/// What is counted while the server runs.
#[derive(Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<(String, String, u16), Requests>>,
    running: Gauge,
    /// Connections that are open.
    pub connections: Gauge,
    /// Statements that run for a request.
    pub statements: Gauge,
}

/// A number that goes up and down.
#[derive(Default)]
pub struct Gauge(AtomicI64);

/// Counts one as long as it is held.
pub struct Counted<'gauge>(&'gauge AtomicI64);

impl Gauge {
    /// Counts one as long as what is given is held.
    pub fn count(&self) -> Counted<'_> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Counted(&self.0)
    }

    fn value(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    /// Counts a request that begins, as long as what is given is held.
    pub fn begin(&self) -> Counted<'_> {
        self.running.count()
    }

    /// Counts a request that was answered.
    pub fn answered(&self, route: &str, method: &str, status: u16, time: Duration) {
        let key = (route.to_owned(), method.to_owned(), status);
        let mut requests = self.requests.lock();
        let own = requests.entry(key).or_default();
        let seconds = time.as_secs_f64();
        own.count += 1;
        own.seconds += seconds;
        for (within, bound) in own.within.iter_mut().zip(BOUNDS) {
            *within += u64::from(seconds <= bound);
        }
    }

    /// All of it; the release with the second it was made.
    pub fn text(&self, release: Option<(&str, i64)>) -> String {
        let mut text = String::new();
        // Writing to a text does not fail.
        let _ = self.write(&mut text, release);
        text
    }

    fn write(&self, text: &mut String, release: Option<(&str, i64)>) -> std::fmt::Result {
        let requests = self.requests.lock();
        head(text, "koridor_http_requests_total", "counter", "Requests that were answered.")?;
        for ((route, method, status), own) in requests.iter() {
            let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
            writeln!(text, "koridor_http_requests_total{{{labels}}} {}", own.count)?;
        }
        let name = "koridor_http_request_duration_seconds";
        head(text, name, "histogram", "Time to the beginning of the answer.")?;
        for ((route, method, status), own) in requests.iter() {
            let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
            for (within, bound) in own.within.iter().zip(BOUNDS) {
                writeln!(text, "{name}_bucket{{{labels},le=\"{bound}\"}} {within}")?;
            }
            writeln!(text, "{name}_bucket{{{labels},le=\"+Inf\"}} {}", own.count)?;
            writeln!(text, "{name}_sum{{{labels}}} {}", own.seconds)?;
            writeln!(text, "{name}_count{{{labels}}} {}", own.count)?;
        }
        let gauges = [
            ("koridor_http_requests_running", "Requests that are being answered.", &self.running),
            ("koridor_http_connections", "Connections that are open.", &self.connections),
            ("koridor_statements_running", "Statements that run.", &self.statements),
        ];
        for (name, help, gauge) in gauges {
            head(text, name, "gauge", help)?;
            writeln!(text, "{name} {}", gauge.value())?;
        }
        if let Some((id, second)) = release {
            let name = "koridor_release_timestamp_seconds";
            head(text, name, "gauge", "When the current release was made.")?;
            writeln!(text, "{name}{{release=\"{id}\"}} {second}")?;
        }
        Ok(())
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) -> std::fmt::Result {
    writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

#[cfg(test)]
mod tests {
    use super::Metrics;
    use std::time::Duration;

    #[test]
    fn requests_are_told_by_route_and_status() {
        let metrics = Metrics::default();
        metrics.answered("/v1/sql", "GET", 200, Duration::from_millis(20));
        metrics.answered("/v1/sql", "GET", 200, Duration::from_secs(2));
        let held = metrics.statements.count();
        let text = metrics.text(Some(("2026-11-27.1", 7)));
        for line in [
            "koridor_http_requests_total{route=\"/v1/sql\",method=\"GET\",status=\"200\"} 2",
            "method=\"GET\",status=\"200\",le=\"0.05\"} 1",
            "method=\"GET\",status=\"200\",le=\"+Inf\"} 2",
            "koridor_statements_running 1",
            "koridor_release_timestamp_seconds{release=\"2026-11-27.1\"} 7",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        drop(held);
        assert!(metrics.text(None).contains("koridor_statements_running 0"));
    }
}
