//! A steward's file comes into the landing folder, under the folder of its office: whole or not at
//! all, and in the place of no other.

use super::answer;
use super::asked::Asked;
use super::body::{Upload, upload};
use super::entry::no_key;
use super::parameters::SubmissionQuery;
use super::problem::Problem;
use super::web::Web;
use crate::service::Caller;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use koridor_contract::Project;
use koridor_lake::store::access_keys::Role;
use koridor_read::recognise::is_office;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use utoipa::ToSchema;

/// Files of one name in an office's folder.
const MOST_OF_NAME: u32 = 1_000;

/// A file that came.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Submission {
    /// Office.
    pub source: String,
    /// Name in its folder; another than the sent one where a file of that name lies there.
    pub name: String,
    /// SHA-256 of its bytes, hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub sha256: String,
    /// Bytes.
    pub bytes: u64,
    /// Whether the same bytes lay there under this name already.
    pub is_known: bool,
}

/// Takes a file that is sent.
#[utoipa::path(post, path = "/v1/submissions", tag = "files", params(SubmissionQuery), responses(
    (status = 200, description = "The same bytes were there already", body = Submission),
    (status = 201, description = "The file lies in the folder of its office", body = Submission)))]
pub async fn submit(
    State(web): State<Arc<Web>>,
    asked: Asked,
    request: Request,
) -> Result<Response, Problem> {
    let arguments = asked.arguments(&["name", "source"])?;
    refuse_foreign_page(&asked)?;
    let office = office(web.project(), &asked.caller, arguments.get("source"))?;
    let name = arguments.get("name");
    let settings = &web.settings;
    let file = upload(request, name, settings.file_bytes, settings.patience).await?;
    let submission = store(&web, &asked.caller, office, file).await?;
    let mut response = answer::json(&submission)?;
    if !submission.is_known {
        *response.status_mut() = StatusCode::CREATED;
    }
    let cache = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    Ok(response)
}

/// That a page of somebody else has a browser send what it keeps of a key.
fn refuse_foreign_page(asked: &Asked) -> Result<(), Problem> {
    let is_basic = asked.header(header::AUTHORIZATION).is_some_and(|own| {
        own.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "))
    });
    let site = asked.header("sec-fetch-site");
    if is_basic && site.is_some_and(|own| own == "cross-site" || own == "same-site") {
        return Err(Problem::new(StatusCode::FORBIDDEN, "another page sends this"));
    }
    Ok(())
}

/// The office that a caller may send for: the one that is named, else the only one.
///
/// # Errors
/// 401 without a key, 403 where the key is not of that office's region or of no steward, 404 where
/// there is no such office.
pub fn office(project: &Project, caller: &Caller, named: Option<&str>) -> Result<String, Problem> {
    let key = caller.key().ok_or_else(no_key)?;
    if !matches!(key.role, Role::Steward | Role::Admin) {
        let detail = "the key is of no steward";
        return Err(Problem::new(StatusCode::FORBIDDEN, detail).hinted("the operator makes keys"));
    }
    let offices = offices(project, key.region.as_deref());
    let list = || offices.iter().cloned().collect::<Vec<_>>().join(", ");
    match named {
        Some(name) if offices.contains(name) => Ok(name.to_owned()),
        Some(name) if !is_office(project, name) => {
            let hint = format!("offices: {}", list());
            Err(Problem::missing("there is no such office").hinted(hint))
        }
        Some(_) => {
            let detail = "the key's region does not send for that office";
            let problem = Problem::new(StatusCode::FORBIDDEN, detail);
            Err(problem.hinted(format!("offices: {}", list())))
        }
        None if offices.len() == 1 => Ok(list()),
        None => Err(Problem::wrong("no office is named", format!("source: one of {}", list()))),
    }
}

