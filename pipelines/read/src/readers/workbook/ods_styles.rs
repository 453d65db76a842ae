//! The styles of an ODS workbook: what its number formats show, as a code of Excel's, which texts
//! are raised or struck out, and which cells are struck out.

use super::marks::Meaning;
use super::number_formats::Shown;
use super::tags::{attribute, is_empty, unescaped};
use std::collections::HashMap;
use std::rc::Rc;

/// How many styles stand behind one another at most.
const MOST_PARENTS: usize = 16;
/// Places of digits and commas that a format is written with at most.
const MOST_PLACES: usize = 30;
/// Bytes of a format, characters of a text in it and formats for some values at most: one that a
/// person made has far fewer.
const MOST_CODE: usize = 2_048;
const MOST_TEXT: usize = 255;
const MOST_OTHERS: usize = 3;

/// How the characters of a part of a text stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TextStyle {
    pub(super) is_raised: bool,
    pub(super) is_struck: bool,
}

/// A style of cells.
struct CellStyle {
    format: Option<String>,
    parent: Option<String>,
    /// Where it says so.
    is_struck: Option<bool>,
}

/// A number format.
#[derive(Default)]
struct Format {
    /// What it shows itself, as a section of a code.
    code: String,
    /// Formats that take its place for some values.
    others: Vec<String>,
}

/// The places of digits of a number, which texts may stand between.
struct Places {
    whole: usize,
    behind: String,
    /// Texts with the count of digits that stand between them and the decimal mark.
    within: Vec<(usize, String)>,
}

/// What is open while styles are read.
#[derive(Default)]
struct Open {
    format: Option<(String, Format)>,
    is_percentage: bool,
    places: Option<Places>,
    text: Option<String>,
    cell: Option<String>,
}

/// Styles by their names, as their elements come.
#[derive(Default)]
pub(super) struct Styles {
    formats: HashMap<String, Format>,
    cells: HashMap<String, CellStyle>,
    texts: HashMap<String, TextStyle>,
    open: Open,
    /// What was asked for already.
    known: HashMap<String, Option<Rc<Meaning>>>,
}

impl Styles {
    /// Takes an element: its name, its tag and the text behind it.
    pub(super) fn take(&mut self, name: &str, tag: &str, text: &str) {
        match name {
            "number:number-style"
            | "number:currency-style"
            | "number:percentage-style"
            | "number:text-style" => {
                self.open.is_percentage = name == "number:percentage-style";
                self.open.format = named(tag).map(|name| (name, Format::default()));
            }
            "/number:number-style"
            | "/number:currency-style"
            | "/number:percentage-style"
            | "/number:text-style" => self.formats.extend(self.open.format.take()),
            "style:style" => self.take_style(tag),
            "/style:style" => (self.open.text, self.open.cell) = (None, None),
            "style:text-properties" => {
                if let Some(name) = &self.open.text {
                    self.texts.insert(name.clone(), text_style(tag));
                }
                let cell = self.open.cell.as_ref().and_then(|name| self.cells.get_mut(name));
                if let Some(cell) = cell {
                    cell.is_struck = struck(tag);
                }
            }
            _ => self.open.take(name, tag, text),
        }
    }

    fn take_style(&mut self, tag: &str) {
        (self.open.text, self.open.cell) = (None, None);
        let Some(name) = named(tag) else { return };
        let own = |name: &str| attribute(tag, name).map(unescaped);
        match attribute(tag, "style:family") {
            Some("table-cell") => {
                let (format, parent) =
                    (own("style:data-style-name"), own("style:parent-style-name"));
                self.open.cell = Some(name.clone()).filter(|_| !is_empty(tag));
                self.cells.insert(name, CellStyle { format, parent, is_struck: None });
            }
            Some("text") if !is_empty(tag) => self.open.text = Some(name),
            _ => {}
        }
    }

    /// What the numbers of a style of cells are shown as; none where as they are.
    pub(super) fn meaning(&mut self, style: &str) -> Option<Rc<Meaning>> {
        if let Some(known) = self.known.get(style) {
            return known.clone();
        }
        let shown = self.code(style).and_then(|code| Shown::of(&code));
        let meaning = shown.map(|shown| Rc::new(Meaning::Shown(shown)));
        self.known.insert(style.to_owned(), meaning.clone());
        meaning
    }

    /// Whether what a style of cells holds is struck out.
    pub(super) fn is_struck(&self, style: &str) -> bool {
        let mut own = self.cells.get(style);
        for _ in 0..MOST_PARENTS {
            let Some(style) = own else { break };
            if let Some(is_struck) = style.is_struck {
                return is_struck;
            }
            own = style.parent.as_deref().and_then(|parent| self.cells.get(parent));
        }
        false
    }

