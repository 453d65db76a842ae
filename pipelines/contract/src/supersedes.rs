//! What a submission takes the place of: a table of a period, rows by their key, or a register's
//! full list.

use crate::contract::Contract;
use crate::error::ContractError;
use crate::field::FieldType;
use serde::{Deserialize, Serialize};

/// The first day on which a version of a register's entry holds.
pub const VALID_FROM: &str = "valid_from";

/// The day from which on it holds no more; null where no end is known.
pub const VALID_TO: &str = "valid_to";

/// What a submission takes the place of.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Supersedes {
    /// A table of the period: the newest submission of a slice replaces the older one as a whole.
    #[default]
    Slice,
    /// Events and registers: a row replaces the row of its key, the rest stands.
    Key,
    /// A register's full list as of its release date: what it does not name is ended on that day.
    Snapshot,
}

impl Supersedes {
    /// The word as files and tables have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slice => "slice",
            Self::Key => "key",
            Self::Snapshot => "snapshot",
        }
    }

    /// From the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Slice, Self::Key, Self::Snapshot].into_iter().find(|own| own.as_str() == word)
    }
}

impl Contract {
    /// What names an entry of a register through all its versions: the key without the day that a
    /// version begins.
    pub fn entry_key(&self) -> impl Iterator<Item = &str> {
        self.primary_key.iter().map(String::as_str).filter(|name| *name != VALID_FROM)
    }

    /// Whether rows of a submission that comes in a way replace those of their key, also where
    /// these stand in what it does not speak for: an event in another month, a facility of another
    /// kind.
    pub fn replaces_rows(&self, way: Supersedes) -> bool {
        way != Supersedes::Slice || self.koridor.supersedes != Supersedes::Slice || self.is_parted()
    }

    /// Whether its slices have parts, and a file speaks for those that it names.
    pub fn is_parted(&self) -> bool {
        self.koridor.slice.as_ref().is_some_and(|slice| !slice.parts.is_empty())
    }

    /// The fields whose sums tell how much a submission leaves out.
    pub fn main_measures(&self) -> Vec<&str> {
        if !self.koridor.main_measures.is_empty() {
            return self.koridor.main_measures.iter().map(String::as_str).collect();
        }
        let is_measure =
            |name: &str| !self.primary_key.iter().any(|key| key == name) && self.is_number(name);
        let required = self.own_fields().iter().filter(|field| field.constraints.required);
        required.map(|field| field.name.as_str()).filter(|name| is_measure(name)).collect()
    }

    fn is_number(&self, name: &str) -> bool {
        let field = self.fields.iter().find(|field| field.name == name);
        field
            .is_some_and(|field| matches!(field.field_type, FieldType::Integer | FieldType::Number))
    }

    pub(crate) fn validate_supersedes(&self, file: &str) -> Result<(), ContractError> {
        for (index, name) in self.koridor.main_measures.iter().enumerate() {
            let pointer = format!("/koridor/main_measures/{index}");
            self.has_field(file, pointer.clone(), name)?;
            if !self.is_number(name) {
                let expected = "a field of type integer or number";
                return Err(ContractError::new(file, pointer, expected, format!("`{name}`")));
            }
        }
        self.can_be_superseded(file, "/koridor/supersedes", self.koridor.supersedes)
    }

    /// That files of the dataset can come in a way: a full list ends what it does not name, so its
    /// rows must say since when and until when they hold.
    pub(crate) fn can_be_superseded(
        &self,
        file: &str,
        pointer: &str,
        way: Supersedes,
    ) -> Result<(), ContractError> {
        let is_date = |name: &&str| {
            let field = self.fields.iter().find(|field| field.name == **name);
            field.is_some_and(|field| field.field_type == FieldType::Date)
        };
        let dates = [VALID_FROM, VALID_TO].iter().filter(|name| is_date(name)).count();
        if way != Supersedes::Snapshot || (dates == 2 && self.is_register()) {
            return Ok(());
        }
        Err(ContractError::new(
            file,
            pointer,
            "`slice` or `key`; `snapshot` is for a register, whose slice has no period and which \
             has the date fields `valid_from` and `valid_to`",
            "`snapshot`",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register(koridor: serde_json::Value) -> Result<Contract, String> {
        let mut document = serde_json::json!({
            "name": "r", "title": "R", "description": "",
            "fields": [
                {"name": "id", "type": "string", "title": "Nomor",
                 "constraints": {"required": true}},
                {"name": "valid_from", "type": "date", "title": "Sejak"},
                {"name": "valid_to", "type": "date", "title": "Sampai"},
                {"name": "region", "type": "string", "title": "Wilayah"},
                {"name": "rooms", "type": "integer", "title": "Kamar",
                 "constraints": {"required": true}},
                {"name": "beds", "type": "integer", "title": "Tempat tidur"}
            ],
            "primaryKey": ["id", "valid_from"],
            "koridor": {"title_en": "R", "dimension": "economy", "theme": "'r'",
                        "slice": {"region": "region"}}
        });
        for (name, value) in koridor.as_object().unwrap() {
            document["koridor"][name] = value.clone();
        }
        Contract::parse("schemas/datasets/r.json", &document.to_string())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_contract_says_how_its_files_come() {
        let snapshot = register(serde_json::json!({"supersedes": "snapshot"})).unwrap();
        assert_eq!(snapshot.koridor.supersedes, Supersedes::Snapshot);
        assert_eq!(snapshot.entry_key().collect::<Vec<_>>(), ["id"]);
        assert_eq!(snapshot.main_measures(), ["rooms"]);
        let own = register(serde_json::json!({"main_measures": ["beds"]})).unwrap();
        assert_eq!(own.koridor.supersedes, Supersedes::Slice);
        assert_eq!(own.main_measures(), ["beds"]);
    }

    #[test]
    fn a_mistake_says_what_belongs_there() {
        let mistake = |koridor| register(koridor).unwrap_err();
        let unknown = mistake(serde_json::json!({"supersedes": "keys"}));
        assert!(
            unknown.contains("/koridor/supersedes: expected one of `slice`, `key`, `snapshot`")
        );
        let share = mistake(serde_json::json!({"max_withdrawn_share": 1.5}));
        assert!(share.contains("/koridor/max_withdrawn_share: expected a share between 0 and 1"));
        let measure = mistake(serde_json::json!({"main_measures": ["bed"]}));
        assert!(measure.contains("did you mean `beds`?"), "{measure}");
        let text = mistake(serde_json::json!({"main_measures": ["region"]}));
        assert!(text.contains("integer or number"), "{text}");
        let table = serde_json::json!({
            "supersedes": "snapshot", "slice": {"region": "region", "period": "valid_from"}
        });
        assert!(mistake(table).contains("`snapshot` is for a register"));
    }
}