/// The offices of a region, or all, that a source description knows.
pub fn offices(project: &Project, region: Option<&str>) -> BTreeSet<String> {
    let described = project.sources.values().filter(|own| !own.draft);
    let described: BTreeSet<&String> = described.flat_map(|own| &own.source_ids).collect();
    let list = project.codes.get("source");
    let is_of_region = |office: &str| {
        let own = list.and_then(|list| list.attribute(office, "region_code"));
        region.is_none_or(|region| own == Some(region))
    };
    let own = described.into_iter().filter(|own| is_office(project, own) && is_of_region(own));
    own.cloned().collect()
}

/// Puts a file into the folder of an office.
///
/// # Errors
/// 403 where no files are taken; where the folder cannot be written.
pub async fn store(
    web: &Web,
    caller: &Caller,
    office: String,
    file: Upload,
) -> Result<Submission, Problem> {
    let Some(landing) = web.settings.landing.clone() else {
        let detail = "no files are taken here";
        return Err(Problem::new(StatusCode::FORBIDDEN, detail)
            .hinted("the operator starts the server with --landing DIR"));
    };
    let by = caller.key().map_or_else(String::new, |own| own.id.clone());
    let stored = web.apart(move || Ok(put(&landing.join(&office), office, &file)?)).await?;
    web.tell(&format!("submission {} of {} by key {by}", stored.sha256, stored.source));
    Ok(stored)
}

/// Writes a file beside its place, then gives it its name, which no other file has.
fn put(folder: &Path, source: String, file: &Upload) -> std::io::Result<Submission> {
    std::fs::create_dir_all(folder)?;
    let bytes = std::fs::read(file.path())?;
    let sha256: String = Sha256::digest(&bytes).iter().map(|own| format!("{own:02x}")).collect();
    let of = |name: String, is_known: bool| Submission {
        source: source.clone(),
        name,
        sha256: sha256.clone(),
        bytes: bytes.len() as u64,
        is_known,
    };
    let mut part = tempfile::Builder::new().prefix(".").suffix(".part").tempfile_in(folder)?;
    part.write_all(&bytes)?;
    part.as_file().sync_all()?;
    share(part.as_file())?;
    for number in 1..=MOST_OF_NAME {
        let name = numbered(file.name(), number);
        match part.persist_noclobber(folder.join(&name)) {
            Ok(_) => return Ok(of(name, false)),
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
                part = error.file;
            }
            Err(error) => return Err(error.error),
        }
        let other = folder.join(&name);
        let is_same = std::fs::metadata(&other)?.len() == bytes.len() as u64;
        if is_same && std::fs::read(&other)? == bytes {
            return Ok(of(name, true));
        }
    }
    Err(std::io::Error::other("too many files of one name"))
}

/// Who may read a file of offices is said by the folder and the mask, not by who made it.
#[cfg(unix)]
fn share(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o640))
}

#[cfg(not(unix))]
fn share(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

/// A name with a number before its ending; a later one is sorted behind.
fn numbered(name: &str, number: u32) -> String {
    match (number, name.rsplit_once('.')) {
        (1, _) | (_, None) => name.to_owned(),
        (number, Some((stem, ending))) => format!("{stem}_{number}.{ending}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::body::Upload;
    use super::put;

    #[test]
    fn a_file_takes_the_place_of_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let send = |bytes: &[u8]| {
            let file = Upload::of("laporan.csv", bytes, Vec::new()).ok().unwrap();
            let own = put(&folder.path().join("A"), "A".into(), &file).unwrap();
            (own.name, own.is_known)
        };
        assert_eq!(send(b"one"), ("laporan.csv".into(), false));
        assert_eq!(send(b"two"), ("laporan_2.csv".into(), false));
        assert_eq!(send(b"one"), ("laporan.csv".into(), true));
        assert_eq!(send(b"two"), ("laporan_2.csv".into(), true));
        let mut left: Vec<_> = std::fs::read_dir(folder.path().join("A"))
            .unwrap()
            .map(|own| own.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["laporan.csv", "laporan_2.csv"]);
    }
}
