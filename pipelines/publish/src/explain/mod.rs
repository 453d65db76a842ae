//! One number back to its numerator, denominator, the parts it is summed from, and the cells they
//! came in.

mod period;
mod place;
mod source_rows;

use crate::error::PublishError;
use crate::indicators;
use crate::table::{Record, Table};
use crate::words::Words;
use arrow::array::{AsArray, BooleanArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Int64Type;
use datafusion::common::ScalarValue;
use koridor_contract::Project;
use koridor_contract::card::{self, Indicator};
use koridor_contract::codes::{CodeMatch, CodeSystem};
use koridor_contract::message::Language;
use koridor_lake::engine::{day_parameter, text_parameter};
use koridor_lake::{Engine, LakeError};
pub use period::AskedPeriod;
pub use source_rows::{MOST_ROWS, SourceRow, SourceRows};
use std::collections::BTreeMap;

/// Which number is asked about.
pub struct Asked {
    /// Indicator.
    pub indicator: Indicator,
    /// Region, or `CORR`.
    pub region: String,
    /// Period.
    pub period: AskedPeriod,
}

impl Asked {
    /// A question in the caller's words.
    ///
    /// # Errors
    /// Where there is no such indicator, region or period.
    pub fn new(
        project: &Project,
        id: &str,
        region: &str,
        period: &str,
    ) -> Result<Self, PublishError> {
        Ok(Self {
            indicator: card::find(project, id)?,
            region: region_of(project, region)?,
            period: AskedPeriod::parse(period)?,
        })
    }

    fn id(&self) -> ScalarValue {
        text_parameter(&self.indicator.card.id)
    }

    fn region(&self) -> ScalarValue {
        text_parameter(&self.region)
    }
}

/// The code of a region given by code or name; `CORR` is the corridor.
///
/// # Errors
/// Where it is none of the corridor.
pub fn region_of(project: &Project, text: &str) -> Result<String, LakeError> {
    region_in(Words { project, language: Language::En }, text)
}

/// As [`region_of`]; what is wrong is said in the words of a language.
///
/// # Errors
/// Where it is none of the corridor.
pub fn region_in(words: Words<'_>, text: &str) -> Result<String, LakeError> {
    let Words { project, language } = words;
    if text.eq_ignore_ascii_case("CORR") {
        return Ok("CORR".to_owned());
    }
    if let Some(code) = project.region_code(text) {
        return Ok(code);
    }
    let list = project.codes.get("region");
    let said = match list.map(|list| list.find(text, CodeSystem::Bps)) {
        // One that is known, and no spelling of another.
        Some(CodeMatch::Outside(code)) => {
            let name = words.region(code);
            match language {
                Language::Id => format!("{name} ({code}) di luar koridor ini"),
                Language::En => format!("{name} ({code}) is outside this corridor"),
            }
        }
        _ => {
            let near = list.and_then(|list| list.nearest(text)).map(|name| match language {
                Language::Id => format!("; maksudnya {name}?"),
                Language::En => format!("; did you mean {name}?"),
            });
            let none = match language {
                Language::Id => format!("tidak ada wilayah `{text}` di koridor ini"),
                Language::En => format!("no region `{text}` in this corridor"),
            };
            none + &near.unwrap_or_default()
        }
    };
    let regions = language.pick("wilayah", "regions");
    let hint = format!("{regions}: {}, CORR", project.corridor.regions.join(", "));
    Err(LakeError::usage(said, hint))
}

/// A number with all that it rests on.
pub struct Explanation {
    /// The values, one a breakdown.
    pub values: Table,
    /// What each regency brings.
    pub parts: Table,
    /// The files the rows came in.
    pub files: Table,
    /// The rows, cell by cell.
    pub rows: SourceRows,
    /// Rows that were refused and are not mended.
    pub refused: Table,
    /// Corrections that met the rows.
    pub corrections: Table,
    /// The rows behind it tell what is not published: they are left out, with the parts.
    pub is_withheld: bool,
}

/// The published values that a question means.
///
/// # Errors
/// Where there is none.
pub async fn values(engine: &Engine, asked: &Asked) -> Result<Table, PublishError> {
    let parameters = [
        ("indicator", asked.id()),
        ("region", asked.region()),
        ("grain", text_parameter(asked.period.grain.as_str())),
        ("period", day_parameter(asked.period.first_day)),
    ];
    let values = Table::named(engine, "explain_values", parameters).await?;
    if values.is_empty() {
        let (id, region) = (&asked.indicator.card.id, &asked.region);
        return Err(LakeError::usage(
            format!("{id} has no value for {region} in {}", asked.period.text),
            format!("`koridor indicators show {id}` lists what there is"),
        )
        .into());
    }
    Ok(values)
}

/// Explains a number, with the SQL and priorities of the release that `engine` shows.
///
/// # Errors
/// Where there is no such value.
pub async fn explain(engine: &Engine, asked: &Asked) -> Result<Explanation, PublishError> {
    let project = &engine.snapshot().project;
    let values = values(engine, asked).await?;
    let own = std::slice::from_ref(&asked.indicator);
    indicators::compute(engine, project, own, &mut |_| {}).await?;
    let parameters = [
        ("region", asked.region()),
        ("grain", text_parameter(asked.period.grain.as_str())),
        ("period", day_parameter(asked.period.first_day)),
    ];
    let is_withheld = is_withheld(engine, asked).await?;
    let parts = Table::named(engine, "explain_parts", parameters.clone()).await?;
    let inputs = inputs(engine, asked).await?;
    let sources = sources(engine, asked, parameters).await?;
    let windows = asked.period.windows(inputs.lag_months);
    let mut parameters = Vec::from(windows.parameters());
    // Points and routes are of no region: who is shown one region's rows is not shown theirs.
    let only_region = engine.snapshot().region_of_rows().is_some();
    parameters.extend([
        ("indicator", asked.id()),
        ("region", asked.region()),
        ("only_region", ScalarValue::from(only_region)),
    ]);
    let parameters: [(&str, ScalarValue); 7] =
        parameters.try_into().map_err(|_| PublishError::Internal("seven parameters".into()))?;
    let files = Table::named(engine, "explain_files", parameters.clone()).await?;
    let files = of_shown_datasets(engine, files)?;
    let rows = SourceRows::read(engine, asked, &windows, &sources, inputs.all_sources).await?;
    let refused = Table::named(engine, "explain_refused", parameters).await?;
    let corrections = Table::named(engine, "explain_corrections", []).await?;
    if is_withheld {
        let [parts, refused, corrections] =
            [parts, refused, corrections].map(|table| Table { rows: Vec::new(), ..table });
        let rows = SourceRows::default();
        return Ok(Explanation { values, parts, files, rows, refused, corrections, is_withheld });
    }
    Ok(Explanation { values, parts, files, rows, refused, corrections, is_withheld })
}

/// Files of datasets whose rows the reader may know of: how many cases came in a month is not told
/// to others either.
fn of_shown_datasets(engine: &Engine, files: Table) -> Result<Table, PublishError> {
    let snapshot = engine.snapshot();
    if snapshot.shows_withheld() {
        return Ok(files);
    }
    let is_shown = |row: Record<'_>| {
        let contract = snapshot.project.datasets.get(&row.text_or_empty("dataset"));
        contract.is_some_and(|own| snapshot.shows_cells(own))
    };
    let kept = files.rows.iter().map(|rows| {
        let kept = (0..rows.num_rows()).map(|row| is_shown(Record::of(rows, row)));
        filter_record_batch(rows, &kept.collect::<BooleanArray>())
    });
    Ok(Table { rows: kept.collect::<Result<_, _>>()?, schema: files.schema })
}

