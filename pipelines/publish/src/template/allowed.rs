//! Which values of a field the contract's rules take by themselves.

use crate::error::PublishError;
use arrow::array::{Array, ArrayRef, RecordBatch, StringArray, new_null_array};
use koridor_contract::check::{RowRules, arrow_schema};
use koridor_contract::contract::Scope;
use koridor_contract::{Contract, Severity};
use koridor_lake::Engine;
use std::sync::Arc;

/// A contract's rules over one row.
pub(super) struct Allowed<'contract> {
    contract: &'contract Contract,
    rules: Option<RowRules>,
}

impl<'contract> Allowed<'contract> {
    /// Compiles the rules of a contract.
    ///
    /// # Errors
    /// Where one is no SQL over its fields.
    pub(super) fn of(engine: &Engine, contract: &'contract Contract) -> Result<Self, PublishError> {
        Ok(Self { contract, rules: engine.row_rules(contract)? })
    }

    /// The codes of a field that no rule refuses whatever else the row holds.
    ///
    /// # Errors
    /// Where a rule cannot be evaluated.
    pub(super) fn codes(
        &self,
        field: &str,
        codes: Vec<String>,
    ) -> Result<Vec<String>, PublishError> {
        let Some(rules) = self.rules.as_ref().filter(|_| !codes.is_empty()) else {
            return Ok(codes);
        };
        let schema = arrow_schema(self.contract);
        let own: ArrayRef = Arc::new(StringArray::from(codes.clone()));
        let columns = schema.fields().iter().map(|one| match one.name() == field {
            true => arrow::compute::cast(&own, one.data_type()),
            false => Ok(new_null_array(one.data_type(), codes.len())),
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let verdicts = rules(&RecordBatch::try_new(Arc::clone(&schema), columns)?)?;
        let refusing = self.contract.rules(Scope::Row).zip(&verdicts);
        let refusing: Vec<_> = refusing
            .filter(|(rule, _)| rule.severity == Severity::Reject)
            .map(|(_, verdict)| verdict)
            // What is refused whatever the code is asks for another field.
            .filter(|verdict| {
                (0..codes.len()).any(|row| verdict.is_null(row) || verdict.value(row))
            })
            .collect();
        let is_refused = |row: usize| {
            refusing.iter().any(|verdict| verdict.is_valid(row) && !verdict.value(row))
        };
        let kept = codes.into_iter().enumerate().filter(|(row, _)| !is_refused(*row));
        Ok(kept.map(|(_, code)| code).collect())
    }
}
