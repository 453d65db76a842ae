//! Data Package v2: what each file holds, column by column, with hashes and keys.

use super::data::DataFile;
use super::published::{Published, description};
use crate::format::Format;
use koridor_contract::FieldType;
use koridor_contract::contract::Constraints;
use koridor_publish::catalogue::{Column, Dataset, PublishedList};
use serde_json::{Map, Value, json};

const PROFILE: &str = "https://datapackage.org/profiles/2.0/datapackage.json";
const RESOURCE: &str = "https://datapackage.org/profiles/2.0/dataresource.json";
const SCHEMA: &str = "https://datapackage.org/profiles/2.0/tableschema.json";

/// The package of all data files.
pub(super) fn document(published: Published<'_>) -> Value {
    let catalogue = published.catalogue;
    let own = catalogue
        .datasets
        .iter()
        .flat_map(|own| published.files_of(own).map(move |file| resource(published, own, file)));
    let lists = catalogue.lists.iter().flat_map(|list| {
        let files = published.files.iter().filter(|file| file.dataset == list_name(list));
        files.map(move |file| list_resource(list, file))
    });
    let resources: Vec<Value> = own.chain(lists).collect();
    let mut package = json!({
        "$schema": PROFILE,
        "name": catalogue.name,
        "id": published.address("datapackage.json"),
        "title": catalogue.title[1],
        "description": catalogue.title[0],
        "version": catalogue.release,
        "created": catalogue.modified,
        "resources": resources,
    });
    let publication = &catalogue.publication;
    if let Some(licence) = &catalogue.licence {
        package["licenses"] =
            json!([{ "name": licence.name, "path": licence.path, "title": licence.title }]);
    }
    let publisher = publication
        .publisher
        .as_ref()
        .map(|own| json!({ "title": own.name, "path": own.url, "roles": ["publisher"] }));
    let contact = publication.contact.as_ref().map(|own| {
        json!({ "title": own.name, "path": own.url, "email": own.email, "roles": ["contact"] })
    });
    let people: Vec<Value> = publisher.into_iter().chain(contact).map(without_nulls).collect();
    if !people.is_empty() {
        package["contributors"] = Value::Array(people);
    }
    package
}

/// An object without what it has no value for: a package says nothing instead of null.
fn without_nulls(own: Value) -> Value {
    match own {
        Value::Object(own) => {
            Value::Object(own.into_iter().filter(|(_, value)| !value.is_null()).collect())
        }
        other => other,
    }
}

fn resource(published: Published<'_>, dataset: &Dataset, file: &DataFile) -> Value {
    // Names of resources are one name a file.
    let name = match file.format {
        Format::Csv => dataset.name.clone(),
        other => format!("{}-{}", dataset.name, other.ending()),
    };
    let mut own = described(&name, file);
    let [id, en] = description(dataset);
    own.insert("title".to_owned(), json!(dataset.title[1]));
    own.insert("description".to_owned(), json!(format!("{en} / {id}")));
    // The schema of a Parquet file is in it; the one here tells the same, and is for the text.
    if file.format == Format::Csv {
        own.insert("schema".to_owned(), schema(published, dataset));
    }
    Value::Object(own)
}

/// What every resource says of its file.
fn described(name: &str, file: &DataFile) -> Map<String, Value> {
    let mut own = Map::new();
    let mut say = |key: &str, value: Value| own.insert(key.to_owned(), value);
    say("$schema", json!(RESOURCE));
    say("name", json!(name));
    // Never an address: a package is read where it lies, and with its own files.
    say("path", json!(file.path));
    // Written large: what the standard has no table for is a file, whose hash is checked.
    let is_table = file.format == Format::Csv;
    let ending = if is_table { "csv".to_owned() } else { format!("{:?}", file.format) };
    say("format", json!(ending));
    say("mediatype", json!(media_type(file.format)));
    if is_table {
        say("type", json!("table"));
        say("encoding", json!("utf-8"));
        say("dialect", json!({ "delimiter": ",", "doubleQuote": true, "header": true }));
    }
    say("bytes", json!(file.bytes));
    say("hash", json!(format!("sha256:{}", file.sha256)));
    own
}

