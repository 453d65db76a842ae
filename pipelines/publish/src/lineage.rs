//! What a run did, as OpenLineage has it (spec 2-0-2): the run, what was loaded of which files, and
//! which tables the indicators were made of.

use crate::error::PublishError;
use arrow::array::{Array, AsArray, RecordBatch};
use koridor_contract::{Contract, Project, TextPattern, card};
use koridor_lake::ledger::FileStatus;
use koridor_lake::ledger::report::{FileReport, Report};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const PRODUCER: &str = concat!("https://koridor.invalid/", env!("CARGO_PKG_VERSION"));
const SPEC: &str = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
const FACETS: &str = "https://openlineage.io/spec/facets";
/// The namespace of UUIDs that are made of addresses (RFC 9562).
const OF_ADDRESSES: &[u8] = &[
    0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
];

/// The events of a run that has ended; `place` is the address of the lake, which tables and runs
/// are named by.
///
/// # Errors
/// Where the project's cards cannot be read.
pub fn events(project: &Project, report: &Report, place: &str) -> Result<Vec<Value>, PublishError> {
    let told = Told { project, report, place };
    let end = if report.exit_code == 0 || report.exit_code == 3 { "COMPLETE" } else { "FAIL" };
    let job = format!("koridor.{}", report.command);
    let mut events = vec![
        told.event(("START", &report.started_at), &job, (Vec::new(), Vec::new())),
        told.event((end, &report.finished_at), &job, (Vec::new(), Vec::new())),
    ];
    let loaded = told.loaded();
    if !loaded.1.is_empty() {
        events.push(told.event(("START", &report.started_at), "koridor.load", Default::default()));
        events.push(told.event(("COMPLETE", &report.finished_at), "koridor.load", loaded));
    }
    if report.is_new_release {
        let released = told.released()?;
        let job = "koridor.release";
        events.push(told.event(("START", &report.started_at), job, Default::default()));
        events.push(told.event(("COMPLETE", &report.finished_at), job, released));
    }
    Ok(events)
}

/// Tables that are read, and those that are written.
type Tables = (Vec<Value>, Vec<Value>);

struct Told<'run> {
    project: &'run Project,
    report: &'run Report,
    place: &'run str,
}

