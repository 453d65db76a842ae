//! Who publishes what leaves the house, whom a reader asks, and whose the figures are.
//!
//! All of it is optional: what a project does not say is missing in the catalogue too, and its
//! checklist tells so.

use crate::phrase::Phrase;
use serde::Deserialize;

/// What a project says of its publishing.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Publication {
    /// Who publishes.
    pub publisher: Option<Publisher>,
    /// Whom a reader asks.
    pub contact: Option<Contact>,
    /// Whose the figures are, in words.
    pub rights: Option<Phrase>,
}

/// Who publishes.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Publisher {
    /// Name in Bahasa Indonesia.
    pub name: String,
    /// Name in English.
    #[serde(default)]
    pub name_en: Option<String>,
    /// Address of its site.
    #[serde(default)]
    pub url: Option<String>,
}

/// Whom a reader asks.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Name of the unit.
    pub name: String,
    /// Address for mail.
    #[serde(default)]
    pub email: Option<String>,
    /// Address of a page.
    #[serde(default)]
    pub url: Option<String>,
}
