//! Statements of clients in the form that the engine plans.
//!
//! PostgreSQL lets statements about its catalogue say more than the engine understands: subqueries
//! that name the outer row, names that stand for numbers, columns without names. What is rewritten
//! follows from what the statement says and from which relations hold no row, never from which
//! client sent it.

mod bytes;
mod casts;
mod empties;
mod names;
mod session;
mod subqueries;

pub(super) use bytes::{bytes_of, with_bytes};
pub(super) use casts::parameters;
pub(super) use names::empty_rows;
pub(super) use session::{Facts, with_facts};

use super::system::Numbers;
use datafusion::sql::sqlparser::ast::Statement;
use datafusion_pg_catalog::sql::rules::{
    AliasDuplicatedProjectionRewrite, FixArrayLiteral, ResolveUnqualifiedIdentifier,
    RewriteArrayAnyAllOperation, RewritePgCatalogOperator, SqlStatementRewriteRule,
    StripCallableQualifier, StripCollate,
};
use koridor_lake::LakeError;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rewrites statements for one catalogue.
pub(super) struct Rewrite {
    numbers: Arc<Numbers>,
    empty: BTreeSet<String>,
    rules: Vec<Box<dyn SqlStatementRewriteRule>>,
}

impl Rewrite {
    pub(super) fn new(numbers: Arc<Numbers>, empty: BTreeSet<String>) -> Self {
        let rules: Vec<Box<dyn SqlStatementRewriteRule>> = vec![
            Box::new(AliasDuplicatedProjectionRewrite),
            Box::new(ResolveUnqualifiedIdentifier),
            Box::new(RewriteArrayAnyAllOperation),
            Box::new(StripCallableQualifier),
            Box::new(FixArrayLiteral),
            Box::new(StripCollate),
            Box::new(RewritePgCatalogOperator),
        ];
        Self { numbers, empty, rules }
    }

    /// A statement as the engine plans it, and whether no row can come of it.
    ///
    /// # Errors
    /// Where it names a table, type or function that is not there.
    pub(super) fn rewritten(&self, own: &Statement) -> Result<(Statement, bool), LakeError> {
        self.rewritten_with(own.clone(), false)
    }

    /// As [`Rewrite::rewritten`], without the subqueries of what is shown that no plan was found
    /// for.
    ///
    /// # Errors
    /// As [`Rewrite::rewritten`].
    pub(super) fn without_subqueries(&self, own: &Statement) -> Result<Statement, LakeError> {
        Ok(self.rewritten_with(own.clone(), true)?.0)
    }

    fn rewritten_with(
        &self,
        mut own: Statement,
        gives_up: bool,
    ) -> Result<(Statement, bool), LakeError> {
        names::qualify(&mut own);
        let is_empty = empties::fold(&mut own, &self.empty);
        names::give(&mut own);
        casts::resolve(&mut own, &self.numbers)?;
        if gives_up {
            subqueries::give_up(&mut own);
        }
        subqueries::aggregate(&mut own);
        let own = self.rules.iter().fold(own, |own, rule| rule.rewrite(own));
        Ok((own, is_empty))
    }
}
