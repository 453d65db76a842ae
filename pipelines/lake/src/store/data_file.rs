//! Parquet data files of one table, written as rows come; nothing is visible until their [`Add`]
//! actions are committed.
//!
//! Owns how columns are encoded. A column that holds one value in every row of a file (its hash,
//! its source) is encoded once for a row group and copied into the others: such columns are half of
//! a large file's, and cost nothing a row.

use crate::error::LakeError;
use crate::store::file_statistics::{file_statistics, is_selected_by, leaves};
use crate::store::storage::Storage;
use crate::store::sums::{self, Summing};
use crate::store::tables;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use bytes::Bytes;
use deltalake::kernel::Add;
use hashbrown::HashSet;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{DynObjectStore, ObjectStoreExt};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::io::AsyncWriteExt;

/// Rows of a Parquet row group.
const ROW_GROUP_ROWS: usize = 256 * 1024;
/// Size of a data file.
const FILE_BYTES: u64 = 128 << 20;
/// Rows that tell how a column is best encoded.
const SAMPLE_ROWS: usize = 32 * 1024;
/// Different values in a sample below which a number is worth a dictionary.
const FEW_NUMBERS: usize = 256;

/// Columns of a file that hold one value in every row: the column's place in the schema, and the
/// value as an array of length one.
pub type Constants = BTreeMap<usize, ArrayRef>;

/// Writes data files of one table; nothing is visible until their [`Add`] actions are committed.
pub struct FileWriter {
    storage: Storage,
    table: String,
    store: Arc<DynObjectStore>,
    schema: SchemaRef,
    constants: Constants,
    open: Option<OpenFile>,
    adds: Vec<Add>,
}

struct OpenFile {
    path: Path,
    upload: BufWriter,
    file: SerializedFileWriter<Vec<u8>>,
    factory: ArrowRowGroupWriterFactory,
    properties: WriterProperties,
    /// Writers of the row group that is being filled, in the schema's order.
    columns: Vec<ArrowColumnWriter>,
    rows: usize,
    row_groups: usize,
    bytes: u64,
    sums: Summing,
    /// Encoded constants for a number of rows.
    encoded: Option<(usize, BTreeMap<usize, Chunk>)>,
}

/// An encoded column chunk.
type Chunk = (Bytes, ColumnCloseResult);

