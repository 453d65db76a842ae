//! All pages of a release: which there are, and each of them.

use super::address::{Address, CORRIDOR, Place};
use super::content::{Frame, Line, Page, plain};
use super::draft::Draft;
use super::facts::Facts;
use super::say::Say;
use super::texts::{GUIDES, Guide, REFERENCE, RULES, Texts};
use super::tools::Tool;
use super::{area, calendar, dimension, evaluation, indicator, map, prose, revisions};
use crate::error::PublishError;
use crate::reference;
use crate::words::Words;
use koridor_contract::Project;
use koridor_contract::card::{Card, CardScope};
use koridor_contract::message::Language;
use koridor_lake::{Engine, LakeError};
use std::sync::Arc;

/// The pages of a release.
pub struct Site {
    project: Arc<Project>,
    facts: Facts,
    today: String,
    frames: [Arc<Frame>; 2],
    headlines: Vec<String>,
    base_url: String,
    texts: Texts,
}

/// The languages, the first one first.
pub const LANGUAGES: [Language; 2] = [Language::Id, Language::En];

impl Site {
    /// Reads what the pages of a session's release say. `base_url` is where they will be found,
    /// empty where that is not known.
    ///
    /// # Errors
    /// Where no release was made, or the lake cannot be read.
    pub async fn read(
        engine: &Arc<Engine>,
        project: &Arc<Project>,
        base_url: &str,
    ) -> Result<Self, PublishError> {
        let release = engine.snapshot().release.as_ref().map(|own| own.id.clone());
        let Some(release) = release else {
            let hint = "`koridor run` makes one".to_owned();
            return Err(LakeError::usage("no release was made yet".to_owned(), hint).into());
        };
        let facts = Facts::read(engine, project, &release).await?;
        let zone = project.corridor.zone();
        let now = zone.written(chrono::Utc::now().timestamp_micros());
        let today = now.get(..10).unwrap_or_default().to_owned();
        let headlines = headlines(project, &facts);
        let mut site = Self {
            project: Arc::clone(project),
            facts,
            today,
            frames: LANGUAGES.map(|_| Arc::new(empty_frame())),
            headlines,
            base_url: base_url.trim_end_matches('/').to_owned(),
            texts: Texts::default(),
        };
        site.make_frames();
        Ok(site)
    }

    /// Adds the guides and the reference of the project, which are pages too.
    ///
    /// # Errors
    /// As [`reference::pages`].
    pub async fn add_texts(
        &mut self,
        engine: &Engine,
        guides: &[Guide],
    ) -> Result<(), PublishError> {
        // The project's files stand in no site.
        let pages = reference::pages(engine, &self.project, &|_| None).await?;
        self.texts = Texts::new(guides, pages);
        self.make_frames();
        Ok(())
    }

    /// The page about a rule; none where the site has none.
    pub fn rule_page(&self, rule: &str) -> Option<Place> {
        let name = format!("{RULES}{rule}");
        self.texts.has(&name).then_some(Place::Text(name))
    }

    fn make_frames(&mut self) {
        self.frames = LANGUAGES.map(|language| Arc::new(self.frame(language)));
    }

    /// The name of the release.
    pub fn release(&self) -> &str {
        self.facts.releases.first().map_or("", |own| own.id.as_str())
    }

    /// What every page of a language has.
    pub fn frame_of(&self, language: Language) -> &Arc<Frame> {
        let [id, en] = &self.frames;
        language.pick(id, en)
    }

    /// The pages, those of the first language first.
    pub fn addresses(&self) -> Vec<Address> {
        let places = self.places();
        let in_language = |language: Language| {
            places.iter().map(move |place| Address { language, place: place.clone() })
        };
        LANGUAGES.into_iter().flat_map(in_language).collect()
    }

    fn places(&self) -> Vec<Place> {
        let regions = || self.project.corridor.regions.iter().map(String::as_str);
        let everywhere = || std::iter::once(CORRIDOR).chain(regions()).map(str::to_owned);
        let say = self.say(Language::Id);
        let mut places: Vec<Place> = everywhere().map(Place::Area).collect();
        places.push(Place::Indicators);
        places.extend(area::dimensions(&say).into_iter().map(Place::Dimension));
        for card in &self.facts.cards {
            let own = |region: String| Place::Indicator { id: card.id.clone(), region };
            match card.scope {
                CardScope::All => places.extend(everywhere().map(own)),
                CardScope::Corridor => places.push(own(CORRIDOR.to_owned())),
            }
        }
        let sheets = self.facts.evaluation.iter().flat_map(|(_, [sheet, _])| &sheet.sections);
        places.extend(sheets.map(|section| Place::Evaluation(section.name.to_owned())));
        places.extend(self.on_map().into_iter().map(|card| Place::Map(card.id.clone())));
        places.extend(self.facts.delivery_years().into_iter().map(Place::Calendar));
        places.extend([
            Place::Revisions,
            Place::Sources,
            Place::Method,
            Place::Glossary,
            Place::About,
        ]);
        places.extend(self.texts.names().map(|own| Place::Text(own.to_owned())));
        places
    }

