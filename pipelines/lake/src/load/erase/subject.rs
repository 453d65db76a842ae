//! Which rows are meant: by their key, or by the time they are about.

use crate::error::LakeError;
use crate::store::erased::{self, key_hash};
use arrow::util::display::array_value_to_string;
use koridor_contract::check::Setting;
use koridor_contract::correction::value;
use koridor_contract::personal::{HashKey, Hasher};
use koridor_contract::{Contract, Correction, FieldType, Project};
use koridor_read::search::{is_telling, plain_spelling};
use std::collections::BTreeSet;

/// Which rows are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// Those that have these values, as an office writes them.
    Key(Vec<(String, String)>),
    /// Those about a period before a day (days since 1970), by its field, or released before it.
    Before {
        /// The field of the period.
        field: String,
        /// The day.
        day: i32,
    },
}

/// Rows of a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The dataset.
    pub dataset: String,
    /// Which of its rows.
    pub meant: Meant,
    /// Whether refused files in which a value of the key stands, and no row can be told, are meant
    /// as a whole.
    pub with_refused_files: bool,
}

impl Subject {
    /// Rows by a key: one value, or `field=value,field=value`. One value is that of the personal
    /// field of the contract's key, or of a key of one field.
    ///
    /// # Errors
    /// Where a field is none of the dataset, nothing is given, or one value is and the key has
    /// several fields: it would mean all rows of a region.
    pub fn of_key(contract: &Contract, key: &str, fields: &[String]) -> Result<Self, LakeError> {
        let mut conditions: Vec<(String, String)> = Vec::new();
        let is_named = |part: &&str| {
            part.split_once('=')
                .is_some_and(|(name, _)| contract.field_index(name.trim()).is_some())
        };
        let parts: Vec<&str> = key.split(',').filter(|part| !part.trim().is_empty()).collect();
        if !parts.is_empty() && parts.iter().all(is_named) {
            conditions.extend(parts.iter().filter_map(|part| pair(part)));
        } else if !key.trim().is_empty() {
            conditions.push((only_field(contract)?, key.trim().to_owned()));
        }
        for text in fields {
            let own = pair(text).ok_or_else(|| {
                LakeError::usage(format!("`{text}` names no field"), "write field=value".to_owned())
            })?;
            conditions.push(own);
        }
        if conditions.is_empty() {
            let hint = "give --key VALUE or --where FIELD=VALUE".to_owned();
            return Err(LakeError::usage("no rows are named", hint));
        }
        let unknown = conditions.iter().find(|(name, _)| contract.field_index(name).is_none());
        if let Some((name, _)) = unknown {
            let names = contract.fields.iter().map(|field| &field.name);
            let hint = koridor_contract::project::hint(name, names);
            let message = format!("`{name}` is no field of {}{hint}", contract.name);
            return Err(LakeError::usage(
                message,
                format!("its key: {}", contract.primary_key.join(", ")),
            ));
        }
        let (dataset, meant) = (contract.name.clone(), Meant::Key(conditions));
        Ok(Self { dataset, meant, with_refused_files: false })
    }

    /// Corrections that change nothing and meet the rows of a key.
    ///
    /// # Errors
    /// Where a value is none of its field.
    pub(super) fn sought(
        &self,
        contract: &Contract,
        setting: &Setting,
    ) -> Result<Vec<Correction>, LakeError> {
        let Meant::Key(conditions) = &self.meant else { return Ok(Vec::new()) };
        for (name, text) in conditions {
            value(contract, name, text, setting).map_err(|problem| {
                LakeError::usage(problem, "give the value as the office writes it".to_owned())
            })?;
        }
        Ok(vec![Correction {
            id: String::new(),
            dataset: contract.name.clone(),
            key: conditions.clone(),
            field: conditions.first().map(|own| own.0.clone()).unwrap_or_default(),
            expected: String::new(),
            value: None,
            reason: String::new(),
            source: String::new(),
            by: String::new(),
            // Past: nothing is dropped for it.
            until: Some(i32::MIN),
        }])
    }

    /// Values that tell the rows from others wherever they stand: personal ones in clear, and texts
    /// of the key.
    pub(super) fn clear_values(&self, contract: &Contract) -> BTreeSet<String> {
        let Meant::Key(conditions) = &self.meant else { return BTreeSet::new() };
        let is_telling = |(name, text): &&(String, String)| {
            let field = contract.field_index(name).and_then(|index| contract.fields.get(index));
            field.is_some_and(|field| {
                field.koridor.personal
                    || contract.primary_key.contains(name)
                        && field.field_type == FieldType::String
                        && field.koridor.codes.is_none()
                        && is_telling(text)
                        && text.contains(|letter: char| letter.is_ascii_digit())
            })
        };
        conditions.iter().filter(is_telling).map(|own| own.1.clone()).collect()
    }

