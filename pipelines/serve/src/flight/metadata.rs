//! What is told of the server, its schemas and tables.

use super::errors::wrong;
use arrow::array::RecordBatch;
use arrow_flight::sql::metadata::{SqlInfoData, SqlInfoDataBuilder};
use arrow_flight::sql::{CommandGetCatalogs, CommandGetDbSchemas, CommandGetTables, SqlInfo};
use arrow_flight::sql::{CommandGetSqlInfo, CommandGetTableTypes};
use koridor_lake::engine::DescribedTable;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use tonic::Status;

/// The one catalogue.
const CATALOG: &str = "koridor";

/// The one kind of table.
const TABLE: &str = "TABLE";

/// What the server is.
static SERVER: LazyLock<Option<SqlInfoData>> = LazyLock::new(|| {
    let mut told = SqlInfoDataBuilder::new();
    told.append(SqlInfo::FlightSqlServerName, "Koridor");
    told.append(SqlInfo::FlightSqlServerVersion, env!("CARGO_PKG_VERSION"));
    told.append(SqlInfo::FlightSqlServerArrowVersion, "1.3");
    told.append(SqlInfo::FlightSqlServerReadOnly, true);
    told.append(SqlInfo::FlightSqlServerSql, true);
    told.append(SqlInfo::FlightSqlServerSubstrait, false);
    told.append(SqlInfo::FlightSqlServerTransaction, 0_i32);
    told.append(SqlInfo::FlightSqlServerCancel, false);
    told.append(SqlInfo::SqlIdentifierQuoteChar, "\"");
    told.append(SqlInfo::SqlAllTablesAreSelectable, true);
    told.build().ok()
});

pub(super) fn server(query: CommandGetSqlInfo) -> Result<RecordBatch, Status> {
    let told = SERVER.as_ref().ok_or_else(|| Status::internal("nothing to tell"))?;
    query.into_builder(told).build().map_err(wrong)
}

pub(super) fn catalogs(query: CommandGetCatalogs) -> Result<RecordBatch, Status> {
    let mut told = query.into_builder();
    told.append(CATALOG);
    told.build().map_err(wrong)
}

pub(super) fn schemas(
    query: CommandGetDbSchemas,
    tables: &[DescribedTable],
) -> Result<RecordBatch, Status> {
    let mut told = query.into_builder();
    let names: BTreeSet<&str> = tables.iter().map(|own| own.schema_name.as_str()).collect();
    for name in names {
        told.append(CATALOG, name);
    }
    told.build().map_err(wrong)
}

pub(super) fn tables(
    query: CommandGetTables,
    tables: &[DescribedTable],
) -> Result<RecordBatch, Status> {
    let mut told = query.into_builder();
    for own in tables {
        let added = told.append(CATALOG, &own.schema_name, &own.name, TABLE, &own.columns);
        added.map_err(wrong)?;
    }
    told.build().map_err(wrong)
}

pub(super) fn table_types(query: CommandGetTableTypes) -> Result<RecordBatch, Status> {
    let mut told = query.into_builder();
    told.append(TABLE);
    told.build().map_err(wrong)
}
