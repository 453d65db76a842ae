//! What the templates are given of a page: texts, and ways to other files.

use super::figure::{self, Size};
use super::markdown;
use super::marks;
use super::table::shown;
use koridor_contract::message::Language;
use koridor_publish::pages::{
    Address, Block, Cell, Column, DataTable, Figure, KeyNumber, LANGUAGES, Line, Menu, Page, Piece,
    Place, Section, Tool, folder, way,
};
use serde::Serialize;

/// A page.
#[derive(Serialize)]
pub struct PageView {
    lang: &'static str,
    title: String,
    heading: String,
    summary: String,
    area: String,
    /// What stands above each printed page, as a text of CSS.
    printed: String,
    site: String,
    style: String,
    home: String,
    canonical: String,
    languages: Vec<LanguageView>,
    menu: Vec<LinkView>,
    above: Vec<LinkView>,
    menus: Vec<MenuView>,
    is_synthetic: bool,
    lead: Vec<Vec<LinkView>>,
    sections: Vec<SectionView>,
    /// HTML of a guide or a page of the reference, and its language where that is another one.
    body: String,
    body_lang: &'static str,
    marks: Vec<[&'static str; 2]>,
    facts_of_site: Vec<FactView>,
}

#[derive(Serialize)]
struct LanguageView {
    lang: &'static str,
    href: String,
    is_current: bool,
}

#[derive(Serialize)]
struct LinkView {
    text: String,
    href: String,
    is_current: bool,
}

#[derive(Serialize)]
struct MenuView {
    title: String,
    choices: Vec<LinkView>,
}

#[derive(Serialize)]
struct FactView {
    name: String,
    text: Vec<LinkView>,
}

#[derive(Serialize)]
struct SectionView {
    id: String,
    title: String,
    blocks: Vec<BlockView>,
}

#[derive(Serialize, Default)]
struct BlockView {
    kind: &'static str,
    text: Vec<LinkView>,
    lines: Vec<Vec<LinkView>>,
    numbers: Vec<NumberView>,
    facts: Vec<FactView>,
    figure: Option<FigureView>,
    table: Option<TableView>,
}

#[derive(Serialize)]
struct NumberView {
    title: LinkView,
    value: String,
    marks: String,
    unit: String,
    period: String,
    says: Vec<String>,
    spark: String,
    span: String,
}

#[derive(Serialize)]
struct FigureView {
    id: String,
    title: String,
    caption: String,
    wide: String,
    narrow: String,
    file: String,
    is_synthetic: bool,
}

#[derive(Serialize)]
struct TableView {
    id: String,
    caption: String,
    columns: Vec<ColumnView>,
    rows: Vec<Vec<CellView>>,
    nothing: String,
    file: String,
}

#[derive(Serialize)]
struct ColumnView {
    heading: String,
    class: &'static str,
}

#[derive(Serialize)]
struct CellView {
    class: &'static str,
    text: String,
    pieces: Vec<LinkView>,
}

/// Area, heading and release, as they stand between the quotes of a CSS text.
pub(super) fn printed(page: &Page) -> String {
    let release = page.address.language.pick("rilis", "release");
    let mut parts = vec![page.area.clone()];
    if page.title != page.area {
        parts.push(page.title.clone());
    }
    parts.push(format!("{release} {}", page.frame.release));
    parts.join(" · ").replace('\\', "\\\\").replace('\'', "\\'")
}

/// Finds ways from one file.
struct Ways<'page> {
    page: &'page Page,
    from: &'page str,
}

