//! Parquet: columns with names, read as cells like any other file.

use super::budget::Meter;
use super::refusal::{Refusal, RefusalCode};
use super::sheet::Sheet;
use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Schema};
use arrow::error::ArrowError;
use bytes::Bytes;
use koridor_contract::number::float_text;
use koridor_contract::{CellKind, RawBatch};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use std::sync::Arc;

/// Rows that are read at a time.
const ROWS: usize = 1_024;

/// Reads a file into one sheet whose first row holds the column names. Damage can make the library
/// panic that reads it.
///
/// # Errors
/// Where the bytes are no Parquet file, a column is nested, or it costs more than it may.
pub(super) fn read(bytes: Bytes, meter: Meter) -> Result<Sheet, Refusal> {
    let builder = builder(bytes, meter)?;
    let schema = builder.schema().clone();
    let mut batch = RawBatch::typed(schema.fields().len());
    for field in schema.fields() {
        batch.push_cell(field.name(), CellKind::Text);
    }
    batch.end_row(1);
    let kinds: Vec<CellKind> = schema
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            kind if kind.is_numeric() => CellKind::Number,
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => CellKind::Date,
            _ => CellKind::Text,
        })
        .collect();
    let columns = kinds.len() as u64;
    let mut number = 1;
    for rows in builder.with_batch_size(ROWS).build().map_err(|error| broken(&error))? {
        let rows = rows.map_err(|error| broken(&error))?;
        meter.time()?;
        // A value that many rows share is no text yet: how long all of them are is told first.
        let long: u64 = rows.columns().iter().map(text_bytes).sum();
        let held = batch.data().len() as u64;
        meter.table(number + rows.num_rows() as u64, columns, held.saturating_add(long))?;
        let texts = rows.columns().iter().map(texts_of).collect::<Result<Vec<_>, _>>();
        let texts = texts.map_err(|error| broken(&error))?;
        let texts: Vec<&StringArray> =
            texts.iter().filter_map(|column| column.as_any().downcast_ref()).collect();
        for row in 0..rows.num_rows() {
            for (column, kind) in texts.iter().zip(&kinds) {
                batch.push_cell(if column.is_valid(row) { column.value(row) } else { "" }, *kind);
            }
            number += 1;
            batch.end_row(number);
        }
    }
    Ok(Sheet { cells: batch, ..Sheet::default() })
}

/// Opens a file whose columns hold one value a row, and that is not larger than it may be as far as
/// it says itself.
fn builder(bytes: Bytes, meter: Meter) -> Result<ParquetRecordBatchReaderBuilder<Bytes>, Refusal> {
    let stored = ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::default())
        .map_err(|error| broken(&error))?;
    let schema = stored.schema();
    meter.columns(schema.fields().len())?;
    if let Some(field) = schema.fields().iter().find(|field| field.data_type().is_nested()) {
        let name = field.name();
        return Err(Refusal::new(
            RefusalCode::NestedColumn,
            format!("kolom \"{name}\" bersarang (struct, list, map); ratakan menjadi kolom biasa"),
            format!("column \"{name}\" is nested (struct, list, map); make it plain columns"),
        ));
    }
    let groups = stored.metadata().row_groups();
    let rows =
        groups.iter().fold(0u64, |rows, group| rows.saturating_add(counted(group.num_rows())));
    meter.table(rows, schema.fields().len() as u64, 0)?;
    for group in groups {
        let unpacked = group.columns().iter().map(|own| counted(own.uncompressed_size()));
        meter.memory(unpacked.fold(0, u64::saturating_add))?;
    }
    // A text that stands once in the file is then held once, however many rows show it.
    let fields = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => {
            Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View))
        }
        DataType::Binary | DataType::LargeBinary => {
            Arc::new(field.as_ref().clone().with_data_type(DataType::BinaryView))
        }
        DataType::Dictionary(_, values)
            if matches!(values.as_ref(), DataType::Utf8 | DataType::LargeUtf8) =>
        {
            Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View))
        }
        _ => Arc::clone(field),
    });
    let fields: Vec<_> = fields.collect();
    let viewed = Schema::new_with_metadata(fields, schema.metadata().clone());
    let options = ArrowReaderOptions::default().with_schema(Arc::new(viewed));
    let metadata = ArrowReaderMetadata::try_new(Arc::clone(stored.metadata()), options);
    // Where a view is not to be had, the columns are read as they are stored.
    let metadata = metadata.unwrap_or(stored);
    Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(bytes, metadata))
}

