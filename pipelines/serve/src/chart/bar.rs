//! Bars that stand: periods or a few categories side by side.

use crate::chart::axis::ValueAxis;
use crate::chart::bar_fill::{definitions, key, look};
use crate::chart::bar_model::{BarChart, Direction};
use crate::chart::bar_rows;
use crate::chart::labels::{width, wrapped};
use crate::chart::model::Cell;
use crate::chart::scale::Scale;
use crate::chart::svg::{Anchor, INK, LINE, Look, Svg, short};

/// Widest bar, so that two bars are no walls.
const WIDEST: f64 = 56.0;

impl BarChart {
    /// The picture.
    pub fn svg(&self) -> String {
        match self.direction {
            Direction::Columns => columns(self),
            Direction::Rows => bar_rows::rows(self),
        }
    }
}

/// Places within the picture.
struct Plot {
    axis: ValueAxis,
    bottom: f64,
    /// Width of a group with the space around it, and of one bar.
    step: f64,
    bar: f64,
}

fn columns(chart: &BarChart) -> String {
    let frame = &chart.frame;
    let mut svg = Svg::default();
    svg.raw(&definitions(&frame.id, chart.series.len()));
    let key_height = key(&mut svg, chart);
    let height = (frame.width * 0.36).clamp(120.0, 210.0);
    let top = key_height + LINE * 1.9;
    let most = (height / 38.0) as usize;
    let scale = Scale::new(chart.values(), true, (top + height, top), most, frame.decimals);
    let axis = ValueAxis::new(frame, scale);
    let step = (frame.width - axis.left) / chart.groups.len().max(1) as f64;
    let bar = (step * 0.76 / chart.series.len().max(1) as f64).min(WIDEST);
    let plot = Plot { axis, bottom: top + height, step, bar };
    if key_height > 0.0 {
        svg.raw(&format!("<g transform=\"translate(0 {})\">", short(key_height)));
        svg.text((0.0, LINE * 0.75), Anchor::Start, Look::Muted, &frame.unit);
        svg.raw("</g>");
    }
    let mut bare = frame.clone();
    if key_height > 0.0 {
        bare.unit.clear();
    }
    plot.axis.draw(&mut svg, &bare, frame.width);
    let labels = draw_labels(&mut svg, chart, &plot);
    for (group, own) in chart.groups.iter().enumerate() {
        for (place, cell) in own.cells.iter().enumerate() {
            draw_bar(&mut svg, chart, &plot, (group, place), cell);
        }
        if let Some(level) = chart.level(group) {
            let all = plot.bar * chart.series.len() as f64;
            let (middle, y) =
                (plot.axis.left + step * (group as f64 + 0.5), plot.axis.scale.place(level));
            let ends = (middle - all / 2.0 - 4.0, middle + all / 2.0 + 4.0);
            svg.line((ends.0, y), (ends.1, y), &format!("stroke=\"{INK}\" stroke-width=\"2.4\""));
        }
    }
    let is_written =
        |cell: &Cell| cell.finite().is_none() || has_room(chart, &plot, &chart.text(cell));
    frame.picture(svg, plot.bottom + labels, &chart.marks(is_written))
}

fn draw_bar(
    svg: &mut Svg,
    chart: &BarChart,
    plot: &Plot,
    (group, place): (usize, usize),
    cell: &Cell,
) {
    let all = plot.bar * chart.series.len() as f64;
    let left = plot.axis.left + plot.step * (group as f64 + 0.5) - all / 2.0;
    let left = left + plot.bar * place as f64;
    let base = plot.axis.scale.base();
    let text = chart.text(cell);
    let middle = left + plot.bar / 2.0;
    let Some(value) = cell.finite() else {
        svg.text((middle, base - 4.0), Anchor::Middle, Look::Muted, &text);
        return;
    };
    let end = plot.axis.scale.place(value);
    let (top, height) = (end.min(base), (end - base).abs());
    let [x, y, width_, height] = [left + 1.0, top, plot.bar - 2.0, height].map(short);
    let look = look(&chart.frame.id, place, cell.is_provisional());
    svg.element(
        "rect",
        &format!("x=\"{x}\" y=\"{y}\" width=\"{width_}\" height=\"{height}\" {look}"),
    );
    if has_room(chart, plot, &text) {
        let y = if value < 0.0 { end + LINE * 0.9 } else { end - 5.0 };
        svg.text((middle, y), Anchor::Middle, Look::Plain, &text);
    }
}

/// Whether a number has room above its bar.
fn has_room(chart: &BarChart, plot: &Plot, text: &str) -> bool {
    let room = if chart.series.len() == 1 { plot.step } else { plot.bar };
    width(text) <= room - 2.0
}

/// Names below the groups, as many as have room; returns their height.
fn draw_labels(svg: &mut Svg, chart: &BarChart, plot: &Plot) -> f64 {
    let longest = chart.groups.iter().flat_map(|own| own.label.split_whitespace());
    let longest = longest.map(width).fold(0.0, f64::max) + 6.0;
    let each = (longest / plot.step.max(1.0)).ceil().max(1.0) as usize;
    let last = chart.groups.len().saturating_sub(1);
    let mut most = 1;
    for (place, group) in chart.groups.iter().enumerate() {
        if !(last - place).is_multiple_of(each) {
            continue;
        }
        let lines = wrapped(&group.label, plot.step * each as f64 - 4.0, 3);
        most = most.max(lines.len());
        let look = if group.is_emphasised { Look::Strong } else { Look::Muted };
        for (line, text) in lines.iter().enumerate() {
            let x = plot.axis.left + plot.step * (place as f64 + 0.5);
            let y = plot.bottom + LINE * (line as f64 + 1.0);
            svg.text((x, y), Anchor::Middle, look, text);
        }
    }
    LINE * (most as f64 + 0.5)
}
