//! A column of a template: what may be typed into it, and what is said of it.

use super::allowed::Allowed;
use crate::error::PublishError;
use crate::unit_words::unit_word;
use koridor_contract::codes::{Code, CodeList};
use koridor_contract::message::{Language, Message};
use koridor_contract::source::Column;
use koridor_contract::{Contract, Field, FieldType, Project, Source};

/// A column to be filled in.
#[derive(Debug, Clone)]
pub struct TemplateColumn {
    /// The contract's field.
    pub field: String,
    /// It is one of the further columns that are joined to the field's.
    pub is_joined: bool,
    /// What stands above it.
    pub heading: String,
    /// What may be typed.
    pub kind: Kind,
    /// Whether a row needs it.
    pub is_required: bool,
    /// What it means and what is allowed.
    pub note: Message,
}

/// What may be typed into a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A number within bounds.
    Number {
        /// Without decimals.
        is_whole: bool,
        /// Smallest.
        minimum: Option<f64>,
        /// Largest.
        maximum: Option<f64>,
    },
    /// One of these.
    List(Vec<String>),
    /// A day.
    Date,
    /// A day with its time.
    Moment,
    /// A calendar year.
    Year,
    /// Any text: a month, a name, a number that keeps its digits.
    Text,
}

/// The columns of a layout, in its order.
pub(super) fn columns(
    project: &Project,
    contract: &Contract,
    source: &Source,
    region: &str,
    allowed: &Allowed<'_>,
) -> Result<Vec<TemplateColumn>, PublishError> {
    let mut columns: Vec<TemplateColumn> = Vec::new();
    for column in source.headed() {
        let field = contract.fields.iter().find(|field| field.name == column.field);
        // Of several columns for one field the first is enough.
        let is_new = columns.iter().all(|own| own.field != column.field);
        let Some((field, heading)) = field.filter(|_| is_new).zip(column.heading()) else {
            continue;
        };
        let own = Described { project, contract, source, column, field, region, allowed };
        let kind = own.kind()?;
        let note = own.note(&kind);
        let is_required = field.constraints.required;
        let name = &field.name;
        let one = |heading: String, kind: Kind, is_joined: bool| TemplateColumn {
            field: name.clone(),
            is_joined,
            heading,
            kind,
            is_required,
            note: note.clone(),
        };
        columns.push(one(heading, kind, false));
        let joined = column.join.iter().map(|heading| (heading.clone(), own.joined_kind()));
        columns.extend(joined.map(|(heading, kind)| one(heading, kind, true)));
    }
    Ok(columns)
}

/// A column of a description with its field.
struct Described<'project> {
    project: &'project Project,
    contract: &'project Contract,
    source: &'project Source,
    column: &'project Column,
    field: &'project Field,
    region: &'project str,
    allowed: &'project Allowed<'project>,
}

