//! A dataset's contract: a Frictionless Table Schema (v2) with a `koridor` block for what the
//! standard has no word for.
//!
//! The file is `schemas/datasets/<dataset>.json`. Its model is read strictly: an unknown key is a
//! mistake, not an extension.

use crate::codes::quoted_with_hint;
use crate::error::{ContractError, parse_json};
use crate::field::{COMMON_FIELDS, common_fields};
pub use crate::field::{Constraints, Field, FieldBlock, FieldType};
use crate::message::Message;
pub use crate::retention::Retention;
pub use crate::supersedes::Supersedes;
use crate::zone::DataZone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A dataset's contract.
#[derive(Debug, Clone, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// The standard's profile address.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Dataset name: file stem, table name, argument.
    pub name: String,
    /// Title in Bahasa Indonesia.
    pub title: String,
    /// What one row is and who sends it, in English; the table's comment.
    pub description: String,
    /// The fields, in table order.
    pub fields: Vec<Field>,
    /// Texts that mean "no value".
    #[serde(rename = "missingValues", default = "default_missing")]
    pub missing_values: Vec<String>,
    /// Fields that together are unique among one source's rows of one release.
    #[serde(rename = "primaryKey")]
    pub primary_key: Vec<String>,
    /// What the standard has no word for.
    pub koridor: DatasetBlock,
}

fn default_missing() -> Vec<String> {
    vec![String::new()]
}

/// The `koridor` block of a dataset.
#[derive(Debug, Clone, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatasetBlock {
    /// Title in English.
    pub title_en: String,
    /// Which of the six dimensions the dataset feeds first.
    pub dimension: String,
    /// Who may read its rows.
    #[serde(default, skip_serializing_if = "DataZone::is_open")]
    pub zone: DataZone,
    /// Whether its figures tell of single persons or businesses: messages, reports and letters name
    /// the place and no figure.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confidential: bool,
    /// How long its rows are kept, and what happens then; for ever if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// Source x region x period that a submission is about; a reference table has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slice: Option<Slice>,
    /// What a submission takes the place of.
    #[serde(default)]
    pub supersedes: Supersedes,
    /// Share of a slice's rows, or of a main measure, above which a submission that leaves them out
    /// is held until somebody accepts it.
    #[serde(default = "default_withdrawn_share")]
    pub max_withdrawn_share: f64,
    /// Fields whose sums tell how much a submission leaves out; the required numbers if not given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub main_measures: Vec<String>,
    /// What sources compete for a headline about: a SQL expression over the fields, or a constant
    /// in quotes.
    #[serde(default)]
    pub theme: String,
    /// Periods for which a row may be filed; the first is the default.
    #[serde(default = "default_periods")]
    pub period_types: Vec<PeriodType>,
    /// The figures are stocks, such as a population: they hold at a time and are never added over
    /// time. A register is one without saying so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stock: bool,
    /// Share of rejected rows above which a run ends with exit code 3.
    #[serde(default = "default_ratio")]
    pub max_rejected_ratio: f64,
    /// What a total row that differs from its rows does: the rows it sums are refused, or loaded
    /// with a warning.
    #[serde(default = "default_totals")]
    pub totals: Severity,
    /// Which rows its published columns are given of: those that have one of the values in each
    /// field named; all if none is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub published_rows: BTreeMap<String, Vec<String>>,
    /// Row rules.
    #[serde(default)]
    pub rules: Vec<ContractRule>,
}

fn default_totals() -> Severity {
    Severity::Warn
}

fn default_periods() -> Vec<PeriodType> {
    vec![PeriodType::M]
}

fn default_ratio() -> f64 {
    0.05
}

fn default_withdrawn_share() -> f64 {
    0.5
}

/// Length of the period that a row is about.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Deserialize,
    Serialize,
    schemars::JsonSchema,
)]
pub enum PeriodType {
    /// Month.
    M,
    /// Quarter.
    Q,
    /// Year.
    Y,
}

