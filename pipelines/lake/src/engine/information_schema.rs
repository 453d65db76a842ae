//! `information_schema` with what a reader is told about each table and column: `table_comment` and
//! `column_comment` beside the standard's own columns.

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use async_trait::async_trait;
use datafusion::catalog::information_schema::InformationSchemaProvider;
use datafusion::catalog::{CatalogProviderList, MemTable, SchemaProvider, TableProvider};
use datafusion::common::{JoinType, TableReference};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder};
use datafusion::prelude::col;
use koridor_contract::Project;
use koridor_contract::project::Comments;
use std::sync::Arc;

/// The engine's own `information_schema`, commented.
#[derive(Debug)]
pub(super) struct CommentedInformationSchema {
    catalogs: Arc<dyn CatalogProviderList>,
    own: InformationSchemaProvider,
    project: Arc<Project>,
}

/// A comment and what it is about: schema, table and, of a column, its name.
type Comment = (String, String, String, String);

impl CommentedInformationSchema {
    pub(super) fn new(catalogs: Arc<dyn CatalogProviderList>, project: Arc<Project>) -> Self {
        let own = InformationSchemaProvider::new(Arc::clone(&catalogs));
        Self { catalogs, own, project }
    }

    /// Comments of all tables, or of all their columns.
    async fn comments(&self, of_columns: bool) -> Result<Vec<Comment>> {
        let comments = Comments::of(&self.project);
        let mut found = Vec::new();
        for catalog in
            self.catalogs.catalog_names().iter().filter_map(|name| self.catalogs.catalog(name))
        {
            for schema_name in catalog.schema_names() {
                let Some(schema) = catalog.schema(&schema_name) else { continue };
                for table in schema.table_names() {
                    if !of_columns {
                        let text = comments.table(&schema_name, &table);
                        let about = (schema_name.clone(), table, String::new());
                        found.extend(text.map(|text| (about.0, about.1, about.2, text)));
                        continue;
                    }
                    let Some(provider) = schema.table(&table).await? else { continue };
                    for field in provider.schema().fields() {
                        if let Some(text) = comments.column(&schema_name, &table, field.name()) {
                            let name = field.name().clone();
                            found.push((schema_name.clone(), table.clone(), name, text));
                        }
                    }
                }
            }
        }
        Ok(found)
    }

    /// One of the engine's tables with the comments beside it.
    async fn commented(
        &self,
        provider: Arc<dyn TableProvider>,
        of_columns: bool,
    ) -> Result<Arc<dyn TableProvider>> {
        let comments = self.comments(of_columns).await?;
        let name = if of_columns { "column_comment" } else { "table_comment" };
        let text = |name: &str| Field::new(name, DataType::Utf8, true);
        let schema = Arc::new(Schema::new(vec![text("s"), text("t"), text("c"), text(name)]));
        let column = |pick: fn(&Comment) -> &String| {
            Arc::new(StringArray::from_iter_values(comments.iter().map(pick))) as _
        };
        let columns = vec![
            column(|own| &own.0),
            column(|own| &own.1),
            column(|own| &own.2),
            column(|own| &own.3),
        ];
        let rows = RecordBatch::try_new(Arc::clone(&schema), columns)?;
        let comments = provider_as_source(Arc::new(MemTable::try_new(schema, vec![vec![rows]])?));
        let comments = LogicalPlanBuilder::scan("comments", comments, None)?.build()?;
        let mut keys =
            (vec!["own.table_schema", "own.table_name"], vec!["comments.s", "comments.t"]);
        if of_columns {
            keys.0.push("own.column_name");
            keys.1.push("comments.c");
        }
        let own = TableReference::bare("own");
        let mut columns: Vec<Expr> = provider
            .schema()
            .fields()
            .iter()
            .map(|field| col(format!("own.{}", field.name())))
            .collect();
        columns.push(col(format!("comments.{name}")));
        let plan = LogicalPlanBuilder::scan(own, provider_as_source(provider), None)?
            .join(comments, JoinType::Left, keys, None)?
            .project(columns)?
            .build()?;
        Ok(Arc::new(ViewTable::new(plan, None)))
    }
}

#[async_trait]
impl SchemaProvider for CommentedInformationSchema {
    fn table_names(&self) -> Vec<String> {
        self.own.table_names()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let Some(provider) = self.own.table(name).await? else { return Ok(None) };
        match name {
            "tables" | "columns" => self.commented(provider, name == "columns").await.map(Some),
            _ => Ok(Some(provider)),
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.own.table_exist(name)
    }
}
