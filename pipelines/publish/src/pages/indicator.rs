//! An indicator in a region: its number, figures with their tables, its card.

use super::address::{CORRIDOR, Place};
use super::content::{
    Block, Cell, Choice, Column, DataTable, Drawing, Figure, Level, Line, Menu, Piece, Section,
    Series, link, plain,
};
use super::draft::Draft;
use super::facts::{Delivery, Target, Value, does_not_apply, is_corridor};
use super::key_number::key_number;
use super::periods::without_silence;
use super::say::{Say, common_period, newest, of_grain, with_number};
use super::{card_facts, sources_differ};
use koridor_contract::card::{Card, CardScope};

/// Rows of a table of breakdowns.
const MOST_ROWS: usize = 36;

/// The page.
pub(super) fn page(say: &Say<'_>, card: &Card, region: &str) -> Draft {
    let area = say.words.region(region);
    let title = card.title_in(say.language());
    let values = say.facts.series(&card.id, region);
    let mut lead = vec![plain(say.pick(&card.definition, &card.definition_en))];
    if values.is_empty() {
        let nothing = match does_not_apply(card, region) {
            true => say.pick(
                "Tidak berlaku untuk koridor: nilainya hanya ada untuk setiap wilayah.",
                "Does not apply to the corridor: its values are of each area alone.",
            ),
            false => say.pick(
                "Belum ada nilai: tidak ada data yang dikirim.",
                "There is no value yet: no data has been filed.",
            ),
        };
        lead.push(plain(nothing));
    }
    let mut sections = Vec::new();
    if let Some(section) = newest(values).map(|_| now(say, card, region)) {
        sections.push(section);
    }
    if is_corridor(region) && card.scope == CardScope::All {
        sections.extend(regions(say, card));
    }
    let grains = ["Y", "Q", "M"].into_iter().filter_map(|grain| by_grain(say, card, region, grain));
    sections.extend(grains);
    sections.extend(breakdowns(say, card, region));
    sections.extend(sources_differ::section(say, card, region));
    sections.push(card_facts::section(say, card));
    Draft {
        title: format!("{title}: {}", say.short_region(region)),
        area,
        summary: lead.first().map(text_of).unwrap_or_default(),
        above: vec![
            (say.pick("Indikator", "Indicators").to_owned(), Place::Indicators),
            (say.named("dimension", &card.dimension), Place::Dimension(card.dimension.clone())),
        ],
        menus: menu(say, card, region).into_iter().collect(),
        lead,
        sections,
        is_synthetic: false,
    }
}

fn text_of(line: &Line) -> String {
    line.iter().map(|piece| piece.text.as_str()).collect()
}

/// The same indicator in other regions.
fn menu(say: &Say<'_>, card: &Card, region: &str) -> Option<Menu> {
    if card.scope == CardScope::Corridor {
        return None;
    }
    let regions = say.words.project.corridor.regions.iter().map(String::as_str);
    let choice = |own: &str| Choice {
        text: say.short_region(own),
        to: Place::Indicator { id: card.id.clone(), region: own.to_owned() },
        is_current: own == region,
    };
    let choices = std::iter::once(CORRIDOR).chain(regions).map(choice).collect();
    Some(Menu { title: say.pick("Wilayah", "Area").to_owned(), choices })
}

/// The newest number and what stands behind it.
fn now(say: &Say<'_>, card: &Card, region: &str) -> Section {
    let values = say.facts.series(&card.id, region);
    let mut blocks = vec![Block::Numbers(vec![key_number(say, card, region)])];
    if let Some(value) = newest(values) {
        let place = (card.id.as_str(), region);
        let mut facts: Vec<(String, Line)> = vec![
            (say.pick("Keadaan", "State").to_owned(), plain(say.state(value))),
            (say.pick("Cakupan", "Coverage").to_owned(), plain(say.coverage(place, value))),
            (
                say.pick("Sumber", "Source").to_owned(),
                link(say.source_names(&value.sources), Place::Sources),
            ),
            (say.pick("Catatan", "Notes").to_owned(), plain(say.notes(place, value))),
        ];
        let revised = values.iter().filter(|own| own.first_published.is_some()).count();
        let said = match revised {
            0 => say.pick("belum ada", "none so far").to_owned(),
            1 => say.pick("1 nilai", "1 value").to_owned(),
            count => format!("{count} {}", say.pick("nilai", "values")),
        };
        facts.push((say.pick("Revisi", "Revisions").to_owned(), link(said, Place::Revisions)));
        let due = next(say, card, region);
        facts.push((say.pick("Data berikutnya", "Next data").to_owned(), plain(due)));
        let owner = say.pick(&card.owner, &card.owner_en);
        facts.push((say.pick("Penanggung jawab", "Contact").to_owned(), plain(owner)));
        facts.retain(|(_, line)| line.iter().any(|piece| !piece.text.is_empty()));
        blocks.push(Block::Facts(facts));
    }
    Section {
        id: "now".to_owned(),
        title: say.pick("Angka terbaru", "Latest figure").to_owned(),
        blocks,
    }
}

