//! A Data Package (v2): the rows as CSV, what each column holds, hashes, licence and sources.

use super::{Extract, Selection};
use crate::error::ServeError;
use crate::format::{self, Format};
use arrow::datatypes::{DataType, Field, Schema};
use koridor_contract::Project;
use koridor_contract::contract::Constraints;
use koridor_contract::message::Language;
use koridor_contract::project::{Comments, Licence};
use koridor_lake::Engine;
use koridor_publish::extract::{find, rows};
use koridor_publish::{RowStream, Table};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::io::Write;
use zip::write::SimpleFileOptions;

/// Where the files of a package go, one after the other.
pub trait Sink: Write + Send {
    /// Begins the next file.
    ///
    /// # Errors
    /// Where it cannot be begun.
    fn begin(&mut self, path: &str) -> std::io::Result<()>;
}

/// A package as one zip file, written as its files come.
pub struct ZipSink<W: Write + Send> {
    archive: zip::ZipWriter<zip::write::StreamWriter<W>>,
}

impl<W: Write + Send> ZipSink<W> {
    /// Into an output.
    pub fn new(output: W) -> Self {
        Self { archive: zip::ZipWriter::new_stream(output) }
    }

    /// Writes the directory of the archive and gives the output back.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self) -> std::io::Result<W> {
        Ok(self.archive.finish().map_err(std::io::Error::other)?.into_inner())
    }
}

impl<W: Write + Send> Write for ZipSink<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.archive.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.archive.flush()
    }
}

impl<W: Write + Send> Sink for ZipSink<W> {
    fn begin(&mut self, path: &str) -> std::io::Result<()> {
        // No time of day: the same rows give the same bytes.
        let options = SimpleFileOptions::default().large_file(true);
        self.archive.start_file(path, options).map_err(std::io::Error::other)
    }
}

/// Bytes that are counted and hashed on their way.
struct Summed<'sink> {
    sink: &'sink mut dyn Sink,
    hash: Sha256,
    bytes: u64,
}

impl Write for Summed<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.sink.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.sink.flush()
    }
}

/// Writes an extract as a Data Package and returns the number of its rows.
///
/// # Errors
/// As [`super::write`].
pub async fn write(
    engine: &Engine,
    project: &Project,
    (name, selection): (&str, &Selection),
    language: Language,
    sink: &mut dyn Sink,
) -> Result<u64, ServeError> {
    let extract = find(project, name)?;
    let mut data = rows(engine, &extract, selection).await?;
    let about = About { engine, project, extract: &extract, language };
    let (resource, count) = about.add(&mut data, name, sink).await?;
    let mut resources = vec![resource];
    if matches!(extract, Extract::Indicators) {
        let cards = Table::named(engine, "extract_dictionary", []).await?;
        let mut cards = RowStream::at_hand(cards.schema, cards.rows);
        resources.push(about.add(&mut cards, "dictionary", sink).await?.0);
    }
    let document = about.package(selection, resources).await?;
    sink.begin("datapackage.json")?;
    serde_json::to_writer_pretty(&mut *sink, &document).map_err(std::io::Error::from)?;
    sink.write_all(b"\n")?;
    sink.flush()?;
    Ok(count)
}

/// What a package is about.
struct About<'about> {
    engine: &'about Engine,
    project: &'about Project,
    extract: &'about Extract,
    language: Language,
}

