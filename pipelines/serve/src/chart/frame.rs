//! What stands around the data: accessible name and description, heading, explained marks.

use crate::chart::labels::{SIZE, wrapped};
use crate::chart::model::Mark;
use crate::chart::svg::{Anchor, INK, LINE, Look, Svg, escape, short};
use koridor_contract::message::Language;
use koridor_publish::short_number::short as short_number;
use koridor_publish::words::grouped;

/// Longest number that is written with all its digits, in characters.
const MOST_CHARACTERS: usize = 9;

/// What a chart says about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Letters, digits and hyphens, unique on the page: ids within the picture begin with it.
    pub id: String,
    /// What is seen, as a sentence of ten words or fewer.
    pub title: String,
    /// Measure, unit and period.
    pub caption: String,
    /// The same for those who do not see it: what is shown, and the numbers that matter.
    pub description: String,
    /// Whether title and caption are drawn too: for a picture that leaves its page.
    pub is_alone: bool,
    /// Width in CSS pixels at which text has its size; the picture shrinks and grows with its page.
    pub width: f64,
    /// Unit, as it stands above the axis; may be empty.
    pub unit: String,
    /// Decimals of values.
    pub decimals: usize,
    /// The reader's language.
    pub language: Language,
}

impl Frame {
    /// A value as it is written at its mark, in the marks of the language.
    pub fn number(&self, value: f64) -> String {
        let whole = grouped(value, self.decimals, self.language);
        match whole.chars().count() {
            0..=MOST_CHARACTERS => whole,
            _ => short_number(value, self.decimals, self.language),
        }
    }

    /// The numbers of an axis, all in one form.
    pub(super) fn ticks(&self, ticks: &[f64], decimals: usize) -> Vec<String> {
        let whole = ticks.iter().map(|own| grouped(*own, decimals, self.language));
        let whole: Vec<String> = whole.collect();
        if whole.iter().all(|own| own.chars().count() <= MOST_CHARACTERS - 2) {
            return whole;
        }
        ticks.iter().map(|own| short_number(*own, decimals, self.language)).collect()
    }

    /// Height of the heading where one is drawn.
    pub(super) fn heading_height(&self) -> f64 {
        match self.is_alone {
            true => self.heading().len() as f64 * LINE + 10.0,
            false => 0.0,
        }
    }

    fn heading(&self) -> Vec<(Look, String)> {
        let title = wrapped(&self.title, self.width / 1.1, 3).into_iter();
        let caption = wrapped(&self.caption, self.width, 3).into_iter();
        let title = title.map(|own| (Look::Strong, own));
        title.chain(caption.map(|own| (Look::Muted, own))).collect()
    }

    /// The lines that explain the marks of the picture.
    pub(super) fn explained(&self, marks: &[Mark]) -> Vec<String> {
        let meaning = |own: &Mark| format!("{} {}", own.text(), own.meaning(self.language));
        let said = marks.iter().map(meaning).collect::<Vec<_>>().join(" · ");
        wrapped(&said, self.width, 3)
    }

    /// The whole picture: what was drawn, from the top of the data down to `height`, with its
    /// heading above it and the marks explained below.
    pub(super) fn picture(&self, drawn: Svg, height: f64, marks: &[Mark]) -> String {
        let (top, explained) = (self.heading_height(), self.explained(marks));
        let whole = top + height + explained.len() as f64 * LINE;
        let Self { id, width, .. } = self;
        let (width, whole) = (short(*width), short(whole.ceil()));
        let mut svg = Svg::default();
        svg.raw(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" \
             viewBox=\"0 0 {width} {whole}\" width=\"{width}\" height=\"{whole}\" \
             aria-labelledby=\"{0}-t {0}-d\" \
             font-family=\"system-ui,sans-serif\" font-size=\"{SIZE}\" fill=\"{INK}\">",
            escape(id),
        ));
        svg.tag("title", &format!("id=\"{}-t\"", escape(id)), &self.title);
        svg.tag("desc", &format!("id=\"{}-d\"", escape(id)), &self.description);
        if self.is_alone {
            svg.element("path", &format!("d=\"M0 0H{width}V{whole}H0z\" fill=\"#fff\""));
            for (place, (look, line)) in self.heading().iter().enumerate() {
                svg.text((0.0, LINE * (place as f64 + 0.8)), Anchor::Start, *look, line);
            }
        }
        match top > 0.0 {
            true => svg.raw(&format!("<g transform=\"translate(0 {})\">", short(top))),
            false => svg.raw("<g>"),
        }
        svg.raw(&drawn.finish());
        for (place, line) in explained.iter().enumerate() {
            let y = height + LINE * (place as f64 + 0.7);
            svg.text((0.0, y), Anchor::Start, Look::Muted, line);
        }
        svg.raw("</g></svg>");
        svg.finish()
    }
}
