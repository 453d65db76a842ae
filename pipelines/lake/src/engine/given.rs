//! What a session for others is given of a table: all of it, the rows of a region, nothing.

use super::barrier::Barrier;
use super::plans::scan;
use super::snapshot::Snapshot;
use super::tier::Tier;
use crate::error::LakeError;
use datafusion::catalog::TableProvider;
use datafusion::logical_expr::{Expr, ident, lit};
use koridor_contract::{Contract, Project, card};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Tables of `indicators` that hold what is not published.
const WITHHELD: [&str; 4] = ["values_log", "full_values", "disclosure_log", "disclosure_facts_log"];

/// Schemas of what is published; but [`CORRECTIONS`].
const OPEN: [&str; 2] = ["indicators", "ref"];

/// The table of `ref` that names rows as they were filed: values of their keys and fields.
const CORRECTIONS: &str = "correction";

/// The table of `ops` that says why single numbers are withheld.
const DISCLOSURE: &str = "disclosure";

/// Tables of `ops` that say of no region what was filed: those of releases.
const OF_RELEASES: [&str; 3] = ["evaluations", "release_indicators", "releases"];

/// Columns that name the region of a row.
const REGIONS: [&str; 2] = ["region_code", "slice_region"];

/// Endings of names of a dataset's tables, beside its own name.
const ENDINGS: [&str; 2] = [super::core::ATTEMPTS, super::core::AS_LOADED];

/// What a table gives.
pub(super) enum Given {
    /// Its rows, all or some.
    Rows(Arc<dyn TableProvider>),
    /// Nothing that could be told apart.
    Nothing,
}

/// Says what of a table is given in a tier.
#[derive(Debug)]
pub(super) struct Giver {
    project: Arc<Project>,
    tier: Tier,
    /// Datasets in the restricted zone.
    restricted: Vec<String>,
    /// Views, as `schema.view`, that read one of them.
    reading: BTreeSet<String>,
}

impl Giver {
    pub(super) fn new(snapshot: &Snapshot) -> Self {
        let (project, tier) = (Arc::clone(&snapshot.project), snapshot.tier().clone());
        let contracts = project.datasets.values().filter(|own| snapshot.is_restricted(own));
        let restricted: Vec<String> = contracts.map(|own| own.name.clone()).collect();
        let reading = reading(&project, &restricted);
        Self { project, tier, restricted, reading }
    }

    /// Whether a schema is given out: all of it but what names rows.
    pub(super) fn is_open(&self, schema: &str) -> bool {
        OPEN.contains(&schema)
    }

    /// Whether a table of an open schema names rows as they were filed.
    fn names_rows(&self, schema: &str, table: &str) -> bool {
        schema == "ref" && table == CORRECTIONS
    }

    pub(super) fn gives_schema(&self, schema: &str) -> bool {
        self.is_open(schema) || matches!(self.tier, Tier::Analyst(_))
    }

    pub(super) fn is_withheld(&self, table: &str) -> bool {
        WITHHELD.contains(&table)
    }

    /// Whether anything of a table is given.
    pub(super) fn gives(&self, schema: &str, table: &str) -> bool {
        if self.is_withheld(table) || !self.gives_schema(schema) {
            return false;
        }
        match schema {
            "core" | "silver" => {
                let contract = self.contract(table);
                !contract.is_some_and(|own| self.restricted.contains(&own.name))
                    && !self.reading.contains(&format!("{schema}.{table}"))
            }
            // Who was given what is for those who may know everything.
            "ops" => table != "access",
            _ => !self.names_rows(schema, table) || matches!(self.tier, Tier::Analyst(_)),
        }
    }

    /// The dataset that a table of `core` or `silver` has rows of.
    fn contract(&self, table: &str) -> Option<&Contract> {
        let plain = ENDINGS.iter().find_map(|ending| table.strip_suffix(ending));
        self.project.datasets.get(plain.unwrap_or(table)).map(Arc::as_ref)
    }

    /// The rows of a table that are given.
    pub(super) fn given(
        &self,
        schema: &str,
        table: &str,
        provider: Arc<dyn TableProvider>,
    ) -> Result<Given, LakeError> {
        let Tier::Analyst(region) = &self.tier else { return Ok(Given::Rows(provider)) };
        if self.is_open(schema) && !self.names_rows(schema, table) {
            return Ok(Given::Rows(provider));
        }
        let columns = provider.schema();
        let has = |name: &str| columns.field_with_name(name).is_ok();
        let mut conditions = Vec::new();
        let is_of_rows = schema == "ops" || self.names_rows(schema, table);
        if is_of_rows && has("dataset") && !self.restricted.is_empty() {
            let names = self.restricted.iter().map(|name| lit(name.as_str())).collect();
            let is_shown = ident("dataset").in_list(names, true);
            conditions.push(is_shown.or(ident("dataset").is_null()));
        } else if self.reading.contains(&format!("{schema}.{table}")) {
            return Ok(Given::Nothing);
        }
        if schema == "ops" && table == DISCLOSURE && !self.restricted.is_empty() {
            // Which of two reasons withholds a count may tell the count.
            let names = self.restricted_indicators()?.into_iter().map(lit).collect();
            conditions.push(ident("indicator_id").in_list(names, true));
        }
        if let Some(region) = region {
            match self.of_region(table, region, has) {
                Some(is_own) => conditions.push(is_own),
                None if schema == "ops" && OF_RELEASES.contains(&table) => {}
                None => return Ok(Given::Nothing),
            }
        }
        let Some(is_given) = conditions.into_iter().reduce(Expr::and) else {
            return Ok(Given::Rows(provider));
        };
        let plan = scan(provider)?.filter(is_given)?.build()?;
        Ok(Given::Rows(Barrier::table(plan)))
    }

