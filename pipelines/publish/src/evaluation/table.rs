//! One table of the evaluation: as rows of codes for programs, and in words for people.

use super::layout::{Kind, TableLayout};
use super::{Asked, ReadableTable, parameters};
use crate::error::PublishError;
use crate::readable::{ReadableCell, ReadableColumn};
use crate::table::{Record, Table};
use crate::words::Words;
use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use koridor_contract::card::Card;
use koridor_lake::Engine;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A table of the evaluation.
pub struct EvaluationTable {
    /// Name, for programs.
    pub name: &'static str,
    /// Title, in one language.
    pub title: &'static str,
    /// Rows as the statement gives them.
    pub rows: Table,
    /// The same for people.
    pub readable: ReadableTable,
    /// Of each of its columns, whether a terminal has room for it.
    pub is_brief: Vec<bool>,
    layout: &'static TableLayout,
}

impl EvaluationTable {
    /// The names of its columns in the statement.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.layout.columns.iter().map(|own| own.name)
    }

    /// The same table in the words of another language.
    pub(super) fn said(&self, words: Words<'_>, cards: &BTreeMap<String, Card>) -> Self {
        Sayer { words, cards }.shown(self.layout, self.rows.clone())
    }
}

/// Reads tables of one release.
pub(super) struct Reader<'evaluation> {
    pub(super) engine: &'evaluation Engine,
    pub(super) sayer: Sayer<'evaluation>,
    pub(super) asked: &'evaluation Asked,
}

/// Puts rows into the words of one language.
pub(super) struct Sayer<'words> {
    pub(super) words: Words<'words>,
    pub(super) cards: &'words BTreeMap<String, Card>,
}

/// A value by indicator and region, and its state.
type Values = BTreeMap<(String, String), (Option<f64>, String)>;

impl Reader<'_> {
    /// A table as its statement gives it.
    pub(super) async fn read(
        &self,
        layout: &'static TableLayout,
        section: &str,
    ) -> Result<EvaluationTable, PublishError> {
        let given = parameters(self.asked, section);
        let rows = Table::named(self.engine, layout.statement, given).await?;
        Ok(self.sayer.shown(layout, rows))
    }

    /// The values that are not the same in the current release.
    pub(super) async fn compare(
        &self,
        now: &Engine,
        layout: &'static TableLayout,
    ) -> Result<EvaluationTable, PublishError> {
        let frozen = self.values(self.engine, layout).await?;
        let current = self.values(now, layout).await?;
        let none = (None, "no_data".to_owned());
        let keys: std::collections::BTreeSet<_> = frozen.keys().chain(current.keys()).collect();
        let pairs = keys
            .into_iter()
            .map(|key| (key, frozen.get(key).unwrap_or(&none), current.get(key).unwrap_or(&none)));
        let moved: Vec<_> = pairs.filter(|(_, before, after)| before != after).collect();
        let text = |texts: Vec<&str>| -> ArrayRef { Arc::new(StringArray::from(texts)) };
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("indicator_id", text(moved.iter().map(|(key, ..)| key.0.as_str()).collect())),
            ("region_code", text(moved.iter().map(|(key, ..)| key.1.as_str()).collect())),
            ("value_frozen", Arc::new(Float64Array::from_iter(moved.iter().map(|own| own.1.0)))),
            ("state_frozen", text(moved.iter().map(|own| own.1.1.as_str()).collect())),
            ("value_now", Arc::new(Float64Array::from_iter(moved.iter().map(|own| own.2.0)))),
            ("state_now", text(moved.iter().map(|own| own.2.1.as_str()).collect())),
        ];
        let field = |(name, column): &(&str, ArrayRef)| {
            let kind: &DataType = column.data_type();
            Field::new(*name, kind.clone(), true)
        };
        let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        let rows = vec![RecordBatch::try_new(Arc::clone(&schema), columns)?];
        Ok(self.sayer.shown(layout, Table { schema, rows }))
    }

    async fn values(
        &self,
        engine: &Engine,
        layout: &'static TableLayout,
    ) -> Result<Values, PublishError> {
        let rows = Table::named(engine, layout.statement, parameters(self.asked, "")).await?;
        let value = |row: Record<'_>| {
            let key = (row.text_or_empty("indicator_id"), row.text_or_empty("region_code"));
            (key, (row.number("value"), row.text_or_empty("state")))
        };
        Ok(rows.records().map(value).collect())
    }
}

