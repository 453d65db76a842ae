//! Rows that may be a header, and the keys of their labels.

use super::header_key::header_key;
use koridor_contract::RawBatch;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Rows that may be a header: the keys by which the labels of their columns are compared.
pub(super) struct Band {
    /// Key of each column's whole label.
    pub(super) keys: Vec<String>,
    /// Key of each column's lowest label; none in a band of one row, where it is the whole label.
    lasts: Vec<String>,
    /// Key of each column's label without a unit that stands alone in the last row; as `lasts`.
    bares: Vec<String>,
    /// Key of each part of the labels; as `lasts`.
    parts: Vec<String>,
}

impl Band {
    fn of(cells: &RawBatch, row: usize, rows: usize) -> Self {
        if rows == 1 {
            let keys = (0..cells.width()).map(|column| header_key(cells.text(row, column)));
            let keys = keys.collect();
            return Self { keys, lasts: Vec::new(), bares: Vec::new(), parts: Vec::new() };
        }
        let labels = band_labels(cells, row, rows);
        let last =
            |parts: &Vec<String>| header_key(parts.last().map(String::as_str).unwrap_or_default());
        let bare = |parts: &Vec<String>| match parts.split_last() {
            Some((last, upper)) if last.trim().starts_with(['(', '[']) => {
                header_key(&upper.join(" "))
            }
            _ => String::new(),
        };
        Self {
            keys: labels.iter().map(|parts| header_key(&parts.join(" "))).collect(),
            lasts: labels.iter().map(last).collect(),
            bares: labels.iter().map(bare).collect(),
            parts: labels.iter().flatten().map(|part| header_key(part)).collect(),
        }
    }

    /// The column whose label has a key.
    pub(super) fn position(&self, wanted: &str) -> Option<usize> {
        let of = |keys: &[String]| keys.iter().position(|key| key == wanted);
        of(&self.keys).or_else(|| {
            let is_some = !wanted.is_empty();
            is_some.then(|| of(&self.lasts).or_else(|| of(&self.bares))).flatten()
        })
    }

    /// Whether a label with a key stands anywhere in the band.
    pub(super) fn holds(&self, wanted: &str) -> bool {
        self.position(wanted).is_some() || self.parts.iter().any(|part| part == wanted)
    }

    /// All keys by which [`Band::position`] finds a column.
    pub(super) fn all_keys(&self) -> impl Iterator<Item = &String> {
        self.keys.iter().chain(&self.lasts).chain(&self.bares)
    }
}

/// The bands of one sheet, each made once, however many descriptions look at it.
#[derive(Default)]
pub(super) struct Bands(RefCell<BTreeMap<(usize, usize), Rc<Band>>>);

impl Bands {
    /// The band of `rows` rows that begins with `row`; `cells` are the same at each call.
    pub(super) fn get(&self, cells: &RawBatch, row: usize, rows: usize) -> Rc<Band> {
        let mut bands = self.0.borrow_mut();
        let band = bands.entry((rows, row)).or_insert_with(|| Rc::new(Band::of(cells, row, rows)));
        Rc::clone(band)
    }
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
