//! Where a page stands: every selection is a path of its own, the same in each language.

use koridor_contract::message::Language;

/// Code of the corridor among the regions.
pub const CORRIDOR: &str = "CORR";

/// A page, whatever the language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The corridor (`CORR`), which is the first page, or a region.
    Area(String),
    /// All indicators.
    Indicators,
    /// An indicator in a region.
    Indicator {
        /// Indicator.
        id: String,
        /// BPS code, or `CORR`.
        region: String,
    },
    /// A dimension of the masterplan.
    Dimension(String),
    /// The evaluation of a year: a part of its sheet, by its name.
    Evaluation(String),
    /// The regions on a map, by an indicator.
    Map(String),
    /// What was delivered in the months of a year.
    Calendar(i32),
    /// What changed in the newest release.
    Revisions,
    /// Where numbers come from.
    Sources,
    /// How numbers are made, what states and marks mean.
    Method,
    /// Words.
    Glossary,
    /// Whose pages these are.
    About,
    /// A guide or a page of the reference, by its name: `guide/NAME`, `reference/rules/NAME`.
    Text(String),
}

/// A page in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The language.
    pub language: Language,
    /// The page.
    pub place: Place,
}

impl Place {
    /// The path below the folder of a language.
    pub fn path(&self) -> String {
        match self {
            Self::Area(code) if code == CORRIDOR => "index.html".to_owned(),
            Self::Area(code) => format!("region/{code}.html"),
            Self::Indicators => "indicators.html".to_owned(),
            Self::Indicator { id, region } if region == CORRIDOR => format!("indicator/{id}.html"),
            Self::Indicator { id, region } => format!("indicator/{id}-{region}.html"),
            Self::Dimension(name) => format!("dimension/{name}.html"),
            Self::Evaluation(part) => format!("evaluation/{part}.html"),
            Self::Map(id) => format!("map/{id}.html"),
            Self::Calendar(year) => format!("calendar/{year}.html"),
            Self::Revisions => "revisions.html".to_owned(),
            Self::Sources => "sources.html".to_owned(),
            Self::Method => "method.html".to_owned(),
            Self::Glossary => "glossary.html".to_owned(),
            Self::About => "about.html".to_owned(),
            Self::Text(name) => format!("{name}.html"),
        }
    }

    /// The page of a path such as `indicator/NAME-CODE.html`; none where it has no such form.
    /// Whether there is such a page, the site says.
    pub fn of_path(path: &str) -> Option<Self> {
        let stem = path.strip_suffix(".html")?;
        let text = |own: &str| (!own.is_empty() && !own.contains('/')).then(|| own.to_owned());
        Some(match stem.split_once('/') {
            None => match stem {
                "index" => Self::Area(CORRIDOR.to_owned()),
                "indicators" => Self::Indicators,
                "revisions" => Self::Revisions,
                "sources" => Self::Sources,
                "method" => Self::Method,
                "glossary" => Self::Glossary,
                "about" => Self::About,
                _ => return None,
            },
            Some(("region", code)) => Self::Area(text(code)?),
            Some(("indicator", name)) => match name.split_once('-') {
                None => Self::Indicator { id: text(name)?, region: CORRIDOR.to_owned() },
                Some((id, region)) => Self::Indicator { id: text(id)?, region: text(region)? },
            },
            Some(("dimension", name)) => Self::Dimension(text(name)?),
            Some(("evaluation", part)) => Self::Evaluation(text(part)?),
            Some(("map", id)) => Self::Map(text(id)?),
            Some(("calendar", year)) => Self::Calendar(year.parse().ok()?),
            Some(("guide" | "reference", name)) if !name.is_empty() => Self::Text(stem.to_owned()),
            Some(_) => return None,
        })
    }
}

impl Address {
    /// The path below the site's folder, such as `id/region/CODE.html`.
    pub fn path(&self) -> String {
        format!("{}/{}", folder(self.language), self.place.path())
    }

    /// The path of a file that belongs to the page: `name` behind the page's own.
    pub fn file(&self, name: &str) -> String {
        let path = self.path();
        format!("{}-{name}", path.strip_suffix(".html").unwrap_or(&path))
    }

    /// The same page in another language.
    pub fn in_language(&self, language: Language) -> Self {
        Self { language, place: self.place.clone() }
    }

    /// The page of a path below the site's folder.
    pub fn of_path(path: &str) -> Option<Self> {
        let (own, rest) = path.split_once('/')?;
        let language = match own {
            "id" => Language::Id,
            "en" => Language::En,
            _ => return None,
        };
        Some(Self { language, place: Place::of_path(rest)? })
    }
}

/// The way from a file to another, both by their paths below the site's folder.
pub fn way(from: &str, path: &str) -> String {
    let own: Vec<&str> = from.split('/').collect();
    let to: Vec<&str> = path.split('/').collect();
    let folders = own.len() - 1;
    let shared = own.iter().take(folders).zip(to.iter().take(to.len() - 1));
    let shared = shared.take_while(|(here, there)| here == there).count();
    format!("{}{}", "../".repeat(folders - shared), to.get(shared..).unwrap_or(&[]).join("/"))
}

/// The name of the page that a file below `docs/` has: `guide/NAME`, `reference/rules/NAME`; that
/// of a folder's own is `index`. None of what is no Markdown.
pub(super) fn text_name(file: &str) -> Option<String> {
    let stem = file.strip_suffix(".md")?;
    let stem = match stem.rsplit_once('/') {
        Some((folder, "README")) => format!("{folder}/index"),
        None if stem == "README" => "index".to_owned(),
        _ => stem.to_owned(),
    };
    Some(if stem.starts_with("reference/") { stem } else { format!("guide/{stem}") })
}

/// The folder of a language.
pub fn folder(language: Language) -> &'static str {
    language.pick("id", "en")
}

#[cfg(test)]
mod tests {
    use super::{Address, Place, way};
    use koridor_contract::message::Language;

    #[test]
    fn a_page_is_found_by_its_path_and_leads_to_others_without_a_server() {
        let indicator = |region: &str| Place::Indicator { id: "a_b".into(), region: region.into() };
        let places = [
            (Place::Area("CORR".into()), "index.html"),
            (Place::Area("1101".into()), "region/1101.html"),
            (indicator("CORR"), "indicator/a_b.html"),
            (indicator("1101"), "indicator/a_b-1101.html"),
            (Place::Calendar(2025), "calendar/2025.html"),
            (Place::Evaluation("policy".into()), "evaluation/policy.html"),
            (Place::Text("guide/operations".into()), "guide/operations.html"),
            (Place::Text("reference/rules/pdf".into()), "reference/rules/pdf.html"),
        ];
        for (place, path) in places {
            assert_eq!(place.path(), path);
            assert_eq!(Place::of_path(path), Some(place));
        }
        for path in
            ["", "x.html", "region/.html", "region/a/b.html", "calendar/x.html", "guide/.html"]
        {
            assert_eq!(Place::of_path(path), None, "{path}");
        }
        let own = Address { language: Language::Id, place: indicator("1101") };
        assert_eq!(Address::of_path(&own.path()), Some(own.clone()));
        let to = |path: &str| way(&own.path(), path);
        assert_eq!(to("id/indicator/b.html"), "b.html");
        assert_eq!(to("id/index.html"), "../index.html");
        assert_eq!(to("en/indicator/a_b.html"), "../../en/indicator/a_b.html");
        assert_eq!(to("style.css"), "../../style.css");
        assert_eq!(way("index.html", "id/region/1101.html"), "id/region/1101.html");
        assert_eq!(own.file("table.csv"), "id/indicator/a_b-1101-table.csv");
    }
}
