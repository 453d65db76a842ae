//! Charts and maps as inline SVG, from plain values.
//!
//! Owns how numbers are drawn: [`LineChart`], [`BarChart`], [`Sparkline`] and [`RegionMap`], each a
//! plain value with a `svg` function that gives text. Decides nothing about the numbers: which
//! series, titles, targets and classes there are comes from the caller. The rules are those of the
//! Government Analysis Function and ONS for charts: lines and bars, one axis, bars from zero,
//! horizontal text, labels at the lines, no colour alone (markers, dashes, hatches say the same),
//! a gap where there is no value, a hollow mark where a value is provisional, and its marks
//! `[p] [r] [c] [x]` in words below the picture. All text is escaped; nothing is fetched, nothing
//! runs. Ids within a picture begin with the frame's own.

mod axis;
mod bar;
mod bar_fill;
mod bar_model;
mod bar_rows;
mod frame;
mod labels;
mod line;
mod marker;
mod model;
mod region_label;
mod region_map;
mod scale;
mod sparkline;
mod svg;
#[cfg(test)]
mod tests;

pub use bar_model::{BarChart, Direction, Group};
pub use frame::Frame;
pub use line::LineChart;
pub use model::{Cell, Mark, Period, Role, Series, Target};
pub use region_map::{Area, RegionMap};
pub use sparkline::Sparkline;
