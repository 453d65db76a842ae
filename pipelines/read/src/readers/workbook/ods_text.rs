//! The text that a cell of an ODS workbook shows: an error beside a stored value, and characters
//! that are raised or struck out.

use super::marks::Meaning;
use super::ods_styles::{Styles, TextStyle};
use super::raised::raised;
use super::struck::left;
use super::tags::{attribute, is_empty, unescaped};

/// Spaces that one element stands for at most.
const MOST_SPACES: usize = 1_024;

/// The text of the cell that is open.
#[derive(Default)]
pub(super) struct CellText {
    is_open: bool,
    /// Its value is calculated or no text: what it shows may be an error.
    may_be_error: bool,
    /// All characters, and those that are meant.
    joined: String,
    meant: String,
    paragraphs: usize,
    /// Blanks that elements of it stand for.
    blanks: u64,
    /// Notes that are open: their texts are not the cell's.
    notes: usize,
    spans: Vec<TextStyle>,
}

impl CellText {
    /// Begins with a cell.
    pub(super) fn begin(&mut self, tag: &str) {
        self.joined.clear();
        self.meant.clear();
        self.spans.clear();
        (self.paragraphs, self.notes, self.blanks) = (0, 0, 0);
        self.is_open = !is_empty(tag);
        let is_error = attribute(tag, "calcext:value-type") == Some("error");
        let is_text = matches!(attribute(tag, "office:value-type"), None | Some("string"));
        self.may_be_error = is_error || !is_text || attribute(tag, "table:formula").is_some();
    }

    /// Takes an element within the cell: its name, its tag and the text behind it.
    pub(super) fn take(&mut self, name: &str, tag: &str, text: &str, styles: &Styles) {
        if !self.is_open {
            return;
        }
        match name {
            "office:annotation" if !is_empty(tag) => self.notes += 1,
            "/office:annotation" => self.notes = self.notes.saturating_sub(1),
            "text:s" => {
                let blanks = attribute(tag, "text:c").and_then(|count| count.parse().ok());
                self.blanks = self.blanks.saturating_add(blanks.unwrap_or(1));
            }
            _ => {}
        }
        if self.notes > 0 {
            return;
        }
        match name {
            "text:p" => {
                if self.paragraphs > 0 {
                    self.push("\n");
                }
                self.paragraphs += 1;
            }
            "text:s" => {
                let count: Option<usize> =
                    attribute(tag, "text:c").and_then(|count| count.parse().ok());
                self.push(&" ".repeat(count.unwrap_or(1).min(MOST_SPACES)));
            }
            "text:tab" => self.push("\t"),
            "text:line-break" => self.push("\n"),
            "text:span" if !is_empty(tag) => {
                let style = attribute(tag, "text:style-name").map(unescaped);
                let own = style.map(|style| styles.text(&style)).unwrap_or_default();
                let around = self.spans.last().copied().unwrap_or_default();
                self.spans.push(TextStyle {
                    is_raised: own.is_raised || around.is_raised,
                    is_struck: own.is_struck || around.is_struck,
                });
            }
            "/text:span" => {
                self.spans.pop();
            }
            _ => {}
        }
        if !text.is_empty() {
            self.push(&unescaped(text));
        }
    }

    /// Bytes of the text when all its blanks are written out.
    pub(super) fn length(&self) -> u64 {
        self.blanks.saturating_add(self.joined.len() as u64)
    }

    fn push(&mut self, text: &str) {
        self.joined.push_str(text);
        let style = self.spans.last().copied().unwrap_or_default();
        match (style.is_struck, style.is_raised) {
            (true, _) => {}
            (false, true) => self.meant.extend(text.chars().map(raised)),
            (false, false) => self.meant.push_str(text),
        }
    }

