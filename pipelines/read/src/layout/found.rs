//! A header that was found in a sheet, which all that is read of its table rests on.

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
    /// Titles of the figures within the band.
    pub heads: Heads,
}

impl Found {
    /// The header of a text table: its first row, a column for each of the contract's fields.
    pub fn plain(columns: &[Option<usize>], labels: &[String]) -> Self {
        let labels = labels.iter().map(|label| vec![label.clone()]).collect();
        Self { row: 0, below: 1, columns: columns.to_vec(), labels, heads: Heads::default() }
    }
}

/// What stands in a header's band and is no part of what its description reads.
#[derive(Debug, Clone, Default)]
pub struct Heads {
    /// Texts above all figures of the table.
    pub whole: Vec<String>,
    /// Texts above some of them.
    pub of_parts: Vec<String>,
}
