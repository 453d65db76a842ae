//! The pages that everybody reads: what each says, of one release, in Bahasa Indonesia and English.
//!
//! `facts` reads all that they say at once; `site` knows which pages there are; `area`,
//! `indicator`, `dimension`, `evaluation`, `map`, `calendar`, `revisions`, `prose` write one kind
//! each, with the words of `say`, `behind`, `titles` and `units`; `content` is what they give:
//! sections of texts, numbers, figures and tables, without a word of HTML. `texts` are guides and
//! the reference. `address` is where a page stands; `tools` names the pages that need a server.

mod address;
mod area;
mod behind;
pub mod bulletin;
mod calendar;
mod card_facts;
mod content;
mod dimension;
mod draft;
mod evaluation;
mod facts;
mod indicator;
mod key_number;
mod map;
mod periods;
mod prose;
mod revisions;
mod say;
mod scores;
mod site;
mod sources_differ;
#[cfg(test)]
mod tests;
mod texts;
mod titles;
mod tools;
mod units;

pub use address::{Address, CORRIDOR, Place, folder, way};
pub use content::{
    Block, Cell, Choice, Column, DataTable, Drawing, Figure, Frame, KeyNumber, Level, Line,
    MapArea, Mark, Markdown, Menu, Page, Piece, Point, Section, Series,
};
pub use say::MOST_WORDS;
pub use site::{LANGUAGES, Site};
pub use texts::Guide;
pub use tools::Tool;
