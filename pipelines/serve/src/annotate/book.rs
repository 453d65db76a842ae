//! Which part is which sheet, and a sheet that is put before all others.

use super::package::{Package, Relation, TypeOf};
use super::styles::Styles;
use super::xml::{Tag, changed, escape, first, tags, unescape};
use crate::error::ServeError;

const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The workbook part and what it refers to.
pub(super) struct Book {
    part: String,
    relations: Vec<Relation>,
    /// Name and part of each sheet, in order.
    sheets: Vec<(String, String)>,
}

impl Book {
    pub(super) fn read(package: &Package) -> Result<Self, ServeError> {
        let roots = package.relations("");
        let root = roots.into_iter().find(|root| root.kind.ends_with("/officeDocument"));
        let part = root.map_or_else(|| "xl/workbook.xml".to_owned(), |root| root.part);
        let relations = package.relations(&part);
        let sheet = |tag: Tag<'_>| {
            let id = tag.attribute("id")?;
            let relation = relations.iter().find(|own| own.id == id)?;
            Some((unescape(tag.attribute("name")?), relation.part.clone()))
        };
        let sheets = tags(package.text(&part)?).filter(|tag| tag.name() == "sheet");
        let sheets: Vec<(String, String)> = sheets.filter_map(sheet).collect();
        Ok(Self { sheets, part, relations })
    }

    pub(super) fn sheet_part(&self, name: &str) -> Result<String, ServeError> {
        let found = self.sheets.iter().find(|(own, _)| own == name);
        found
            .map(|(_, part)| part.clone())
            .ok_or_else(|| ServeError::marking(&format!("no sheet {name}")))
    }

    pub(super) fn part_of_kind(&self, kind: &str) -> Result<String, ServeError> {
        let found = self.relations.iter().find(|own| own.kind.ends_with(kind));
        found
            .map(|own| own.part.clone())
            .ok_or_else(|| ServeError::marking(&format!("no part {kind}")))
    }

    pub(super) fn text_of_kind(&self, package: &Package, kind: &str) -> Result<String, ServeError> {
        Ok(package.text(&self.part_of_kind(kind)?)?.to_owned())
    }

    /// Puts the first sheet of another workbook before all sheets; it is the one that is shown.
    pub(super) fn put_first(
        &mut self,
        package: &mut Package,
        (other, name): (&[u8], &str),
        styles: &mut Styles,
    ) -> Result<(), ServeError> {
        let other = Package::read(other)?;
        let other_book = Self::read(&other)?;
        let moved = styles.take_up(&other_book.text_of_kind(&other, "/styles")?);
        let (_, first_part) =
            other_book.sheets.first().ok_or_else(|| ServeError::marking("no summary"))?;
        let text = changed(other.text(first_part)?, |tag| {
            let is_styled = matches!(tag.name(), "c" | "row" | "col") && !tag.is_close();
            let key = if tag.name() == "col" { "style" } else { "s" };
            let look: usize = tag.attribute(key).filter(|_| is_styled)?.parse().ok()?;
            Some(tag.with(key, &(look + moved).to_string()))
        });
        // Two sheets that are selected are edited together.
        for (_, part) in &self.sheets {
            let Ok(own) = package.text(part) else { continue };
            let own = changed(own, |tag| {
                let is_selected =
                    tag.name() == "sheetView" && tag.attribute("tabSelected").is_some();
                is_selected.then(|| tag.with("tabSelected", "0"))
            });
            package.put(part, own);
        }
        let part = package.free_name("xl/worksheets/koridor", "xml");
        package.put(&part, text);
        package.add_type(TypeOf::Part(&part), SHEET)?;
        let id = package.relate(&self.part, "worksheet", &part);
        let text = with_first_sheet(package.text(&self.part)?, (name, &id))?;
        package.put(&self.part, text);
        Ok(())
    }
}

/// The workbook part with a sheet before its own. What names sheets by their place moves on.
fn with_first_sheet(xml: &str, (name, relation): (&str, &str)) -> Result<String, ServeError> {
    let number = |tag: Tag<'_>| tag.attribute("sheetId")?.parse::<u32>().ok();
    let numbers = tags(xml).filter(|tag| tag.name() == "sheet").filter_map(number);
    let sheet_id = numbers.max().unwrap_or_default() + 1;
    let list = first(xml, "sheets").filter(|tag| !tag.is_empty());
    let list = list.ok_or_else(|| ServeError::marking("it has no sheets"))?;
    let (prefix, name) = (list.prefix(), escape(name));
    let sheet = format!(
        "<{prefix}sheet xmlns:r=\"{RELATIONS}\" name=\"{name}\" sheetId=\"{sheet_id}\" \
         r:id=\"{relation}\"/>"
    );
    Ok(changed(xml, |tag| match (tag.name(), tag.is_close()) {
        ("sheets", false) => Some(format!("{}{sheet}", tag.text())),
        ("definedName", false) => {
            let place = tag.attribute("localSheetId")?.parse::<u32>().ok()?;
            Some(tag.with("localSheetId", &(place + 1).to_string()))
        }
        ("workbookView", false) => {
            let shown = tag.with("activeTab", "0");
            let shown = first(&shown, "workbookView").map(|tag| tag.with("firstSheet", "0"));
            shown.or_else(|| Some(tag.text().to_owned()))
        }
        _ => None,
    }))
}
