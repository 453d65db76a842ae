//! From a sheet's cells to rows of a contract's fields, as a source description says.
//!
//! Owns finding the header band, leaving out rows that are not data, and turning columns that run across. Knows no types: what a cell means
//! is the contract's part.

use crate::readers::{Refusal, Sheet};
use crate::tables_of_sheet;
use koridor_contract::check::FieldOrigin;
use koridor_contract::codes::{did_you_mean, normalise};
use koridor_contract::source::{Column, Context, Place, Unpivot, matches};
use koridor_contract::{CellKind, Contract, RawBatch, Source};
use std::collections::BTreeMap;

/// What is said of a file besides its cells.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Name of the file.
    pub file_name: String,
    /// Values of fields that the file itself does not carry: `source_id`, `release_date`, a region.
    pub constants: BTreeMap<String, String>,
}

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

/// A row that says it sums others: not data, but compared with them.
#[derive(Debug, Clone)]
pub struct TotalRow {
    /// Row in the sheet.
    pub row_number: u64,
    /// Texts by field index.
    pub cells: Vec<(usize, String, CellKind)>,
    /// Rows of the laid-out batch that it follows.
    pub after: usize,
}

/// A sheet laid out as rows of fields.
#[derive(Debug)]
pub struct Laid {
    /// Sheet name.
    pub sheet: String,
    /// Rows, one column a field that the sheet carries.
    pub rows: RawBatch,
    /// Where each field of the contract comes from.
    pub origins: Vec<FieldOrigin>,
    /// Column of the sheet for each column of `rows`; the unpivoted one differs by row.
    pub sheet_columns: Vec<Option<usize>>,
    /// Column of the sheet that a row's unpivoted value came from.
    pub value_columns: Vec<usize>,
    /// Rows that are not data, by reason.
    pub ignored: BTreeMap<String, u64>,
    /// Total rows.
    pub totals: Vec<TotalRow>,
}

/// A header text in the form in which headers are compared: letters, digits and percent signs only.
pub fn header_key(text: &str) -> String {
    text.chars().filter(|mark| mark.is_alphanumeric() || *mark == '%').flat_map(char::to_lowercase).collect()
}

/// The column letters of a workbook: 0 is A.
pub fn column_letters(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'A' + (column % 26) as u8);
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    letters.reverse();
    String::from_utf8(letters).unwrap_or_default()
}

