//! The numbers (oids) by which a catalogue names schemas, tables, types and functions.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};
use datafusion::error::Result;
use datafusion_pg_catalog::pg_catalog::PgCatalogStaticTables;
use koridor_lake::engine::DescribedTable;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

use super::relations;

/// Numbers below this are of the server itself.
const FIRST: i32 = 16384;

/// The schema of the server's own tables.
pub(super) const PG_CATALOG: i32 = 11;

/// Schemas of the server itself.
pub(super) const OF_SERVER: [(&str, i32); 2] =
    [("information_schema", 13_000), ("pg_catalog", PG_CATALOG)];

/// Numbers that clients know by heart.
const KNOWN: [(&str, i32); 9] = [
    ("pg_attribute", 1249),
    ("pg_authid", 1260),
    ("pg_class", PG_CLASS),
    ("pg_constraint", 2606),
    ("pg_database", 1262),
    ("pg_namespace", 2615),
    ("pg_proc", 1255),
    ("pg_tablespace", 1213),
    ("pg_type", 1247),
];

/// The number of `pg_class` itself, to whose rows comments belong.
pub(super) const PG_CLASS: i32 = 1259;

/// The owner of everything.
pub(super) const OWNER: i32 = 10;

/// Names and numbers of a catalogue.
#[derive(Debug, Default)]
pub(in crate::pg) struct Numbers {
    pub(super) schemas: BTreeMap<String, i32>,
    pub(super) tables: BTreeMap<(String, String), i32>,
    pub(super) types: BTreeMap<String, i32>,
    pub(super) functions: BTreeMap<String, i32>,
}

impl Numbers {
    /// Those of tables, with those of the server itself. A table has the same one whoever asks and
    /// whatever the release, unless two of a catalogue would share it.
    pub(super) fn of(own: &[DescribedTable], server: &PgCatalogStaticTables) -> Result<Self> {
        let mut numbers = Self::default();
        let mut taken = BTreeSet::new();
        for (name, number) in OF_SERVER {
            numbers.schemas.insert(name.to_owned(), number);
        }
        for table in own {
            let (schema, name) = (table.schema_name.clone(), table.name.clone());
            if !numbers.schemas.contains_key(&schema) {
                numbers.schemas.insert(schema.clone(), free(&schema, &mut taken));
            }
            let number = free(&format!("{schema}.{name}"), &mut taken);
            numbers.tables.insert((schema, name), number);
        }
        for ((schema, name), next) in relations::ALL.keys().zip(13_100..) {
            let known = KNOWN.iter().find(|(own, _)| own == name && *schema == "pg_catalog");
            let number = known.map_or(next, |(_, number)| *number);
            numbers.tables.insert(((*schema).to_owned(), (*name).to_owned()), number);
        }
        numbers.types = named(server.pg_type.data(), "typname")?;
        numbers.functions = named(server.pg_proc.data(), "proname")?;
        Ok(numbers)
    }

    /// The number of a type as PostgreSQL has it; that of `text` where it is not told.
    pub(super) fn of_type(&self, kind: &str) -> i32 {
        let kind = match kind {
            "sql_identifier" => "name",
            "character_data" | "yes_or_no" => "varchar",
            "cardinal_number" => "int4",
            "time_stamp" => "timestamptz",
            own => own,
        };
        self.types.get(kind).copied().unwrap_or(25)
    }

    /// The number that a name of some kind means, written as in SQL.
    pub(in crate::pg) fn find(&self, kind: &str, text: &str) -> Option<i32> {
        let text = text.trim();
        if let Ok(number) = text.parse() {
            return Some(number);
        }
        let parts = parts(text);
        let (schema, name) = match parts.as_slice() {
            [name] => (None, name),
            [schema, name] => (Some(schema.as_str()), name),
            [.., schema, name] => (Some(schema.as_str()), name),
            [] => return None,
        };
        match kind {
            "regclass" => {
                let schemas = match schema {
                    Some(own) => vec![own],
                    None => vec!["pg_catalog", "core"],
                };
                let key = |schema: &&str| ((*schema).to_owned(), name.clone());
                schemas.iter().find_map(|schema| self.tables.get(&key(schema)).copied())
            }
            "regnamespace" => self.schemas.get(name).copied(),
            "regtype" => self.types.get(of_sql(name)).copied(),
            "regproc" | "regprocedure" => self.functions.get(name).copied(),
            "regrole" => (name == "koridor").then_some(OWNER),
            _ => None,
        }
    }
}

/// The number of a name of ours.
fn free(name: &str, taken: &mut BTreeSet<i32>) -> i32 {
    let hash = Sha256::digest(name.as_bytes());
    let hash = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
    let span = u32::try_from(i32::MAX - FIRST).unwrap_or(1);
    let mut number = FIRST + i32::try_from(hash % span).unwrap_or_default();
    while !taken.insert(number) {
        number = if number == i32::MAX { FIRST } else { number + 1 };
    }
    number
}

/// Numbers by name; of several the first.
fn named(batches: &[RecordBatch], name: &str) -> Result<BTreeMap<String, i32>> {
    let mut found = BTreeMap::new();
    for batch in batches {
        let (Some(numbers), Some(names)) =
            (batch.column_by_name("oid"), batch.column_by_name(name))
        else {
            continue;
        };
        let (numbers, names) = (cast(numbers, &DataType::Int32)?, cast(names, &DataType::Utf8)?);
        let (numbers, names) = (numbers.as_primitive::<Int32Type>(), names.as_string::<i32>());
        for row in 0..names.len() {
            found.entry(names.value(row).to_owned()).or_insert_with(|| numbers.value(row));
        }
    }
    Ok(found)
}

/// The parts of a dotted name, quoted or not.
pub(super) fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut is_quoted, mut marks) = (false, text.chars().peekable());
    while let Some(mark) = marks.next() {
        let Some(last) = parts.last_mut() else { break };
        match mark {
            '"' if is_quoted && marks.peek() == Some(&'"') => {
                marks.next();
                last.push('"');
            }
            '"' => is_quoted = !is_quoted,
            '.' if !is_quoted => parts.push(String::new()),
            '(' if !is_quoted => break,
            own if is_quoted => last.push(own),
            own => last.extend(own.to_lowercase()),
        }
    }
    parts
}

/// A type's own name for the one that SQL has.
fn of_sql(name: &str) -> &str {
    match name {
        "bigint" => "int8",
        "boolean" => "bool",
        "character varying" => "varchar",
        "double precision" => "float8",
        "integer" | "int" => "int4",
        "real" => "float4",
        "smallint" => "int2",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        own => own,
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbers, parts};

    #[test]
    fn names_are_found_however_they_are_written() {
        assert_eq!(parts("Core.\"A\"\"b.c\""), ["core", "A\"b.c"]);
        let mut numbers = Numbers::default();
        numbers.tables.insert(("core".into(), "visit".into()), 7);
        numbers.types.insert("int8".into(), 20);
        for text in ["visit", "core.visit", "\"core\".\"visit\"", "koridor.core.visit", "7"] {
            assert_eq!(numbers.find("regclass", text), Some(7), "{text}");
        }
        assert_eq!(numbers.find("regclass", "ref.visit"), None);
        assert_eq!(numbers.find("regtype", "bigint"), Some(20));
    }
}
