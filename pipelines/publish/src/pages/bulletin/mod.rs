//! The bulletin: what is printed and handed over of a month or a year, of the corridor or a region.
//!
//! It says what the pages say, in the order of a reader who has ten minutes: key messages, key
//! figures, trends, areas side by side, then all indicators, targets, programmes, sources that
//! differ, coverage, revisions and method. `pick` finds the values of the period, the other modules
//! write a part each.

mod areas;
mod headlines;
mod method;
mod monitoring;
mod parts;
mod pick;
mod quality;
mod revised;
mod tables;
mod trends;

use super::address::{Address, Place};
use super::content::{Line, Page, Section};
use super::draft::Draft;
use super::say::Say;
use super::site::Site;
use crate::error::PublishError;
use crate::evaluation::{self, Evaluation, standing};
use crate::table::Table;
use crate::words::Words;
use koridor_contract::Project;
use koridor_contract::card::Grain;
use koridor_contract::message::Language;
use koridor_lake::engine::text_parameter;
use koridor_lake::{Engine, LakeError};
use pick::{Change, Picked};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which bulletin.
#[derive(Debug, Clone)]
pub struct Asked {
    /// BPS code, or `CORR` for the corridor.
    pub region: String,
    /// A month or a year.
    pub grain: Grain,
    /// Its first day, ISO.
    pub first_day: String,
    /// The reader's language.
    pub language: Language,
    /// The release of the last bulletin; if not given, the one that was current when the month (the
    /// year) of this release began.
    pub since: Option<String>,
}

/// A bulletin: a page to print.
pub struct Bulletin {
    /// Its sections; links of its texts lead nowhere.
    pub page: Page,
    /// What kind it is: `Buletin tahunan`.
    pub kind: String,
    /// Its period in words.
    pub period: String,
    /// Where the outlines of its map come from; empty without a map.
    pub outlines: Vec<String>,
    /// The day of its release, ISO.
    pub released: String,
    /// Who publishes it; empty where the project does not say.
    pub publisher: String,
}

/// Writes the bulletin of a session's release.
///
/// # Errors
/// Where no release was made, it has nothing of the region and period, the release of the last
/// bulletin is not there, or the lake cannot be read.
pub async fn write(
    engine: &Arc<Engine>,
    project: &Arc<Project>,
    asked: &Asked,
) -> Result<Bulletin, PublishError> {
    let site = Site::read(engine, project, "").await?;
    let say = site.say(asked.language);
    need_values(&say, asked)?;
    let picked = Picked {
        say,
        region: &asked.region,
        grain: asked.grain.as_str(),
        first_day: &asked.first_day,
        changes: changes(engine, asked).await?,
    };
    let sheet = sheet(engine, project, asked, picked.year()).await?;
    let revised = revised::section_of(engine, &picked, asked.since.as_deref()).await?;
    let cards = site.headlines();
    let mut sections = vec![headlines::messages(&picked, &cards, sheet.as_ref())];
    sections.push(headlines::numbers(&picked, &cards));
    sections.extend(trends::section_of(&picked, &cards));
    sections.extend(areas::section_of(&picked, &cards));
    sections.push(tables::section_of(&picked));
    sections.extend(sheet.as_ref().map(|own| monitoring::targets(&picked, own)));
    sections.extend(sheet.as_ref().and_then(|own| monitoring::programmes(&picked, own)));
    sections.push(quality::sources(&picked));
    sections.push(quality::coverage(&picked));
    sections.push(revised);
    sections.push(method::section_of(&picked, &cards));
    Ok(bulletin(&site, &picked, asked, sections))
}

