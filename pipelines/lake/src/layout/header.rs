//! The header of a table: where it is, which column is which field, and what to say when it is not there.

use super::{Given, tables};
use crate::readers::address::column_letters;
use crate::readers::{Refusal, Sheet};
use koridor_contract::codes::did_you_mean;
use koridor_contract::source::Column;
use koridor_contract::{CellKind, Contract, RawBatch, Source};

/// A header that was found: where it is and which column is which field.
#[derive(Debug, Clone)]
pub struct Found {
    /// Index of the band's first row.
    pub row: usize,
    /// Index of the first row below the band.
    pub below: usize,
    /// For each field of the contract, the column it comes from.
    pub columns: Vec<Option<usize>>,
    /// Labels of the band by column, from top to bottom.
    pub labels: Vec<Vec<String>>,
}

/// A header text in the form in which headers are compared: letters, digits and percent signs only.
pub fn header_key(text: &str) -> String {
    text.chars()
        .filter(|mark| mark.is_alphanumeric() || *mark == '%')
        .flat_map(char::to_lowercase)
        .collect()
}

/// The description of the canonical layout: a header of the contract's field names.
pub fn canonical(contract: &Contract, given: &Given) -> Source {
    let columns = contract.fields.iter().map(|field| Column {
        field: field.name.clone(),
        header: vec![field.name.clone()],
        optional: !field.constraints.required
            || given.constants.contains_key(&field.name)
            || has_default(&field.name),
        ..Column::default()
    });
    Source { dataset: contract.name.clone(), columns: columns.collect(), ..Source::default() }
}

/// Common fields that have a value where a file carries none.
fn has_default(field: &str) -> bool {
    matches!(field, "period_type" | "obs_status" | "source_id" | "release_date")
}

/// Finds the header band of a sheet.
///
/// # Errors
/// Where no row holds all columns the description needs; the refusal names what is missing in the row that comes nearest.
pub fn find_header(sheet: &Sheet, source: &Source, contract: &Contract) -> Result<Found, Refusal> {
    let first = tables::first(sheet, source);
    let cells = first.as_ref();
    if source.header.absent {
        let columns = contract.fields.iter().map(|field| {
            let header =
                source.columns.iter().find(|column| column.field == field.name)?.header.first()?;
            (0..cells.width()).find(|column| column_letters(*column) == *header)
        });
        return Ok(Found {
            row: 0,
            below: 0,
            columns: columns.collect(),
            labels: vec![Vec::new(); cells.width()],
        });
    }
    let mut best: Option<(usize, Vec<&Column>, Vec<String>)> = None;
    let mut fits: Option<(Fit, usize, Band<'_>)> = None;
    for row in 0..cells.len() {
        // Below the first row that fits, one more may fit better: a title or a blank row is no part of a band.
        let last =
            fits.as_ref().map_or(source.header.within, |(_, first, _)| first + source.header.rows);
        if row >= last {
            break;
        }
        let band = Band::new(cells, row, source);
        let missing: Vec<&Column> = source
            .headed()
            .filter(|column| !column.optional && band.column(column).is_none())
            .collect();
        let hits = source.headed().filter(|column| band.column(column).is_some()).count();
        if missing.is_empty()
            && hits > 0
            && source.header.has.iter().all(|header| band.holds(header))
        {
            let fit = band.fit(cells, hits);
            let first = fits.as_ref().map_or(row, |(_, first, _)| *first);
            if fits.as_ref().is_none_or(|(best, ..)| fit > *best) {
                fits = Some((fit, first, band));
            }
            continue;
        }
        if best.as_ref().is_none_or(|(most, ..)| hits > *most) {
            best = Some((
                hits,
                missing,
                band.labels
                    .iter()
                    .map(|parts| parts.join(" "))
                    .filter(|label| !label.is_empty())
                    .collect(),
            ));
        }
    }
    let Some((_, _, band)) = fits else { return Err(missing_columns(best, source)) };
    band.refuse_twice()?;
    band.refuse_misspelled()?;
    let columns = contract.fields.iter().map(|field| {
        source
            .headed()
            .filter(|column| column.field == field.name)
            .find_map(|column| band.column(column))
    });
    Ok(Found {
        row: band.row,
        below: band.row + source.header.rows,
        columns: columns.collect(),
        labels: band.labels,
    })
}

/// How well a band explains a header: columns found, units found; rows that are neither values nor blank nor a title; the lower one.
type Fit = (usize, usize, std::cmp::Reverse<usize>, usize, usize);

/// A band that may be the header.
struct Band<'source> {
    row: usize,
    source: &'source Source,
    labels: Vec<Vec<String>>,
    keys: Vec<String>,
    lasts: Vec<String>,
    /// The joined text without a unit that stands alone in the band's last row.
    bares: Vec<String>,
}

