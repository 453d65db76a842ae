//! How good the data is: sources that differ, and what came of what was agreed.

use super::parts::{is_corridor, section, text};
use super::pick::{Picked, end};
use crate::order::region_place;
use crate::pages::area::dimensions;
use crate::pages::content::{Block, Cell, DataTable, Mark, Section};
use crate::pages::facts::{Delivery, Gap};
use crate::pages::sources_differ::{band, measured};
use crate::words::Words;
use std::collections::{BTreeMap, BTreeSet};

/// Rows of a table on paper.
const MOST_ROWS: usize = 40;

/// Sources that say different things of the same figure in the year of the bulletin, beside one
/// another.
pub(super) fn sources(picked: &Picked<'_>) -> Section {
    let say = &picked.say;
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    let mut all: Vec<_> = say.facts.gaps.iter().collect();
    let place = |region: &str| region_place(say.words.project, region);
    all.sort_by(|((id, region), _), ((other, of), _)| {
        id.cmp(other).then_with(|| place(region).cmp(&place(of)))
    });
    for ((id, region), gaps) in all {
        if !is_corridor(picked.region) && region != picked.region {
            continue;
        }
        for own in gaps.iter().filter(|own| is_within(picked, own)) {
            // One figure may be behind several indicators.
            if seen.insert((&own.figure, region, &own.grain, &own.first_day, &own.source)) {
                rows.push(row(picked, (id, region), own));
            }
        }
    }
    let lead = match rows.is_empty() {
        true => say.pick(
            "Tidak ada angka pada tahun ini yang disampaikan berbeda oleh dua sumber.",
            "No figure of this year was filed differently by two sources.",
        ),
        false => say.pick(
            "Sumber berikut menghitung hal yang sama dan berbeda hasilnya. Tidak ada yang \
             dirata-ratakan: angka utama memakai sumber pertama.",
            "These sources count the same and come to other results. Nothing is averaged: the key \
             figure is made of the first source.",
        ),
    };
    let mut blocks = vec![text(lead)];
    if !rows.is_empty() {
        rows.truncate(MOST_ROWS);
        let table = DataTable {
            id: "sources-table".to_owned(),
            caption: format!("{}, {}", say.pick("Sumber berdampingan", "Sources"), picked.year()),
            columns: DataTable::columns([
                (say.pick("Angka", "Figure"), false),
                (say.pick("Wilayah", "Area"), false),
                (say.pick("Periode", "Period"), false),
                (say.pick("Sumber", "Source"), false),
                (say.pick("Nilai", "Value"), true),
                (say.pick("Selisih (%)", "Gap (%)"), true),
                (say.pick("Tingkat", "Band"), false),
            ]),
            rows,
            nothing: String::new(),
        };
        blocks.push(Block::Table(table.without_empty()));
    }
    let title = say.pick("Sumber yang berbeda", "Where sources differ");
    section("sources", title, blocks)
}

/// Of a year all its periods; of a month itself and its year.
fn is_within(picked: &Picked<'_>, gap: &Gap) -> bool {
    let is_of_year = gap.first_day.get(..4) == picked.first_day.get(..4);
    let is_done = end(&gap.grain, &gap.first_day) <= picked.end();
    is_of_year && (gap.grain == "Y" || picked.grain == "Y" || is_done)
}

fn row(picked: &Picked<'_>, (id, region): (&str, &str), gap: &Gap) -> Vec<Cell> {
    let say = &picked.say;
    // What a withheld number is made of is not told beside it.
    let by_breakdown = say.facts.values.get(&(id.to_owned(), region.to_owned()));
    let values = by_breakdown.iter().flat_map(|own| own.values()).flatten();
    let year = picked.year();
    let is_withheld = values.into_iter().any(|own| own.state == "suppressed" && own.year() == year);
    let number = |own: Option<f64>, digits: u8, marks: Vec<Mark>| match own {
        _ if is_withheld => Cell::None(Mark::Suppressed),
        Some(own) => Cell::Number(own, digits, marks),
        None => Cell::None(Mark::NotAvailable),
    };
    let made_up = if gap.is_synthetic { vec![Mark::Synthetic] } else { Vec::new() };
    let (code, name) = &gap.source;
    let first = say.pick("angka utama", "key figure");
    vec![
        Cell::text(measured(say, &gap.figure)),
        Cell::text(say.short_region(region)),
        Cell::text(say.period(&gap.grain, &gap.first_day)),
        Cell::text(with_code(say.words, code, name)),
        number(gap.value, 0, made_up),
        match gap.is_headline {
            true => Cell::Blank,
            false => number(gap.percent, 1, Vec::new()),
        },
        Cell::text(match gap.is_headline {
            true => first.to_owned(),
            false => band(say, &gap.band),
        }),
    ]
}

/// A source with its code behind its name.
fn with_code(words: Words<'_>, code: &str, name: &str) -> String {
    let name = words.source_name(code, name);
    if name.contains(code) { name } else { format!("{name} ({code})") }
}