/// The media type of a format, as IANA knows it.
pub(super) fn media_type(format: Format) -> &'static str {
    match format {
        Format::Csv | Format::ExcelCsv | Format::SdmxCsv => "text/csv",
        Format::Json => "application/json",
        Format::Ndjson => "application/x-ndjson",
        Format::Parquet => "application/vnd.apache.parquet",
        Format::ArrowStream => "application/vnd.apache.arrow.stream",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
}

fn schema(published: Published<'_>, dataset: &Dataset) -> Value {
    let fields: Vec<Value> = dataset.columns.iter().map(field).collect();
    let is_published =
        |list: &&String| published.catalogue.lists.iter().any(|own| own.name == **list);
    let keys = dataset.columns.iter().filter_map(|own| {
        let list = own.codes.as_ref().filter(is_published)?;
        let resource = format!("codes-{list}");
        Some(json!({
            "fields": [own.name],
            "reference": { "resource": resource.replace('_', "-"), "fields": ["code"] },
        }))
    });
    let keys: Vec<Value> = keys.collect();
    let mut schema = json!({
        "$schema": SCHEMA,
        "fields": fields,
        "missingValues": [""],
        "primaryKey": dataset.key,
    });
    if !keys.is_empty() {
        schema["foreignKeys"] = Value::Array(keys);
    }
    schema
}

fn field(own: &Column) -> Value {
    let mut field = json!({ "name": own.name, "type": kind(own.kind) });
    let [title, title_en] = &own.title;
    if !title_en.is_empty() || !title.is_empty() {
        field["title"] = json!(if title_en.is_empty() { title } else { title_en });
        // Titles in more than one language have no place in the standard.
        field["koridor:title_id"] = json!(title);
    }
    if !own.description.is_empty() {
        field["description"] = json!(own.description);
    }
    if let Some(unit) = &own.unit {
        field["koridor:unit"] = json!(unit);
    }
    let constraints = constraints(own);
    if !constraints.is_empty() {
        field["constraints"] = Value::Object(constraints);
    }
    field
}

fn kind(own: FieldType) -> &'static str {
    match own {
        FieldType::String => "string",
        FieldType::Integer => "integer",
        FieldType::Number => "number",
        FieldType::Boolean => "boolean",
        FieldType::Date => "date",
        FieldType::Datetime => "datetime",
        FieldType::Year => "year",
    }
}

fn constraints(own: &Column) -> Map<String, Value> {
    let Constraints { required, minimum, maximum, min_length, max_length, pattern, allowed } =
        &own.constraints;
    let said = [
        ("required", required.then(|| json!(true))),
        ("minimum", minimum.clone()),
        ("maximum", maximum.clone()),
        ("minLength", min_length.map(|own| json!(own))),
        ("maxLength", max_length.map(|own| json!(own))),
        ("pattern", pattern.as_ref().map(|own| json!(own.as_str()))),
        ("enum", allowed.as_ref().map(|own| json!(own))),
    ];
    let there = said.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    there.collect()
}

/// The name of a code list among datasets: its resource and its file.
pub(super) fn list_name(list: &PublishedList) -> String {
    format!("codes-{}", list.name.replace('_', "-"))
}

fn list_resource(list: &PublishedList, file: &DataFile) -> Value {
    let mut own = described(&list_name(list), file);
    own.insert("title".to_owned(), json!(format!("Codes: {}", list.name)));
    let fields = [("code", "Code"), ("name", "Name in Bahasa Indonesia"), ("name_en", "Name")];
    let fields =
        fields.map(|(name, title)| json!({ "name": name, "type": "string", "title": title }));
    let schema = json!({
        "$schema": SCHEMA,
        "fields": fields,
        "missingValues": [""],
        "primaryKey": ["code"],
    });
    own.insert("schema".to_owned(), schema);
    Value::Object(own)
}
