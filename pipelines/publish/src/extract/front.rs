//! The front page of a workbook of indicators: what it is about, the numbers that stand for each
//! dimension, and what is missing.

use super::selection::Selection;
use super::values::STATEMENT;
use crate::error::PublishError;
use crate::pages::Mark;
use crate::published_figures::only_published;
use crate::readable::ReadableCell;
use crate::shared_views::{share, share_views_of};
use crate::table::Record;
use crate::words::{Words, period_name};
use arrow::array::RecordBatch;
use datafusion::logical_expr::lit;
use datafusion::prelude::ident;
use koridor_contract::card::{self, Aggregation, Card};
use koridor_lake::Engine;
use koridor_lake::engine::plain_texts;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers of a dimension that the front page shows.
const OF_A_DIMENSION: usize = 2;
/// Points of a line at most.
const MOST_POINTS: usize = 36;
/// Fewest points that make a line.
const FEWEST_POINTS: usize = 2;

/// What a front page says.
pub struct Front {
    /// Title, and region and period below it.
    pub titles: [String; 2],
    /// Names and what they are.
    pub facts: Vec<[String; 2]>,
    /// The numbers that stand for each dimension.
    pub headlines: Vec<Headline>,
    /// By region: how many indicators there are of the year, how many have a value, why others have
    /// none.
    pub missing: Vec<Missing>,
}

/// A number on the front page.
pub struct Headline {
    /// The indicator's title.
    pub title: String,
    /// Its dimension, as it is named.
    pub dimension: String,
    /// Unit.
    pub unit: String,
    /// Period, such as `2025`.
    pub period: String,
    /// The value, with the digits of its card.
    pub value: ReadableCell,
    /// Its state in words.
    pub state: String,
    /// Target of the year, and how far it is met in percent.
    pub target: [ReadableCell; 2],
    /// Predicate.
    pub predicate: String,
    /// What a reader must know of it: whether it is provisional, whether made-up samples are behind
    /// it.
    pub marks: Vec<Mark>,
    /// Periods and values over time, gaps as none; empty where there are too few.
    pub trend: Vec<(String, Option<f64>)>,
}

/// What a region lacks.
pub struct Missing {
    /// The region.
    pub region: String,
    /// Indicators of the year.
    pub indicators: u64,
    /// Of these with a value.
    pub with_value: u64,
    /// Why others have none, with their number.
    pub why: String,
}

/// One value.
struct Value {
    grain: String,
    period: String,
    number: Option<f64>,
    state: String,
    marks: Vec<Mark>,
}

/// A target of the newest document that has one, and how far it is met.
struct Target {
    number: Option<f64>,
    percent: Option<f64>,
    predicate: String,
}

/// Reads the front page of a selection.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn front(
    engine: &Engine,
    words: Words<'_>,
    selection: &Selection,
) -> Result<Front, PublishError> {
    let language = words.language;
    let scope = selection.region.clone().unwrap_or_else(|| "CORR".to_owned());
    share_views_of(engine, &[STATEMENT]).await?;
    let all = engine.named(STATEMENT, selection.parameters()).await?;
    let rows = all.filter(ident("breakdown").eq(lit("")))?.collect().await?;
    let rows: Vec<RecordBatch> = rows.iter().map(plain_texts).collect::<Result<_, _>>()?;
    let records =
        || rows.iter().flat_map(|rows| (0..rows.num_rows()).map(|row| Record::of(rows, row)));
    let of_year = |row: &Record<'_>| row.text_or_empty("grain") == "Y";
    let years = records().filter(of_year).filter(|row| row.number("value").is_some());
    let year = years.filter_map(|row| row.text("period")).max().unwrap_or_default();
    let targets = targets(engine, selection, &scope, &year).await?;
    let headlines = headlines(records(), (&scope, &targets), words)?;
    let missing = missing(records(), &year, words);
    let count = records().count();
    let synthetic = records().filter(is_synthetic).count();
    let mut facts = Vec::new();
    let mut fact = |id: &str, en: &str, text: String| {
        facts.push([language.pick(id, en).to_owned(), text]);
    };
    let release = engine.snapshot().release.as_ref();
    let zone = words.project.corridor.zone();
    let made = release.and_then(|own| moment(&own.created_at)).map(|own| zone.written(own));
    fact(
        "Rilis",
        "Release",
        match (release, made) {
            (Some(own), Some(made)) => format!("{} ({made})", own.id),
            (Some(own), None) => own.id.clone(),
            (None, _) => language.pick("belum ada", "none").to_owned(),
        },
    );
    let values = super::grouped_count(count as u64, language);
    fact("Banyaknya nilai", "Values", values);
    if synthetic > 0 {
        let number = super::grouped_count(synthetic as u64, language);
        let text = language.pick(
            "nilai memakai data contoh buatan (SINTETIS), bukan data sesungguhnya",
            "values rest on made-up samples (SYNTHETIC) and are no real data",
        );
        fact("Perhatian", "Mind", format!("{number} {text}"));
    }
    let explained = explained(&headlines, words);
    if !explained.is_empty() {
        fact("Tanda", "Marks", explained);
    }
    let name = language.pick("Indikator pariwisata", "Tourism indicators");
    let period = match selection.period_name().as_str() {
        "all" => language.pick("semua periode", "all periods").to_owned(),
        name => name.replace('_', " - "),
    };
    let titles = [format!("{name}: {}", words.region(&scope)), period];
    Ok(Front { titles, facts, headlines, missing })
}