impl Described<'_> {
    fn kind(&self) -> Result<Kind, PublishError> {
        let field = self.field;
        let words = self.words()?;
        if !words.is_empty() {
            return Ok(Kind::List(words));
        }
        Ok(match field.field_type {
            FieldType::Integer | FieldType::Number => Kind::Number {
                // Where figures are converted, those of the file may have decimals.
                is_whole: field.field_type == FieldType::Integer
                    && self.column.multiply.is_none()
                    && self.column.units.is_empty(),
                minimum: self.bound(&field.constraints.minimum),
                maximum: self.bound(&field.constraints.maximum),
            },
            FieldType::Boolean => Kind::List(vec!["ya".to_owned(), "tidak".to_owned()]),
            FieldType::Date if field.koridor.month => Kind::Text,
            FieldType::Date => Kind::Date,
            FieldType::Datetime => Kind::Moment,
            FieldType::Year => Kind::Year,
            FieldType::String => Kind::Text,
        })
    }

    /// What stands behind the text: the year of a month, the time of a day.
    fn joined_kind(&self) -> Kind {
        if self.field.koridor.month { Kind::Year } else { Kind::Text }
    }

    /// A bound that does not depend on a unit of the file: zero, or any where nothing is converted.
    fn bound(&self, bound: &Option<serde_json::Value>) -> Option<f64> {
        let is_converted = self.column.multiply.is_some() || !self.column.units.is_empty();
        bound.as_ref()?.as_f64().filter(|bound| *bound == 0.0 || !is_converted)
    }

    /// The words that stand for the field's values: the office's own, else the names of its codes;
    /// those of the region first.
    fn words(&self) -> Result<Vec<String>, PublishError> {
        let field = self.field;
        let codes = match self.list() {
            Some(list) => self.open_codes(list),
            None => field.constraints.allowed.clone().unwrap_or_default(),
        };
        if codes.is_empty() {
            return Ok(self.column.values.keys().cloned().collect());
        }
        let word = |code: &String| {
            let mut own = self.column.values.iter().filter(|(_, value)| *value == code);
            let own = own.next().map(|(word, _)| word.as_str());
            let name = || self.list().and_then(|list| list.attribute(code, "name"));
            own.or_else(name).unwrap_or(code).to_owned()
        };
        Ok(self.allowed.codes(&field.name, codes)?.iter().map(word).collect())
    }

    fn list(&self) -> Option<&CodeList> {
        self.project.codes.get(self.field.koridor.codes.as_ref()?).map(AsRef::as_ref)
    }

    /// The codes of a list that are open to data, those of the region first.
    fn open_codes(&self, list: &CodeList) -> Vec<String> {
        let is_open = |code: &&Code| code.attributes.get("open").is_none_or(|open| open != "no");
        let mut codes: Vec<&Code> = list.codes().iter().filter(is_open).collect();
        codes.sort_by_key(|code| {
            let region = code.attributes.get("region_code").map(String::as_str);
            code.code != self.region && region != Some(self.region)
        });
        codes.into_iter().map(|code| code.code.clone()).collect()
    }

    /// What the column means and what is allowed, from the contract.
    fn note(&self, kind: &Kind) -> Message {
        let field = self.field;
        let (required_id, required_en) = match field.constraints.required {
            true => ("wajib diisi", "required"),
            false => ("boleh kosong", "may be empty"),
        };
        let unit_in = |language| self.unit(language);
        let unit_id = unit_in(Language::Id).map(|own| format!(" Satuan: {own}."));
        let unit_en = unit_in(Language::En).map(|own| format!(" Unit: {own}."));
        let (unit_id, unit_en) = (unit_id.unwrap_or_default(), unit_en.unwrap_or_default());
        let (what_id, what_en) = self.may_hold(kind);
        let cumulative_id =
            if self.column.cumulative { " Angka kumulatif sejak Januari." } else { "" };
        let cumulative_en = if self.column.cumulative { " Year-to-date figures." } else { "" };
        let is_key = self.contract.primary_key.contains(&field.name);
        let key_id = if is_key { " Bagian dari kunci baris." } else { "" };
        let key_en = if is_key { " Part of the row's key." } else { "" };
        let title_en = match field.koridor.title_en.as_str() {
            "" => &field.name,
            title => title,
        };
        Message {
            id: format!(
                "{}: {required_id}.{unit_id} {what_id}.{cumulative_id}{key_id}",
                field.title
            ),
            en: format!(
                "{title_en}: {required_en}.{unit_en} {what_en}.{cumulative_en}{key_en} {}",
                field.description
            )
            .trim_end()
            .to_owned(),
        }
    }

    /// The unit that is typed: where figures are converted it is the heading's.
    fn unit(&self, language: Language) -> Option<String> {
        let own = self.field.koridor.unit.as_deref();
        let own = own.map(|own| unit_word(own, language).to_owned());
        match (&self.column.multiply, self.column.units.is_empty()) {
            (Some(factor), _) => Some(format!("{factor} {}", own.unwrap_or_default())),
            (None, false) => None,
            (None, true) => own,
        }
    }

    /// What may be typed, in both languages.
    fn may_hold(&self, kind: &Kind) -> (String, String) {
        let example = |id: &str, en: &str| (id.to_owned(), en.to_owned());
        match kind {
            Kind::Number { is_whole, minimum, maximum } => {
                let (what_id, what_en) = match is_whole {
                    true => ("Bilangan bulat", "Whole number"),
                    false => ("Angka", "Number"),
                };
                let low = minimum.map(|low| format!(" ≥ {low}")).unwrap_or_default();
                let high = maximum.map(|high| format!(" ≤ {high}")).unwrap_or_default();
                (format!("{what_id}{low}{high}"), format!("{what_en}{low}{high}"))
            }
            Kind::List(words) if words.len() <= 6 => {
                let words = words.join(", ");
                (format!("Pilih: {words}"), format!("One of: {words}"))
            }
            Kind::List(_) => {
                example("Pilih dari daftar di lembar Daftar", "See the lists in sheet Daftar")
            }
            Kind::Date => example("Tanggal, misalnya 31/12/2025", "Day, such as 31/12/2025"),
            Kind::Moment => example(
                "Tanggal dan jam, misalnya 31/12/2025 06:15",
                "Day and time, such as 31/12/2025 06:15",
            ),
            Kind::Year => example("Tahun, misalnya 2025", "Year, such as 2025"),
            Kind::Text if self.field.koridor.month => {
                let is_parted = !self.column.join.is_empty();
                match (super::rows::is_quarterly(self.contract, self.source), is_parted) {
                    (true, false) => example(
                        "Triwulan, misalnya Triwulan I 2025",
                        "Quarter, such as Triwulan I 2025",
                    ),
                    (true, true) => {
                        example("Triwulan, misalnya Triwulan I", "Quarter, such as Triwulan I")
                    }
                    (false, false) => {
                        example("Bulan, misalnya Januari 2025", "Month, such as Januari 2025")
                    }
                    (false, true) => example("Bulan, misalnya Januari", "Month, such as Januari"),
                }
            }
            Kind::Text => match &self.field.constraints.pattern {
                Some(pattern) => (format!("Bentuk: {pattern}"), format!("Pattern: {pattern}")),
                None => example("Teks", "Text"),
            },
        }
    }
}