    /// The condition on rows to be a region's: of its own column, else of the office that filed.
    fn of_region(&self, table: &str, region: &str, has: impl Fn(&str) -> bool) -> Option<Expr> {
        let own = REGIONS.into_iter().find(|name| has(name)).map(str::to_owned);
        let own = own.or_else(|| {
            let contract = self.contract(table)?;
            let field = &contract.koridor.slice.as_ref()?.region;
            let field = contract.fields.iter().find(|own| own.name == *field)?;
            (field.koridor.codes.as_deref() == Some("region")).then(|| field.name.clone())
        });
        if let Some(own) = own {
            return Some(ident(own).eq(lit(region)));
        }
        let offices = has("source_id").then(|| self.offices(region))?;
        Some(
            ident("source_id")
                .in_list(offices.iter().map(|own| lit(own.as_str())).collect(), false),
        )
    }

    /// Indicators that are made of a restricted dataset.
    fn restricted_indicators(&self) -> Result<Vec<String>, LakeError> {
        let cards = card::load(&self.project)?.into_iter().map(|own| own.card);
        let is_restricted = |own: &String| self.restricted.contains(own);
        let own = cards.filter(|own| own.datasets.iter().any(is_restricted));
        Ok(own.map(|own| own.id).collect())
    }

    /// The sources of a region.
    fn offices(&self, region: &str) -> Vec<String> {
        let Some(list) = self.project.codes.get("source") else { return Vec::new() };
        let codes = list.codes().iter().map(|own| own.code.as_str());
        let is_own = |code: &&str| list.attribute(code, "region_code") == Some(region);
        codes.filter(is_own).map(str::to_owned).collect()
    }

    /// Why a table is not given.
    pub(super) fn refusal(&self, schema: &str, table: &str) -> LakeError {
        let contract = self.contract(table);
        let full = format!("{schema}.{table}");
        if contract.is_some_and(|own| self.restricted.contains(&own.name)) {
            return LakeError::usage(
                format!(
                    "{full} is in the restricted zone: its rows, their number and periods shorter \
                     than the published ones are not given out"
                ),
                "indicators.values has what is published of it".to_owned(),
            );
        }
        let tier = self.tier.as_str();
        let what = match &self.tier {
            Tier::Analyst(Some(region)) => {
                format!("{full} does not tell the rows of {region} from others")
            }
            Tier::Analyst(None) => format!("{full} is not given to an analyst"),
            _ if tier == "office" => format!("{full} is not in the tier of an office"),
            _ => format!("{full} is not in the open tier"),
        };
        LakeError::usage(
            what,
            "indicators.values has what is published; what is behind it needs another tier"
                .to_owned(),
        )
    }
}

/// Views of the project that read a restricted dataset, themselves or by another view.
fn reading(project: &Project, restricted: &[String]) -> BTreeSet<String> {
    let views: Vec<(String, &str)> = project
        .files_under("sql/views/", ".sql")
        .map(|(path, text)| {
            let name = path.trim_start_matches("sql/views/").trim_end_matches(".sql");
            (name.to_owned(), text)
        })
        .collect();
    let mut found: BTreeSet<String> = BTreeSet::new();
    loop {
        let named: Vec<&str> =
            restricted.iter().map(String::as_str).chain(found.iter().map(String::as_str)).collect();
        let reads = |text: &str| named.iter().any(|name| has_word(text, name));
        let new: Vec<String> = views
            .iter()
            .filter(|(name, text)| !found.contains(name) && reads(text))
            .map(|(name, _)| name.clone())
            .collect();
        if new.is_empty() {
            return found;
        }
        found.extend(new);
    }
}

/// Whether a name stands in a text as a word of its own, or as the beginning of a longer name of
/// the same dataset.
fn has_word(text: &str, name: &str) -> bool {
    let is_part = |mark: char| mark.is_ascii_alphanumeric() || mark == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|own| own.chars().next_back());
        let behind = text.get(at + name.len()..).unwrap_or_default();
        let is_end =
            !behind.starts_with(is_part) || ENDINGS.iter().any(|ending| behind.starts_with(ending));
        !before.is_some_and(is_part) && is_end
    })
}
