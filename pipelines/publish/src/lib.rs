//! What is said about the lake.
//!
//! Owns indicators and how they are computed ([`indicators`]), how a release is built
//! ([`release`]), the night ([`night`]) and what it would do ([`mod@plan`]), and the content of
//! what people read: one number back to its cells ([`explain`]), the state of deliveries
//! ([`status`]), what moved between releases ([`diff`]), the yearly evaluation ([`evaluation`]), a
//! checked file ([`checked`]) and the verdict on it ([`verdict`]), a file that goes back to its
//! office ([`feedback`]), the letter to it ([`letter`]), the workbook
//! that it fills in ([`template`]), what a tourism office takes away ([`extract`]), what other
//! portals are told ([`mod@catalogue`]), the pages that everybody reads ([`pages`]), the pages of
//! the reference ([`mod@reference`]). Knows no format and no door but the Markdown of those pages;
//! what it yields are batches and plain values.

pub mod alerts;
pub mod backfill;
pub mod catalogue;
pub mod checked;
mod contested;
pub mod coverage_text;
pub mod decimal;
pub mod delivery_states;
pub mod diff;
pub mod disclosure;
mod error;
pub mod evaluation;
pub mod explain;
pub mod extract;
pub mod feedback;
mod filed_lines;
pub mod flags;
pub mod indicators;
pub mod letter;
mod letter_verdict;
pub mod letters_by_mail;
pub mod lineage;
pub mod metrics;
pub mod night;
mod order;
pub mod overdue;
pub mod overview;
pub mod pages;
pub mod plan;
mod published_figures;
pub mod readable;
pub mod reference;
pub mod refusals;
pub mod release;
mod rows;
mod shared_views;
pub mod short_number;
pub mod shown_cell;
mod source_names;
pub mod status;
mod table;
pub mod template;
mod unit_words;
pub mod verdict;
mod withheld_rows;
pub mod words;

pub use error::PublishError;
pub use rows::RowStream;
pub use table::{Record, Table};
