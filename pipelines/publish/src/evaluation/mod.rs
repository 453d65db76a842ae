//! The yearly evaluation of the masterplan, in the order of its sheet: policy, institutions,
//! infrastructure, dimensions, obstacles, data quality (`sql/README.md` S5.5).
//!
//! `layout` says which tables the parts have, `table` reads one, `freeze` binds a year to a
//! release.

mod freeze;
mod layout;
mod table;

pub use freeze::{Frozen, freeze, frozen};
pub(crate) use layout::{DOCUMENT, Kind};
pub use table::EvaluationTable;
pub(crate) use table::Shower;

use crate::error::PublishError;
use crate::published_figures::only_published;
use crate::readable::{ReadableCell, ReadableColumn};
use crate::shared_views::share_views_of;
use crate::table::Table;
use crate::words::Words;
use koridor_contract::Project;
use koridor_contract::card::{self, Card};
use koridor_lake::engine::{number_parameter, text_parameter};
use koridor_lake::{Engine, LakeError};
use layout::{CORRECTIONS, SECTIONS, SectionLayout};
use std::collections::BTreeMap;

/// Which evaluation.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Calendar year.
    pub year: i32,
    /// BPS code, or `CORR` for the corridor; all regions where none is given.
    pub region: Option<String>,
}

/// A year's evaluation, of one release.
pub struct Evaluation {
    /// The parts, in the order of the sheet.
    pub sections: Vec<Section>,
    /// What changed since the release that the year is frozen to; none where it is not frozen.
    pub corrections: Option<EvaluationTable>,
    /// The release that it is of.
    pub release_id: Option<String>,
    /// The release that the year is frozen to.
    pub frozen: Option<Frozen>,
}

impl Evaluation {
    /// How many of the year's values rest on synthetic data, and how many there are.
    pub fn synthetic_values(&self) -> (u64, u64) {
        let tables = self.sections.iter().flat_map(|section| &section.tables);
        let coverage = tables.filter(|table| table.name == "coverage");
        let rows = coverage.flat_map(|table| table.rows.records());
        rows.fold((0, 0), |(synthetic, all), row| {
            (synthetic + row.count("synthetic"), all + row.count("indicators"))
        })
    }
}

impl Evaluation {
    /// The same evaluation in the words of another language.
    ///
    /// # Errors
    /// Where a card cannot be used.
    pub fn said(&self, words: Words<'_>) -> Result<Self, PublishError> {
        let cards = cards_by_id(words.project)?;
        let section = |(own, layout): (&Section, &SectionLayout)| {
            let [id, en] = layout.title;
            let tables = own.tables.iter().map(|table| table.said(words, &cards)).collect();
            Section { name: own.name, title: words.language.pick(id, en), tables }
        };
        let sections = self.sections.iter().zip(&SECTIONS).map(section).collect();
        let corrections = self.corrections.as_ref().map(|table| table.said(words, &cards));
        let (release_id, frozen) = (self.release_id.clone(), self.frozen.clone());
        Ok(Self { sections, corrections, release_id, frozen })
    }
}

fn cards_by_id(project: &Project) -> Result<BTreeMap<String, Card>, PublishError> {
    let cards = card::load(project)?.into_iter().map(|own| (own.card.id.clone(), own.card));
    Ok(cards.collect())
}

/// A part of the sheet.
pub struct Section {
    /// Name, for programs.
    pub name: &'static str,
    /// Title, in one language.
    pub title: &'static str,
    /// Its tables.
    pub tables: Vec<EvaluationTable>,
}

/// The evaluation of a year as a release has it; of a frozen year `now` is a session on the current
/// release, whose differences stand beside.
///
/// # Errors
/// Where there is nothing about the year, the release was built by a program that did not evaluate,
/// or the lake cannot be read.
pub async fn evaluate(
    engine: &Engine,
    now: Option<&Engine>,
    words: Words<'_>,
    asked: &Asked,
) -> Result<Evaluation, PublishError> {
    need_year(engine, words, asked.year).await?;
    let cards = cards_by_id(words.project)?;
    read(engine, now, (words, &cards), asked).await
}

