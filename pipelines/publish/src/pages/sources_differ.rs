//! Where sources disagree about what an indicator is made of: both are shown.

use super::content::{
    Block, Cell, Column, DataTable, Drawing, Figure, Mark, Point, Section, Series, plain,
};
use super::facts::Gap;
use super::say::Say;
use koridor_contract::card::Card;

/// Digits of a gap in percent.
const DIGITS: u8 = 1;

/// A figure for each thing that sources disagree about.
pub(super) fn section(say: &Say<'_>, card: &Card, region: &str) -> Option<Section> {
    let gaps = say.facts.gaps.get(&(card.id.clone(), region.to_owned()))?;
    let mut kinds: Vec<(&(String, String, String), &str)> =
        gaps.iter().map(|own| (&own.figure, own.grain.as_str())).collect();
    kinds.dedup();
    let explained = say.pick(
        "Sumber berikut menghitung hal yang sama dan berbeda hasilnya. Angka utama memakai sumber \
         pertama; yang lain tetap ditampilkan.",
        "These sources count the same and come to other results. The number itself is made of the \
         first; the others are shown beside it.",
    );
    let mut blocks = vec![Block::Text(plain(explained))];
    for (number, (figure, grain)) in kinds.into_iter().enumerate() {
        let own = gaps.iter().filter(|own| &own.figure == figure && own.grain == grain);
        let own: Vec<&Gap> = own.collect();
        blocks.push(Block::Figure(Box::new(one(say, region, &own, number))));
    }
    let title = say.pick("Sumber yang berbeda", "Where sources differ").to_owned();
    Some(Section { id: "sources-differ".to_owned(), title, blocks })
}

/// One figure by source and period.
fn one(say: &Say<'_>, region: &str, gaps: &[&Gap], number: usize) -> Figure {
    let mut sources: Vec<&(String, String)> = Vec::new();
    let mut periods: Vec<&str> = Vec::new();
    for own in gaps {
        if !sources.contains(&&own.source) {
            sources.push(&own.source);
        }
        if !periods.contains(&own.first_day.as_str()) {
            periods.push(&own.first_day);
        }
    }
    periods.sort_unstable();
    let grain = gaps.first().map_or("Y", |own| own.grain.as_str());
    let at = |source: &(String, String), first_day: &str| {
        gaps.iter().find(|own| own.source == *source && own.first_day == first_day).copied()
    };
    let series = sources.iter().map(|source| Series {
        name: source.0.clone(),
        is_earlier: false,
        points: periods.iter().map(|period| point(at(source, period))).collect(),
    });
    let series: Vec<Series> = series.collect();
    let names: Vec<String> = periods.iter().map(|own| say.period(grain, own)).collect();
    let table = table(say, region, (gaps, &sources, &periods), number);
    let description = series.iter().map(|own| {
        let values = names
            .iter()
            .zip(&own.points)
            .filter_map(|(name, point)| Some(format!("{name} {}", say.number(point.value?, 0))));
        format!("{}: {}", own.name, values.collect::<Vec<_>>().join(", "))
    });
    let description = description.collect::<Vec<_>>().join("; ");
    let drawing = match periods.len() {
        0 | 1 => Drawing::Bars {
            groups: sources.iter().map(|own| own.0.clone()).collect(),
            series: vec![Series {
                name: String::new(),
                is_earlier: false,
                points: series.into_iter().flat_map(|own| own.points).collect(),
            }],
            target: None,
        },
        _ => Drawing::Lines {
            periods: periods.iter().map(|own| (grain.to_owned(), (*own).to_owned())).collect(),
            series,
            target: None,
        },
    };
    Figure {
        id: format!("sources-{number}"),
        title: title(say, gaps),
        caption: table.caption.clone(),
        description,
        unit: String::new(),
        decimals: 0,
        drawing,
        table,
    }
}

fn marks(gap: &Gap) -> Vec<Mark> {
    if gap.is_synthetic { vec![Mark::Synthetic] } else { Vec::new() }
}

