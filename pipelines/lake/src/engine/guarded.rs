//! Which tables statements from outside may name in a session for others, and which of their rows
//! they are given.

use super::catalog::LakeCatalog;
use super::given::{Given, Giver};
use super::information_schema::CommentedInformationSchema;
use crate::error::LakeError;
use datafusion::catalog::{CatalogProvider, CatalogProviderList, SchemaProvider, TableProvider};
use datafusion::error::DataFusionError;
use std::sync::{Arc, Weak};

/// The catalog of a session for others: the lake's, of which only what is given out has a name.
#[derive(Debug)]
pub(super) struct GuardedCatalog {
    inner: Arc<LakeCatalog>,
    giver: Arc<Giver>,
    /// The list that it stands in, for its `information_schema`.
    catalogs: Weak<dyn CatalogProviderList>,
}

impl GuardedCatalog {
    pub(super) fn new(inner: Arc<LakeCatalog>, catalogs: &Arc<dyn CatalogProviderList>) -> Self {
        let snapshot = &inner.lake.snapshot;
        let giver = Arc::new(Giver::new(snapshot));
        Self { inner, giver, catalogs: Arc::downgrade(catalogs) }
    }
}

impl CatalogProvider for GuardedCatalog {
    fn schema_names(&self) -> Vec<String> {
        let names = self.inner.schema_names().into_iter();
        names.filter(|name| self.giver.gives_schema(name)).collect()
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        if name == "information_schema" {
            let project = Arc::clone(&self.inner.lake.snapshot.project);
            let catalogs = self.catalogs.upgrade()?;
            return Some(Arc::new(CommentedInformationSchema::new(catalogs, project)));
        }
        if name == "work" {
            return None;
        }
        let (inner, giver) = (self.inner.schema(name)?, Arc::clone(&self.giver));
        Some(Arc::new(GuardedSchema { name: name.to_owned(), inner, giver }))
    }
}

#[derive(Debug)]
struct GuardedSchema {
    name: String,
    inner: Arc<dyn SchemaProvider>,
    giver: Arc<Giver>,
}

#[async_trait::async_trait]
impl SchemaProvider for GuardedSchema {
    fn table_names(&self) -> Vec<String> {
        let mut names = self.inner.table_names();
        names.retain(|name| self.giver.gives(&self.name, name));
        names
    }

    async fn table(&self, name: &str) -> datafusion::error::Result<Option<Arc<dyn TableProvider>>> {
        let refused = |error: LakeError| DataFusionError::External(Box::new(error));
        let is_listed = self.inner.table_exist(name);
        if !self.giver.gives(&self.name, name) || !(is_listed || self.giver.is_open(&self.name)) {
            let is_there = is_listed || self.giver.is_withheld(name);
            return match is_there || self.inner.table(name).await?.is_some() {
                true => Err(refused(self.giver.refusal(&self.name, name))),
                false => Ok(None),
            };
        }
        let Some(provider) = self.inner.table(name).await? else { return Ok(None) };
        match self.giver.given(&self.name, name, provider).map_err(refused)? {
            Given::Rows(provider) => Ok(Some(provider)),
            Given::Nothing => Err(refused(self.giver.refusal(&self.name, name))),
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.giver.gives(&self.name, name) && self.inner.table_exist(name)
    }
}
