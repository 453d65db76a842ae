//! JSON Schemas of the files of a project, made of the types that read them, and what a file says
//! against its schema: all of it, where reading stops at the first.

mod lines;
mod violations;

use crate::card::Card;
use crate::project::{Corridor, SCHEMA_ENDING};
use crate::{Contract, Source};
pub use lines::line_of;
use schemars::r#gen::SchemaSettings;
use serde_json::Value;
pub use violations::{Violation, violations};

/// Kinds of files that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A dataset's contract.
    Contract,
    /// A source description.
    Source,
    /// An indicator's card.
    Card,
    /// The corridor.
    Corridor,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Contract, Self::Source, Self::Card, Self::Corridor];

    /// The kind of a file of a project, by its path.
    pub fn of(path: &str) -> Option<Self> {
        let is_json = path.ends_with(".json");
        match path {
            "schemas/corridor.json" => Some(Self::Corridor),
            _ if path.starts_with("schemas/datasets/") && is_json => Some(Self::Contract),
            _ if path.starts_with("schemas/sources/") && is_json => Some(Self::Source),
            _ if path.starts_with("sql/indicators/") && path.ends_with("/card.json") => {
                Some(Self::Card)
            }
            _ => None,
        }
    }

    /// The name of its schema's file.
    pub fn file_name(self) -> String {
        let name = match self {
            Self::Contract => "contract",
            Self::Source => "source",
            Self::Card => "card",
            Self::Corridor => "corridor",
        };
        format!("{name}{SCHEMA_ENDING}")
    }

    /// Its schema: JSON Schema, draft 7, which editors know best.
    pub fn schema(self) -> Value {
        let generator = SchemaSettings::draft07().into_generator();
        let schema = match self {
            Self::Contract => generator.into_root_schema_for::<Contract>(),
            Self::Source => generator.into_root_schema_for::<Source>(),
            Self::Card => generator.into_root_schema_for::<Card>(),
            Self::Corridor => generator.into_root_schema_for::<Corridor>(),
        };
        serde_json::to_value(schema).unwrap_or_default()
    }
}