impl<'source> Band<'source> {
    fn new(cells: &RawBatch, row: usize, source: &'source Source) -> Self {
        let labels = band_labels(cells, row, source.header.rows);
        let keys = labels.iter().map(|parts| header_key(&parts.join(" "))).collect();
        let lasts = labels
            .iter()
            .map(|parts| header_key(parts.last().map(String::as_str).unwrap_or_default()))
            .collect();
        let bare = |parts: &Vec<String>| match parts.split_last() {
            Some((last, upper)) if last.trim().starts_with(['(', '[']) => {
                header_key(&upper.join(" "))
            }
            _ => String::new(),
        };
        let bares = labels.iter().map(bare).collect();
        Self { row, source, labels, keys, lasts, bares }
    }

    fn position(&self, header: &str) -> Option<usize> {
        let wanted = header_key(header);
        let last = || self.lasts.iter().position(|key| *key == wanted && !wanted.is_empty());
        let bare = || self.bares.iter().position(|key| *key == wanted && !wanted.is_empty());
        self.keys.iter().position(|key| *key == wanted).or_else(last).or_else(bare)
    }

    /// The column of the sheet that a described column is, by its header or by its header with a unit.
    fn column(&self, column: &Column) -> Option<usize> {
        column
            .header
            .iter()
            .find_map(|header| self.position(header))
            .or_else(|| self.with_unit(column))
    }

    fn with_unit(&self, column: &Column) -> Option<usize> {
        let named = |header: &String| {
            column.units.keys().find_map(|unit| self.position(&format!("{header} {unit}")))
        };
        column.header.iter().find_map(named)
    }

    /// Whether a header stands anywhere in the band.
    fn holds(&self, header: &str) -> bool {
        self.position(header).is_some()
            || self.labels.iter().flatten().any(|part| header_key(part) == header_key(header))
    }

    fn fit(&self, cells: &RawBatch, hits: usize) -> Fit {
        let rows = self.row..(self.row + self.source.header.rows).min(cells.len());
        let filled =
            |row: usize| (0..cells.width()).filter(|column| !cells.is_blank(row, *column)).count();
        let is_value = |row: usize| {
            (0..cells.width()).any(|column| {
                cells.kind(row, column) == CellKind::Number && !is_year(cells.text(row, column))
            })
        };
        let units = self.source.headed().filter(|column| self.with_unit(column).is_some()).count();
        let values = rows.clone().filter(|row| is_value(*row)).count();
        let labels = rows
            .clone()
            .filter(|row| filled(*row) > 1 || (filled(*row) == 1 && cells.is_blank(*row, 0)))
            .count();
        (hits, units, std::cmp::Reverse(values), labels, self.row)
    }

    fn refuse_twice(&self) -> Result<(), Refusal> {
        let stands_twice = |header: &&String| {
            self.keys.iter().filter(|key| **key == header_key(header)).count() > 1
        };
        let Some(header) =
            self.source.columns.iter().flat_map(|column| &column.header).find(stands_twice)
        else {
            return Ok(());
        };
        Err(Refusal::new(
            "column_twice",
            format!("kolom \"{header}\" ada dua kali; hapus atau ganti nama salah satunya"),
            format!("column \"{header}\" is there twice; remove or rename one of them"),
        ))
    }

    fn refuse_misspelled(&self) -> Result<(), Refusal> {
        let absent = self.source.headed().filter(|column| self.column(column).is_none());
        let lasts = self.labels.iter().filter_map(|parts| parts.last()).map(String::as_str);
        let spare: Vec<&str> =
            lasts.filter(|label| !label.is_empty() && !is_named(self.source, label)).collect();
        let found = absent
            .flat_map(|column| &column.header)
            .find_map(|header| Some((misspelled(header, &spare)?, header)));
        let Some((label, header)) = found else { return Ok(()) };
        Err(Refusal::new(
            "misspelled_column",
            format!(
                "kolom \"{label}\" tidak dikenal; mungkin salah ketik: \"{label}\" -> \"{header}\""
            ),
            format!(
                "column \"{label}\" is not known; perhaps misspelled: \"{label}\" -> \"{header}\""
            ),
        ))
    }
}

fn is_year(text: &str) -> bool {
    text.trim().len() == 4
        && text.trim().parse::<u32>().is_ok_and(|year| (1900..=2200).contains(&year))
}

/// The next row from `from` on that is a header of the description.
pub(crate) fn next_header(
    cells: &RawBatch,
    from: usize,
    source: &Source,
    contract: &Contract,
) -> Option<usize> {
    let first = source.headed().find(|column| !column.optional)?;
    let wanted: Vec<String> = first.header.iter().map(|header| header_key(header)).collect();
    let row = (from..cells.len()).find(|row| {
        // Few rows hold the first header at all; only those are looked at as a band.
        let band = *row..(*row + source.header.rows).min(cells.len());
        let has_first = band.clone().any(|row| {
            (0..cells.width()).any(|column| wanted.contains(&header_key(cells.text(row, column))))
        });
        if !has_first {
            return false;
        }
        let sheet =
            Sheet { cells: tables::part(cells, band, 0..cells.width()), ..Sheet::default() };
        find_header(&sheet, source, contract).is_ok_and(|found| found.row == 0)
    })?;
    // The first band that fits may begin with a title.
    let rows = row..(row + 2 * source.header.rows).min(cells.len());
    let sheet = Sheet { cells: tables::part(cells, rows, 0..cells.width()), ..Sheet::default() };
    find_header(&sheet, source, contract).ok().map(|found| row + found.row)
}

