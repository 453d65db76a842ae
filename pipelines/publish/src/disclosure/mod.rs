//! Disclosure control: which numbers of a release are not published, decided when it is built and
//! stored with it.
//!
//! Cards say which quantity each side of an indicator is (`disclosure`), `query.sql` who is behind
//! it (`respondents`, `largest_two`, `contributed`), `sql/rollup/9_disclosure.sql` which numbers
//! are sensitive by themselves. Here the rest is decided: what would give one of these away.
//! `model` puts the numbers of all releases into one problem, `protect` withholds more until
//! elimination and linear programs find no withheld number closer than its protection range.

mod bounds;
mod decide;
mod elimination;
mod facts;
mod fraction;
mod history;
mod model;
mod problem;
mod program;
mod protect;
mod published;
#[cfg(test)]
mod release_tests;
#[cfg(test)]
mod tests;

pub use decide::Decision;
pub use facts::{Key, Withheld};
pub use history::{decide_alone, decide_release, withheld_in};
pub use problem::Reason;
pub use published::published;
