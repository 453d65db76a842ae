//! The scores of a dimension in the year that is evaluated.

use super::content::{Block, Cell, DataTable, Drawing, Figure, Mark, Point, Section, Series};
use super::say::Say;
use crate::order::region_place;

/// The score of an area.
struct Score {
    region: String,
    score: Option<f64>,
    missing: String,
    measured: u64,
    with_target: u64,
}

/// The scores as a figure with its table; none where no area has one.
pub(super) fn section(say: &Say<'_>, dimension: &str, name: &str) -> Option<Section> {
    let (year, _) = say.facts.evaluation.as_ref()?;
    let found = found(say, dimension);
    let best = found.iter().filter_map(|own| Some((own.score?, &own.region)));
    let best = best.max_by(|one, other| one.0.total_cmp(&other.0))?;
    let mark = is_synthetic(say, dimension, *year).then_some(Mark::Synthetic);
    let caption = say.pick(
        format!("Skor {name} (0–100): rata-rata capaian target {year}"),
        format!("Score of {name} (0–100): mean of targets met, {year}"),
    );
    let point = |own: &Score| Point {
        value: own.score,
        marks: match own.score {
            Some(_) => mark.into_iter().collect(),
            None => vec![Mark::NotAvailable],
        },
    };
    let groups: Vec<String> = found.iter().map(|own| say.short_region(&own.region)).collect();
    let points: Vec<Point> = found.iter().map(point).collect();
    let said = groups.iter().zip(&points).map(|(group, own)| match own.value {
        Some(value) => format!("{group} {}", say.number(value, 1)),
        None => format!("{group} [x]"),
    });
    let (score, area) = (say.number(best.0, 1), say.short_region(best.1));
    let figure = Figure {
        id: "score".to_owned(),
        title: say.pick(
            format!("Skor tertinggi {score}: {area}, {year}"),
            format!("Highest score {score}: {area}, {year}"),
        ),
        description: said.collect::<Vec<_>>().join("; "),
        unit: String::new(),
        decimals: 1,
        drawing: Drawing::Bars {
            groups,
            series: vec![Series { name: String::new(), is_earlier: false, points }],
            target: None,
        },
        table: table(say, &found, mark, &caption),
        caption,
    };
    Some(Section {
        id: "scores".to_owned(),
        title: say.pick("Skor", "Score").to_owned(),
        blocks: vec![Block::Figure(Box::new(figure))],
    })
}

fn table(say: &Say<'_>, found: &[Score], mark: Option<Mark>, caption: &str) -> DataTable {
    let cell = |score: Option<f64>| match score {
        Some(own) => Cell::Number(own, 1, mark.into_iter().collect()),
        None => Cell::None(Mark::NotAvailable),
    };
    let row = |own: &Score| {
        vec![
            Cell::text(say.short_region(&own.region)),
            cell(own.score),
            Cell::text(own.missing.as_str()),
            Cell::Number(own.measured as f64, 0, Vec::new()),
            Cell::Number(own.with_target as f64, 0, Vec::new()),
        ]
    };
    let table = DataTable {
        id: "scores-table".to_owned(),
        caption: caption.to_owned(),
        columns: DataTable::columns([
            (say.pick("Wilayah", "Area"), false),
            (say.pick("Skor", "Score"), true),
            (say.pick("Tanpa wilayah", "Areas missing"), false),
            (say.pick("Target terukur", "Targets measured"), true),
            (say.pick("Target", "Targets"), true),
        ]),
        rows: found.iter().map(row).collect(),
        nothing: String::new(),
    };
    table.without_empty()
}

/// The scores of the evaluation's sheet, in the order of the corridor's regions.
fn found(say: &Say<'_>, dimension: &str) -> Vec<Score> {
    let sheet = say.facts.evaluation.iter().flat_map(|(_, [sheet, _])| &sheet.sections);
    let tables = sheet.flat_map(|section| &section.tables).filter(|own| own.name == "scores");
    let rows = tables.flat_map(|table| table.rows.records());
    let own = rows.filter(|row| row.text_or_empty("dimension") == dimension);
    let mut found: Vec<Score> = own
        .map(|row| Score {
            region: row.text_or_empty("region_code"),
            score: row.number("score"),
            missing: say.words.text(&row.text_or_empty("missing_regions")),
            measured: row.count("measured"),
            with_target: row.count("with_target"),
        })
        .collect();
    found.sort_by_key(|own| region_place(say.words.project, &own.region));
    found
}

/// Whether a value or a target of the dimension in the year is synthetic.
pub(super) fn is_synthetic(say: &Say<'_>, dimension: &str, year: i32) -> bool {
    let is_of = |id: &str| say.facts.card(id).is_some_and(|card| card.dimension == dimension);
    let targets = say.facts.targets.iter().filter(|((id, _), _)| is_of(id));
    if targets.flat_map(|(_, own)| own).any(|own| own.is_synthetic && own.year == year) {
        return true;
    }
    let cards = say.facts.cards.iter().filter(|card| card.dimension == dimension);
    let mut values = cards.flat_map(|card| {
        let own = say.facts.values.iter().filter(|((id, _), _)| *id == card.id);
        own.flat_map(|(_, by_breakdown)| by_breakdown.values().flatten())
    });
    values.any(|own| own.is_synthetic && own.grain == "Y" && own.year() == year)
}