impl About<'_> {
    /// Adds rows as a resource.
    async fn add(
        &self,
        rows: &mut RowStream,
        name: &str,
        sink: &mut dyn Sink,
    ) -> Result<(Value, u64), ServeError> {
        let path = format!("data/{name}.csv");
        sink.begin(&path)?;
        let schema = rows.schema().clone();
        let mut summed = Summed { sink, hash: Sha256::new(), bytes: 0 };
        let count = format::write_stream(Format::Csv, rows, &mut summed).await?;
        let hash: String =
            summed.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let resource = json!({
            "$schema": "https://datapackage.org/profiles/2.0/dataresource.json",
            "name": name.replace('_', "-"),
            "type": "table",
            "path": path,
            "title": match name {
                "dictionary" => self.language.pick("Kamus", "Dictionary"),
                _ => self.extract.title(self.language),
            },
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": summed.bytes,
            "hash": format!("sha256:{hash}"),
            "schema": self.schema(name, &schema),
        });
        Ok((resource, count))
    }

    fn schema(&self, name: &str, schema: &Schema) -> Value {
        let (space, table, key): (&str, &str, &[&str]) = match (self.extract, name) {
            (_, "dictionary") => ("ref", "indicator", &["indicator_id"]),
            (Extract::Indicators, _) => (
                "indicators",
                "values",
                &["indicator_id", "region_code", "grain", "period", "breakdown"],
            ),
            (Extract::Targets, _) => (
                "indicators",
                "targets",
                &["doc", "doc_version", "indicator_id", "region_code", "year"],
            ),
            (Extract::Sources, _) => ("ops", "disagreements", &[]),
            (Extract::Status, _) => ("ops", "expectations", &[]),
            (Extract::Evaluation, _) => ("ops", "evaluation", &[]),
            (Extract::Dataset(contract), _) => ("core", &contract.name, &[]),
        };
        let comments = Comments::of(self.project);
        let field = |field: &std::sync::Arc<Field>| {
            let description = comments.column(space, table, field.name());
            self.field(field, description)
        };
        let fields: Vec<Value> = schema.fields().iter().map(field).collect();
        let mut document = json!({
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "fields": fields,
            "missingValues": [""],
        });
        if !key.is_empty() {
            document["primaryKey"] = json!(key);
        }
        document
    }

    /// A column: its type, what it holds, and what its contract asks of it.
    fn field(&self, field: &Field, description: Option<String>) -> Value {
        let mut own = Map::new();
        own.insert("name".into(), json!(field.name()));
        own.insert("type".into(), json!(type_of(field.data_type())));
        let Extract::Dataset(contract) = self.extract else {
            own.extend(description.map(|text| ("description".to_owned(), json!(text))));
            return own.into();
        };
        if let Some(known) = contract.fields.iter().find(|known| known.name == *field.name()) {
            own.insert("type".into(), json!(known.field_type));
            let title = self.language.pick(&known.title, &known.koridor.title_en);
            own.insert("title".into(), json!(title));
            let constraints = constraints(&known.constraints);
            if !constraints.is_empty() {
                own.insert("constraints".into(), constraints.into());
            }
        }
        own.extend(description.map(|text| ("description".to_owned(), json!(text))));
        own.into()
    }

    async fn package(
        &self,
        selection: &Selection,
        resources: Vec<Value>,
    ) -> Result<Value, ServeError> {
        let (corridor, language) = (&self.project.corridor, self.language);
        let area = language.pick(&corridor.title, &corridor.title_en);
        let title = self.extract.title(language);
        let region = selection.region.as_deref().unwrap_or("CORR");
        let period = selection.period_name();
        let name = [corridor.name.as_str(), self.extract.name(), region, &period].join("-");
        let name = name.to_lowercase().replace('_', "-");
        let mut document = json!({
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": name,
            "title": format!("{title}: {area}"),
        });
        if let Some(release) = &self.engine.snapshot().release {
            document["version"] = json!(release.id);
            document["created"] = json!(release.created_at);
        }
        if let Some(licence) = &corridor.licence {
            let Licence { name, title, path } = licence;
            document["licenses"] = json!([{ "name": name, "title": title, "path": path }]);
        }
        let found = Table::named(self.engine, "extract_methods", []).await?;
        let mark = language.pick("SINTETIS. ", "SYNTHETIC. ");
        let sources = found.records().map(|row| {
            let mark = if row.is_true("synthetic") { mark } else { "" };
            json!({ "title": format!("{mark}{}", row.text_or_empty("name")) })
        });
        let sources: Vec<Value> = sources.collect();
        if !sources.is_empty() {
            document["sources"] = sources.into();
        }
        document["resources"] = resources.into();
        Ok(document)
    }
}

/// The type of a column, as Table Schema names it.
fn type_of(kind: &DataType) -> &'static str {
    match kind {
        kind if kind.is_integer() => "integer",
        kind if kind.is_numeric() => "number",
        DataType::Boolean => "boolean",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Timestamp(..) => "datetime",
        _ => "string",
    }
}

/// What a contract asks of a field, but for what the lake changes on its way.
fn constraints(own: &Constraints) -> Map<String, Value> {
    let mut kept = serde_json::to_value(own).unwrap_or_default();
    let kept = kept.as_object_mut().map(std::mem::take).unwrap_or_default();
    kept.into_iter().filter(|(_, value)| !value.is_null() && *value != json!(false)).collect()
}