/// When data is expected next: of an area what is agreed on for it, or for all.
fn next(say: &Say<'_>, card: &Card, region: &str) -> String {
    let is_own =
        |own: &Delivery| is_corridor(region) || own.regency.is_empty() || own.regency == region;
    let due = say
        .next_due(|own| card.datasets.contains(&own.dataset) && !own.is_synthetic && is_own(own));
    match due {
        Some((day, own)) => format!(
            "{} {} ({})",
            say.pick("jatuh tempo", "due on"),
            say.day(&day),
            say.words.source_name(&own.source.0, &own.source.1)
        ),
        None => say.pick("belum dijanjikan", "none agreed on yet").to_owned(),
    }
}

/// The regions side by side, in the period of which most of them have a number.
fn regions(say: &Say<'_>, card: &Card) -> Option<Section> {
    let regions = &say.words.project.corridor.regions;
    let period = common_period(say.facts, regions, &card.id)?;
    let at = |region: &str| {
        let mut own = say.facts.series(&card.id, region).iter();
        own.find(|value| value.grain == period.0 && value.first_day == period.1)
    };
    let groups: Vec<&str> = regions.iter().map(String::as_str).chain([CORRIDOR]).collect();
    let said = say.period(period.0, period.1);
    let year = period.1.get(..4).and_then(|own| own.parse().ok()).unwrap_or_default();
    let target = |region: &str| say.target_of(&card.id, region, year).filter(|_| period.0 == "Y");
    let unit = say.unit(card);
    let caption = format!("{}, {said}{}", say.title_with_unit(card), say.no_sums(&[card]));
    let points: Vec<_> = groups.iter().map(|region| say.point(at(region))).collect();
    let names: Vec<String> = groups.iter().map(|region| say.short_region(region)).collect();
    let levels: Vec<Option<f64>> =
        groups.iter().map(|region| target(region).and_then(|own| say.level(own))).collect();
    let alone = names.iter().map(String::as_str).zip(&points).take(regions.len());
    let figure = Figure {
        id: "regions".to_owned(),
        title: say.highest(card, alone, &said),
        description: described(say, card, &names, &points),
        unit,
        decimals: card.decimals,
        drawing: Drawing::Bars {
            groups: names,
            series: vec![Series { name: String::new(), is_earlier: false, points }],
            target: levels
                .iter()
                .any(Option::is_some)
                .then(|| Level { name: format!("Target {year}"), levels }),
        },
        table: region_table(say, card, (&groups, &caption), at, target),
        caption,
    };
    Some(Section {
        id: "areas".to_owned(),
        title: say.pick("Menurut wilayah", "By area").to_owned(),
        blocks: vec![Block::Figure(Box::new(figure))],
    })
}

fn region_table<'facts>(
    say: &Say<'_>,
    card: &Card,
    (groups, caption): (&[&str], &str),
    at: impl Fn(&str) -> Option<&'facts Value>,
    target: impl Fn(&str) -> Option<&'facts Target>,
) -> DataTable {
    let row = |region: &&str| -> Vec<Cell> {
        let (value, target) = (at(region), target(region));
        let page = say.indicator(card, region);
        vec![
            Cell::Text(vec![Piece { text: say.short_region(region), ..page }]),
            say.cell(card, value),
            target.map_or(Cell::Blank, |own| Cell::text(say.target(card, own))),
            target.map_or(Cell::Blank, |own| Cell::text(say.met(card, own))),
            value.map_or(Cell::Blank, |own| Cell::text(say.state(own))),
            value.map_or(Cell::Blank, |own| Cell::text(say.words.sources(&own.sources))),
        ]
    };
    let table = DataTable {
        id: "regions-table".to_owned(),
        caption: caption.to_owned(),
        columns: DataTable::columns([
            (say.pick("Wilayah", "Area"), false),
            (&format!("{} ({})", say.pick("Nilai", "Value"), say.unit(card)), true),
            (say.pick("Target", "Target"), false),
            (say.pick("Capaian", "Target met"), false),
            (say.pick("Keadaan", "State"), false),
            (say.pick("Sumber", "Sources"), false),
        ]),
        rows: groups.iter().map(row).collect(),
        nothing: String::new(),
    };
    table.without_empty()
}

