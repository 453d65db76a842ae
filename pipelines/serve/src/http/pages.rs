//! The pages live: those of the current release, and of an earlier one at `/as-of/RELEASE/`.

use super::answer::{self, Tag, see_other};
use super::asked::Asked;
use super::problem::{NO_PAGE, Problem};
use super::shelf::{Edition, PageFile};
use super::web::{Shown, Web};
use crate::error::ServeError;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use koridor_lake::engine::guard;
use koridor_publish::pages::Site;
use std::sync::Arc;
use std::time::Duration;

/// How often is looked for a new release.
const LOOK: Duration = Duration::from_secs(1);
/// How long is waited after the pages could not be read.
const AGAIN: Duration = Duration::from_secs(10);

/// The first page.
pub async fn first(state: State<Arc<Web>>, asked: Asked) -> Result<Response, Problem> {
    page(state, Path(String::new()), asked).await
}

/// A page of the current release, by its path; with `as_of` the way to that of an earlier one.
pub async fn page(
    State(web): State<Arc<Web>>,
    Path(path): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    let arguments = asked.arguments(&["as_of"])?;
    if let Some(as_of) = arguments.get("as_of") {
        let shown = web.release(Some(as_of)).await?;
        return Ok(see_other(&format!("/as-of/{}/{path}", shown.release.id)));
    }
    let Some(edition) = web.shelf.current() else { return Err(not_yet(&web).await) };
    answered(&edition, &path, &asked)
}

/// The first page of an earlier release.
pub async fn first_as_of(
    state: State<Arc<Web>>,
    Path(release): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    page_as_of(state, Path((release, String::new())), asked).await
}

/// A page of an earlier release, by its name or a date.
pub async fn page_as_of(
    State(web): State<Arc<Web>>,
    Path((as_of, path)): Path<(String, String)>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.arguments(&[])?;
    let shown = web.release(Some(&as_of)).await?;
    let release = &shown.release;
    if release.id != as_of {
        return Ok(see_other(&format!("/as-of/{}/{path}", release.id)));
    }
    let day = web.project().today();
    let edition = match web.shelf.earlier(&release.id, &day) {
        Some(edition) => edition,
        None => {
            let _one = web.shelf.reading.lock().await;
            match web.shelf.earlier(&release.id, &day) {
                Some(edition) => edition,
                None => {
                    let prefix = format!("as-of/{}/", release.id);
                    let edition = read(&web, &shown, prefix).await?;
                    web.shelf.keep(edition)
                }
            }
        }
    };
    answered(&edition, &path, &asked)
}

/// A file of an edition, or that the caller has it already.
fn answered(edition: &Edition, path: &str, asked: &Asked) -> Result<Response, Problem> {
    // What they say does not depend on who asks.
    let anybody = Asked { caller: crate::service::Caller::anybody(), ..asked.clone() };
    let tag = Tag::new(&anybody, edition.site.release(), &edition.day);
    let Some(file) = edition.file(path)? else {
        return Err(Problem::missing(NO_PAGE).hinted("/ leads to all pages"));
    };
    if let Some(unchanged) = tag.unchanged(&anybody) {
        return Ok(unchanged);
    }
    Ok(tag.on(of_file(&file)))
}

fn of_file(file: &PageFile) -> Response {
    let mut response = answer::of_bytes(file.media_type, file.bytes.clone());
    if let Some(policy) = file.policy.as_ref().and_then(|own| HeaderValue::from_str(own).ok()) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Why there are no pages now.
async fn not_yet(web: &Web) -> Problem {
    match web.release(None).await {
        Err(problem) => problem,
        Ok(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the pages are being read")
            .hinted("ask again in a moment")
            .with(header::RETRY_AFTER, "2"),
    }
}

/// Reads the pages of a release.
async fn read(web: &Web, shown: &Shown, prefix: String) -> Result<Edition, ServeError> {
    let engine = Arc::new(web.engine(&crate::service::Caller::anybody(), shown)?);
    let (project, day) = (Arc::clone(&shown.project), web.project().today());
    let current = web.shelf.current().filter(|own| own.day == day);
    if let Some(same) = current.filter(|own| own.site.release() == shown.release.id) {
        return Ok(Edition::new(Arc::clone(&same.site), day, prefix));
    }
    let (base_url, guides) = (web.settings.base_url.clone(), web.settings.guides);
    let work = move || async move {
        let mut site = Site::read(&engine, &project, &base_url).await?;
        site.add_texts(&engine, guides).await?;
        Ok::<Site, ServeError>(site)
    };
    let _running = web.metrics.statements.count();
    let site = guard::run(&web.settings.limits, work).await?;
    Ok(Edition::new(Arc::new(site), day, prefix))
}

/// Reads the pages anew whenever a release comes or a day begins; until then the old ones are
/// given. Never ends.
pub async fn keep_fresh(web: Arc<Web>) {
    let mut told = String::new();
    loop {
        let pause = match renew(&web).await {
            Ok(()) => {
                told.clear();
                LOOK
            }
            Err(error) => {
                let text = error.told().to_owned();
                if text != told {
                    web.tell(&format!("pages: {text}"));
                    told = text;
                }
                AGAIN
            }
        };
        tokio::time::sleep(pause).await;
    }
}

async fn renew(web: &Web) -> Result<(), Problem> {
    let Some(id) = web.service.release().await? else { return Ok(()) };
    let is_same = |own: Arc<Edition>| own.site.release() == id && own.day == web.project().today();
    if web.shelf.current().is_some_and(is_same) {
        return Ok(());
    }
    let shown = web.release(None).await?;
    web.shelf.replace(read(web, &shown, String::new()).await?);
    Ok(())
}