impl PeriodType {
    /// The letter as filed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::M => "M",
            Self::Q => "Q",
            Self::Y => "Y",
        }
    }
}

/// The columns that name a slice: source x region x period.
#[derive(Debug, Clone, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slice {
    /// Field that names the region, or what stands for it (a point, a facility, a route).
    pub region: String,
    /// Date, datetime or year field; a slice holds the month of a date or datetime. `None`: the
    /// file is the whole register.
    #[serde(default)]
    pub period: Option<String>,
    /// Fields that part a slice, such as a kind of facility: a file speaks for the values that it
    /// names and for no others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
}

/// A rule of the contract's own: a check across the fields of one row, or across the rows of a
/// file.
#[derive(Debug, Clone, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, expecting = "struct Rule")]
pub struct ContractRule {
    /// Name, unique in the contract.
    pub id: String,
    /// What happens to a row that breaks it.
    pub severity: Severity,
    /// Rows that it looks at together.
    #[serde(default)]
    pub scope: Scope,
    /// The field that is shown with the violation.
    pub field: String,
    /// SQL expression over the fields and the dated values of `ref.param`, such as
    /// `param('name', region_code, date)`; a row breaks the rule where it is false. Null passes.
    pub check: String,
    /// What is wrong and what to do, in Bahasa Indonesia.
    pub message_id: String,
    /// The same in English.
    pub message_en: String,
}

/// Rows that a rule looks at together.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Each row by itself.
    #[default]
    Row,
    /// The accepted rows of a file: the expression may use window functions, such as
    /// `sum(pct) over (partition by region_code, year)`.
    File,
}

/// What a broken rule does to its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row is refused and kept in the quarantine.
    Reject,
    /// The row is loaded with a flag.
    Warn,
}

impl ContractRule {
    /// What the office reads about a row that breaks it.
    pub fn message(&self) -> Message {
        Message { id: self.message_id.clone(), en: self.message_en.clone() }
    }
}

impl Contract {
    /// Parses and validates a contract; `file` names it in errors.
    ///
    /// # Errors
    /// Returns the first mistake with its JSON pointer.
    pub fn parse(file: &str, text: &str) -> Result<Self, ContractError> {
        let mut contract: Self = parse_json(file, text)?;
        contract.validate(file)?;
        if contract.is_reference() {
            return Ok(contract);
        }
        let is_common = |field: &Field| COMMON_FIELDS.contains(&field.name.as_str());
        if let Some((index, field)) =
            contract.fields.iter().enumerate().find(|(_, field)| is_common(field))
        {
            return Err(ContractError::new(
                file,
                format!("/fields/{index}/name"),
                "a field of the dataset's own; every dataset has the common fields already",
                format!("`{}`", field.name),
            ));
        }
        let periods = contract.koridor.period_types.iter();
        let periods = periods.map(|period| period.as_str().to_owned()).collect();
        contract.fields.extend(common_fields(periods));
        Ok(contract)
    }

    /// Whether this is a reference table (`ref_region`, ...), kept under `schemas/codes` and not
    /// filed by an office.
    pub fn is_reference(&self) -> bool {
        self.name.starts_with("ref_")
    }

    /// Whether messages, reports and letters name a place and no figure of it.
    pub fn hides_figures(&self) -> bool {
        self.koridor.confidential || !self.koridor.zone.is_open()
    }

    /// Whether nobody outside the restricted zone may be told what stands in its cells.
    pub fn is_restricted(&self) -> bool {
        self.koridor.zone == DataZone::Restricted
    }

    /// Whether a file is the whole list of a register: its slices have no period.
    pub fn is_register(&self) -> bool {
        self.koridor.slice.as_ref().is_some_and(|slice| slice.period.is_none())
    }

    /// The fields of the dataset's own, without the common ones.
    pub fn own_fields(&self) -> &[Field] {
        let common = if self.is_reference() { 0 } else { COMMON_FIELDS.len() };
        self.fields.get(..self.fields.len().saturating_sub(common)).unwrap_or_default()
    }

