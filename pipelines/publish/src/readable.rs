//! An extract as people read it: titles, regions, periods, states and flags in the words of one
//! language, and numbers with the digits of their indicator's card.

use crate::coverage_text::Covered;
use crate::error::PublishError;
use crate::table::Record;
use crate::words::{Words, period_name};
use arrow::array::RecordBatch;
use koridor_contract::Project;
use koridor_contract::card::{self, Aggregation, Card};
use koridor_contract::message::Language;
use std::collections::BTreeMap;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadableCell {
    /// Nothing.
    Blank,
    /// A text.
    Text(String),
    /// A number with the digits shown behind the decimal mark.
    Number(f64, u8),
    /// A day, ISO.
    Day(String),
    /// A calendar year.
    Year(i32),
}

/// A column.
#[derive(Debug, Clone)]
pub struct ReadableColumn {
    /// Heading.
    pub heading: String,
    /// Width in characters of a column of texts, which wrap; one of numbers is as wide as they are.
    pub width: Option<f64>,
    /// Whether it is printed: what only a program asks for is not.
    pub is_printed: bool,
}

/// Columns of the values: headings in both languages, width, whether printed.
const VALUES: [([&str; 2], Option<f64>, bool); 15] = [
    (["Indikator", "Indicator"], Some(27.0), true),
    (["Satuan", "Unit"], Some(12.0), true),
    (["Wilayah", "Region"], Some(19.0), true),
    (["Periode", "Period"], Some(10.0), true),
    (["Rincian", "Breakdown"], Some(12.0), true),
    (["Nilai", "Value"], None, true),
    (["Keadaan", "State"], Some(14.0), true),
    (["Cakupan", "Coverage"], Some(24.0), true),
    (["Catatan", "Notes"], Some(36.0), true),
    (["Sumber", "Sources"], Some(28.0), true),
    (["Pembilang", "Numerator"], None, false),
    (["Penyebut", "Denominator"], None, false),
    (["Kode indikator", "Indicator id"], Some(28.0), false),
    (["Dimensi", "Dimension"], Some(14.0), false),
    (["Rilis", "Release"], Some(14.0), false),
];

/// Columns of the dictionary.
const DICTIONARY: [([&str; 2], f64); 10] = [
    (["Indikator", "Indicator"], 27.0),
    (["Kode", "Id"], 28.0),
    (["Dimensi", "Dimension"], 13.0),
    (["Satuan", "Unit"], 12.0),
    (["Rumus", "Formula"], 36.0),
    (["Metode", "Method"], 48.0),
    (["Penggabungan", "Aggregation"], 15.0),
    (["Arah", "Polarity"], 15.0),
    (["Dataset", "Datasets"], 22.0),
    (["Standar", "Standard"], 22.0),
];

/// Digits of a count that is not whole.
const DIGITS: u8 = 2;

/// Turns rows into what people read.
pub struct Readable<'project> {
    words: Words<'project>,
    cards: BTreeMap<String, Card>,
}

impl<'project> Readable<'project> {
    /// For the cards of a project.
    ///
    /// # Errors
    /// Where a card cannot be used.
    pub fn new(project: &'project Project, language: Language) -> Result<Self, PublishError> {
        let cards = card::load(project)?.into_iter().map(|own| (own.card.id.clone(), own.card));
        Ok(Self { words: Words { project, language }, cards: cards.collect() })
    }

    /// The columns of the values.
    pub fn value_columns(&self) -> Vec<ReadableColumn> {
        let column = |([id, en], width, is_printed): ([&str; 2], Option<f64>, bool)| {
            let heading = self.words.language.pick(id, en).to_owned();
            ReadableColumn { heading, width, is_printed }
        };
        VALUES.into_iter().map(column).collect()
    }

    /// The rows of an extract's batch, in the order of [`Readable::value_columns`].
    pub fn values(&self, rows: &RecordBatch) -> Vec<Vec<ReadableCell>> {
        (0..rows.num_rows()).map(|row| self.value(Record::of(rows, row))).collect()
    }

