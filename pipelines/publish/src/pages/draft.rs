//! What a page writer gives: the page without its frame and address.

use super::address::{Address, Place};
use super::content::{Block, Cell, Drawing, Frame, Line, Mark, Menu, Page, Point, Section};
use std::collections::BTreeSet;
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
    /// The page, with the marks that its values have.
    pub(super) fn page(self, frame: Arc<Frame>, address: Address) -> Page {
        let Self { title, area, summary, above, menus, lead, sections, is_synthetic } = self;
        let mut page = Page {
            frame,
            address,
            title,
            area,
            summary,
            above,
            menus,
            lead,
            sections,
            marks: BTreeSet::new(),
            text: None,
        };
        page.marks = marks(&page);
        if is_synthetic {
            page.marks.insert(Mark::Synthetic);
        }
        page
    }
}

fn marks(page: &Page) -> BTreeSet<Mark> {
    let mut marks = BTreeSet::new();
    for cell in page.tables().flat_map(|table| table.rows.iter().flatten()) {
        match cell {
            Cell::Number(_, _, own) => marks.extend(own),
            Cell::None(own) => drop(marks.insert(*own)),
            Cell::Text(line) => marks.extend(within(line)),
            _ => {}
        }
    }
    for figure in page.figures() {
        let points: Vec<&Point> = match &figure.drawing {
            Drawing::Lines { series, .. } | Drawing::Bars { series, .. } => {
                series.iter().flat_map(|own| &own.points).collect()
            }
            Drawing::Map { areas, .. } => areas.iter().map(|own| &own.point).collect(),
        };
        marks.extend(points.iter().flat_map(|own| &own.marks));
    }
    for block in page.sections.iter().flat_map(|section| &section.blocks) {
        match block {
            Block::Numbers(numbers) => {
                marks.extend(numbers.iter().flat_map(|own| &own.marks));
                let says = numbers.iter().flat_map(|own| &own.says);
                marks.extend(says.filter_map(|own| said(own)));
            }
            Block::List(lines) => marks.extend(lines.iter().filter_map(within)),
            _ => {}
        }
    }
    marks
}

/// The mark of what is made up, where words have it: that of a target stands within its text.
fn within(line: &Line) -> Option<Mark> {
    line.iter().find_map(|own| said(&own.text))
}

fn said(text: &str) -> Option<Mark> {
    text.contains(Mark::Synthetic.text()).then_some(Mark::Synthetic)
}