fn bulletin(site: &Site, picked: &Picked<'_>, asked: &Asked, sections: Vec<Section>) -> Bulletin {
    let say = &picked.say;
    let kind = match asked.grain {
        Grain::Y => say.pick("Buletin tahunan", "Annual bulletin"),
        _ => say.pick("Buletin bulanan", "Monthly bulletin"),
    };
    let period = say.period(picked.grain, picked.first_day);
    let area = say.words.region(picked.region);
    let draft = Draft {
        title: say.pick("Indikator pariwisata", "Tourism indicators").to_owned(),
        area: area.clone(),
        summary: format!("{kind}, {area}, {period}"),
        above: Vec::new(),
        menus: Vec::new(),
        is_synthetic: false,
        lead: Vec::<Line>::new(),
        sections,
    };
    let address =
        Address { language: asked.language, place: Place::Area(picked.region.to_owned()) };
    let page = draft.page(Arc::clone(site.frame_of(asked.language)), address);
    let has_areas = page.sections.iter().any(|own| own.id == areas::ID);
    let outlines = match has_areas && say.words.project.has_map() {
        true => say.words.project.geography.sources.clone(),
        false => Vec::new(),
    };
    let publisher = say.words.project.corridor.publication.publisher.as_ref().map(|own| {
        let name = say.pick(Some(&own.name), own.name_en.as_ref()).unwrap_or(&own.name);
        name.clone()
    });
    Bulletin {
        page,
        kind: kind.to_owned(),
        period,
        outlines,
        released: site.released_on(),
        publisher: publisher.unwrap_or_default(),
    }
}

/// That the release has something of the region and period.
fn need_values(say: &Say<'_>, asked: &Asked) -> Result<(), LakeError> {
    let own = say.facts.values.iter().filter(|((_, region), _)| *region == asked.region);
    let values = own.filter_map(|(_, all)| all.get("")).flatten();
    let told = values.filter(|own| own.grain == asked.grain.as_str() && own.value.is_some());
    let mut periods: Vec<&str> = told.map(|own| own.first_day.as_str()).collect();
    if periods.contains(&asked.first_day.as_str()) {
        return Ok(());
    }
    periods.sort_unstable();
    periods.dedup();
    let length = if asked.grain == Grain::Y { 4 } else { 7 };
    let name = |own: &str| own.get(..length).unwrap_or(own).to_owned();
    let hint = match (periods.first(), periods.last()) {
        (Some(first), Some(last)) => format!("there is: {} to {}", name(first), name(last)),
        _ => "`koridor status` shows what came".to_owned(),
    };
    let (region, period) = (&asked.region, name(&asked.first_day));
    Err(LakeError::usage(format!("there is nothing of {region} for {period}"), hint))
}

/// Changes of the values of the period: against the period before and a year before.
async fn changes(
    engine: &Engine,
    asked: &Asked,
) -> Result<BTreeMap<(String, String), Vec<Change>>, PublishError> {
    let given = [
        ("grain", text_parameter(asked.grain.as_str())),
        ("first_day", text_parameter(&asked.first_day)),
    ];
    let rows = Table::named(engine, "bulletin_changes", given).await?;
    let mut changes: BTreeMap<(String, String), Vec<Change>> = BTreeMap::new();
    for row in rows.records() {
        let Some(change) = row.number("change").filter(|own| own.is_finite()) else { continue };
        let key = (row.text_or_empty("indicator_id"), row.text_or_empty("region_code"));
        changes.entry(key).or_default().push(Change {
            is_of_year: row.text_or_empty("change_kind") == "y-on-y",
            change,
            unit: row.text_or_empty("change_unit"),
        });
    }
    Ok(changes)
}

/// The yearly sheet; none of a year that there are no values or targets of.
async fn sheet(
    engine: &Engine,
    project: &Project,
    asked: &Asked,
    year: i32,
) -> Result<Option<Evaluation>, PublishError> {
    let years = Table::named(engine, "evaluation_years", []).await?;
    if !years.records().any(|row| row.text_or_empty("year") == year.to_string()) {
        return Ok(None);
    }
    let words = Words { project, language: asked.language };
    let all = evaluation::Asked { year, region: None };
    Ok(Some(standing(engine, words, &all).await?))
}