/// Names with their numbers, for those who do not see the picture.
pub(super) fn described(
    say: &Say<'_>,
    card: &Card,
    names: &[String],
    points: &[super::content::Point],
) -> String {
    let said = names.iter().zip(points).map(|(name, point)| match point.value {
        Some(value) => format!("{name} {}", say.number(value, card.decimals)),
        None => format!("{name} {}", point.marks.first().map_or("", |own| own.text())),
    });
    format!("{}: {}.", say.unit(card), said.collect::<Vec<_>>().join("; "))
}

/// The values of a grain: a figure where there are two or more, and their table.
fn by_grain(say: &Say<'_>, card: &Card, region: &str, grain: &str) -> Option<Section> {
    let values = of_grain(say.facts.series(&card.id, region), grain);
    if values.is_empty() || with_number(&values) == 0 && grain != card.grain.as_str() {
        return None;
    }
    let values = without_silence(&values, grain);
    let values: Vec<&Value> = values.iter().map(AsRef::as_ref).collect();
    if values.is_empty() {
        return None;
    }
    let title = capital(say.grain(grain));
    let span = span(say, &values);
    let caption = format!(
        "{}, {}, {}, {span}",
        say.title_with_unit(card),
        say.grain(grain),
        say.short_region(region),
    );
    let table = value_table(say, card, region, (grain, &values), &caption);
    let block = match with_number(&values) {
        0 | 1 => Block::Table(table),
        _ => Block::Figure(Box::new(line_figure(say, card, region, (grain, &values), table))),
    };
    Some(Section { id: format!("grain-{}", grain.to_lowercase()), title, blocks: vec![block] })
}

