//! The HTTP door: the pages live, what programs ask under `/v1`, and what machines that watch ask.
//!
//! `server` accepts connections; `entry` is what each request goes through; the routes are thin:
//! they read what is asked ([`asked`](self), `media`, `body`), ask the service or write an extract,
//! and give bytes (`answer`). Pages are held for the current release by `shelf` and renewed by
//! `pages`. `description` is what is said of all this to machines, `docs` to people. A caller
//! without a key sees what is published, at every route.

mod answer;
mod asked;
mod body;
mod check;
mod description;
mod docs;
mod entry;
mod extracts;
mod health;
mod marked;
mod media;
mod metrics;
mod pages;
mod parameters;
mod problem;
mod problem_page;
mod server;
mod shelf;
mod sql;
mod submissions;
mod throttle;
mod told;
mod tool_pages;
mod values;
mod web;

pub use web::{Log, Settings};

use self::web::Web;
use crate::service::Service;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How often those who ask are forgotten.
const TIDY: Duration = Duration::from_secs(60);

/// Answers requests until `stop` says so, then ends when those that run are answered.
pub async fn serve(
    listener: TcpListener,
    service: Arc<Service>,
    settings: Settings,
    stop: watch::Receiver<bool>,
) {
    let web = Arc::new(Web::new(service, settings));
    let fresh = tokio::spawn(pages::keep_fresh(Arc::clone(&web)));
    let shared = Arc::clone(&web);
    let tidy = tokio::spawn(async move {
        loop {
            tokio::time::sleep(TIDY).await;
            shared.throttle.tidy();
        }
    });
    server::accept(listener, router(&web), Arc::clone(&web), stop).await;
    fresh.abort();
    tidy.abort();
}

fn router(web: &Arc<Web>) -> Router {
    let routes = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .route("/v1/indicators", get(values::indicators))
        .route("/v1/indicators/{id}", get(values::indicator))
        .route("/v1/indicators/{id}/values", get(values::indicator_values))
        .route("/v1/extracts", get(extracts::extracts))
        .route("/v1/extracts/{name}", get(extracts::one))
        .route("/v1/status", get(told::status))
        .route("/v1/explain", get(told::explain))
        .route("/v1/sql", get(sql::get).post(sql::post))
        .route("/v1/check", post(check::check))
        .route("/v1/submissions", post(submissions::submit))
        .route("/openapi.json", get(docs::openapi))
        .route("/docs", get(docs::docs))
        .route("/sql", get(tool_pages::sql))
        .route("/kirim", get(tool_pages::kirim).post(tool_pages::take_kirim))
        .route("/send", get(tool_pages::send).post(tool_pages::take_send))
        .route("/tools.css", get(tool_pages::style))
        .route("/as-of/{release}", get(pages::first_as_of))
        .route("/as-of/{release}/", get(pages::first_as_of))
        .route("/as-of/{release}/{*path}", get(pages::page_as_of))
        .route("/v1/{*path}", get(nothing))
        .route("/", get(pages::first))
        .route("/{*path}", get(pages::page))
        .with_state(Arc::clone(web));
    let packed = |kind: &'static str| NotForContentType::const_new(kind);
    let when = DefaultPredicate::new()
        .and(packed("application/zip"))
        .and(packed("application/vnd.apache.parquet"))
        .and(packed("application/vnd.openxmlformats"));
    let compressed = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(when);
    let entry = from_fn_with_state(Arc::clone(web), entry::entry);
    let routes = routes.layer(DefaultBodyLimit::disable()).layer(entry);
    match web.settings.origins.is_empty() {
        true => routes.layer(compressed),
        false => routes.layer(cors(web)).layer(compressed),
    }
}

async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// What scripts of the origins that are named may ask.
fn cors(web: &Web) -> CorsLayer {
    let origins = web.settings.origins.clone();
    let exposed: [HeaderName; 4] =
        [header::ETAG, header::LINK, header::CONTENT_DISPOSITION, header::RETRY_AFTER];
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::OPTIONS])
        .allow_headers([
            header::ACCEPT,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
        ])
        .expose_headers(exposed)
        .max_age(Duration::from_secs(3600))
}