fn moment(text: &str) -> Option<i64> {
    let moment = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    Some(moment.timestamp_micros())
}

fn is_synthetic(row: &Record<'_>) -> bool {
    row.text_or_empty("flags").contains("synthetic")
}

/// What a reader must know of a value, as the pages mark it.
fn marks(row: &Record<'_>) -> Vec<Mark> {
    let has =
        [(row.is_true("provisional"), Mark::Provisional), (is_synthetic(row), Mark::Synthetic)];
    has.into_iter().filter(|(has, _)| *has).map(|(_, mark)| mark).collect()
}

/// The marks that numbers of the page have, each with its meaning.
fn explained(headlines: &[Headline], words: Words<'_>) -> String {
    let marks: BTreeSet<Mark> = headlines.iter().flat_map(|own| own.marks.clone()).collect();
    let said = marks.into_iter().map(|own| {
        let [id, en] = own.meaning();
        format!("{} {}", own.text(), words.language.pick(id, en))
    });
    said.collect::<Vec<_>>().join("; ")
}

/// The targets of a scope and year by indicator; where several documents have one, the first.
async fn targets(
    engine: &Engine,
    selection: &Selection,
    scope: &str,
    year: &str,
) -> Result<BTreeMap<String, Target>, PublishError> {
    // Several workbooks of one session ask for them.
    only_published(engine).await?;
    share(engine, "indicators.targets").await?;
    let rows = engine.named("extract_targets", selection.parameters()).await?.collect().await?;
    let mut found = BTreeMap::new();
    for rows in &rows {
        let rows = plain_texts(rows)?;
        for row in (0..rows.num_rows()).map(|row| Record::of(&rows, row)) {
            let is_asked = row.text_or_empty("region_code") == scope
                && year.starts_with(&row.text_or_empty("year"))
                && row.is_true("is_newest_version");
            if is_asked {
                found.entry(row.text_or_empty("indicator_id")).or_insert_with(|| Target {
                    number: row.number("target_value"),
                    percent: row.number("raw_percent"),
                    predicate: format!(
                        "{}\n{}",
                        row.text_or_empty("predicate"),
                        row.text_or_empty("predicate_en")
                    ),
                });
            }
        }
    }
    Ok(found)
}

/// The numbers that stand for each dimension: those with a target first, then those with the
/// longest series; of an indicator the newest period with a value, of a year before one of a
/// quarter.
fn headlines<'rows>(
    rows: impl Iterator<Item = Record<'rows>>,
    (scope, targets): (&str, &BTreeMap<String, Target>),
    words: Words<'_>,
) -> Result<Vec<Headline>, PublishError> {
    let mut series: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for row in rows.filter(|row| row.text_or_empty("region_code") == scope) {
        series.entry(row.text_or_empty("indicator_id")).or_default().push(Value {
            grain: row.text_or_empty("grain"),
            period: row.text_or_empty("period"),
            number: row.number("value").filter(|own| own.is_finite()),
            state: row.text_or_empty("state"),
            marks: marks(&row),
        });
    }
    let mut of_dimension: BTreeMap<String, Vec<Candidate>> = BTreeMap::new();
    for own in card::load(words.project)? {
        let values = series.get(&own.card.id).map(Vec::as_slice).unwrap_or_default();
        let Some(found) = headline(&own.card, values, targets.get(&own.card.id), words) else {
            continue;
        };
        let place = of_dimension.entry(own.card.dimension.clone()).or_default();
        place.push(Candidate {
            has_target: targets.contains_key(&own.card.id),
            is_of_year: found.period.len() == 4,
            is_sum: own.card.aggregation == Aggregation::Sum && own.card.polarity != "0",
            headline: found,
        });
    }
    let mut shown = Vec::new();
    let order = words.project.codes.get("dimension");
    for dimension in order.iter().flat_map(|list| list.codes()) {
        let mut own = of_dimension.remove(&dimension.code).unwrap_or_default();
        own.sort_by_key(|own| {
            let points = std::cmp::Reverse(own.headline.trend.len());
            (!own.is_of_year, !own.has_target, points)
        });
        // Beside the first the largest thing that is counted, else the next.
        if let Some(sum) = own.iter().skip(1).position(|own| own.is_sum && own.is_of_year) {
            own.get_mut(1..=sum + 1).into_iter().for_each(|part| part.rotate_right(1));
        }
        shown.extend(own.into_iter().take(OF_A_DIMENSION).map(|own| own.headline));
    }
    Ok(shown)
}

