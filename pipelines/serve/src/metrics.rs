//! Metrics as Prometheus reads them: its text exposition format, version 0.0.4.

use koridor_publish::metrics::{Kind, Metric, Sample};
use std::fmt::Write;

/// The media type of the format.
pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Metrics as text, each with its help and type; one without a number is left out.
pub fn exposition(metrics: &[Metric]) -> String {
    let mut text = String::new();
    for metric in metrics.iter().filter(|metric| !metric.samples.is_empty()) {
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        let help = metric.help.replace('\\', "\\\\").replace('\n', "\\n");
        // Writing to a text cannot fail.
        let _ = writeln!(text, "# HELP {} {help}\n# TYPE {0} {kind}", metric.name);
        for sample in &metric.samples {
            let name = format!("{}{}", metric.name, sample.suffix);
            let _ = writeln!(text, "{name}{} {}", labels(sample), sample.value);
        }
    }
    text
}

fn labels(sample: &Sample) -> String {
    let label = |(name, value): &(&'static str, String)| {
        let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        format!("{name}=\"{value}\"")
    };
    let labels: Vec<String> = sample.labels.iter().map(label).collect();
    if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) }
}
