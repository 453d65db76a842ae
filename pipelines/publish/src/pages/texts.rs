//! Guides and the reference as pages: texts that stand as Markdown in `docs/`, and lead to one
//! another there by relative paths.

use super::address::{CORRIDOR, Place, text_name};
use super::content::{Line, Markdown, Ways, link, plain};
use super::draft::Draft;
use super::say::Say;
use crate::reference;
use koridor_contract::message::Language;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A guide.
#[derive(Debug, Clone, Copy)]
pub struct Guide {
    /// Its file in `docs/`.
    pub file: &'static str,
    /// Its Markdown.
    pub text: &'static str,
    /// Its language; none of one in both.
    pub language: Option<Language>,
}

/// The texts of a site by the names of their pages.
#[derive(Default)]
pub(super) struct Texts {
    texts: BTreeMap<String, Markdown>,
}

/// A text of more bytes becomes several pages: as HTML it is up to twice as heavy.
const MOST_BYTES: usize = 40_000;

/// The page of guides, and that of the reference.
pub(super) const GUIDES: &str = "guide/index";
pub(super) const REFERENCE: &str = "reference/index";

/// Where the pages about rules are.
pub(super) const RULES: &str = "reference/rules/";

const CARDS: &str = "reference/indicators/";
const EXTRACTS: &str = "guide/extracts";

impl Texts {
    /// Guides, and the pages of the reference by their paths below its folder.
    pub(super) fn new(guides: &[Guide], reference: reference::Pages) -> Self {
        let guides =
            guides.iter().map(|own| (own.file.to_owned(), Arc::from(own.text), own.language));
        let pages = reference.into_iter();
        let pages = pages.map(|(path, text)| {
            // What tables and columns mean is said in English alone.
            let language = path.starts_with("tables/").then_some(Language::En);
            (format!("reference/{path}"), Arc::from(text), language)
        });
        let mut files: Vec<(String, Arc<str>, Option<Language>)> = Vec::new();
        let mut anchors = BTreeMap::new();
        for (file, text, language) in guides.chain(pages) {
            for (file, text) in split(&file, text, &mut anchors) {
                files.push((file, text, language));
            }
        }
        let names = files.iter().filter_map(|(file, ..)| text_name(file)).collect();
        let ways = Arc::new(Ways { names, anchors });
        let texts = files.into_iter().filter_map(|(file, text, language)| {
            let name = text_name(&file)?;
            Some((name, Markdown { file, text, language, ways: Arc::clone(&ways) }))
        });
        Self { texts: texts.collect() }
    }

    /// Names of the pages.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// Whether there is a page.
    pub(super) fn has(&self, name: &str) -> bool {
        self.texts.contains_key(name)
    }

    /// Ways from an indicator to its card and to what can be taken along.
    pub(super) fn of_indicator(&self, say: &Say<'_>, id: &str) -> Option<Line> {
        let card = (say.pick("Kartu indikator", "Card of the indicator"), CARDS);
        let extracts = (say.pick("Ekstrak untuk dibawa", "Extracts to take along"), EXTRACTS);
        let ways = [(card.0, format!("{}{id}", card.1)), (extracts.0, extracts.1.to_owned())];
        let mut line = Line::new();
        for (text, name) in ways.into_iter().filter(|(_, name)| self.has(name)) {
            if !line.is_empty() {
                line.extend(plain(" · "));
            }
            line.extend(link(text, Place::Text(name)));
        }
        (!line.is_empty()).then_some(line)
    }

    /// A page; none where there is no such text.
    pub(super) fn page(&self, say: &Say<'_>, name: &str) -> Option<(Draft, Markdown)> {
        let own = self.texts.get(name)?;
        let title = title(&own.text);
        let (guides, reference) = (say.pick("Panduan", "Guides"), say.pick("Rujukan", "Reference"));
        let above = match name {
            GUIDES | REFERENCE => None,
            name if name.starts_with("reference/") => Some((reference, REFERENCE)),
            _ => Some((guides, GUIDES)),
        };
        let above = above.filter(|(_, to)| self.has(to));
        let summary = match name.starts_with("reference/") {
            true => format!("{title}. {reference}."),
            false => format!("{title}. {guides}."),
        };
        let draft = Draft {
            title,
            area: say.words.region(CORRIDOR),
            summary,
            above: above
                .into_iter()
                .map(|(text, to)| (text.to_owned(), Place::Text(to.to_owned())))
                .collect(),
            menus: Vec::new(),
            lead: Vec::new(),
            sections: Vec::new(),
            is_synthetic: false,
        };
        Some((draft, own.clone()))
    }
}

