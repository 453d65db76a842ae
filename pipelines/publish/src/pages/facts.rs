//! All that the pages of a release say, read once: no page asks the lake.

use super::address::CORRIDOR;
use crate::error::PublishError;
use crate::evaluation::{Asked, Evaluation, standing};
use crate::published_figures::only_published;
use crate::shared_views::share;
use crate::table::{Record, Table};
use crate::words::Words;
use koridor_contract::Project;
use koridor_contract::card::{self, Aggregation, Card};
use koridor_contract::message::Language;
use koridor_lake::engine::text_parameter;
use koridor_lake::{Engine, LakeError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A published value.
#[derive(Debug, Clone, Default)]
pub struct Value {
    /// `M`, `Q` or `Y`.
    pub grain: String,
    /// First day, ISO.
    pub first_day: String,
    /// The number; none where there is none.
    pub value: Option<f64>,
    /// State.
    pub state: String,
    /// Coverage as the release has it.
    pub coverage: String,
    /// Flags.
    pub flags: String,
    /// Who made it.
    pub sources: String,
    /// Whether rows behind it are synthetic.
    pub is_synthetic: bool,
    /// Whether it is of another series than the one before: of other sources, or behind a break.
    pub is_break: bool,
    /// Whether it is of other regencies than the one before.
    pub is_of_other_areas: bool,
    /// Whether it is of other sources than the one before, regency by regency.
    pub is_of_other_sources: bool,
    /// The recorded break that it is behind: its day and its reason in both languages.
    pub break_reason: String,
    /// Who made the one before, where that is not who made this one.
    pub sources_before: String,
    /// Whether its source calls rows behind it provisional.
    pub is_provisional: bool,
    /// Change against the same period a year before, and its unit.
    pub change: Option<(f64, String)>,
    /// What was published first, where that is another number.
    pub first_published: Option<f64>,
}

impl Value {
    /// Whether it stands beside the one before and not in a line with it.
    pub fn begins_anew(&self) -> bool {
        self.is_break || self.is_of_other_areas
    }

    /// The year.
    pub fn year(&self) -> i32 {
        self.first_day.get(..4).and_then(|year| year.parse().ok()).unwrap_or_default()
    }
}

/// A target of a document.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// Calendar year.
    pub year: i32,
    /// Document, by its code.
    pub doc: String,
    /// The target, or none where it is a range.
    pub value: Option<f64>,
    /// Bounds of a range.
    pub range: (Option<f64>, Option<f64>),
    /// Whether it is made up.
    pub is_synthetic: bool,
    /// The value that is judged and its source, where the document names one.
    pub judged: Option<(f64, String)>,
    /// How far it is met, in percent.
    pub met: Option<f64>,
    /// That in words, in Bahasa Indonesia and English.
    pub predicate: [String; 2],
    /// Why it is not judged.
    pub note: String,
}

/// What a source says of a figure that others say too.
#[derive(Debug, Clone, Default)]
pub struct Gap {
    /// Dataset, measure and breakdown: what is compared.
    pub figure: (String, String, String),
    /// `M`, `Q` or `Y`.
    pub grain: String,
    /// First day, ISO.
    pub first_day: String,
    /// Source: code and name.
    pub source: (String, String),
    /// Whether it is the one that is shown first.
    pub is_headline: bool,
    /// The figure.
    pub value: Option<f64>,
    /// Distance to the headline in percent.
    pub percent: Option<f64>,
    /// How large that is.
    pub band: String,
    /// Whether it is synthetic.
    pub is_synthetic: bool,
}

/// A delivery that was agreed.
#[derive(Debug, Clone, Default)]
pub struct Delivery {
    /// Source: code and name.
    pub source: (String, String),
    /// Dataset.
    pub dataset: String,
    /// Region, point or route.
    pub region: String,
    /// The regency that it lies in; empty where it is of all.
    pub regency: String,
    /// `M`, `Q` or `Y`.
    pub cadence: String,
    /// First day of its period, ISO.
    pub first_day: String,
    /// When it was due, ISO.
    pub due_on: String,
    /// When it came, ISO; empty where it did not.
    pub received_on: String,
    /// What became of it.
    pub state: String,
    /// Whether its source is synthetic.
    pub is_synthetic: bool,
}

