//! What the relations of the server hold: its schemas, tables and columns.

use super::numbers::{Numbers, OWNER, PG_CATALOG, PG_CLASS};
use super::relations::{ALL, Row};
use arrow::datatypes::DataType;
use arrow_pg::datatypes::into_pg_type;
use koridor_lake::engine::DescribedTable;
use pgwire::api::Type;
use std::collections::BTreeMap;

/// The one database.
pub(in crate::pg) const DATABASE: &str = "koridor";

/// The number of the database.
const DATABASE_NUMBER: i32 = 16_383;

/// The collation of texts that say none.
const COLLATION: i32 = 100;

/// A column as the catalogue tells it.
struct Column {
    name: String,
    kind: i32,
    kind_name: String,
    length: i16,
    modifier: i32,
    is_needed: bool,
    precision: Option<(i32, i32)>,
}

/// A table as the catalogue tells it.
struct Table {
    schema: String,
    name: String,
    number: i32,
    kind: &'static str,
    columns: Vec<Column>,
}

/// Rows by schema and name of the relation.
pub(super) type Rows = BTreeMap<(&'static str, &'static str), Vec<Row>>;

/// What relations hold for those tables.
pub(super) fn rows(own: &[DescribedTable], numbers: &Numbers, settings: Vec<Row>) -> Rows {
    let tables: Vec<Table> =
        own.iter().map(|own| of_lake(own, numbers)).chain(of_server(numbers)).collect();
    let system = |name| ("pg_catalog", name);
    let told = |name| ("information_schema", name);
    let named = |schema: &str, table: &Table| {
        vec![
            ("schemaname", table.schema.as_str().into()),
            (if schema == "views" { "viewname" } else { "tablename" }, (&table.name).into()),
            (if schema == "views" { "viewowner" } else { "tableowner" }, DATABASE.into()),
        ]
    };
    let of_kind = |kind: &'static str| tables.iter().filter(move |own| own.kind == kind);
    let catalog_name = vec![("catalog_name", DATABASE.into())];
    BTreeMap::from([
        (system("pg_namespace"), numbers.schemas.iter().map(namespace).collect()),
        (system("pg_class"), tables.iter().map(|own| class(own, numbers)).collect()),
        (system("pg_attribute"), tables.iter().flat_map(attributes).collect()),
        (system("pg_tables"), of_kind("r").map(|own| named("tables", own)).collect()),
        (system("pg_views"), of_kind("v").map(|own| named("views", own)).collect()),
        (system("pg_database"), vec![database()]),
        (
            system("pg_tablespace"),
            vec![tablespace(1663, "pg_default"), tablespace(1664, "pg_global")],
        ),
        (system("pg_roles"), vec![role("rol")]),
        (system("pg_authid"), vec![role("rol")]),
        (system("pg_user"), vec![role("use")]),
        (system("pg_settings"), settings),
        (told("information_schema_catalog_name"), vec![catalog_name]),
        (told("schemata"), numbers.schemas.keys().map(schema).collect()),
        (told("tables"), tables.iter().map(told_table).collect()),
        (told("columns"), tables.iter().flat_map(told_columns).collect()),
    ])
}

fn of_lake(own: &DescribedTable, numbers: &Numbers) -> Table {
    let columns = own.columns.fields().iter().map(|field| {
        let kind = into_pg_type(field.data_type()).unwrap_or(Type::TEXT);
        let precision = match field.data_type() {
            DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale) => {
                Some((i32::from(*precision), i32::from(*scale)))
            }
            _ => None,
        };
        Column {
            name: field.name().clone(),
            kind: i32::try_from(kind.oid()).unwrap_or(25),
            kind_name: kind.name().to_owned(),
            length: length(kind.name()),
            modifier: precision.map_or(-1, |(precision, scale)| (precision << 16) + scale + 4),
            is_needed: !field.is_nullable(),
            precision,
        }
    });
    let name = (own.schema_name.clone(), own.name.clone());
    Table {
        number: numbers.tables.get(&name).copied().unwrap_or_default(),
        columns: columns.collect(),
        schema: name.0,
        name: name.1,
        kind: "r",
    }
}

