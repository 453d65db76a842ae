//! What a number means: an indicator's card and its SQL, one folder each under
//! `sql/indicators/<dimension>/<id>/`.

use crate::card_folder::without_card;
use crate::card_words::{CardWords, StatisticalMetadata};
use crate::codes::normalise;
use crate::disclosure::Disclosure;
use crate::error::ProjectError;
use crate::message::Language;
use crate::project::{Project, hint};
use crate::published;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Grain {
    /// A month.
    M,
    /// A quarter.
    Q,
    /// A year.
    Y,
}

impl Grain {
    /// All, shortest first.
    pub const ALL: [Self; 3] = [Self::M, Self::Q, Self::Y];

    /// The letter, as tables hold it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::M => "M",
            Self::Q => "Q",
            Self::Y => "Y",
        }
    }

    /// Number of months.
    pub fn months(self) -> i64 {
        match self {
            Self::M => 1,
            Self::Q => 3,
            Self::Y => 12,
        }
    }
}

/// How the parts of regions and periods are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Aggregation {
    /// Ratio of sums: both sides are summed, then divided.
    Rs,
    /// Numerators are summed.
    Sum,
    /// Computed from the pooled series in `pool.sql`.
    Pool,
    /// Not aggregated over regions.
    Na,
}

impl Aggregation {
    /// The code, as tables hold it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs => "RS",
            Self::Sum => "SUM",
            Self::Pool => "POOL",
            Self::Na => "NA",
        }
    }
}

/// How a longer period is made of shorter ones.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum TimeRule {
    /// The sum over the period.
    #[default]
    Sum,
    /// A stock at the end of the period.
    End,
}

impl TimeRule {
    /// The word, as tables hold it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::End => "end",
        }
    }
}

/// For which scopes an indicator is published.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum CardScope {
    /// Each regency and the corridor.
    #[default]
    All,
    /// The corridor alone.
    Corridor,
}

impl CardScope {
    /// The word, as tables hold it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Corridor => "corridor",
        }
    }
}

/// What a number means: the card that goes with it everywhere.
#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Address of the JSON Schema, for editors.
    #[serde(rename = "$schema", default, skip_serializing)]
    pub schema: Option<String>,
    /// Name: folder, argument, table, URL.
    pub id: String,
    /// Title in Bahasa Indonesia.
    pub title: String,
    /// Title in English.
    pub title_en: String,
    /// Dimension of the Smart City masterplan; also the folder.
    pub dimension: String,
    /// Unit as shown.
    pub unit: String,
    /// Unit in English, where that is another word.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit_en: String,
    /// Finest grain.
    pub grain: Grain,
    /// How regions and periods are put together.
    pub aggregation: Aggregation,
    /// Factor to the unit: 100 for percent.
    #[serde(default = "one")]
    pub scale: f64,
    /// How a longer period is made of shorter ones.
    #[serde(default)]
    pub time_rule: TimeRule,
    /// How the denominator of a longer period is made of shorter ones: `end` for a stock, such as
    /// residents, under events that are added up.
    #[serde(default)]
    pub denominator_rule: TimeRule,
    /// For which scopes it is published.
    #[serde(default)]
    pub scope: CardScope,
    /// Regions that can have data, where these are not all of the corridor's.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Only the regencies of entry of the corridor's transit can have data.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub transit: bool,
    /// `+` higher is better, `-` lower is better, `0` context.
    pub polarity: String,
    /// Against a target its size counts, whatever its sign: a gap of -20 % is as far off as 20 %.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub judged_by_size: bool,
    /// Digits shown behind the decimal mark.
    #[serde(default = "two")]
    pub decimals: u8,
    /// What it counts and for whom, in Bahasa Indonesia.
    #[serde(default)]
    pub definition: String,
    /// The same in English.
    #[serde(default)]
    pub definition_en: String,
    /// How a value is read, in Bahasa Indonesia.
    #[serde(default)]
    pub interpretation: String,
    /// The same in English.
    #[serde(default)]
    pub interpretation_en: String,
    /// The formula in words, in Bahasa Indonesia.
    pub formula: String,
    /// The same in English; `S` is a sum. Where it is not given, the formula is the same in both.
    #[serde(default)]
    pub formula_en: String,
    /// What is added up, in Bahasa Indonesia.
    #[serde(default)]
    pub numerator_label: String,
    /// The same in English.
    #[serde(default)]
    pub numerator_label_en: String,
    /// What it is divided by, in Bahasa Indonesia; empty where nothing is divided.
    #[serde(default)]
    pub denominator_label: String,
    /// The same in English.
    #[serde(default)]
    pub denominator_label_en: String,
    /// What it is for and what it is not, in Bahasa Indonesia.
    pub method: String,
    /// The same in English.
    pub method_en: String,
    /// Null rules of the catalogue that apply.
    #[serde(default)]
    pub null_rules: Vec<String>,
    /// Datasets it is computed from.
    pub datasets: Vec<String>,
    /// Themes of which every value needs a source, where its two sides do not tell: a difference of
    /// two themes has one side only.
    #[serde(default)]
    pub themes: Vec<String>,
    /// Standard or publication the definition follows.
    pub standard: String,
    /// Codes of the same or a near thing elsewhere, by system: `schemas/standards.json`.
    #[serde(default)]
    pub codes: BTreeMap<String, Vec<String>>,
    /// Office that answers for it, in Bahasa Indonesia.
    #[serde(default)]
    pub owner: String,
    /// The same in English.
    #[serde(default)]
    pub owner_en: String,
    /// When and why it may change: a code of `schemas/revision_policies.json`.
    #[serde(default)]
    pub revision_policy: String,
    /// What to keep in mind: codes of `schemas/caveats.json`.
    #[serde(default)]
    pub caveats: Vec<String>,
    /// Metadata of a statistical indicator (BPS).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms_ind: Option<StatisticalMetadata>,
    /// Values outside are flagged.
    #[serde(default)]
    pub plausible: Option<(f64, f64)>,
    /// Values outside stop the release.
    #[serde(default)]
    pub possible: Option<(Option<f64>, Option<f64>)>,
    /// Most of a region's value that is possible, a resident and year; what is above is withheld.
    #[serde(default)]
    pub possible_per_resident: Option<f64>,
    /// Which of its numbers may tell of single persons or businesses; none of one that cannot.
    #[serde(default)]
    pub disclosure: Option<Disclosure>,
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

    /// The title in a language.
    pub fn title_in(&self, language: Language) -> &str {
        language.pick(&self.title, &self.title_en)
    }

    /// The formula in a language.
    pub fn formula_in(&self, language: Language) -> &str {
        match language {
            Language::En if !self.formula_en.is_empty() => &self.formula_en,
            _ => &self.formula,
        }
    }

    /// The unit in a language.
    pub fn unit_in(&self, language: Language) -> &str {
        match language {
            Language::En if !self.unit_en.is_empty() => &self.unit_en,
            _ => &self.unit,
        }
    }
}

