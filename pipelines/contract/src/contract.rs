//! A dataset's contract: a Frictionless Table Schema (v2) with a `koridor` block for what the standard has no word for.
//!
//! The file is `schemas/datasets/<dataset>.json`. Its model is read strictly: an unknown key is a mistake, not an extension.

use crate::error::{ContractError, parse_json};
use serde::{Deserialize, Serialize};

/// A dataset's contract.
#[derive(Debug, Clone, Deserialize, Serialize)]
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
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetBlock {
    /// Title in English.
    pub title_en: String,
    /// Which of the six dimensions the dataset feeds first.
    pub dimension: String,
    /// What a submission replaces as a whole; a reference table has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slice: Option<Slice>,
    /// What sources compete for a headline about: a SQL expression over the fields, or a constant in quotes.
    #[serde(default)]
    pub theme: String,
    /// Periods for which a row may be filed; the first is the default.
    #[serde(default = "default_periods")]
    pub period_types: Vec<PeriodType>,
    /// Share of rejected rows above which a run ends with exit code 3.
    #[serde(default = "default_ratio")]
    pub max_rejected_ratio: f64,
    /// What a total row that differs from its rows does: the rows it sums are refused, or loaded with a warning.
    #[serde(default = "default_totals")]
    pub totals: Severity,
    /// Row rules.
    #[serde(default)]
    pub rules: Vec<Rule>,
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

/// Length of the period a row speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
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

/// The columns that name a slice: the newest submission of source x region x period supersedes the older one as a whole.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Slice {
    /// Field that names the region, or what stands for it (a point, a facility, a route).
    pub region: String,
    /// Date, datetime or year field; a slice holds the month of a date or datetime. `None`: the file is the whole register.
    #[serde(default)]
    pub period: Option<String>,
}

/// One field.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Column name, unit last where one belongs.
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Title in Bahasa Indonesia.
    pub title: String,
    /// Meaning in English; the column's comment.
    #[serde(default)]
    pub description: String,
    /// Checks of one value.
    #[serde(default)]
    pub constraints: Constraints,
    /// What the standard has no word for.
    #[serde(default)]
    pub koridor: FieldBlock,
}

/// Types of Table Schema that contracts use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Text.
    String,
    /// Whole number, 64 bits.
    Integer,
    /// Exact decimal; precision and scale from `koridor.decimal`.
    Number,
    /// True or false.
    Boolean,
    /// Day; the first of a month where `koridor.month` is set.
    Date,
    /// Local time (WITA) to the microsecond.
    Datetime,
    /// Calendar year.
    Year,
}

/// Table Schema constraints.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Constraints {
    /// A value must be given.
    pub required: bool,
    /// Smallest value, inclusive; a number or a date text.
    pub minimum: Option<serde_json::Value>,
    /// Largest value, inclusive.
    pub maximum: Option<serde_json::Value>,
    /// Shortest text in characters.
    pub min_length: Option<usize>,
    /// Longest text in characters.
    pub max_length: Option<usize>,
    /// Regular expression that the whole text must match.
    pub pattern: Option<String>,
    /// Allowed texts.
    #[serde(rename = "enum")]
    pub allowed: Option<Vec<String>>,
}

/// The `koridor` block of a field.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct FieldBlock {
    /// Title in English.
    pub title_en: String,
    /// Unit, such as `t` or `Rp`.
    pub unit: Option<String>,
    /// Code list under `schemas/codes` that holds the allowed values and their spellings.
    pub codes: Option<String>,
    /// Precision and scale of a number.
    pub decimal: Option<(u8, u8)>,
    /// The date is the first of a month.
    pub month: bool,
    /// What offices call the column, for drafting descriptions.
    pub aliases: Vec<String>,
    /// The value may not lie after the day of loading.
    pub not_in_future: bool,
    /// Personal: stored as a keyed hash, shown masked.
    pub personal: bool,
}

/// A check across the fields of one row.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Name, unique in the contract.
    pub id: String,
    /// What happens to a row that breaks it.
    pub severity: Severity,
    /// Rows that it looks at together.
    #[serde(default)]
    pub scope: Scope,
    /// The field that is shown with the violation.
    pub field: String,
    /// SQL expression over the fields and the dated values of `ref.param` (`param('name', region_code, date)`); a row breaks the rule where it is false. Null passes.
    pub check: String,
    /// What is wrong and what to do, in Bahasa Indonesia.
    pub message_id: String,
    /// The same in English.
    pub message_en: String,
}

/// Rows that a rule looks at together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Each row by itself.
    #[default]
    Row,
    /// The accepted rows of a file: the expression may use window functions (`sum(pct) over (partition by region_code, year)`).
    File,
}

/// What a broken rule does to its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row is refused and kept in the quarantine.
    Reject,
    /// The row is loaded with a flag.
    Warn,
}