/// Whether the rows behind a number tell what is not published: they are in the restricted zone, or
/// a value of the same year that is made of their dataset is withheld.
async fn is_withheld(engine: &Engine, asked: &Asked) -> Result<bool, PublishError> {
    if engine.snapshot().shows_withheld() {
        return Ok(false);
    }
    let project = &engine.snapshot().project;
    let datasets = &asked.indicator.card.datasets;
    let is_restricted = |name: &String| {
        let contract = project.datasets.get(name);
        contract.is_some_and(|own| !engine.snapshot().shows_cells(own))
    };
    if datasets.iter().any(is_restricted) {
        return Ok(true);
    }
    if project.query("explain_withheld").is_err() {
        return Ok(false);
    }
    let period = [("period", day_parameter(asked.period.first_day))];
    let withheld = Table::named(engine, "explain_withheld", period).await?;
    let ids: Vec<String> =
        withheld.records().map(|row| row.text_or_empty("indicator_id")).collect();
    let all = card::load(project)?;
    let others = all.iter().filter(|own| ids.contains(&own.card.id));
    Ok(others.flat_map(|own| &own.card.datasets).any(|dataset| datasets.contains(dataset)))
}

/// The sources that make the value, by dataset; they stay readable as `work.explained_sources`.
/// None of a release whose queries chose sources themselves.
async fn sources(
    engine: &Engine,
    asked: &Asked,
    [region, grain, period]: [(&'static str, ScalarValue); 3],
) -> Result<BTreeMap<String, Vec<String>>, PublishError> {
    let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if engine.snapshot().project.query("explain_sources").is_err() {
        return Ok(sources);
    }
    let parameters = [("indicator", asked.id()), region, grain, period];
    let table = Table::named(engine, "explain_sources", parameters).await?;
    for row in table.records() {
        let dataset = row.text_or_empty("dataset");
        sources.entry(dataset).or_default().push(row.text_or_empty("source_id"));
    }
    engine.put("explained_sources", table.schema, table.rows)?;
    Ok(sources)
}

/// Which rows an indicator rests on besides those of its own period and of the headline source
/// (`ref.indicator_input`).
struct Inputs {
    /// Months that it looks back.
    lag_months: i64,
    /// It compares all sources.
    all_sources: bool,
}

async fn inputs(engine: &Engine, asked: &Asked) -> Result<Inputs, PublishError> {
    let rows = engine.run_named("explain_inputs", [("indicator", asked.id())]).await?;
    let first = rows.iter().find(|rows| rows.num_rows() > 0);
    Ok(Inputs {
        lag_months: first.map_or(0, |rows| rows.column(0).as_primitive::<Int64Type>().value(0)),
        all_sources: first.is_some_and(|rows| rows.column(1).as_boolean().value(0)),
    })
}