/// A number that moved.
#[derive(Debug, Clone, Default)]
pub struct Moved {
    /// Indicator.
    pub indicator: String,
    /// Region.
    pub region: String,
    /// Breakdown.
    pub breakdown: String,
    /// `M`, `Q` or `Y`.
    pub grain: String,
    /// First day, ISO.
    pub first_day: String,
    /// Value and state before.
    pub before: (Option<f64>, String),
    /// Value and state now.
    pub after: (Option<f64>, String),
    /// How: `moved`, `state`, `gone`, `new`.
    pub change: String,
    /// Files that it rests on and that came in between.
    pub files: String,
}

/// A release.
#[derive(Debug, Clone, Default)]
pub struct ReleaseRow {
    /// Name.
    pub id: String,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// Values.
    pub values: u64,
    /// Checks that warned.
    pub warnings: u64,
}

/// A source with its method and coverage, in Bahasa Indonesia and English.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Method.
    pub method: [String; 2],
    /// Coverage.
    pub coverage: [String; 2],
    /// Whether it is synthetic.
    pub is_synthetic: bool,
}

/// Values of an indicator in a region by breakdown, in the order of grain and period.
pub type ByBreakdown = BTreeMap<String, Vec<Value>>;
/// By indicator and region.
pub type ByPlace<What> = BTreeMap<(String, String), What>;

/// All that is read.
pub struct Facts {
    /// Cards in the order of their folders.
    pub cards: Vec<Card>,
    /// Values.
    pub values: ByPlace<ByBreakdown>,
    /// Targets, oldest first.
    pub targets: ByPlace<Vec<Target>>,
    /// Where sources disagree.
    pub gaps: ByPlace<Vec<Gap>>,
    /// Deliveries.
    pub deliveries: Vec<Delivery>,
    /// The release before and what moved since.
    pub moved: Vec<Moved>,
    /// Releases, the newest first: the first is the one that the pages are of.
    pub releases: Vec<ReleaseRow>,
    /// Sources that the lake has files of.
    pub sources: Vec<Source>,
    /// The year that is evaluated, with its sheet in Bahasa Indonesia and English.
    pub evaluation: Option<(i32, [Evaluation; 2])>,
}

impl Facts {
    /// Reads them from a session on a release. What takes long to plan is read side by side.
    ///
    /// # Errors
    /// Where the lake cannot be read.
    pub async fn read(
        engine: &Arc<Engine>,
        project: &Arc<Project>,
        release: &str,
    ) -> Result<Self, PublishError> {
        for view in SHARED {
            share(engine, view).await?;
        }
        let judged = {
            let (engine, project) = (Arc::clone(engine), Arc::clone(project));
            tokio::spawn(async move { Judged::read(&engine, &project).await })
        };
        let releases = releases(engine, release).await?;
        let moved = match releases.len() {
            // The first release: nothing moved.
            0 | 1 => Vec::new(),
            _ => moved(engine, release).await?,
        };
        let (values, deliveries) = (values(engine).await?, deliveries(engine).await?);
        let sources = sources(engine).await?;
        let judged = match judged.await {
            Ok(judged) => judged?,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => return Err(LakeError::panic(&error.to_string()).into()),
            },
        };
        let Judged { targets, gaps, evaluation } = judged;
        let cards = card::load(project)?.into_iter().map(|own| own.card).collect();
        Ok(Self { cards, values, targets, gaps, deliveries, moved, releases, sources, evaluation })
    }

    /// The card of an indicator.
    pub fn card(&self, id: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.id == id)
    }

    /// Values of an indicator in a region, without breakdown.
    pub fn series(&self, id: &str, region: &str) -> &[Value] {
        let own = self.values.get(&(id.to_owned(), region.to_owned()));
        own.and_then(|own| own.get("")).map_or(&[], Vec::as_slice)
    }

    /// Years of deliveries by months, oldest first.
    pub fn delivery_years(&self) -> BTreeSet<i32> {
        let year = |own: &Delivery| own.first_day.get(..4).and_then(|year| year.parse().ok());
        self.deliveries.iter().filter_map(year).collect()
    }
}

