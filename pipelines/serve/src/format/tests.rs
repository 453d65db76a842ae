//! What every format must do: the same result whatever the batches, and bytes before the end.

use super::{Format, row_writer, write};
use arrow::array::{ArrayRef, Float64Array, Int64Array, ListArray, RecordBatch, StringArray};
use arrow::array::{Date32Array, Decimal128Array, TimestampMicrosecondArray};
use arrow::csv::WriterBuilder;
use arrow::datatypes::{Int64Type, Schema};
use calamine::{Data, Reader, Xlsx};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::io::{Cursor, Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// An output that tells how much has been written.
#[derive(Clone, Default)]
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.fetch_add(bytes.len(), Ordering::Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn rows() -> RecordBatch {
    let texts: Vec<Option<&str>> = vec![Some("=1+1"), Some("a \"b\"; c,d"), None, Some("-5")];
    let lists = [Some(vec![Some(1), Some(2)]), None, Some(vec![]), Some(vec![Some(3)])];
    let columns: [(&str, ArrayRef); 4] = [
        ("text", Arc::new(StringArray::from(texts))),
        ("number", Arc::new(Int64Array::from(vec![Some(1), None, Some(1 << 54), Some(-4)]))),
        ("share", Arc::new(Float64Array::from(vec![Some(0.5), Some(f64::NAN), None, Some(2.0)]))),
        ("list", Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(lists))),
    ];
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    )
    .unwrap()
}

fn written(format: Format, batches: &[RecordBatch]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(format, &rows().schema(), batches, &mut bytes).unwrap();
    bytes
}

fn one_by_one() -> Vec<RecordBatch> {
    (0..rows().num_rows()).map(|row| rows().slice(row, 1)).collect()
}

#[test]
fn texts_are_the_same_whatever_the_batches() {
    for format in [Format::Csv, Format::Json, Format::Ndjson] {
        let whole = String::from_utf8(written(format, &[rows()])).unwrap();
        let parts = String::from_utf8(written(format, &one_by_one())).unwrap();
        assert_eq!(whole, parts, "{format:?}");
    }
    let csv = "text,number,share,list\n'=1+1,1,0.5,\"[1, 2]\"\n\"a \"\"b\"\"; c,d\",,NaN,\n";
    let text = String::from_utf8(written(Format::Csv, &[rows()])).unwrap();
    assert!(text.starts_with(csv), "{text}");
}

#[test]
fn no_rows_are_a_result_too() {
    let text = |format, batches: &[RecordBatch]| String::from_utf8(written(format, batches));
    for batches in [&[][..], &[rows().slice(0, 0)][..]] {
        assert_eq!(text(Format::Csv, batches).unwrap(), "text,number,share,list\n");
        assert_eq!(text(Format::Json, batches).unwrap(), "[]");
        assert_eq!(text(Format::Ndjson, batches).unwrap(), "");
        let parquet = bytes::Bytes::from(written(Format::Parquet, batches));
        let reader = ParquetRecordBatchReaderBuilder::try_new(parquet).unwrap();
        assert_eq!(reader.schema().fields(), rows().schema().fields());
        let book: Xlsx<_> = Xlsx::new(Cursor::new(written(Format::Xlsx, batches))).unwrap();
        assert_eq!(book.sheet_names(), ["data"]);
    }
}