fn span(say: &Say<'_>, values: &[&Value]) -> String {
    let name = |own: Option<&&Value>| own.map(|own| say.period(&own.grain, &own.first_day));
    match (name(values.first()), name(values.last())) {
        (Some(first), Some(last)) if first != last => format!("{first} – {last}"),
        (first, _) => first.unwrap_or_default(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().iter().flat_map(|own| own.to_uppercase()).collect();
    first + letters.as_str()
}

/// A row a period, the newest first.
pub(super) fn value_table(
    say: &Say<'_>,
    card: &Card,
    region: &str,
    (grain, values): (&str, &[&Value]),
    caption: &str,
) -> DataTable {
    let unit = say.unit(card);
    let change_unit = values.iter().find_map(|own| own.change.as_ref()).map(|own| own.1.as_str());
    let change_unit = change_unit.unwrap_or_default();
    let number = |heading: &str, unit: &str| Column {
        heading: format!("{heading} ({unit})"),
        is_number: true,
    };
    let text = |heading: &str| Column { heading: heading.to_owned(), is_number: false };
    let columns = vec![
        text(say.pick("Periode", "Period")),
        number(say.pick("Nilai", "Value"), &unit),
        number(say.pick("Terbit pertama", "First published"), &unit),
        number(
            say.pick("Perubahan setahun", "Change in a year"),
            say.change_unit(card, change_unit),
        ),
        text(say.pick("Target", "Target")),
        text(say.pick("Capaian", "Target met")),
        text(say.pick("Keadaan", "State")),
        text(say.pick("Cakupan", "Coverage")),
        text(say.pick("Sumber", "Sources")),
        text(say.pick("Catatan", "Notes")),
    ];
    let row = |own: &&Value| {
        let target = say.target_of(&card.id, region, own.year()).filter(|_| grain == "Y");
        let first = own.first_published.map(|own| Cell::Number(own, card.decimals, Vec::new()));
        let change = own
            .change
            .as_ref()
            .map(|(change, unit)| Cell::Number(*change, say.change_digits(card, unit), Vec::new()));
        vec![
            Cell::text(say.period(&own.grain, &own.first_day)),
            say.cell(card, Some(own)),
            first.unwrap_or(Cell::Blank),
            change.unwrap_or(Cell::Blank),
            target.map_or(Cell::Blank, |own| Cell::text(say.target(card, own))),
            target.map_or(Cell::Blank, |own| Cell::text(say.met(card, own))),
            Cell::text(say.words.state(&own.state)),
            Cell::text(say.coverage((&card.id, region), own)),
            Cell::text(say.words.sources(&own.sources)),
            Cell::text(say.notes((&card.id, region), own)),
        ]
    };
    let table = DataTable {
        id: format!("{}-table", grain.to_lowercase()),
        caption: caption.to_owned(),
        columns,
        rows: values.iter().rev().map(row).collect(),
        nothing: String::new(),
    };
    table.without_empty()
}

pub(super) fn line_figure(
    say: &Say<'_>,
    card: &Card,
    region: &str,
    (grain, values): (&str, &[&Value]),
    table: DataTable,
) -> Figure {
    let points: Vec<_> = values.iter().map(|own| say.point(Some(own))).collect();
    let mut series =
        vec![Series { name: String::new(), is_earlier: false, points: points.clone() }];
    if values.iter().any(|own| own.first_published.is_some()) {
        let first = values.iter().map(|own| super::content::Point {
            value: own.first_published.or(own.value),
            marks: Vec::new(),
        });
        series.push(Series {
            name: say.pick("terbit pertama", "first published").to_owned(),
            is_earlier: true,
            points: first.collect(),
        });
    }
    let level = |own: &&Value| {
        let target = say.target_of(&card.id, region, own.year()).filter(|_| grain == "Y");
        target.and_then(|own| say.level(own))
    };
    let levels: Vec<Option<f64>> = values.iter().map(level).collect();
    let target = levels
        .iter()
        .any(Option::is_some)
        .then(|| Level { name: say.pick("Target", "Target").to_owned(), levels });
    let names: Vec<String> =
        values.iter().map(|own| say.period(&own.grain, &own.first_day)).collect();
    let without = say.newest_without(values).map(|own| format!(", {own}"));
    Figure {
        id: grain.to_lowercase(),
        title: say.headline(card, values),
        caption: format!("{}{}", table.caption, without.unwrap_or_default()),
        description: described(say, card, &names, &points),
        unit: say.unit(card),
        decimals: card.decimals,
        drawing: Drawing::Lines {
            periods: values.iter().map(|own| (own.grain.clone(), own.first_day.clone())).collect(),
            series,
            target,
        },
        table,
    }
}

/// Values by breakdown: periods in rows, breakdowns in columns.
fn breakdowns(say: &Say<'_>, card: &Card, region: &str) -> Option<Section> {
    let all = say.facts.values.get(&(card.id.clone(), region.to_owned()))?;
    let names: Vec<&String> = all.keys().filter(|own| !own.is_empty()).collect();
    let values = || names.iter().filter_map(|name| all.get(*name)).flatten();
    if !values().any(|own| own.value.is_some() || own.state == "suppressed") {
        return None;
    }
    let unit = say.unit(card);
    let mut columns = DataTable::columns([(say.pick("Periode", "Period"), false)]);
    columns.extend(names.iter().map(|name| Column {
        heading: format!("{} ({unit})", say.words.code(name)),
        is_number: true,
    }));
    let mut periods: Vec<(usize, &str, &str)> = values()
        .filter(|own| own.value.is_some() || own.state == "suppressed")
        .map(|own| {
            let length = ["M", "Q", "Y"].iter().position(|grain| *grain == own.grain);
            (length.unwrap_or_default(), own.first_day.as_str(), own.grain.as_str())
        })
        .collect();
    periods.sort_unstable_by(|one, other| other.cmp(one));
    periods.dedup();
    periods.truncate(MOST_ROWS);
    let row = |(_, first_day, grain): &(usize, &str, &str)| {
        let mut row = vec![Cell::text(say.period(grain, first_day))];
        row.extend(names.iter().map(|name| {
            let mut own = all.get(*name).into_iter().flatten();
            let value = own.find(|own| own.grain == *grain && own.first_day == *first_day);
            say.cell(card, value)
        }));
        row
    };
    let table = DataTable {
        id: "breakdown-table".to_owned(),
        caption: format!(
            "{} {}, {}",
            say.title_with_unit(card),
            say.pick("menurut rincian", "by breakdown"),
            say.short_region(region)
        ),
        columns,
        rows: periods.iter().map(row).collect(),
        nothing: String::new(),
    };
    Some(Section {
        id: "breakdown".to_owned(),
        title: say.pick("Rincian", "Breakdown").to_owned(),
        blocks: vec![Block::Table(table)],
    })
}
