//! Parquet: columns with names, read as cells like any other file.

use super::refusal::{Refusal, RefusalCode};
use super::sheet::Sheet;
use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use arrow::error::ArrowError;
use bytes::Bytes;
use koridor_contract::number::float_text;
use koridor_contract::{CellKind, RawBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::sync::Arc;

/// Reads a file into one sheet whose first row holds the column names.
///
/// # Errors
/// Where the bytes are no Parquet file, or a column is nested.
pub fn read(bytes: Bytes) -> Result<Sheet, Refusal> {
    // As with workbooks: damage in the file is the file's fault.
    std::panic::catch_unwind(|| read_rows(bytes)).unwrap_or_else(|_| {
        Err(Refusal::new(
            RefusalCode::BrokenParquet,
            "berkas Parquet rusak",
            "the Parquet file is damaged",
        ))
    })
}

fn read_rows(bytes: Bytes) -> Result<Sheet, Refusal> {
    let broken = |error: String| {
        Refusal::new(
            RefusalCode::BrokenParquet,
            format!("berkas Parquet rusak atau terpotong ({error})"),
            format!("the Parquet file is damaged or cut off ({error})"),
        )
    };
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes)
        .map_err(|error| broken(error.to_string()))?;
    let schema = builder.schema().clone();
    if let Some(field) = schema.fields().iter().find(|field| field.data_type().is_nested()) {
        let name = field.name();
        return Err(Refusal::new(
            RefusalCode::NestedColumn,
            format!("kolom \"{name}\" bersarang (struct, list, map); ratakan menjadi kolom biasa"),
            format!("column \"{name}\" is nested (struct, list, map); make it plain columns"),
        ));
    }
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
    let mut number = 1;
    for rows in builder.build().map_err(|error| broken(error.to_string()))? {
        let rows = rows.map_err(|error| broken(error.to_string()))?;
        let texts = rows.columns().iter().map(texts_of).collect::<Result<Vec<_>, _>>();
        let texts = texts.map_err(|error| broken(error.to_string()))?;
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
    use arrow::array::{Float64Array, Int64Array, RecordBatch, StructArray};
    use proptest::prelude::*;

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