impl PageView {
    /// A page that stands at a path below the site's folder.
    pub fn of(page: &Page, path: &str) -> Self {
        let ways = Ways { page, from: path };
        let language = page.address.language;
        let own = page.address.path();
        let in_language = |own: Language| LanguageView {
            lang: folder(own),
            href: ways.to(&page.address.in_language(own).path()),
            is_current: own == language,
        };
        let lead: Vec<Vec<LinkView>> = page.lead.iter().map(|line| ways.line(line)).collect();
        let sections: Vec<SectionView> =
            page.sections.iter().map(|own| ways.section(own)).collect();
        let marks = match page.address.place {
            // It has a table of them.
            Place::Method => Vec::new(),
            _ => marks::explained(&(&lead, &sections), language),
        };
        let frame = &page.frame;
        let home = Place::Area(koridor_publish::pages::CORRIDOR.to_owned());
        let title = match page.title == frame.site {
            true => page.title.clone(),
            false => format!("{} - {}", page.title, frame.site),
        };
        Self {
            lang: folder(language),
            title,
            heading: page.title.clone(),
            summary: page.summary.clone(),
            area: page.area.clone(),
            printed: printed(page),
            site: frame.site.clone(),
            style: ways.to(super::STYLE_PATH),
            home: ways.place(&home),
            canonical: match frame.base_url.is_empty() {
                true => String::new(),
                false => format!("{}/{own}", frame.base_url),
            },
            languages: LANGUAGES.into_iter().map(in_language).collect(),
            menu: frame.menu.iter().map(|(text, to)| ways.menu(text, to)).collect(),
            above: page.above.iter().map(|(text, to)| ways.link(text, to)).collect(),
            menus: page.menus.iter().map(|menu| ways.choices(menu)).collect(),
            is_synthetic: page.is_synthetic,
            lead,
            sections,
            body: page.text.as_ref().map_or_else(String::new, |own| {
                markdown::body(own, language, &|place| ways.place(place))
            }),
            body_lang: page.text.as_ref().and_then(|own| own.language).map_or("", folder),
            marks,
            facts_of_site: ways.facts(&frame.facts),
        }
    }
}

impl PageView {
    /// The same page where it is served below `prefix`: with the ways to pages that need a server.
    pub fn live(mut self, page: &Page, path: &str, prefix: &str) -> Self {
        let language = page.address.language;
        let link = |own: Tool| LinkView {
            text: own.text(language).to_owned(),
            href: way(&format!("{prefix}{path}"), own.path(language)),
            is_current: false,
        };
        self.menu.extend(Tool::ALL.map(link));
        self
    }

    /// The frame of a page that needs a server: what the site's first page has, with its own title.
    pub fn of_tool(page: &Page, tool: Tool) -> Self {
        let path = tool.path(page.address.language);
        let path = path.split('?').next().unwrap_or(path);
        let mut own = Self::of(page, path).live(page, path, "");
        for link in &mut own.menu {
            link.is_current = link.text == tool.text(page.address.language);
        }
        own.languages = LANGUAGES
            .into_iter()
            .map(|language| LanguageView {
                lang: folder(language),
                href: tool.path(language).to_owned(),
                is_current: language == page.address.language,
            })
            .collect();
        own.canonical.clear();
        own
    }
}

