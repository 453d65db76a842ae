//! Which rows are past the time that their dataset keeps them.

use super::subject::{Meant, Subject};
use crate::engine::{Engine, Snapshot, Tier};
use crate::error::LakeError;
use crate::ledger;
use crate::store::erased::{Erased, RETENTION};
use crate::store::storage::Storage;
use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use koridor_contract::retention::AfterTime;
use koridor_contract::{Contract, FieldType, Project, date};
use std::sync::Arc;

/// A dataset whose rows are kept for a time.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Kept {
    /// The dataset.
    pub dataset: String,
    /// Years that a row is kept.
    pub years: u32,
    /// What happens then: `erase` or `review`.
    pub then: &'static str,
    /// Where the number comes from.
    pub basis: String,
    /// The field by which a row is past its time.
    pub field: String,
    /// Rows about a time before this day are past theirs.
    pub before: String,
    /// Accepted rows that are.
    pub rows: u64,
    /// Refused rows that are, as far as they say what time they are about.
    pub refused: u64,
    /// The oldest of them.
    pub oldest: Option<String>,
    #[serde(skip)]
    day: i32,
    /// Whether an erasure of them ended before its proof.
    #[serde(skip)]
    is_unproven: bool,
}

impl Kept {
    /// The rows that are past their time, where they are to be erased; none may be left of those
    /// that an erasure took which ended before its proof.
    pub fn subject(&self) -> Option<Subject> {
        let is_due = self.rows + self.refused > 0 || self.is_unproven;
        (is_due && self.then == AfterTime::Erase.as_str()).then(|| Subject {
            with_refused_files: false,
            dataset: self.dataset.clone(),
            meant: Meant::Before { field: self.field.clone(), day: self.day },
        })
    }
}

/// The datasets whose rows are kept for a time, with what is past it.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn retention(project: &Arc<Project>, storage: &Storage) -> Result<Vec<Kept>, LakeError> {
    let snapshot = Snapshot::head(Arc::clone(project), storage.clone()).await?;
    let tables: Vec<String> = snapshot.tables().keys().cloned().collect();
    let engine = Engine::open(snapshot.with_tier(Tier::Program))?;
    let erasures = Erased::read(storage).await?.erasures;
    let today = (project.local_now().div_euclid(86_400_000_000)) as i32;
    let mut kept = Vec::new();
    for contract in project.datasets.values() {
        let Some(own) = &contract.koridor.retention else { continue };
        let Some(day) = years_before(today, own.years) else { continue };
        let before = date::from_days(day).map(|own| own.to_string()).unwrap_or_default();
        let field = contract.retention_field().to_owned();
        let (rows, first) = match tables.contains(&ledger::silver(&contract.name)) {
            true => past(&engine, contract, (&field, &before)).await?,
            false => (0, None),
        };
        let (refused, first_refused) = match tables.iter().any(|own| own == ledger::QUARANTINE) {
            true => refused_past(&engine, contract, &before).await?,
            false => (0, None),
        };
        kept.push(Kept {
            dataset: contract.name.clone(),
            years: own.years,
            then: own.then.as_str(),
            basis: own.basis.clone(),
            field,
            before,
            rows,
            refused,
            oldest: first.into_iter().chain(first_refused).min(),
            day,
            is_unproven: erasures.iter().any(|own| {
                own.kind == RETENTION && own.dataset == contract.name && own.proof.is_none()
            }),
        });
    }
    Ok(kept)
}

/// Accepted rows about a time before a day, and the oldest of them.
async fn past(
    engine: &Engine,
    contract: &Contract,
    (field, before): (&str, &str),
) -> Result<(u64, Option<String>), LakeError> {
    let kind = contract.fields.iter().find(|own| own.name == field).map(|own| own.field_type);
    let day = match kind {
        Some(FieldType::Year | FieldType::Integer) => {
            format!("cast(concat(cast({field} as varchar), '-12-31') as date)")
        }
        _ => format!("cast({field} as date)"),
    };
    let sql = format!(
        "select count(*) as rows, cast(min({day}) as varchar) as oldest
         from silver.{} where {day} < date '{before}'",
        contract.name
    );
    counted(engine, &sql).await
}

/// Refused rows about a time before a day, and the oldest of them. A refused row of a register does
/// not say when it ended.
async fn refused_past(
    engine: &Engine,
    contract: &Contract,
    before: &str,
) -> Result<(u64, Option<String>), LakeError> {
    let has_period = contract.koridor.slice.as_ref().is_some_and(|own| own.period.is_some());
    if !has_period {
        return Ok((0, None));
    }
    let sql = format!(
        "select count(*) as rows, cast(min(day) as varchar) as oldest
         from (
           select sha256, sheet, row_number, max(coalesce(slice_period, slice_release)) as day
           from ops.quarantine_log
           where dataset = '{}'
           group by sha256, sheet, row_number
         )
         where day < date '{before}'",
        contract.name
    );
    counted(engine, &sql).await
}

/// What a statement counts, and the oldest of it.
async fn counted(engine: &Engine, sql: &str) -> Result<(u64, Option<String>), LakeError> {
    let mut found = (0, None);
    for rows in engine.query(sql).await?.collect().await? {
        let rows = crate::engine::plain_texts(&rows)?;
        let oldest = rows.column(1).as_string::<i32>();
        found.0 += rows.column(0).as_primitive::<Int64Type>().value(0) as u64;
        found.1 = oldest.is_valid(0).then(|| oldest.value(0).to_owned());
    }
    Ok(found)
}

/// The same day so many years before; the last of February in the place of a leap day.
fn years_before(day: i32, years: u32) -> Option<i32> {
    let text = date::from_days(day)?.to_string();
    let (year, rest) = text.split_at_checked(4)?;
    let year = year.parse::<i64>().ok()? - i64::from(years);
    let rest = if rest == "-02-29" { "-02-28" } else { rest };
    date::parse_date(format!("{year:04}{rest}").as_bytes(), Default::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leap_day_is_the_last_of_february_before() {
        let day = |text: &str| date::parse_date(text.as_bytes(), Default::default()).unwrap();
        assert_eq!(years_before(day("2026-11-27"), 5), Some(day("2021-11-27")));
        assert_eq!(years_before(day("2028-02-29"), 5), Some(day("2023-02-28")));
    }
}