fn point(gap: Option<&Gap>) -> Point {
    match gap {
        Some(own) => Point { value: own.value, marks: marks(own) },
        None => Point { value: None, marks: Vec::new() },
    }
}

/// The widest gap, in ten words or fewer.
fn title(say: &Say<'_>, gaps: &[&Gap]) -> String {
    let widest = gaps.iter().filter_map(|own| Some((own.percent?.abs(), *own)));
    let widest = widest.max_by(|one, other| one.0.total_cmp(&other.0));
    let Some((percent, own)) = widest else {
        return say.pick("Sumber berbeda", "Sources differ").to_owned();
    };
    let period = say.period(&own.grain, &own.first_day);
    let percent = say.number(percent, DIGITS);
    say.pick(
        format!("Sumber berbeda hingga {percent} % pada {period}"),
        format!("Sources differ by up to {percent} % in {period}"),
    )
}

/// What is compared, in words.
pub(super) fn measured(
    say: &Say<'_>,
    (dataset, measure, breakdown): &(String, String, String),
) -> String {
    let words = &say.words;
    let parts = [words.dataset(dataset).to_owned(), words.text(measure), words.text(breakdown)];
    parts.into_iter().filter(|own| !own.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Periods in rows, sources in columns.
fn table(
    say: &Say<'_>,
    region: &str,
    (gaps, sources, periods): (&[&Gap], &[&(String, String)], &[&str]),
    number: usize,
) -> DataTable {
    let grain = gaps.first().map_or("Y", |own| own.grain.as_str());
    let figure = gaps.first().map(|own| measured(say, &own.figure)).unwrap_or_default();
    let mut columns = DataTable::columns([(say.pick("Periode", "Period"), false)]);
    for (code, name) in sources {
        let name = say.words.source_name(code, name);
        let heading = if name.contains(code) { name } else { format!("{name} ({code})") };
        columns.push(Column { heading, is_number: true });
    }
    let gap = say.pick("Selisih terbesar (%)", "Widest gap (%)").to_owned();
    columns.push(Column { heading: gap, is_number: true });
    columns.push(Column { heading: say.pick("Tingkat", "Band").to_owned(), is_number: false });
    let row = |period: &&str| {
        let own = || gaps.iter().filter(|own| own.first_day == **period);
        let mut row = vec![Cell::text(say.period(grain, period))];
        row.extend(sources.iter().map(|source| {
            let found = own().find(|own| own.source == **source);
            match found.and_then(|own| Some((own.value?, own))) {
                Some((value, own)) => Cell::Number(value, 0, marks(own)),
                None => Cell::None(Mark::NotAvailable),
            }
        }));
        let others = own().filter(|own| !own.is_headline && own.percent.is_some());
        let size = |own: &&&Gap| own.percent.unwrap_or_default().abs();
        let widest = others.max_by(|one, other| size(one).total_cmp(&size(other)));
        row.push(match widest.and_then(|own| own.percent) {
            Some(percent) => Cell::Number(percent, DIGITS, Vec::new()),
            None => Cell::Blank,
        });
        row.push(widest.map_or(Cell::Blank, |own| Cell::text(band(say, &own.band))));
        row
    };
    DataTable {
        id: format!("sources-{number}-table"),
        caption: format!("{figure}, {}", say.short_region(region)),
        columns,
        rows: periods.iter().rev().map(row).collect(),
        nothing: String::new(),
    }
}

pub(super) fn band(say: &Say<'_>, band: &str) -> String {
    let said = match band {
        "consistent" => say.pick("sejalan (sampai 10 %)", "consistent (up to 10 %)"),
        "explain" => say.pick("perlu penjelasan (sampai 30 %)", "to be explained (up to 30 %)"),
        "definitions_differ" => {
            say.pick("definisi berbeda (di atas 30 %)", "definitions differ (above 30 %)")
        }
        other => other,
    };
    said.to_owned()
}