/// A number that may stand for its dimension.
struct Candidate {
    has_target: bool,
    is_of_year: bool,
    is_sum: bool,
    headline: Headline,
}

fn headline(
    card: &Card,
    values: &[Value],
    target: Option<&Target>,
    words: Words<'_>,
) -> Option<Headline> {
    let language = words.language;
    let newest = |grain: &str| {
        let own = values.iter().filter(|own| own.grain == grain && own.number.is_some());
        own.max_by_key(|own| own.period.clone())
    };
    let value = ["Y", "Q", "M"].into_iter().find_map(newest)?;
    let number = |number: Option<f64>, digits: u8| match number {
        Some(number) => ReadableCell::Number(number, digits),
        None => ReadableCell::Blank,
    };
    let target = target.filter(|_| value.grain == "Y");
    let predicate = target.map(|own| own.predicate.as_str()).unwrap_or_default();
    let (id, en) = predicate.split_once('\n').unwrap_or_default();
    Some(Headline {
        title: card.title_in(language).to_owned(),
        dimension: words.code(&card.dimension),
        unit: card.unit_in(language).to_owned(),
        period: period_name(&value.grain, &value.period),
        value: number(value.number, card.decimals),
        state: words.state(&value.state).to_owned(),
        target: [
            number(target.and_then(|own| own.number), card.decimals),
            number(target.and_then(|own| own.percent), 1),
        ],
        predicate: language.pick(id, en).to_owned(),
        marks: value.marks.clone(),
        trend: trend(values),
    })
}

/// The longest series of one grain, its last points; a period without a number is a gap.
fn trend(values: &[Value]) -> Vec<(String, Option<f64>)> {
    let numbers = |grain: &&str| {
        values.iter().filter(|own| own.grain == **grain && own.number.is_some()).count()
    };
    let grains = ["Y", "Q", "M"];
    let Some(grain) = grains.iter().max_by_key(|own| numbers(own)) else { return Vec::new() };
    if numbers(grain).min(MOST_POINTS) < FEWEST_POINTS {
        return Vec::new();
    }
    let months = match *grain {
        "Y" => 12,
        "Q" => 3,
        _ => 1,
    };
    let part = |day: &str, range| day.get(range).and_then(|own: &str| own.parse::<i32>().ok());
    let place = |day: &str| {
        (part(day, 0..4).unwrap_or_default() * 12 + part(day, 5..7).unwrap_or(1) - 1) / months
    };
    let own = values.iter().filter(|own| own.grain == *grain && own.number.is_some());
    let by_place: BTreeMap<i32, f64> =
        own.filter_map(|own| Some((place(&own.period), own.number?))).collect();
    let ends = by_place.keys().next().zip(by_place.keys().next_back());
    let Some((first, last)) = ends else { return Vec::new() };
    let first = *first.max(&(last - MOST_POINTS as i32 + 1));
    let point = |at: i32| {
        let day = format!("{:04}-{:02}-01", at * months / 12, at * months % 12 + 1);
        (period_name(grain, &day), by_place.get(&at).copied())
    };
    (first..=*last).map(point).collect()
}

/// By region, in the order of the rows: what the year has and lacks.
fn missing<'rows>(
    rows: impl Iterator<Item = Record<'rows>>,
    year: &str,
    words: Words<'_>,
) -> Vec<Missing> {
    let mut states: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for row in rows {
        if row.text_or_empty("grain") != "Y" || row.text_or_empty("period") != year {
            continue;
        }
        let region = states.entry(row.text_or_empty("region_code")).or_default();
        let state = row.text_or_empty("state");
        region.entry(state).or_default().insert(row.text_or_empty("indicator_id"));
    }
    let count = |state: &BTreeSet<String>| state.len() as u64;
    let has_value = |state: &str| ["ok", "partial_coverage"].contains(&state);
    let of_region = |code: &str| {
        let own = states.get(code)?;
        let with_value = own.iter().filter(|(state, _)| has_value(state));
        let others = own.iter().filter(|(state, _)| !has_value(state));
        let why = others.map(|(state, ids)| format!("{}: {}", words.state(state), ids.len()));
        Some(Missing {
            region: words.region(code),
            indicators: own.values().map(count).sum(),
            with_value: with_value.map(|(_, ids)| count(ids)).sum(),
            why: why.collect::<Vec<_>>().join("; "),
        })
    };
    let order = words.project.corridor.regions.iter().map(String::as_str).chain(["CORR"]);
    order.filter_map(of_region).collect()
}