    /// The position of a field.
    pub fn field_index(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The rules of a scope, in the contract's order.
    pub fn rules(&self, scope: Scope) -> impl Iterator<Item = &ContractRule> {
        self.koridor.rules.iter().filter(move |rule| rule.scope == scope)
    }

    /// Whether a field is a key of a row that can be given before its figures are known: region and
    /// period of the slice, and keys with a closed list of values.
    pub fn is_given_key(&self, field: &Field) -> bool {
        let slice = self.koridor.slice.as_ref();
        slice.is_some_and(|slice| {
            slice.region == field.name || slice.period.as_ref() == Some(&field.name)
        }) || (self.primary_key.contains(&field.name)
            && (field.koridor.codes.is_some() || field.constraints.allowed.is_some()))
    }

    /// Whether the key says which slice a row belongs to, so that one key cannot stand in two
    /// slices.
    pub fn key_names_slice(&self) -> bool {
        let named = |column: &String| self.primary_key.contains(column);
        self.koridor.slice.as_ref().is_none_or(|slice| {
            named(&slice.region)
                && slice.period.as_ref().is_some_and(named)
                && slice.parts.iter().all(named)
        })
    }

    fn validate(&self, file: &str) -> Result<(), ContractError> {
        let stem = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".json");
        if self.name != stem {
            return Err(ContractError::new(
                file,
                "/name",
                format!("`{stem}`, the name of the file"),
                format!("`{}`", self.name),
            ));
        }
        if self.primary_key.is_empty() {
            return Err(ContractError::new(file, "/primaryKey", "at least one field", "none"));
        }
        for (index, name) in self.primary_key.iter().enumerate() {
            self.has_field(file, format!("/primaryKey/{index}"), name)?;
        }
        self.check_retention(file)?;
        let shares = [
            ("max_rejected_ratio", self.koridor.max_rejected_ratio),
            ("max_withdrawn_share", self.koridor.max_withdrawn_share),
        ];
        for (name, share) in shares {
            if !(0.0..=1.0).contains(&share) {
                let pointer = format!("/koridor/{name}");
                let expected = "a share between 0 and 1";
                return Err(ContractError::new(file, pointer, expected, share.to_string()));
            }
        }
        self.validate_fields(file)?;
        self.validate_rules(file)?;
        self.validate_slice(file)?;
        self.validate_supersedes(file)?;
        self.validate_published(file)
    }

    pub(crate) fn has_field(
        &self,
        file: &str,
        pointer: String,
        name: &str,
    ) -> Result<(), ContractError> {
        if self.field_index(name).is_some() {
            return Ok(());
        }
        let names = self.fields.iter().map(|field| field.name.as_str());
        let found = quoted_with_hint(name, names);
        Err(ContractError::new(file, pointer, "the name of a field", found))
    }

    fn validate_fields(&self, file: &str) -> Result<(), ContractError> {
        for (index, field) in self.fields.iter().enumerate() {
            field.validate(file, &format!("/fields/{index}"))?;
            if self.fields.iter().filter(|other| other.name == field.name).count() > 1 {
                return Err(ContractError::new(
                    file,
                    format!("/fields/{index}/name"),
                    "a name of its own",
                    format!("`{}` twice", field.name),
                ));
            }
        }
        Ok(())
    }

    fn validate_rules(&self, file: &str) -> Result<(), ContractError> {
        for (index, rule) in self.koridor.rules.iter().enumerate() {
            self.has_field(file, format!("/koridor/rules/{index}/field"), &rule.field)?;
            if self.koridor.rules.iter().filter(|other| other.id == rule.id).count() > 1 {
                return Err(ContractError::new(
                    file,
                    format!("/koridor/rules/{index}/id"),
                    "a name of its own",
                    format!("`{}` twice", rule.id),
                ));
            }
        }
        Ok(())
    }

