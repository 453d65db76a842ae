//! What is said of rows and figures at large: regions outside the corridor, totals, semesters,
//! figures that may be year-to-date.

use crate::infer::roles::Role;
use crate::infer::view::View;
use crate::infer::writer::{Writer, listed};
use crate::layout::is_total;
use crate::layout::title_words::is_year_to_date;
use crate::readers::address::column_letters;
use koridor_contract::codes::{CodeList, CodeMatch, normalise};
use koridor_contract::{Project, scrub};
use serde_json::json;
use std::collections::BTreeSet;

/// Names or rows that are shown of many.
const SHOWN: usize = 5;

impl View<'_, '_> {
    /// Rows outside the corridor, and totals.
    pub(super) fn describe_rows(&self, project: &Project, writer: &mut Writer) {
        let fields = &self.names.contract.fields;
        let is_region = |name: &str| {
            fields
                .iter()
                .any(|field| field.name == name && field.koridor.codes.as_deref() == Some("region"))
        };
        let column = self
            .roles
            .iter()
            .position(|role| matches!(role, Role::Field(name, _) if is_region(name)));
        if let (Some(column), Some(list)) = (column, project.codes.get("region")) {
            self.describe_regions(column, list, writer);
        }
        let cells = &self.sheet.cells;
        let totals: Vec<String> = (self.band.below..cells.len())
            .filter(|row| {
                (0..cells.width())
                    .find(|column| !cells.is_blank(*row, *column))
                    .is_some_and(|column| is_total(cells.text(*row, column)))
            })
            .map(|row| cells.row_number(row).to_string())
            .collect();
        if !totals.is_empty() {
            let list = totals.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
            let count = totals.len();
            writer.say(
                format!(
                    "{count} baris jumlah (baris {list}) dibandingkan dengan baris yang \
                     dijumlahkannya"
                ),
                format!("{count} total rows (row {list}) are compared with the rows they sum"),
            );
        }
    }

    /// Rows of regions outside the corridor.
    fn describe_regions(&self, column: usize, list: &CodeList, writer: &mut Writer) {
        let cells = &self.sheet.cells;
        let mut outside = BTreeSet::new();
        let mut inside = 0;
        for row in self.band.below..cells.len() {
            let text = cells.text(row, column).trim();
            match list.find(text, Default::default()) {
                _ if text.is_empty() || is_total(text) => {}
                CodeMatch::Known(_) => inside += 1,
                CodeMatch::Outside(_) | CodeMatch::Unknown => drop(outside.insert(text)),
                CodeMatch::OtherSystem => writer.say(
                    format!(
                        "\"{text}\" adalah kode Kemendagri; beri `codes`: \"kemendagri\" pada \
                         kolomnya"
                    ),
                    format!(
                        "\"{text}\" is a Kemendagri code; give `codes`: \"kemendagri\" with its \
                         column"
                    ),
                ),
            }
        }
        if outside.is_empty() {
            return;
        }
        let header = if self.band.rows.is_empty() {
            column_letters(column)
        } else {
            self.band.label(column)
        };
        // A row that is shifted may have a person's name where the region belongs.
        let has_personal = self.names.contract.fields.iter().any(|own| own.koridor.personal);
        let reason = "outside_corridor";
        writer.push(
            "ignore_rows",
            json!({"column": header, "outside_corridor": true, "reason": reason}),
        );
        let is_shown = |name: &&&str| !(has_personal && scrub::is_like_a_name(name));
        let shown = listed(outside.iter().filter(is_shown).take(SHOWN).copied());
        let count = outside.len();
        writer.say(
            format!(
                "{count} nama di luar koridor diabaikan ({shown}); {inside} baris adalah wilayah \
                 koridor"
            ),
            format!(
                "{count} names outside the corridor are left out ({shown}); {inside} rows are \
                 regions of the corridor"
            ),
        );
    }

    /// Figures that stand twice, or that may be year-to-date.
    pub(super) fn ask_about_figures(&self, writer: &mut Writer) {
        for column in self.columns_of(&Role::Spare) {
            let label = self.band.label(column);
            if !normalise(&label).contains("semester") {
                continue;
            }
            let values: BTreeSet<&str> = self.texts(column).into_iter().collect();
            let list = listed(values.iter().copied());
            writer.say(
                format!(
                    "\"{label}\" ({list}): satu tahun ada dua kali; pilih satu dengan `ignore_rows`"
                ),
                format!("\"{label}\" ({list}): a year stands twice; choose one by `ignore_rows`"),
            );
        }
        if self.is_rising() || is_year_to_date(&self.titles) {
            writer.say(
                "angka naik terus dari bulan ke bulan, atau judulnya menyebut kumulatif: bila \
                 dihitung sejak Januari, beri `cumulative`",
                "values rise from month to month, or a title says that they add up: if they count \
                 from January on, give `cumulative`",
            );
        }
    }
}
