//! Figures that look like another unit (`magnitude` of a contract's field): a submission's against
//! the same source's past, the other sources of the region, and per resident the other regions.
//! What it comes to for the numbers is said in `ops.magnitudes`; the rules are the same.

use super::figures::SliceSums;
use crate::engine::{Engine, Snapshot, plain_texts, text_parameter};
use crate::error::LakeError;
use crate::ledger;
use arrow::array::{Array, AsArray, Float64Array, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use chrono::Datelike;
use datafusion::common::ScalarValue;
use datafusion::prelude::{col, lit};
use hashbrown::{HashMap, HashSet};
use koridor_contract::Contract;
use koridor_contract::date::{civil, from_days};
use koridor_contract::field::{FieldType, Magnitude};
use koridor_read::check::{CheckedRows, SliceCount, SliceKey};
use std::collections::BTreeMap;

/// How far from the factor a ratio may be.
const TOLERANCE: f64 = 3.0;

/// A field that has a unit which is taken for its own by mistake.
#[derive(Debug, Clone)]
struct Measured {
    name: String,
    unit: String,
    magnitude: Magnitude,
}

/// The fields of a contract that have such a unit.
fn measured(contract: &Contract) -> Vec<Measured> {
    let fields = contract.fields.iter().filter_map(|field| {
        let (magnitude, unit) = (field.koridor.magnitude.clone()?, field.koridor.unit.clone());
        Some(Measured { name: field.name.clone(), unit: unit.unwrap_or_default(), magnitude })
    });
    fields.collect()
}

/// Sums of the fields of a file that have such a unit.
pub(super) struct FiledFigures(SliceSums);

impl FiledFigures {
    /// For a contract that has such fields.
    pub(super) fn new(contract: &Contract) -> Option<Self> {
        let fields: Vec<String> = measured(contract).into_iter().map(|field| field.name).collect();
        (!fields.is_empty()).then(|| Self(SliceSums::of(fields)))
    }

    /// Adds accepted rows.
    pub(super) fn add(&mut self, checked: &CheckedRows) -> Result<(), LakeError> {
        self.0.add(checked)
    }

    /// The sums with what they are of, in the order of their periods.
    pub(super) fn figures(&self, slices: &BTreeMap<SliceKey, SliceCount>) -> Vec<Figure> {
        let mut figures: Vec<Figure> = Vec::new();
        for (key, count) in slices {
            for (field, millionths) in self.0.of_slice(count.number) {
                figures.push(Figure {
                    source_id: key.source_id.clone(),
                    region: key.region.clone(),
                    period: key.period,
                    period_type: key.period_type.clone(),
                    field: field.to_owned(),
                    value: millionths as f64 / 1e6,
                    release_date: key.release_date,
                });
            }
        }
        figures.sort_by_key(|figure| figure.period);
        figures
    }
}

/// What a source filed for a region and period.
#[derive(Debug, Clone)]
pub(super) struct Figure {
    source_id: String,
    pub(super) region: String,
    pub(super) period: i32,
    pub(super) period_type: String,
    pub(super) field: String,
    pub(super) value: f64,
    release_date: i32,
}

impl Figure {
    /// Whether it is one of the same field, for a period of the same length.
    fn is_like(&self, other: &Self) -> bool {
        self.field == other.field && self.period_type == other.period_type
    }

    /// What a table that comes again replaces.
    fn slice(&self) -> (String, String, i32, String) {
        let Self { source_id, region, period, period_type, .. } = self.clone();
        (source_id, region, period, period_type)
    }

    fn year(&self) -> i32 {
        from_days(self.period).map_or(0, |date| date.year())
    }
}

/// A figure that looks like another unit.
#[derive(Debug, Clone)]
pub(super) struct Doubt {
    pub(super) figure: Figure,
    pub(super) unit: String,
    pub(super) looks_like: String,
    /// What is usual.
    pub(super) typical: f64,
}

/// What a dataset's figures are compared with: those that stand, and what else is known of them.
pub(super) struct Known {
    figures: Vec<Figure>,
    reasons: Vec<Reason>,
    /// Residents by region and year.
    residents: HashMap<(String, i32), f64>,
}

impl Known {
    /// What stands in a state of the lake; of the months around some figures, where they are given.
    pub(super) async fn read(
        snapshot: Snapshot,
        contract: &Contract,
        around: Option<&[Figure]>,
    ) -> Result<Self, LakeError> {
        if !snapshot.has_table(ledger::SLICES) {
            let (figures, reasons) = (Vec::new(), Vec::new());
            return Ok(Self { figures, reasons, residents: HashMap::new() });
        }
        let engine = Engine::open(snapshot)?;
        Ok(Self {
            figures: known_figures(&engine, contract, around.and_then(days_around)).await?,
            reasons: reasons(&engine, contract).await?,
            residents: residents(&engine).await?,
        })
    }

    /// The figures of a submission that look like another unit.
    pub(super) fn doubts(&self, contract: &Contract, filed: Vec<Figure>) -> Vec<Doubt> {
        let mut comparison = Comparison { known: self, of_file: Vec::new() };
        let mut doubts = Vec::new();
        for figure in filed {
            let field = measured(contract).into_iter().find(|field| field.name == figure.field);
            let Some(field) = field.filter(|_| figure.value > 0.0) else { continue };
            let typical = comparison
                .own_past(&figure)
                .or_else(|| comparison.others(&figure))
                .or_else(|| comparison.other_regions(&figure));
            let found =
                typical.and_then(|typical| Some((typical, looks_like(&figure, typical, &field)?)));
            match found {
                Some((typical, looks_like))
                    if !self.reasons.iter().any(|own| own.lets_stand(&figure)) =>
                {
                    doubts.push(Doubt { figure, unit: field.unit, looks_like, typical });
                }
                // The file's own earlier periods are its past.
                _ => comparison.of_file.push(figure),
            }
        }
        doubts
    }

    /// Takes over the figures of a table that speaks from now on: they take the place of those of
    /// its periods that are not newer.
    pub(super) fn take(&mut self, filed: Vec<Figure>) {
        let newest: HashMap<_, i32> =
            filed.iter().map(|figure| (figure.slice(), figure.release_date)).collect();
        let is_replaced = |own: &Figure| {
            newest.get(&own.slice()).is_some_and(|release| *release >= own.release_date)
        };
        self.figures.retain(|own| !is_replaced(own));
        let standing: HashSet<_> =
            self.figures.iter().map(|figure| (figure.slice(), figure.field.clone())).collect();
        let is_newest = |own: &Figure| !standing.contains(&(own.slice(), own.field.clone()));
        self.figures.extend(filed.into_iter().filter(is_newest));
    }
}

/// What a figure looks like, where it is off by one of the factors.
fn looks_like(figure: &Figure, typical: f64, field: &Measured) -> Option<String> {
    field.magnitude.units().find_map(|(factor, unit)| {
        let times = f64::from(factor);
        let is_off = |ratio: f64| ratio >= times / TOLERANCE && ratio <= times * TOLERANCE;
        if is_off(figure.value / typical) {
            return Some(unit.to_owned());
        }
        is_off(typical / figure.value).then(|| format!("{factor} {}", field.unit))
    })
}

/// What a figure of a file is compared with.
struct Comparison<'known> {
    known: &'known Known,
    /// Figures of the file itself that are in no doubt.
    of_file: Vec<Figure>,
}

