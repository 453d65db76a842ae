//! One file over HTTP: bounded in time and size, asked for again where that may help.

use koridor_contract::message::Message;
use reqwest::header::{
    CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER,
};
use reqwest::redirect::{Action, Attempt};
use reqwest::{Client, Response, StatusCode};
use std::time::Duration;

/// Redirects that are followed.
const MOST_REDIRECTS: usize = 5;
/// Attempts before it is given up.
const ATTEMPTS: u32 = 5;
/// The first pause, in milliseconds; each is twice the one before, give or take half.
const PAUSE_MILLIS: u64 = 500;
/// The longest pause that a server may ask for, in seconds.
const LONGEST_PAUSE: u64 = 60;

/// A file that is asked for.
pub(super) struct Asked {
    /// The address with its key.
    pub url: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The `ETag` that it answered last.
    pub etag: Option<String>,
    /// The `Last-Modified` that it answered last.
    pub modified: Option<String>,
    /// Largest size.
    pub max_bytes: u64,
    /// Longest time of one attempt.
    pub max_seconds: u64,
}

/// What came.
pub(super) enum Answer {
    /// The file is what it was.
    Unchanged,
    /// There is none at this address; what the server said.
    Missing(Message),
    /// A file.
    File {
        /// Its bytes.
        bytes: Vec<u8>,
        /// What names this state of it.
        etag: Option<String>,
        /// When it changed last.
        modified: Option<String>,
        /// What the server says that it is.
        kind: Option<String>,
    },
}

/// What went wrong, and whether another attempt may help.
struct Failure {
    said: Message,
    pause: Option<Duration>,
    is_final: bool,
}

impl Failure {
    fn again(id: impl Into<String>, en: impl Into<String>) -> Self {
        let said = Message { id: id.into(), en: en.into() };
        Self { said, pause: None, is_final: false }
    }

    fn last(id: impl Into<String>, en: impl Into<String>) -> Self {
        Self { is_final: true, ..Self::again(id, en) }
    }
}

/// Why a redirect is not followed.
const CIRCLE: (&str, &str) = ("alamatnya berputar-putar", "it goes round in a circle");
const TOO_FAR: (&str, &str) =
    ("terlalu banyak pengalihan", "it leads from one address to the next too often");
const ELSEWHERE: (&str, &str) = (
    "alamatnya mengarah ke peladen lain; tulis alamat itu di `url`",
    "it leads to another host; name that address in `url`",
);

/// What asks: few redirects, a name, no cookies.
///
/// # Errors
/// Where the machine has no certificates to trust.
pub(super) fn client() -> reqwest::Result<Client> {
    Client::builder()
        .user_agent(concat!("koridor/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::custom(redirected))
        // The address may hold a key.
        .referer(false)
        .build()
}

/// Follows few redirects, and none to another host, which would be given the headers that hold
/// keys, or to an address without TLS.
fn redirected(attempt: Attempt<'_>) -> Action {
    let place =
        |own: &reqwest::Url| (own.host_str().map(str::to_owned), own.port_or_known_default());
    let from = attempt.previous().last();
    let is_circle = attempt.previous().contains(attempt.url());
    let is_same = from.is_some_and(|from| {
        let is_upgrade = from.scheme() == "http" && attempt.url().scheme() == "https";
        let is_host = place(from).0 == place(attempt.url()).0;
        is_host
            && (is_upgrade
                || (from.scheme(), place(from)) == (attempt.url().scheme(), place(attempt.url())))
    });
    match (is_same, is_circle, attempt.previous().len() <= MOST_REDIRECTS) {
        (true, false, true) => attempt.follow(),
        (true, true, _) => attempt.error(CIRCLE.1),
        (true, false, false) => attempt.error(TOO_FAR.1),
        (false, ..) => attempt.error(ELSEWHERE.1),
    }
}

/// Asks for a file, again where the network or the server failed.
///
/// # Errors
/// What went wrong in the last attempt; no key is in it.
pub(super) async fn get(client: &Client, asked: &Asked) -> Result<Answer, Message> {
    let mut attempt = 0;
    loop {
        let answer =
            tokio::time::timeout(Duration::from_secs(asked.max_seconds), once(client, asked));
        let failure = match answer.await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(failure)) => failure,
            Err(_) => Failure::again(
                format!("tidak selesai dalam {} detik", asked.max_seconds),
                format!("not done within {} seconds", asked.max_seconds),
            ),
        };
        attempt += 1;
        if failure.is_final || attempt == ATTEMPTS {
            return Err(failure.said);
        }
        tokio::time::sleep(failure.pause.unwrap_or_else(|| pause(attempt))).await;
    }
}

