//! The bulletin as one file: HTML for A4 with everything in it, or what it holds as JSON.
//!
//! `document` is what a bulletin shows, in words and pictures; the template of the HTML and the
//! typesetter of the PDF are given the same.

mod document;

use super::filled;
use crate::error::ServeError;
use document::BulletinDocument;
use koridor_publish::pages::bulletin::Bulletin;
use serde::Serialize;

/// The style of the bulletin, which stands in its file.
const STYLE: &str = include_str!("../../../templates/pages/bulletin.css");

#[derive(Serialize)]
struct BulletinView<'bulletin> {
    #[serde(flatten)]
    document: BulletinDocument<'bulletin>,
    own_style: &'static str,
}

/// The bulletin as HTML that asks no host for anything and runs nothing.
///
/// # Errors
/// Where the template cannot be filled.
pub fn print(bulletin: &Bulletin) -> Result<Vec<u8>, ServeError> {
    let document = BulletinDocument::of(bulletin);
    filled("bulletin.html", "bulletin", BulletinView { document, own_style: STYLE })
}

/// What the bulletin shows, as JSON for a typesetter: texts are plain texts, pictures are SVG.
///
/// # Errors
/// Where it cannot be written as JSON.
pub fn document(bulletin: &Bulletin) -> Result<Vec<u8>, ServeError> {
    let document = serde_json::to_vec_pretty(&BulletinDocument::of(bulletin));
    document.map_err(|error| ServeError::Page(format!("bulletin: {error}")))
}
