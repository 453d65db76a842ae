//! The bulletin as one file to print: HTML for A4 with everything in it.

use super::figure::{self, Size};
use super::filled;
use super::view::PageView;
use crate::error::ServeError;
use koridor_publish::pages::bulletin::Bulletin;
use serde::Serialize;
use std::collections::BTreeMap;

/// The style of the bulletin, which stands in its file.
const STYLE: &str = include_str!("../../templates/pages/bulletin.css");

#[derive(Serialize)]
struct BulletinView<'bulletin> {
    #[serde(flatten)]
    page: PageView,
    own_style: &'static str,
    kind: &'bulletin str,
    period: &'bulletin str,
    release: &'bulletin str,
    outlines: &'bulletin [String],
    pictures: BTreeMap<&'bulletin str, PictureView<'bulletin>>,
}

/// A figure as it is printed: its picture, and its numbers in a line.
#[derive(Serialize)]
struct PictureView<'bulletin> {
    svg: String,
    numbers: &'bulletin str,
}

/// The bulletin as HTML that asks no host for anything and runs nothing.
///
/// # Errors
/// Where the template cannot be filled.
pub fn print(bulletin: &Bulletin) -> Result<Vec<u8>, ServeError> {
    let page = &bulletin.page;
    let path = page.address.path();
    let pictures = page.figures().map(|own| {
        let svg = figure::inline(page, own, Size::Narrow);
        (own.id.as_str(), PictureView { svg, numbers: &own.description })
    });
    let shown = BulletinView {
        page: PageView::of(page, &path),
        own_style: STYLE,
        kind: &bulletin.kind,
        period: &bulletin.period,
        release: &page.frame.release,
        outlines: &bulletin.outlines,
        pictures: pictures.collect(),
    };
    filled("bulletin.html", "bulletin", shown)
}
