//! Axes: round numbers at the left with lines behind the data, periods below.

use crate::chart::frame::Frame;
use crate::chart::labels::width;
use crate::chart::model::Period;
use crate::chart::scale::Scale;
use crate::chart::svg::{Anchor, GRID, INK, LINE, Look, MUTED, Svg};

/// Steps between labelled periods that readers can count by.
const STEPS: [usize; 9] = [1, 2, 3, 4, 5, 6, 10, 12, 20];

/// Numbers at the left of a picture, with the unit above them.
pub struct ValueAxis {
    /// Where values stand.
    pub scale: Scale,
    texts: Vec<String>,
    /// Where the data begins: right of the numbers.
    pub left: f64,
}

impl ValueAxis {
    /// An axis for values, between the places of its lowest and highest number.
    pub fn new(frame: &Frame, scale: Scale) -> Self {
        let texts = frame.ticks(&scale.ticks, scale.decimals);
        let left = texts.iter().map(|own| width(own)).fold(0.0, f64::max).ceil() + 8.0;
        Self { scale, texts, left }
    }

    /// Draws its lines up to `right`, its numbers and the unit.
    pub fn draw(&self, svg: &mut Svg, frame: &Frame, right: f64) {
        let base = self.scale.base();
        svg.raw(&format!("<g stroke=\"{GRID}\">"));
        for tick in &self.scale.ticks {
            let y = self.scale.place(*tick);
            if (y - base).abs() > 0.5 {
                svg.line((self.left, y), (right, y), "");
            }
        }
        svg.raw("</g>");
        svg.line((self.left, base), (right, base), &format!("stroke=\"{INK}\""));
        for (tick, text) in self.scale.ticks.iter().zip(&self.texts) {
            let place = (self.left - 6.0, self.scale.place(*tick) + 4.5);
            svg.text(place, Anchor::End, Look::Muted, text);
        }
        svg.text((0.0, LINE * 0.75), Anchor::Start, Look::Muted, &frame.unit);
    }
}

/// Periods below the data, as many as have room: all of them, or years alone, or each second,
/// third, ... The last one is always among those that are counted from.
pub fn draw_periods(svg: &mut Svg, periods: &[Period], at: &dyn Fn(usize) -> f64, y: f64) {
    for place in labelled(periods, at) {
        let Some(period) = periods.get(place) else { continue };
        let years_only = periods.len() > labelled_whole(periods, at).len();
        let text = match &period.begins_year {
            Some(year) if years_only => year,
            _ => &period.label,
        };
        svg.line((at(place), y), (at(place), y + 4.0), &format!("stroke=\"{MUTED}\""));
        svg.text((at(place), y + LINE + 1.0), Anchor::Middle, Look::Muted, text);
    }
}

/// All places where their labels fit beside one another, else none.
fn labelled_whole(periods: &[Period], at: &dyn Fn(usize) -> f64) -> Vec<usize> {
    let all: Vec<usize> = (0..periods.len()).collect();
    if fits(&all, &|place| periods.get(place).map_or(0.0, |own| width(&own.label)), at) {
        all
    } else {
        Vec::new()
    }
}

fn labelled(periods: &[Period], at: &dyn Fn(usize) -> f64) -> Vec<usize> {
    let whole = labelled_whole(periods, at);
    if !whole.is_empty() || periods.is_empty() {
        return whole;
    }
    let years = |place: &usize| periods.get(*place).is_some_and(|own| own.begins_year.is_some());
    let years: Vec<usize> = (0..periods.len()).filter(years).collect();
    let label = |place: usize| periods.get(place).map_or(0.0, |own| width(&own.label));
    // Years that do not follow one another by one are counted from the last.
    let candidates = if years.len() >= 3 { years } else { (0..periods.len()).collect() };
    let is_years = candidates.len() < periods.len();
    let text = |place: usize| if is_years { width("2000") } else { label(place) };
    let thinned = STEPS.iter().map(|step| {
        let mut kept: Vec<usize> = candidates.iter().rev().copied().step_by(*step).collect();
        kept.reverse();
        kept
    });
    let mut last = Vec::new();
    for kept in thinned {
        if fits(&kept, &text, at) {
            return kept;
        }
        last = kept;
    }
    last
}

fn fits(places: &[usize], text: &dyn Fn(usize) -> f64, at: &dyn Fn(usize) -> f64) -> bool {
    places.windows(2).all(|pair| {
        let [one, next] = pair else { return true };
        at(*next) - at(*one) >= (text(*one) + text(*next)) / 2.0 + 6.0
    })
}
