//! Required fields that no column holds: what stands around the table, or a question.

use super::file::File;
use crate::infer::periods::{has_year, is_month, is_quarter, names_part_of_year, year_in};
use crate::infer::view::View;
use crate::infer::writer::{Writer, YEAR};
use koridor_contract::codes::CodeMatch;
use koridor_contract::{Field, FieldType, Project};
use serde_json::json;
use std::collections::BTreeSet;

/// A pattern that finds a month with its year.
const MONTH_AND_YEAR: &str = "([A-Za-z]+ (?:19|20)\\d{2})";
/// A pattern that takes a whole text.
const ALL: &str = "^(.*)$";
/// Most codes of a list that are shown as the choice.
const MOST_SHOWN: usize = 12;

impl View<'_, '_> {
    /// Required fields without a place so far; `taken` are those that a column holds.
    pub(super) fn describe_required(
        &self,
        file: &File<'_>,
        taken: &BTreeSet<String>,
        writer: &mut Writer,
    ) {
        let unpivoted = writer.unpivoted();
        let is_lacking = |field: &&Field| {
            field.constraints.required
                && !taken.contains(&field.name)
                && !unpivoted.contains(&field.name)
        };
        for field in self.names.contract.own_fields().iter().filter(is_lacking) {
            let is_region = field.koridor.codes.as_deref() == Some("region");
            let is_time = field.koridor.month || field.field_type == FieldType::Year;
            let is_described = (is_region && self.describe_region(field, file, writer))
                || (is_time && self.describe_time(field, file, writer));
            if !is_described {
                ask_for(field, file.project, writer);
            }
        }
    }

    /// The region: in rows above those it holds for, in the sheets' names, in a title or the file's
    /// name. Whether anything was found.
    fn describe_region(&self, field: &Field, file: &File<'_>, writer: &mut Writer) -> bool {
        if self.section_of_regions(file.project) {
            writer.set("section", json!(field.name));
            writer.say(
                "wilayah berdiri sendiri pada baris di atas baris-barisnya",
                "the region stands alone in a row above its rows",
            );
            return true;
        }
        let Some(list) = file.project.codes.get("region") else { return false };
        let region_of =
            |view: &View<'_, '_>| list.one_named_in(&format!("{} | {}", view.titles, file.name));
        let own = region_of(self);
        if file.same.iter().any(|view| region_of(view) != own) {
            let is_place = |view: &View<'_, '_>| {
                let found = list.find(&view.sheet.name, Default::default());
                matches!(found, CodeMatch::Known(_) | CodeMatch::Outside(_))
            };
            if file.same.iter().all(|view| is_place(view)) && is_place(self) {
                writer.context(&field.name, "sheet", ALL);
                writer.say(
                    "wilayah diambil dari nama lembar",
                    "the region is taken from the sheet's name",
                );
            } else {
                writer.constant(&field.name, "?");
                writer.say(
                    "wilayah berbeda antar lembar: beri `context` dari judul atau nama lembar, \
                     atau batasi `sheets`",
                    "the sheets are of different regions: give a `context` from title or sheet \
                     name, or restrict `sheets`",
                );
            }
            return true;
        }
        let Some((text, code)) = own else { return false };
        writer.constant(&field.name, code);
        writer.say(
            format!("wilayah {text} dibaca dari judul atau nama berkas"),
            format!("the region {text} is taken from a title or the file's name"),
        );
        true
    }

    /// The period: in the sheets' names, in a title or the file's name. Whether anything was found.
    fn describe_time(&self, field: &Field, file: &File<'_>, writer: &mut Writer) -> bool {
        let is_month_of =
            |view: &View<'_, '_>| is_month(&view.sheet.name) || is_quarter(&view.sheet.name);
        let has_months = file.same.iter().all(|view| is_month_of(view)) && is_month_of(self);
        if field.koridor.month && has_months {
            writer.context(&field.name, "sheet", ALL);
            writer
                .say("bulan diambil dari nama lembar", "the month is taken from the sheet's name");
            let place = if year_in(&self.titles).is_some() { "title" } else { "file" };
            if !has_year(&self.sheet.name) {
                writer.context(&format!("join:{}", field.name), place, YEAR);
            }
            return true;
        }
        let Some((place, text)) = [("title", self.titles.as_str()), ("file", file.name)]
            .into_iter()
            .find(|(_, text)| year_in(text).is_some())
        else {
            return false;
        };
        let names_month = text
            .split(|mark: char| !mark.is_alphabetic())
            .any(|word| word.len() > 2 && is_month(word));
        if field.koridor.month && names_month {
            writer.context(&field.name, place, MONTH_AND_YEAR);
            return true;
        }
        // The figure of a quarter or a half is none of the year that it is in.
        let is_part = names_part_of_year(&self.titles) || names_part_of_year(file.name);
        if field.koridor.month && is_part {
            writer.say(
                "judul atau nama berkas menyebut triwulan atau semester: angkanya bukan angka \
                 setahun",
                "a title or the file's name speaks of a quarter or a half: its values are none of \
                 a year",
            );
            return false;
        }
        if field.koridor.month {
            writer.set("dates", json!("year"));
            writer.say(
                "periode adalah satu tahun: dimuat dengan period_type Y",
                "the period is a year: rows are loaded with period_type Y",
            );
        }
        writer.context(&field.name, place, YEAR);
        true
    }
}

/// What only a person knows.
fn ask_for(field: &Field, project: &Project, writer: &mut Writer) {
    let list = field.koridor.codes.as_ref().and_then(|list| project.codes.get(list));
    let listed = list.filter(|list| list.codes().len() <= MOST_SHOWN).map(|list| {
        list.codes().iter().map(|code| code.code.as_str()).collect::<Vec<_>>().join(", ")
    });
    let allowed = field.constraints.allowed.as_ref().map(|allowed| allowed.join(", ")).or(listed);
    let choice = allowed.map(|allowed| format!(": {allowed}")).unwrap_or_default();
    let Field { name, title, koridor, .. } = field;
    let title_en = &koridor.title_en;
    writer.constant(name, "?");
    writer.say(
        format!(
            "{name} ({title}) tidak ada dalam berkas; isi `constants` atau hapus dan beri \
             kolomnya{choice}"
        ),
        format!(
            "{name} ({title_en}) is not in the file; fill `constants`, or give its column{choice}"
        ),
    );
}
