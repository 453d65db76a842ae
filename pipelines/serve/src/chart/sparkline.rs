//! A line as small as a word, beside the number that it leads to.

use crate::chart::marker::{colour, marker};
use crate::chart::model::Cell;
use crate::chart::svg::{Svg, escape, short};

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 30.0;
const EDGE: f64 = 5.0;

/// A series without axes. What it shows stands in words beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sparkline {
    /// Letters, digits and hyphens, unique on the page.
    pub id: String,
    /// What is seen, for those who do not see it: measure, first and last value.
    pub title: String,
    /// Its values, one a period.
    pub cells: Vec<Cell>,
    /// What is aimed at in the last period.
    pub target: Option<f64>,
}

impl Sparkline {
    /// The picture; empty where fewer than two periods have a value.
    pub fn svg(&self) -> String {
        let values = || self.cells.iter().filter_map(Cell::finite);
        if values().count() < 2 {
            return String::new();
        }
        let all = values().chain(self.target.filter(|own| own.is_finite()));
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), own| {
            (low.min(own), high.max(own))
        });
        let range = if high > low { high - low } else { 1.0 };
        let y = |value: f64| HEIGHT - EDGE - (value - low) / range * (HEIGHT - 2.0 * EDGE);
        let step = (WIDTH - 2.0 * EDGE) / (self.cells.len() - 1).max(1) as f64;
        let (mut path, mut is_drawing, mut end) = (String::new(), false, None);
        for (place, cell) in self.cells.iter().enumerate() {
            let Some(value) = cell.finite() else {
                is_drawing = false;
                continue;
            };
            let at = (EDGE + step * place as f64, y(value));
            let is_joined = is_drawing && !cell.is_break();
            let command = if is_joined { 'L' } else { 'M' };
            path.push_str(&format!("{command}{} {}", short(at.0), short(at.1)));
            // A value alone is a dot.
            if !is_joined {
                path.push_str("h.01");
            }
            (is_drawing, end) = (true, Some((at, cell.is_provisional())));
        }
        let mut svg = Svg::default();
        let id = escape(&self.id);
        svg.raw(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {0} {1}\" \
             width=\"{0}\" height=\"{1}\" aria-labelledby=\"{id}-t\" fill=\"none\">",
            WIDTH, HEIGHT,
        ));
        svg.tag("title", &format!("id=\"{id}-t\""), &self.title);
        if let Some(target) = self.target.filter(|own| own.is_finite()) {
            let look = "stroke=\"#1b1f24\" stroke-dasharray=\"4 3\"";
            svg.line((0.0, y(target)), (WIDTH, y(target)), look);
        }
        let look =
            format!("stroke=\"{}\" stroke-width=\"1.8\" stroke-linecap=\"round\"", colour(0));
        svg.element("path", &format!("d=\"{path}\" {look}"));
        if let Some((at, is_provisional)) = end {
            svg.raw(&marker(0, at, is_provisional));
        }
        svg.raw("</svg>");
        svg.finish()
    }
}
