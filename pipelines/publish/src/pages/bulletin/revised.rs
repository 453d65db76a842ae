//! What changed since the last bulletin.

use super::parts::{is_corridor, section, text};
use super::pick::Picked;
use crate::error::PublishError;
use crate::pages::content::{Block, Cell, DataTable, Mark, Section};
use crate::pages::facts::ReleaseRow;
use crate::table::{Record, Table};
use koridor_lake::engine::text_parameter;
use koridor_lake::{Engine, LakeError};

/// Rows of the table on paper.
const MOST_ROWS: usize = 30;

/// Numbers without breakdown that are others than in the release of the last bulletin.
pub(super) async fn section_of(
    engine: &Engine,
    picked: &Picked<'_>,
    since: Option<&str>,
) -> Result<Section, PublishError> {
    let say = &picked.say;
    let title = say.pick("Revisi sejak buletin terakhir", "Revisions since the last bulletin");
    let Some(before) = before(picked, since)? else {
        let first = say.pick(
            "Ini rilis pertama: belum ada angka yang direvisi.",
            "This is the first release: no figure has been revised yet.",
        );
        return Ok(section("revisions", title, vec![text(first)]));
    };
    let release = say.facts.releases.first().map_or("", |own| own.id.as_str());
    let given = [("from", text_parameter(&before.id)), ("to", text_parameter(release))];
    let rows = Table::named(engine, "release_changes", given).await?;
    let is_shown = |row: &Record<'_>| {
        let is_revised = row.number("value_from").is_some();
        let region = row.text_or_empty("region_code");
        is_revised
            && row.text("breakdown").is_none()
            && (is_corridor(picked.region) || region == picked.region)
    };
    let moved: Vec<Record<'_>> = rows.records().filter(is_shown).collect();
    let (count, id, day) = (moved.len(), &before.id, say.day(&before.created_at));
    let lead = say.pick(
        format!("Dibanding rilis {id} ({day}), {count} angka yang sudah terbit berubah."),
        format!("Against release {id} ({day}), published figures that changed: {count}."),
    );
    let mut blocks = vec![text(lead)];
    if count > 0 {
        blocks.push(Block::Table(table(picked, &moved)));
    }
    Ok(section("revisions", title, blocks))
}

/// The release of the last bulletin: the one that is asked for, else the newest one before the
/// month (the year) in which this release was made, else the one before it.
fn before<'picked>(
    picked: &'picked Picked<'_>,
    since: Option<&str>,
) -> Result<Option<&'picked ReleaseRow>, LakeError> {
    let all = &picked.say.facts.releases;
    let earlier = all.get(1..).unwrap_or_default();
    if let Some(since) = since {
        let found = earlier.iter().find(|own| own.id == since);
        return found.map(Some).ok_or_else(|| {
            LakeError::usage(
                format!("`{since}` is no earlier release"),
                "`koridor releases list` shows them".to_owned(),
            )
        });
    }
    let length = if picked.grain == "Y" { 4 } else { 7 };
    let begun = |own: &ReleaseRow| own.created_at.get(..length).unwrap_or_default().to_owned();
    let now = all.first().map(begun).unwrap_or_default();
    Ok(earlier.iter().find(|own| begun(own) < now).or_else(|| earlier.first()))
}

fn table(picked: &Picked<'_>, moved: &[Record<'_>]) -> DataTable {
    let say = &picked.say;
    let row = |row: &Record<'_>| {
        let id = row.text_or_empty("indicator_id");
        let card = say.facts.card(&id);
        let digits = card.map_or(2, |own| own.decimals);
        let number = |name: &str| match row.number(name) {
            Some(own) => Cell::Number(own, digits, Vec::new()),
            None if row.text_or_empty("state_to") == "suppressed" => Cell::None(Mark::Suppressed),
            None => Cell::None(Mark::NotAvailable),
        };
        let title = card.map_or(id.clone(), |own| own.title_in(say.language()).to_owned());
        vec![
            Cell::text(title),
            Cell::text(say.short_region(&row.text_or_empty("region_code"))),
            Cell::text(say.period(&row.text_or_empty("grain"), &row.text_or_empty("period"))),
            number("value_from"),
            number("value_to"),
            Cell::text(match row.text_or_empty("state_to").as_str() {
                "ok" => String::new(),
                "gone" => say.pick("tidak terbit lagi", "no longer published").to_owned(),
                state => say.words.state(state).to_owned(),
            }),
        ]
    };
    let shown = moved.get(..moved.len().min(MOST_ROWS)).unwrap_or(moved);
    let caption = say.pick("Angka yang berubah", "Figures that changed");
    let table = DataTable {
        id: "revisions-table".to_owned(),
        caption: match moved.len() > MOST_ROWS {
            true => format!("{caption} ({MOST_ROWS} {} {})", say.pick("dari", "of"), moved.len()),
            false => caption.to_owned(),
        },
        columns: DataTable::columns([
            (say.pick("Indikator", "Indicator"), false),
            (say.pick("Wilayah", "Area"), false),
            (say.pick("Periode", "Period"), false),
            (say.pick("Sebelum", "Before"), true),
            (say.pick("Sekarang", "Now"), true),
            (say.pick("Keadaan", "State"), false),
        ]),
        rows: shown.iter().map(row).collect(),
        nothing: String::new(),
    };
    table.without_empty()
}
