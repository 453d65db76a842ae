//! From content to bytes.

use crate::desk::Desk;
use crate::fonts::covered;
use serde_json::Value;
use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The content is no JSON.
    #[error("what the bulletin holds is no JSON: {0}")]
    Content(#[from] serde_json::Error),
    /// The template and the content do not fit, or a standard is not met: a fault of the program.
    #[error("the bulletin cannot be typeset: {0}")]
    Typesetting(String),
}

/// The bulletin as PDF/A-2b and PDF/UA-1. The same content gives the same bytes.
///
/// # Errors
/// Where the content is no JSON, or not that of a bulletin.
pub fn typeset(content: &[u8]) -> Result<Vec<u8>, PdfError> {
    let mut content: Value = serde_json::from_slice(content)?;
    cover(&mut content);
    let release = content.get("release").and_then(Value::as_str).unwrap_or_default().to_owned();
    let title = content.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
    let desk = Desk::new(serde_json::to_vec(&content)?);
    let desk = desk.ok_or_else(|| PdfError::Typesetting("no name for the template".to_owned()))?;
    let document = typst::compile::<PagedDocument>(&desk).output.map_err(|all| fault(&all));
    let standards = PdfStandards::new(&[PdfStandard::A_2b, PdfStandard::Ua_1]);
    let options = PdfOptions {
        ident: Smart::Custom(format!("{title}, {release}")),
        creator: Smart::Custom(Some(concat!("Koridor ", env!("CARGO_PKG_VERSION")).to_owned())),
        standards: standards.map_err(|own| PdfError::Typesetting(own.message().to_string()))?,
        tagged: true,
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&document?, &options).map_err(|all| fault(&all));
    // What was remembered of this bulletin helps no other one.
    typst::comemo::evict(0);
    bytes
}

/// Replaces in all texts what the fonts have not.
fn cover(content: &mut Value) {
    match content {
        Value::String(text) => *text = covered(text),
        Value::Array(all) => all.iter_mut().for_each(cover),
        Value::Object(all) => all.values_mut().for_each(cover),
        _ => {}
    }
}

fn fault(all: &[SourceDiagnostic]) -> PdfError {
    let told = all.iter().map(|own| {
        let hints = own.hints.iter().map(|hint| format!(" ({})", hint.v));
        format!("{}{}", own.message, hints.collect::<String>())
    });
    PdfError::Typesetting(told.collect::<Vec<_>>().join("; "))
}
