//! Which tables statements from outside may name in a session for others.

use super::catalog::LakeCatalog;
use crate::error::LakeError;
use datafusion::catalog::{CatalogProvider, SchemaProvider, TableProvider};
use datafusion::error::DataFusionError;
use koridor_contract::{DataZone, Project};
use std::sync::Arc;

/// Tables of `indicators` that hold what is not published.
const WITHHELD: [&str; 4] = ["values_log", "full_values", "disclosure_log", "disclosure_facts_log"];

/// The catalog of a session for others: the lake's, of which only what is given out has a name.
#[derive(Debug)]
pub(super) struct GuardedCatalog {
    pub(super) inner: Arc<LakeCatalog>,
}

impl CatalogProvider for GuardedCatalog {
    fn schema_names(&self) -> Vec<String> {
        ["indicators", "ref"].map(str::to_owned).to_vec()
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        if name == "information_schema" || name == "work" {
            return None;
        }
        let inner = self.inner.schema(name)?;
        let project = Arc::clone(&self.inner.lake.snapshot.project);
        let is_open = ["indicators", "ref"].contains(&name);
        Some(Arc::new(GuardedSchema { name: name.to_owned(), inner, project, is_open }))
    }
}

#[derive(Debug)]
struct GuardedSchema {
    name: String,
    inner: Arc<dyn SchemaProvider>,
    project: Arc<Project>,
    is_open: bool,
}

impl GuardedSchema {
    fn gives(&self, table: &str) -> bool {
        self.is_open && !WITHHELD.contains(&table)
    }

    /// Why a table is not given, where it is there.
    fn refusal(&self, table: &str) -> LakeError {
        let contract = self.project.datasets.get(table);
        let full = format!("{}.{table}", self.name);
        if contract.is_some_and(|own| own.koridor.zone == DataZone::Restricted) {
            return LakeError::usage(
                format!(
                    "{full} is in the restricted zone: its rows, their number and periods shorter \
                     than the published ones are not given out"
                ),
                "indicators.values has what is published of it".to_owned(),
            );
        }
        LakeError::usage(
            format!("{full} is not in the open tier"),
            "indicators.values has what is published; what is behind it needs another tier"
                .to_owned(),
        )
    }
}

#[async_trait::async_trait]
impl SchemaProvider for GuardedSchema {
    fn table_names(&self) -> Vec<String> {
        let mut names = self.inner.table_names();
        names.retain(|name| self.gives(name));
        names
    }

    async fn table(&self, name: &str) -> datafusion::error::Result<Option<Arc<dyn TableProvider>>> {
        if self.gives(name) {
            return self.inner.table(name).await;
        }
        if self.inner.table_exist(name) || WITHHELD.contains(&name) {
            return Err(DataFusionError::External(Box::new(self.refusal(name))));
        }
        Ok(None)
    }

    fn table_exist(&self, name: &str) -> bool {
        self.gives(name) && self.inner.table_exist(name)
    }
}
