//! Pages of releases in memory: the current one, and a few earlier ones that were asked for.

use crate::error::ServeError;
use crate::pages::{STYLE, STYLE_PATH, files, printed_style, render_live};
use axum::body::Bytes;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use koridor_contract::message::Language;
use koridor_publish::pages::{Address, CORRIDOR, Page, Place, Site};
use parking_lot::{Mutex, RwLock};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Editions of earlier releases that are kept.
const MOST_EARLIER: usize = 3;
/// Bytes of written pages that one edition keeps.
const MOST_BYTES: usize = 64 << 20;

/// Pages of releases.
#[derive(Default)]
pub struct Shelf {
    current: RwLock<Option<Arc<Edition>>>,
    earlier: Mutex<VecDeque<Arc<Edition>>>,
    /// Held while an earlier release is read: one at a time.
    pub reading: tokio::sync::Mutex<()>,
}

impl Shelf {
    /// The pages of the current release; none before they are read.
    pub fn current(&self) -> Option<Arc<Edition>> {
        self.current.read().clone()
    }

    /// Puts the pages of a new release in the place of those of the one before.
    pub fn replace(&self, edition: Edition) {
        *self.current.write() = Some(Arc::new(edition));
    }

    /// The pages of an earlier release as they are on a day, where they are at hand.
    pub fn earlier(&self, release: &str, day: &str) -> Option<Arc<Edition>> {
        let is_same = |own: &&Arc<Edition>| own.site.release() == release && own.day == day;
        self.earlier.lock().iter().find(is_same).cloned()
    }

    /// Keeps the pages of an earlier release; those that were read longest ago go.
    pub fn keep(&self, edition: Edition) -> Arc<Edition> {
        let edition = Arc::new(edition);
        let mut earlier = self.earlier.lock();
        earlier.push_front(Arc::clone(&edition));
        earlier.truncate(MOST_EARLIER);
        edition
    }
}

/// No page has a longer path, in bytes.
const LONGEST_PATH: usize = 300;

/// The pages of a release.
pub struct Edition {
    /// What they say.
    pub site: Arc<Site>,
    /// The day on which they were written.
    pub day: String,
    /// Where they stand below the root, such as `as-of/2026-11-21.1/`; empty for the current ones.
    prefix: String,
    written: Mutex<Written>,
}

#[derive(Default)]
struct Written {
    files: HashMap<String, Kept>,
    bytes: usize,
}

type Kept = Arc<PageFile>;

/// A file of the pages.
pub struct PageFile {
    /// Its bytes.
    pub bytes: Bytes,
    /// Its media type.
    pub media_type: &'static str,
    /// What it may load, of a page.
    pub policy: Option<String>,
}

impl Edition {
    /// The pages of a site that stand at a place below the root.
    pub fn new(site: Arc<Site>, day: String, prefix: String) -> Self {
        Self { site, day, prefix, written: Mutex::default() }
    }

    /// The file of a path below its place; none where there is no such page.
    ///
    /// # Errors
    /// Where a template cannot be filled.
    pub fn file(&self, path: &str) -> Result<Option<Arc<PageFile>>, ServeError> {
        if path.len() > LONGEST_PATH {
            return Ok(None);
        }
        if let Some(known) = self.written.lock().files.get(path) {
            return Ok(Some(Arc::clone(known)));
        }
        let Some(file) = self.write(path)? else { return Ok(None) };
        let file = Arc::new(file);
        let mut written = self.written.lock();
        if written.bytes.saturating_add(file.bytes.len()) > MOST_BYTES {
            *written = Written::default();
        }
        written.bytes += file.bytes.len();
        written.files.insert(path.to_owned(), Arc::clone(&file));
        Ok(Some(file))
    }

    fn write(&self, path: &str) -> Result<Option<PageFile>, ServeError> {
        if path == STYLE_PATH {
            let bytes = Bytes::from_static(STYLE.as_bytes());
            let media_type = "text/css; charset=utf-8";
            return Ok(Some(PageFile { bytes, media_type, policy: None }));
        }
        if path.is_empty() || path == "index.html" {
            let first = Address { language: Language::Id, place: Place::Area(CORRIDOR.to_owned()) };
            return self.page(&first, "index.html");
        }
        if path.ends_with(".html") {
            let Some(address) = Address::of_path(path) else { return Ok(None) };
            // A page has one address.
            return if address.path() == path { self.page(&address, path) } else { Ok(None) };
        }
        Ok(self.belonging(path))
    }

    fn page(&self, address: &Address, path: &str) -> Result<Option<PageFile>, ServeError> {
        let Some(page) = self.site.page(address) else { return Ok(None) };
        let bytes = render_live(&page, path, &self.prefix)?.into();
        let policy = Some(policy(&printed_style(&page)));
        Ok(Some(PageFile { bytes, media_type: "text/html; charset=utf-8", policy }))
    }

    /// A table or a picture of a page: its name stands behind that of the page.
    fn belonging(&self, path: &str) -> Option<PageFile> {
        let media_type = match path.rsplit_once('.')?.1 {
            "csv" => "text/csv; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => return None,
        };
        let hyphens = path.match_indices('-').map(|(at, _)| at);
        let pages = hyphens.filter_map(|at| {
            let address = Address::of_path(&format!("{}.html", path.get(..at)?))?;
            self.site.page(&address)
        });
        let of = |page: Page| files(&page).into_iter().find(|(own, _)| own == path);
        let (_, bytes) = pages.filter_map(of).next()?;
        let policy = (media_type == "image/svg+xml").then(picture_policy);
        Some(PageFile { bytes: bytes.into(), media_type, policy })
    }
}

/// What a page may load: its style and pictures from here, the style that it carries itself by its
/// hash, and forms that lead here.
pub fn policy(style: &str) -> String {
    let hash = BASE64_STANDARD.encode(Sha256::digest(style.as_bytes()));
    format!(
        "default-src 'none'; style-src 'self' 'unsafe-hashes' 'sha256-{hash}'; img-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// What a picture may load that is looked at alone: nothing but the style within it.
fn picture_policy() -> String {
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox".to_owned()
}