impl Comparison<'_> {
    fn own_past(&self, figure: &Figure) -> Option<f64> {
        self.median(|own| {
            own.is_like(figure)
                && own.source_id == figure.source_id
                && own.region == figure.region
                && own.period < figure.period
        })
    }

    fn others(&self, figure: &Figure) -> Option<f64> {
        self.median(|own| {
            own.is_like(figure)
                && own.source_id != figure.source_id
                && own.region == figure.region
                && own.year() == figure.year()
        })
    }

    fn other_regions(&self, figure: &Figure) -> Option<f64> {
        let residents = &self.known.residents;
        let of = |own: &Figure| residents.get(&(own.region.clone(), own.year())).copied();
        let own_residents = of(figure).filter(|own| *own > 0.0)?;
        let is_other = |own: &&Figure| own.is_like(figure) && own.region != figure.region;
        let others = self.figures().filter(is_other);
        let per_resident =
            others.filter_map(|own| Some(own.value / of(own).filter(|own| *own > 0.0)?));
        Some(median(per_resident.collect())? * own_residents)
    }

    fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.known.figures.iter().chain(&self.of_file)
    }

    fn median(&self, is_meant: impl Fn(&Figure) -> bool) -> Option<f64> {
        let meant = self.figures().filter(|own| own.value > 0.0 && is_meant(own));
        median(meant.map(|own| own.value).collect())
    }
}

/// Days of which figures are compared with those of a file: two years before its first period, and
/// to the end of its last one's year.
fn days_around(figures: &[Figure]) -> Option<(i32, i32)> {
    let first = figures.iter().map(|figure| figure.period).min().and_then(from_days)?;
    let last = figures.iter().map(Figure::year).max()?;
    Some((civil(first.year() - 2, first.month(), 1)?, civil(last + 1, 1, 1)?))
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = *values.get(half)?;
    let is_odd = values.len() % 2 == 1;
    Some(if is_odd { upper } else { (values.get(half - 1)? + upper) / 2.0 })
}

