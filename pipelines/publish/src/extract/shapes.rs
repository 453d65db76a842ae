//! How the columns of extracts are shown to people, and what they are called in both languages.

use super::catalogue::Extract;
use crate::delivery_states::delivery_words;
use crate::error::PublishError;
use crate::evaluation::{DOCUMENT, Kind, Shower};
use crate::readable::{ReadableCell, ReadableColumn};
use crate::table::Record;
use crate::unit_words::unit_word;
use crate::withheld_rows::{HEADING, MEANING, WITHHELD, tells_withheld};
use crate::words::{Words, period_name};
use arrow::array::RecordBatch;
use koridor_contract::card::{self, Card};
use koridor_contract::message::Language;
use koridor_contract::{Contract, Field, FieldType};
use std::collections::BTreeMap;

/// A column of an extract for people.
struct Shape {
    name: String,
    heading: String,
    kind: Kind,
}

type Known = (&'static str, [&'static str; 2], Kind);

const TARGETS: [Known; 18] = [
    ("doc", ["Dokumen", "Document"], DOCUMENT),
    ("doc_version", ["Versi", "Version"], Kind::Text(10.0)),
    ("indicator_id", ["Indikator", "Indicator"], Kind::Indicator),
    ("dimension", ["Dimensi", "Dimension"], Kind::Codes(18.0)),
    ("region_code", ["Wilayah", "Region"], Kind::Region),
    ("year", ["Tahun", "Year"], Kind::Year),
    ("target_value", ["Target", "Target"], Kind::Target),
    ("target_low", ["Target, batas bawah", "Target, lower bound"], Kind::Target),
    ("target_high", ["Target, batas atas", "Target, upper bound"], Kind::Target),
    ("unit", ["Satuan", "Unit"], Kind::Text(12.0)),
    ("value", ["Realisasi", "Value"], Kind::Value),
    ("state", ["Keadaan", "State"], Kind::State),
    ("missing_regions", ["Tanpa wilayah", "Areas missing"], Kind::Codes(18.0)),
    ("raw_percent", ["Capaian (%)", "Met (%)"], Kind::Number(2)),
    ("predicate", ["Predikat", "Predicate"], Kind::TextIn(16.0)),
    ("note", ["Catatan", "Note"], Kind::Notes),
    ("flags", ["Tanda", "Flags"], Kind::Notes),
    ("sources", ["Sumber", "Sources"], Kind::Sources),
];

const SOURCES: [Known; 14] = [
    ("dataset", ["Data", "Data"], Kind::Datasets),
    ("measure", ["Ukuran", "Measure"], Kind::Codes(20.0)),
    ("unit", ["Satuan", "Unit"], Kind::Text(10.0)),
    ("breakdown", ["Rincian", "Breakdown"], Kind::Codes(18.0)),
    ("region_code", ["Wilayah", "Region"], Kind::Region),
    ("year", ["Tahun", "Year"], Kind::Year),
    ("months", ["Bulan", "Months"], Kind::Number(0)),
    ("source_name", ["Sumber", "Source"], Kind::Text(30.0)),
    ("is_headline", ["Utama", "Headline"], Kind::YesNo),
    ("value", ["Angka", "Figure"], Kind::Number(0)),
    ("headline_value", ["Angka utama", "Headline figure"], Kind::Number(0)),
    ("gap_percent", ["Selisih (%)", "Gap (%)"], Kind::Number(2)),
    ("band", ["Penilaian", "Reading"], Kind::Codes(16.0)),
    ("counted_at", ["Dihitung di", "Counted at"], Kind::Codes(20.0)),
];

const STATUS: [Known; 8] = [
    ("source_name", ["Instansi", "Office"], Kind::Text(38.0)),
    ("dataset", ["Data", "Data"], Kind::Datasets),
    ("region_code", ["Wilayah", "Region"], Kind::Region),
    ("period", ["Periode", "Period"], Kind::Text(10.0)),
    ("due_on", ["Jatuh tempo", "Due"], Kind::Day),
    ("received_on", ["Diterima", "Received"], Kind::Day),
    ("state", ["Keadaan", "State"], Kind::Text(22.0)),
    ("submissions", ["Kiriman", "Submissions"], Kind::Number(0)),
];

