//! What every request goes through: who asks, how often, what the answer says to browsers, what is
//! counted.

use super::problem::{Fault, PROBLEM, Problem};
use super::problem_page;
use super::web::Web;
use crate::service::Caller;
use crate::wrong_keys::network;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures::FutureExt;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The address that a connection comes from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// The address that a request is counted by.
#[derive(Debug, Clone, Copy)]
pub struct Sender(pub IpAddr);

/// Names of arguments that a key would be put under.
const KEY_NAMES: [&str; 7] =
    ["key", "api_key", "apikey", "access_token", "token", "password", "authorization"];
/// Routes that are asked by machines that watch, whatever else is asked.
const WATCHED: [&str; 3] = ["/healthz", "/readyz", "/metrics"];
/// What every answer says to browsers.
const SAID: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];
/// What a document may load, where it does not say itself.
pub const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; \
                          frame-ancestors 'none'";

/// Answers a request.
pub async fn entry(State(web): State<Arc<Web>>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let _running = web.metrics.begin();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "other".to_owned(), |own| own.as_str().to_owned());
    let method = request.method().clone();
    let page = problem_page::wanted(request.headers(), request.uri().path());
    let response = match admitted(&web, &mut request, &route).await {
        Ok(()) => {
            let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
            answered.unwrap_or_else(|panic| {
                let fault = koridor_lake::LakeError::panic(panic.as_ref());
                Problem::from(fault).into_response()
            })
        }
        Err(problem) => problem.into_response(),
    };
    let mut response = completed(&method, response);
    if let Some(language) = page
        && let Some(problem) = response.extensions_mut().remove::<Problem>()
    {
        response = problem_page::instead(&web, response, &problem, language);
    }
    if let Some(Fault(told)) = response.extensions_mut().remove::<Fault>() {
        web.tell(&format!("{method} {route}: {told}"));
    }
    let named = if is_usual(&method) { method.as_str() } else { "other" };
    web.metrics.answered(&route, named, response.status().as_u16(), begun.elapsed());
    response
}

fn is_usual(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS].contains(method)
}

/// Finds out who asks, and whether it may be now.
async fn admitted(web: &Web, request: &mut Request, route: &str) -> Result<(), Problem> {
    refuse_key_in_url(request.uri().query().unwrap_or_default())?;
    let address = address(request, web.settings.is_behind_proxy);
    let caller = match key(request.headers())? {
        None => Caller::anybody(),
        Some(key) => caller_of(web, &key, address).await?,
    };
    request.extensions_mut().insert(Sender(address));
    if !WATCHED.contains(&route) {
        let who = caller.key().map_or_else(|| network(address).to_string(), |own| own.id.clone());
        if let Some(wait) = web.throttle.wait(&who) {
            return Err(too_often(wait, "requests"));
        }
    }
    request.extensions_mut().insert(caller);
    Ok(())
}

/// Who gives a key. After too many from an address that are none, none of its keys is looked up
/// for a while.
///
/// # Errors
/// 401 where it is none, 429 where there were too many.
pub async fn caller_of(web: &Web, key: &str, address: IpAddr) -> Result<Caller, Problem> {
    if let Some(wait) = web.throttle.no_keys_for(address) {
        return Err(too_often(wait, "wrong keys"));
    }
    if let Some(caller) = web.service.caller(key).await? {
        return Ok(caller);
    }
    let wait = web.throttle.wrong_key(address);
    Err(wait.map_or_else(no_key, |wait| too_often(wait, "wrong keys")))
}

/// That a key stands in a URL: there it is written into logs and histories.
fn refuse_key_in_url(query: &str) -> Result<(), Problem> {
    let mut arguments = url::form_urlencoded::parse(query.as_bytes());
    let is_key = arguments.any(|(name, value)| {
        KEY_NAMES.contains(&name.to_ascii_lowercase().as_str()) || holds_key(&value)
    });
    if !is_key {
        return Ok(());
    }
    let hint = "send `Authorization: Bearer KEY`; a key that stood in a URL is in logs: have it \
                revoked and another one made";
    Err(Problem::wrong("a key does not belong into a URL", hint))
}

/// Whether a text holds what looks like a key.
fn holds_key(text: &str) -> bool {
    text.match_indices("koridor_").any(|(at, found)| {
        let rest = text.get(at + found.len()..).unwrap_or_default();
        let Some((id, secret)) = rest.split_once('_') else { return false };
        let digits = |own: &str| own.bytes().take_while(u8::is_ascii_hexdigit).count();
        (8..=32).contains(&id.len()) && digits(id) == id.len() && digits(secret) >= 32
    })
}

