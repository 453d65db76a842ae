//! The relations of `pg_catalog` and `information_schema` with their columns, and rows of them.

use arrow::array::{ArrayRef, AsArray, Int32Array, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion_pg_catalog::pg_catalog::oid_field::{OID_ALIAS_TYPE_NAMES, oid_field};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// All of them, as PostgreSQL has them.
const RELATIONS: &str = include_str!("relations.txt");

/// A relation of the server itself.
pub(super) struct Relation {
    pub(super) columns: SchemaRef,
    /// The type of each column, by its name in PostgreSQL.
    pub(super) types: Vec<&'static str>,
}

/// The relations by schema and name.
pub(super) static ALL: LazyLock<BTreeMap<(&str, &str), Relation>> =
    LazyLock::new(|| RELATIONS.lines().filter_map(relation).collect());

fn relation(line: &'static str) -> Option<((&'static str, &'static str), Relation)> {
    let mut words = line.split_whitespace();
    let name = words.next()?.split_once('.')?;
    let columns: Vec<(&str, &str)> = words.filter_map(|own| own.split_once(':')).collect();
    let fields: Vec<Field> = columns.iter().map(|(name, kind)| field(name, kind)).collect();
    let types = columns.into_iter().map(|(_, kind)| kind).collect();
    Some((name, Relation { columns: Arc::new(Schema::new(fields)), types }))
}

fn field(name: &str, kind: &str) -> Field {
    if OID_ALIAS_TYPE_NAMES.contains(&kind) {
        return oid_field(name, kind, true);
    }
    Field::new(name, data_type(kind), true)
}

/// A type of PostgreSQL as columns here have it.
pub(super) fn data_type(kind: &str) -> DataType {
    let list = |of: &str| DataType::List(Arc::new(Field::new_list_field(data_type(of), true)));
    match kind {
        "int2vector" => list("int2"),
        "anyarray" => list("text"),
        "bool" => DataType::Boolean,
        "int2" => DataType::Int16,
        "int4" | "xid" | "cid" | "cardinal_number" => DataType::Int32,
        "int8" => DataType::Int64,
        "float4" => DataType::Float32,
        "float8" | "numeric" => DataType::Float64,
        // Numbers one after the other, as the server writes them.
        "oidvector" => DataType::Utf8,
        "bytea" => DataType::Binary,
        "timestamptz" => DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into())),
        _ if OID_ALIAS_TYPE_NAMES.contains(&kind) => DataType::Int32,
        _ => kind.strip_prefix('_').map_or(DataType::Utf8, list),
    }
}

/// A value of a row.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Text(String),
    Number(i64),
    Truth(bool),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<i32> for Cell {
    fn from(number: i32) -> Self {
        Self::Number(i64::from(number))
    }
}

impl From<bool> for Cell {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

/// The values of a row that are not what a column holds where nothing is said.
pub(super) type Row = Vec<(&'static str, Cell)>;

/// A relation's rows.
pub(super) fn batch(relation: &Relation, rows: &[Row]) -> Result<RecordBatch> {
    let own = &relation.columns;
    if rows.is_empty() {
        return Ok(RecordBatch::new_empty(Arc::clone(own)));
    }
    let columns = own.fields().iter().zip(&relation.types).map(|(field, kind)| {
        let usual = usual(kind, field.data_type())?;
        let values = rows.iter().map(|row| {
            let given = row.iter().find(|(name, _)| name == field.name());
            match given.map(|(_, cell)| cell) {
                None => Ok(usual.clone()),
                Some(Cell::Text(own)) => ScalarValue::from(own.as_str()).cast_to(field.data_type()),
                Some(Cell::Number(own)) => ScalarValue::from(*own).cast_to(field.data_type()),
                Some(Cell::Truth(own)) => ScalarValue::from(*own).cast_to(field.data_type()),
            }
        });
        ScalarValue::iter_to_array(values.collect::<Result<Vec<_>>>()?)
    });
    let columns = columns.collect::<Result<Vec<ArrayRef>>>()?;
    RecordBatch::try_new(Arc::clone(own), columns).map_err(DataFusionError::from)
}

/// Rows of another version of the server, with the columns of a relation here.
pub(super) fn shaped(
    relation: &Relation,
    batches: &[RecordBatch],
    find: impl Fn(&str, &str) -> Option<i32>,
) -> Result<Vec<RecordBatch>> {
    let shape = |batch: &RecordBatch| {
        let columns = relation.columns.fields().iter().zip(&relation.types).map(|(field, kind)| {
            let to = field.data_type();
            let is_list = matches!(to, DataType::List(_));
            match batch.column_by_name(field.name()) {
                Some(own) if *to == DataType::Int32 && kind.starts_with("reg") => {
                    // Functions are named there.
                    let names = cast(own, &DataType::Utf8)?;
                    let number = |own: Option<&str>| match own {
                        None | Some("-") => Some(0),
                        Some(own) => find(kind, own).or(Some(0)),
                    };
                    let found = names.as_string::<i32>().iter().map(number);
                    Ok(Arc::new(found.collect::<Int32Array>()) as ArrayRef)
                }
                Some(own) if is_list == matches!(own.data_type(), DataType::List(_)) => {
                    Ok(cast(own, to)?)
                }
                _ => usual(kind, to)?.to_array_of_size(batch.num_rows()),
            }
        });
        let columns = columns.collect::<Result<Vec<_>>>()?;
        RecordBatch::try_new(Arc::clone(&relation.columns), columns).map_err(DataFusionError::from)
    };
    batches.iter().map(shape).collect()
}

/// What a column holds where nothing is said: nothing of numbers, the empty text, else no value.
fn usual(kind: &str, data_type: &DataType) -> Result<ScalarValue> {
    match data_type {
        DataType::Utf8 if ["name", "char", "oidvector"].contains(&kind) => {
            Ok(ScalarValue::from(""))
        }
        DataType::Utf8 => Ok(ScalarValue::Utf8(None)),
        DataType::Boolean => Ok(ScalarValue::from(false)),
        _ if data_type.is_numeric() => ScalarValue::new_zero(data_type),
        _ => ScalarValue::try_from(data_type),
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, batch};

    #[test]
    fn every_relation_has_columns_and_takes_a_row() {
        assert!(ALL.len() > 190, "{}", ALL.len());
        for ((schema, name), relation) in ALL.iter() {
            assert!(!relation.types.is_empty(), "{schema}.{name}");
            let rows = batch(relation, &[vec![("oid", 7.into())]]).unwrap();
            assert_eq!((rows.num_rows(), rows.num_columns()), (1, relation.types.len()));
        }
    }
}
