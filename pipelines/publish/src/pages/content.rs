//! What a page holds, without a word of HTML: sections of texts, numbers, figures and tables.

use super::address::{Address, Place, text_name};
use koridor_contract::message::Language;
use koridor_contract::project::Geography;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a reader must know of a value, as it stands behind it in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// `[p]`: it may still change.
    Provisional,
    /// `[r]`: another value was published first.
    Revised,
    /// `[c]`: it is there and not published.
    Suppressed,
    /// `[x]`: there is none.
    NotAvailable,
    /// `[b]`: it is of another series than the one before.
    Break,
    /// `[a]`: it is of other regencies than the one before.
    OtherAreas,
    /// `[s]`: rows behind it are made up.
    Synthetic,
}

impl Mark {
    /// All of them, in the order in which they are explained.
    pub const ALL: [Self; 7] = [
        Self::Provisional,
        Self::Revised,
        Self::Suppressed,
        Self::NotAvailable,
        Self::Break,
        Self::OtherAreas,
        Self::Synthetic,
    ];

    /// The mark, such as `[p]`.
    pub fn text(self) -> &'static str {
        match self {
            Self::Provisional => "[p]",
            Self::Revised => "[r]",
            Self::Suppressed => "[c]",
            Self::NotAvailable => "[x]",
            Self::Break => "[b]",
            Self::OtherAreas => "[a]",
            Self::Synthetic => "[s]",
        }
    }

    /// What it means, in Bahasa Indonesia and English.
    pub fn meaning(self) -> [&'static str; 2] {
        match self {
            Self::Provisional => ["angka sementara", "provisional"],
            Self::Revised => {
                ["direvisi sejak pertama kali terbit", "revised since first published"]
            }
            Self::Suppressed => [
                "tidak diterbitkan: terlalu kecil atau mutunya kurang",
                "suppressed: too few, or of too little quality, to publish",
            ],
            Self::NotAvailable => ["tidak tersedia", "not available"],
            Self::Break => [
                "seri baru: sumber atau metode lain dari masa sebelumnya",
                "a new series: another source or method than the period before",
            ],
            Self::OtherAreas => [
                "wilayah lain: bukan dari kabupaten/kota yang sama dengan masa sebelumnya",
                "other areas: not of the same regencies as the period before",
            ],
            Self::Synthetic => {
                ["contoh buatan, bukan data sebenarnya", "made-up sample, no real data"]
            }
        }
    }
}

/// A piece of text, perhaps one that leads to a page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// The page that it leads to.
    pub to: Option<Place>,
}

/// A line of text.
pub type Line = Vec<Piece>;

/// A line without links.
pub fn plain(text: impl Into<String>) -> Line {
    vec![Piece { text: text.into(), to: None }]
}

/// A line that is one link.
pub fn link(text: impl Into<String>, to: Place) -> Line {
    vec![Piece { text: text.into(), to: Some(to) }]
}

/// A link of a menu.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Its text.
    pub text: String,
    /// The page.
    pub to: Place,
    /// Whether it is the page that is read.
    pub is_current: bool,
}

/// Links to choose from, such as the same indicator in other regions.
#[derive(Debug, Clone, PartialEq)]
pub struct Menu {
    /// What is chosen.
    pub title: String,
    /// The choices.
    pub choices: Vec<Choice>,
}

/// What all pages of a language have.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The site's title.
    pub site: String,
    /// The release that all is of.
    pub release: String,
    /// The main menu: text and page.
    pub menu: Vec<(String, Place)>,
    /// Release, day, next update, contact: name and text.
    pub facts: Vec<(String, Line)>,
    /// Where the site will be found, without a slash at its end; empty where that is not known.
    pub base_url: String,
}

/// A page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// What all pages have.
    pub frame: Arc<Frame>,
    /// Where it stands.
    pub address: Address,
    /// Its heading.
    pub title: String,
    /// The area that it is about: printed with every page.
    pub area: String,
    /// One sentence about it, for lists of pages.
    pub summary: String,
    /// The pages above it.
    pub above: Vec<(String, Place)>,
    /// Menus of its own.
    pub menus: Vec<Menu>,
    /// What stands below its heading.
    pub lead: Vec<Line>,
    /// Its sections.
    pub sections: Vec<Section>,
    /// Whether it shows a number that rests on made-up rows.
    pub is_synthetic: bool,
    /// A text below its sections: of a guide, or of the reference.
    pub text: Option<Markdown>,
}

/// A text that stands as Markdown in a file of `docs/`.
#[derive(Debug, Clone, PartialEq)]
pub struct Markdown {
    /// Its file below `docs/`.
    pub file: String,
    /// The text. Its first heading is that of its page.
    pub text: Arc<str>,
    /// Its language, where it is in one alone.
    pub language: Option<Language>,
    /// Where texts lead to.
    pub(super) ways: Arc<Ways>,
}

/// The pages of texts.
#[derive(Debug, PartialEq)]
pub(super) struct Ways {
    /// Their names.
    pub(super) names: BTreeSet<String>,
    /// Pages that hold a heading of a text which is too long for one: by its name and anchor.
    pub(super) anchors: BTreeMap<(String, String), String>,
}

impl Markdown {
    /// The page that a link of the text leads to, and the part of it with its `#`; none where it
    /// leads out of the site.
    pub fn leads_to(&self, target: &str) -> Option<(Place, String)> {
        let (path, part) = match target.split_once('#') {
            Some((path, part)) => (path, format!("#{part}")),
            None => (target, String::new()),
        };
        let mut folders: Vec<&str> = self.file.split('/').collect();
        if !path.is_empty() {
            folders.pop();
        }
        for step in path.split('/').filter(|own| !own.is_empty()) {
            match step {
                "." => {}
                ".." => drop(folders.pop()?),
                step => folders.push(step),
            }
        }
        let name = text_name(&folders.join("/"))?;
        let heading = (name, part.trim_start_matches('#').to_owned());
        let name = self.ways.anchors.get(&heading).cloned().unwrap_or(heading.0);
        self.ways.names.contains(&name).then_some((Place::Text(name), part))
    }
}