impl Field {
    fn not_in_future(mut self) -> Self {
        self.koridor.not_in_future = true;
        self
    }
}

/// The fields that every dataset has behind its own; a file may carry them, and where it does not they have one value a file.
fn common_fields(period_types: &[PeriodType]) -> Vec<Field> {
    let field = |name: &str,
                 field_type: FieldType,
                 title: &str,
                 title_en: &str,
                 description: &str,
                 allowed: Option<Vec<String>>,
                 codes: Option<&str>| Field {
        name: name.to_owned(),
        field_type,
        title: title.to_owned(),
        description: description.to_owned(),
        constraints: Constraints { required: true, allowed, ..Constraints::default() },
        koridor: FieldBlock {
            title_en: title_en.to_owned(),
            codes: codes.map(str::to_owned),
            ..FieldBlock::default()
        },
    };
    let periods = period_types.iter().map(|period| period.as_str().to_owned()).collect();
    let status = ["final", "provisional", "very_provisional", "revised", "estimated", "missing"]
        .map(str::to_owned)
        .to_vec();
    vec![
        field(
            "source_id",
            FieldType::String,
            "Sumber",
            "Source",
            "Office or survey the row comes from.",
            None,
            Some("source"),
        ),
        field(
            "release_date",
            FieldType::Date,
            "Tanggal rilis",
            "Release date",
            "Vintage; a correction is a new row, never an update.",
            None,
            None,
        )
        .not_in_future(),
        field(
            "period_type",
            FieldType::String,
            "Jenis periode",
            "Period type",
            "M, Q or Y; a value filed only for the year is stored once, in January, as Y.",
            Some(periods),
            None,
        ),
        field(
            "obs_status",
            FieldType::String,
            "Status angka",
            "Observation status",
            "final, provisional, very_provisional, revised, estimated or missing.",
            Some(status),
            None,
        ),
    ]
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
        let common = common_fields(&contract.koridor.period_types);
        if let Some(index) = contract
            .fields
            .iter()
            .position(|field| common.iter().any(|common| common.name == field.name))
        {
            return Err(ContractError::new(
                file,
                format!("/fields/{index}/name"),
                "a field of the dataset's own; every dataset has the common fields already",
                format!(
                    "`{}`",
                    contract.fields.get(index).map(|field| field.name.as_str()).unwrap_or_default()
                ),
            ));
        }
        contract.fields.extend(common);
        Ok(contract)
    }

    /// Whether this is a reference table (`ref_region`, ...), kept under `schemas/codes` and not filed by an office.
    pub fn is_reference(&self) -> bool {
        self.name.starts_with("ref_")
    }

    /// The fields of the dataset's own, without the common ones.
    pub fn own_fields(&self) -> &[Field] {
        let common = if self.is_reference() { 0 } else { crate::source::COMMON_FIELDS.len() };
        self.fields.get(..self.fields.len().saturating_sub(common)).unwrap_or_default()
    }

    /// The position of a field.
    pub fn field_index(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The rules of a scope, in the contract's order.
    pub fn rules(&self, scope: Scope) -> impl Iterator<Item = &Rule> {
        self.koridor.rules.iter().filter(move |rule| rule.scope == scope)
    }

    /// Whether the key says which slice a row belongs to, so that one key cannot stand in two slices.
    pub fn key_names_slice(&self) -> bool {
        let named = |column: &String| self.primary_key.contains(column);
        self.koridor
            .slice
            .as_ref()
            .is_none_or(|slice| named(&slice.region) && slice.period.as_ref().is_some_and(named))
    }

    fn validate(&self, file: &str) -> Result<(), ContractError> {
        let names: Vec<&str> = self.fields.iter().map(|field| field.name.as_str()).collect();
        let field_at = |pointer: String, name: &str| {
            if names.contains(&name) {
                return Ok(());
            }
            let hint = crate::codes::did_you_mean(name, names.iter().copied())
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            Err(ContractError::new(file, pointer, "the name of a field", format!("`{name}`{hint}")))
        };
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
            field_at(format!("/primaryKey/{index}"), name)?;
        }
        if !(0.0..=1.0).contains(&self.koridor.max_rejected_ratio) {
            return Err(ContractError::new(
                file,
                "/koridor/max_rejected_ratio",
                "a share between 0 and 1",
                self.koridor.max_rejected_ratio.to_string(),
            ));
        }
        for (index, field) in self.fields.iter().enumerate() {
            field.validate(file, &format!("/fields/{index}"))?;
            if names.iter().filter(|name| **name == field.name).count() > 1 {
                return Err(ContractError::new(
                    file,
                    format!("/fields/{index}/name"),
                    "a name of its own",
                    format!("`{}` twice", field.name),
                ));
            }
        }
        for (index, rule) in self.koridor.rules.iter().enumerate() {
            field_at(format!("/koridor/rules/{index}/field"), &rule.field)?;
            if self.koridor.rules.iter().filter(|other| other.id == rule.id).count() > 1 {
                return Err(ContractError::new(
                    file,
                    format!("/koridor/rules/{index}/id"),
                    "a name of its own",
                    format!("`{}` twice", rule.id),
                ));
            }
        }
        let slice = match &self.koridor.slice {
            Some(slice) => slice,
            None if self.is_reference() => return Ok(()),
            None => {
                return Err(ContractError::new(
                    file,
                    "/koridor/slice",
                    "what a submission replaces as a whole",
                    "nothing",
                ));
            }
        };
        field_at("/koridor/slice/region".into(), &slice.region)?;
        if let Some(period) = &slice.period {
            field_at("/koridor/slice/period".into(), period)?;
            let kind = self
                .fields
                .iter()
                .find(|field| &field.name == period)
                .map(|field| field.field_type);
            if !matches!(kind, Some(FieldType::Date | FieldType::Datetime | FieldType::Year)) {
                return Err(ContractError::new(
                    file,
                    "/koridor/slice/period",
                    "a field of type date, datetime or year",
                    format!("`{period}`"),
                ));
            }
        }
        Ok(())
    }
}