    /// A page; none where there is no such page.
    pub fn page(&self, address: &Address) -> Option<Page> {
        let say = self.say(address.language);
        let frame = self.frame_of(address.language);
        let mut draft: Draft = match &address.place {
            Place::Area(region) => {
                self.known_region(region)?;
                area::page(&say, region, &self.headlines())
            }
            Place::Indicators => dimension::list(&say),
            Place::Indicator { id, region } => {
                let card = self.facts.card(id)?;
                self.known_region(region)?;
                let is_there = card.scope == CardScope::All || region == CORRIDOR;
                is_there.then(|| indicator::page(&say, card, region))?
            }
            Place::Dimension(name) => {
                area::dimensions(&say).contains(name).then(|| dimension::page(&say, name))?
            }
            Place::Evaluation(part) => evaluation::page(&say, part)?,
            Place::Map(id) => {
                let cards = self.on_map();
                let card = cards.iter().find(|card| card.id == *id)?;
                map::page(&say, card, &cards)?
            }
            Place::Calendar(year) => {
                let is_there = self.facts.delivery_years().contains(year);
                is_there.then(|| calendar::page(&say, *year))?
            }
            Place::Revisions => revisions::page(&say),
            Place::Sources => prose::sources(&say),
            Place::Method => prose::method(&say),
            Place::Glossary => prose::glossary(&say),
            Place::About => prose::about(&say, &frame.facts),
            Place::Text(name) => {
                let (draft, text) = self.texts.page(&say, name)?;
                let page = draft.page(Arc::clone(frame), address.clone());
                return Some(Page { text: Some(text), ..page });
            }
        };
        if let Place::Indicator { id, .. } = &address.place {
            draft.lead.extend(self.texts.of_indicator(&say, id));
        }
        Some(draft.page(Arc::clone(frame), address.clone()))
    }

    /// The frame of a page that needs a server: its title and lead, no section.
    pub fn tool(&self, tool: Tool, language: Language) -> Page {
        let address = Address { language, place: Place::Area(CORRIDOR.to_owned()) };
        let frame = Arc::clone(self.frame_of(language));
        Draft {
            title: tool.title(language).to_owned(),
            area: tool.title(language).to_owned(),
            summary: tool.lead(language).to_owned(),
            above: Vec::new(),
            menus: Vec::new(),
            lead: vec![plain(tool.lead(language))],
            sections: Vec::new(),
            is_synthetic: false,
        }
        .page(frame, address)
    }

    fn known_region(&self, region: &str) -> Option<()> {
        let is_known =
            region == CORRIDOR || self.project.corridor.regions.iter().any(|own| own == region);
        is_known.then_some(())
    }