/// A number of the file that cannot be below nought.
fn counted(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn broken(error: &dyn std::fmt::Display) -> Refusal {
    Refusal::new(
        RefusalCode::BrokenParquet,
        format!("berkas Parquet rusak atau terpotong ({error})"),
        format!("the Parquet file is damaged or cut off ({error})"),
    )
}

/// Bytes of a column's texts when each row has its own.
fn text_bytes(column: &ArrayRef) -> u64 {
    match column.data_type() {
        DataType::Utf8View => column.as_string_view().lengths().map(u64::from).sum(),
        DataType::BinaryView => column.as_binary_view().lengths().map(u64::from).sum(),
        _ => 24 * column.len() as u64,
    }
}

/// A column as texts; binary numbers as a workbook shows them.
fn texts_of(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match column.data_type() {
        DataType::Float64 => {
            let values = column.as_primitive::<Float64Type>().iter();
            let texts: StringArray = values.map(|value| value.map(float_text)).collect();
            Ok(Arc::new(texts))
        }
        // The shortest text of a number of 32 bits has no noise of its own.
        DataType::Float32 => {
            let values = column.as_primitive::<Float32Type>().iter();
            let texts: StringArray = values.map(|value| value.map(|own| own.to_string())).collect();
            Ok(Arc::new(texts))
        }
        _ => arrow::compute::cast(column, &DataType::Utf8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::budget::Budget;
    use crate::readers::{Container, read_whole};
    use arrow::array::{Float64Array, Int64Array, RecordBatch, StructArray};
    use proptest::prelude::*;

    fn read(bytes: Bytes) -> Result<Sheet, Refusal> {
        let sheets = read_whole(Container::Parquet, bytes.to_vec(), Budget::default());
        sheets.map(|mut sheets| sheets.remove(0))
    }

    fn sample() -> Vec<u8> {
        let columns: [(&str, ArrayRef); 2] = [
            ("region_code", Arc::new(StringArray::from(vec!["7407", "7472"]))),
            ("pop_mid", Arc::new(Int64Array::from(vec![Some(118_793), None]))),
        ];
        written(columns.into())
    }

    #[test]
    fn columns_become_cells_of_their_kind() {
        let sheet = read(sample().into()).unwrap();
        assert_eq!(
            (sheet.cells.text(1, 0), sheet.cells.text(1, 1), sheet.cells.text(2, 1)),
            ("7407", "118793", "")
        );
        assert_eq!(
            (sheet.cells.kind(1, 0), sheet.cells.kind(1, 1)),
            (CellKind::Text, CellKind::Number)
        );
    }

    fn written(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
        let rows = RecordBatch::try_from_iter(columns).unwrap();
        let mut writer =
            ::parquet::arrow::ArrowWriter::try_new(Vec::new(), rows.schema(), None).unwrap();
        writer.write(&rows).unwrap();
        writer.into_inner().unwrap()
    }

    #[test]
    fn a_binary_number_has_the_digits_that_it_keeps() {
        let values: ArrayRef =
            Arc::new(Float64Array::from(vec![0.1 + 0.2, 107_991.0, 9_974_070_101_800_001.0]));
        let sheet = read(written(vec![("a", values)]).into()).unwrap();
        let texts: Vec<&str> = (1..4).map(|row| sheet.cells.text(row, 0)).collect();
        assert_eq!(texts, ["0.3", "107991", "9.9740701018E+15"]);
    }

    #[test]
    fn a_nested_column_is_named_and_no_damage() {
        let inner: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        let nested: ArrayRef = Arc::new(StructArray::try_from(vec![("b", inner)]).unwrap());
        let refusal = read(written(vec![("places", nested)]).into()).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::NestedColumn);
        assert!(refusal.message.en.contains("\"places\""), "{}", refusal.message.en);
    }

    proptest! {
        #[test]
        fn a_damaged_file_is_refused_or_read(
            at in 4usize..400,
            byte in any::<u8>(),
            cut in 0usize..400,
        ) {
            let mut bytes = sample();
            let length = bytes.len();
            bytes[at % length] = byte;
            let _ = read(bytes.into());
            let _ = read(sample()[..cut % length].to_vec().into());
        }
    }
}
