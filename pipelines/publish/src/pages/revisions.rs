//! What changed in this release, and the releases there are.

use super::address::CORRIDOR;
use super::content::{Block, Cell, DataTable, Mark, Piece, Section, plain};
use super::draft::Draft;
use super::facts::Moved;
use super::say::Say;

/// Numbers that a page names.
const MOST_ROWS: usize = 200;

/// The page.
pub(super) fn page(say: &Say<'_>) -> Draft {
    let moved: Vec<&Moved> = say.facts.moved.iter().filter(|own| own.change != "new").collect();
    let new = say.facts.moved.len() - moved.len();
    let lead = match say.facts.releases.get(1) {
        None => say.pick(
            "Ini rilis pertama: belum ada revisi.".to_owned(),
            "This is the first release: there are no revisions yet.".to_owned(),
        ),
        Some(before) => say.pick(
            format!(
                "Dibanding rilis {}: {} angka berubah, {new} angka baru.",
                before.id,
                moved.len()
            ),
            format!("Against release {}: figures changed {}, new {new}.", before.id, moved.len()),
        ),
    };
    let mut sections = vec![changed(say, &moved)];
    sections.push(Section {
        id: "releases".to_owned(),
        title: say.pick("Rilis", "Releases").to_owned(),
        blocks: vec![Block::Table(releases(say))],
    });
    Draft {
        title: say.pick("Revisi", "Revisions").to_owned(),
        area: say.words.region(CORRIDOR),
        summary: say.pick(
            "Angka yang berubah pada rilis ini dan sebabnya.".to_owned(),
            "Figures that changed in this release, and why.".to_owned(),
        ),
        above: Vec::new(),
        menus: Vec::new(),
        lead: vec![plain(lead)],
        sections,
        is_synthetic: false,
    }
}

/// Numbers that changed since the release before.
fn changed(say: &Say<'_>, moved: &[&Moved]) -> Section {
    let shown = moved.get(..moved.len().min(MOST_ROWS)).unwrap_or(moved);
    let row = |own: &&Moved| {
        let card = say.facts.card(&own.indicator);
        let decimals = card.map_or(2, |card| card.decimals);
        let title = card.map(|card| say.indicator(card, &own.region));
        let title = title.unwrap_or_else(|| Piece { text: own.indicator.clone(), to: None });
        let cell = |(value, state): &(Option<f64>, String)| match value {
            Some(value) => Cell::Number(*value, decimals, Vec::new()),
            None if state == "suppressed" => Cell::None(Mark::Suppressed),
            None => Cell::None(Mark::NotAvailable),
        };
        let state = match own.before.1 == own.after.1 {
            true => String::new(),
            false => format!(
                "{} → {}",
                say.words.state(&own.before.1),
                match own.after.1.is_empty() {
                    true => say.pick("tidak terbit lagi", "no longer published"),
                    false => say.words.state(&own.after.1),
                }
            ),
        };
        vec![
            Cell::Text(vec![title]),
            Cell::text(say.short_region(&own.region)),
            Cell::text(say.words.code(&own.breakdown)),
            Cell::text(say.period(&own.grain, &own.first_day)),
            cell(&own.before),
            cell(&own.after),
            Cell::text(state),
            Cell::text(own.files.as_str()),
        ]
    };
    let caption = say.pick("Angka yang berubah sejak rilis sebelumnya", {
        "Figures that changed since the release before"
    });
    let table = DataTable {
        id: "changed-table".to_owned(),
        caption: match moved.len() > MOST_ROWS {
            true => format!("{caption} ({MOST_ROWS} {} {})", say.pick("dari", "of"), moved.len()),
            false => caption.to_owned(),
        },
        columns: DataTable::columns([
            (say.pick("Indikator", "Indicator"), false),
            (say.pick("Wilayah", "Area"), false),
            (say.pick("Rincian", "Breakdown"), false),
            (say.pick("Periode", "Period"), false),
            (say.pick("Sebelum", "Before"), true),
            (say.pick("Sekarang", "Now"), true),
            (say.pick("Keadaan", "State"), false),
            (say.pick("Berkas", "Files"), false),
        ]),
        rows: shown.iter().map(row).collect(),
        nothing: say.pick("tidak ada angka yang berubah", "no figure changed").to_owned(),
    };
    Section {
        id: "changed".to_owned(),
        title: say.pick("Angka yang berubah", "Figures that changed").to_owned(),
        blocks: vec![Block::Table(table.without_empty())],
    }
}

fn releases(say: &Say<'_>) -> DataTable {
    let shown = say.facts.releases.iter().take(MOST_ROWS);
    DataTable {
        id: "releases-table".to_owned(),
        caption: say.pick("Rilis, yang terbaru dahulu", "Releases, the newest first").to_owned(),
        columns: DataTable::columns([
            (say.pick("Rilis", "Release"), false),
            (say.pick("Terbit", "Published"), false),
            (say.pick("Nilai", "Values"), true),
            (say.pick("Peringatan pemeriksaan", "Checks that warn"), true),
        ]),
        rows: shown
            .map(|own| {
                vec![
                    Cell::text(own.id.as_str()),
                    Cell::text(say.day(&own.created_at)),
                    Cell::Number(own.values as f64, 0, Vec::new()),
                    Cell::Number(own.warnings as f64, 0, Vec::new()),
                ]
            })
            .collect(),
        nothing: String::new(),
    }
}
