//! What `/metrics` tells of the server itself.

use koridor_publish::metrics::{Kind, Metric, Sample};
use parking_lot::Mutex;
use std::collections::BTreeMap;
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

    /// All of it.
    pub fn all(&self) -> Vec<Metric> {
        let mut metrics = self.of_requests();
        let gauges = [
            ("koridor_http_requests_running", "Requests that are being answered.", &self.running),
            ("koridor_http_connections", "Connections that are open.", &self.connections),
            ("koridor_statements_running", "Statements that run.", &self.statements),
        ];
        metrics.extend(gauges.map(|(name, help, gauge)| {
            let samples = vec![Sample::new(Vec::new(), gauge.value() as f64)];
            Metric { name, help, kind: Kind::Gauge, samples }
        }));
        metrics
    }

    fn of_requests(&self) -> Vec<Metric> {
        let requests = self.requests.lock();
        let (mut counts, mut times) = (Vec::new(), Vec::new());
        for ((route, method, status), own) in requests.iter() {
            let labels = vec![
                ("route", route.clone()),
                ("method", method.clone()),
                ("status", status.to_string()),
            ];
            let mut time = |suffix, bound: Option<String>, value| {
                let labels = labels.iter().cloned().chain(bound.map(|own| ("le", own))).collect();
                times.push(Sample { suffix, labels, value });
            };
            for (within, bound) in own.within.iter().zip(BOUNDS) {
                time("_bucket", Some(bound.to_string()), *within as f64);
            }
            time("_bucket", Some("+Inf".to_owned()), own.count as f64);
            time("_sum", None, own.seconds);
            time("_count", None, own.count as f64);
            counts.push(Sample::new(labels, own.count as f64));
        }
        vec![
            Metric {
                name: "koridor_http_requests_total",
                help: "Requests that were answered.",
                kind: Kind::Counter,
                samples: counts,
            },
            Metric {
                name: "koridor_http_request_duration_seconds",
                help: "Time to the beginning of the answer.",
                kind: Kind::Histogram,
                samples: times,
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::Metrics;
    use crate::metrics::exposition;
    use std::time::Duration;

    #[test]
    fn requests_are_told_by_route_and_status() {
        let metrics = Metrics::default();
        metrics.answered("/v1/sql", "GET", 200, Duration::from_millis(20));
        metrics.answered("/v1/sql", "GET", 200, Duration::from_secs(2));
        let held = metrics.statements.count();
        let text = exposition(&metrics.all());
        for line in [
            "koridor_http_requests_total{route=\"/v1/sql\",method=\"GET\",status=\"200\"} 2",
            "method=\"GET\",status=\"200\",le=\"0.05\"} 1",
            "method=\"GET\",status=\"200\",le=\"+Inf\"} 2",
            "koridor_statements_running 1",
            "# TYPE koridor_http_request_duration_seconds histogram",
            "koridor_http_request_duration_seconds_count{route=\"/v1/sql\",method=\"GET\",\
             status=\"200\"} 2",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        drop(held);
        assert!(exposition(&metrics.all()).contains("koridor_statements_running 0"));
    }
}
