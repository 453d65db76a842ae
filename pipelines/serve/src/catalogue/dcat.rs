//! DCAT-AP 3 as JSON-LD. Properties for which the project says nothing are left out.

use super::data::DataFile;
use super::datapackage::media_type;
use super::published::{Published, description};
use crate::format::Format;
use koridor_contract::contract::PeriodType;
use koridor_publish::catalogue::Dataset;
use serde_json::{Value, json};

/// Vocabularies of the EU that DCAT-AP takes its codes from.
const AUTHORITY: &str = "http://publications.europa.eu/resource/authority";

/// The catalogue of all datasets.
pub(super) fn document(published: Published<'_>) -> Value {
    let catalogue = published.catalogue;
    let [id, en] = &catalogue.title;
    let datasets = catalogue.datasets.iter().map(|own| dataset(published, own));
    let mut own = json!({
        "@context": context(),
        "@id": published.address("dcat.jsonld"),
        "@type": "dcat:Catalog",
        "dct:title": both([id, en]),
        "dct:description": both([
            &format!("{id}: data terbitan, rilis {}", catalogue.release),
            &format!("{en}: published data, release {}", catalogue.release),
        ]),
        "dct:identifier": catalogue.name,
        "dct:issued": moment(&catalogue.modified),
        "dct:modified": moment(&catalogue.modified),
        "dct:language": languages(),
        "dcat:dataset": datasets.collect::<Vec<_>>(),
    });
    if let Some(publisher) = publisher(published) {
        own["dct:publisher"] = publisher;
    }
    if let Some(licence) = licence(published) {
        own["dct:license"] = licence;
    }
    if let Some(rights) = rights(published) {
        own["dct:rights"] = rights;
    }
    own
}

fn context() -> Value {
    json!({
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "spdx": "http://spdx.org/rdf/terms#",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    })
}

fn dataset(published: Published<'_>, own: &Dataset) -> Value {
    let catalogue = published.catalogue;
    let [id, en] = description(own);
    let files = published.files_of(own).map(|file| distribution(published, own, file));
    let frequency = match own.periodicity {
        Some(PeriodType::M) => "MONTHLY",
        Some(PeriodType::Q) => "QUARTERLY",
        Some(PeriodType::Y) => "ANNUAL",
        None => "IRREG",
    };
    let keywords = own.keywords.iter().map(|[id, en]| both([id, en]));
    let keywords: Vec<Value> =
        keywords.flat_map(|own| own.as_array().cloned().unwrap_or_default()).collect();
    let mut node = json!({
        "@id": published.address(&format!("dcat.jsonld#{}", own.name)),
        "@type": "dcat:Dataset",
        "dct:title": both([&own.title[0], &own.title[1]]),
        "dct:description": both([&id, &en]),
        "dct:identifier": format!("{}/{}", catalogue.name, own.name),
        "dcat:version": catalogue.release,
        "dct:modified": moment(&catalogue.modified),
        "dct:accrualPeriodicity": concept("frequency", frequency),
        "dct:accessRights": concept("access-right", "PUBLIC"),
        "dct:language": languages(),
        "dcat:keyword": keywords,
        "dcat:distribution": files.collect::<Vec<_>>(),
    });
    if let Some(theme) = own.theme.as_ref().filter(|theme| !theme.data_theme.is_empty()) {
        node["dcat:theme"] = concept("data-theme", &theme.data_theme);
    }
    if let Some((from, until)) = own.coverage.from.zip(own.coverage.until) {
        node["dct:temporal"] = json!({
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": typed("xsd:date", &from.to_string()),
            "dcat:endDate": typed("xsd:date", &until.to_string()),
        });
    }
    let places: Vec<Value> =
        own.coverage.regions.iter().map(|code| place(published, code)).collect();
    if !places.is_empty() {
        node["dct:spatial"] = Value::Array(places);
    }
    if let Some(publisher) = publisher(published) {
        node["dct:publisher"] = publisher;
    }
    if let Some(contact) = contact(published) {
        node["dcat:contactPoint"] = contact;
    }
    node
}

