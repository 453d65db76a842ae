//! One published dataset: its columns, and what is said of it.

use super::column::Column;
use super::coverage::{self, Coverage};
use super::line::Line;
use super::rows::{INDICATORS, rows};
use super::texts::Both;
use crate::error::PublishError;
use crate::withheld_rows::{HEADING, MEANING, WITHHELD, tells_withheld};
use arrow::datatypes::DataType;
use koridor_contract::contract::{Constraints, PeriodType};
use koridor_contract::project::Comments;
use koridor_contract::{Contract, FieldType, Project};
use koridor_lake::Engine;

/// A published dataset.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Name, a word of small letters, digits and underscores.
    pub name: String,
    /// Title.
    pub title: Both,
    /// What a row is; empty in a language in which nobody has said it.
    pub description: Both,
    /// Dimension of the masterplan; none of the values of all indicators.
    pub theme: Option<Theme>,
    /// Words to find it by.
    pub keywords: Vec<Both>,
    /// Columns, in the order of its files.
    pub columns: Vec<Column>,
    /// Columns that together name a row.
    pub key: Vec<String>,
    /// Shortest period of its rows, which is how often new ones come; none of what comes as it
    /// happens, such as the values of indicators, of which a release is made when something has
    /// changed.
    pub periodicity: Option<PeriodType>,
    /// What its rows cover.
    pub coverage: Coverage,
    /// How far it meets the principles of Satu Data Indonesia.
    pub checklist: Vec<Line>,
}

/// A dimension of the masterplan.
#[derive(Debug, Clone)]
pub struct Theme {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Both,
    /// The code of the EU's vocabulary of data themes that comes nearest; empty for none.
    pub data_theme: String,
}

/// The values of all indicators.
pub(super) async fn of_indicators(engine: &Engine) -> Result<Dataset, PublishError> {
    let project = &engine.snapshot().project;
    let comments = Comments::of(project);
    let planned = rows(engine, INDICATORS).await?;
    let columns = planned.schema().fields().iter().map(|field| {
        let name = field.name();
        let own = comments.column("indicators", "values", name);
        let own = own.or_else(|| comments.column("ref", "indicator", name));
        Column {
            name: name.clone(),
            title: Both::default(),
            description: own.unwrap_or_default(),
            kind: kind(field.data_type()),
            unit: None,
            codes: None,
            constraints: Constraints::default(),
        }
    });
    let columns: Vec<Column> = columns.collect();
    let key = ["indicator_id", "region_code", "grain", "period", "breakdown"];
    let description = [
        "Nilai semua indikator yang terbit, masing-masing dengan keadaan, cakupan, tanda, sumber \
         dan rilis. Nilai kosong bukan nol.",
        "All published values of indicators, each with its state, coverage, flags, sources and \
         release. Null is not zero.",
    ];
    let dimensions = project.codes.get("dimension").into_iter().flat_map(|list| list.codes());
    let keywords = dimensions.map(|own| theme(project, &own.code).name);
    Ok(Dataset {
        name: INDICATORS.to_owned(),
        title: ["Nilai indikator", "Values of indicators"].map(str::to_owned),
        description: description.map(str::to_owned),
        theme: None,
        keywords: keywords.collect(),
        columns,
        key: key.map(str::to_owned).to_vec(),
        periodicity: None,
        coverage: coverage::of_indicators(engine).await?,
        checklist: Vec::new(),
    })
}

/// The published columns of a dataset's current rows.
pub(super) async fn of_contract(
    engine: &Engine,
    contract: &Contract,
) -> Result<Dataset, PublishError> {
    let project = &engine.snapshot().project;
    let columns = contract.published_fields().map(|field| Column {
        name: field.name.clone(),
        title: [field.title.clone(), field.koridor.title_en.clone()],
        description: field.description.clone(),
        kind: field.field_type,
        unit: field.koridor.unit.clone(),
        codes: field.koridor.codes.clone(),
        constraints: field.constraints.clone(),
    });
    let withheld = tells_withheld(project, contract).then(|| Column {
        name: WITHHELD.to_owned(),
        title: HEADING.map(str::to_owned),
        description: MEANING.to_owned(),
        kind: FieldType::String,
        unit: None,
        codes: None,
        constraints: Constraints::default(),
    });
    let columns: Vec<Column> = columns.chain(withheld).collect();
    let own = contract.primary_key.iter().map(String::as_str);
    let key = own.chain(["source_id", "release_date", "period_type"]);
    let key = key.filter(|name| columns.iter().any(|column| column.name == *name));
    let theme = theme(project, &contract.koridor.dimension);
    let title = [contract.title.clone(), contract.koridor.title_en.clone()];
    Ok(Dataset {
        name: contract.name.clone(),
        description: [String::new(), contract.description.clone()],
        keywords: vec![theme.name.clone(), title.clone()],
        title,
        theme: Some(theme),
        key: key.map(str::to_owned).collect(),
        periodicity: periodicity(contract),
        coverage: coverage::of_contract(engine, contract, &columns).await?,
        columns,
        checklist: Vec::new(),
    })
}

/// How often rows come: as their shortest period does; what is dated by its day is none.
fn periodicity(contract: &Contract) -> Option<PeriodType> {
    let name = contract.koridor.slice.as_ref()?.period.as_deref()?;
    let field = contract.fields.iter().find(|field| field.name == name)?;
    match field.field_type {
        FieldType::Year => Some(PeriodType::Y),
        _ if field.koridor.month => contract.koridor.period_types.iter().min().copied(),
        _ => None,
    }
}

/// A dimension as its list names it.
fn theme(project: &Project, code: &str) -> Theme {
    let list = project.codes.get("dimension");
    let say = |column: &str| list.and_then(|own| own.attribute(code, column)).unwrap_or_default();
    let name = [say("name"), say("name_en")];
    let name = name.map(|own| if own.is_empty() { code } else { own }.to_owned());
    Theme { code: code.to_owned(), name, data_theme: say("data_theme").to_owned() }
}

/// The type of a column that no contract describes.
fn kind(stored: &DataType) -> FieldType {
    match stored {
        DataType::Boolean => FieldType::Boolean,
        DataType::Date32 | DataType::Date64 => FieldType::Date,
        DataType::Timestamp(..) => FieldType::Datetime,
        own if own.is_integer() => FieldType::Integer,
        own if own.is_numeric() => FieldType::Number,
        _ => FieldType::String,
    }
}
