//! Bodies of requests: bounded in bytes and in time.

use super::problem::Problem;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use futures::StreamExt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Letters of a file's name.
const MOST_LETTERS: usize = 200;
/// Parts of the longest that a whole body may take, in steps of the time between two parts.
const STEPS: u32 = 20;

/// The media type of a request without its parameters, in small letters.
pub fn content_type(headers: &HeaderMap) -> String {
    let own = headers.get(header::CONTENT_TYPE).and_then(|own| own.to_str().ok());
    own.and_then(|own| own.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase()
}

fn too_large(most: usize) -> Problem {
    let detail = format!("the body has more than {most} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail).hinted("send less at a time")
}

fn too_slow() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "the body did not come in time")
        .with(header::CONNECTION, "close")
}

fn cut_short<E>(_: E) -> Problem {
    Problem::wrong("the body ended early or is none", "send it again")
}

/// A body that fits into memory.
///
/// # Errors
/// 413 where it is larger, 408 where it comes too slowly.
pub async fn bytes(body: Body, most: usize, patience: Duration) -> Result<Bytes, Problem> {
    let mut all = Vec::new();
    let mut parts = body.into_data_stream();
    let read = async {
        loop {
            let next = tokio::time::timeout(patience, parts.next()).await;
            let Some(part) = next.map_err(|_| too_slow())? else { return Ok(()) };
            let part = part.map_err(cut_short)?;
            if all.len() + part.len() > most {
                return Err(too_large(most));
            }
            all.extend_from_slice(&part);
        }
    };
    tokio::time::timeout(patience * STEPS, read).await.map_err(|_| too_slow())??;
    Ok(all.into())
}

/// A file that came: its name, and where its bytes are until it is dropped.
pub struct Upload {
    folder: tempfile::TempDir,
    name: String,
    /// What was sent beside it.
    pub fields: Vec<(String, String)>,
}

impl Upload {
    /// Its name, without folders.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where its bytes are.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(&self.name)
    }

    /// A field that was sent beside it.
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(own, value)| own == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// A file of bytes, for tests.
    ///
    /// # Errors
    /// Where the name is none, or the bytes cannot be kept meanwhile.
    #[cfg(test)]
    pub fn of(name: &str, bytes: &[u8], fields: Vec<(String, String)>) -> Result<Self, Problem> {
        let name = file_name(name)?;
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join(&name), bytes)?;
        Ok(Self { folder, name, fields })
    }
}

/// The name of a file as it may stand in a folder: no way, no control mark, not hidden.
///
/// # Errors
/// 400 where it is none.
pub fn file_name(text: &str) -> Result<String, Problem> {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let is_plain = last.chars().all(|own| !own.is_control() && !"<>:\"|?*".contains(own));
    let is_name = !last.is_empty()
        && !last.starts_with('.')
        && !last.starts_with('~')
        && last.len() <= MOST_LETTERS
        && last.contains('.');
    if is_plain && is_name && last == text.trim() {
        return Ok(last.to_owned());
    }
    let hint = "send a plain name with its ending, such as laporan.xlsx";
    Err(Problem::wrong("that is no name of a file", hint))
}

/// A file that is sent as a form, or as the body itself with `name` as its name. Fields of a form
/// come with it.
///
/// # Errors
/// 400 where there is none or `name` is no name, 413 and 408 as [`bytes`].
pub async fn upload(
    request: Request,
    name: Option<&str>,
    most: usize,
    patience: Duration,
) -> Result<Upload, Problem> {
    let name = name.map(file_name).transpose()?;
    let read = async {
        match content_type(request.headers()).as_str() {
            "multipart/form-data" => of_form(request, most, patience).await,
            _ => of_body(request, name, most, patience).await,
        }
    };
    tokio::time::timeout(patience * STEPS, read).await.map_err(|_| too_slow())?
}

