//! SVG as text: elements with few attributes, places with one decimal, all text escaped.

use std::fmt::Write;

/// Ink of text, of axes and of what is in the background.
pub const INK: &str = "#1b1f24";
/// Ink of the second rank.
pub const MUTED: &str = "#57606a";
/// Lines behind the data.
pub const GRID: &str = "#d8dee4";
/// Colours of series, told apart by people with colour blindness and in grey: the palette of the
/// Government Analysis Function.
pub const COLOURS: [&str; 4] = ["#12436d", "#28a197", "#801650", "#f46a25"];

/// Height of a line of text, in the picture's units.
pub const LINE: f64 = 16.0;

/// Where a text stands by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// As most.
    Plain,
    /// A number or name that counts.
    Strong,
    /// Of the second rank.
    Muted,
}

/// A picture that grows.
#[derive(Debug, Default)]
pub struct Svg {
    text: String,
}

impl Svg {
    /// Adds an element without content, its attributes as text.
    pub fn element(&mut self, name: &str, attributes: &str) {
        let _ = write!(self.text, "<{name} {attributes}/>");
    }

    /// Adds text as it is, such as the picture of a marker.
    pub fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds an element with text.
    pub fn tag(&mut self, name: &str, attributes: &str, text: &str) {
        let space = if attributes.is_empty() { "" } else { " " };
        let _ = write!(self.text, "<{name}{space}{attributes}>{}</{name}>", escape(text));
    }

    /// Adds a horizontal text.
    pub fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, look: Look, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let look = match look {
            Look::Plain => String::new(),
            Look::Strong => " font-weight=\"600\"".to_owned(),
            Look::Muted => format!(" fill=\"{MUTED}\""),
        };
        let attributes = format!("x=\"{}\" y=\"{}\"{anchor}{look}", short(x), short(y));
        self.tag("text", &attributes, text);
    }

    /// Adds a straight line.
    pub fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), attributes: &str) {
        let path = format!("d=\"M{} {}L{} {}\" ", short(x1), short(y1), short(x2), short(y2));
        self.element("path", &(path + attributes));
    }

    /// The finished text.
    pub fn finish(self) -> String {
        self.text
    }
}

/// A place with at most one decimal.
pub fn short(number: f64) -> String {
    let rounded = (number * 10.0).round() / 10.0;
    if rounded == 0.0 || !rounded.is_finite() { "0".to_owned() } else { rounded.to_string() }
}

/// Text with the marks of XML replaced, and without characters that XML has not.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for mark in text.chars() {
        match mark {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(mark),
        }
    }
    escaped
}