impl Field {
    /// Precision and scale of a number field.
    pub fn decimal(&self) -> (u8, u8) {
        self.koridor.decimal.unwrap_or((18, 6))
    }

    fn validate(&self, file: &str, pointer: &str) -> Result<(), ContractError> {
        let mistake = |at: &str, expected: &str, found: String| {
            Err(ContractError::new(file, format!("{pointer}{at}"), expected, found))
        };
        let mut characters = self.name.chars();
        if !characters.next().is_some_and(|first| first.is_ascii_lowercase())
            || !characters
                .all(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || next == '_')
        {
            return mistake(
                "/name",
                "lower case letters, digits and underscores",
                format!("`{}`", self.name),
            );
        }
        if let Some((precision, scale)) = self.koridor.decimal
            && (self.field_type != FieldType::Number || precision > 18 || scale > precision)
        {
            return mistake(
                "/koridor/decimal",
                "[precision, scale] of a number, precision at most 18",
                format!("[{precision}, {scale}]"),
            );
        }
        if let Some(pattern) = &self.constraints.pattern
            && let Err(error) = regex::Regex::new(pattern)
        {
            return mistake(
                "/constraints/pattern",
                "a regular expression",
                error.to_string().replace('\n', " "),
            );
        }
        if (self.koridor.personal
            || self.koridor.codes.is_some()
            || self.constraints.allowed.is_some())
            && self.field_type != FieldType::String
        {
            return mistake(
                "/type",
                "`string` for a field with codes, an enum or personal values",
                format!("`{:?}`", self.field_type).to_lowercase(),
            );
        }
        for (at, bound) in [
            ("/constraints/minimum", &self.constraints.minimum),
            ("/constraints/maximum", &self.constraints.maximum),
        ] {
            if let Some(bound) = bound
                && crate::typing::bound(self, bound).is_none()
            {
                return mistake(at, "a value of the field's type", bound.to_string());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minimal() -> serde_json::Value {
        serde_json::json!({
            "name": "waste_generation", "title": "Timbulan", "description": "One row a region and month.",
            "fields": [
                {"name": "region_code", "type": "string", "title": "Wilayah", "constraints": {"required": true}},
                {"name": "period_month", "type": "date", "title": "Bulan"},
                {"name": "gen_ton", "type": "number", "title": "Timbulan", "koridor": {"decimal": [14, 3]}}
            ],
            "primaryKey": ["region_code", "period_month"],
            "koridor": {"title_en": "Waste", "dimension": "environment", "theme": "'waste'", "slice": {"region": "region_code", "period": "period_month"}}
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
            "schemas/datasets/waste_generation.json#/fields/2/type: expected one of `string`, `integer`, `number`, `boolean`, `date`, `datetime`, `year`, found unknown variant `decimal` (line 1, column 277)"
        );
        assert!(
            error(|document| document["primaryKey"][1] = "period_mont".into())
                .contains("#/primaryKey/1: expected the name of a field, found `period_mont`; did you mean `period_month`?")
        );
        assert!(
            error(|document| document["fields"][0]["constraint"] = true.into())
                .contains("#/fields/0")
        );
        assert!(
            error(|document| document["koridor"]["slice"]["period"] = "gen_ton".into())
                .contains("#/koridor/slice/period")
        );
        assert!(
            error(|document| document["fields"][2]["constraints"] =
                serde_json::json!({"minimum": "x"}))
            .contains("#/fields/2/constraints/minimum")
        );
    }
}