impl FileWriter {
    /// A writer into a table's folder.
    ///
    /// # Errors
    /// Where the lake's place has no such folder.
    pub fn new(
        storage: &Storage,
        table: &str,
        schema: &SchemaRef,
        constants: Constants,
    ) -> Result<Self, LakeError> {
        let store = tables::table_store(storage, table)?;
        Ok(Self {
            storage: storage.clone(),
            table: table.to_owned(),
            store,
            schema: SchemaRef::clone(schema),
            constants,
            open: None,
            adds: Vec::new(),
        })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// Where they cannot be encoded or written.
    pub async fn write(&mut self, rows: &RecordBatch) -> Result<(), LakeError> {
        let mut start = 0;
        while start < rows.num_rows() {
            let mut open = match self.open.take() {
                Some(open) => open,
                None => self.open_file(rows)?,
            };
            let length = (ROW_GROUP_ROWS - open.rows).min(rows.num_rows() - start);
            let part = rows.slice(start, length);
            let outcome = match self.encode(&mut open, &part) {
                Ok(()) if open.rows >= ROW_GROUP_ROWS => self.end_row_group(&mut open).await,
                outcome => outcome,
            };
            outcome.map_err(|error| self.failed(error))?;
            start += length;
            if open.bytes >= FILE_BYTES {
                self.end_file(open).await?;
            } else {
                self.open = Some(open);
            }
        }
        Ok(())
    }

    /// Finishes the files and returns what to commit.
    ///
    /// # Errors
    /// Where the last file cannot be written.
    pub async fn close(mut self) -> Result<Vec<Add>, LakeError> {
        if let Some(open) = self.open.take() {
            self.end_file(open).await?;
        }
        Ok(self.adds)
    }

    /// Gives up and removes what was written.
    pub async fn abort(mut self) {
        // The reason for giving up is what the caller reports; what stays is swept by maintenance.
        if let Some(mut open) = self.open.take() {
            let _ = open.upload.abort().await;
        }
        for add in &self.adds {
            let _ = self.store.delete(&Path::from(add.path.as_str())).await;
        }
    }

    fn failed(&self, error: ParquetError) -> LakeError {
        LakeError::parquet(&self.table, error)
    }

    fn open_file(&self, first: &RecordBatch) -> Result<OpenFile, LakeError> {
        let properties = writer_properties(&self.schema, Some(first));
        let descriptor = ArrowSchemaConverter::new()
            .convert(&self.schema)
            .map_err(|error| self.failed(error))?;
        let file = SerializedFileWriter::new(
            Vec::new(),
            descriptor.root_schema_ptr(),
            Arc::new(properties.clone()),
        )
        .map_err(|error| self.failed(error))?;
        let mut name = [0u8; 16];
        getrandom::fill(&mut name).map_err(|error| LakeError::Internal(error.to_string()))?;
        let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        let path = Path::from(format!("part-{name}.zstd.parquet"));
        let factory = ArrowRowGroupWriterFactory::new(&file, SchemaRef::clone(&self.schema));
        let columns = factory.create_column_writers(0).map_err(|error| self.failed(error))?;
        let upload = BufWriter::new(Arc::clone(&self.store), path.clone());
        Ok(OpenFile {
            path,
            upload,
            file,
            factory,
            properties,
            columns,
            rows: 0,
            row_groups: 0,
            bytes: 0,
            sums: Summing::default(),
            encoded: None,
        })
    }

    /// Encodes rows of the row group that is being filled.
    fn encode(&self, open: &mut OpenFile, rows: &RecordBatch) -> Result<(), ParquetError> {
        let mut writers = open.columns.iter_mut();
        for (index, (field, column)) in self.schema.fields().iter().zip(rows.columns()).enumerate()
        {
            if self.constants.contains_key(&index) {
                writers.next();
                continue;
            }
            for leaf in compute_leaves(field, column)? {
                let writer = writers
                    .next()
                    .ok_or_else(|| ParquetError::General("a column has no writer".into()))?;
                writer.write(&leaf)?;
            }
        }
        open.rows += rows.num_rows();
        Ok(())
    }

    async fn end_row_group(&self, open: &mut OpenFile) -> Result<(), ParquetError> {
        if open.rows == 0 {
            return Ok(());
        }
        let encoded = match open.encoded.take() {
            Some((rows, encoded)) if rows == open.rows => encoded,
            _ => self
                .constants
                .iter()
                .map(|(index, value)| {
                    Ok((
                        *index,
                        constant_chunk(
                            self.schema.field(*index),
                            value,
                            open.rows,
                            &open.properties,
                        )?,
                    ))
                })
                .collect::<Result<_, ParquetError>>()?,
        };
        open.row_groups += 1;
        let columns = std::mem::replace(
            &mut open.columns,
            open.factory.create_column_writers(open.row_groups)?,
        );
        let mut columns = columns.into_iter();
        let mut row_group = open.file.next_row_group()?;
        for (index, field) in self.schema.fields().iter().enumerate() {
            if let Some((bytes, close)) = encoded.get(&index) {
                columns.next();
                row_group.append_column(bytes, close.clone())?;
                continue;
            }
            for _ in 0..leaves(field.data_type()) {
                let column = columns
                    .next()
                    .ok_or_else(|| ParquetError::General("a column has no writer".into()))?;
                column.close()?.append_to_row_group(&mut row_group)?;
            }
        }
        row_group.close()?;
        open.encoded = Some((open.rows, encoded));
        open.rows = 0;
        open.send().await
    }

    async fn end_file(&mut self, mut open: OpenFile) -> Result<(), LakeError> {
        self.end_row_group(&mut open).await.map_err(|error| self.failed(error))?;
        let metadata = open.file.finish().map_err(|error| self.failed(error))?;
        open.send().await.map_err(|error| self.failed(error))?;
        open.upload
            .shutdown()
            .await
            .map_err(|error| self.failed(ParquetError::External(Box::new(error))))?;
        if let Some(lake) = self.storage.local_path() {
            self.storage.written(&lake.join(&self.table).join(open.path.as_ref()));
        }
        let now = chrono::Utc::now().timestamp_millis();
        self.adds.push(Add {
            path: open.path.to_string(),
            size: open.bytes as i64,
            modification_time: now,
            data_change: true,
            stats: Some(file_statistics(&self.schema, &metadata).to_string()),
            tags: Some([(sums::TAG.to_owned(), Some(open.sums.finish()))].into()),
            ..Add::default()
        });
        Ok(())
    }
}

impl OpenFile {
    /// Gives on what has been encoded.
    async fn send(&mut self) -> Result<(), ParquetError> {
        self.file.flush()?;
        let bytes = std::mem::take(self.file.inner_mut());
        self.bytes += bytes.len() as u64;
        self.sums.update(&bytes);
        self.upload.put(bytes.into()).await.map_err(|error| ParquetError::External(Box::new(error)))
    }
}

/// Writes rows to a table's folder and returns what to commit.
///
/// # Errors
/// Where they cannot be written.
pub async fn write_rows(
    storage: &Storage,
    table: &str,
    schema: &SchemaRef,
    batches: &[RecordBatch],
) -> Result<Vec<Add>, LakeError> {
    tables::open_or_create(storage, table, schema).await?;
    let mut writer = FileWriter::new(storage, table, schema, Constants::new())?;
    for rows in batches {
        writer.write(rows).await?;
    }
    writer.close().await
}

/// How columns are written, by what a file's first rows hold. Numbers that differ are packed as
/// differences, texts that differ share their beginnings, all else goes through a dictionary. Texts
/// carry no statistics: queries select by dates and numbers, and comparing every text costs a
/// quarter of the time that writing takes.
pub fn writer_properties(schema: &Schema, first: Option<&RecordBatch>) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_write_batch_size(8 * 1024)
        .set_created_by(concat!("koridor ", env!("CARGO_PKG_VERSION")).to_owned());
    for (index, field) in schema.fields().iter().enumerate() {
        let path = ColumnPath::from(field.name().as_str());
        if !field.data_type().is_primitive() && !is_selected_by(schema, field) {
            builder = builder.set_column_statistics_enabled(path.clone(), EnabledStatistics::None);
        }
        let column = first.map(|rows| rows.column(index));
        if let Some(encoding) =
            column.and_then(|column| encoding(&column.slice(0, column.len().min(SAMPLE_ROWS))))
        {
            builder = builder
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, encoding);
        }
    }
    builder.build()
}