/// A text as files that are each light enough for a page: cut before a heading of the second rank.
/// `anchors` is told where the headings of a text with several files are, seen from each of them.
fn split(
    file: &str,
    text: Arc<str>,
    anchors: &mut BTreeMap<(String, String), String>,
) -> Vec<(String, Arc<str>)> {
    let (Some(stem), Some(name)) = (file.strip_suffix(".md"), text_name(file)) else {
        return Vec::new();
    };
    if text.len() <= MOST_BYTES {
        return vec![(file.to_owned(), text)];
    }
    let mut parts = vec![String::new()];
    let mut headings = Vec::new();
    for (place, section) in text.split("\n## ").enumerate() {
        let mark = if place == 0 { "" } else { "\n## " };
        let count = parts.len();
        let Some(last) = parts.last_mut() else { break };
        if last.len() + section.len() <= MOST_BYTES || last.is_empty() {
            last.push_str(&format!("{mark}{section}"));
        } else {
            parts.push(format!("# {} ({})\n{mark}{section}", title(&text), count + 1));
        }
        let heading = section.lines().next().unwrap_or_default();
        headings.push((reference::anchor(heading), parts.len()));
    }
    let count = parts.len();
    let page = |number: usize| match number {
        1 => name.clone(),
        number => format!("{name}-{number}"),
    };
    for from in (1..=count).map(page) {
        let own = headings.iter().map(|(own, to)| ((from.clone(), own.clone()), page(*to)));
        anchors.extend(own);
    }
    let named = |place: usize| match place {
        0 => file.to_owned(),
        place => format!("{stem}-{}.md", place + 1),
    };
    let parts = parts.into_iter().enumerate().map(|(place, mut text)| {
        let next = named(place + 1);
        let next = next.rsplit('/').next().unwrap_or_default();
        if place + 1 < count {
            text.push_str(&format!("\n\n[Lanjutan / Next part]({next})\n"));
        }
        (named(place), Arc::from(text))
    });
    parts.collect()
}

/// The first heading as plain text.
fn title(markdown: &str) -> String {
    let line = markdown.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default();
    let plain: String = line.chars().filter(|own| !matches!(own, '`' | '\\')).collect();
    plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::{Guide, Texts, title};
    use crate::pages::address::Place;
    use crate::reference::Pages;

    #[test]
    fn a_text_leads_to_others_as_its_file_does() {
        let guide = |file, text| Guide { file, text, language: None };
        let guides = [guide("README.md", "# A"), guide("operations.md", "# B")];
        let reference = ["README.md", "rules.md", "rules/required.md", "tables/README.md"];
        let reference = reference.map(|own| (own.to_owned(), "# `a_b`".to_owned()));
        let texts = Texts::new(&guides, Pages::from(reference));
        let to = |name: &str, target: &str| {
            let found = texts.texts.get(name).unwrap().leads_to(target);
            found.map(|(place, part)| match place {
                Place::Text(name) => format!("{name}{part}"),
                other => other.path(),
            })
        };
        let said = |own: &str| Some(own.to_owned());
        assert_eq!(to("guide/operations", "reference/rules.md#x"), said("reference/rules#x"));
        assert_eq!(to("guide/operations", "README.md"), said("guide/index"));
        assert_eq!(to("guide/operations", "#x"), said("guide/operations#x"));
        assert_eq!(to("reference/rules/required", "../README.md"), said("reference/index"));
        let tables = said("reference/tables/index");
        assert_eq!(to("reference/rules/required", "../tables/README.md"), tables);
        for elsewhere in ["../README.md", "https://a.b/c.md", "none.md", "pictures/site.png"] {
            assert_eq!(to("guide/operations", elsewhere), None, "{elsewhere}");
        }
        assert_eq!(to("reference/rules/required", "../../../sql/README.md#n0"), None);
        let sections = ["a", "b_c", "d"].map(|own| format!("## `{own}`\n{}\n", "x".repeat(30_000)));
        let long = Pages::from([
            ("long.md".to_owned(), format!("# L\n\n{}", sections.join("\n"))),
            ("other.md".to_owned(), "# O".to_owned()),
        ]);
        let texts = Texts::new(&[], long);
        let names: Vec<&str> = texts.names().collect();
        let long = ["reference/long", "reference/long-2", "reference/long-3", "reference/other"];
        assert_eq!(names, long);
        let other = |target| texts.texts["reference/other"].leads_to(target);
        let place = |name: &str, part: &str| Some((Place::Text(name.into()), part.into()));
        assert_eq!(other("long.md#a"), place("reference/long", "#a"));
        assert_eq!(other("long.md#b_c"), place("reference/long-2", "#b_c"));
        let second = &texts.texts["reference/long-2"];
        assert_eq!(second.leads_to("#a"), place("reference/long", "#a"));
        assert_eq!(second.leads_to("#b_c"), place("reference/long-2", "#b_c"));
        assert_eq!(second.leads_to("long-3.md"), place("reference/long-3", ""));
        assert_eq!(title("<!-- x -->\n\n# `a`: b\\_c &lt;d"), "a: b_c <d");
    }
}