/// The description of the canonical layout: a header of the contract's field names.
pub fn canonical(contract: &Contract, given: &Given) -> Source {
    let columns = contract.fields.iter().map(|field| Column {
        field: field.name.clone(),
        header: vec![field.name.clone()],
        join: Vec::new(),
        optional: !field.constraints.required || given.constants.contains_key(&field.name) || has_default(&field.name),
        numbers: None,
        dates: None,
        multiply: None,
        units: BTreeMap::new(),
        cumulative: false,
        values: BTreeMap::new(),
        codes: Default::default(),
    });
    Source {
        name: String::new(),
        title: String::new(),
        title_en: String::new(),
        dataset: contract.name.clone(),
        source_ids: Vec::new(),
        files: Vec::new(),
        format: None,
        delimiter: None,
        sheets: Vec::new(),
        header: Default::default(),
        numbers: Default::default(),
        dates: Default::default(),
        missing: Vec::new(),
        columns: columns.collect(),
        constants: BTreeMap::new(),
        context: Vec::new(),
        fill_down: Vec::new(),
        ignore_rows: Vec::new(),
        unpivot: None,
        repeats: Vec::new(),
        section: None,
        variable: None,
        named_only: false,
    }
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
    let first = tables_of_sheet::first(sheet, source);
    let cells = first.as_ref();
    if source.header.absent {
        let columns = contract.fields.iter().map(|field| {
            let header = source.columns.iter().find(|column| column.field == field.name)?.header.first()?;
            (0..cells.width()).find(|column| column_letters(*column) == *header)
        });
        return Ok(Found { row: 0, below: 0, columns: columns.collect(), labels: vec![Vec::new(); cells.width()] });
    }
    let mut best: Option<(usize, Vec<&Column>, Vec<String>)> = None;
    for row in 0..cells.len().min(source.header.within) {
        let labels = band_labels(cells, row, source.header.rows);
        let keys: Vec<String> = labels.iter().map(|parts| header_key(&parts.join(" "))).collect();
        let lasts: Vec<String> = labels.iter().map(|parts| header_key(parts.last().map(String::as_str).unwrap_or_default())).collect();
        let position = |header: &str| {
            let wanted = header_key(header);
            keys.iter().position(|key| *key == wanted).or_else(|| lasts.iter().position(|key| *key == wanted && !wanted.is_empty()))
        };
        let found = |column: &Column| {
            let with_units = |header: &String| column.units.keys().find_map(|unit| position(&format!("{header} {unit}")));
            column.header.iter().find_map(|header| position(header).or_else(|| with_units(header)))
        };
        let missing: Vec<&Column> = source.columns.iter().filter(|column| !column.optional && found(column).is_none()).collect();
        let hits = source.columns.iter().filter(|column| found(column).is_some()).count();
        let is_like = source.header.has.iter().all(|header| position(header).is_some());
        if missing.is_empty() && hits > 0 && is_like {
            let twice = source.columns.iter().flat_map(|column| &column.header).find(|header| {
                let wanted = header_key(header);
                keys.iter().filter(|key| **key == wanted).count() > 1
            });
            if let Some(header) = twice {
                return Err(Refusal::new(
                    "column_twice",
                    format!("kolom \"{header}\" ada dua kali; hapus atau ganti nama salah satunya"),
                    format!("column \"{header}\" is there twice; remove or rename one of them"),
                ));
            }
            let absent = source.columns.iter().filter(|column| found(column).is_none());
            let spare: Vec<&str> = labels
                .iter()
                .filter_map(|parts| parts.last())
                .map(String::as_str)
                .filter(|label| !label.is_empty() && !is_named(source, label))
                .collect();
            if let Some((label, header)) =
                absent.flat_map(|column| &column.header).find_map(|header| Some((misspelled(header, &spare)?, header)))
            {
                return Err(Refusal::new(
                    "misspelled_column",
                    format!("kolom \"{label}\" tidak dikenal; mungkin salah ketik: \"{label}\" -> \"{header}\""),
                    format!("column \"{label}\" is not known; perhaps misspelled: \"{label}\" -> \"{header}\""),
                ));
            }
            let columns =
                contract.fields.iter().map(|field| source.columns.iter().filter(|column| column.field == field.name).find_map(found));
            return Ok(Found { row, below: row + source.header.rows, columns: columns.collect(), labels });
        }
        if best.as_ref().is_none_or(|(most, ..)| hits > *most) {
            best = Some((hits, missing, labels.iter().map(|parts| parts.join(" ")).filter(|label| !label.is_empty()).collect()));
        }
    }
    Err(missing_columns(best, source))
}

/// The next row from `from` on that is a header of the description.
pub(crate) fn next_header(cells: &RawBatch, from: usize, source: &Source, contract: &Contract) -> Option<usize> {
    let first = source.columns.iter().find(|column| !column.optional)?;
    let wanted: Vec<String> = first.header.iter().map(|header| header_key(header)).collect();
    (from..cells.len()).find(|row| {
        // Few rows hold the first header at all; only those are looked at as a band.
        let band = *row..(*row + source.header.rows).min(cells.len());
        let has_first = band.clone().any(|row| (0..cells.width()).any(|column| wanted.contains(&header_key(cells.text(row, column)))));
        if !has_first {
            return false;
        }
        let sheet = Sheet { cells: tables_of_sheet::part(cells, band, 0..cells.width()), ..Sheet::default() };
        find_header(&sheet, source, contract).is_ok_and(|found| found.row == 0)
    })
}