async fn of_body(
    request: Request,
    name: Option<String>,
    most: usize,
    patience: Duration,
) -> Result<Upload, Problem> {
    let hint = "send a form with a file, or its bytes with ?name=laporan.xlsx";
    let name = name.ok_or_else(|| Problem::wrong("the file has no name", hint))?;
    let folder = tempfile::tempdir()?;
    let mut file = create(&folder.path().join(&name))?;
    let mut parts = request.into_body().into_data_stream();
    let mut size = 0;
    loop {
        let next = tokio::time::timeout(patience, parts.next()).await;
        let Some(part) = next.map_err(|_| too_slow())? else { break };
        let part = part.map_err(cut_short)?;
        size += part.len();
        if size > most {
            return Err(too_large(most));
        }
        file.write_all(&part)?;
    }
    if size == 0 {
        return Err(Problem::wrong("the body is empty", hint));
    }
    Ok(Upload { folder, name, fields: Vec::new() })
}

fn create(path: &Path) -> Result<std::fs::File, Problem> {
    Ok(std::fs::File::create(path)?)
}

async fn of_form(request: Request, most: usize, patience: Duration) -> Result<Upload, Problem> {
    let mut form = Multipart::from_request(request, &()).await.map_err(cut_short)?;
    let mut fields = Vec::new();
    let mut file: Option<(tempfile::TempDir, String)> = None;
    let mut size = 0;
    loop {
        let next = tokio::time::timeout(patience, form.next_field()).await;
        let Some(mut field) = next.map_err(|_| too_slow())?.map_err(cut_short)? else { break };
        let name = field.name().unwrap_or_default().to_owned();
        let sent = field.file_name().map(str::to_owned);
        let is_file = sent.as_ref().is_some_and(|own| !own.is_empty());
        let mut sink = match &sent {
            Some(own) if is_file => {
                if file.is_some() {
                    return Err(Problem::wrong("there are several files", "send them one by one"));
                }
                let (folder, name) = (tempfile::tempdir()?, file_name(own)?);
                let open = create(&folder.path().join(&name))?;
                file = Some((folder, name));
                Some(open)
            }
            _ => None,
        };
        let mut text = Vec::new();
        loop {
            let next = tokio::time::timeout(patience, field.chunk()).await;
            let Some(part) = next.map_err(|_| too_slow())?.map_err(cut_short)? else { break };
            size += part.len();
            if size > most {
                return Err(too_large(most));
            }
            match &mut sink {
                Some(sink) => sink.write_all(&part)?,
                None => text.extend_from_slice(&part),
            }
        }
        if sent.is_none() {
            fields.push((name, String::from_utf8_lossy(&text).into_owned()));
        }
    }
    let hint = "choose a file";
    let (folder, name) =
        file.map_or_else(|| without_file(&fields), Ok).map_err(|own| own.hinted(hint))?;
    Ok(Upload { folder, name, fields })
}

/// The file that a page of ours carries in its own form, so that nothing is stored between two
/// requests.
fn without_file(fields: &[(String, String)]) -> Result<(tempfile::TempDir, String), Problem> {
    use base64::Engine as _;
    let field = |name: &str| fields.iter().find(|(own, _)| own == name).map(|own| &own.1);
    let none = || Problem::wrong("no file was sent", "");
    let (name, carried) = field("carried_name").zip(field("carried")).ok_or_else(none)?;
    let bytes = base64::prelude::BASE64_STANDARD.decode(carried).map_err(|_| none())?;
    let (folder, name) = (tempfile::tempdir()?, file_name(name)?);
    std::fs::write(folder.path().join(&name), bytes)?;
    Ok((folder, name))
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_name_is_no_way_to_somewhere() {
        for name in ["laporan.xlsx", "data 2025 (final).csv", "é.ods"] {
            assert_eq!(file_name(name).ok().as_deref(), Some(name));
        }
        let long = format!("{}.csv", "a".repeat(300));
        for name in [
            "",
            ".",
            "..",
            "../a.csv",
            "a/b.csv",
            "a\\b.csv",
            ".hidden.csv",
            "~$a.xlsx",
            "a\r\n.csv",
            "a\0.csv",
            "noending",
            "a:b.csv",
            &long,
        ] {
            assert!(file_name(name).is_err(), "{name:?}");
        }
    }
}
