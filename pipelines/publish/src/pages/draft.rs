//! What a page writer gives: the page without its frame and address.

use super::address::{Address, Place};
use super::content::{Block, Cell, Drawing, Frame, Line, Mark, Menu, Page, Point, Section};
use std::sync::Arc;

/// A page as its writer leaves it.
pub(super) struct Draft {
    pub(super) title: String,
    pub(super) area: String,
    pub(super) summary: String,
    pub(super) above: Vec<(String, Place)>,
    pub(super) menus: Vec<Menu>,
    pub(super) lead: Vec<Line>,
    pub(super) sections: Vec<Section>,
    /// Whether it shows what is made up, besides numbers that their marks say so of.
    pub(super) is_synthetic: bool,
}

impl Draft {
    /// The page, which says whether it shows what is made up.
    pub(super) fn page(self, frame: Arc<Frame>, address: Address) -> Page {
        let Self { title, area, summary, above, menus, lead, sections, is_synthetic } = self;
        let page = Page {
            frame,
            address,
            title,
            area,
            summary,
            above,
            menus,
            lead,
            sections,
            is_synthetic,
            text: None,
        };
        Page { is_synthetic: is_synthetic || shows_made_up(&page), ..page }
    }
}

/// Whether a number of the page is marked as made up, or a text that has one, such as a target.
fn shows_made_up(page: &Page) -> bool {
    let in_cell = |cell: &Cell| match cell {
        Cell::Number(_, _, marks) => is_marked(marks),
        Cell::Text(line) => line.iter().any(|own| has_mark(&own.text)),
        _ => false,
    };
    let in_point = |point: &Point| is_marked(&point.marks);
    let in_drawing = |drawing: &Drawing| match drawing {
        Drawing::Lines { series, .. } | Drawing::Bars { series, .. } => {
            series.iter().flat_map(|own| &own.points).any(in_point)
        }
        Drawing::Map { areas, .. } => areas.iter().any(|own| in_point(&own.point)),
    };
    let in_block = |block: &Block| match block {
        Block::Numbers(numbers) => numbers
            .iter()
            .any(|own| is_marked(&own.marks) || own.says.iter().any(|said| has_mark(said))),
        _ => false,
    };
    page.tables().flat_map(|table| table.rows.iter().flatten()).any(in_cell)
        || page.figures().any(|figure| in_drawing(&figure.drawing))
        || page.sections.iter().flat_map(|section| &section.blocks).any(in_block)
}

fn is_marked(marks: &[Mark]) -> bool {
    marks.contains(&Mark::Synthetic)
}

/// Whether something in a text is marked; the mark alone is one that is explained.
fn has_mark(text: &str) -> bool {
    let mark = Mark::Synthetic.text();
    text != mark && text.contains(mark)
}
