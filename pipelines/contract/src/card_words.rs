//! The closed lists that cards name: caveats, revision policies, systems of codes.
//!
//! Each is a file of `schemas/`, a code with its text in both languages: a caveat says the same
//! wherever it stands.

use crate::card::{Aggregation, Card};
use crate::error::{ProjectError, parse_json};
use crate::message::Language;
use crate::project::{Project, hint};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Caveats that travel with a number.
pub const CAVEATS: &str = "schemas/caveats.json";
/// When and why a published number may change.
pub const REVISION_POLICIES: &str = "schemas/revision_policies.json";
/// Systems of codes that an indicator is found in elsewhere.
pub const STANDARDS: &str = "schemas/standards.json";

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrase {
    /// In Bahasa Indonesia.
    pub id: String,
    /// In English.
    pub en: String,
}

impl Phrase {
    /// The text in a language.
    pub fn text_in(&self, language: Language) -> &str {
        language.pick(&self.id, &self.en)
    }
}

/// What the metadata of a statistical indicator says (MS-Ind, Peraturan BPS 5/2020) beyond the
/// other keys of the card: name, definition, formula and unit are there.
#[derive(Debug, Clone, Serialize, Deserialize)]
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

    /// What a card's caveats say.
    pub fn caveats<'own>(&'own self, card: &Card, language: Language) -> Vec<&'own str> {
        let known = card.caveats.iter().filter_map(|code| self.caveats.get(code));
        known.map(|phrase| phrase.text_in(language)).collect()
    }

    /// What a card's revision policy says; empty where it names none.
    pub fn revision_policy(&self, card: &Card, language: Language) -> &str {
        let policy = self.revision_policies.get(&card.revision_policy);
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

    /// The first code of a card that its list does not have, with the nearest that it has.
    pub(crate) fn unknown(&self, card: &Card) -> Option<String> {
        let policy = Some(&card.revision_policy).filter(|code| !code.is_empty());
        let named = |code| (code, &self.revision_policies, REVISION_POLICIES);
        let caveats = card.caveats.iter().map(|code| (code, &self.caveats, CAVEATS));
        let standards = card.codes.keys().map(|code| (code, &self.standards, STANDARDS));
        let mut all = caveats.chain(policy.map(named)).chain(standards);
        let (code, list, file) = all.find(|(code, list, _)| !list.contains_key(*code))?;
        Some(format!("`{code}` is not in {file}{}", hint(code, list.keys())))
    }
}

impl Card {
    /// The keys that a complete card has and this one lacks. A card may be used without them.
    pub fn missing_words(&self) -> Vec<&'static str> {
        let texts = [
            ("definition", &self.definition),
            ("definition_en", &self.definition_en),
            ("interpretation", &self.interpretation),
            ("interpretation_en", &self.interpretation_en),
            ("formula_en", &self.formula_en),
            ("numerator_label", &self.numerator_label),
            ("numerator_label_en", &self.numerator_label_en),
            ("owner", &self.owner),
            ("owner_en", &self.owner_en),
            ("revision_policy", &self.revision_policy),
        ];
        let divides = self.aggregation == Aggregation::Rs;
        let denominators = [
            ("denominator_label", &self.denominator_label),
            ("denominator_label_en", &self.denominator_label_en),
        ];
        let texts = texts.into_iter().chain(denominators.into_iter().filter(|_| divides));
        let mut missing: Vec<&str> =
            texts.filter(|(_, text)| text.is_empty()).map(|(name, _)| name).collect();
        let others = [
            ("null_rules", self.null_rules.is_empty()),
            ("caveats", self.caveats.is_empty()),
            // What is usual of a magnitude depends on the size of the region.
            ("plausible", self.plausible.is_none() && self.aggregation != Aggregation::Sum),
            ("possible", self.possible.is_none()),
            ("ms_ind", self.ms_ind.is_none()),
        ];
        missing.extend(others.into_iter().filter(|(_, lacks)| *lacks).map(|(name, _)| name));
        missing
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

    fn card(more: serde_json::Value) -> Result<Card, serde_json::Error> {
        let mut card = serde_json::json!({
            "id": "x", "title": "X", "title_en": "X", "dimension": "branding", "unit": "%",
            "grain": "M", "aggregation": "RS", "polarity": "+", "formula": "a / b",
            "method": "-", "method_en": "-", "datasets": [], "standard": "design"
        });
        let keys = card.as_object_mut().into_iter().zip(more.as_object());
        keys.for_each(|(all, more)| all.extend(more.clone()));
        serde_json::from_value(card)
    }

    #[test]
    fn a_code_that_no_list_has_is_told_with_the_nearest() {
        let known = card(serde_json::json!({
            "caveats": ["a_visit_is_not_a_person"], "revision_policy": "as_filed",
            "codes": {"SDG": ["8.9"]}
        }));
        assert_eq!(words().unknown(&known.unwrap()), None);
        for (more, file) in [
            (serde_json::json!({"caveats": ["a_visit_is_not_a_persn"]}), CAVEATS),
            (serde_json::json!({"revision_policy": "as_file"}), REVISION_POLICIES),
            (serde_json::json!({"codes": {"SGD": ["8.9"]}}), STANDARDS),
        ] {
            let message = words().unknown(&card(more).unwrap()).unwrap();
            assert!(message.contains(file), "{message}");
        }
    }

    #[test]
    fn unknown_keys_are_refused_and_missing_ones_are_named() {
        assert!(card(serde_json::json!({"caveat": []})).is_err());
        assert!(card(serde_json::json!({"ms_ind": {"konsep": "x"}})).is_err());
        let missing = card(serde_json::json!({"definition": "x"})).unwrap().missing_words();
        assert!(!missing.contains(&"definition") && missing.contains(&"definition_en"));
        assert!(missing.contains(&"denominator_label"));
        let sum = card(serde_json::json!({"aggregation": "SUM"})).unwrap().missing_words();
        assert!(!sum.contains(&"denominator_label"));
    }

    #[test]
    fn texts_come_in_the_language_that_is_asked_for() {
        let own = card(serde_json::json!({"caveats": ["a_visit_is_not_a_person"]})).unwrap();
        assert_eq!(words().caveats(&own, Language::En), ["visits, not people"]);
        assert_eq!(words().caveats(&own, Language::Id), ["kunjungan, bukan orang"]);
        assert_eq!(words().revision_policy(&own, Language::En), "");
    }
}