    fn validate_slice(&self, file: &str) -> Result<(), ContractError> {
        let slice = match &self.koridor.slice {
            Some(slice) => slice,
            None if self.is_reference() => return Ok(()),
            None => {
                return Err(ContractError::new(
                    file,
                    "/koridor/slice",
                    "the region and period that a submission speaks for",
                    "nothing",
                ));
            }
        };
        self.has_field(file, "/koridor/slice/region".into(), &slice.region)?;
        for (index, name) in slice.parts.iter().enumerate() {
            let pointer = format!("/koridor/slice/parts/{index}");
            self.has_field(file, pointer.clone(), name)?;
            let field = self.fields.iter().find(|field| field.name == *name);
            if field.is_none_or(|field| field.field_type != FieldType::String) {
                let expected = "a field of type string";
                return Err(ContractError::new(file, pointer, expected, format!("`{name}`")));
            }
        }
        if !slice.parts.is_empty() && self.koridor.supersedes != Supersedes::Slice {
            let expected = "no parts: files that supersede by key speak for their themes";
            let found = format!("`{}`", self.koridor.supersedes.as_str());
            return Err(ContractError::new(file, "/koridor/slice/parts", expected, found));
        }
        let Some(period) = &slice.period else { return Ok(()) };
        self.has_field(file, "/koridor/slice/period".into(), period)?;
        let field = self.fields.iter().find(|field| &field.name == period);
        match field.map(|field| field.field_type) {
            Some(FieldType::Date | FieldType::Datetime | FieldType::Year) => Ok(()),
            _ => Err(ContractError::new(
                file,
                "/koridor/slice/period",
                "a field of type date, datetime or year",
                format!("`{period}`"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minimal() -> serde_json::Value {
        serde_json::json!({
            "name": "waste_generation", "title": "Timbulan",
            "description": "One row a region and month.",
            "fields": [
                {"name": "region_code", "type": "string", "title": "Wilayah",
                 "constraints": {"required": true}},
                {"name": "period_month", "type": "date", "title": "Bulan"},
                {"name": "gen_ton", "type": "number", "title": "Timbulan",
                 "koridor": {"decimal": [14, 3]}}
            ],
            "primaryKey": ["region_code", "period_month"],
            "koridor": {"title_en": "Waste", "dimension": "environment", "theme": "'waste'",
                        "slice": {"region": "region_code", "period": "period_month"}}
        })
    }

    fn error(change: impl FnOnce(&mut serde_json::Value)) -> String {
        let mut document = minimal();
        change(&mut document);
        Contract::parse("schemas/datasets/waste_generation.json", &document.to_string())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_good_contract_is_read() {
        assert!(
            Contract::parse("schemas/datasets/waste_generation.json", &minimal().to_string())
                .is_ok()
        );
    }

    #[test]
    fn a_mistake_names_file_pointer_and_expectation() {
        assert_eq!(
            error(|document| document["fields"][2]["type"] = "decimal".into()),
            "schemas/datasets/waste_generation.json#/fields/2/type: expected one of `string`, \
             `integer`, `number`, `boolean`, `date`, `datetime`, `year`, found unknown variant \
             `decimal` (line 1, column 277)"
        );
        assert!(error(|document| document["primaryKey"][1] = "period_mont".into()).contains(
            "#/primaryKey/1: expected the name of a field, found `period_mont`; did you \
                     mean `period_month`?"
        ));
        assert!(
            error(|document| document["fields"][0]["constraint"] = true.into())
                .contains("#/fields/0")
        );
        assert!(
            error(|document| document["koridor"]["slice"]["period"] = "gen_ton".into())
                .contains("#/koridor/slice/period")
        );
        assert!(
            error(|document| document["koridor"]["slice"]["parts"] = vec!["gen_ton"].into())
                .contains("#/koridor/slice/parts/0: expected a field of type string")
        );
        assert!(
            error(|document| document["fields"][2]["constraints"] =
                serde_json::json!({"minimum": "x"}))
            .contains("#/fields/2/constraints/minimum")
        );
    }
}