impl Told<'_> {
    /// The id of the run of a job: the same each time it is told.
    fn run_id(&self, job: &str) -> String {
        let mut hash = sha1_smol::Sha1::new();
        hash.update(OF_ADDRESSES);
        hash.update(format!("{}#{}/{job}", self.place, self.report.run_id).as_bytes());
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(hash.digest().bytes()).for_each(|(to, from)| *to = from);
        uuid::Builder::from_sha1_bytes(bytes).into_uuid().to_string()
    }

    fn event(&self, (kind, moment): (&str, &str), job: &str, (inputs, outputs): Tables) -> Value {
        let whole = format!("koridor.{}", self.report.command);
        let mut facets = Map::new();
        if job != whole {
            facets.insert(
                "parent".into(),
                facet(
                    ("1-2-0", "ParentRunFacet"),
                    json!({
                        "run": {"runId": self.run_id(&whole)},
                        "job": {"namespace": self.place, "name": whole},
                    }),
                ),
            );
        }
        if let Some(error) = self.report.error.as_ref().filter(|_| kind == "FAIL") {
            let said = json!({"message": error, "programmingLanguage": "Rust"});
            facets.insert("errorMessage".into(), facet(("1-0-1", "ErrorMessageRunFacet"), said));
        }
        let engine = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "name": "koridor",
            "openlineageAdapterVersion": "2-0-2",
        });
        facets.insert(
            "processing_engine".into(),
            facet(("1-1-1", "ProcessingEngineRunFacet"), engine),
        );
        json!({
            "eventType": kind,
            "eventTime": moment,
            "run": {"runId": self.run_id(job), "facets": facets},
            "job": {"namespace": self.place, "name": job, "facets": {
                "jobType": facet(("2-0-4", "JobTypeJobFacet"), json!({
                    "processingType": "BATCH", "integration": "KORIDOR", "jobType": "JOB",
                })),
            }},
            "inputs": inputs,
            "outputs": outputs,
            "producer": PRODUCER,
            "schemaURL": SPEC,
        })
    }

    fn table(&self, name: &str, facets: Value) -> Value {
        json!({"namespace": self.place, "name": name, "facets": facets})
    }

    /// Files that were read, and the datasets that their rows are in.
    fn loaded(&self) -> Tables {
        let is_read =
            |own: &&FileReport| matches!(own.status, FileStatus::Loaded | FileStatus::Held);
        let files: Vec<&FileReport> = self.report.files.iter().filter(is_read).collect();
        let inputs = files.iter().map(|own| {
            let version = json!({"datasetVersion": own.sha256});
            let version = facet(("1-0-1", "DatasetVersionDatasetFacet"), version);
            // A path may name the place of what the restricted zone holds.
            let dataset = own.dataset.as_ref().and_then(|own| self.project.datasets.get(own));
            let is_restricted = dataset.is_some_and(|own| own.is_restricted());
            let name = if is_restricted { &own.sha256 } else { &own.path };
            json!({"namespace": "file", "name": name, "facets": {"version": version}})
        });
        let mut rows: BTreeMap<&str, u64> = BTreeMap::new();
        for own in &files {
            if let Some(dataset) = &own.dataset {
                *rows.entry(dataset).or_default() += own.rows_accepted;
            }
        }
        let outputs = rows.into_iter().filter_map(|(dataset, count)| {
            let contract = self.project.datasets.get(dataset)?;
            let counted =
                facet(("1-0-2", "OutputStatisticsOutputDatasetFacet"), json!({"rowCount": count}));
            let mut table = self.table(&silver(dataset), json!({"schema": schema_of(contract)}));
            if contract.is_restricted() {
                return Some(table);
            }
            table["outputFacets"] = json!({"outputStatistics": counted});
            Some(table)
        });
        (inputs.collect(), outputs.collect())
    }

    /// Datasets that indicators are made of, and the indicators with the columns each is made of.
    fn released(&self) -> Result<Tables, PublishError> {
        let named = self.named_fields();
        let mut read: BTreeSet<&str> = BTreeSet::new();
        let mut outputs = Vec::new();
        let all = card::load(self.project)?;
        for own in &all {
            let columns = own.card.datasets.iter().filter_map(|dataset| {
                let contract = self.project.datasets.get(dataset)?;
                let patterns = named.get(&(own.card.id.as_str(), dataset.as_str()));
                Some(self.columns(contract, patterns.map_or(&[], Vec::as_slice)))
            });
            let columns: Vec<Value> = columns.flatten().collect();
            read.extend(own.card.datasets.iter().map(String::as_str));
            let said = [("value", "number"), ("numerator", "number"), ("denominator", "number")];
            let fields = said.map(|(name, kind)| json!({"name": name, "type": kind}));
            let mut facets = json!({
                "schema": facet(("1-2-0", "SchemaDatasetFacet"), json!({"fields": fields})),
            });
            if !columns.is_empty() {
                let of_value = json!({"fields": {"value": {"inputFields": columns}}});
                facets["columnLineage"] = facet(("1-2-0", "ColumnLineageDatasetFacet"), of_value);
            }
            outputs.push(self.table(&format!("indicators.{}", own.card.id), facets));
        }
        let inputs = read.into_iter().filter_map(|dataset| {
            let contract = self.project.datasets.get(dataset)?;
            Some(self.table(&silver(dataset), json!({"schema": schema_of(contract)})))
        });
        Ok((inputs.collect(), outputs))
    }

    /// The fields of a dataset that are named, as inputs of a column.
    fn columns(&self, contract: &Contract, patterns: &[TextPattern]) -> Vec<Value> {
        let fields = contract
            .fields
            .iter()
            .filter(|field| patterns.iter().any(|pattern| pattern.is_whole(&field.name)));
        let column = |name: &str| {
            json!({
                "namespace": self.place,
                "name": silver(&contract.name),
                "field": name,
                "transformations": [{"type": "DIRECT", "subtype": "AGGREGATION"}],
            })
        };
        fields.map(|field| column(&field.name)).collect()
    }

    /// Patterns of the fields that go into an indicator, by it and the dataset
    /// (`ref.indicator_input`).
    fn named_fields(&self) -> BTreeMap<(&str, &str), Vec<TextPattern>> {
        let mut named: BTreeMap<(&str, &str), Vec<TextPattern>> = BTreeMap::new();
        let Some(table) = self.project.references.get("indicator_input") else { return named };
        let text = |rows: &RecordBatch, name: &str| rows.column_by_name(name).cloned();
        let columns = ["indicator_id", "dataset", "fields"].map(|name| text(&table.rows, name));
        let [Some(ids), Some(datasets), Some(fields)] = columns else { return named };
        let known: BTreeSet<&str> = self.project.datasets.keys().map(String::as_str).collect();
        let cards: BTreeMap<String, &str> = self
            .project
            .files_under("sql/indicators/", "/card.json")
            .filter_map(|(path, _)| path.rsplit('/').nth(1))
            .map(|id| (id.to_owned(), id))
            .collect();
        for row in 0..ids.len() {
            let cell = |column: &dyn Array| {
                column.as_string_opt::<i32>().map(|own| own.value(row).to_owned())
            };
            let (Some(id), Some(dataset), Some(field)) =
                (cell(&ids), cell(&datasets), cell(&fields))
            else {
                continue;
            };
            if let (Some(id), Some(dataset)) = (cards.get(&id), known.get(dataset.as_str())) {
                named.entry((id, dataset)).or_default().push(TextPattern::from(field));
            }
        }
        named
    }
}

fn silver(dataset: &str) -> String {
    format!("silver.{dataset}")
}

/// The columns of a dataset, with their meaning.
fn schema_of(contract: &Contract) -> Value {
    let fields = contract.fields.iter().map(|field| {
        json!({"name": field.name, "type": field.field_type, "description": field.description})
    });
    facet(("1-2-0", "SchemaDatasetFacet"), json!({"fields": fields.collect::<Vec<_>>()}))
}

/// A facet with what the spec asks of each.
fn facet((version, name): (&str, &str), mut said: Value) -> Value {
    said["_producer"] = PRODUCER.into();
    said["_schemaURL"] = format!("{FACETS}/{version}/{name}.json#/$defs/{name}").into();
    said
}
