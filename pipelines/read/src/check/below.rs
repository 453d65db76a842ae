//! Lines below a table that streams: notes, and who signs it, which are no rows of it. A sheet that
//! is laid out knows where its figures end; here that is known when the file has ended.

use crate::layout::{
    header_key, is_figure_text, is_note, is_total, may_be_number_of_row, numbered_alike,
};
use crate::readers::LineFault;
use crate::readers::delimited::Scanned;
use koridor_contract::{CheckedBatch, RawBatch, RecordRule, Rejection};

/// Filled cells that such a line may have.
const FEW: usize = 2;

/// Most lines that are notes below a table.
const MOST: usize = 200;

/// Whole rows of a block that a line is compared with.
const WHOLE_ROWS: usize = 20;

/// Letters of a cell that tell a value of its column.
const TELLING: usize = 3;

/// Lines that are notes unless a row stands below them.
#[derive(Default)]
pub(super) struct Below {
    rejections: Vec<Rejection>,
    faults: Vec<LineFault>,
}

/// A block of a file, checked, without its notes.
pub(super) struct Sifted {
    /// The contract's verdict.
    pub(super) checked: CheckedBatch,
    /// Rows that could not be read as rows.
    pub(super) faults: Vec<LineFault>,
    /// Rows without a value.
    pub(super) blank: u64,
    /// Rows that are notes by their first word.
    pub(super) notes: u64,
    /// Rows that are the header again: texts that were put together to one.
    pub(super) headers: u64,
    /// A line that says that all figures are plans.
    pub(super) said: Option<String>,
    /// What stands below its last row.
    pub(super) below: Below,
}

impl Sifted {
    /// A block that was checked, with the keys of its table's header; `is_row` tells a text that
    /// rows begin with, and where the table has no figures it is none. `is_plan` tells a line by
    /// which figures are plans.
    pub(super) fn of(
        mut checked: CheckedBatch,
        scanned: Scanned,
        header: &[String],
        is_row: Option<&impl Fn(&str) -> bool>,
        is_plan: impl Fn(&str) -> bool,
    ) -> Self {
        let Scanned { rows, mut faults, blank, short } = scanned;
        let ragged = RecordRule::RaggedRow.code();
        let of_row = |refused: &Rejection| -> Vec<&str> {
            let texts = (0..rows.width()).map(|column| rows.text(refused.row, column).trim());
            texts.filter(|text| !text.is_empty()).take(FEW + 1).collect()
        };
        let of_fault = |fault: &LineFault| -> Vec<&str> {
            let own = short.get(&fault.row_number).filter(|_| fault.rule == ragged);
            let texts = own.into_iter().flatten().map(|text| text.trim());
            texts.filter(|text| !text.is_empty()).collect()
        };
        let of_plans = |texts: &[&str]| match *texts {
            [only] if is_plan(only) => Some(only.to_owned()),
            _ => None,
        };
        let mut refused = checked.rejections.iter();
        let said = refused.find_map(|refused| of_plans(&of_row(refused)));
        let said = said.or_else(|| faults.iter().find_map(|fault| of_plans(&of_fault(fault))));
        let refused = checked.rejections.len();
        checked.rejections.retain(|refused| !is_header(&rows, refused.row, header));
        let headers = (refused - checked.rejections.len()) as u64;
        let is_note = |texts: &[&str]| matches!(texts, [only] if is_note(only));
        let before = checked.rejections.len() + faults.len();
        checked.rejections.retain(|refused| !is_note(&of_row(refused)));
        faults.retain(|fault| !is_note(&of_fault(fault)));
        let notes = (before - checked.rejections.len() - faults.len()) as u64;
        let whole = whole_rows(&rows);
        let may_be_below = |texts: &[&str]| {
            is_row.is_some_and(|is_row| {
                (1..=FEW).contains(&texts.len())
                    && !texts.first().is_some_and(|first| is_numbered_as(&rows, &whole, first))
                    && !texts.iter().any(|&own| is_figure_text(own) || is_total(own) || is_row(own))
            })
        };
        let last_refused = checked.rejections.iter().rev();
        let last_refused = last_refused.filter(|own| !may_be_below(&of_row(own)));
        let last_fault = faults.iter().rev().filter(|own| !may_be_below(&of_fault(own)));
        let last = [
            checked.row_numbers.last().copied(),
            last_refused.map(|own| own.row_number).next(),
            last_fault.map(|own| own.row_number).next(),
        ];
        let last = last.into_iter().flatten().max().unwrap_or_default();
        let refused = checked.rejections.partition_point(|own| own.row_number <= last);
        let rejections = checked.rejections.split_off(refused);
        let (kept, below) = faults.into_iter().partition(|own| own.row_number <= last);
        let below = Below { rejections, faults: below };
        Self { checked, faults: kept, blank, notes, headers, said, below }
    }

