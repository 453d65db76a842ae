//! The stations of recognition, one after the other.

use super::file::File;
use super::recognised::Recognised;
use super::request::{Request, refuse_unknown};
use super::{canonical, described, named, unfit};
use crate::readers::{Container, Refusal, Sheet};
use koridor_contract::Project;

/// Recognises a file from its sheets (for a text file: its first lines as one sheet).
///
/// # Errors
/// A refusal that says what was expected, where nothing fits or two layouts fit equally well.
pub fn recognise(
    project: &Project,
    request: &Request,
    path: &str,
    container: Container,
    sheets: &[Sheet],
) -> Result<Recognised, Refusal> {
    let file = File::of(project, request, path, container, sheets);
    refuse_unknown(project, &file.said)?;
    if let Some(source) = file.said.source.as_ref().and_then(|name| project.sources.get(name)) {
        return named::recognise(&file, source);
    }
    let mut nearest = None;
    if let Some(recognised) = described::recognise(&file, &mut nearest)? {
        return Ok(recognised);
    }
    if let Some(recognised) = canonical::recognise(&file, &mut nearest)? {
        return Ok(recognised);
    }
    Err(unfit::refusal(&file, nearest))
}
