//! Bars that lie: names before them, values behind them, no axis of numbers.

use crate::chart::bar_fill::{definitions, key, look};
use crate::chart::bar_model::{BarChart, Group};
use crate::chart::labels::{strong_width, width, wrapped};
use crate::chart::scale::Scale;
use crate::chart::svg::{Anchor, INK, LINE, Look, Svg, short};

/// Height of a bar, and of the space below it.
const BAR: f64 = 17.0;
const SPACE: f64 = 7.0;

/// Places within the picture.
struct Plot {
    scale: Scale,
    /// Where names end.
    names: f64,
}

/// The picture.
pub fn rows(chart: &BarChart) -> String {
    let frame = &chart.frame;
    let mut svg = Svg::default();
    svg.raw(&definitions(&frame.id, chart.series.len()));
    let plot = plot(chart);
    let mut y = key(&mut svg, chart);
    svg.text((0.0, y + LINE * 0.75), Anchor::Start, Look::Muted, &frame.unit);
    if !frame.unit.is_empty() {
        y += LINE * 1.3;
    }
    let top = y;
    for (place, group) in chart.groups.iter().enumerate() {
        y = draw_group(&mut svg, chart, &plot, (place, group), y);
    }
    let base = plot.scale.base();
    svg.line((base, top - 3.0), (base, y - SPACE + 3.0), &format!("stroke=\"{INK}\""));
    frame.picture(svg, y, &chart.marks(|_| true))
}

fn plot(chart: &BarChart) -> Plot {
    let room = chart.frame.width * 0.34;
    let name = |own: &Group| wrapped(&own.label, room, 2);
    let names = chart.groups.iter().flat_map(name).map(|own| strong_width(&own));
    let names = names.fold(0.0, f64::max).min(room * 1.1).ceil() + 8.0;
    let values = chart.cells().map(|own| width(&chart.text(own))).fold(0.0, f64::max);
    let right = chart.frame.width - values.ceil() - 8.0;
    let ends = (names, right.max(names + 40.0));
    Plot { scale: Scale::new(chart.values(), true, ends, 4, chart.frame.decimals), names }
}

/// Draws a group from `top` down; returns where the next one begins.
fn draw_group(
    svg: &mut Svg,
    chart: &BarChart,
    plot: &Plot,
    (place, group): (usize, &Group),
    top: f64,
) -> f64 {
    let lines = wrapped(&group.label, chart.frame.width * 0.34, 2);
    let bars = BAR * group.cells.len() as f64;
    let height = bars.max(LINE * lines.len() as f64 - 2.0);
    let look = if group.is_emphasised { Look::Strong } else { Look::Plain };
    let first = top + height / 2.0 - (lines.len() as f64 - 1.0) * LINE / 2.0;
    for (line, text) in lines.iter().enumerate() {
        let at = (plot.names - 8.0, first + line as f64 * LINE + 4.5);
        svg.text(at, Anchor::End, look, text);
    }
    let top_bar = top + (height - bars) / 2.0;
    for (series, cell) in group.cells.iter().enumerate() {
        let y = top_bar + BAR * series as f64;
        let (base, text) = (plot.scale.base(), chart.text(cell));
        let end = cell.finite().map_or(base, |own| plot.scale.place(own));
        if cell.finite().is_some() {
            let [x, y, wide, high] =
                [end.min(base), y + 0.5, (end - base).abs(), BAR - 1.0].map(short);
            let look = self::look(&chart.frame.id, series, cell.is_provisional());
            svg.element(
                "rect",
                &format!("x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" {look}"),
            );
        }
        let level = chart.level(place).map(|own| plot.scale.place(own));
        // A value steps aside where the target's mark would stand in it.
        let mut x = end.max(base) + 6.0;
        if let Some(level) = level
            && level > x - 4.0
            && level < x + width(&text) + 2.0
        {
            x = level + 6.0;
        }
        let look = if cell.finite().is_some() { Look::Plain } else { Look::Muted };
        svg.text((x, y + BAR / 2.0 + 4.5), Anchor::Start, look, &text);
    }
    if let Some(level) = chart.level(place) {
        let x = plot.scale.place(level);
        let ends = (top_bar - 2.5, top_bar + bars + 2.5);
        svg.line((x, ends.0), (x, ends.1), &format!("stroke=\"{INK}\" stroke-width=\"2.4\""));
    }
    top + height + SPACE
}