/// How many values there are, by dimension, and what offices delivered.
pub(super) fn coverage(picked: &Picked<'_>) -> Section {
    let say = &picked.say;
    let period = say.period(picked.grain, picked.first_day);
    let rows = dimensions(say).into_iter().filter_map(|own| values_of(picked, &own));
    let rows: Vec<Vec<Cell>> = rows.collect();
    // A mark stands where something has it.
    let marked = |place: usize, name: &str, mark: Mark| {
        let has =
            |row: &Vec<Cell>| matches!(row.get(place), Some(Cell::Number(own, ..)) if *own > 0.0);
        let mark = rows.iter().any(has).then(|| format!(" {}", mark.text()));
        format!("{name}{}", mark.unwrap_or_default())
    };
    let suppressed = marked(5, say.pick("Tidak terbit", "Suppressed"), Mark::Suppressed);
    let made_up = marked(7, say.pick("Contoh buatan", "Made up"), Mark::Synthetic);
    let values = DataTable {
        id: "coverage-table".to_owned(),
        caption: format!("{}, {period}", say.pick("Kelengkapan nilai", "Coverage of values")),
        columns: DataTable::columns([
            (say.pick("Dimensi", "Dimension"), false),
            (say.pick("Nilai", "Values"), true),
            (say.pick("Lengkap", "Complete"), true),
            (say.pick("Sebagian wilayah", "Part of the regencies"), true),
            (say.pick("Belum lengkap", "Incomplete"), true),
            (&suppressed, true),
            (say.pick("Tanpa nilai", "No value"), true),
            (&made_up, true),
        ]),
        rows,
        nothing: say.pick("tidak ada", "none").to_owned(),
    };
    let mut blocks = vec![Block::Table(values)];
    blocks.extend(deliveries(picked).map(Block::Table));
    section("coverage", say.pick("Kelengkapan data", "Coverage of the data"), blocks)
}

fn values_of(picked: &Picked<'_>, dimension: &str) -> Option<Vec<Cell>> {
    let say = &picked.say;
    let cards = say.facts.cards.iter().filter(|card| card.dimension == dimension);
    let values: Vec<_> = cards
        .filter_map(|card| {
            let mut own = say.facts.series(&card.id, picked.region).iter();
            own.find(|own| picked.is_period(own))
        })
        .collect();
    let count = |is_counted: &dyn Fn(&str) -> bool| {
        let own = values.iter().filter(|own| is_counted(&own.state)).count();
        Cell::Number(own as f64, 0, Vec::new())
    };
    let known = ["ok", "partial_coverage", "incomplete", "suppressed"];
    let made_up = values.iter().filter(|own| own.is_synthetic && own.value.is_some()).count();
    (!values.is_empty()).then(|| {
        vec![
            Cell::text(say.named("dimension", dimension)),
            count(&|_| true),
            count(&|own| own == "ok"),
            count(&|own| own == "partial_coverage"),
            count(&|own| own == "incomplete"),
            count(&|own| own == "suppressed"),
            count(&|own| !known.contains(&own)),
            Cell::Number(made_up as f64, 0, Vec::new()),
        ]
    })
}

/// What was agreed for the period, by office; none where nothing was.
fn deliveries(picked: &Picked<'_>) -> Option<DataTable> {
    let say = &picked.say;
    let begin = picked.end() - super::pick::months(picked.grain);
    let is_within = |own: &&Delivery| {
        let own_end = end(&own.cadence, &own.first_day);
        let is_own = is_corridor(picked.region) || own.region == picked.region;
        is_own && own_end > begin && own_end <= picked.end() && own.state != "pending"
    };
    let mut offices: BTreeMap<&(String, String), Vec<&Delivery>> = BTreeMap::new();
    for own in say.facts.deliveries.iter().filter(is_within) {
        offices.entry(&own.source).or_default().push(own);
    }
    let row = |(source, all): (&&(String, String), &Vec<&Delivery>)| {
        let count = |is_counted: &dyn Fn(&Delivery) -> bool| {
            let own = all.iter().filter(|own| is_counted(own)).count();
            Cell::Number(own as f64, 0, Vec::new())
        };
        let datasets: BTreeSet<&str> =
            all.iter().map(|own| say.words.dataset(&own.dataset)).collect();
        let mark = match all.iter().any(|own| own.is_synthetic) {
            true => format!(" {}", Mark::Synthetic.text()),
            false => String::new(),
        };
        let (code, name) = source;
        let office = say.words.source_name(code, name);
        vec![
            Cell::text(format!("{office}{mark}")),
            Cell::text(datasets.into_iter().collect::<Vec<_>>().join(", ")),
            count(&|_| true),
            count(&|own| own.state == "on_time"),
            count(&|own| own.state == "late"),
            count(&|own| own.state == "missing"),
            count(&|own| !["on_time", "late", "missing"].contains(&own.state.as_str())),
        ]
    };
    let rows: Vec<Vec<Cell>> = offices.iter().map(row).collect();
    let period = say.period(picked.grain, picked.first_day);
    let table = DataTable {
        id: "deliveries-table".to_owned(),
        // The yearly sheet counts by the year in which they were due.
        caption: say.pick(
            format!("Kiriman yang disepakati, menurut periode datanya: {period}"),
            format!("Deliveries that were agreed, by the period of their data: {period}"),
        ),
        columns: DataTable::columns([
            (say.pick("Instansi", "Office"), false),
            (say.pick("Data", "Data"), false),
            (say.pick("Wajib", "Due"), true),
            (say.pick("Tepat waktu", "On time"), true),
            (say.pick("Terlambat", "Late"), true),
            (say.pick("Belum datang", "Missing"), true),
            (say.pick("Lain", "Other"), true),
        ]),
        rows,
        nothing: String::new(),
    };
    (!table.rows.is_empty()).then_some(table)
}
