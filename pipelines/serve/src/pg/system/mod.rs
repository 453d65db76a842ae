//! What PostgreSQL tells of itself, for a catalogue of tables: every relation of its
//! `pg_catalog` and `information_schema`, with rows where there is anything to tell, and the
//! functions that clients call of it.

mod functions;
mod numbers;
mod relations;
mod rows;

pub(super) use functions::{KINDS, NO_TEXTS, name_of};
pub(super) use numbers::Numbers;
pub(super) use rows::DATABASE;

use super::settings::Settings;
use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Int32Type;
use datafusion::catalog::{
    CatalogProvider, MemTable, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider,
};
use datafusion::error::{DataFusionError, Result};
use datafusion::prelude::SessionContext;
use datafusion_pg_catalog::pg_catalog::context::EmptyContextProvider;
use datafusion_pg_catalog::pg_catalog::{PgCatalogStaticTables, setup_pg_catalog};
use koridor_lake::engine::DescribedTable;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a catalogue of tables knows of itself.
pub(super) struct System {
    pub(super) numbers: Arc<Numbers>,
    /// Relations without a row, `pg_catalog` without its name before them.
    pub(super) empty: BTreeSet<String>,
}

/// Relations that hold what PostgreSQL is made with, the same for everybody.
const OF_ITSELF: [&str; 19] = [
    "pg_aggregate",
    "pg_am",
    "pg_amop",
    "pg_amproc",
    "pg_cast",
    "pg_collation",
    "pg_conversion",
    "pg_language",
    "pg_opclass",
    "pg_operator",
    "pg_opfamily",
    "pg_proc",
    "pg_range",
    "pg_ts_config",
    "pg_ts_config_map",
    "pg_ts_dict",
    "pg_ts_parser",
    "pg_ts_template",
    "pg_type",
];

/// Whether a name without a schema is of a relation of `pg_catalog`.
pub(super) fn is_of_server(name: &str) -> bool {
    relations::ALL.contains_key(&("pg_catalog", name))
}

/// Puts relations and functions into the session of a catalogue.
pub(super) async fn register(
    context: &SessionContext,
    database: &Arc<MemoryCatalogProvider>,
    tables: &[DescribedTable],
) -> Result<System> {
    let server = PgCatalogStaticTables::try_new()?;
    let numbers = Arc::new(Numbers::of(tables, &server)?);
    setup_pg_catalog(context, DATABASE, EmptyContextProvider).map_err(|error| *error)?;
    let of_itself = database.schema("pg_catalog");
    let comments = Arc::new(rows::comments(tables, &numbers));
    functions::register(context, &comments, &numbers)?;
    let settings = Settings::default().all().into_iter().map(|(name, value)| {
        let value = value.as_str().into();
        vec![("name", (&name).into()), ("setting", value), ("vartype", "string".into())]
    });
    let mut rows = rows::rows(tables, &numbers, settings.collect());
    rows.insert(("pg_catalog", "pg_description"), rows::descriptions(&comments));
    let mut empty = BTreeSet::new();
    for schema in ["pg_catalog", "information_schema"] {
        let provider = MemorySchemaProvider::new();
        for ((_, name), relation) in relations::ALL.iter().filter(|((own, _), _)| *own == schema) {
            let inner = of_itself.as_ref().filter(|_| schema == "pg_catalog");
            let inner = inner.filter(|_| OF_ITSELF.contains(name));
            if let Some(table) = inner.map(|own| own.table(name)) {
                let Some(table) = table.await? else { continue };
                let batches = context.read_table(table)?.collect().await?;
                let find = |kind: &str, name: &str| numbers.find(kind, name);
                let batches = own_types(name, relations::shaped(relation, &batches, find)?)?;
                let columns = Arc::clone(&relation.columns);
                let table = MemTable::try_new(columns, vec![batches])?;
                provider.register_table((*name).to_owned(), Arc::new(table))?;
                continue;
            }
            let own = rows.remove(&(schema, *name)).unwrap_or_default();
            if own.is_empty() {
                let is_short = schema == "pg_catalog";
                let short = if is_short { String::new() } else { format!("{schema}.") };
                empty.insert(format!("{short}{name}"));
            }
            let batch = relations::batch(relation, &own)?;
            let table = MemTable::try_new(Arc::clone(&relation.columns), vec![vec![batch]])?;
            provider.register_table((*name).to_owned(), Arc::new(table))?;
        }
        database.register_schema(schema, Arc::new(provider))?;
    }
    Ok(System { numbers, empty })
}

/// Types without those of the rows of the server's own tables, which are other ones here.
fn own_types(relation: &str, batches: Vec<RecordBatch>) -> Result<Vec<RecordBatch>> {
    if relation != "pg_type" {
        return Ok(batches);
    }
    let number = |batch: &RecordBatch, name: &str| {
        let column = batch.column_by_name(name).map(|own| own.as_primitive::<Int32Type>().clone());
        column.ok_or_else(|| DataFusionError::Internal(format!("no column {name} in pg_type")))
    };
    let mut gone = BTreeSet::new();
    for batch in &batches {
        let (own, relation) = (number(batch, "oid")?, number(batch, "typrelid")?);
        let of_rows = (0..batch.num_rows()).filter(|row| relation.value(*row) != 0);
        gone.extend(of_rows.map(|row| own.value(row)));
    }
    let kept = batches.iter().map(|batch| {
        let (own, element) = (number(batch, "oid")?, number(batch, "typelem")?);
        let stays =
            |row: usize| !gone.contains(&own.value(row)) && !gone.contains(&element.value(row));
        let kept: BooleanArray = (0..batch.num_rows()).map(|row| Some(stays(row))).collect();
        Ok(filter_record_batch(batch, &kept)?)
    });
    kept.collect()
}
