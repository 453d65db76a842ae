//! The header of a table: where it is and which column is which field.

use super::band::{Band, Bands, band_labels};
use super::description_keys::{ColumnKeys, column_keys};
use super::found::{Found, Heads};
use super::header_key::header_key;
use super::header_refusal::{Nearest, missing_columns, refuse_misspelled, refuse_twice};
use super::heads::heads;
use super::side_by_side;
use crate::readers::address::column_letters;
use crate::readers::{Refusal, Sheet};
use hashbrown::{DefaultHashBuilder, HashSet};
use koridor_contract::source::Repeat;
use koridor_contract::{CellKind, Contract, RawBatch, Source};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::rc::Rc;

/// Finds the header band of a sheet.
///
/// # Errors
/// Where no row holds all columns the description needs; the refusal names what is missing in the
/// row that comes nearest.
pub fn find_header(sheet: &Sheet, source: &Source, contract: &Contract) -> Result<Found, Refusal> {
    Headers::of(sheet).find(source, contract)
}

/// Hashes of keys, by the rows of their band and the rows it begins within.
type BandKeys = BTreeMap<(usize, usize), Rc<HashSet<u64>>>;

/// The texts of one sheet that may be a header. Their keys are made once, however many descriptions
/// are tried on the sheet.
pub struct Headers<'sheet> {
    sheet: &'sheet Sheet,
    bands: Bands,
    /// Of the bands of so many rows that begin within so many rows: the hashes of all keys.
    keys: RefCell<BandKeys>,
    hasher: DefaultHashBuilder,
}

impl<'sheet> Headers<'sheet> {
    /// Those of a sheet.
    pub fn of(sheet: &'sheet Sheet) -> Self {
        let (bands, keys) = (Bands::default(), RefCell::default());
        Self { sheet, bands, keys, hasher: DefaultHashBuilder::default() }
    }

    /// Finds the header band that a description describes.
    ///
    /// # Errors
    /// As [`find_header`].
    pub fn find(&self, source: &Source, contract: &Contract) -> Result<Found, Refusal> {
        let cells = side_by_side::first(self.sheet, source);
        if source.header.absent {
            return Ok(by_letters(&cells, source, contract));
        }
        match cells {
            Cow::Borrowed(cells) => search(cells, source, contract, &self.bands),
            Cow::Owned(cells) => search(&cells, source, contract, &Bands::default()),
        }
    }

    /// As [`Headers::find`], where nobody asks why a description does not fit: most do not, and
    /// are told by one column that no row holds.
    pub fn fits(&self, source: &Source, contract: &Contract) -> Option<Found> {
        let is_whole = !source.header.absent && !source.repeats.contains(&Repeat::Across);
        if is_whole && self.lacks_a_column(source) {
            return None;
        }
        self.find(source, contract).ok()
    }

    /// Whether no row in which a header may begin holds one of the required columns.
    fn lacks_a_column(&self, source: &Source) -> bool {
        let (rows, within) = (source.header.rows, source.header.within);
        let known = Rc::clone(self.keys.borrow_mut().entry((rows, within)).or_insert_with(|| {
            let cells = &self.sheet.cells;
            let mut hashes = HashSet::new();
            for row in 0..within.min(cells.len()) {
                let band = self.bands.get(cells, row, rows);
                hashes.extend(band.all_keys().map(|key| self.hasher.hash_one(key)));
            }
            Rc::new(hashes)
        }));
        // Two keys with one hash cost no more than a look at the rows.
        let is_known = |key: &String| known.contains(&self.hasher.hash_one(key));
        column_keys(source)
            .filter(|keys| !keys.column.optional)
            .any(|keys| !keys.all().any(is_known))
    }
}

/// The columns of a table without a header, which a description names by their letters.
fn by_letters(cells: &RawBatch, source: &Source, contract: &Contract) -> Found {
    let columns = contract.fields.iter().map(|field| {
        let header =
            source.columns.iter().find(|column| column.field == field.name)?.header.first()?;
        (0..cells.width()).find(|column| column_letters(*column) == *header)
    });
    let (columns, labels) = (columns.collect(), vec![Vec::new(); cells.width()]);
    Found { row: 0, below: 0, columns, labels, heads: Heads::default() }
}

/// How well a band explains a header: columns found, units found; rows that are neither values nor
/// blank nor a title; the lower one.
type Fit = (usize, usize, std::cmp::Reverse<usize>, usize, usize);