    /// The number format of a style of cells, as a code with all its sections.
    fn code(&self, style: &str) -> Option<String> {
        let mut own = self.cells.get(style)?;
        // A style without a format has that of the style behind it.
        for _ in 0..MOST_PARENTS {
            if own.format.is_some() {
                break;
            }
            own = self.cells.get(own.parent.as_deref()?)?;
        }
        let format = self.formats.get(own.format.as_deref()?)?;
        let others = format.others.iter().take(MOST_OTHERS);
        let others = others.filter_map(|name| self.formats.get(name));
        let codes: Vec<&str> =
            others.chain(std::iter::once(format)).map(|own| own.code.as_str()).collect();
        Some(codes.join(";"))
    }

    /// How a part of a text stands that has a style.
    pub(super) fn text(&self, style: &str) -> TextStyle {
        self.texts.get(style).copied().unwrap_or_default()
    }
}

impl Open {
    /// Takes an element within a number format.
    fn take(&mut self, name: &str, tag: &str, text: &str) {
        let Some((_, format)) = &mut self.format else { return };
        if format.code.len() > MOST_CODE {
            return;
        }
        match name {
            "number:number" => {
                let places = Places::of(tag);
                if is_empty(tag) {
                    places.write(&mut format.code);
                } else {
                    self.places = Some(places);
                }
            }
            "number:embedded-text" => {
                if let Some(places) = &mut self.places
                    && places.within.len() < MOST_PLACES
                {
                    let position = count(tag, "number:position").unwrap_or_default();
                    places.within.push((position, unescaped(text)));
                }
            }
            "/number:number" => {
                if let Some(places) = self.places.take() {
                    places.write(&mut format.code);
                }
            }
            "number:scientific-number" => format.code.push_str("0E+0"),
            "number:fraction" => format.code.push_str("# ?/?"),
            "number:text-content" => format.code.push('@'),
            "number:text" if !is_empty(tag) => {
                // The sign of a percentage stands there as a text.
                for (index, part) in unescaped(text).split('%').take(MOST_PLACES).enumerate() {
                    if index > 0 {
                        format.code.push_str(if self.is_percentage { "%" } else { "\\%" });
                    }
                    quote(&mut format.code, part);
                }
            }
            "number:currency-symbol" if !is_empty(tag) => quote(&mut format.code, &unescaped(text)),
            "style:map" => {
                format.others.extend(attribute(tag, "style:apply-style-name").map(unescaped));
            }
            _ => {}
        }
    }
}

impl Places {
    fn of(tag: &str) -> Self {
        let decimals = count(tag, "number:decimal-places").unwrap_or_default();
        let mut behind = String::new();
        if decimals > 0 {
            behind.push('.');
            behind.push_str(&"0".repeat(decimals));
        }
        // A number that is divided by thousands has a comma for each in a code of Excel's.
        let factor: f64 = attribute(tag, "number:display-factor")
            .and_then(|factor| factor.parse().ok())
            .unwrap_or(1.0);
        if factor != 1.0 {
            let thousands = (factor.abs().log10() / 3.0).round().max(1.0) as usize;
            behind.push_str(&",".repeat(thousands.min(MOST_PLACES)));
        }
        let whole = count(tag, "number:min-integer-digits").unwrap_or(1);
        Self { whole, behind, within: Vec::new() }
    }

    fn write(mut self, code: &mut String) {
        self.within.sort_by_key(|(position, _)| std::cmp::Reverse(*position));
        let most = self.within.first().map_or(0, |(position, _)| *position);
        let mut left = self.whole.max(most + usize::from(self.whole == 0)).max(1);
        for (position, text) in &self.within {
            code.push_str(&"0".repeat(left.saturating_sub(*position).max(1)));
            quote(code, text);
            left = *position;
        }
        code.push_str(&"0".repeat(left));
        code.push_str(&self.behind);
    }
}

/// Writes a text as it stands in a code.
fn quote(code: &mut String, text: &str) {
    if !text.is_empty() {
        code.push('"');
        code.extend(text.chars().filter(|mark| *mark != '"').take(MOST_TEXT));
        code.push('"');
    }
}

fn named(tag: &str) -> Option<String> {
    attribute(tag, "style:name").map(unescaped)
}

fn count(tag: &str, name: &str) -> Option<usize> {
    let count: usize = attribute(tag, name)?.parse().ok()?;
    Some(count.min(MOST_PLACES))
}

fn text_style(tag: &str) -> TextStyle {
    let position = attribute(tag, "style:text-position").unwrap_or_default().trim();
    // A position is a word or a share of the height: `super 58%`, `33% 58%`.
    let share = position.split('%').next().and_then(|share| share.parse::<f64>().ok());
    let is_raised = position.starts_with("super") || share.is_some_and(|share| share > 0.0);
    TextStyle { is_raised, is_struck: struck(tag).unwrap_or(false) }
}

/// Whether a line is drawn through a text, where its properties say so.
fn struck(tag: &str) -> Option<bool> {
    let is_drawn = |name: &str| attribute(tag, name).map(|value| value != "none");
    is_drawn("style:text-line-through-style").or_else(|| is_drawn("style:text-line-through-type"))
}

#[cfg(test)]
mod tests {
    use super::super::tags::{name_of, split_tag};
    use super::*;

    fn styles(xml: &str) -> Styles {
        let mut own = Styles::default();
        for piece in xml.split('<') {
            let (tag, text) = split_tag(piece);
            own.take(name_of(tag), tag, text);
        }
        own
    }

