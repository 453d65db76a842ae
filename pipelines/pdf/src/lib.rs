//! The bulletin as PDF: what it shows is given as JSON (`pages::document` of `serve`), and
//! comes back as pages that can be kept (PDF/A-2b) and read aloud (tagged, PDF/UA-1).
//!
//! Owns how a bulletin lies on paper: `template.typ` and the embedded fonts. Knows neither the lake
//! nor how the content came about. Texts reach the template as values: nothing in them is markup.
//! Without the feature `typeset` the crate is empty.

#[cfg(feature = "typeset")]
mod desk;
#[cfg(feature = "typeset")]
mod fonts;
#[cfg(feature = "typeset")]
mod typeset;

#[cfg(feature = "typeset")]
pub use typeset::{PdfError, typeset};
