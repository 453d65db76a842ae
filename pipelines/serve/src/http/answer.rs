//! Answers: their tags, what caches may keep of them, and bodies that are written as they come.

use super::asked::Asked;
use super::problem::Problem;
use crate::error::ServeError;
use crate::extract::Form;
use crate::format::{Format, RowWriter, row_writer};
use crate::service::Rows;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use koridor_lake::engine::{Limits, guard};
use parking_lot::Mutex;
use std::io::Write;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Bytes that are handed on together.
const CHUNK: usize = 64 << 10;
/// Chunks that wait for a reader who is slower than the engine.
const WAITING: usize = 4;
/// Seconds for which an answer for anybody is taken as it was.
const FRESH: &str = "public, max-age=60";

/// Names the state that an answer was made of.
#[derive(Debug, Clone)]
pub struct Tag {
    value: String,
    is_open: bool,
}

impl Tag {
    /// The tag of an answer that a release, who asks and a form decide. It is a weak one: the bytes
    /// of one form differ by how they are compressed.
    ///
    /// `form` has the day too, where the answer depends on it: what is late today was not so
    /// yesterday.
    pub fn new(asked: &Asked, release: &str, form: &str) -> Self {
        let audience = asked.audience();
        let is_open = audience.is_none();
        let parts = [Some(release), Some(form), audience.as_deref()];
        let parts = parts.into_iter().flatten().filter(|own| !own.is_empty());
        let version = env!("CARGO_PKG_VERSION");
        let value = parts.chain([version]).collect::<Vec<_>>().join("/");
        // Only what an entity tag may hold.
        let value = value.chars().filter(|own| own.is_ascii_graphic() && *own != '"');
        Self { value: value.collect(), is_open }
    }

    /// As a header has it.
    fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&format!("W/\"{}\"", self.value))
            .unwrap_or_else(|_| HeaderValue::from_static("W/\"\""))
    }

    /// The answer that nothing changed, where the caller has this state already.
    pub fn unchanged(&self, asked: &Asked) -> Option<Response> {
        let is_read = asked.method == Method::GET || asked.method == Method::HEAD;
        let known = asked.header(header::IF_NONE_MATCH).filter(|_| is_read)?;
        let own = format!("\"{}\"", self.value);
        let is_same = known
            .split(',')
            .map(str::trim)
            .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == own);
        is_same.then(|| self.on(StatusCode::NOT_MODIFIED.into_response()))
    }

    /// An answer with the tag.
    pub fn on(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        let cache = if self.is_open { FRESH } else { "private, no-cache" };
        headers.insert(header::ETAG, self.header());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.append(header::VARY, HeaderValue::from_static("accept, authorization"));
        response
    }
}

/// Bytes on their way to a client, written by work on a thread of its own.
pub struct Pipe {
    buffer: Vec<u8>,
    chunks: mpsc::Sender<Result<Bytes, ServeError>>,
}

