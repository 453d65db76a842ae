//! What a bar chart draws.

use crate::chart::frame::Frame;
use crate::chart::model::{Cell, Mark, Target, marks_shown};

/// Which way bars run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Upwards: groups are periods or a few categories.
    Columns,
    /// To the right, with the names before them: ranks, long names.
    Rows,
}

/// Bars that stand together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Name, such as a region or a period.
    pub label: String,
    /// One value for each series of the chart.
    pub cells: Vec<Cell>,
    /// Whether its name is emphasised, such as the sum of the others.
    pub is_emphasised: bool,
}

/// Bars from zero.
#[derive(Debug, Clone, PartialEq)]
pub struct BarChart {
    /// What stands around it.
    pub frame: Frame,
    /// Which way they run.
    pub direction: Direction,
    /// Names of the series, one where groups are single bars.
    pub series: Vec<String>,
    /// The groups in the order they are drawn.
    pub groups: Vec<Group>,
    /// What is aimed at, a mark across the bars of each group.
    pub target: Option<Target>,
}

impl BarChart {
    /// All values and levels.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        let levels = self.target.iter().flat_map(|own| own.levels.iter().copied().flatten());
        self.cells().filter_map(Cell::finite).chain(levels)
    }

    /// All cells.
    pub(super) fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.groups.iter().flat_map(|own| own.cells.iter())
    }

    /// The level aimed at by a group.
    pub(super) fn level(&self, group: usize) -> Option<f64> {
        let levels = self.target.as_ref().map(|own| &own.levels);
        levels?.get(group).copied().flatten().filter(|own| own.is_finite())
    }

    /// What is explained below the picture, of cells whose text is written in it or not.
    pub(super) fn marks(&self, is_written: impl Fn(&Cell) -> bool) -> Vec<Mark> {
        let mut marks = marks_shown(self.cells().map(|own| (own, is_written(own))));
        let is_bare = |own: &Cell| own.finite().is_none() && own.marks.is_empty();
        if self.cells().any(is_bare) && !marks.contains(&Mark::NotAvailable) {
            marks.push(Mark::NotAvailable);
        }
        marks
    }

    /// A value with its marks, or the mark that stands for a value that is not there.
    pub(super) fn text(&self, cell: &Cell) -> String {
        match cell.finite() {
            Some(value) => format!("{}{}", self.frame.number(value), cell.marks_text()),
            None if cell.marks.is_empty() => Mark::NotAvailable.text().to_owned(),
            None => cell.marks_text().trim().to_owned(),
        }
    }
}
