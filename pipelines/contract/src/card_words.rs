//! The closed lists that cards name: caveats, revision policies, systems of codes.
//!
//! Each is a file of `schemas/`, a code with its text in both languages: a caveat says the same
//! wherever it stands.

use crate::error::{ProjectError, parse_json};
use crate::message::Language;
pub use crate::phrase::Phrase;
use crate::project::{Project, hint};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Caveats that travel with a number.
pub const CAVEATS: &str = "schemas/caveats.json";
/// When and why a published number may change.
pub const REVISION_POLICIES: &str = "schemas/revision_policies.json";
/// Systems of codes that an indicator is found in elsewhere.
pub const STANDARDS: &str = "schemas/standards.json";

/// What the metadata of a statistical indicator says (MS-Ind, Peraturan BPS 5/2020) beyond the
/// other keys of the card: name, definition, formula and unit are there.
#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatisticalMetadata {
    /// Concept.
    pub konsep: String,
    /// Kind of measure, such as a ratio or an index.
    pub ukuran: String,
    /// What it is broken down by; empty for nothing.
    pub klasifikasi: Vec<String>,
    /// The variables it is built of, as `dataset.field`.
    pub variabel_pembangun: Vec<String>,
    /// Smallest area that it is given for.
    pub level_estimasi: String,
    /// Whether anybody may have it.
    pub akses_umum: bool,
}

/// The closed lists of a project, by code.
#[derive(Debug, Clone, Default)]
pub struct CardWords {
    caveats: BTreeMap<String, Phrase>,
    revision_policies: BTreeMap<String, Phrase>,
    standards: BTreeMap<String, Phrase>,
}

impl CardWords {
    /// The lists of a project; a list that it does not have is empty.
    ///
    /// # Errors
    /// Where a list does not follow its form.
    pub fn of(project: &Project) -> Result<Self, ProjectError> {
        let list = |file: &str| match project.file(file) {
            Some(text) => parse_json::<BTreeMap<String, Phrase>>(file, text),
            None => Ok(BTreeMap::new()),
        };
        Ok(Self {
            caveats: list(CAVEATS)?,
            revision_policies: list(REVISION_POLICIES)?,
            standards: list(STANDARDS)?,
        })
    }

    /// What caveats say; those that the list does not have say nothing.
    pub fn caveats<'own>(&'own self, codes: &[String], language: Language) -> Vec<&'own str> {
        let known = codes.iter().filter_map(|code| self.caveats.get(code));
        known.map(|phrase| phrase.text_in(language)).collect()
    }

    /// What a revision policy says; empty where the list does not have it.
    pub fn revision_policy(&self, code: &str, language: Language) -> &str {
        let policy = self.revision_policies.get(code);
        policy.map(|phrase| phrase.text_in(language)).unwrap_or_default()
    }

    /// What a caveat says.
    pub fn caveat(&self, code: &str) -> Option<&Phrase> {
        self.caveats.get(code)
    }

    /// What a system of codes is.
    pub fn standard(&self, code: &str) -> Option<&Phrase> {
        self.standards.get(code)
    }

    /// The first code that its list does not have, with the nearest that it has.
    pub(crate) fn unknown<'code>(
        &self,
        caveats: &'code [String],
        policy: &'code String,
        standards: impl Iterator<Item = &'code String>,
    ) -> Option<String> {
        let policy = Some(policy).filter(|code| !code.is_empty());
        let caveats = caveats.iter().map(|code| (code, &self.caveats, CAVEATS));
        let policy = policy.map(|code| (code, &self.revision_policies, REVISION_POLICIES));
        let standards = standards.map(|code| (code, &self.standards, STANDARDS));
        let mut all = caveats.chain(policy).chain(standards);
        let (code, list, file) = all.find(|(code, list, _)| !list.contains_key(*code))?;
        Some(format!("`{code}` is not in {file}{}", hint(code, list.keys())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> CardWords {
        let phrase =
            Phrase { id: "kunjungan, bukan orang".into(), en: "visits, not people".into() };
        let list = |code: &str| BTreeMap::from([(code.to_owned(), phrase.clone())]);
        CardWords {
            caveats: list("a_visit_is_not_a_person"),
            revision_policies: list("as_filed"),
            standards: list("SDG"),
        }
    }

    fn unknown(caveat: &str, policy: &str, standard: &str) -> Option<String> {
        words().unknown(&[caveat.to_owned()], &policy.to_owned(), [standard.to_owned()].iter())
    }

    #[test]
    fn a_code_that_no_list_has_is_told_with_its_file() {
        assert_eq!(unknown("a_visit_is_not_a_person", "as_filed", "SDG"), None);
        assert_eq!(unknown("a_visit_is_not_a_person", "", "SDG"), None);
        for (message, file) in [
            (unknown("a_visit_is_not_a_persn", "as_filed", "SDG"), CAVEATS),
            (unknown("a_visit_is_not_a_person", "as_file", "SDG"), REVISION_POLICIES),
            (unknown("a_visit_is_not_a_person", "as_filed", "SGD"), STANDARDS),
        ] {
            assert!(message.as_ref().unwrap().contains(file), "{message:?}");
        }
    }

    #[test]
    fn texts_come_in_the_language_that_is_asked_for() {
        let own = ["a_visit_is_not_a_person".to_owned()];
        assert_eq!(words().caveats(&own, Language::En), ["visits, not people"]);
        assert_eq!(words().caveats(&own, Language::Id), ["kunjungan, bukan orang"]);
        assert_eq!(words().revision_policy("as_filed", Language::En), "visits, not people");
        assert_eq!(words().revision_policy("", Language::En), "");
    }
}
