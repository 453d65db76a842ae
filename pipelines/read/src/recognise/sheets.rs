//! A layout tried on the sheets of a file.

use crate::layout::{Found, Headers, find_header, likely_header, transposed};
use crate::readers::{Refusal, RefusalCode, Sheet, bps_webapi};
use koridor_contract::source::matches;
use koridor_contract::{Contract, Source};

/// Rows in which a header is looked for.
const WITHIN: usize = 20;

/// Whether a description speaks of a sheet.
pub fn is_sheet(source: &Source, sheet: &Sheet) -> bool {
    !sheet.is_hidden
        && (source.sheets.is_empty()
            || source
                .sheets
                .iter()
                .any(|pattern| matches(&pattern.to_lowercase(), &sheet.name.to_lowercase())))
}

/// A sheet with the texts that may be its header, for all layouts that are tried on it.
pub(super) struct Candidate<'file> {
    sheet: &'file Sheet,
    headers: Headers<'file>,
}

impl<'file> Candidate<'file> {
    pub(super) fn of(sheet: &'file Sheet) -> Self {
        Self { sheet, headers: Headers::of(sheet) }
    }

    /// The header that a description describes; of several lists in a transposed sheet the first's.
    ///
    /// # Errors
    /// As [`find_header`].
    fn find(&self, source: &Source, contract: &Contract) -> Result<Found, Refusal> {
        match transposed(self.sheet, source).as_deref() {
            Some([first, ..]) => find_header(first, source, contract),
            _ => self.headers.find(source, contract),
        }
    }

    /// As [`Candidate::find`], where nobody asks why a description does not fit.
    fn fits(&self, source: &Source, contract: &Contract) -> Option<Found> {
        match transposed(self.sheet, source).as_deref() {
            Some([first, ..]) => find_header(first, source, contract).ok(),
            _ => self.headers.fits(source, contract),
        }
    }

    /// The header in a sheet that the description speaks of; one of many descriptions that are
    /// tried.
    pub(super) fn read_by(&self, source: &Source, contract: &Contract) -> Option<Found> {
        is_sheet(source, self.sheet).then(|| self.fits(source, contract)).flatten()
    }

    /// Whether the description that was recognised reads the sheet, as it does as a rule.
    pub(super) fn is_read(&self, source: &Source, contract: &Contract) -> bool {
        is_sheet(source, self.sheet) && self.find(source, contract).is_ok()
    }
}

/// The sheets of a file.
pub(super) struct Sheets<'file>(Vec<Candidate<'file>>);

impl<'file> Sheets<'file> {
    pub(super) fn of(sheets: &'file [Sheet]) -> Self {
        Self(sheets.iter().map(Candidate::of).collect())
    }

    /// Number of columns that a description recognises in the first sheet it fits.
    ///
    /// # Errors
    /// Where it fits none: what is missing in the first sheet, which comes nearest as a rule.
    pub(super) fn fit(&self, source: &Source, contract: &Contract) -> Result<usize, Refusal> {
        let mut refusal = None;
        for own in self.0.iter().filter(|own| is_sheet(source, own.sheet)) {
            match own.find(source, contract) {
                Ok(found) if has_variable(own.sheet, source) => return Ok(columns(&found)),
                Ok(_) => refusal = refusal.or_else(|| Some(other_variable(own.sheet, source))),
                Err(found) => refusal = refusal.or(Some(found)),
            }
        }
        Err(refusal.unwrap_or_else(|| {
            Refusal::new(RefusalCode::NoSheet, "tidak ada lembar yang cocok", "no sheet fits")
        }))
    }

    /// As [`Sheets::fit`], where nobody asks why a description does not fit.
    pub(super) fn fits(&self, source: &Source, contract: &Contract) -> Option<usize> {
        self.0
            .iter()
            .filter(|own| has_variable(own.sheet, source))
            .find_map(|own| Some(columns(&own.read_by(source, contract)?)))
    }

    /// The headers of all sheets that hold one.
    pub(super) fn found(&self, source: &Source, contract: &Contract) -> Vec<Found> {
        self.0.iter().filter_map(|own| own.fits(source, contract)).collect()
    }

    /// The texts above the table of the first sheet that a description reads.
    pub(super) fn titles(&self, source: &Source, contract: &Contract) -> Vec<&str> {
        let read = |own: &Candidate<'file>| Some((own.sheet, own.read_by(source, contract)?));
        let Some((sheet, found)) = self.0.iter().find_map(read) else { return Vec::new() };
        let above = (0..found.row).flat_map(|row| {
            (0..sheet.cells.width()).map(move |column| sheet.cells.text(row, column).trim())
        });
        above.filter(|text| !text.is_empty()).collect()
    }

    /// The texts of the first rows of all sheets.
    pub(super) fn near_top(&self) -> impl Iterator<Item = &str> {
        let rows =
            |sheet: &'file Sheet| (0..sheet.cells.len().min(WITHIN)).map(move |row| (sheet, row));
        let cells = self.0.iter().flat_map(move |own| rows(own.sheet)).flat_map(|(sheet, row)| {
            (0..sheet.cells.width()).map(move |column| sheet.cells.text(row, column).trim())
        });
        cells.filter(|text| !text.is_empty())
    }

    /// Whether two descriptions with their contracts read the same sheet.
    pub(super) fn are_shared(
        &self,
        (one, contract): (&Source, &Contract),
        (other, other_contract): (&Source, &Contract),
    ) -> bool {
        self.0.iter().any(|own| own.is_read(one, contract) && own.is_read(other, other_contract))
    }

    /// The likely header of the first sheet that has one.
    pub(super) fn likely_header(&self) -> Option<Vec<String>> {
        self.0.iter().find_map(|Candidate { sheet, .. }| likely_header(&sheet.cells))
    }
}

/// Number of columns that are fields.
pub(super) fn columns(found: &Found) -> usize {
    found.columns.iter().flatten().count()
}

/// Whether a sheet holds the variable of the BPS WebAPI that a description may want.
fn has_variable(sheet: &Sheet, source: &Source) -> bool {
    let Some(variable) = source.variable else { return true };
    let wanted = variable.to_string();
    let column = bps_webapi::COLUMNS.iter().position(|name| *name == "var_id").unwrap_or_default();
    (1..sheet.cells.len()).any(|row| sheet.cells.text(row, column) == wanted)
}

/// The refusal of a response that holds another variable than the description is for.
fn other_variable(sheet: &Sheet, source: &Source) -> Refusal {
    let text = |name: &str| {
        let column = bps_webapi::COLUMNS.iter().position(|own| *own == name).unwrap_or_default();
        sheet.cells.text(1, column)
    };
    let (id, label) = (text("var_id"), text("var"));
    let wanted = source.variable.unwrap_or_default();
    Refusal::new(
        RefusalCode::WebapiVariable,
        format!("jawaban WebAPI berisi variabel {id} \"{label}\"; uraian ini untuk {wanted}"),
        format!("the response holds variable {id} \"{label}\"; the description is for {wanted}"),
    )
}
