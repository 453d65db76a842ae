//! Lines over time: one series, several sources or regions, vintages of one, and a target.

use crate::chart::axis::{ValueAxis, draw_periods};
use crate::chart::frame::Frame;
use crate::chart::labels::{spread, strong_width, width, wrapped};
use crate::chart::marker::{colour, dashes, marker};
use crate::chart::model::{Cell, Mark, Period, Role, Series, Target, marks_shown};
use crate::chart::scale::Scale;
use crate::chart::svg::{Anchor, INK, LINE, Look, MUTED, Svg, short};

/// Points are marked one by one up to so many of them.
const MOST_MARKED: usize = 30;

/// Lines over periods of the same length.
#[derive(Debug, Clone, PartialEq)]
pub struct LineChart {
    /// What stands around it.
    pub frame: Frame,
    /// All periods, also those without a value, in their order.
    pub periods: Vec<Period>,
    /// What is drawn, at most four series that are compared.
    pub series: Vec<Series>,
    /// What is aimed at.
    pub target: Option<Target>,
}

/// A label at the right end.
struct EndLabel {
    /// Where the line ends.
    end: (f64, f64),
    /// Marker before it.
    sign: Sign,
    lines: Vec<(Look, String)>,
}

#[derive(Clone, Copy)]
enum Sign {
    Series(usize),
    Earlier,
    Target,
}

/// Places within the picture.
struct Plot {
    axis: ValueAxis,
    right: f64,
    bottom: f64,
    step: f64,
}

impl Plot {
    fn x(&self, place: usize) -> f64 {
        self.axis.left + self.step * (place as f64 + 0.5)
    }

    fn y(&self, value: f64) -> f64 {
        self.axis.scale.place(value)
    }
}

impl LineChart {
    /// The picture.
    pub fn svg(&self) -> String {
        let plot = self.plot();
        let mut svg = Svg::default();
        plot.axis.draw(&mut svg, &self.frame, plot.right);
        draw_periods(&mut svg, &self.periods, &|place| plot.x(place), plot.bottom);
        self.draw_target(&mut svg, &plot);
        let earlier = self.series.iter().filter(|own| own.role == Role::Earlier);
        earlier.for_each(|series| draw_earlier(&mut svg, &plot, series));
        for (place, series) in self.compared().enumerate().collect::<Vec<_>>().into_iter().rev() {
            draw_series(&mut svg, &plot, place, series);
        }
        if let Some(first) = self.compared().next() {
            draw_gaps(&mut svg, &plot, first);
        }
        self.draw_labels(&mut svg, &plot);
        self.frame.picture(svg, plot.bottom + LINE * 1.5, &self.marks(&plot))
    }

    /// The marks that are written in the picture, or drawn as gaps.
    fn marks(&self, plot: &Plot) -> Vec<Mark> {
        let cells = self.compared().enumerate().flat_map(|(place, series)| {
            let end = last(series).map(|(at, ..)| at);
            series.cells.iter().enumerate().map(move |(at, cell)| {
                let is_written = match cell.finite() {
                    Some(_) => Some(at) == end || has_room_for_marks(plot, place),
                    None => place == 0,
                };
                (cell, is_written)
            })
        });
        marks_shown(cells)
    }

    fn compared(&self) -> impl Iterator<Item = &Series> {
        self.series.iter().filter(|own| own.role == Role::Main)
    }

    fn plot(&self) -> Plot {
        let levels = self.target.iter().flat_map(|own| own.levels.iter().copied().flatten());
        let cells = self.series.iter().flat_map(|own| own.cells.iter());
        let values = cells.filter_map(Cell::finite).chain(levels);
        let height = (self.frame.width * 0.4).clamp(130.0, 230.0);
        let top = LINE * 1.4;
        let bottom = top + height;
        let most = (height / 38.0) as usize;
        let scale = Scale::new(values, false, (bottom, top), most, self.frame.decimals);
        let axis = ValueAxis::new(&self.frame, scale);
        let texts = self.label_texts();
        let longest = texts.iter().flat_map(|(_, lines)| lines.iter());
        let longest = longest
            .map(
                |(look, line)| if *look == Look::Strong { strong_width(line) } else { width(line) },
            )
            .fold(0.0, f64::max);
        let right = self.frame.width - longest.ceil() - 20.0;
        let step = (right - axis.left) / self.periods.len().max(1) as f64;
        Plot { axis, right, bottom, step }
    }

