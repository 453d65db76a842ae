//! What machines that watch ask: is it alive, is a release readable, what happens.

use super::answer;
use super::asked::Asked;
use super::problem::Problem;
use super::told::knows_lake;
use super::web::Web;
use crate::error::ServeError;
use crate::metrics::{MEDIA_TYPE, exposition};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use koridor_lake::engine::guard;
use koridor_lake::{Engine, Snapshot};
use koridor_publish::metrics::{self, Kind, Metric, Sample};
use std::sync::Arc;
use std::time::{Duration, Instant};

const TEXT: &str = "text/plain; charset=utf-8";
/// How long numbers of the lake are told as they were read.
const FRESH: Duration = Duration::from_secs(15);
/// What is told of the lake to anybody: which release there is, from when.
const PUBLISHED: &str = "koridor_release_";

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

/// Numbers about the server in the text format of Prometheus, and about the release that is shown;
/// to those who may know the lake also what came and what waits.
#[utoipa::path(get, path = "/metrics", tag = "watch", responses(
    (status = 200, description = "Text format 0.0.4", body = String, content_type = "text/plain")))]
pub async fn metrics(State(web): State<Arc<Web>>, asked: Asked) -> Result<Response, Problem> {
    asked.arguments(&[])?;
    let mut metrics = web.metrics.all();
    let lake = lake_metrics(&web).await;
    metrics.push(Metric {
        name: "koridor_lake_readable",
        help: "Whether the lake can be read: 1 or 0.",
        kind: Kind::Gauge,
        samples: vec![Sample::new(Vec::new(), f64::from(u8::from(lake.is_some())))],
    });
    let knows = knows_lake(&asked.caller.tier());
    let lake = lake.iter().flat_map(|own| own.iter());
    metrics.extend(lake.filter(|own| knows || own.name.starts_with(PUBLISHED)).cloned());
    let mut response = answer::of_bytes(MEDIA_TYPE, exposition(&metrics));
    let cache = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    Ok(response)
}

/// Numbers of the lake as it stands, released or not; none where it cannot be read, which the log
/// is told. Whoever asks while they are read waits; they are read to their end, whoever goes.
async fn lake_metrics(web: &Arc<Web>) -> Option<Arc<Vec<Metric>>> {
    let web = Arc::clone(web);
    let reading = tokio::spawn(async move {
        let mut read = web.lake.lock().await;
        if let Some((_, known)) = read.as_ref().filter(|own| own.0.elapsed() < FRESH) {
            return known.clone();
        }
        let (project, storage) = (Arc::clone(web.project()), web.service.storage().clone());
        let memory = web.settings.limits.memory_bytes;
        let work = move || async move {
            let snapshot = Snapshot::head(project, storage).await?.with_memory(memory);
            let own = metrics::metrics(&Engine::open(snapshot)?, env!("CARGO_PKG_VERSION")).await?;
            Ok::<_, ServeError>(Arc::new(own))
        };
        let known = match guard::run(&web.settings.limits, work).await {
            Ok(own) => Some(own),
            Err(error) => {
                web.tell(&format!("/metrics: {error}"));
                None
            }
        };
        *read = Some((Instant::now(), known.clone()));
        known
    });
    reading.await.ok().flatten()
}