const EVALUATION: [Known; 9] = [
    ("year", ["Tahun", "Year"], Kind::Year),
    ("section", ["Bagian", "Section"], Kind::Text(16.0)),
    ("table_name", ["Tabel", "Table"], Kind::Text(16.0)),
    ("row_number", ["Baris", "Row"], Kind::Number(0)),
    ("indicator_id", ["Indikator", "Indicator"], Kind::Indicator),
    ("region_code", ["Wilayah", "Region"], Kind::Region),
    ("column_name", ["Kolom", "Column"], Kind::Text(18.0)),
    ("number", ["Angka", "Number"], Kind::Number(2)),
    ("text", ["Isian", "Text"], Kind::Text(40.0)),
];

/// Bands of a gap between sources, in Bahasa Indonesia and English.
const BANDS: [(&str, [&str; 2]); 3] = [
    ("consistent", ["sejalan", "consistent"]),
    ("explain", ["perlu dijelaskan", "to be explained"]),
    ("definitions_differ", ["definisi berbeda", "definitions differ"]),
];

/// Shows an extract to people, in one language.
pub struct Shown<'project> {
    extract: Extract,
    words: Words<'project>,
    cards: BTreeMap<String, Card>,
    shapes: Vec<Shape>,
}

impl<'project> Shown<'project> {
    /// For the rows of an extract.
    ///
    /// # Errors
    /// Where a card cannot be used.
    pub fn new(extract: &Extract, words: Words<'project>) -> Result<Self, PublishError> {
        let known: &[Known] = match extract {
            Extract::Indicators => &[],
            Extract::Targets => &TARGETS,
            Extract::Sources => &SOURCES,
            Extract::Status => &STATUS,
            Extract::Evaluation => &EVALUATION,
            Extract::Dataset(_) => &[],
        };
        let shape = |(name, [id, en], kind): &Known| Shape {
            name: (*name).to_owned(),
            heading: words.language.pick(*id, *en).to_owned(),
            kind: *kind,
        };
        let shapes = match extract {
            Extract::Dataset(own) => {
                let is_told = tells_withheld(words.project, own);
                let fields = own.published_fields().map(|own| field(own, words));
                fields.chain(is_told.then(|| withheld(words.language))).collect()
            }
            _ => known.iter().map(shape).collect(),
        };
        let cards =
            card::load(words.project)?.into_iter().map(|own| (own.card.id.clone(), own.card));
        Ok(Self { extract: extract.clone(), words, cards: cards.collect(), shapes })
    }

    /// The columns.
    pub fn columns(&self) -> Vec<ReadableColumn> {
        let shower = Shower { words: self.words, cards: &self.cards };
        self.shapes.iter().map(|own| shower.column(&own.heading, own.kind)).collect()
    }

    /// The rows of a batch.
    pub fn rows(&self, rows: &RecordBatch) -> Vec<Vec<ReadableCell>> {
        let shower = Shower { words: self.words, cards: &self.cards };
        let of_row = |row: usize| {
            let row = Record::of(rows, row);
            self.shapes.iter().map(|own| self.cell(&shower, own, row)).collect()
        };
        (0..rows.num_rows()).map(of_row).collect()
    }

    fn cell(&self, shower: &Shower<'_>, shape: &Shape, row: Record<'_>) -> ReadableCell {
        let text = row.text_or_empty(&shape.name);
        let said = match (&self.extract, shape.name.as_str()) {
            (Extract::Status, "state") => delivery_words(&text, self.words.language).to_owned(),
            (Extract::Status, "period") => period_name(&row.text_or_empty("cadence"), &text),
            (Extract::Targets, "unit") => self.unit_of_target(&text, row),
            (Extract::Sources, "unit") => unit_word(&text, self.words.language).to_owned(),
            (Extract::Sources, "band") => named(&BANDS, &text, self.words.language),
            (Extract::Dataset(contract), name) => {
                let field = contract.fields.iter().find(|field| field.name == name);
                match field.and_then(|field| self.typed(field, row)) {
                    Some(cell) => return cell,
                    None => return shower.cell(name, shape.kind, row),
                }
            }
            (_, name) => return shower.cell(name, shape.kind, row),
        };
        if said.is_empty() { ReadableCell::Blank } else { ReadableCell::Text(said) }
    }

