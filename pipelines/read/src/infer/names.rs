//! What offices call the fields of a contract: its own names and titles, the headers of the
//! descriptions there are, and words of both.

use crate::layout::header_key;
use crate::layout::units::without_unit;
use koridor_contract::codes::{CodeMatch, normalise};
use koridor_contract::{Contract, Field, FieldType, Project, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Words that name no field by themselves.
const FILLERS: [&str; 18] = [
    "jumlah", "total", "data", "per", "di", "ke", "dan", "menurut", "nama", "kode", "yang",
    "dalam", "pada", "the", "of", "number", "unit", "tahun",
];

/// Beginnings of words that make of a figure another one: the poor are not the population.
const QUALIFIERS: [&str; 40] = [
    "miskin",
    "kemiskin",
    "kepadatan",
    "laju",
    "pertumbuhan",
    "pengangguran",
    "kelahiran",
    "kematian",
    "rasio",
    "indeks",
    "poor",
    "poverty",
    "growth",
    "density",
    "ratio",
    "bekerja",
    "pekerja",
    "angkatan",
    "laki",
    "perempuan",
    "pria",
    "wanita",
    "lahir",
    "mati",
    "pindah",
    "persen",
    "rata",
    "usia",
    "umur",
    "target",
    "rencana",
    "proyeksi",
    "rumah",
    "tangga",
    "keluarga",
    "disabilitas",
    "average",
    "male",
    "female",
    "household",
];

/// Of these the ones that a title says of all its table; the others may be of one column.
const OF_A_TABLE: usize = 15;

/// The words of a label that make of a figure another one.
fn qualifiers(text: &str) -> BTreeSet<&'static str> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|mark: char| !mark.is_alphanumeric()).collect();
    let is_said = |qualifier: &&&str| words.iter().any(|word| word.starts_with(**qualifier));
    QUALIFIERS.iter().filter(is_said).copied().collect()
}

/// What offices call the column of regencies.
const REGION_NAMES: [&str; 8] = [
    "Kabupaten/Kota",
    "Kabupaten",
    "Kab/Kota",
    "Kabkot",
    "Wilayah",
    "Daerah",
    "Regency",
    "Nama Kabupaten/Kota",
];

/// What offices call the column of months.
const MONTH_NAMES: [&str; 7] =
    ["Bulan", "Periode", "Bulan Tahun", "Month", "Nama Bulan", "Tahun", "Year"];

/// How a label was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    /// By some of its words.
    Words,
    /// By its whole name.
    Whole,
}

/// The names of one contract's fields.
pub(super) struct Names<'project> {
    pub contract: &'project Contract,
    pub project: &'project Project,
    whole: BTreeMap<String, String>,
    words: Vec<(BTreeSet<String>, String)>,
    /// The office's words for the values of a field, such as `Keberangkatan` for `depart`.
    values: BTreeMap<String, BTreeMap<String, String>>,
}

impl<'project> Names<'project> {
    /// The names of a contract's fields, from the contract and from the descriptions there are.
    pub fn of(project: &'project Project, contract: &'project Contract) -> Self {
        let mut names = Self {
            contract,
            project,
            whole: BTreeMap::new(),
            words: Vec::new(),
            values: BTreeMap::new(),
        };
        names.add_descriptions();
        contract.own_fields().iter().for_each(|field| names.add_field(field));
        let is_wanted = |field: &&Field| is_measure(field) && field.constraints.required;
        let measures: Vec<&Field> = contract.own_fields().iter().filter(is_wanted).collect();
        // Where one number is all that a dataset holds, the dataset's own name speaks of it.
        if let [only] = measures.as_slice() {
            let field = only.name.clone();
            for title in [&contract.title, &contract.koridor.title_en] {
                names.words.push((words(title), field.clone()));
            }
        }
        names
    }

    /// Adds the headers and words that the descriptions of the dataset give a meaning.
    fn add_descriptions(&mut self) {
        let (project, contract) = (self.project, self.contract);
        let is_own = |source: &&Arc<Source>| source.dataset == contract.name && !source.draft;
        for source in project.sources.values().filter(is_own) {
            for column in &source.columns {
                column.header.iter().for_each(|header| self.add(header, &column.field));
                self.add_values(&column.field, &column.values);
            }
            for part in source.unpivot.iter().flat_map(|unpivot| &unpivot.header) {
                part.field.iter().for_each(|field| self.add_values(field, &part.values));
            }
        }
    }