/// The current figures of a dataset, of some days where they are said.
async fn known_figures(
    engine: &Engine,
    contract: &Contract,
    days: Option<(i32, i32)>,
) -> Result<Vec<Figure>, LakeError> {
    let Some(slice) = &contract.koridor.slice else { return Ok(Vec::new()) };
    let Some(period) = slice.period.as_deref() else { return Ok(Vec::new()) };
    let kind = contract.field_index(period).and_then(|index| contract.fields.get(index));
    let day = match kind.map(|field| field.field_type) {
        Some(FieldType::Year | FieldType::Integer) => format!("make_date({period}, 1, 1)"),
        _ => format!("cast(date_trunc('month', {period}) as date)"),
    };
    let fields = measured(contract);
    let sum = |field: &Measured| format!("cast(sum({0}) as double) as {0}", field.name);
    let sums: Vec<String> = fields.iter().map(sum).collect();
    let sql = format!(
        "select source_id, {region} as region, {day} as day, period_type, {}, \
         max(release_date) as release_date from core.{} \
         group by source_id, {region}, {day}, period_type",
        sums.join(", "),
        contract.name,
        region = slice.region,
    );
    let mut figures = Vec::new();
    let mut rows = engine.query(&sql).await?;
    if let Some((from, before)) = days {
        let day = |day: i32| lit(ScalarValue::Date32(Some(day)));
        rows = rows.filter(col("day").gt_eq(day(from)).and(col("day").lt(day(before))))?;
    }
    for rows in rows.collect().await? {
        let rows = plain_texts(&rows)?;
        let [sources, regions, lengths] = [0, 1, 3].map(|index| texts(&rows, index));
        let (sources, regions, lengths) = (sources?, regions?, lengths?);
        let days = rows.column(2).as_primitive::<Date32Type>();
        let releases = rows.column(4 + fields.len()).as_primitive::<Date32Type>();
        for (index, field) in fields.iter().enumerate() {
            let values = rows.column(4 + index).as_primitive::<Float64Type>();
            for row in (0..rows.num_rows()).filter(|row| values.is_valid(*row)) {
                let text = |texts: &[String]| texts.get(row).cloned().unwrap_or_default();
                figures.push(Figure {
                    source_id: text(&sources),
                    region: text(&regions),
                    period: days.value(row),
                    period_type: text(&lengths),
                    field: field.name.clone(),
                    value: values.value(row),
                    release_date: releases.value(row),
                });
            }
        }
    }
    Ok(figures)
}

/// A column of texts, whatever its encoding.
fn texts(rows: &RecordBatch, index: usize) -> Result<Vec<String>, LakeError> {
    let column = arrow::compute::cast(rows.column(index), &DataType::Utf8)?;
    let texts = column.as_string::<i32>().iter();
    Ok(texts.map(|text| text.unwrap_or_default().to_owned()).collect())
}

/// Residents by region and year.
async fn residents(engine: &Engine) -> Result<HashMap<(String, i32), f64>, LakeError> {
    let mut residents = HashMap::new();
    for rows in engine.run_named("residents_by_year", []).await? {
        let regions = texts(&rows, 0)?;
        let years = rows.column(1).as_primitive::<Int64Type>();
        let counts: &Float64Array = rows.column(2).as_primitive::<Float64Type>();
        for (row, region) in regions.into_iter().enumerate() {
            let year = i32::try_from(years.value(row)).unwrap_or_default();
            residents.insert((region, year), counts.value(row));
        }
    }
    Ok(residents)
}

/// Why figures of a source and region may be as they are (`ref.revision_reason`).
struct Reason {
    source_id: String,
    region: String,
    from: i32,
    until: i32,
}

impl Reason {
    fn lets_stand(&self, figure: &Figure) -> bool {
        let is_for = |own: &str, other: &str| own == "*" || own == other;
        is_for(&self.source_id, &figure.source_id)
            && is_for(&self.region, &figure.region)
            && (self.from..=self.until).contains(&figure.period)
    }
}

async fn reasons(engine: &Engine, contract: &Contract) -> Result<Vec<Reason>, LakeError> {
    let mut reasons = Vec::new();
    let dataset = [("dataset", text_parameter(&contract.name))];
    for rows in engine.run_named("recorded_reasons", dataset).await? {
        let (sources, regions) = (texts(&rows, 0)?, texts(&rows, 1)?);
        let day = |column: usize| rows.column(column).as_primitive::<Date32Type>();
        for (row, (source_id, region)) in sources.into_iter().zip(regions).enumerate() {
            let (from, until) = (day(2).value(row), day(3).value(row));
            reasons.push(Reason { source_id, region, from, until });
        }
    }
    Ok(reasons)
}
