//! How bars are filled, and the key that says which is which.

use crate::chart::bar_model::BarChart;
use crate::chart::labels::width;
use crate::chart::marker::colour;
use crate::chart::svg::{Anchor, INK, LINE, Look, Svg, escape, short};

/// Hatches by the place of a series; the first is whole.
const HATCHES: [&str; 4] =
    ["", "M0 8L8 0M-2 2L2-2M6 10L10 6", "M0 0L8 8M-2 6L2 10M6-2L10 2", "M4 0V8"];

/// Hatches of the second and further series.
pub fn definitions(id: &str, series: usize) -> String {
    let mut text = String::new();
    for place in 1..series.min(HATCHES.len()) {
        let hatch = HATCHES.get(place).copied().unwrap_or_default();
        text.push_str(&format!(
            "<pattern id=\"{}-h{place}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">\
             <path d=\"M0 0H8V8H0z\" fill=\"{}\"/>\
             <path d=\"{hatch}\" stroke=\"#fff\" stroke-width=\"1.6\"/></pattern>",
            escape(id),
            colour(place),
        ));
    }
    if text.is_empty() { text } else { format!("<defs>{text}</defs>") }
}

/// Fill and line of a bar: hollow where its value is provisional.
pub fn look(id: &str, place: usize, is_provisional: bool) -> String {
    let colour = colour(place);
    let fill = match place % HATCHES.len() {
        _ if is_provisional => "#fff".to_owned(),
        0 => colour.to_owned(),
        hatch => format!("url(#{}-h{hatch})", escape(id)),
    };
    format!("fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1.4\"")
}

/// Draws which fill is which series and how a target looks; returns its height, zero where there is
/// one series and no target.
pub fn key(svg: &mut Svg, chart: &BarChart) -> f64 {
    let names = chart.series.iter().enumerate().filter(|_| chart.series.len() > 1);
    let target = chart.target.as_ref().map(|own| (None, own.name.as_str()));
    let parts = names.map(|(place, name)| (Some(place), name.as_str())).chain(target);
    let (mut x, mut y, mut is_drawn) = (0.0, LINE * 0.75, false);
    for (place, name) in parts {
        let room = width(name) + 36.0;
        if x > 0.0 && x + room - 16.0 > chart.frame.width {
            (x, y) = (0.0, y + LINE + 2.0);
        }
        match place {
            Some(place) => {
                let look = look(&chart.frame.id, place, false);
                let at = format!("x=\"{}\" y=\"{}\"", short(x + 1.0), short(y - 10.0));
                svg.element("rect", &format!("{at} width=\"12\" height=\"11\" {look}"));
            }
            None => {
                let look = format!("stroke=\"{INK}\" stroke-width=\"2.4\"");
                svg.line((x, y - 4.5), (x + 14.0, y - 4.5), &look);
            }
        }
        svg.text((x + 18.0, y), Anchor::Start, Look::Plain, name);
        (x, is_drawn) = (x + room, true);
    }
    if is_drawn { y + LINE * 0.5 } else { 0.0 }
}