fn one() -> f64 {
    1.0
}
fn two() -> u8 {
    2
}

/// One indicator with its SQL.
#[derive(Debug, Clone)]
pub struct Indicator {
    /// The card.
    pub card: Card,
    /// Folder within the project.
    pub folder: String,
    /// `query.sql`.
    pub query: String,
    /// `pool.sql` of a pooled indicator.
    pub pool: Option<String>,
    /// `checks.sql`.
    pub checks: String,
}

/// Ids of all indicators of a project.
pub fn ids(project: &Project) -> impl Iterator<Item = String> {
    project
        .files_under("sql/indicators/", "/card.json")
        .filter_map(|(path, _)| path.rsplit('/').nth(1).map(str::to_owned))
}

/// Reads all indicators, in the order of their folders.
///
/// # Errors
/// Where a card does not follow its form or a folder lacks a file.
pub fn load(project: &Project) -> Result<Vec<Indicator>, ProjectError> {
    let all = read(project)?;
    let guarded = all.iter().filter_map(|own| {
        let (card, query) = (&own.card, own.query.as_str());
        let (id, datasets) = (card.id.as_str(), card.datasets.as_slice());
        let disclosure = card.disclosure.as_ref()?;
        Some(published::Guarded { id, datasets, disclosure, query })
    });
    published::check(project, guarded)?;
    Ok(all)
}

fn read(project: &Project) -> Result<Vec<Indicator>, ProjectError> {
    let words = CardWords::of(project)?;
    if let Some(mistake) = without_card(project).next() {
        return Err(mistake);
    }
    let cards = project.files_under("sql/indicators/", "/card.json");
    cards.map(|(path, text)| read_one(project, &words, (path, text))).collect()
}

/// The first mistake of each card and its folder, and what the cards say against each other.
pub fn mistakes(project: &Project) -> Vec<ProjectError> {
    let words = match CardWords::of(project) {
        Ok(words) => words,
        Err(mistake) => return vec![mistake],
    };
    let cards = project.files_under("sql/indicators/", "/card.json");
    let mut wrong: Vec<ProjectError> =
        cards.filter_map(|own| read_one(project, &words, own).err()).collect();
    wrong.extend(without_card(project));
    if wrong.is_empty() {
        wrong.extend(load(project).err());
    }
    wrong
}