fn distribution(published: Published<'_>, dataset: &Dataset, file: &DataFile) -> Value {
    let address = published.address(&file.path);
    let kind = match file.format {
        Format::Csv | Format::ExcelCsv | Format::SdmxCsv => "CSV",
        Format::Json => "JSON",
        Format::Ndjson => "NDJSON",
        Format::Parquet => "PARQUET",
        Format::ArrowStream => "OCTET",
        Format::Xlsx => "XLSX",
    };
    let media = media_type(file.format);
    let media = format!("https://www.iana.org/assignments/media-types/{media}");
    let titles = dataset.title.each_ref().map(|title| format!("{title} ({kind})"));
    let mut node = json!({
        "@id": published.address(&format!("dcat.jsonld#{}-{}", dataset.name, file.format.ending())),
        "@type": "dcat:Distribution",
        "dct:title": both([&titles[0], &titles[1]]),
        "dcat:accessURL": { "@id": address },
        "dcat:downloadURL": { "@id": address },
        "dct:format": concept("file-type", kind),
        "dcat:mediaType": { "@id": media, "@type": "dct:MediaType" },
        "dcat:byteSize": typed("xsd:nonNegativeInteger", &file.bytes.to_string()),
        "dct:modified": moment(&published.catalogue.modified),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {
                "@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm",
            },
            "spdx:checksumValue": typed("xsd:hexBinary", &file.sha256),
        },
    });
    if let Some(licence) = licence(published) {
        node["dct:license"] = licence;
    }
    if let Some(rights) = rights(published) {
        node["dct:rights"] = rights;
    }
    node
}

/// A region by its BPS code, which is the one that other portals know it by.
fn place(published: Published<'_>, code: &str) -> Value {
    let lists = published.catalogue.lists.iter();
    let mut names = lists.filter(|list| list.name == "region").flat_map(|list| &list.codes);
    let name = names.find(|(own, _)| own == code).map(|(_, name)| name);
    let mut node = json!({ "@type": "dct:Location", "dct:identifier": code });
    if let Some([id, en]) = name {
        node["skos:prefLabel"] = both([id, en]);
    }
    node
}

fn publisher(published: Published<'_>) -> Option<Value> {
    let own = published.catalogue.publication.publisher.as_ref()?;
    let name_en = own.name_en.as_ref().unwrap_or(&own.name);
    let mut node = json!({ "@type": "foaf:Agent", "foaf:name": both([&own.name, name_en]) });
    if let Some(url) = &own.url {
        node["foaf:homepage"] = json!({ "@id": url, "@type": "foaf:Document" });
    }
    Some(node)
}

fn contact(published: Published<'_>) -> Option<Value> {
    let own = published.catalogue.publication.contact.as_ref()?;
    let mut node = json!({ "@type": "vcard:Organization", "vcard:fn": own.name });
    if let Some(email) = &own.email {
        node["vcard:hasEmail"] = json!({ "@id": format!("mailto:{email}") });
    }
    if let Some(url) = &own.url {
        node["vcard:hasURL"] = json!({ "@id": url });
    }
    Some(node)
}

fn licence(published: Published<'_>) -> Option<Value> {
    let own = published.catalogue.licence.as_ref()?;
    Some(json!({ "@id": own.path, "@type": "dct:LicenseDocument", "dct:title": own.title }))
}

fn rights(published: Published<'_>) -> Option<Value> {
    let own = published.catalogue.publication.rights.as_ref()?;
    Some(json!({ "@type": "dct:RightsStatement", "rdfs:label": both([&own.id, &own.en]) }))
}

/// A text in both languages; one in which nothing is said is left out.
fn both([id, en]: [&String; 2]) -> Value {
    let said = [("id", id), ("en", en)].into_iter().filter(|(_, text)| !text.is_empty());
    Value::Array(said.map(|(tag, text)| json!({ "@language": tag, "@value": text })).collect())
}

/// A concept of a vocabulary of the EU.
fn concept(vocabulary: &str, code: &str) -> Value {
    // What it is stands beside it, so that the document can be judged without the vocabulary.
    let kind = match vocabulary {
        "language" => "dct:LinguisticSystem",
        "frequency" => "dct:Frequency",
        "file-type" => "dct:MediaTypeOrExtent",
        "access-right" => "dct:RightsStatement",
        _ => "skos:Concept",
    };
    let mut node = json!({
        "@id": format!("{AUTHORITY}/{vocabulary}/{code}"),
        "@type": kind,
        "skos:inScheme": { "@id": format!("{AUTHORITY}/{vocabulary}") },
    });
    if kind == "skos:Concept" {
        node["skos:prefLabel"] = json!({ "@language": "en", "@value": code });
    }
    node
}

/// The languages of what is published.
fn languages() -> [Value; 2] {
    ["IND", "ENG"].map(|code| concept("language", code))
}

fn moment(text: &str) -> Value {
    typed("xsd:dateTime", text)
}

fn typed(kind: &str, text: &str) -> Value {
    json!({ "@type": kind, "@value": text })
}