impl Sayer<'_> {
    fn shown(&self, layout: &'static TableLayout, rows: Table) -> EvaluationTable {
        let [id, en] = layout.title;
        let shower = Shower { words: self.words, cards: self.cards };
        let shown = rows.records().map(|row| {
            layout.columns.iter().map(|own| shower.cell(own.name, own.kind, row)).collect()
        });
        let readable = ReadableTable {
            columns: layout
                .columns
                .iter()
                .map(|own| {
                    shower
                        .column(self.words.language.pick(own.heading[0], own.heading[1]), own.kind)
                })
                .collect(),
            rows: shown.collect(),
        };
        let is_brief = layout.columns.iter().map(|column| column.is_brief).collect();
        let name = layout.statement.trim_start_matches("evaluation_");
        let title = self.words.language.pick(id, en);
        EvaluationTable { name, title, rows, readable, is_brief, layout }
    }
}

/// Shows cells to people, in one language.
pub(crate) struct Shower<'cards> {
    pub(crate) words: Words<'cards>,
    pub(crate) cards: &'cards BTreeMap<String, Card>,
}

impl Shower<'_> {
    /// A column of a kind.
    pub(crate) fn column(&self, heading: &str, kind: Kind) -> ReadableColumn {
        let width = match kind {
            Kind::Text(width)
            | Kind::TextIn(width)
            | Kind::Codes(width)
            | Kind::Listed(_, width) => Some(width),
            Kind::Region => Some(22.0),
            Kind::Indicator | Kind::Datasets => Some(30.0),
            Kind::Sources => Some(26.0),
            Kind::State => Some(16.0),
            Kind::Unit => Some(14.0),
            Kind::Notes => Some(34.0),
            Kind::Day => Some(12.0),
            Kind::Year => Some(8.0),
            Kind::YesNo => Some(9.0),
            Kind::Value | Kind::Target | Kind::Number(_) => None,
        };
        ReadableColumn { heading: heading.to_owned(), width, is_printed: true }
    }

    /// What a row has in a column, by the column's name and kind.
    pub(crate) fn cell(&self, name: &str, kind: Kind, row: Record<'_>) -> ReadableCell {
        let words = &self.words;
        let text = row.text_or_empty(name);
        let card = || self.cards.get(&row.text_or_empty("indicator_id"));
        let digits = || card().map_or(2, |card| card.decimals);
        let said = match kind {
            Kind::Value => return number(row, name, digits()),
            Kind::Target => {
                let filed = || row.number(name).map_or(0, filed_digits);
                return number(row, name, card().map_or_else(filed, |card| card.decimals));
            }
            Kind::Unit => self.unit(&text, card()),
            Kind::Number(digits) => return number(row, name, digits),
            // A moment is shown as it stands.
            Kind::Day if text.len() == "2024-12-31".len() => return ReadableCell::Day(text),
            Kind::Year => return text.parse().map_or(ReadableCell::Blank, ReadableCell::Year),
            Kind::Text(_) if name == "source_name" => {
                words.source_name(&row.text_or_empty("source_id"), &text)
            }
            Kind::Text(_) | Kind::Day => text,
            Kind::TextIn(_) => row.text_or_empty(words.language.pick(name, &format!("{name}_en"))),
            Kind::Region => match text.as_str() {
                "" | "*" => words.language.pick("semua wilayah", "all regions").to_owned(),
                code => words.region(code),
            },
            Kind::Indicator => card().map_or(text, |card| card.title_in(words.language).to_owned()),
            Kind::Codes(_) if text.is_empty() && name == "dimension" => {
                words.language.pick("Semua", "All").to_owned()
            }
            Kind::Codes(_) => {
                let words = text.split(", ").map(|code| self.code(code));
                words.collect::<Vec<_>>().join(", ")
            }
            Kind::Listed(list, _) => {
                let list = words.project.codes.get(list);
                let column = words.language.pick("name", "name_en");
                list.and_then(|own| own.attribute(&text, column)).unwrap_or(&text).to_owned()
            }
            Kind::Datasets => {
                let titles = text.split(", ").map(|name| words.dataset(name));
                titles.collect::<Vec<_>>().join(", ")
            }
            Kind::Sources => words.sources(&text),
            Kind::State => words.state(&text).to_owned(),
            Kind::Notes => {
                self.with_titles(&words.flags_with(&text, card().map(|card| card.decimals)))
            }
            Kind::YesNo => match row.is_true(name) {
                true => words.language.pick("ya", "yes").to_owned(),
                false => words.language.pick("tidak", "no").to_owned(),
            },
        };
        match said.is_empty() {
            true => ReadableCell::Blank,
            false => ReadableCell::Text(said),
        }
    }

    /// The unit of an indicator. A target that is filed in another one names both: what was filed
    /// is no number of the card's unit.
    fn unit(&self, filed: &str, card: Option<&Card>) -> String {
        let Some(card) = card else { return filed.to_owned() };
        let (own, language) = (card.unit_in(self.words.language), self.words.language);
        let is_own = filed.is_empty() || filed == card.unit || filed == card.unit_en;
        match is_own {
            true => own.to_owned(),
            false => format!("{filed} ({}: {own})", language.pick("nilai", "value")),
        }
    }

    /// A text with the titles of indicators in place of their ids.
    fn with_titles(&self, said: &str) -> String {
        let mut told = String::new();
        let mut is_listed = false;
        for word in said.split(' ') {
            let id = word.trim_end_matches([',', ';']);
            let card = self.cards.get(id);
            let begin = match (told.is_empty(), is_listed && card.is_some()) {
                (true, _) => "",
                (_, true) => ", ",
                (_, false) => " ",
            };
            let title = card.map_or(id, |card| card.title_in(self.words.language));
            told.push_str(&format!("{begin}{title}{}", word.get(id.len()..).unwrap_or_default()));
            is_listed = card.is_some() && word == id;
        }
        told
    }

    /// A code in words; an indicator's is its title.
    fn code(&self, code: &str) -> String {
        match self.cards.get(code) {
            Some(card) => card.title_in(self.words.language).to_owned(),
            None => self.words.code(code),
        }
    }
}

