//! What the codes of refused rows and files mean, and what there is to do about them.
//!
//! The sentence that an office reads with a cell is in [`crate::message`]; this is the longer text
//! of the code's page. A rule of a contract may have one too; without it the page is made of the
//! contract alone.

use crate::error::{ProjectError, parse_json};
use crate::phrase::Phrase;
use crate::project::Project;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The file of a project that holds them.
pub const REMEDIES: &str = "schemas/remedies.json";

/// What a code means and what to do.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// What is wrong.
    pub meaning: Phrase,
    /// A message as an office gets it, where none can be made of the rule.
    #[serde(default)]
    pub example: Option<Phrase>,
    /// What the office does.
    pub remedy: Phrase,
    /// What the operator can do besides.
    #[serde(default)]
    pub operator: Option<Phrase>,
}

/// The remedies of a project, by code.
#[derive(Debug, Clone, Default)]
pub struct Remedies(BTreeMap<String, Remedy>);

impl Remedies {
    /// The remedies of a project; none where it has no such file.
    ///
    /// # Errors
    /// Where the file does not follow its form.
    pub fn of(project: &Project) -> Result<Self, ProjectError> {
        match project.file(REMEDIES) {
            Some(text) => Ok(Self(parse_json(REMEDIES, text)?)),
            None => Ok(Self::default()),
        }
    }

    /// The remedy of a code.
    pub fn get(&self, code: &str) -> Option<&Remedy> {
        self.0.get(code)
    }

    /// The codes that have one.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