/// Twice as long each time, and not the same for all who ask.
fn pause(attempt: u32) -> Duration {
    let base = PAUSE_MILLIS << (attempt - 1);
    let moment = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let jitter = moment.map_or(0, |own| u64::from(own.subsec_nanos())) % base;
    Duration::from_millis(base / 2 + jitter)
}

async fn once(client: &Client, asked: &Asked) -> Result<Answer, Failure> {
    let mut request = client.get(&asked.url);
    for (name, value) in &asked.headers {
        request = request.header(name, value);
    }
    if let Some(etag) = &asked.etag {
        request = request.header(IF_NONE_MATCH, etag);
    }
    if let Some(modified) = &asked.modified {
        request = request.header(IF_MODIFIED_SINCE, modified);
    }
    let answer = request.send().await.map_err(|error| failed(&error))?;
    let is_asked = asked.etag.is_some() || asked.modified.is_some();
    if answer.status() == StatusCode::NOT_MODIFIED && is_asked {
        return Ok(Answer::Unchanged);
    }
    // A part of a file, or an answer without one, is no file.
    if answer.status() != StatusCode::OK {
        let failure = refused(&answer);
        return match answer.status() {
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Answer::Missing(failure.said)),
            _ => Err(failure),
        };
    }
    let text =
        |name| answer.headers().get(name).and_then(|own| own.to_str().ok()).map(String::from);
    let (etag, modified, kind) = (text(ETAG), text(LAST_MODIFIED), text(CONTENT_TYPE));
    let promised = answer.content_length();
    let bytes = body(answer, asked.max_bytes).await?;
    if let Some(promised) = promised.filter(|own| *own != bytes.len() as u64) {
        let came = bytes.len();
        return Err(Failure::again(
            format!("terpotong: {came} dari {promised} bita"),
            format!("cut: {came} of {promised} bytes"),
        ));
    }
    Ok(Answer::File { bytes, etag, modified, kind })
}

async fn body(mut answer: Response, max_bytes: u64) -> Result<Vec<u8>, Failure> {
    let too_large = || {
        let most = max_bytes >> 20;
        Failure::last(
            format!("lebih besar dari {most} MiB"),
            format!("larger than {most} MiB (`max_megabytes`)"),
        )
    };
    if answer.content_length().is_some_and(|length| length > max_bytes) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| failed(&error))? {
        bytes.extend_from_slice(&part);
        if bytes.len() as u64 > max_bytes {
            return Err(too_large());
        }
    }
    Ok(bytes)
}

/// An answer that is no file.
fn refused(answer: &Response) -> Failure {
    let status = answer.status();
    let failure = Failure::again(
        format!("peladen menjawab {status}"),
        format!("the server answered {status}"),
    );
    let may_help = status.is_server_error()
        || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS);
    let asked = answer.headers().get(RETRY_AFTER).and_then(|own| own.to_str().ok()?.parse().ok());
    let pause = asked.map(|seconds: u64| Duration::from_secs(seconds.min(LONGEST_PAUSE)));
    Failure { pause, is_final: !may_help, ..failure }
}

/// An attempt that got no answer, or half of one. The address is left out: it may hold a key.
fn failed(error: &reqwest::Error) -> Failure {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let what = if std::ptr::eq(cause, error) { "no answer".to_owned() } else { cause.to_string() };
    if error.is_builder() || error.is_redirect() {
        let known = [CIRCLE, TOO_FAR, ELSEWHERE].into_iter().find(|own| own.1 == what);
        let id = known.map_or(what.as_str(), |own| own.0);
        return Failure::last(
            format!("tidak dapat diminta: {id}"),
            format!("cannot be asked: {what}"),
        );
    }
    Failure::again(format!("koneksi gagal: {what}"), format!("the connection failed: {what}"))
}
