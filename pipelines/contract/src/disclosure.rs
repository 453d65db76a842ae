//! What a card says about disclosure: which quantities its two sides are, and what makes a small
//! count of them one that is not published.

use crate::project::Project;
use arrow::array::AsArray;
use serde::{Deserialize, Serialize};

/// The key `disclosure` of a card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// What the numerator is.
    #[serde(default)]
    pub numerator: Option<Side>,
    /// What the denominator is; a public one, such as residents, is not named.
    #[serde(default)]
    pub denominator: Option<Side>,
    /// How the values with a breakdown stand to the one without.
    #[serde(default)]
    pub breakdowns: Breakdowns,
    /// Quantities that the value is computed from in a way that does not show: it is withheld with
    /// those of its region and period.
    #[serde(default)]
    pub follows: Vec<String>,
    /// Datasets of which it takes nothing that is guarded, such as residents.
    #[serde(default)]
    pub public: Vec<String>,
}

/// One side of a ratio, or the sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// The quantity: the same name in several cards is the same number.
    pub quantity: String,
    /// The part of the quantity that it is, such as `served`; the rest of it is the difference.
    #[serde(default)]
    pub part: String,
    /// Parameter (`schemas/codes/param.csv`) that holds the largest count that is too small; of a
    /// magnitude none.
    #[serde(default)]
    pub small_count: Option<String>,
    /// Of which values a small count is withheld.
    #[serde(default)]
    pub small_count_of: SmallCountOf,
}

/// How the values with a breakdown stand to the one without.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Breakdowns {
    /// They may overlap, or lack some.
    #[default]
    Overlap,
    /// They add up to it.
    Parts,
}

/// Of which values a small count is withheld.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum SmallCountOf {
    /// Of all.
    #[default]
    All,
    /// Of those with a breakdown; the total is published.
    Breakdowns,
}

impl SmallCountOf {
    /// The word, as tables hold it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Breakdowns => "breakdowns",
        }
    }
}

impl Disclosure {
    /// Its sides, with the name of the column that each is.
    pub fn sides(&self) -> impl Iterator<Item = (&'static str, &Side)> {
        let sides = [("numerator", &self.numerator), ("denominator", &self.denominator)];
        sides.into_iter().filter_map(|(name, side)| Some((name, side.as_ref()?)))
    }

    /// What is wrong with it.
    pub(crate) fn mistake(&self, project: &Project) -> Option<String> {
        if self.numerator.is_none() && self.denominator.is_none() && self.follows.is_empty() {
            return Some(
                "disclosure: expected numerator, denominator or follows, found none".into(),
            );
        }
        for (name, side) in self.sides() {
            if side.quantity.trim().is_empty() {
                return Some(format!("disclosure/{name}/quantity: expected a name, found none"));
            }
            if let Some(param) = &side.small_count
                && !has_parameter(project, param)
            {
                return Some(format!(
                    "disclosure/{name}/small_count: schemas/codes/param.csv has no `{param}`"
                ));
            }
        }
        None
    }
}

fn has_parameter(project: &Project, name: &str) -> bool {
    let Some(params) = project.references.get("param") else { return false };
    let names = params.rows.column_by_name("name").and_then(|own| own.as_string_opt::<i32>());
    names.is_some_and(|names| names.iter().flatten().any(|own| own == name))
}
