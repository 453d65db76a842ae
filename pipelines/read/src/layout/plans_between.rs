//! Titles between the rows of a table that say that those below are plans, until another says that
//! they are what was reached.

use super::found::Found;
use super::labels::without_lead;
use super::plan_lists::Plan;
use super::plan_words::{plan_alone, plan_of, says_reached};
use koridor_contract::{Contract, Field, Source};

/// Words that a title of what was reached begins with.
const REACHED: [&str; 4] = ["realisasi", "realization", "realisation", "actual"];

/// The plan of the rows below a title, but where the table may hold such rows: by its dataset, its
/// fields or its labels.
pub(super) fn is_of_plans(text: &str, contract: &Contract, found: &Found) -> bool {
    let text = without_lead(text);
    let plan = plan_of(text).or_else(|| plan_alone(text));
    plan.is_some_and(|plan| !may_be_held(plan, contract, found))
}

/// Whether a title says that the rows below are what was reached.
pub(super) fn is_of_reached(text: &str) -> bool {
    let mut words = without_lead(text).split(|mark: char| !mark.is_alphanumeric());
    let first = words.find(|word| !word.is_empty()).unwrap_or_default().to_lowercase();
    // `Realisasi terhadap target` is a share.
    REACHED.contains(&first.as_str()) && !words.any(says_reached)
}

pub(super) fn may_be_held(plan: &Plan, contract: &Contract, found: &Found) -> bool {
    may_hold(plan, contract, None)
        || found.labels.iter().flatten().any(|label| plan.is_named_in(label))
}

/// Whether a dataset holds such plans, or its rows say themselves what they are; not where a
/// description takes all of them for what was reached: that leaves them nothing to say.
pub(crate) fn may_hold(plan: &Plan, contract: &Contract, source: Option<&Source>) -> bool {
    let names_it = |field: &Field| {
        let names = [&field.name, &field.title, &field.koridor.title_en];
        names.into_iter().any(|name| plan.is_named_in(name))
    };
    let says_itself = |field: &Field| {
        let given = source.and_then(|source| source.constants.get(&field.name));
        let mut allowed = field.constraints.allowed.iter().flatten();
        !given.is_some_and(|given| says_reached(given)) && allowed.any(|own| says_reached(own))
    };
    let has_months = contract.fields.iter().any(|field| field.koridor.month);
    plan.is_named_in(&contract.name)
        || contract.fields.iter().any(|field| names_it(field) || says_itself(field))
        || (plan.may_be_of_stocks() && !has_months)
}

#[cfg(test)]
mod tests {
    use super::is_of_reached;

    #[test]
    fn a_title_of_what_was_reached_says_nothing_of_shares() {
        for (text, is_meant) in [
            ("Realisasi", true),
            ("B. REALISASI 2024", true),
            ("Actual", true),
            ("Realisasi terhadap target", false),
            ("Kegiatan realisasi", false),
            ("Target", false),
            ("", false),
        ] {
            assert_eq!(is_of_reached(text), is_meant, "{text}");
        }
    }
}