    /// Ends the cell: what its text says beside its value.
    pub(super) fn end(&mut self) -> Option<Meaning> {
        let is_open = std::mem::take(&mut self.is_open);
        if is_open && self.may_be_error && is_error(self.joined.trim()) {
            return Some(Meaning::Error(self.joined.trim().to_owned()));
        }
        let is_other = is_open && self.joined != self.meant;
        is_other.then(|| Meaning::Text(left(&self.joined, self.meant.trim().to_owned())))
    }
}

/// Whether a text is an error as a spreadsheet shows it, in whatever language: `#DIV/0!`, `#N/A`,
/// `Err:502`.
fn is_error(text: &str) -> bool {
    if let Some(name) = text.strip_prefix('#') {
        let has_name = name.starts_with(|first: char| first.is_alphabetic());
        let is_marked = name.ends_with(['!', '?']) && !name.contains(char::is_whitespace);
        return has_name && (is_marked || ["N/A", "NV", "N/D"].contains(&name));
    }
    let Some((word, number)) = text.split_once(':') else { return false };
    let is_number = number.len() == 3 && number.bytes().all(|digit| digit.is_ascii_digit());
    is_number && !word.is_empty() && word.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::super::tags::{name_of, split_tag};
    use super::*;

    fn meaning(cell: &str) -> Option<Meaning> {
        let mut styles = Styles::default();
        let xml = "<style:style style:name=\"T1\" style:family=\"text\"><style:text-properties \
                   style:text-position=\"super 58%\"/></style:style><style:style \
                   style:name=\"T2\" style:family=\"text\"><style:text-properties \
                   style:text-line-through-style=\"solid\"/></style:style>";
        for piece in xml.split('<') {
            let (tag, text) = split_tag(piece);
            styles.take(name_of(tag), tag, text);
        }
        let mut own = CellText::default();
        for piece in cell.split('<') {
            let (tag, text) = split_tag(piece);
            match name_of(tag) {
                "table:table-cell" => own.begin(tag),
                "/table:table-cell" => return own.end(),
                name => own.take(name, tag, text, &styles),
            }
        }
        None
    }

    #[test]
    fn a_value_that_is_shown_as_an_error_is_one() {
        let shown = |attributes: &str, text: &str| {
            meaning(&format!(
                "<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"
            ))
        };
        let float = "office:value-type=\"float\" office:value=\"0\"";
        for error in ["#DIV/0!", "#N/A", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "Err:502"] {
            assert_eq!(shown(float, error), Some(Meaning::Error(error.into())), "{error}");
        }
        let error = "office:value-type=\"string\" office:string-value=\"\" \
                     calcext:value-type=\"error\"";
        assert_eq!(shown(error, "#N/A"), Some(Meaning::Error("#N/A".into())));
        for number in ["0", "#12", "###", "12:30", "1.234 kg"] {
            assert_eq!(shown(float, number), None, "{number}");
        }
        // A text that somebody typed is one.
        assert_eq!(shown("office:value-type=\"string\"", "#N/A"), None);
    }

    #[test]
    fn raised_and_struck_characters_are_no_digits() {
        let shown = |content: &str| {
            meaning(&format!(
                "<table:table-cell office:value-type=\"string\">{content}</table:table-cell>"
            ))
        };
        let raised = "<office:annotation><text:p>x</text:p></office:annotation><text:p>300\
                      <text:span text:style-name=\"T1\">1</text:span></text:p>";
        assert_eq!(shown(raised), Some(Meaning::Text("300¹".into())));
        let struck = "<text:p><text:span text:style-name=\"T2\">100</text:span> &amp;200\
                      <text:span text:style-name=\"T9\">0</text:span></text:p><text:p>b</text:p>";
        assert_eq!(shown(struck), Some(Meaning::Text("&2000\nb".into())));
        assert_eq!(shown("<text:p>3001</text:p>"), None);
        let whole = "<text:p><text:span text:style-name=\"T2\">100</text:span></text:p>";
        assert_eq!(shown(whole), Some(Meaning::Text("100 [?]".into())));
    }
}