/// The key of a request: a bearer token, or the password of basic authentication.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let (scheme, rest) =
        value.to_str().ok().and_then(|own| own.split_once(' ')).ok_or_else(no_key)?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Ok(Some(rest.trim().to_owned()));
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let decoded = BASE64_STANDARD.decode(rest.trim()).ok();
        let decoded = decoded.and_then(|own| String::from_utf8(own).ok()).ok_or_else(no_key)?;
        let (_, password) = decoded.split_once(':').ok_or_else(no_key)?;
        return Ok(Some(password.to_owned()));
    }
    Err(no_key())
}

/// That no valid key was given.
pub fn no_key() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "that is no valid key")
        .hinted("send `Authorization: Bearer KEY`; the operator makes keys")
        .with(header::WWW_AUTHENTICATE, "Bearer realm=\"koridor\", Basic realm=\"koridor\"")
}

fn too_often(wait: Duration, what: &str) -> Problem {
    const SECONDS: [&str; 5] = ["1", "5", "15", "30", "60"];
    let seconds = wait.as_secs() + 1;
    let told = SECONDS.into_iter().find(|own| own.parse::<u64>().is_ok_and(|own| own >= seconds));
    Problem::new(StatusCode::TOO_MANY_REQUESTS, format!("too many {what}"))
        .hinted("ask again after the seconds of Retry-After")
        .with(header::RETRY_AFTER, told.unwrap_or("60"))
}

/// Where a request comes from: of a proxy the address that it has added last.
fn address(request: &Request, is_behind_proxy: bool) -> IpAddr {
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::from([0; 4]), |own| own.0.ip());
    let named = request.headers().get_all("x-forwarded-for").iter().next_back();
    let named = named.and_then(|own| own.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    named.filter(|_| is_behind_proxy).unwrap_or(peer)
}

/// An answer with what every one says; what the router refuses is a problem too.
fn completed(method: &Method, response: Response) -> Response {
    let status = response.status();
    let is_told = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|own| own == PROBLEM || own.as_bytes().starts_with(b"text/html"));
    let mut response = match status {
        StatusCode::METHOD_NOT_ALLOWED if method == Method::OPTIONS => {
            let allow = response.headers().get(header::ALLOW).cloned();
            let mut answer = StatusCode::NO_CONTENT.into_response();
            if let Some(allow) = allow {
                answer.headers_mut().insert(header::ALLOW, allow);
            }
            answer
        }
        _ if (status.is_client_error() || status.is_server_error()) && !is_told => {
            let allow = response.headers().get(header::ALLOW).cloned();
            let mut answer = Problem::new(status, refused(status)).into_response();
            if let Some(allow) = allow {
                answer.headers_mut().insert(header::ALLOW, allow);
            }
            answer
        }
        _ => response,
    };
    let headers = response.headers_mut();
    for (name, value) in SAID {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    response
}

fn refused(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "there is no such address; /docs lists them",
        StatusCode::METHOD_NOT_ALLOWED => "the method is none of this address; see Allow",
        StatusCode::PAYLOAD_TOO_LARGE => "the body is larger than is taken here",
        _ => "the request cannot be answered as it is",
    }
}

#[cfg(test)]
mod tests {
    use super::{holds_key, key, refuse_key_in_url};
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn a_key_is_taken_from_a_header_and_never_from_a_url() {
        let given = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_str(text).unwrap());
            key(&headers).ok()
        };
        assert_eq!(given("Bearer abc"), Some(Some("abc".into())));
        assert_eq!(given("Basic dXNlcjphYmM="), Some(Some("abc".into())));
        for wrong in ["Bearer", "Basic %%%", "Basic YWJj", "Digest a"] {
            assert_eq!(given(wrong), None, "{wrong}");
        }
        assert_eq!(key(&HeaderMap::new()).ok(), Some(None));
        let own = format!("koridor_0123456789ab_{}", "0f".repeat(32));
        assert!(holds_key(&own) && holds_key(&format!("select '{own}'")));
        for query in [format!("q={own}"), "api_key=x".into(), "Token=x".into()] {
            assert!(refuse_key_in_url(&query).is_err(), "{query}");
        }
        assert!(refuse_key_in_url("q=select+koridor_x_y&region=7407").is_ok());
    }
}
