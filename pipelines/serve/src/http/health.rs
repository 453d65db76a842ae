//! What machines that watch ask: is it alive, is a release readable, what happens.

use super::answer;
use super::asked::Asked;
use super::problem::Problem;
use super::web::Web;
use crate::metrics::{MEDIA_TYPE, exposition};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use koridor_publish::metrics::{Kind, Metric, Sample};
use std::sync::Arc;

const TEXT: &str = "text/plain; charset=utf-8";

fn told(text: &str) -> Response {
    let mut response = answer::of_bytes(TEXT, text.to_owned());
    let cache = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}

/// That the server answers.
#[utoipa::path(get, path = "/healthz", tag = "watch", responses(
    (status = 200, description = "It answers", body = String, content_type = "text/plain")))]
pub async fn healthz(asked: Asked) -> Result<Response, Problem> {
    asked.arguments(&[])?;
    Ok(told("ok\n"))
}

/// That a release is readable and its pages are read.
#[utoipa::path(get, path = "/readyz", tag = "watch", responses(
    (status = 200, description = "The release that is shown",
        body = String, content_type = "text/plain")))]
pub async fn readyz(State(web): State<Arc<Web>>, asked: Asked) -> Result<Response, Problem> {
    asked.arguments(&[])?;
    let not_ready = |why: &str| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, why).with(header::RETRY_AFTER, "2")
    };
    let Some(release) = web.service.release().await? else {
        return Err(not_ready("no release was made yet"));
    };
    if web.shelf.current().is_none() {
        return Err(not_ready("the pages are being read"));
    }
    Ok(told(&format!("{release}\n")))
}

/// Numbers about the server and its lake in the text format of Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "watch", responses(
    (status = 200, description = "Text format 0.0.4", body = String, content_type = "text/plain")))]
pub async fn metrics(State(web): State<Arc<Web>>, asked: Asked) -> Result<Response, Problem> {
    asked.arguments(&[])?;
    let mut metrics = web.metrics.all();
    let lake = web.lake_metrics().await;
    metrics.push(Metric {
        name: "koridor_lake_readable",
        help: "Whether the lake can be read: 1 or 0.",
        kind: Kind::Gauge,
        samples: vec![Sample::new(Vec::new(), f64::from(u8::from(lake.is_ok())))],
    });
    match lake {
        Ok(lake) => metrics.extend(lake.iter().cloned()),
        Err(error) => web.tell(&format!("/metrics: {error}")),
    }
    let mut response = answer::of_bytes(MEDIA_TYPE, exposition(&metrics));
    let cache = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    Ok(response)
}