/// The most digits behind the comma that are shown of a target without a card.
const MOST_FILED_DIGITS: usize = 4;

/// How many digits behind the comma a number was filed with.
fn filed_digits(number: f64) -> u8 {
    let text = number.to_string();
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
    u8::try_from(fraction.len().min(MOST_FILED_DIGITS)).unwrap_or_default()
}

fn number(row: Record<'_>, name: &str, digits: u8) -> ReadableCell {
    let number = row.number(name).or_else(|| row.text(name)?.parse().ok());
    match number {
        Some(number) if number.is_finite() => ReadableCell::Number(number, digits),
        _ => ReadableCell::Blank,
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Shower, filed_digits};
    use crate::readable::ReadableCell;
    use crate::table::Record;
    use crate::words::Words;
    use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
    use koridor_contract::Project;
    use koridor_contract::card;
    use koridor_contract::message::Language;
    use koridor_contract::project::{Files, read_project_folder};
    use std::path::Path;
    use std::sync::Arc;

    #[test]
    fn targets_and_notes_are_told_as_the_cards_have_them() {
        let mut files = Files::new();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        read_project_folder(&repository, &mut files).unwrap();
        let project = Project::from_files(files).unwrap();
        let cards = card::load(&project).unwrap().into_iter();
        let cards = cards.map(|own| (own.card.id.clone(), own.card)).collect();
        let shower =
            Shower { words: Words { project: &project, language: Language::En }, cards: &cards };
        let texts = |texts: [&str; 3]| -> ArrayRef { Arc::new(StringArray::from(texts.to_vec())) };
        let note = "refused_rows: qris_penetration umkm_nib_rate, synthetic: spbe_index";
        let rows = RecordBatch::try_from_iter([
            ("indicator_id", texts(["alos_rlmt", "alos_rlmt", "no_such_indicator"])),
            ("unit", texts(["malam", "hari", "buah"])),
            (
                "target_value",
                Arc::new(Float64Array::from(vec![1.7375, 1.7375, 1.7375])) as ArrayRef,
            ),
            ("flags", texts([note, "", "synthetic"])),
        ]);
        let rows = rows.unwrap();
        let cell =
            |name: &str, kind: Kind, row: usize| shower.cell(name, kind, Record::of(&rows, row));
        let digits = [0, 1, 2].map(|row| match cell("target_value", Kind::Target, row) {
            ReadableCell::Number(_, digits) => digits,
            _ => 99,
        });
        assert_eq!(digits, [2, 2, 4]);
        let said = |name: &str, kind: Kind, row: usize| match cell(name, kind, row) {
            ReadableCell::Text(text) => text,
            _ => String::new(),
        };
        let units = [0, 1, 2].map(|row| said("unit", Kind::Unit, row));
        assert_eq!(units, ["nights", "hari (value: nights)", "buah"]);
        let notes = said("flags", Kind::Notes, 0);
        assert!(notes.contains(": QRIS penetration, MSMEs with NIB; "), "{notes}");
        assert!(!notes.contains("umkm_nib_rate") && !notes.contains("spbe_index"), "{notes}");
    }

    #[test]
    fn a_target_without_a_card_has_the_digits_that_it_was_filed_with() {
        let digits = [1300.0, 390.1, 1.17, 2339.9999, -0.5].map(filed_digits);
        assert_eq!(digits, [0, 1, 2, 4, 1]);
    }
}
