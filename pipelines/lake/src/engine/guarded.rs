//! Which tables statements from outside may name in a session for others, and which of their rows
//! they are given.

use super::catalog::LakeCatalog;
use super::given::{Given, Giver};
use super::information_schema::CommentedInformationSchema;
use crate::error::LakeError;
use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProviderList, SchemaProvider, TableProvider,
};
use datafusion::error::DataFusionError;
use std::sync::Arc;

/// The catalog of a session for others: the lake's, of which only what is given out has a name.
#[derive(Debug)]
pub(super) struct GuardedCatalog {
    inner: Arc<LakeCatalog>,
    giver: Arc<Giver>,
    /// It is asked what there is: a table that gives nothing is not there, and no mistake.
    is_list: bool,
}

impl GuardedCatalog {
    pub(super) fn new(inner: Arc<LakeCatalog>) -> Self {
        let giver = Arc::new(Giver::new(&inner.lake.snapshot));
        Self { inner, giver, is_list: false }
    }

    /// What there is, for `information_schema`.
    fn list(&self) -> Arc<dyn CatalogProviderList> {
        let list = MemoryCatalogProviderList::new();
        let (inner, giver) = (Arc::clone(&self.inner), Arc::clone(&self.giver));
        list.register_catalog("koridor".to_owned(), Arc::new(Self { inner, giver, is_list: true }));
        Arc::new(list)
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
            return Some(Arc::new(CommentedInformationSchema::new(self.list(), project)));
        }
        if name == "work" {
            return None;
        }
        let (inner, giver) = (self.inner.schema(name)?, Arc::clone(&self.giver));
        let is_list = self.is_list;
        Some(Arc::new(GuardedSchema { name: name.to_owned(), inner, giver, is_list }))
    }
}

#[derive(Debug)]
struct GuardedSchema {
    name: String,
    inner: Arc<dyn SchemaProvider>,
    giver: Arc<Giver>,
    is_list: bool,
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
            Given::Nothing if self.is_list => Ok(None),
            Given::Nothing => Err(refused(self.giver.refusal(&self.name, name))),
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.giver.gives(&self.name, name) && self.inner.table_exist(name)
    }
}