/// How a column is encoded by what a sample of it holds; `None` for a dictionary.
fn encoding(sample: &ArrayRef) -> Option<Encoding> {
    match sample.data_type() {
        DataType::Utf8 => {
            let texts = sample.as_string::<i32>();
            let different: HashSet<&str> = texts.iter().flatten().collect();
            (different.len() > 64 && different.len() * 2 > texts.len() - texts.null_count())
                .then_some(Encoding::DELTA_BYTE_ARRAY)
        }
        DataType::Int32
        | DataType::Int64
        | DataType::Date32
        | DataType::Timestamp(..)
        | DataType::Decimal128(..) => {
            // A decimal of more than eighteen digits is not a Parquet integer.
            if matches!(sample.data_type(), DataType::Decimal128(precision, _) if *precision > 18) {
                return None;
            }
            let data = sample.to_data();
            let width = sample.data_type().primitive_width()?;
            let bytes = data.buffers().first()?.as_slice();
            let different: HashSet<&[u8]> =
                bytes.chunks_exact(width).skip(data.offset()).take(data.len()).collect();
            (different.len() > FEW_NUMBERS).then_some(Encoding::DELTA_BINARY_PACKED)
        }
        _ => None,
    }
}

/// A column chunk of `rows` times one value.
fn constant_chunk(
    field: &Field,
    value: &ArrayRef,
    rows: usize,
    properties: &WriterProperties,
) -> Result<Chunk, ParquetError> {
    let schema: SchemaRef = Arc::new(Schema::new(vec![field.clone()]));
    let descriptor = ArrowSchemaConverter::new().convert(&schema)?;
    let mut file = SerializedFileWriter::new(
        Vec::new(),
        descriptor.root_schema_ptr(),
        Arc::new(properties.clone()),
    )?;
    let column = arrow::compute::take(value, &UInt32Array::from_value(0, rows), None)?;
    let writer =
        ArrowRowGroupWriterFactory::new(&file, schema).create_column_writers(0)?.into_iter().next();
    let mut writer =
        writer.ok_or_else(|| ParquetError::General("a column has no writer".into()))?;
    for leaf in compute_leaves(field, &column)? {
        writer.write(&leaf)?;
    }
    let mut row_group = file.next_row_group()?;
    writer.close()?.append_to_row_group(&mut row_group)?;
    let metadata = row_group.close()?.column(0).clone();
    let close = ColumnCloseResult {
        bytes_written: metadata.compressed_size() as u64,
        rows_written: rows as u64,
        metadata,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    };
    Ok((file.into_inner()?.into(), close))
}
