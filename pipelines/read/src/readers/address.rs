//! Where a cell stands in the file, as its office names it: `C17`.

use std::sync::Arc;

/// Where the cells of a table stand in their sheet: a table beside another begins further right, a
/// transposed sheet has its rows as columns.
#[derive(Debug, Clone, Default)]
pub struct Addresses {
    first_column: usize,
    /// Of a transposed sheet: the number of the row that each column was.
    transposed: Option<Arc<[u64]>>,
}

impl Addresses {
    /// Those of a sheet whose columns were its rows of these numbers.
    pub fn transposed(rows: Vec<u64>) -> Self {
        Self { first_column: 0, transposed: Some(rows.into()) }
    }

    /// Whether rows and columns have changed places.
    pub fn is_transposed(&self) -> bool {
        self.transposed.is_some()
    }

    /// Those of the columns from `column` on.
    pub fn from(&self, column: usize) -> Self {
        Self { first_column: self.first_column + column, transposed: self.transposed.clone() }
    }

    /// A column's name: its letters, or the number of the row it was.
    pub fn column(&self, column: usize) -> String {
        match &self.transposed {
            None => column_letters(self.first_column + column),
            Some(rows) => {
                rows.get(self.first_column + column).map(u64::to_string).unwrap_or_default()
            }
        }
    }

    /// A cell's address: row numbers count from 1.
    pub fn cell(&self, row_number: u64, column: usize) -> String {
        let column = self.column(column);
        if self.is_transposed() {
            format!("{}{column}", column_letters(row_number.saturating_sub(1) as usize))
        } else {
            format!("{column}{row_number}")
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_the_sheet() {
        assert_eq!([0, 25, 26, 701, 702].map(column_letters), ["A", "Z", "AA", "ZZ", "AAA"]);
        assert_eq!(Addresses::default().from(2).cell(7, 1), "D7");
        assert_eq!(Addresses::transposed(vec![3, 5, 6]).from(1).cell(2, 1), "B6");
    }
}