/// The description with the factors of the units that a header names, and which units those are, by field.
pub fn with_units(source: &Source, contract: &Contract, found: &Found) -> (Source, BTreeMap<String, String>) {
    let mut own = source.clone();
    let mut units = BTreeMap::new();
    for column in own.columns.iter_mut().filter(|column| !column.units.is_empty()) {
        let place = contract.field_index(&column.field).and_then(|field| found.columns.get(field).copied().flatten());
        let Some(label) = place.and_then(|place| found.labels.get(place)) else { continue };
        let keys = [header_key(&label.join(" ")), header_key(label.last().map(String::as_str).unwrap_or_default())];
        let is_named = |unit: &String| column.header.iter().any(|header| keys.contains(&header_key(&format!("{header} {unit}"))));
        if let Some((unit, factor)) = column.units.iter().find(|(unit, _)| is_named(unit)) {
            units.insert(column.field.clone(), format!("{unit} x {factor}"));
            column.multiply = (factor != "1").then(|| factor.clone());
        }
    }
    (own, units)
}

/// Whether a description names a header, for a column or beside one.
fn is_named(source: &Source, label: &str) -> bool {
    let key = header_key(label);
    let others = source.ignore_rows.iter().map(|rule| &rule.column).chain(&source.header.has);
    let with_units = source
        .columns
        .iter()
        .flat_map(|column| column.header.iter().flat_map(|header| column.units.keys().map(move |unit| format!("{header} {unit}"))));
    source.columns.iter().flat_map(|column| column.header.iter().chain(&column.join)).chain(others).any(|header| header_key(header) == key)
        || with_units.into_iter().any(|header| header_key(&header) == key)
}

/// The spare label that is all but a header: a letter or two from it. An optional column under it would be lost without a word.
fn misspelled<'label>(header: &str, spare: &[&'label str]) -> Option<&'label str> {
    let wanted = header_key(header);
    let most = (wanted.chars().count() / 6).min(2);
    spare.iter().copied().find(|label| most > 0 && strsim::damerau_levenshtein(&wanted, &header_key(label)) <= most)
}

fn missing_columns(best: Option<(usize, Vec<&Column>, Vec<String>)>, source: &Source) -> Refusal {
    let Some((hits, missing, labels)) = best else {
        return Refusal::new("no_rows", "berkas tidak berisi baris sama sekali", "the file holds no rows");
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
        columns.iter().filter_map(|column| column.header.first()).map(|header| format!("\"{header}\"")).collect::<Vec<_>>().join(", ")
    };
    if hits == 0 {
        let all: Vec<&Column> = source.columns.iter().filter(|column| !column.optional).collect();
        let shown = labels.iter().take(12).cloned().collect::<Vec<_>>().join(", ");
        return Refusal::new(
            "no_header",
            format!("judul kolom tidak ditemukan; diharapkan {}; yang ada: {shown}", expected(&all)),
            format!("no header was found; expected {}; found: {shown}", expected(&all)),
        );
    }
    let near: Vec<String> = missing
        .iter()
        .filter_map(|column| {
            let wanted = column.header.first()?;
            did_you_mean(wanted, labels.iter().map(String::as_str)).map(|label| format!("\"{label}\" -> \"{wanted}\""))
        })
        .collect();
    let (hint_id, hint_en) = if near.is_empty() {
        Default::default()
    } else {
        (format!("; mungkin salah ketik: {}", near.join(", ")), format!("; perhaps misspelled: {}", near.join(", ")))
    };
    Refusal::new(
        "missing_column",
        format!("kolom wajib tidak ada: {}{hint_id}", expected(&missing)),
        format!("required columns are missing: {}{hint_en}", expected(&missing)),
    )
}