/// Views that several statements ask, in the order in which they build on one another.
const SHARED: [&str; 2] = ["ops.current_slices", "ops.deliveries"];

/// What is set against something else: targets, other sources, the evaluation.
struct Judged {
    targets: ByPlace<Vec<Target>>,
    gaps: ByPlace<Vec<Gap>>,
    evaluation: Option<(i32, [Evaluation; 2])>,
}

impl Judged {
    async fn read(engine: &Engine, project: &Project) -> Result<Self, PublishError> {
        // Read once, in the order in which they build on one another; figures of sources that are
        // not published judge nothing here.
        share(engine, "ops.source_figures").await?;
        only_published(engine).await?;
        share(engine, "indicators.targets").await?;
        Ok(Self {
            targets: targets(engine).await?,
            gaps: gaps(engine).await?,
            evaluation: evaluation(engine, project).await?,
        })
    }
}

fn text(row: Record<'_>, name: &str) -> String {
    row.text_or_empty(name)
}

fn place(row: Record<'_>) -> (String, String) {
    (text(row, "indicator_id"), text(row, "region_code"))
}

/// Indicator, region, breakdown, grain and first day.
type Key = (String, String, String, String, String);

fn key(row: Record<'_>) -> Key {
    let (indicator, region) = place(row);
    (indicator, region, text(row, "breakdown"), text(row, "grain"), text(row, "first_day"))
}

async fn values(engine: &Engine) -> Result<ByPlace<ByBreakdown>, PublishError> {
    let changes = Table::named(engine, "page_changes", []).await?;
    let changes = changes.records().filter_map(|row| {
        let change = row.number("change").filter(|own| own.is_finite())?;
        Some((key(row), (change, text(row, "change_unit"))))
    });
    let mut changes: BTreeMap<Key, (f64, String)> = changes.collect();
    let revised = Table::named(engine, "page_revised", []).await?;
    let revised = revised.records().filter_map(|row| Some((key(row), row.number("first_value")?)));
    let revised: BTreeMap<Key, f64> = revised.collect();
    let unsettled = Table::named(engine, "page_provisional", []).await?;
    let unsettled: BTreeSet<Key> = unsettled.records().map(key).collect();
    let rows = Table::named(engine, "page_values", []).await?;
    let mut values: ByPlace<ByBreakdown> = BTreeMap::new();
    for row in rows.records() {
        let own = key(row);
        let mut whole = own.clone();
        whole.2.clear();
        let value = Value {
            grain: own.3.clone(),
            first_day: own.4.clone(),
            value: row.number("value").filter(|own| own.is_finite()),
            state: text(row, "state"),
            coverage: text(row, "coverage"),
            flags: text(row, "flags"),
            sources: text(row, "sources"),
            is_synthetic: row.is_true("is_synthetic"),
            is_break: row.is_true("is_break"),
            is_of_other_areas: row.is_true("is_of_other_areas"),
            is_of_other_sources: row.is_true("is_of_other_sources"),
            break_reason: text(row, "break_reason"),
            sources_before: text(row, "sources_before"),
            is_provisional: unsettled.contains(&whole),
            change: changes.remove(&own),
            first_published: revised.get(&own).copied(),
        };
        let by_breakdown = values.entry((own.0, own.1)).or_default();
        by_breakdown.entry(own.2).or_default().push(value);
    }
    Ok(values)
}

async fn targets(engine: &Engine) -> Result<ByPlace<Vec<Target>>, PublishError> {
    let rows = Table::named(engine, "page_targets", []).await?;
    let mut targets: ByPlace<Vec<Target>> = BTreeMap::new();
    for row in rows.records() {
        targets.entry(place(row)).or_default().push(Target {
            year: text(row, "year").parse().unwrap_or_default(),
            doc: text(row, "doc"),
            value: row.number("target_value"),
            range: (row.number("target_low"), row.number("target_high")),
            is_synthetic: row.is_true("is_target_synthetic"),
            judged: row.number("value").zip(row.text("judged_source_id")),
            met: row.number("raw_percent"),
            predicate: ["predicate", "predicate_en"].map(|name| text(row, name)),
            note: text(row, "note"),
        });
    }
    Ok(targets)
}

