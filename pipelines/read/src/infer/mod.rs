//! A draft of a source description from a file: where the header is, which column is which field,
//! how numbers are written, and what a steward must still decide.
//!
//! The cells alone tell the band (`band`; `month_numbers` finds a header of `I` to `XII`);
//! contracts and the descriptions there are tell the names (`names`). A `view` is a sheet as one
//! contract sees it, with the `roles` of its columns; `propose` takes the view that fits best (its
//! `rivals` are told), and `describe` writes down what it saw, figures by their `number_formats`
//! (`writer`, a `draft`). What was concluded from less than a whole name is said, and so is what
//! could not be placed.

mod band;
mod describe;
mod draft;
mod month_numbers;
mod names;
mod number_formats;
mod periods;
mod propose;
mod rivals;
mod roles;
mod view;
mod writer;

pub use draft::Draft;
pub use propose::{draft, draft_webapi};