/// Whether a description names a header, for a column or beside one.
fn is_named(source: &Source, label: &str) -> bool {
    let key = header_key(label);
    let others = source.ignore_rows.iter().flat_map(|rule| &rule.column).chain(&source.header.has);
    let with_units = source.columns.iter().flat_map(|column| {
        column
            .header
            .iter()
            .flat_map(|header| column.units.keys().map(move |unit| format!("{header} {unit}")))
    });
    source
        .columns
        .iter()
        .flat_map(|column| column.header.iter().chain(&column.join))
        .chain(others)
        .any(|header| header_key(header) == key)
        || with_units.into_iter().any(|header| header_key(&header) == key)
}

/// The spare label that is all but a header: a letter or two from it. An optional column under it would be lost without a word.
fn misspelled<'label>(header: &str, spare: &[&'label str]) -> Option<&'label str> {
    let wanted = header_key(header);
    let most = (wanted.chars().count() / 6).min(2);
    spare
        .iter()
        .copied()
        .find(|label| most > 0 && strsim::damerau_levenshtein(&wanted, &header_key(label)) <= most)
}

/// What to say where a rule looks at a column that is not there.
pub(super) fn absent_column(key: &str, headers: &[String]) -> Refusal {
    let expected =
        headers.iter().map(|header| format!("\"{header}\"")).collect::<Vec<_>>().join(", ");
    Refusal::new(
        "missing_rule_column",
        format!("kolom yang disebut {key} tidak ada: {expected}"),
        format!("the column that {key} names is missing: {expected}"),
    )
}

fn missing_columns(best: Option<(usize, Vec<&Column>, Vec<String>)>, source: &Source) -> Refusal {
    let Some((hits, missing, labels)) = best else {
        return Refusal::new(
            "no_rows",
            "berkas tidak berisi baris sama sekali",
            "the file holds no rows",
        );
    };
    if missing.is_empty() && hits > 0 {
        let wanted = source.header.has.join(", ");
        return Refusal::new(
            "no_header",
            format!("judul kolom tidak cocok; diharapkan juga: {wanted}"),
            format!("the header does not fit; expected besides: {wanted}"),
        );
    }
    let expected = |columns: &[&Column]| {
        columns
            .iter()
            .filter_map(|column| column.header.first())
            .map(|header| format!("\"{header}\""))
            .collect::<Vec<_>>()
            .join(", ")
    };
    if hits == 0 {
        let all: Vec<&Column> = source.headed().filter(|column| !column.optional).collect();
        let shown = labels.iter().take(12).cloned().collect::<Vec<_>>().join(", ");
        return Refusal::new(
            "no_header",
            format!(
                "judul kolom tidak ditemukan; diharapkan {}; yang ada: {shown}",
                expected(&all)
            ),
            format!("no header was found; expected {}; found: {shown}", expected(&all)),
        );
    }
    let near: Vec<String> = missing
        .iter()
        .filter_map(|column| {
            let wanted = column.header.first()?;
            did_you_mean(wanted, labels.iter().map(String::as_str))
                .map(|label| format!("\"{label}\" -> \"{wanted}\""))
        })
        .collect();
    let (hint_id, hint_en) = if near.is_empty() {
        Default::default()
    } else {
        (
            format!("; mungkin salah ketik: {}", near.join(", ")),
            format!("; perhaps misspelled: {}", near.join(", ")),
        )
    };
    Refusal::new(
        "missing_column",
        format!("kolom wajib tidak ada: {}{hint_id}", expected(&missing)),
        format!("required columns are missing: {}{hint_en}", expected(&missing)),
    )
}

/// Labels of each column in the band, empty cells of upper rows taking the text to their left.
pub(crate) fn band_labels(cells: &RawBatch, row: usize, rows: usize) -> Vec<Vec<String>> {
    let mut labels = vec![Vec::new(); cells.width()];
    for band_row in row..(row + rows).min(cells.len()) {
        let is_last = band_row + 1 == row + rows;
        let mut left = String::new();
        for (column, label) in labels.iter_mut().enumerate() {
            let text = cells.text(band_row, column);
            let text = text.trim();
            if !text.is_empty() {
                left = text.to_owned();
            }
            // In the last row an empty cell is a column merged from above, not from the left.
            label.push(if text.is_empty() && is_last && rows > 1 {
                String::new()
            } else if rows > 1 {
                left.clone()
            } else {
                text.to_owned()
            });
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 25, 26, 701, 702].map(column_letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
