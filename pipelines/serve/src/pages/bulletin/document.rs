//! What a bulletin shows: its texts as they stand in it, its pictures as SVG.

use crate::pages::figure::{self, Size};
use crate::pages::marks;
use crate::pages::table::{shown, text};
use koridor_contract::message::Language;
use koridor_publish::pages::bulletin::Bulletin;
use koridor_publish::pages::{Block, DataTable, Figure, KeyNumber, Line, Page, folder};
use serde::Serialize;

/// A bulletin.
#[derive(Serialize)]
pub(super) struct BulletinDocument<'bulletin> {
    /// ISO 639-1.
    lang: &'static str,
    /// Kind, area and period in one line.
    title: &'bulletin str,
    /// What it is about: `Indikator pariwisata`.
    heading: &'bulletin str,
    kind: &'bulletin str,
    area: &'bulletin str,
    period: &'bulletin str,
    release: &'bulletin str,
    /// The word before the release.
    release_word: &'static str,
    /// The day of the release, ISO.
    released: &'bulletin str,
    publisher: &'bulletin str,
    /// What must be known before all else: in bold, and what follows it.
    notice: Option<[&'static str; 2]>,
    sections: Vec<SectionView<'bulletin>>,
    /// Marks behind numbers, each with what it means.
    marks: Vec<[&'static str; 2]>,
    facts: Vec<FactView<'bulletin>>,
    /// Who drew the outlines of the map.
    outlines: Vec<String>,
}

#[derive(Serialize)]
struct SectionView<'bulletin> {
    id: &'bulletin str,
    title: &'bulletin str,
    blocks: Vec<BlockView<'bulletin>>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum BlockView<'bulletin> {
    Text { text: String },
    List { lines: Vec<String> },
    Facts { facts: Vec<FactView<'bulletin>> },
    Numbers { numbers: Vec<NumberView<'bulletin>> },
    Figure(PictureView<'bulletin>),
    Table(TableView<'bulletin>),
}

#[derive(Serialize)]
struct FactView<'bulletin> {
    name: &'bulletin str,
    text: String,
}

#[derive(Serialize)]
struct NumberView<'bulletin> {
    title: &'bulletin str,
    value: &'bulletin str,
    marks: String,
    unit: &'bulletin str,
    period: &'bulletin str,
    says: &'bulletin [String],
    /// SVG of its trend; empty where there is none.
    spark: String,
    /// The same for those who do not see it.
    spark_says: &'bulletin str,
}

/// A figure as it is printed: its picture, and its numbers in a line.
#[derive(Serialize)]
struct PictureView<'bulletin> {
    id: &'bulletin str,
    title: &'bulletin str,
    caption: String,
    svg: String,
    numbers: &'bulletin str,
}

#[derive(Serialize)]
struct TableView<'bulletin> {
    id: &'bulletin str,
    caption: &'bulletin str,
    columns: Vec<ColumnView<'bulletin>>,
    rows: Vec<Vec<CellView>>,
    nothing: &'bulletin str,
}

#[derive(Serialize)]
struct ColumnView<'bulletin> {
    heading: &'bulletin str,
    is_number: bool,
}

#[derive(Serialize)]
struct CellView {
    text: String,
    /// `n` of a number, the kind of a word, empty of a text.
    class: &'static str,
}

impl<'bulletin> BulletinDocument<'bulletin> {
    /// What a bulletin shows.
    pub(super) fn of(bulletin: &'bulletin Bulletin) -> Self {
        let page = &bulletin.page;
        let language = page.address.language;
        let notice = [
            language.pick("Memuat contoh buatan.", "Holds made-up samples."),
            language.pick(
                "Angka bertanda [s] dibuat untuk mencoba sistem dan bukan data sebenarnya; jangan \
                 dikutip.",
                "Figures marked [s] were made up to try the system and are no real data; do not \
                 quote them.",
            ),
        ];
        let outline = |own: &String| {
            let by = language.pick("Peta: garis wilayah", "Map: outlines by");
            let legal = language.pick("Bukan batas hukum.", "No legal boundary.");
            format!("{by} {own}. {legal}")
        };
        let section = |own: &'bulletin koridor_publish::pages::Section| SectionView {
            id: &own.id,
            title: &own.title,
            blocks: own.blocks.iter().map(|block| view(page, &own.id, block)).collect(),
        };
        let sections: Vec<SectionView<'bulletin>> = page.sections.iter().map(section).collect();
        Self {
            lang: folder(language),
            title: &page.summary,
            heading: &page.title,
            kind: &bulletin.kind,
            area: &page.area,
            period: &bulletin.period,
            release: &page.frame.release,
            release_word: language.pick("Rilis", "Release"),
            released: &bulletin.released,
            publisher: &bulletin.publisher,
            notice: page.is_synthetic.then_some(notice),
            marks: marks::explained(&sections, language),
            sections,
            facts: facts(&page.frame.facts),
            outlines: bulletin.outlines.iter().map(outline).collect(),
        }
    }
}

fn view<'bulletin>(
    page: &'bulletin Page,
    section: &str,
    block: &'bulletin Block,
) -> BlockView<'bulletin> {
    let language = page.address.language;
    match block {
        Block::Text(line) => BlockView::Text { text: text(line) },
        Block::List(lines) => BlockView::List { lines: lines.iter().map(text).collect() },
        Block::Facts(own) => BlockView::Facts { facts: facts(own) },
        Block::Numbers(numbers) => {
            let numbers = numbers.iter().enumerate();
            let numbers = numbers.map(|(place, own)| number(own, &format!("{section}-{place}")));
            BlockView::Numbers { numbers: numbers.collect() }
        }
        Block::Figure(own) => BlockView::Figure(picture(page, own)),
        Block::Table(own) => BlockView::Table(table(own, language)),
    }
}

fn facts(own: &[(String, Line)]) -> Vec<FactView<'_>> {
    own.iter().map(|(name, line)| FactView { name, text: text(line) }).collect()
}

fn number<'bulletin>(own: &'bulletin KeyNumber, id: &str) -> NumberView<'bulletin> {
    NumberView {
        title: &own.title.text,
        value: &own.value,
        marks: own.marks.iter().map(|own| own.text()).collect::<Vec<_>>().join(" "),
        unit: &own.unit,
        period: &own.period,
        says: &own.says,
        spark: figure::spark(own, id),
        spark_says: &own.trend_says,
    }
}

fn picture<'bulletin>(page: &Page, own: &'bulletin Figure) -> PictureView<'bulletin> {
    let mut caption = own.caption.clone();
    if figure::is_synthetic(own) {
        let language = page.address.language;
        caption.push_str(language.pick(". [s] contoh buatan", ". [s] made-up sample"));
    }
    PictureView {
        id: &own.id,
        title: &own.title,
        caption,
        svg: figure::inline(page, own, Size::Narrow),
        numbers: &own.description,
    }
}

fn table(own: &DataTable, language: Language) -> TableView<'_> {
    let columns = own.columns.iter();
    let columns = columns.map(|own| ColumnView { heading: &own.heading, is_number: own.is_number });
    let cell = |own| {
        let (class, text) = shown(own, language);
        CellView { text, class }
    };
    TableView {
        id: &own.id,
        caption: &own.caption,
        columns: columns.collect(),
        rows: own.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        nothing: &own.nothing,
    }
}