/// Labels of each column in the band, empty cells of upper rows taking the text to their left.
fn band_labels(cells: &RawBatch, row: usize, rows: usize) -> Vec<Vec<String>> {
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

/// Whether a row of cells is one that sums others.
pub fn is_total(text: &str) -> bool {
    let text = normalise(text);
    ["jumlah", "total", "grand total", "sub total", "subtotal", "rata rata"].iter().any(|word| {
        text == *word || text.strip_prefix(word).is_some_and(|rest| rest.starts_with(' ') || rest.starts_with(':') || rest.starts_with('('))
    })
}

/// Whether a text that stands alone in its row is a note.
fn is_note(text: &str) -> bool {
    let text = normalise(text);
    text.starts_with('*')
        || ["sumber", "catatan", "keterangan", "ket", "note", "source", "ttd", "mengetahui"].iter().any(|word| text.starts_with(word))
}

/// Lays a sheet out as rows of the contract's fields.
///
/// # Errors
/// As [`find_header`], or where a value that stands around the table is not there.
pub fn lay_out(sheet: Sheet, source: &Source, contract: &Contract, given: &Given) -> Result<Laid, Refusal> {
    let found = find_header(&sheet, source, contract)?;
    let context = context(&sheet, source, given, found.row)?;
    let cells = &sheet.cells;
    let mut ignored: BTreeMap<String, u64> = BTreeMap::new();
    let mut ignore = |reason: &str| *ignored.entry(reason.to_owned()).or_default() += 1;
    (0..found.row).filter(|row| (0..cells.width()).any(|column| !cells.is_blank(*row, column))).for_each(|_| ignore("title"));
    let across = source.unpivot.as_ref().map(|unpivot| across(unpivot, &found)).transpose()?;

    // One column of the result for each field that the sheet carries.
    let part_fields =
        source.unpivot.iter().flat_map(|unpivot| unpivot.header.iter().map(|part| part.field.as_str()).chain([unpivot.value.as_str()]));
    let unpivoted: Vec<&str> = part_fields.chain(source.section.as_deref()).collect();
    let joined: BTreeMap<&str, &str> =
        context.iter().filter_map(|(field, value)| Some((field.strip_prefix("join:")?, value.as_str()))).collect();
    let mut origins = Vec::new();
    let mut carried = Vec::new();
    let mut sheet_columns = Vec::new();
    for (index, field) in contract.fields.iter().enumerate() {
        let column = found.columns.get(index).copied().flatten();
        if column.is_some() || unpivoted.contains(&field.name.as_str()) {
            origins.push(FieldOrigin::Column(carried.len()));
            carried.push((index, column));
            sheet_columns.push(column);
        } else {
            origins.push(constant(&field.name, source, &context, given, contract));
        }
    }
    let ignore_rules: Vec<(usize, &koridor_contract::source::IgnoreRows)> = source
        .ignore_rows
        .iter()
        .filter_map(|rule| {
            let wanted = header_key(&rule.column);
            let column = found
                .labels
                .iter()
                .position(|parts| header_key(&parts.join(" ")) == wanted || parts.last().is_some_and(|part| header_key(part) == wanted));
            Some((column?, rule))
        })
        .collect();
    let join_columns: BTreeMap<&str, Vec<usize>> = source
        .columns
        .iter()
        .filter(|column| !column.join.is_empty())
        .map(|column| {
            let find = |header: &String| {
                let wanted = header_key(header);
                found.labels.iter().position(|parts| header_key(&parts.join(" ")) == wanted)
            };
            (column.field.as_str(), column.join.iter().filter_map(find).collect())
        })
        .collect();

    let mut rows = RawBatch::typed(carried.len());
    rows.reserve((cells.len() - found.below.min(cells.len())) * across.as_ref().map_or(1, Vec::len));
    let mut value_columns = Vec::new();
    let mut totals = Vec::new();
    let mut last: Vec<String> = vec![String::new(); carried.len()];
    let mut section = String::new();
    for row in found.below..cells.len() {
        let filled: Vec<usize> = (0..cells.width()).filter(|column| !cells.is_blank(row, *column)).collect();
        let Some(&first) = filled.first() else {
            ignore("blank");
            continue;
        };
        let first_text = cells.text(row, first);
        if let Some((_, rule)) = ignore_rules.iter().find(|(column, rule)| {
            let text = normalise(cells.text(row, *column));
            rule.matches.iter().any(|pattern| matches(&normalise_pattern(pattern), &text))
                || (!rule.except.is_empty() && !rule.except.iter().any(|pattern| matches(&normalise_pattern(pattern), &text)))
        }) {
            ignore(&rule.reason);
            continue;
        }
        if is_total(first_text) {
            ignore("total");
            let texts = carried
                .iter()
                .filter_map(|(index, column)| column.map(|column| (*index, cells.text(row, column).to_owned(), cells.kind(row, column))));
            totals.push(TotalRow {
                row_number: cells.row_number(row),
                cells: texts.filter(|(_, text, _)| !text.trim().is_empty()).collect(),
                after: rows.len(),
            });
            continue;
        }
        if filled.len() == 1 && is_note(first_text) {
            ignore("note");
            continue;
        }
        if filled.len() == 1 && source.section.is_some() {
            section = first_text.trim().to_owned();
            ignore("section");
            continue;
        }
        if row == found.below && is_numbering(cells, row, &filled) {
            ignore("header");
            continue;
        }
        let texts: Vec<(String, CellKind)> = carried
            .iter()
            .enumerate()
            .map(|(position, (index, column))| {
                let name = contract.fields.get(*index).map(|field| field.name.as_str()).unwrap_or_default();
                if source.section.as_deref() == Some(name) && column.is_none() {
                    return (section.clone(), CellKind::Text);
                }
                let Some(column) = column else { return (String::new(), CellKind::Text) };
                let mut text = cells.text(row, *column).to_owned();
                let mut kind = cells.kind(row, *column);
                // A date cell is a whole date already.
                if let Some(others) = join_columns.get(name).filter(|_| kind != CellKind::Date) {
                    for other in others {
                        text = format!("{} {}", text.trim(), cells.text(row, *other).trim());
                    }
                    kind = CellKind::Text;
                }
                if source.fill_down.iter().any(|filled| filled == name)
                    && let Some(kept) = last.get_mut(position)
                {
                    if text.trim().is_empty() {
                        text.clone_from(kept);
                    } else {
                        kept.clone_from(&text);
                    }
                }
                if let Some(tail) = joined.get(name) {
                    text = format!("{} {tail}", text.trim());
                    kind = CellKind::Text;
                }
                (text, kind)
            })
            .collect();
        let Some(across) = &across else {
            for (text, kind) in &texts {
                rows.push_cell(text, *kind);
            }
            rows.end_row(cells.row_number(row));
            continue;
        };
        for column in across {
            for ((index, own), (text, kind)) in carried.iter().zip(&texts) {
                let name = contract.fields.get(*index).map(|field| field.name.as_str()).unwrap_or_default();
                if source.unpivot.as_ref().is_some_and(|unpivot| unpivot.value == name) {
                    rows.push_cell(cells.text(row, column.column), cells.kind(row, column.column));
                } else if let Some(part) = column.parts.get(name) {
                    let text = match (own, joined.get(name)) {
                        (Some(_), _) => format!("{part} {}", text.trim()),
                        (None, Some(tail)) => format!("{part} {tail}"),
                        (None, None) => part.clone(),
                    };
                    rows.push_cell(&text, CellKind::Text);
                } else {
                    rows.push_cell(text, *kind);
                }
            }
            rows.end_row(cells.row_number(row));
            value_columns.push(column.column);
        }
    }
    Ok(Laid { sheet: sheet.name, rows, origins, sheet_columns, value_columns, ignored, totals })
}

/// Where a field comes from that the sheet does not carry.
pub fn constant(field: &str, source: &Source, context: &[(String, String)], given: &Given, contract: &Contract) -> FieldOrigin {
    if let Some(value) = source.constants.get(field) {
        return FieldOrigin::Constant(value.clone());
    }
    if let Some((_, value)) = context.iter().find(|(name, _)| name == field) {
        return FieldOrigin::Constant(value.clone());
    }
    if let Some(value) = given.constants.get(field) {
        return FieldOrigin::Constant(value.clone());
    }
    match field {
        "period_type" => {
            FieldOrigin::Constant(contract.koridor.period_types.first().map(|period| period.as_str()).unwrap_or("M").to_owned())
        }
        "obs_status" => FieldOrigin::Constant("final".to_owned()),
        _ => FieldOrigin::Absent,
    }
}

struct Across {
    column: usize,
    parts: BTreeMap<String, String>,
}

fn across(unpivot: &Unpivot, found: &Found) -> Result<Vec<Across>, Refusal> {
    let taken: Vec<usize> = found.columns.iter().flatten().copied().collect();
    let mut columns = Vec::new();
    for (column, labels) in found.labels.iter().enumerate().filter(|(column, _)| !taken.contains(column)) {
        let last = normalise(labels.last().map(String::as_str).unwrap_or_default());
        if last.is_empty() || unpivot.ignore.iter().any(|pattern| matches(&normalise_pattern(pattern), &last)) {
            continue;
        }
        let mut parts: BTreeMap<String, String> = BTreeMap::new();
        for part in &unpivot.header {
            let text = labels.get(part.row).map(String::as_str).unwrap_or_default();
            let joined = parts.entry(part.field.clone()).or_default();
            if !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(text.trim());
        }
        columns.push(Across { column, parts });
    }
    if columns.is_empty() {
        return Err(Refusal::new(
            "no_value_columns",
            "tidak ada kolom nilai di samping kolom judul",
            "there are no columns of values beside the labels",
        ));
    }
    Ok(columns)
}

fn normalise_pattern(pattern: &str) -> String {
    pattern.split('*').map(normalise).collect::<Vec<_>>().join("*")
}

/// A row such as `(1) (2) (3)` or `1 2 3` under a header.
fn is_numbering(cells: &RawBatch, row: usize, filled: &[usize]) -> bool {
    filled.len() > 2
        && filled.iter().enumerate().all(|(index, column)| {
            let text = cells.text(row, *column);
            text.trim().trim_matches(['(', ')']).parse::<usize>().is_ok_and(|number| number == index + 1)
        })
}

/// Values that stand around the table.
pub fn context(sheet: &Sheet, source: &Source, given: &Given, header_row: usize) -> Result<Vec<(String, String)>, Refusal> {
    source
        .context
        .iter()
        .map(|Context { field, from, pattern }| {
            // Validated when the description was read.
            let pattern = regex::Regex::new(pattern).map_err(|error| Refusal::new("bad_pattern", error.to_string(), error.to_string()))?;
            let first = |text: &str| pattern.captures(text).and_then(|groups| groups.get(1)).map(|group| group.as_str().to_owned());
            let value = match from {
                Place::File => first(&given.file_name),
                Place::Sheet => first(&sheet.name),
                Place::Title => {
                    (0..header_row).find_map(|row| (0..sheet.cells.width()).find_map(|column| first(sheet.cells.text(row, column))))
                }
            };
            value.map(|value| (field.clone(), value)).ok_or_else(|| {
                let place = match from {
                    Place::File => ("nama berkas", "the file's name"),
                    Place::Sheet => ("nama lembar", "the sheet's name"),
                    Place::Title => ("judul di atas tabel", "the title above the table"),
                };
                Refusal::new(
                    "no_context",
                    format!("nilai \"{}\" tidak ditemukan pada {}", field.trim_start_matches("join:"), place.0),
                    format!("the value of `{}` was not found in {}", field.trim_start_matches("join:"), place.1),
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 25, 26, 701, 702].map(column_letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }

    #[test]
    fn totals_are_recognised_by_whole_words() {
        assert!(is_total("JUMLAH") && is_total("Total (ton)") && is_total("Sub Total"));
        assert!(!is_total("Totalindo Hotel") && !is_total("Jumlahan"));
    }
}