    pub(super) fn say(&self, language: Language) -> Say<'_> {
        let words = Words { project: &self.project, language };
        Say { words, facts: &self.facts, today: &self.today }
    }

    pub(super) fn headlines(&self) -> Vec<&Card> {
        self.headlines.iter().filter_map(|id| self.facts.card(id)).collect()
    }

    /// The headline indicators that the regions of a project with outlines have numbers of.
    fn on_map(&self) -> Vec<&Card> {
        if !self.project.has_map() {
            return Vec::new();
        }
        let has_number = |card: &&Card| {
            card.scope == CardScope::All
                && self.project.corridor.regions.iter().any(|region| {
                    self.facts.series(&card.id, region).iter().any(|own| own.value.is_some())
                })
        };
        self.headlines().into_iter().filter(has_number).collect()
    }

    fn frame(&self, language: Language) -> Frame {
        let say = self.say(language);
        let mut menu = vec![
            (say.pick("Beranda", "Home").to_owned(), Place::Area(CORRIDOR.to_owned())),
            (say.pick("Indikator", "Indicators").to_owned(), Place::Indicators),
        ];
        if let Some((_, [sheet, _])) = &self.facts.evaluation {
            let part = sheet.sections.iter().find(|own| own.name == "dimensions");
            if let Some(part) = part.or(sheet.sections.first()) {
                let to = Place::Evaluation(part.name.to_owned());
                menu.push((say.pick("Evaluasi", "Evaluation").to_owned(), to));
            }
        }
        if let Some(card) = self.on_map().first() {
            menu.push((say.pick("Peta", "Map").to_owned(), Place::Map(card.id.clone())));
        }
        if let Some(year) = self.facts.delivery_years().last() {
            let text = say.pick("Kelengkapan", "Completeness").to_owned();
            menu.push((text, Place::Calendar(*year)));
        }
        menu.extend([
            (say.pick("Revisi", "Revisions").to_owned(), Place::Revisions),
            (say.pick("Sumber", "Sources").to_owned(), Place::Sources),
            (say.pick("Metode", "Method").to_owned(), Place::Method),
            (say.pick("Glosarium", "Glossary").to_owned(), Place::Glossary),
        ]);
        let texts = [("Panduan", "Guides", GUIDES), ("Rujukan", "Reference", REFERENCE)];
        let texts = texts.into_iter().filter(|(.., name)| self.texts.has(name));
        let texts = texts.map(|(id, en, name)| (say.pick(id, en), Place::Text(name.to_owned())));
        menu.extend(texts.map(|(text, to)| (text.to_owned(), to)));
        menu.push((say.pick("Tentang", "About").to_owned(), Place::About));
        Frame {
            site: say.words.region(CORRIDOR),
            release: self.release().to_owned(),
            menu,
            facts: self.frame_facts(&say),
            base_url: self.base_url.clone(),
        }
    }

    /// Release, day, next update and contact.
    fn frame_facts(&self, say: &Say<'_>) -> Vec<(String, Line)> {
        let next = match say.next_due(|own| !own.is_synthetic) {
            Some((day, _)) => say.pick(
                format!("setiap malam bila data datang; kiriman berikutnya {}", say.day(&day)),
                format!("every night that data comes; next delivery due {}", say.day(&day)),
            ),
            None => say.pick("setiap malam bila data datang", "every night that data comes").into(),
        };
        let fact = |id: &str, en: &str, text: String| (say.pick(id, en).to_owned(), plain(text));
        let mut facts = vec![
            fact("Rilis", "Release", self.release().to_owned()),
            fact("Terbit", "Published", say.day(&self.released_on())),
            fact("Pembaruan berikutnya", "Next update", next),
            fact("Kontak", "Contact", self.contact(say)),
        ];
        if let Some(own) = &self.project.corridor.publication.publisher {
            let name = say.pick(Some(&own.name), own.name_en.as_ref()).unwrap_or(&own.name);
            facts.push(fact("Penerbit", "Publisher", name.clone()));
        }
        facts
    }

    /// Whom to ask: what the corridor says, else the owner that each indicator names.
    fn contact(&self, say: &Say<'_>) -> String {
        let own = self.project.corridor.publication.contact.as_ref().map(|own| {
            let parts = [Some(&own.name), own.email.as_ref(), own.url.as_ref()];
            parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(", ")
        });
        let otherwise = say.pick(
            "penanggung jawab yang disebut pada tiap indikator",
            "the office that each indicator names",
        );
        own.unwrap_or_else(|| otherwise.to_owned())
    }

    /// The day of the release in the corridor's zone, ISO.
    pub(super) fn released_on(&self) -> String {
        self.facts.releases.first().map_or_else(String::new, |own| self.local_day(&own.created_at))
    }

    /// The day of a moment in the corridor's zone.
    fn local_day(&self, moment: &str) -> String {
        let parsed = chrono::DateTime::parse_from_rfc3339(moment);
        let zone = self.project.corridor.zone();
        match parsed {
            Ok(own) => zone.written(own.timestamp_micros()).get(..10).unwrap_or(moment).to_owned(),
            Err(_) => moment.to_owned(),
        }
    }
}

fn empty_frame() -> Frame {
    Frame {
        site: String::new(),
        release: String::new(),
        menu: Vec::new(),
        facts: Vec::new(),
        base_url: String::new(),
    }
}

/// The indicators that are shown big: those of the code list `headline`, in its order; without one
/// the first of each dimension that has a number.
fn headlines(project: &Project, facts: &Facts) -> Vec<String> {
    let listed = project.codes.get("headline").map(|own| own.codes().iter());
    if let Some(listed) = listed {
        let known = listed.map(|own| own.code.clone()).filter(|id| facts.card(id).is_some());
        return known.collect();
    }
    let mut found: Vec<(&str, &str)> = Vec::new();
    for card in &facts.cards {
        let own = facts.series(&card.id, CORRIDOR);
        let has_number = own.iter().any(|own| own.value.is_some());
        if has_number && !found.iter().any(|(dimension, _)| *dimension == card.dimension) {
            found.push((&card.dimension, &card.id));
        }
    }
    found.into_iter().map(|(_, id)| id.to_owned()).collect()
}