fn of_server(numbers: &Numbers) -> impl Iterator<Item = Table> {
    ALL.iter().map(|((schema, name), relation)| {
        let columns = relation.columns.fields().iter().zip(&relation.types);
        let columns = columns.map(|(field, kind)| Column {
            name: field.name().clone(),
            kind: numbers.of_type(kind),
            kind_name: (*kind).to_owned(),
            length: length(kind),
            modifier: -1,
            is_needed: false,
            precision: None,
        });
        let key = ((*schema).to_owned(), (*name).to_owned());
        Table {
            number: numbers.tables.get(&key).copied().unwrap_or_default(),
            kind: if *schema == "pg_catalog" { "r" } else { "v" },
            columns: columns.collect(),
            schema: key.0,
            name: key.1,
        }
    })
}

/// Bytes of a value; -1 where they differ.
fn length(kind: &str) -> i16 {
    match kind {
        "bool" | "char" => 1,
        "int2" => 2,
        "int4" | "float4" | "date" | "oid" | "xid" => 4,
        "int8" | "float8" | "timestamp" | "timestamptz" | "time" => 8,
        "name" => 64,
        _ if kind.starts_with("reg") => 4,
        _ => -1,
    }
}

fn namespace((name, number): (&String, &i32)) -> Row {
    vec![("oid", (*number).into()), ("nspname", name.into()), ("nspowner", OWNER.into())]
}

fn class(own: &Table, numbers: &Numbers) -> Row {
    vec![
        ("oid", own.number.into()),
        ("relname", (&own.name).into()),
        ("relnamespace", numbers.schemas.get(&own.schema).copied().unwrap_or(PG_CATALOG).into()),
        ("relowner", OWNER.into()),
        ("relam", if own.kind == "r" { 2 } else { 0 }.into()),
        ("reltuples", (-1).into()),
        ("relkind", own.kind.into()),
        ("relnatts", i32::try_from(own.columns.len()).unwrap_or_default().into()),
        ("relpersistence", "p".into()),
        ("relreplident", "d".into()),
        ("relispopulated", true.into()),
    ]
}

fn attributes(own: &Table) -> impl Iterator<Item = Row> {
    own.columns.iter().zip(1..).map(|(column, at)| {
        let is_text = ["text", "varchar", "name"].contains(&column.kind_name.as_str());
        let is_fixed = column.length > 0;
        vec![
            ("attrelid", own.number.into()),
            ("attname", (&column.name).into()),
            ("atttypid", column.kind.into()),
            ("attstattarget", (-1).into()),
            ("attlen", i32::from(column.length).into()),
            ("attnum", at.into()),
            ("attcacheoff", (-1).into()),
            ("atttypmod", column.modifier.into()),
            ("attbyval", (is_fixed && column.length <= 8).into()),
            ("attalign", if column.length == 8 { "d" } else { "i" }.into()),
            ("attstorage", if is_fixed { "p" } else { "x" }.into()),
            ("attnotnull", column.is_needed.into()),
            ("attislocal", true.into()),
            ("attcollation", if is_text { COLLATION } else { 0 }.into()),
        ]
    })
}

fn database() -> Row {
    vec![
        ("oid", DATABASE_NUMBER.into()),
        ("datname", DATABASE.into()),
        ("datdba", OWNER.into()),
        ("encoding", 6.into()),
        ("datlocprovider", "c".into()),
        ("datallowconn", true.into()),
        ("datconnlimit", (-1).into()),
        ("dattablespace", 1663.into()),
        ("datcollate", "C".into()),
        ("datctype", "C".into()),
    ]
}

fn tablespace(number: i32, name: &str) -> Row {
    vec![("oid", number.into()), ("spcname", name.into()), ("spcowner", OWNER.into())]
}