    fn shown(format: &str) -> Option<Shown> {
        let cell = "<style:style style:name=\"a\" style:family=\"table-cell\" \
                    style:parent-style-name=\"b\"/><style:style style:name=\"b\" \
                    style:family=\"table-cell\" style:data-style-name=\"N1\"/>";
        let mut own = styles(&format!("{cell}{format}"));
        own.meaning("a").map(|meaning| match &*meaning {
            Meaning::Shown(shown) => shown.clone(),
            other => panic!("{other:?}"),
        })
    }

    fn number_style(content: &str) -> Option<Shown> {
        shown(&format!("<number:number-style style:name=\"N1\">{content}</number:number-style>"))
    }

    #[test]
    fn words_and_money_of_a_format_are_told() {
        let digits = "<number:number number:min-integer-digits=\"1\" number:grouping=\"true\"/>";
        let unit = number_style(&format!("{digits}<number:text> kg</number:text>"));
        assert_eq!(unit, Some(Shown::Unit("kg".into())));
        let money = shown(&format!(
            "<number:currency-style style:name=\"N1\"><number:currency-symbol \
             number:language=\"id\">Rp</number:currency-symbol>{digits}</number:currency-style>"
        ));
        assert_eq!(money, Some(Shown::Rupiah));
        let percent = shown(&format!(
            "<number:percentage-style style:name=\"N1\">{digits}<number:text>%</number:text>\
             </number:percentage-style>"
        ));
        assert_eq!(percent, Some(Shown::Percent));
        assert_eq!(number_style(digits), None);
        let text = number_style(&format!("{digits}<number:text>%</number:text>"));
        assert_eq!(text, None);
    }

    #[test]
    fn digits_of_a_format_and_a_factor_alter_the_number() {
        let is_altered = |content: &str| matches!(number_style(content), Some(Shown::Altered(_)));
        let digits = "<number:number number:min-integer-digits=\"1\"/>";
        assert!(is_altered(&format!("{digits}<number:text>.000</number:text>")));
        assert!(is_altered("<number:number number:display-factor=\"1000\"/>"));
        let within = |position: usize, text: &str| {
            format!(
                "<number:number number:min-integer-digits=\"1\"><number:embedded-text \
                 number:position=\"{position}\">{text}</number:embedded-text></number:number>"
            )
        };
        assert!(is_altered(&within(1, ",")) && !is_altered(&within(3, ".")));
        assert!(!is_altered("<number:number number:min-integer-digits=\"6\"/>"));
    }

    #[test]
    fn formats_for_some_values_count_too() {
        let digits = "<number:number number:min-integer-digits=\"1\"/>";
        let format = format!(
            "<number:number-style style:name=\"N1P0\">{digits}<number:text> rb</number:text>\
             </number:number-style><number:number-style style:name=\"N1\"><number:text>-\
             </number:text>{digits}<style:map style:condition=\"value()>=0\" \
             style:apply-style-name=\"N1P0\"/></number:number-style>"
        );
        assert_eq!(shown(&format), Some(Shown::Unit("rb".into())));
    }

    #[test]
    fn raised_and_struck_texts_are_told() {
        let own = styles(
            "<style:style style:name=\"T1\" style:family=\"text\"><style:text-properties \
             style:text-position=\"super 58%\"/></style:style><style:style style:name=\"T2\" \
             style:family=\"text\"><style:text-properties \
             style:text-line-through-style=\"solid\"/></style:style><style:style \
             style:name=\"T3\" style:family=\"text\"><style:text-properties \
             style:text-position=\"0% 100%\" style:text-line-through-style=\"none\"/>\
             </style:style>",
        );
        assert_eq!(own.text("T1"), TextStyle { is_raised: true, is_struck: false });
        assert_eq!(own.text("T2"), TextStyle { is_raised: false, is_struck: true });
        let plain = TextStyle::default();
        assert_eq!((own.text("T3"), own.text("T4")), (plain, plain));
    }

    #[test]
    fn cells_that_are_struck_out_are_told_by_their_style_or_the_one_behind_it() {
        let cell = |attributes: &str, line: &str| {
            format!(
                "<style:style style:family=\"table-cell\" {attributes}><style:text-properties \
                 {line}/></style:style>"
            )
        };
        let struck = "style:text-line-through-style=\"solid\"";
        let own = styles(
            &[
                cell("style:name=\"a\"", struck),
                cell("style:name=\"b\" style:parent-style-name=\"a\"", ""),
                cell(
                    "style:name=\"c\" style:parent-style-name=\"a\"",
                    "style:text-line-through-style=\"none\"",
                ),
                "<style:style style:name=\"d\" style:family=\"table-cell\"/>".to_owned(),
                "<style:style style:name=\"e\" style:family=\"text\"/>".to_owned(),
            ]
            .concat(),
        );
        let found = ["a", "b", "c", "d", "e"].map(|name| own.is_struck(name));
        assert_eq!(found, [true, true, false, false, false]);
    }
}