fn read_one(
    project: &Project,
    words: &CardWords,
    (path, text): (&str, &str),
) -> Result<Indicator, ProjectError> {
    let mistake =
        |line: u64, message: String| ProjectError::File { file: path.to_owned(), line, message };
    let card: Card = serde_json::from_str(text)
        .map_err(|error| mistake(error.line() as u64, error.to_string()))?;
    let folder = path.trim_end_matches("/card.json");
    let mut parts = folder.rsplit('/');
    if parts.next() != Some(&card.id) || parts.next() != Some(&card.dimension) {
        return Err(mistake(
            0,
            format!(
                "expected the folder sql/indicators/{}/{}, found {folder}",
                card.dimension, card.id
            ),
        ));
    }
    if let Some(dataset) =
        card.datasets.iter().find(|dataset| !project.datasets.contains_key(*dataset))
    {
        return Err(mistake(
            0,
            format!("no dataset `{dataset}`{}", hint(dataset, project.datasets.keys())),
        ));
    }
    let message = words
        .unknown(&card.caveats, &card.revision_policy, card.codes.keys())
        .or_else(|| summed_stock(project, &card))
        .or_else(|| card.disclosure.as_ref().and_then(|own| own.mistake(project)));
    if let Some(message) = message {
        return Err(mistake(0, message));
    }
    let file = |name: &str| project.file(&format!("{folder}/{name}")).map(str::to_owned);
    let query = file("query.sql")
        .ok_or_else(|| mistake(0, "expected query.sql beside it, found none".into()))?;
    let pool = file("pool.sql");
    if (card.aggregation == Aggregation::Pool) != pool.is_some() {
        return Err(mistake(
            0,
            "expected pool.sql beside a card with aggregation POOL, and only there".into(),
        ));
    }
    let checks = file("checks.sql").unwrap_or_default();
    Ok(Indicator { card, folder: folder.to_owned(), query, pool, checks })
}

/// Why a card may not add its numbers over time: all of its datasets hold stocks.
fn summed_stock(project: &Project, card: &Card) -> Option<String> {
    let is_stock = |dataset: &String| {
        let contract = project.datasets.get(dataset)?;
        Some(contract.koridor.stock || contract.is_register())
    };
    let adds = card.aggregation == Aggregation::Sum && card.time_rule == TimeRule::Sum;
    let are_stocks = !card.datasets.is_empty()
        && card.datasets.iter().all(|dataset| is_stock(dataset).unwrap_or(false));
    (adds && card.grain != Grain::Y && are_stocks).then(|| {
        format!(
            "{} hold stocks, which are not added over time; expected \"time_rule\": \"end\"",
            card.datasets.join(", ")
        )
    })
}

/// Finds one indicator, by its id or by its title in either language, or by a word of them that no
/// other title has.
///
/// # Errors
/// Where there is none of that name, with the nearest.
pub fn find(project: &Project, name: &str) -> Result<Indicator, ProjectError> {
    let mut all = load(project)?;
    let wanted = normalise(name);
    let titles = |own: &Indicator| [normalise(&own.card.title), normalise(&own.card.title_en)];
    let only = |is_meant: &dyn Fn(&Indicator) -> bool| -> Option<usize> {
        let mut found = all.iter().enumerate().filter(|(_, own)| is_meant(own)).map(|(at, _)| at);
        found.next().filter(|_| found.next().is_none())
    };
    let at = only(&|own| own.card.id == name)
        .or_else(|| only(&|own| titles(own).contains(&wanted)))
        .or_else(|| {
            let has_word = |title: &String| title.split(' ').any(|word| word == wanted);
            only(&|own| titles(own).iter().any(has_word))
        });
    match at {
        Some(at) => Ok(all.swap_remove(at)),
        None => {
            let mut known: Vec<String> = ids(project).collect();
            known.extend(all.iter().map(|own| own.card.title.clone()));
            Err(ProjectError::Unknown {
                message: format!("no indicator `{name}`{}", hint(name, known.iter())),
                hint: "`koridor indicators list` shows them".to_owned(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn unknown_keys_are_refused_and_missing_ones_are_named() {
        assert!(card(serde_json::json!({"caveat": []})).is_err());
        assert!(card(serde_json::json!({"ms_ind": {"konsep": "x"}})).is_err());
        let missing = card(serde_json::json!({"definition": "x"})).unwrap().missing_words();
        assert!(!missing.contains(&"definition") && missing.contains(&"definition_en"));
        assert!(missing.contains(&"denominator_label") && missing.contains(&"plausible"));
        let sum = card(serde_json::json!({"aggregation": "SUM"})).unwrap().missing_words();
        assert!(!sum.contains(&"denominator_label") && !sum.contains(&"plausible"));
    }
}
