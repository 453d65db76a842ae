//! One field of a dataset: its type, its constraints, and the fields that every dataset has.

use crate::date::{self, DateFormat};
use crate::error::ContractError;
use crate::number::{self, NumberFormat};
use crate::text_pattern::TextPattern;
use serde::{Deserialize, Serialize};

/// One field.
#[derive(Debug, Clone, Deserialize, Serialize, schemars::JsonSchema)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
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
#[derive(Debug, Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
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
    pub pattern: Option<TextPattern>,
    /// Allowed texts.
    #[serde(rename = "enum")]
    pub allowed: Option<Vec<String>>,
}

/// The `koridor` block of a field.
#[derive(Debug, Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
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
    /// Its values are published row by row; no personal field can be. `schemas/docs`, "What is
    /// published".
    pub publish: bool,
    /// The factor to the unit that offices take for this one; a figure that is off by it makes no
    /// number. `sql/README.md` S3.3.
    pub magnitude: Option<Magnitude>,
    /// Of a class that a source files each time: a period without it is no gap. `sql/README.md`
    /// S3.1b.
    pub may_pause: bool,
}

/// A unit that is taken for another by mistake.
#[derive(Debug, Clone, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Magnitude {
    /// How many of the other unit make one of the field's.
    pub factor: u32,
    /// The other unit, such as `kg`.
    pub unit: String,
    /// A second such unit, such as thousands beside millions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<OtherUnit>,
    /// What becomes of a submission with figures that look like the other unit.
    #[serde(default)]
    pub at_load: AtLoad,
}

impl Magnitude {
    /// The units that are taken for the field's, with how many of each make one of it.
    pub fn units(&self) -> impl Iterator<Item = (u32, &str)> {
        let also = self.also.iter().map(|own| (own.factor, own.unit.as_str()));
        std::iter::once((self.factor, self.unit.as_str())).chain(also)
    }
}

/// A unit, and how many of it make one of a field's.
#[derive(Debug, Clone, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherUnit {
    /// How many of the other unit make one of the field's.
    pub factor: u32,
    /// The other unit, such as `ribu Rp`.
    pub unit: String,
}

/// What becomes of a submission with figures that look like another unit.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum AtLoad {
    /// It speaks, the figures make no number, and that is told.
    #[default]
    Flag,
    /// It is held until somebody accepts it; the last good one stands.
    Hold,
}

impl AtLoad {
    /// The word, as contracts hold it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Hold => "hold",
        }
    }
}

/// Fields that every dataset has besides its own and that a file may carry.
pub const COMMON_FIELDS: [&str; 4] = ["source_id", "release_date", "period_type", "obs_status"];

/// The fields of [`COMMON_FIELDS`], which stand behind a dataset's own; a file may carry them, and
/// where it does not they have one value a file. `periods` are the dataset's period types.
pub(crate) fn common_fields(periods: Vec<String>) -> Vec<Field> {
    let field = |name: &str, field_type, title: &str, title_en: &str, description: &str| Field {
        name: name.to_owned(),
        field_type,
        title: title.to_owned(),
        description: description.to_owned(),
        constraints: Constraints { required: true, ..Constraints::default() },
        koridor: FieldBlock { title_en: title_en.to_owned(), ..FieldBlock::default() },
    };
    let mut source = field(
        "source_id",
        FieldType::String,
        "Sumber",
        "Source",
        "Office or survey the row comes from.",
    );
    source.koridor.codes = Some("source".to_owned());
    let mut release = field(
        "release_date",
        FieldType::Date,
        "Tanggal rilis",
        "Release date",
        "Vintage; a correction is a new row, never an update.",
    );
    release.koridor.not_in_future = true;
    let mut period = field(
        "period_type",
        FieldType::String,
        "Jenis periode",
        "Period type",
        "M, Q or Y; a value filed only for the year is stored once, in January, as Y.",
    );
    period.constraints.allowed = Some(periods);
    let mut status = field(
        "obs_status",
        FieldType::String,
        "Status angka",
        "Observation status",
        "final, provisional, very_provisional, revised, estimated or missing.",
    );
    let statuses = ["final", "provisional", "very_provisional", "revised", "estimated", "missing"];
    status.constraints.allowed = Some(statuses.map(str::to_owned).to_vec());
    vec![source, release, period, status]
}

impl Field {
    /// Precision and scale of a number field.
    pub fn decimal(&self) -> (u8, u8) {
        self.koridor.decimal.unwrap_or((18, 6))
    }

    /// Whether the field's values may be added: shares and rates (`seats_per_trip`) may not.
    pub fn is_additive(&self) -> bool {
        let unit = self.koridor.unit.as_deref().unwrap_or_default();
        matches!(self.field_type, FieldType::Integer | FieldType::Number)
            && !unit.contains(['%', '/'])
            && !self.name.contains("_per_")
    }

    /// A bound of the field on the scale its values are compared on; `None` where the document's
    /// value is not of the field's type.
    pub(crate) fn bound(&self, value: &serde_json::Value) -> Option<i64> {
        let text = value.to_string();
        let text = text.trim_matches('"').as_bytes();
        match self.field_type {
            FieldType::Integer | FieldType::Year => {
                number::parse_integer(text, NumberFormat::Plain).ok()
            }
            FieldType::Number => number::parse_decimal(text, NumberFormat::Plain, self.decimal().1)
                .ok()
                .map(|decimal| decimal.mantissa),
            FieldType::Date => date::parse_date(text, DateFormat::Iso).map(i64::from),
            FieldType::Datetime => date::parse_datetime(text, DateFormat::Iso),
            FieldType::String | FieldType::Boolean => None,
        }
    }

    /// Finds the first mistake in a field; `pointer` is the field's place in `file`.
    pub(crate) fn validate(&self, file: &str, pointer: &str) -> Result<(), ContractError> {
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
            && let Err(error) = regex::Regex::new(pattern.as_str())
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
                && self.bound(bound).is_none()
            {
                return mistake(at, "a value of the field's type", bound.to_string());
            }
        }
        Ok(())
    }
}

/// A decimal factor to the contract's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Factor {
    /// Digits of the factor without its decimal mark; above zero.
    pub mantissa: i64,
    /// How many of them stand behind the mark.
    pub scale: u8,
}

impl Factor {
    /// Digits before the decimal mark.
    pub(crate) fn digits(self) -> u8 {
        (self.mantissa.ilog10() as u8 + 1).saturating_sub(self.scale)
    }

    /// Reads a positive decimal such as `1000` or `0.001`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let scale = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let scale = u8::try_from(scale).ok().filter(|scale| *scale <= 9)?;
        let mantissa =
            number::parse_decimal(text.as_bytes(), NumberFormat::Plain, scale).ok()?.mantissa;
        (mantissa > 0).then_some(Self { mantissa, scale })
    }
}