    /// Whether the block has a row, so that nothing above it is a note below the table.
    fn has_rows(&self) -> bool {
        self.checked.accepted.num_rows() + self.checked.rejections.len() + self.faults.len() > 0
    }
}

impl Below {
    /// Takes what stands below the last row of the next block, and gives the block what was held
    /// back before where it has a row.
    pub(super) fn add(&mut self, mut block: Sifted) -> Sifted {
        if block.has_rows() {
            let Self { mut rejections, mut faults } = std::mem::take(self);
            rejections.append(&mut block.checked.rejections);
            faults.append(&mut block.faults);
            (block.checked.rejections, block.faults) = (rejections, faults);
        }
        let Self { rejections, faults } = std::mem::take(&mut block.below);
        self.rejections.extend(rejections);
        self.faults.extend(faults);
        if self.rejections.len() + self.faults.len() > MOST {
            // So many are what is left of a table, such as behind a quote that nothing ends.
            let Self { rejections, faults } = std::mem::take(self);
            block.checked.rejections.extend(rejections);
            block.faults.extend(faults);
        }
        block
    }

    /// So many lines that nothing stood below, once.
    pub(super) fn end(&mut self) -> u64 {
        let Self { rejections, faults } = std::mem::take(self);
        (rejections.len() + faults.len()) as u64
    }
}

/// The keys by which a table's header is known where it stands again.
pub(super) fn header_keys(labels: &[String]) -> Vec<String> {
    labels.iter().map(|label| header_key(label)).collect()
}

/// Whether a row is the header again.
fn is_header(rows: &RawBatch, row: usize, header: &[String]) -> bool {
    let mut filled = (0..rows.width()).filter(|at| !rows.is_blank(row, *at)).peekable();
    filled.peek().is_some()
        && filled.all(|at| {
            header
                .get(at)
                .is_some_and(|key| !key.is_empty() && header_key(rows.text(row, at)) == *key)
        })
}

/// The last rows of a block that have more cells filled than a note has.
fn whole_rows(rows: &RawBatch) -> Vec<usize> {
    let filled = |row: usize| (0..rows.width()).filter(|at| !rows.is_blank(row, *at)).count();
    (0..rows.len()).rev().filter(|row| filled(*row) > FEW).take(WHOLE_ROWS).collect()
}

/// Whether a text is a number as those that the whole rows of a block begin with; where it has none
/// they stand in the block before.
fn is_numbered_as(rows: &RawBatch, whole: &[usize], text: &str) -> bool {
    let first = |row: usize| {
        let mut texts = (0..rows.width()).map(|at| rows.text(row, at));
        texts.find(|text| !text.trim().is_empty()).unwrap_or_default()
    };
    (whole.is_empty() && may_be_number_of_row(text))
        || whole.iter().any(|row| numbered_alike(text, first(*row)))
}

/// Whether the last line of a block is one of words that no row begins with: such a line is not
/// cut.
pub(super) fn ends_in_words(scanned: &Scanned) -> bool {
    let Scanned { rows, faults, short, .. } = scanned;
    let last = faults.last().and_then(|fault| short.get(&fault.row_number));
    let texts: Vec<&str> = last.into_iter().flatten().map(|text| text.trim()).collect();
    let Some(at) = texts.iter().position(|text| !text.is_empty()) else { return false };
    let first = texts.get(at).copied().unwrap_or_default();
    let begins_so = |row: usize| (0..rows.width()).any(|at| rows.text(row, at).starts_with(first));
    let second = texts.get(at + 1).copied().unwrap_or_default();
    let is_second =
        |row: usize| at + 1 < rows.width() && rows.text(row, at + 1).starts_with(second);
    let is_value =
        !is_note(first) && second.chars().count() >= TELLING && (0..rows.len()).any(is_second);
    !is_figure_text(first)
        && !is_numbered_as(rows, &whole_rows(rows), first)
        && !is_value
        && !(0..rows.len()).any(begins_so)
}