    /// Adds a field's own names, those that every office uses for its kind, and its values.
    fn add_field(&mut self, field: &Field) {
        let own = [&field.name, &field.title, &field.koridor.title_en];
        own.into_iter().chain(&field.koridor.aliases).for_each(|name| self.add(name, &field.name));
        if field.koridor.codes.as_deref() == Some("region") {
            REGION_NAMES.iter().for_each(|name| self.add(name, &field.name));
        }
        if field.koridor.month {
            MONTH_NAMES.iter().for_each(|name| self.add(name, &field.name));
        }
        if field.field_type == FieldType::Year {
            ["Tahun", "Year"].iter().for_each(|name| self.add(name, &field.name));
        }
        for allowed in field.constraints.allowed.iter().flatten() {
            self.values
                .entry(field.name.clone())
                .or_default()
                .insert(normalise(allowed), allowed.clone());
        }
    }

    fn add(&mut self, text: &str, field: &str) {
        let key = header_key(text);
        if !key.is_empty() {
            self.whole.entry(key).or_insert_with(|| field.to_owned());
        }
        let words = words(without_unit(text));
        if !words.is_empty() {
            self.words.push((words, field.to_owned()));
        }
    }

    fn add_values(&mut self, field: &str, values: &BTreeMap<String, String>) {
        let own = self.values.entry(field.to_owned()).or_default();
        values.iter().for_each(|(word, value)| drop(own.insert(normalise(word), value.clone())));
    }

    /// The field a label names: as it stands, without what is in brackets behind it, or by its
    /// words.
    pub fn field(&self, label: &str) -> Option<(&str, Match)> {
        if let Some(field) = self.whole.get(&header_key(label)) {
            return Some((field, Match::Whole));
        }
        let said = qualifiers(label);
        let bare = without_unit(label);
        if let Some(field) = self.whole.get(&header_key(bare)).filter(|_| said == qualifiers(bare))
        {
            return Some((field, Match::Whole));
        }
        let own = words(bare);
        let is_like = |other: &BTreeSet<String>| {
            !own.is_empty()
                && !other.is_empty()
                && (other.is_subset(&own) || own.is_subset(other))
                && other.iter().flat_map(|word| qualifiers(word)).collect::<BTreeSet<_>>() == said
        };
        // The longest name that fits says most.
        let best = self
            .words
            .iter()
            .filter(|(other, _)| is_like(other))
            .max_by_key(|(other, _)| other.intersection(&own).count());
        best.map(|(_, field)| (field.as_str(), Match::Words))
    }

    /// Whether a text (a title, a file's name) speaks of a field.
    pub fn speaks_of(&self, text: &str, field: &str) -> bool {
        let own = words(text);
        let of_a_table = QUALIFIERS.get(..OF_A_TABLE).unwrap_or_default();
        let mut said = qualifiers(text);
        said.retain(|word| of_a_table.contains(word));
        let is_meant = |other: &BTreeSet<String>| {
            let of_name = other.iter().flat_map(|word| qualifiers(word)).collect::<BTreeSet<_>>();
            !other.is_empty() && other.is_subset(&own) && said.is_subset(&of_name)
        };
        self.words.iter().any(|(other, name)| name == field && is_meant(other))
    }

    /// Whether the region that a header's word names is outside the corridor; none where it names
    /// none.
    pub fn region(&self, word: &str) -> Option<bool> {
        let list = self.project.codes.get("region")?;
        let is_outside = |text: &str| match list.find(text, Default::default()) {
            CodeMatch::Known(_) => Some(false),
            CodeMatch::Outside(_) => Some(true),
            _ => None,
        };
        [word, without_unit(word)].into_iter().find_map(is_outside)
    }

    /// The value of a field that a header's word stands for: of its list of values, or of its code
    /// list.
    pub fn value(&self, field: &Field, word: &str) -> Option<String> {
        let texts = [word, without_unit(word)];
        let known = self.values.get(&field.name);
        if let Some(value) = texts.iter().find_map(|text| known?.get(&normalise(text))) {
            return Some(value.clone());
        }
        let list = self.project.codes.get(field.koridor.codes.as_deref()?)?;
        texts.iter().find_map(|text| match list.find(text, Default::default()) {
            CodeMatch::Known(code) | CodeMatch::Outside(code) => Some(code.to_owned()),
            _ => None,
        })
    }
}

/// Whether a field is the region itself, by the list of all regencies.
pub(super) fn is_region(field: &Field) -> bool {
    field.koridor.codes.as_deref() == Some("region")
}

/// A number that is measured and not a year.
pub(super) fn is_measure(field: &Field) -> bool {
    matches!(field.field_type, FieldType::Integer | FieldType::Number)
}

/// A field that every dataset has in some form: who and when.
pub(super) fn is_place_or_time(field: &Field) -> bool {
    field.koridor.codes.as_deref() == Some("region")
        || field.field_type == FieldType::Year
        || field.koridor.month
}

/// The words of a label that mean something.
fn words(text: &str) -> BTreeSet<String> {
    text.split(|mark: char| !mark.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|word| {
            word.len() >= 4
                && !FILLERS.contains(&word.as_str())
                && !word.starts_with(|mark: char| mark.is_ascii_digit())
        })
        .collect()
}
