//! Which cells are percentages: what reads a workbook gives the number alone.

use std::io::{Cursor, Read};

/// Most cells that one element stands for.
const MOST_REPEATED: u32 = 1_024;

/// The places of percentages of an ODS workbook, a list a table, in the order of the tables.
pub(super) fn of_ods(bytes: &[u8]) -> Vec<Vec<(u32, u32)>> {
    let mut content = String::new();
    let is_read = zip::ZipArchive::new(Cursor::new(bytes)).is_ok_and(|mut archive| {
        archive
            .by_name("content.xml")
            .is_ok_and(|mut part| part.read_to_string(&mut content).is_ok())
    });
    if !is_read || !content.contains("\"percentage\"") {
        return Vec::new();
    }
    let mut tables: Vec<Vec<(u32, u32)>> = Vec::new();
    let (mut row, mut next_row, mut column) = (0, 0, 0);
    for tag in content.split('<').filter_map(|tag| tag.split('>').next()) {
        let name = tag.split([' ', '\n', '\r', '\t', '/']).next().unwrap_or_default();
        match name {
            "table:table" => {
                tables.push(Vec::new());
                (row, next_row, column) = (0, 0, 0);
            }
            "table:table-row" => {
                row = next_row;
                next_row = row + repeated(tag, "table:number-rows-repeated");
                column = 0;
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let next = column + repeated(tag, "table:number-columns-repeated");
                if attribute(tag, "office:value-type") == Some("percentage") {
                    let rows = row..next_row.min(row + MOST_REPEATED);
                    let columns = column..next.min(column + MOST_REPEATED);
                    let places =
                        rows.flat_map(|row| columns.clone().map(move |column| (row, column)));
                    tables.last_mut().into_iter().for_each(|own| own.extend(places.clone()));
                }
                column = next;
            }
            _ => {}
        }
    }
    tables
}

fn repeated(tag: &str, name: &str) -> u32 {
    attribute(tag, name).and_then(|count| count.parse().ok()).unwrap_or(1)
}

fn attribute<'tag>(tag: &'tag str, name: &str) -> Option<&'tag str> {
    let (_, behind) = tag.split_once(name)?;
    behind.strip_prefix("=\"")?.split('"').next()
}

/// Whether a number format shows a hundred times the value: it holds a percent sign that is no
/// quoted text.
pub(super) fn is_percent(format: &str) -> bool {
    let mut marks = format.chars();
    let mut is_quoted = false;
    while let Some(mark) = marks.next() {
        match mark {
            '"' => is_quoted = !is_quoted,
            '\\' | '_' | '*' if !is_quoted => drop(marks.next()),
            '%' if !is_quoted => return true,
            _ => {}
        }
    }
    false
}

/// Whether a number format shows an amount of rupiah: `"Rp"#,##0`, `[$Rp-421]#,##0`.
pub(super) fn is_rupiah(format: &str) -> bool {
    let format = format.to_lowercase();
    ["\"rp", "[$rp", "[$idr"].iter().any(|sign| format.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_in_quotes_is_text() {
        assert!(is_percent("0.00%") && is_percent("0%;[Red]-0%"));
        assert!(is_rupiah("\"Rp\"#,##0") && is_rupiah("[$Rp-421]#,##0") && !is_rupiah("#,##0"));
        assert!(!is_percent("0.0\"%\"") && !is_percent("0\\%") && !is_percent("General"));
    }
}