async fn gaps(engine: &Engine) -> Result<ByPlace<Vec<Gap>>, PublishError> {
    let rows = Table::named(engine, "page_gaps", []).await?;
    let mut gaps: ByPlace<Vec<Gap>> = BTreeMap::new();
    for row in rows.records() {
        gaps.entry(place(row)).or_default().push(Gap {
            figure: (text(row, "dataset"), text(row, "measure"), text(row, "breakdown")),
            grain: text(row, "period_type"),
            first_day: text(row, "first_day"),
            source: (text(row, "source_id"), text(row, "source_name")),
            is_headline: row.is_true("is_headline"),
            value: row.number("value"),
            percent: row.number("gap_percent"),
            band: text(row, "band"),
            is_synthetic: row.is_true("is_synthetic"),
        });
    }
    Ok(gaps)
}

async fn deliveries(engine: &Engine) -> Result<Vec<Delivery>, PublishError> {
    let rows = Table::named(engine, "page_deliveries", []).await?;
    let delivery = |row: Record<'_>| Delivery {
        source: (text(row, "source_id"), text(row, "source_name")),
        dataset: text(row, "dataset"),
        region: text(row, "region_code"),
        regency: text(row, "regency"),
        cadence: text(row, "cadence"),
        first_day: text(row, "first_day"),
        due_on: text(row, "due_on"),
        received_on: text(row, "received_on"),
        state: text(row, "state"),
        is_synthetic: row.is_true("is_synthetic"),
    };
    Ok(rows.records().map(delivery).collect())
}

async fn moved(engine: &Engine, release: &str) -> Result<Vec<Moved>, PublishError> {
    let given = [("release", text_parameter(release))];
    let rows = Table::named(engine, "page_release_changes", given).await?;
    let moved = |row: Record<'_>| Moved {
        indicator: text(row, "indicator_id"),
        region: text(row, "region_code"),
        breakdown: text(row, "breakdown"),
        grain: text(row, "grain"),
        first_day: text(row, "first_day"),
        before: (row.number("value_from"), text(row, "state_from")),
        after: (row.number("value_to"), text(row, "state_to")),
        change: text(row, "change"),
        files: text(row, "files"),
    };
    Ok(rows.records().map(moved).collect())
}

async fn releases(engine: &Engine, release: &str) -> Result<Vec<ReleaseRow>, PublishError> {
    let given = [("release", text_parameter(release))];
    let rows = Table::named(engine, "page_releases", given).await?;
    let release = |row: Record<'_>| ReleaseRow {
        id: text(row, "release_id"),
        created_at: text(row, "created_at"),
        values: row.count("value_count"),
        warnings: row.count("warnings"),
    };
    Ok(rows.records().map(release).collect())
}

async fn sources(engine: &Engine) -> Result<Vec<Source>, PublishError> {
    let rows = Table::named(engine, "extract_methods", []).await?;
    let source = |row: Record<'_>| Source {
        code: text(row, "code"),
        name: text(row, "name"),
        method: ["method_id", "method_en"].map(|name| text(row, name)),
        coverage: ["coverage_id", "coverage_en"].map(|name| text(row, name)),
        is_synthetic: row.is_true("synthetic"),
    };
    Ok(rows.records().map(source).collect())
}

/// The sheet of the newest year of which a target is measured.
async fn evaluation(
    engine: &Engine,
    project: &Project,
) -> Result<Option<(i32, [Evaluation; 2])>, PublishError> {
    let rows = Table::named(engine, "page_evaluation_year", []).await?;
    let year = rows.records().find_map(|row| text(row, "year").parse().ok());
    let Some(year) = year else { return Ok(None) };
    let asked = Asked { year, region: None };
    let words = Words { project, language: Language::Id };
    let sheet = standing(engine, words, &asked).await?;
    let english = sheet.said(Words { project, language: Language::En })?;
    Ok(Some((year, [sheet, english])))
}

/// Whether an indicator has no value of a region by its kind: what is not aggregated over regions
/// has none of the corridor.
pub fn does_not_apply(card: &Card, region: &str) -> bool {
    card.aggregation == Aggregation::Na && is_corridor(region)
}

/// Whether a region is the corridor.
pub fn is_corridor(region: &str) -> bool {
    region == CORRIDOR
}