/// The band that explains the header best so far.
struct Best {
    fit: Fit,
    /// The first row of the first band that fits.
    first: usize,
    row: usize,
    band: Rc<Band>,
    /// The column of the sheet for each described one.
    places: Vec<Option<usize>>,
}

fn search(
    cells: &RawBatch,
    source: &Source,
    contract: &Contract,
    bands: &Bands,
) -> Result<Found, Refusal> {
    let keys: Vec<ColumnKeys<'_>> = column_keys(source).collect();
    let beside: Vec<String> = source.header.has.iter().map(|header| header_key(header)).collect();
    let mut nearest: Option<Nearest<'_>> = None;
    let mut best: Option<Best> = None;
    for row in 0..cells.len() {
        // Below the first row that fits, one more may fit better: a title or a blank row is no part
        // of a band.
        let last =
            best.as_ref().map_or(source.header.within, |best| best.first + source.header.rows);
        if row >= last {
            break;
        }
        let band = bands.get(cells, row, source.header.rows);
        let places: Vec<Option<usize>> = keys.iter().map(|keys| keys.position(&band)).collect();
        let hits = places.iter().flatten().count();
        let is_missing = |(keys, place): &(&ColumnKeys<'_>, &Option<usize>)| {
            !keys.column.optional && place.is_none()
        };
        let mut missing = keys.iter().zip(&places).filter(is_missing).peekable();
        if missing.peek().is_none() && hits > 0 && beside.iter().all(|key| band.holds(key)) {
            let fit = fit(cells, row, source, &keys, &band, hits);
            let first = best.as_ref().map_or(row, |best| best.first);
            if best.as_ref().is_none_or(|best| fit > best.fit) {
                best = Some(Best { fit, first, row, band, places });
            }
        } else {
            // Of rows without any described column the one with most labels is the header, not a
            // title above it.
            let labels = if hits == 0 { label_count(cells, row) } else { 0 };
            let is_nearer = |nearest: &Nearest<'_>| (hits, labels) > (nearest.hits, nearest.labels);
            if nearest.as_ref().is_none_or(is_nearer) {
                let missing = missing.map(|(keys, _)| keys.column).collect();
                nearest = Some(Nearest { hits, labels, missing, row });
            }
        }
    }
    let Some(Best { row, band, places, .. }) = best else {
        return Err(missing_columns(nearest, source, cells));
    };
    let labels = band_labels(cells, row, source.header.rows);
    refuse_twice(source, &keys, &band, &places, &labels)?;
    refuse_misspelled(source, &keys, &places, &labels)?;
    let columns = contract.fields.iter().map(|field| {
        let mut own = keys.iter().zip(&places).filter(|(keys, _)| keys.column.field == field.name);
        own.find_map(|(_, place)| *place)
    });
    let (below, columns) = (row + source.header.rows, columns.collect());
    let found = Found { row, below, columns, labels, heads: Heads::default() };
    Ok(Found { heads: heads(source, contract, &found), ..found })
}

fn fit(
    cells: &RawBatch,
    row: usize,
    source: &Source,
    keys: &[ColumnKeys<'_>],
    band: &Band,
    hits: usize,
) -> Fit {
    let rows = row..(row + source.header.rows).min(cells.len());
    let filled =
        |row: usize| (0..cells.width()).filter(|column| !cells.is_blank(row, *column)).count();
    let is_value = |row: usize| {
        (0..cells.width()).any(|column| {
            cells.kind(row, column) == CellKind::Number && !is_year(cells.text(row, column))
        })
    };
    let units = keys.iter().filter(|keys| keys.has_unit(band)).count();
    let values = rows.clone().filter(|row| is_value(*row)).count();
    let labels = rows
        .clone()
        .filter(|row| filled(*row) > 1 || (filled(*row) == 1 && cells.is_blank(*row, 0)))
        .count();
    (hits, units, std::cmp::Reverse(values), labels, row)
}

/// Cells of a row that hold words.
fn label_count(cells: &RawBatch, row: usize) -> usize {
    let is_label = |column: &usize| {
        cells.kind(row, *column) == CellKind::Text
            && cells.text(row, *column).contains(char::is_alphabetic)
    };
    (0..cells.width()).filter(is_label).count()
}

fn is_year(text: &str) -> bool {
    text.trim().len() == 4
        && text.trim().parse::<u32>().is_ok_and(|year| (1900..=2200).contains(&year))
}