impl Ways<'_> {
    fn language(&self) -> Language {
        self.page.address.language
    }

    fn to(&self, path: &str) -> String {
        way(self.from, path)
    }

    fn place(&self, place: &Place) -> String {
        let address = Address { language: self.language(), place: place.clone() };
        self.to(&address.path())
    }

    fn link(&self, text: &str, to: &Place) -> LinkView {
        LinkView { text: text.to_owned(), href: self.place(to), is_current: false }
    }

    /// A choice of the main menu: also of a page of the same kind it is the current one.
    fn menu(&self, text: &str, to: &Place) -> LinkView {
        let is_of_kind = match (&self.page.address.place, to) {
            (Place::Indicator { .. } | Place::Dimension(_), Place::Indicators) => true,
            (Place::Evaluation(_), Place::Evaluation(_))
            | (Place::Map(_), Place::Map(_))
            | (Place::Calendar(_), Place::Calendar(_)) => true,
            (Place::Text(own), Place::Text(other)) => {
                own.split('/').next() == other.split('/').next()
            }
            (own, other) => own == other,
        };
        LinkView { is_current: is_of_kind, ..self.link(text, to) }
    }

    fn piece(&self, piece: &Piece) -> LinkView {
        let href = piece.to.as_ref().map(|to| self.place(to)).unwrap_or_default();
        LinkView { text: piece.text.clone(), href, is_current: false }
    }

    fn line(&self, line: &Line) -> Vec<LinkView> {
        line.iter().map(|piece| self.piece(piece)).collect()
    }

    fn choices(&self, menu: &Menu) -> MenuView {
        let choices = menu
            .choices
            .iter()
            .map(|own| LinkView { is_current: own.is_current, ..self.link(&own.text, &own.to) });
        MenuView { title: menu.title.clone(), choices: choices.collect() }
    }

    fn facts(&self, facts: &[(String, Line)]) -> Vec<FactView> {
        let fact =
            |(name, line): &(String, Line)| FactView { name: name.clone(), text: self.line(line) };
        facts.iter().map(fact).collect()
    }

    fn section(&self, section: &Section) -> SectionView {
        SectionView {
            id: section.id.clone(),
            title: section.title.clone(),
            blocks: section.blocks.iter().map(|block| self.block(&section.id, block)).collect(),
        }
    }

    fn block(&self, section: &str, block: &Block) -> BlockView {
        let view = BlockView::default();
        match block {
            Block::Text(line) => BlockView { kind: "text", text: self.line(line), ..view },
            Block::List(lines) => {
                let lines = lines.iter().map(|line| self.line(line)).collect();
                BlockView { kind: "list", lines, ..view }
            }
            Block::Numbers(numbers) => {
                let numbers = numbers.iter().enumerate();
                let numbers =
                    numbers.map(|(place, own)| self.number(own, &format!("{section}-{place}")));
                BlockView { kind: "numbers", numbers: numbers.collect(), ..view }
            }
            Block::Facts(facts) => BlockView { kind: "facts", facts: self.facts(facts), ..view },
            Block::Figure(own) => BlockView {
                kind: "figure",
                figure: Some(self.figure(own)),
                table: Some(self.table(&own.table)),
                ..view
            },
            Block::Table(own) => BlockView { kind: "table", table: Some(self.table(own)), ..view },
        }
    }

    fn number(&self, own: &KeyNumber, id: &str) -> NumberView {
        let marks = own.marks.iter().map(|own| own.text());
        NumberView {
            title: self.piece(&own.title),
            value: own.value.clone(),
            marks: marks.collect::<Vec<_>>().join(" "),
            span: own.span.clone(),
            unit: own.unit.clone(),
            period: own.period.clone(),
            says: own.says.clone(),
            spark: figure::spark(own, id),
        }
    }

    fn figure(&self, own: &Figure) -> FigureView {
        let file = self.page.address.file(&format!("{}.svg", own.id));
        FigureView {
            id: own.id.clone(),
            title: own.title.clone(),
            caption: own.caption.clone(),
            wide: figure::inline(self.page, own, Size::Wide),
            narrow: figure::inline(self.page, own, Size::Narrow),
            file: self.to(&file),
            is_synthetic: figure::is_synthetic(own),
        }
    }

    fn table(&self, own: &DataTable) -> TableView {
        let column = |own: &Column| ColumnView {
            heading: own.heading.clone(),
            class: if own.is_number { "n" } else { "" },
        };
        let cells = |row: &Vec<Cell>| row.iter().map(|own| self.cell(own)).collect();
        let file = self.page.address.file(&format!("{}.csv", own.id));
        TableView {
            id: own.id.clone(),
            caption: own.caption.clone(),
            columns: own.columns.iter().map(column).collect(),
            rows: own.rows.iter().map(cells).collect(),
            nothing: own.nothing.clone(),
            file: self.to(&file),
        }
    }

    fn cell(&self, cell: &Cell) -> CellView {
        match cell {
            Cell::Text(line) if line.iter().any(|piece| piece.to.is_some()) => {
                CellView { class: "", text: String::new(), pieces: self.line(line) }
            }
            cell => {
                let (class, text) = shown(cell, self.language());
                CellView { class, text, pieces: Vec::new() }
            }
        }
    }
}