/// The evaluation of a year that there is something about.
async fn read(
    engine: &Engine,
    now: Option<&Engine>,
    (words, cards): (Words<'_>, &BTreeMap<String, Card>),
    asked: &Asked,
) -> Result<Evaluation, PublishError> {
    // Several statements ask the same views, each of them over all that was filed.
    let statements = SECTIONS.iter().flat_map(|own| own.tables).map(|own| own.statement);
    share_views_of(engine, &statements.collect::<Vec<_>>()).await?;
    let sayer = table::Sayer { words, cards };
    let reader = table::Reader { engine, sayer, asked };
    let mut sections = Vec::new();
    for section in &SECTIONS {
        let mut tables = Vec::new();
        for own in section.tables {
            tables.push(reader.read(own, section.name).await?);
        }
        let [id, en] = section.title;
        let title = words.language.pick(id, en);
        sections.push(Section { name: section.name, title, tables });
    }
    let corrections = match now {
        Some(now) => Some(reader.compare(now, &CORRECTIONS).await?),
        None => None,
    };
    let release_id = engine.snapshot().release.as_ref().map(|own| own.id.clone());
    Ok(Evaluation { sections, corrections, release_id, frozen: None })
}

/// The evaluation of a year as it stands: of a frozen one as the release has it that it is frozen
/// to, with what was corrected since; else, and for a reader of an older release, as the session
/// has it. Figures of other sources are those that are published.
///
/// # Errors
/// As [`evaluate`].
pub async fn standing(
    engine: &Engine,
    words: Words<'_>,
    asked: &Asked,
) -> Result<Evaluation, PublishError> {
    let standing = Standing::of(engine, words).await?;
    let frozen = standing.frozen(asked.year).await?;
    if frozen.is_none() {
        need_year(engine, words, asked.year).await?;
    }
    standing.read(frozen, asked).await
}

/// What is asked of an evaluation for any year of a session, found once for all of them.
pub(crate) struct Standing<'session> {
    engine: &'session Engine,
    words: Words<'session>,
    head: Option<Engine>,
    cards: BTreeMap<String, Card>,
}

impl<'session> Standing<'session> {
    /// That of a session.
    ///
    /// # Errors
    /// Where the lake cannot be read.
    pub(crate) async fn of(
        engine: &'session Engine,
        words: Words<'session>,
    ) -> Result<Self, PublishError> {
        only_published(engine).await?;
        let (head, cards) = (freeze::head_of(engine).await?, cards_by_id(words.project)?);
        Ok(Self { engine, words, head, cards })
    }

    async fn frozen(&self, year: i32) -> Result<Option<freeze::Standing>, PublishError> {
        match &self.head {
            Some(head) => freeze::standing(self.engine, head, year).await,
            None => Ok(None),
        }
    }

    /// The evaluation of a year that there is something about, as [`standing`] gives it.
    ///
    /// # Errors
    /// As [`evaluate`].
    pub(crate) async fn evaluation(&self, asked: &Asked) -> Result<Evaluation, PublishError> {
        let frozen = self.frozen(asked.year).await?;
        self.read(frozen, asked).await
    }

    async fn read(
        &self,
        frozen: Option<freeze::Standing>,
        asked: &Asked,
    ) -> Result<Evaluation, PublishError> {
        let said = (self.words, &self.cards);
        let Some(own) = frozen else { return read(self.engine, None, said, asked).await };
        let found = match &own.bound {
            None => read(self.engine, None, said, asked).await?,
            Some(bound) => {
                only_published(bound).await?;
                evaluate(bound, Some(self.engine), self.words, asked).await?
            }
        };
        Ok(Evaluation { frozen: Some(own.frozen), ..found })
    }
}

/// What stands above an evaluation: its release, whether the year is frozen, and how many of its
/// values rest on synthetic data.
pub fn facts(found: &Evaluation, words: Words<'_>) -> Vec<[String; 2]> {
    let language = words.language;
    let release = found.release_id.clone().unwrap_or_default();
    let state = match &found.frozen {
        None => language.pick("belum", "no").to_owned(),
        Some(own) => own.told(words),
    };
    let mut facts = vec![
        [language.pick("Rilis", "Release").to_owned(), release],
        [language.pick("Dibekukan", "Frozen").to_owned(), state],
    ];
    let (synthetic, all) = found.synthetic_values();
    if synthetic > 0 {
        let said = format!(
            "{synthetic} {} {all} {}",
            language.pick("dari", "of"),
            language.pick("nilai berasal dari data sintetis", "values rest on synthetic data"),
        );
        facts.push([language.pick("Sintetis", "Synthetic").to_owned(), said]);
    }
    facts
}

/// That there are values or targets of a year.
async fn need_year(engine: &Engine, words: Words<'_>, year: i32) -> Result<(), PublishError> {
    let years = Table::named(engine, "evaluation_years", []).await?;
    let years: Vec<String> = years.records().map(|row| row.text_or_empty("year")).collect();
    if years.contains(&year.to_string()) {
        return Ok(());
    }
    let years = years.join(", ");
    let said = words.language.pick(
        format!("tidak ada yang dapat dievaluasi untuk {year}"),
        format!("there is nothing to evaluate for {year}"),
    );
    let hint = words
        .language
        .pick(format!("tahun yang ada: {years}"), format!("years there are: {years}"));
    Err(LakeError::usage(said, hint).into())
}

/// The parameters of the statements of the evaluation.
fn parameters(
    asked: &Asked,
    section: &str,
) -> [(&'static str, datafusion::common::ScalarValue); 3] {
    [
        ("year", number_parameter(asked.year.into())),
        ("region", text_parameter(asked.region.as_deref().unwrap_or_default())),
        ("section", text_parameter(section)),
    ]
}

/// What people read of a table: columns and rows in one language.
pub struct ReadableTable {
    /// Columns.
    pub columns: Vec<ReadableColumn>,
    /// Rows, in the order of the columns.
    pub rows: Vec<Vec<ReadableCell>>,
}
