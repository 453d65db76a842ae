//! A column of a published dataset.

use super::texts::Both;
use koridor_contract::FieldType;
use koridor_contract::contract::Constraints;

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Title; empty where it has none.
    pub title: Both,
    /// Meaning, in English; empty where nobody has said it.
    pub description: String,
    /// Type.
    pub kind: FieldType,
    /// Unit; none where a value has none.
    pub unit: Option<String>,
    /// The code list that its values are of.
    pub codes: Option<String>,
    /// Which values there can be.
    pub constraints: Constraints,
}