    /// The unit of a target: the indicator's own in the language, where it is that.
    fn unit_of_target(&self, unit: &str, row: Record<'_>) -> String {
        let card = self.cards.get(&row.text_or_empty("indicator_id"));
        let own = card.filter(|card| card.unit == unit);
        own.map_or(unit, |card| card.unit_in(self.words.language)).to_owned()
    }

    /// A number of a contract with the digits that it has, a point by its name.
    fn typed(&self, field: &Field, row: Record<'_>) -> Option<ReadableCell> {
        let text = row.text(&field.name)?;
        if field.field_type == FieldType::Number {
            let fraction = text.split_once('.').map(|(_, rest)| rest.trim_end_matches('0').len());
            let own =
                field.koridor.decimal.map_or(fraction.unwrap_or(0), |(_, scale)| scale.into());
            let digits = u8::try_from(own).unwrap_or(u8::MAX);
            return Some(ReadableCell::Number(text.parse().ok()?, digits));
        }
        let list = self.words.project.codes.get(field.koridor.codes.as_ref()?)?;
        let column = self.words.language.pick("name", "name_en");
        let name = list.attribute(&text, column).or_else(|| list.attribute(&text, "name"))?;
        (list.name != "region").then(|| ReadableCell::Text(name.to_owned()))
    }

    /// What each column holds: heading, name for programs, unit, meaning.
    pub fn dictionary(&self) -> Vec<[String; 4]> {
        let Extract::Dataset(contract) = &self.extract else { return Vec::new() };
        let row = |field: &Field| {
            let title = title(field, self.words.language).to_owned();
            let unit = unit(field, self.words.language).unwrap_or_default().to_owned();
            [title, field.name.clone(), unit, meaning(contract, field)]
        };
        let fields = contract.published_fields().map(row);
        let is_told = tells_withheld(self.words.project, contract);
        let last = is_told.then(|| {
            let heading = withheld(self.words.language).heading;
            [heading, WITHHELD.to_owned(), String::new(), MEANING.to_owned()]
        });
        fields.chain(last).collect()
    }
}

/// Why a row makes no number.
fn withheld(language: Language) -> Shape {
    let [id, en] = HEADING;
    let heading = language.pick(id, en).to_owned();
    Shape { name: WITHHELD.to_owned(), heading, kind: Kind::Notes }
}

/// The unit of a field in a language.
fn unit(field: &Field, language: Language) -> Option<&str> {
    let unit = field.koridor.unit.as_deref().filter(|unit| !unit.is_empty())?;
    Some(unit_word(unit, language))
}

/// The word for a code of a list.
fn named(words: &[(&str, [&str; 2])], code: &str, language: Language) -> String {
    let found = words.iter().find(|(own, _)| *own == code);
    found.map_or(code, |(_, [id, en])| language.pick(id, en)).to_owned()
}

fn title(field: &Field, language: Language) -> &str {
    match language {
        Language::En if !field.koridor.title_en.is_empty() => &field.koridor.title_en,
        _ => &field.title,
    }
}

/// What a field means, in English, with its list of codes.
fn meaning(contract: &Contract, field: &Field) -> String {
    let mut said = vec![field.description.clone()];
    if contract.primary_key.contains(&field.name) {
        said.push("key".to_owned());
    }
    if let Some(list) = &field.koridor.codes {
        said.push(format!("codes: {list}"));
    }
    said.retain(|part| !part.is_empty());
    said.join("; ")
}

fn field(field: &Field, words: Words<'_>) -> Shape {
    let title = title(field, words.language);
    let unit = unit(field, words.language);
    let heading = match unit {
        Some(unit) => format!("{title} ({unit})"),
        None => title.to_owned(),
    };
    let kind = match (&field.field_type, field.koridor.codes.as_deref()) {
        (FieldType::String, Some("region")) => Kind::Region,
        (FieldType::String, Some("source")) => Kind::Text(34.0),
        (FieldType::String, None) if field.constraints.allowed.is_some() => Kind::Codes(16.0),
        (FieldType::String, _) => Kind::Text(20.0),
        (FieldType::Integer, _) => Kind::Number(0),
        (FieldType::Number, _) => Kind::Number(field.decimal().1),
        (FieldType::Boolean, _) => Kind::YesNo,
        (FieldType::Date | FieldType::Datetime, _) => Kind::Day,
        (FieldType::Year, _) => Kind::Year,
    };
    Shape { name: field.name.clone(), heading, kind }
}