impl Pipe {
    fn push(&mut self) -> std::io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let chunk = Bytes::from(std::mem::take(&mut self.buffer));
        let sent = tokio::task::block_in_place(|| self.chunks.blocking_send(Ok(chunk)));
        sent.map_err(|_| std::io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK {
            self.push()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The body that work writes, apart and within limits. Work that fails before its first chunk is an
/// error; later the connection ends before the body does.
///
/// # Errors
/// What the work fails with before its first bytes.
pub async fn written<W, F>(limits: Limits, work: W) -> Result<Body, ServeError>
where
    W: FnOnce(Pipe) -> F + Send + 'static,
    F: Future<Output = Result<Pipe, ServeError>>,
{
    let (chunks, mut coming) = mpsc::channel(WAITING);
    let failed = chunks.clone();
    tokio::spawn(async move {
        let pipe = Pipe { buffer: Vec::new(), chunks };
        let whole = move || async move {
            let mut pipe = work(pipe).await?;
            Ok::<(), ServeError>(pipe.push()?)
        };
        let outcome = tokio::select! {
            outcome = guard::run(&limits, whole) => outcome,
            // Nobody waits for it any more.
            () = failed.closed() => Ok(()),
        };
        if let Err(error) = outcome {
            let _ = failed.send(Err(error)).await;
        }
    });
    let first = coming.recv().await.transpose()?.unwrap_or_default();
    let rest = futures::stream::unfold(coming, |mut coming| async move {
        coming.recv().await.map(|chunk| (chunk, coming))
    });
    // Who compresses a body asks once more behind its end.
    Ok(Body::from_stream(futures::stream::iter([Ok(first)]).chain(rest).fuse()))
}

/// What a writer of rows has written and nobody has taken.
#[derive(Clone, Default)]
struct Basket(Arc<Mutex<Vec<u8>>>);

impl Write for Basket {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Rows on their way into a format.
struct Encoding {
    rows: Rows,
    writer: Option<Box<dyn RowWriter>>,
    basket: Basket,
}

impl Encoding {
    /// The next bytes; none at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, ServeError> {
        while let Some(writer) = &mut self.writer {
            match self.rows.next().await? {
                Some(batch) => writer.write(&batch)?,
                None => {
                    if let Some(writer) = self.writer.take() {
                        tokio::task::block_in_place(|| writer.finish())?;
                    }
                }
            }
            if self.basket.0.lock().len() >= CHUNK {
                break;
            }
        }
        let bytes = std::mem::take(&mut *self.basket.0.lock());
        Ok((!bytes.is_empty()).then(|| Bytes::from(bytes)))
    }
}

/// The body of rows in a format, as they come.
///
/// # Errors
/// Where the statement fails before its first bytes.
pub async fn of_rows(rows: Rows, format: Format) -> Result<Body, ServeError> {
    let basket = Basket::default();
    let writer = row_writer(format, &Arc::clone(rows.schema()), basket.clone())?;
    let mut encoding = Encoding { rows, writer: Some(writer), basket };
    let first = encoding.next().await?.unwrap_or_default();
    let rest = futures::stream::try_unfold(encoding, |mut encoding| async move {
        Ok::<_, ServeError>(encoding.next().await?.map(|bytes| (bytes, encoding)))
    });
    Ok(Body::from_stream(futures::stream::iter([Ok(first)]).chain(rest)))
}

/// A body in a form, as a file of a name without its ending.
pub fn file(body: Body, form: Form, stem: &str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(form.media_type()));
    let is_read = matches!(form, Form::Rows(Format::Json | Format::Ndjson));
    let how = if is_read { "inline" } else { "attachment" };
    headers.insert(
        header::CONTENT_DISPOSITION,
        disposition(how, &format!("{stem}.{}", form.ending())),
    );
    response
}

/// What is said of a file's name: letters, digits, dots, hyphens and underscores of it.
pub fn disposition(how: &str, name: &str) -> HeaderValue {
    let is_plain = |own: &char| own.is_ascii_alphanumeric() || ['.', '-', '_'].contains(own);
    let name: String = name.chars().map(|own| if is_plain(&own) { own } else { '_' }).collect();
    HeaderValue::from_str(&format!("{how}; filename=\"{name}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

/// A document as JSON.
///
/// # Errors
/// Where it cannot be written.
pub fn json(document: &impl serde::Serialize) -> Result<Response, Problem> {
    let bytes = serde_json::to_vec(document).map_err(ServeError::from)?;
    Ok(of_bytes("application/json", bytes))
}

/// Bytes of a media type.
pub fn of_bytes(media_type: &'static str, bytes: impl Into<Bytes>) -> Response {
    let mut response = Response::new(Body::from(bytes.into()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// An answer that leads to another address.
pub fn see_other(place: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(value) = HeaderValue::from_str(place) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

/// Adds a header whose value may not be one.
pub fn add_header(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
}
