//! What the typesetter may see: its template, the content, the fonts. No file, no host, no clock.

use crate::fonts::{FONTS, infos};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};

const TEMPLATE: &str = include_str!("template.typ");

/// Names under which the template finds itself and the content.
const NAMES: [&str; 2] = ["template.typ", "content.json"];

/// A template and what it is filled with.
pub struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    template: Source,
    content: (FileId, Bytes),
}

impl Desk {
    /// A desk with what a bulletin holds, as JSON; none where a name cannot be made.
    pub fn new(content: Vec<u8>) -> Option<Self> {
        let id = |name: &str| {
            let path = VirtualPath::new(name).ok()?;
            Some(RootedPath::new(VirtualRoot::Project, path).intern())
        };
        let [template, content_name] = NAMES;
        // First cells of rows are told to be their headings.
        let features = [Feature::A11yExtras].into_iter().collect();
        let library = Library::builder().with_features(features).build();
        Some(Self {
            library: LazyHash::new(library),
            book: LazyHash::new(FontBook::from_infos(infos())),
            template: Source::new(id(template)?, TEMPLATE.to_owned()),
            content: (id(content_name)?, Bytes::new(content)),
        })
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        match id == self.template.id() {
            true => Ok(self.template.clone()),
            false => Err(FileError::AccessDenied),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let (content, bytes) = &self.content;
        match id == *content {
            true => Ok(bytes.clone()),
            false => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