#[test]
fn parquet_holds_the_rows_in_groups_that_are_written_when_they_are_full() {
    let output = Counted::default();
    let numbers = |start: i64| {
        let scatter = |number: i64| {
            let mixed = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            (mixed ^ (mixed >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9) as i64
        };
        let scattered = (start..start + 10_000).map(scatter);
        let column: ArrayRef = Arc::new(Int64Array::from_iter_values(scattered));
        RecordBatch::try_from_iter([("n", column)]).unwrap()
    };
    let schema = Arc::new(Schema::clone(&numbers(0).schema()));
    let mut writer = row_writer(Format::Parquet, &schema, output.clone()).unwrap();
    for part in 0..30 {
        writer.write(&numbers(10_000 * part)).unwrap();
    }
    let before = output.bytes();
    writer.finish().unwrap();
    assert!(before > 1_000_000, "{before} bytes before the end");

    let parquet = bytes::Bytes::from(written(Format::Parquet, &one_by_one()));
    let reader = ParquetRecordBatchReaderBuilder::try_new(parquet).unwrap().build().unwrap();
    let read: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    assert_eq!(arrow::compute::concat_batches(&rows().schema(), &read).unwrap(), rows());
}

#[test]
fn texts_are_written_batch_by_batch() {
    for format in [Format::Csv, Format::Json, Format::Ndjson] {
        let output = Counted::default();
        let mut writer = row_writer(format, &rows().schema(), output.clone()).unwrap();
        let mut before = 0;
        for _ in 0..3 {
            writer.write(&rows()).unwrap();
            assert!(output.bytes() > before, "{format:?}");
            before = output.bytes();
        }
        writer.finish().unwrap();
    }
}

#[test]
fn a_workbook_holds_typed_cells() {
    let bytes = written(Format::Xlsx, &one_by_one());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let cells = book.worksheet_range("data").unwrap();
    let cell = |row, column| cells.get_value((row, column)).cloned().unwrap_or_default();
    assert_eq!(cell(0, 3), Data::String("list".into()));
    assert_eq!(cell(1, 0), Data::String("=1+1".into()));
    assert_eq!(cell(1, 1), Data::Float(1.0));
    assert_eq!(cell(3, 1), Data::String("18014398509481984".into()), "no digit is lost");
    assert_eq!(cell(2, 2), Data::Empty, "what is no number is no cell");
    assert_eq!(cell(1, 3), Data::String("[1, 2]".into()));
}

#[test]
fn what_no_cell_holds_is_cut_and_what_is_wide_is_shown() {
    let long: ArrayRef = Arc::new(StringArray::from(vec!["x".repeat(40_000)]));
    let large: ArrayRef = Arc::new(Int64Array::from(vec![1_234_567_890_123]));
    let rows = RecordBatch::try_from_iter([("text", long), ("number", large)]).unwrap();
    let mut bytes = Vec::new();
    write(Format::Xlsx, &rows.schema(), &[rows], &mut bytes).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
    let cells = book.worksheet_range("data").unwrap();
    let text = cells.get_value((1, 0)).unwrap().to_string();
    assert!(text.ends_with("… [dipotong/cut: 40,000 characters]"), "{}", text.len());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let (sheet, book) = (part("xl/worksheets/sheet1.xml"), part("xl/workbook.xml"));
    assert!(sheet.contains("paperSize=\"9\""), "A4: {sheet}");
    assert!(sheet.contains("fitToWidth") || sheet.contains("fitToHeight=\"0\""), "{sheet}");
    assert!(book.contains("_xlnm.Print_Titles"), "the header is on each page: {book}");
    let styles = part("xl/styles.xml");
    assert!(styles.contains("formatCode=\"0\""), "all digits and not 1.23457E+12: {styles}");
}

/// A reader that goes away.
struct Closed(Mutex<usize>);

impl Write for Closed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut left = self.0.lock().unwrap();
        *left = left.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_output_that_fails_is_an_error_in_every_format() {
    let formats = [Format::Csv, Format::Json, Format::Ndjson, Format::Parquet, Format::Xlsx];
    for format in formats {
        let output = Closed(Mutex::new(20));
        let outcome = write(format, &rows().schema(), &[rows(), rows()], output);
        let error = outcome.unwrap_err().to_string().to_lowercase();
        assert!(error.contains("broken pipe"), "{format:?}: {error}");
    }
}

#[test]
fn digits_are_those_of_arrow() {
    let days = [-719_162, -1, 0, 59, 60, 11_016, 19_782, 20_000, 2_932_896, 2_932_897, -800_000];
    let numbers = [0, 1, -1, 999, -1_234_567, i64::MAX, i64::MIN];
    let decimals = [0, 5, -5, 1_234, -100_000, 10_i128.pow(20), -(10_i128.pow(37))];
    let moments = [0, -1, 1_720_166_400_000_000, 1_720_166_400_123_000, -86_400_000_000];
    let decimals = Decimal128Array::from(decimals.to_vec()).with_precision_and_scale(38, 3);
    let columns: [(&str, ArrayRef); 4] = [
        ("day", Arc::new(Date32Array::from(days.to_vec()))),
        ("number", Arc::new(Int64Array::from(numbers.to_vec()))),
        ("decimal", Arc::new(decimals.unwrap())),
        ("moment", Arc::new(TimestampMicrosecondArray::from(moments.to_vec()))),
    ];
    for (name, column) in columns {
        let rows = RecordBatch::try_from_iter([(name, column)]).unwrap();
        let mut theirs = Vec::new();
        WriterBuilder::new().build(&mut theirs).write(&rows).unwrap();
        let mut ours = Vec::new();
        write(Format::Csv, &rows.schema(), &[rows], &mut ours).unwrap();
        assert_eq!(String::from_utf8(ours), String::from_utf8(theirs), "{name}");
    }
}

#[test]
fn numbers_and_days_are_written_as_they_are_read() {
    let excel = |number, scale| {
        let rows = Decimal128Array::from(vec![number]).with_precision_and_scale(38, scale);
        let column: ArrayRef = Arc::new(rows.unwrap());
        let rows = RecordBatch::try_from_iter([("n", column)]).unwrap();
        let mut bytes = Vec::new();
        write(Format::ExcelCsv, &rows.schema(), &[rows], &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(excel(-5, 3), "\u{feff}n\r\n-0,005\r\n");
}

#[test]
fn what_looks_like_a_formula_is_a_text() {
    let texts = ["=1+1", "+1 2", "-x", "@x", "\tx", "\nx", "＝1", "-5", "+1.5", "a=1", ""];
    let column: ArrayRef = Arc::new(StringArray::from(texts.to_vec()));
    let rows = RecordBatch::try_from_iter([("t", column)]).unwrap();
    for format in [Format::Csv, Format::ExcelCsv] {
        let mut bytes = Vec::new();
        write(format, &rows.schema(), std::slice::from_ref(&rows), &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.matches('\'').count(), 7, "{text}");
        for number in ["\n-5", "\n+1.5", "\na=1"] {
            assert!(text.contains(number), "{text}");
        }
    }
}