    /// What stands at the ends of the lines, with the place of the last value.
    fn label_texts(&self) -> Vec<(Sign, Vec<(Look, String)>)> {
        let room = self.frame.width * 0.26;
        let mut texts = Vec::new();
        let mut add = |sign: Sign, name: &str, value: Option<String>| {
            let look = if matches!(sign, Sign::Series(_)) { Look::Plain } else { Look::Muted };
            let mut lines: Vec<(Look, String)> =
                wrapped(name, room, 3).into_iter().map(|own| (look, own)).collect();
            let strong = if look == Look::Plain { Look::Strong } else { Look::Muted };
            lines.extend(value.map(|own| (strong, own)));
            texts.push((sign, lines));
        };
        for (place, series) in self.compared().enumerate() {
            if let Some((_, value, cell)) = last(series) {
                let value = format!("{}{}", self.frame.number(value), cell.marks_text());
                add(Sign::Series(place), &series.name, Some(value));
            }
        }
        for series in self.series.iter().filter(|own| own.role == Role::Earlier) {
            if let Some((_, value, _)) = last(series) {
                add(Sign::Earlier, &series.name, Some(self.frame.number(value)));
            }
        }
        if let Some(target) = &self.target
            && let Some(level) = target.levels.iter().rev().find_map(|own| *own)
        {
            add(Sign::Target, &target.name, Some(self.frame.number(level)));
        }
        texts
    }

    /// Where the lines end, in the order of [`Self::label_texts`].
    fn ends(&self, plot: &Plot) -> Vec<(f64, f64)> {
        let earlier = self.series.iter().filter(|own| own.role == Role::Earlier);
        let lines = self.compared().chain(earlier).filter_map(last);
        let mut ends: Vec<(f64, f64)> =
            lines.map(|(place, value, _)| (plot.x(place), plot.y(value))).collect();
        if let Some(target) = &self.target {
            let levels = target.levels.iter().enumerate().rev();
            let end = levels.filter_map(|(place, own)| own.map(|own| (place, own))).next();
            ends.extend(end.map(|(place, own)| (plot.x(place) + plot.step / 2.0, plot.y(own))));
        }
        ends
    }

    fn draw_labels(&self, svg: &mut Svg, plot: &Plot) {
        let labels = self.label_texts().into_iter().zip(self.ends(plot));
        let labels: Vec<EndLabel> =
            labels.map(|((sign, lines), end)| EndLabel { end, sign, lines }).collect();
        let wanted: Vec<(f64, f64)> =
            labels.iter().map(|own| (own.end.1, own.lines.len() as f64 * LINE + 2.0)).collect();
        // One line ends at its own number.
        let is_alone = labels.len() == 1;
        let middles = spread(&wanted, (0.0, plot.bottom + LINE));
        for (label, middle) in labels.iter().zip(middles) {
            let left = plot.right + 8.0;
            let first = middle - (label.lines.len() as f64 - 1.0) * LINE / 2.0;
            let (x, y) = label.end;
            if !is_alone && (middle - y).abs() > 3.0 || left - x > plot.step {
                let look = format!("stroke=\"{MUTED}\" stroke-width=\".6\" fill=\"none\"");
                svg.line((x + 5.0, y), (left - 2.0, first), &look);
            }
            match label.sign {
                Sign::Series(_) if is_alone => {}
                Sign::Series(place) => svg.raw(&marker(place, (left + 3.0, first), false)),
                Sign::Earlier => svg.line((left - 1.0, first), (left + 7.0, first), EARLIER),
                Sign::Target => svg.line((left - 1.0, first), (left + 7.0, first), TARGET),
            }
            for (place, (look, line)) in label.lines.iter().enumerate() {
                let at =
                    (left + if is_alone { 2.0 } else { 12.0 }, first + place as f64 * LINE + 4.5);
                svg.text(at, Anchor::Start, *look, line);
            }
        }
    }

    /// A level for each period that has one, as steps.
    fn draw_target(&self, svg: &mut Svg, plot: &Plot) {
        let Some(target) = &self.target else { return };
        let mut path = String::new();
        let mut before: Option<usize> = None;
        for (place, level) in target.levels.iter().enumerate() {
            let Some(level) = level.filter(|own| own.is_finite()) else { continue };
            let follows = before.is_some_and(|own| own + 1 == place);
            let (x, y) = (plot.x(place) - plot.step / 2.0, short(plot.y(level)));
            path.push_str(&if follows { format!("V{y}") } else { format!("M{} {y}", short(x)) });
            path.push_str(&format!("H{}", short(x + plot.step)));
            before = Some(place);
        }
        if !path.is_empty() {
            svg.element("path", &format!("d=\"{path}\" {TARGET}"));
        }
    }
}