/// The owner of everything, who cannot come in.
fn role(prefix: &str) -> Row {
    let number = if prefix == "use" { "usesysid" } else { "oid" };
    let name = if prefix == "use" { "usename" } else { "rolname" };
    vec![
        (number, OWNER.into()),
        (name, DATABASE.into()),
        ("rolinherit", true.into()),
        ("rolconnlimit", (-1).into()),
    ]
}

fn schema(name: &String) -> Row {
    vec![
        ("catalog_name", DATABASE.into()),
        ("schema_name", name.into()),
        ("schema_owner", DATABASE.into()),
    ]
}

fn told_table(own: &Table) -> Row {
    vec![
        ("table_catalog", DATABASE.into()),
        ("table_schema", (&own.schema).into()),
        ("table_name", (&own.name).into()),
        ("table_type", if own.kind == "r" { "BASE TABLE" } else { "VIEW" }.into()),
        ("is_insertable_into", "NO".into()),
        ("is_typed", "NO".into()),
    ]
}

fn told_columns(own: &Table) -> impl Iterator<Item = Row> {
    own.columns.iter().zip(1..).map(|(column, at)| {
        let mut row = vec![
            ("table_catalog", DATABASE.into()),
            ("table_schema", (&own.schema).into()),
            ("table_name", (&own.name).into()),
            ("column_name", (&column.name).into()),
            ("ordinal_position", at.into()),
            ("is_nullable", if column.is_needed { "NO" } else { "YES" }.into()),
            (
                "data_type",
                match column.kind_name.starts_with('_') {
                    true => "ARRAY".into(),
                    false => in_sql(&column.kind_name).into(),
                },
            ),
            ("udt_catalog", DATABASE.into()),
            ("udt_schema", "pg_catalog".into()),
            ("udt_name", column.kind_name.as_str().into()),
            ("dtd_identifier", at.to_string().as_str().into()),
            ("is_self_referencing", "NO".into()),
            ("is_identity", "NO".into()),
            ("is_generated", "NEVER".into()),
            ("is_updatable", "NO".into()),
        ];
        let binary = match column.kind_name.as_str() {
            "int2" => Some(16),
            "int4" => Some(32),
            "int8" => Some(64),
            "float4" => Some(24),
            "float8" => Some(53),
            _ => None,
        };
        if let Some(bits) = binary {
            row.extend([("numeric_precision", bits.into())]);
            row.extend([("numeric_precision_radix", 2.into())]);
        }
        if let Some((precision, scale)) = column.precision {
            row.extend([("numeric_precision", precision.into())]);
            row.extend([("numeric_precision_radix", 10.into())]);
            row.extend([("numeric_scale", scale.into())]);
        }
        row
    })
}

/// A type by the name that SQL has for it.
pub(super) fn in_sql(kind: &str) -> &str {
    match kind {
        "bool" => "boolean",
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "float4" => "real",
        "float8" => "double precision",
        "varchar" => "character varying",
        "timestamp" => "timestamp without time zone",
        "timestamptz" => "timestamp with time zone",
        "time" => "time without time zone",
        "timetz" => "time with time zone",
        own => own,
    }
}

/// Comments of tables and columns by number; column 0 is the table itself.
pub(super) fn comments(own: &[DescribedTable], numbers: &Numbers) -> BTreeMap<(i32, i32), String> {
    let mut found = BTreeMap::new();
    for table in own {
        let name = (table.schema_name.clone(), table.name.clone());
        let Some(number) = numbers.tables.get(&name) else { continue };
        if let Some(text) = &table.comment {
            found.insert((*number, 0), text.clone());
        }
        for (at, text) in (1..).zip(&table.column_comments) {
            if let Some(text) = text {
                found.insert((*number, at), text.clone());
            }
        }
    }
    found
}

/// `pg_description` of comments.
pub(super) fn descriptions(comments: &BTreeMap<(i32, i32), String>) -> Vec<Row> {
    let row = |((table, column), text): (&(i32, i32), &String)| {
        vec![
            ("objoid", (*table).into()),
            ("classoid", PG_CLASS.into()),
            ("objsubid", (*column).into()),
            ("description", text.into()),
        ]
    };
    comments.iter().map(row).collect()
}
