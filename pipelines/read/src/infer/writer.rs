//! The members of a description as they are drafted.

use super::draft::Draft;
use koridor_contract::message::Message;
use koridor_contract::scrub;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// A pattern that finds a year.
pub(super) const YEAR: &str = "((?:19|20)\\d{2})";

/// Collects the members of a description in the order they are read.
pub(super) struct Writer {
    pub(super) file_name: String,
    members: Map<String, Value>,
    unsure: Vec<Message>,
}

impl Writer {
    /// A description named after a file, where that is not named after a person.
    pub(super) fn new(file_name: &str) -> Self {
        let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
        let stem = if scrub::is_personal(stem) { UNNAMED } else { stem };
        let mut members = Map::new();
        members.insert("name".into(), json!(name_of(stem)));
        members.insert("draft".into(), json!(true));
        members.insert("title".into(), json!(stem));
        members.insert("title_en".into(), json!(stem));
        members.insert("source_ids".into(), json!([]));
        members.insert("files".into(), json!([format!("*{}*", pattern_of(stem))]));
        Self { file_name: file_name.to_owned(), members, unsure: Vec::new() }
    }

    /// Sets a member.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.members.insert(name.to_owned(), value);
    }

    /// Adds to a member that is a list.
    pub(super) fn push(&mut self, name: &str, value: Value) {
        match self.members.get_mut(name) {
            Some(Value::Array(all)) => all.push(value),
            _ => self.set(name, json!([value])),
        }
    }

    /// Gives a field one value in every row; `?` is to be filled in.
    pub(super) fn constant(&mut self, field: &str, value: &str) {
        let constants = self.members.entry("constants").or_insert_with(|| json!({}));
        if let Some(constants) = constants.as_object_mut() {
            constants.insert(field.to_owned(), json!(value));
        }
    }

    /// Fields that unpivoted columns give.
    pub(super) fn unpivoted(&self) -> BTreeSet<String> {
        let unpivot = self.members.get("unpivot");
        let parts = unpivot
            .and_then(|unpivot| unpivot.get("header")?.as_array())
            .into_iter()
            .flatten()
            .filter_map(|part| part.get("field"));
        parts
            .chain(unpivot.and_then(|unpivot| unpivot.get("value")))
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }

    /// A field's value from around the table: `from` is `file`, `sheet` or `title`.
    pub(super) fn context(&mut self, field: &str, from: &str, pattern: &str) {
        self.push("context", json!({"field": field, "from": from, "pattern": pattern}));
    }

    /// What a steward must look at, in both languages.
    pub(super) fn say(&mut self, id: impl Into<String>, en: impl Into<String>) {
        let prose = |text: String| scrub::prose(&text).into_owned();
        self.unsure.push(Message { id: prose(id.into()), en: prose(en.into()) });
    }

    /// The draft.
    pub(super) fn finish(self) -> Draft {
        let members = self.members.into_iter().map(|(name, value)| (name, scrubbed(value)));
        Draft { description: Value::Object(members.collect()), unsure: self.unsure }
    }
}

/// In the place of a file's name that is a person's.
const UNNAMED: &str = "daftar";

/// Texts of a file as a list in a sentence; with what is personal among them goes what may be the
/// name.
pub(super) fn listed(texts: impl IntoIterator<Item = impl Into<String>>) -> String {
    scrub::line(texts.into_iter().map(Into::into).collect()).join(", ")
}

/// A member with what is personal in its texts masked.
fn scrubbed(value: Value) -> Value {
    match value {
        Value::String(text) => scrub::cell(&text).into(),
        Value::Array(all) => all.into_iter().map(scrubbed).collect(),
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, value)| (scrub::cell(&name).into_owned(), scrubbed(value)))
                .collect(),
        ),
        other => other,
    }
}

/// The part of a file's name that stays the same from year to year.
fn pattern_of(stem: &str) -> String {
    let parts = stem
        .split(|mark: char| mark.is_ascii_digit())
        .map(|part| part.trim_matches(|mark: char| !mark.is_alphanumeric() && mark != ')'));
    parts.max_by_key(|part| part.len()).unwrap_or(stem).to_lowercase()
}

fn name_of(stem: &str) -> String {
    let name: String = stem
        .chars()
        .map(|mark| if mark.is_ascii_alphanumeric() { mark.to_ascii_uppercase() } else { '_' })
        .collect();
    name.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
}