    /// The values of the key that cannot be looked for alone, such as a region, in plain spelling.
    pub(super) fn values_beside(&self, contract: &Contract) -> Vec<String> {
        let Meant::Key(conditions) = &self.meant else { return Vec::new() };
        let clear = self.clear_values(contract);
        let beside = conditions.iter().map(|own| &own.1).filter(|own| !clear.contains(*own));
        beside.map(|own| plain_spelling(own)).collect()
    }

    /// The personal values as the lake stores them.
    pub(super) fn stored_values(&self, contract: &Contract, key: &HashKey) -> BTreeSet<String> {
        let Meant::Key(conditions) = &self.meant else { return BTreeSet::new() };
        let mut hasher = Hasher::new(key);
        let personal = conditions.iter().filter(|(name, _)| {
            contract.fields.iter().any(|field| field.name == *name && field.koridor.personal)
        });
        personal.map(|(_, text)| hash_text(&mut hasher, text)).collect()
    }

    /// Whether no row that is not meant has the key and the period of one that is: all fields of
    /// the key are named, or the period itself.
    pub(super) fn names_whole_key(&self, project: &Project) -> bool {
        let Some(contract) = project.datasets.get(&self.dataset) else { return false };
        match &self.meant {
            Meant::Key(conditions) => {
                let is_named = |name: &String| conditions.iter().any(|own| own.0 == *name);
                contract.primary_key.iter().all(is_named)
            }
            Meant::Before { field, .. } => {
                let slice = contract.koridor.slice.as_ref();
                slice.is_some_and(|own| own.period.as_deref() == Some(field))
            }
        }
    }

    /// The fields by which rows are named.
    pub(super) fn fields(&self) -> Vec<String> {
        match &self.meant {
            Meant::Key(conditions) => {
                let mut names: Vec<String> = conditions.iter().map(|own| own.0.clone()).collect();
                names.sort();
                names
            }
            Meant::Before { field, .. } => vec![field.clone()],
        }
    }

    /// What tells the key from others and gives nothing of it away; of a time the day itself.
    ///
    /// # Errors
    /// Where a value is none of its field.
    pub(super) fn key_hash(
        &self,
        contract: &Contract,
        setting: &Setting,
    ) -> Result<String, LakeError> {
        let conditions = match &self.meant {
            Meant::Key(conditions) => conditions,
            Meant::Before { day, .. } => {
                let day = koridor_contract::date::from_days(*day);
                return Ok(day.map(|day| day.to_string()).unwrap_or_default());
            }
        };
        let mut values: Vec<(&str, String)> = Vec::new();
        for (name, text) in conditions {
            let (_, array) = value(contract, name, text, setting).map_err(LakeError::Internal)?;
            values.push((name, array_value_to_string(&array, 0)?));
        }
        Ok(key_hash(&setting.hash_key, &self.dataset, &values))
    }

    /// `key` or `retention`.
    pub(super) fn kind(&self) -> &'static str {
        match self.meant {
            Meant::Key(_) => erased::KEY,
            Meant::Before { .. } => erased::RETENTION,
        }
    }
}

/// A personal value as the lake stores it.
pub(super) fn hash_text(hasher: &mut Hasher, text: &str) -> String {
    let hash = hasher.hash(text.trim().as_bytes());
    String::from_utf8_lossy(&hash).into_owned()
}

fn pair(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    Some((name.trim().to_owned(), value.trim().to_owned()))
}

/// The field that one value is of: the personal one of the key, or the only one.
fn only_field(contract: &Contract) -> Result<String, LakeError> {
    let is_personal = |name: &&String| {
        contract.fields.iter().any(|field| field.name == **name && field.koridor.personal)
    };
    let key = &contract.primary_key;
    let personal: Vec<&String> = key.iter().filter(is_personal).collect();
    match (personal.as_slice(), key.as_slice()) {
        ([own], _) => Ok((*own).clone()),
        ([], [own]) => Ok(own.clone()),
        _ => {
            let named = key.iter().map(|name| format!("{name}=...")).collect::<Vec<_>>();
            Err(LakeError::usage(
                format!("the key of {} has {} fields", contract.name, key.len()),
                format!("name those that you mean: --key {}", named.join(",")),
            ))
        }
    }
}
