//! Guides and the reference as pages: texts that stand as Markdown in `docs/`, and lead to one
//! another there by relative paths.

use super::address::{CORRIDOR, Place, text_name};
use super::content::{Line, Markdown, link, plain};
use super::draft::Draft;
use super::say::Say;
use crate::reference;
use koridor_contract::message::Language;
use std::collections::{BTreeMap, BTreeSet};
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
        let guides = guides.iter().map(|own| (own.file.to_owned(), own.text.into(), own.language));
        let pages = reference.into_iter();
        let pages = pages.map(|(path, text)| (format!("reference/{path}"), text.into(), None));
        let files: Vec<(String, Arc<str>, Option<Language>)> = guides.chain(pages).collect();
        let names: BTreeSet<String> =
            files.iter().filter_map(|(file, ..)| text_name(file)).collect();
        let names = Arc::new(names);
        let texts = files.into_iter().filter_map(|(file, text, language)| {
            let name = text_name(&file)?;
            Some((name, Markdown { file, text, language, names: Arc::clone(&names) }))
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
        assert_eq!(title("<!-- x -->\n\n# `a`: b\\_c &lt;d"), "a: b_c <d");
    }
}