const TARGET: &str =
    "fill=\"none\" stroke=\"#1b1f24\" stroke-width=\"1.4\" stroke-dasharray=\"5 4\"";
const EARLIER: &str =
    "fill=\"none\" stroke=\"#57606a\" stroke-width=\"1.3\" stroke-dasharray=\"1.5 2.5\"";

/// The last value of a series, with its place.
fn last(series: &Series) -> Option<(usize, f64, &Cell)> {
    let cells = series.cells.iter().enumerate().rev();
    cells.into_iter().find_map(|(place, cell)| Some((place, cell.finite()?, cell)))
}

/// The line through values that follow one another.
fn path(plot: &Plot, cells: &[Cell]) -> String {
    let mut path = String::new();
    let mut is_drawing = false;
    for (place, cell) in cells.iter().enumerate() {
        let Some(value) = cell.finite() else {
            is_drawing = false;
            continue;
        };
        let (x, y) = (short(plot.x(place)), short(plot.y(value)));
        let is_joined = is_drawing && !cell.is_break();
        path.push_str(&format!("{}{x} {y}", if is_joined { "L" } else { "M" }));
        is_drawing = true;
    }
    path
}

fn draw_earlier(svg: &mut Svg, plot: &Plot, series: &Series) {
    svg.element("path", &format!("d=\"{}\" {EARLIER}", path(plot, &series.cells)));
    for place in alone(&series.cells) {
        if let Some(value) = series.cells.get(place).and_then(Cell::finite) {
            let (x, y) = (short(plot.x(place)), short(plot.y(value)));
            let look = format!("r=\"2.2\" fill=\"{MUTED}\"");
            svg.element("circle", &format!("cx=\"{x}\" cy=\"{y}\" {look}"));
        }
    }
}

fn draw_series(svg: &mut Svg, plot: &Plot, place: usize, series: &Series) {
    let look = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"2.2\"", colour(place));
    let dashes = dashes(place);
    svg.element("path", &format!("d=\"{}\" {look}{dashes}", path(plot, &series.cells)));
    let end = last(series).map(|(place, ..)| place);
    let (few, alone) = (series.cells.len() <= MOST_MARKED, alone(&series.cells));
    for (at, cell) in series.cells.iter().enumerate() {
        let Some(value) = cell.finite() else { continue };
        let is_marked = few || cell.is_provisional() || Some(at) == end || alone.contains(&at);
        if is_marked {
            let point = (plot.x(at), plot.y(value));
            svg.raw(&marker(place, point, cell.is_provisional()));
        }
        // The last one stands with its label.
        if has_room_for_marks(plot, place) && Some(at) != end && !cell.marks.is_empty() {
            let y = plot.y(value) + if place == 0 { -8.0 } else { 18.0 };
            svg.text((plot.x(at), y), Anchor::Middle, Look::Muted, cell.marks_text().trim());
        }
    }
}

/// Whether the marks of a series have room beside its points.
fn has_room_for_marks(plot: &Plot, place: usize) -> bool {
    plot.step >= 30.0 && place < 2
}

/// Values that are joined with none on either side, which a line cannot show.
fn alone(cells: &[Cell]) -> Vec<usize> {
    let has = |place: Option<usize>| {
        place.and_then(|own| cells.get(own)).is_some_and(|own| own.finite().is_some())
    };
    let is_break = |place: usize| cells.get(place).is_some_and(Cell::is_break);
    let is_alone = |place: &usize| {
        let is_first = !has(place.checked_sub(1)) || is_break(*place);
        has(Some(*place)) && is_first && (!has(place.checked_add(1)) || is_break(place + 1))
    };
    (0..cells.len()).filter(is_alone).collect()
}

/// Why there is a gap, above the axis.
fn draw_gaps(svg: &mut Svg, plot: &Plot, series: &Series) {
    for (place, cell) in series.cells.iter().enumerate().filter(|(_, own)| own.finite().is_none()) {
        let x = plot.x(place);
        if plot.step >= 20.0 && !cell.marks.is_empty() {
            let text = cell.marks.first().map_or("", |own| Mark::text(*own));
            svg.text((x, plot.bottom - 5.0), Anchor::Middle, Look::Muted, text);
        } else if !cell.marks.is_empty() {
            let y = plot.bottom - 4.0;
            let cross = format!("d=\"M{} {}l4 4m0 -4l-4 4\"", short(x - 2.0), short(y - 2.0));
            svg.element("path", &format!("{cross} stroke=\"{INK}\" stroke-width=\".8\""));
        }
    }
}