/// A section of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Letters, digits and hyphens, once on the page.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A paragraph.
    Text(Line),
    /// A list.
    List(Vec<Line>),
    /// Big numbers.
    Numbers(Vec<KeyNumber>),
    /// A picture with its table.
    Figure(Box<Figure>),
    /// A table.
    Table(DataTable),
    /// Names and what they stand for.
    Facts(Vec<(String, Line)>),
}

/// A number that stands by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyNumber {
    /// What it is, and the page about it.
    pub title: Piece,
    /// The number as it is written, or what stands in its place.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// Its period.
    pub period: String,
    /// Its marks.
    pub marks: Vec<Mark>,
    /// State, change, target: in words.
    pub says: Vec<String>,
    /// How it came about, the newest value last; empty where there are fewer than three.
    pub trend: Vec<Point>,
    /// What the trend shows, in words.
    pub trend_says: String,
    /// The periods that the trend goes over.
    pub span: String,
    /// Digits behind the decimal mark.
    pub decimals: u8,
}

/// A value of a picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Point {
    /// The value; none where there is none.
    pub value: Option<f64>,
    /// Its marks.
    pub marks: Vec<Mark>,
}

/// Values of one kind along a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Name; may be empty where there is one only.
    pub name: String,
    /// Whether it is an earlier vintage of the others.
    pub is_earlier: bool,
    /// Values, one a period or group.
    pub points: Vec<Point>,
}

/// What is aimed at, along a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Name.
    pub name: String,
    /// Levels, one a period or group.
    pub levels: Vec<Option<f64>>,
}

/// A region of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapArea {
    /// BPS code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Its value.
    pub point: Point,
    /// Place of its class; none where there is no value.
    pub class: Option<usize>,
}

/// How a figure is drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Drawing {
    /// Lines over periods, each its grain and first day.
    Lines {
        /// Periods.
        periods: Vec<(String, String)>,
        /// Lines.
        series: Vec<Series>,
        /// Target.
        target: Option<Level>,
    },
    /// Bars of groups.
    Bars {
        /// Groups.
        groups: Vec<String>,
        /// Values of each group.
        series: Vec<Series>,
        /// Target.
        target: Option<Level>,
    },
    /// Regions of a map.
    Map {
        /// The regions.
        areas: Vec<MapArea>,
        /// Names of the classes from the lowest.
        classes: Vec<String>,
        /// Outlines of the project's regions.
        geography: Arc<Geography>,
    },
}

/// A picture; the table of its numbers stands below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Letters, digits and hyphens, once on the page.
    pub id: String,
    /// What is seen, in ten words or fewer.
    pub title: String,
    /// Measure, unit, area and period.
    pub caption: String,
    /// The same for those who do not see it.
    pub description: String,
    /// Unit.
    pub unit: String,
    /// Digits behind the decimal mark.
    pub decimals: u8,
    /// How it is drawn.
    pub drawing: Drawing,
    /// Its numbers.
    pub table: DataTable,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Heading.
    pub heading: String,
    /// Whether it holds numbers.
    pub is_number: bool,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Blank,
    /// A text.
    Text(Line),
    /// A number with the digits shown behind the decimal mark, and its marks.
    Number(f64, u8, Vec<Mark>),
    /// No number, and the mark that says so.
    None(Mark),
    /// A short word of a closed list, with the name of its kind.
    Word(String, &'static str),
}

impl Cell {
    /// A text; nothing where it is empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Blank } else { Self::Text(plain(text)) }
    }
}

/// A table. The first column names its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct DataTable {
    /// Letters, digits and hyphens, once on the page.
    pub id: String,
    /// What it holds: measure, unit, area, period.
    pub caption: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
    /// What stands in place of no rows.
    pub nothing: String,
}

impl DataTable {
    /// Columns by heading, each with whether it holds numbers.
    pub fn columns<const COUNT: usize>(headings: [(&str, bool); COUNT]) -> Vec<Column> {
        let column =
            |(heading, is_number): (&str, bool)| Column { heading: heading.to_owned(), is_number };
        headings.into_iter().map(column).collect()
    }

    /// Leaves out columns in which no row has anything; the first stays.
    pub fn without_empty(mut self) -> Self {
        if self.rows.is_empty() {
            return self;
        }
        let is_used = |place: usize| {
            let mut cells = self.rows.iter().filter_map(|row| row.get(place));
            place == 0 || cells.any(|cell| *cell != Cell::Blank)
        };
        let used: Vec<bool> = (0..self.columns.len()).map(is_used).collect();
        let keep = |place: usize| used.get(place).copied().unwrap_or_default();
        let mut place = 0..self.columns.len();
        self.columns.retain(|_| place.next().is_some_and(keep));
        for row in &mut self.rows {
            let mut place = 0..row.len();
            row.retain(|_| place.next().is_some_and(keep));
        }
        self
    }
}

impl Page {
    /// All tables of the page, those of figures too.
    pub fn tables(&self) -> impl Iterator<Item = &DataTable> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        blocks.filter_map(|block| match block {
            Block::Table(table) => Some(table),
            Block::Figure(figure) => Some(&figure.table),
            _ => None,
        })
    }

    /// All figures of the page.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        blocks.filter_map(|block| match block {
            Block::Figure(figure) => Some(figure.as_ref()),
            _ => None,
        })
    }
}