    fn value(&self, row: Record<'_>) -> Vec<ReadableCell> {
        let (words, language) = (&self.words, self.words.language);
        let text = |name: &str| row.text_or_empty(name);
        let id = text("indicator_id");
        let card = self.cards.get(&id);
        let title = card.map_or(id.as_str(), |card| card.title_in(language)).to_owned();
        let unit = card.map_or("", |card| card.unit_in(language)).to_owned();
        let number = |name: &str, digits: Option<u8>| match row.number(name) {
            Some(number) if number.is_finite() => {
                let own = if number.fract() == 0.0 { 0 } else { DIGITS };
                ReadableCell::Number(number, digits.unwrap_or(own))
            }
            _ => ReadableCell::Blank,
        };
        let cell = |text: String| match text.is_empty() {
            true => ReadableCell::Blank,
            false => ReadableCell::Text(text),
        };
        let [region, state, coverage, flags] =
            ["region_code", "state", "coverage", "flags"].map(text);
        let covered =
            Covered { region: &region, state: &state, coverage: &coverage, flags: &flags };
        vec![
            cell(title),
            cell(unit),
            cell(words.short_scope(&region)),
            cell(period_name(&text("grain"), &text("period"))),
            cell(words.code(&text("breakdown"))),
            number("value", Some(card.map_or(DIGITS, |card| card.decimals))),
            cell(words.state(&state).to_owned()),
            cell(words.coverage(covered, &[])),
            cell(words.flags(&flags)),
            cell(words.sources(&text("sources"))),
            number("numerator", None),
            number("denominator", None),
            cell(id),
            cell(dimension(&text("dimension"))),
            cell(text("release_id")),
        ]
    }

    /// The columns of the dictionary.
    pub fn dictionary_columns(&self) -> Vec<ReadableColumn> {
        let columns = DICTIONARY.into_iter();
        columns.map(|([id, en], width)| texts(self.words.language.pick(id, en), width)).collect()
    }

    /// What each indicator means, a row an indicator.
    pub fn dictionary(&self) -> Vec<Vec<ReadableCell>> {
        let language = self.words.language;
        let row = |card: &Card| {
            let datasets = card.datasets.iter().map(|name| self.words.dataset(name));
            let datasets: Vec<&str> = datasets.collect();
            [
                card.title_in(language).to_owned(),
                card.id.clone(),
                dimension(&card.dimension),
                card.unit_in(language).to_owned(),
                card.formula_in(language).to_owned(),
                language.pick(&card.method, &card.method_en).clone(),
                aggregation_name(card.aggregation, language).to_owned(),
                polarity_name(&card.polarity, language).to_owned(),
                datasets.join(", "),
                card.standard.clone(),
            ]
            .into_iter()
            .map(ReadableCell::Text)
            .collect()
        };
        self.cards.values().map(row).collect()
    }
}

/// A column of texts.
pub fn texts(heading: &str, width: f64) -> ReadableColumn {
    ReadableColumn { heading: heading.to_owned(), width: Some(width), is_printed: true }
}

/// A dimension of the Smart City masterplan by its own name.
fn dimension(code: &str) -> String {
    let mut letters = code.chars();
    let first: String = letters.next().iter().flat_map(|letter| letter.to_uppercase()).collect();
    if first.is_empty() { first } else { format!("Smart {first}{}", letters.as_str()) }
}

fn aggregation_name(aggregation: Aggregation, language: Language) -> &'static str {
    match aggregation {
        Aggregation::Rs => language.pick("rasio dari jumlah", "ratio of sums"),
        Aggregation::Sum => language.pick("jumlah", "sum"),
        Aggregation::Pool => language.pick("deret gabungan", "pooled series"),
        Aggregation::Na => language.pick("tidak digabung", "not aggregated"),
    }
}

fn polarity_name(polarity: &str, language: Language) -> &str {
    match polarity {
        "+" => language.pick("lebih tinggi lebih baik", "higher is better"),
        "-" => language.pick("lebih rendah lebih baik", "lower is better"),
        "0" => language.pick("keterangan", "context"),
        other => other,
    }
}
