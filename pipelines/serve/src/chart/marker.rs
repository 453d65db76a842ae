//! Marks at points: a shape for each series, hollow where the value is provisional.

use crate::chart::svg::{COLOURS, short};

/// Colour of a series by its place.
pub fn colour(place: usize) -> &'static str {
    COLOURS.get(place % COLOURS.len()).copied().unwrap_or_default()
}

/// Dashes of a line by the place of its series; empty for a whole line.
pub fn dashes(place: usize) -> &'static str {
    ["", " stroke-dasharray=\"7 3\"", " stroke-dasharray=\"2 3\"", " stroke-dasharray=\"9 3 2 3\""]
        .get(place % 4)
        .copied()
        .unwrap_or_default()
}

/// The mark of a series at a point.
pub fn marker(place: usize, (x, y): (f64, f64), is_hollow: bool) -> String {
    let colour = colour(place);
    let fill = if is_hollow { "#fff" } else { colour };
    let look = format!("fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1.6\"");
    let (left, top) = (short(x - 3.4), short(y - 3.4));
    match place % 4 {
        0 => format!("<circle cx=\"{}\" cy=\"{}\" r=\"3.6\" {look}/>", short(x), short(y)),
        1 => format!("<rect x=\"{left}\" y=\"{top}\" width=\"6.8\" height=\"6.8\" {look}/>"),
        2 => format!(
            "<path d=\"M{} {}l4.6 4.6l-4.6 4.6l-4.6-4.6z\" {look}/>",
            short(x),
            short(y - 4.6)
        ),
        _ => format!("<path d=\"M{} {}l4.6 8h-9.2z\" {look}/>", short(x), short(y - 4.8)),
    }
}
