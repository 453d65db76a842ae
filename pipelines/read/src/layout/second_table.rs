//! Another table below the first of a sheet: under a header of its own, or under the title of
//! another place or year. What the first one's header and titles say does not hold for it.

use super::context::groups;
use super::description_keys::named_keys;
use super::found::Found;
use super::header_key::header_key;
use super::labels::counts_columns;
use super::plans_between::{is_of_plans, is_of_reached};
use super::row_kind::RowKind;
use super::row_plan::{RowPlan, TableHead};
use super::table_titles::{
    begins_with_number, goes_on, has_its_number, is_of_title, says_it_goes_on, table_numbers, words,
};
use super::texts::Texts;
use super::unit_beside::{units_below, units_row};
use super::unit_names::unit_of;
use koridor_contract::check::FieldOrigin;
use koridor_contract::codes::CodeMatch;
use koridor_contract::date::month_by_name;
use koridor_contract::source::Place;
use koridor_contract::{Contract, RawBatch};
use regex::Regex;
use std::collections::{BTreeSet, HashSet};

/// What a row is to the table that is read.
pub(super) enum Belongs {
    /// One of its own.
    Own,
    /// Its header again, as at the top of a page.
    HeaderAgain,
    /// A title that says that the table goes on, above its header again.
    TitleAgain,
    /// Of another table.
    Other,
}

/// Tells where another table begins.
pub(super) struct SecondTable<'table> {
    found: &'table Found,
    contract: &'table Contract,
    /// Keys of labels that are a header's.
    keys: HashSet<String>,
    /// What the titles above the table were searched for, and what was found.
    titles: Vec<(Regex, &'table str)>,
    /// The region of all rows, where no column and no title gives it.
    region: Option<String>,
    /// A column says of which month a row is.
    has_months: bool,
    /// Numbers of tables in titles that say that the table goes on.
    numbers: BTreeSet<String>,
    /// The row above is a title.
    is_below_title: bool,
    /// The row above is the header again.
    is_below_header: bool,
    has_begun: bool,
    /// The other table is one of plans within this one.
    is_of_plans: bool,
}

impl<'table> SecondTable<'table> {
    pub(super) fn new(head: &TableHead<'_, 'table>, plan: &RowPlan<'_>) -> Self {
        let TableHead { source, contract, found, context, .. } = *head;
        let own = found.labels.iter().flatten().map(|label| header_key(label));
        let keys = own.chain(named_keys(source)).filter(|key| !key.is_empty()).collect();
        let of_title = source.context.iter().filter(|own| own.from == Place::Title);
        let titles = of_title.filter_map(|own| {
            let (_, value) = context.iter().find(|(field, _)| *field == own.field)?;
            Some((Regex::new(&own.pattern).ok()?, value.as_str()))
        });
        let is_titled = |name: &str| {
            source.context.iter().any(|own| own.from == Place::Title && own.field == name)
        };
        let region = contract.fields.iter().zip(&plan.origins).find_map(|(field, origin)| {
            let is_region = field.koridor.codes.as_deref() == Some("region");
            match origin {
                FieldOrigin::Constant(value) if is_region && !is_titled(&field.name) => {
                    Some(value.clone())
                }
                _ => None,
            }
        });
        let has_months =
            contract.fields.iter().zip(&plan.origins).any(|(field, origin)| {
                field.koridor.month && matches!(origin, FieldOrigin::Column(_))
            });
        let titles = titles.collect();
        Self {
            found,
            contract,
            keys,
            titles,
            region,
            has_months,
            numbers: BTreeSet::new(),
            is_below_title: false,
            is_below_header: false,
            has_begun: false,
            is_of_plans: false,
        }
    }

    /// What a row of a kind is; a blank one and a note belong to no table.
    pub(super) fn belongs(
        &mut self,
        plan: &RowPlan<'_>,
        texts: &Texts<'_>,
        row: usize,
        kind: &RowKind<'_>,
    ) -> Belongs {
        match kind {
            RowKind::Ignored("blank" | "note" | "not_filled") => Belongs::Own,
            _ if self.is_of_plans && only_text(texts.cells, row).is_some_and(is_of_reached) => {
                (self.has_begun, self.is_of_plans) = (false, false);
                Belongs::TitleAgain
            }
            _ if self.has_begun => Belongs::Other,
            RowKind::Data | RowKind::Section(_) if self.begins_plans(plan, texts, row) => {
                (self.has_begun, self.is_of_plans) = (true, true);
                Belongs::Other
            }
            _ if self.is_title_of_other(texts.cells, row) => {
                self.has_begun = true;
                Belongs::Other
            }
            RowKind::Data | RowKind::Section(_) if self.goes_on(plan, texts, row) => {
                self.is_below_title = false;
                self.numbers
                    .extend(only_text(texts.cells, row).into_iter().flat_map(table_numbers));
                Belongs::TitleAgain
            }
            RowKind::Data => self.look(plan, texts, row),
            _ => Belongs::Own,
        }
    }

    /// What a row is that nothing tells to be a total, a note or a section.
    fn look(&mut self, plan: &RowPlan<'_>, texts: &Texts<'_>, row: usize) -> Belongs {
        let cells = texts.cells;
        let filled = texts.filled(row);
        if std::mem::take(&mut self.is_below_header) && counts_columns(cells, row, &filled) {
            return Belongs::HeaderAgain;
        }
        // A transposed sheet has its units beside its labels.
        let may_be_units = filled.len() > 1 && !plan.skips_blank;
        // Words that are no units stand beside them as they do below the header.
        let below = self.found.below;
        let is_alike =
            |column: &usize| cells.text(row, *column).trim() == cells.text(below, *column).trim();
        let is_again =
            || row > below && filled.iter().all(is_alike) && !units_below(cells, below).is_empty();
        if may_be_units && is_again() {
            return Belongs::HeaderAgain;
        }
        if may_be_units && !units_row(cells, row).is_empty() {
            if self.says_units(cells, row, &filled) {
                return Belongs::HeaderAgain;
            }
            self.has_begun = true;
        } else if let [only] = filled.as_slice() {
            let text = cells.text(row, *only).trim();
            self.is_below_title = is_words(text);
            self.has_begun = self.is_below_title && self.changes(plan, text);
        } else if self.is_header(plan, cells, row, &filled) {
            if !self.is_below_title && self.is_same_header(cells, row, &filled) {
                self.is_below_header = true;
                return Belongs::HeaderAgain;
            }
            self.has_begun = true;
        } else {
            self.is_below_title = false;
        }
        if self.has_begun { Belongs::Other } else { Belongs::Own }
    }

    /// Whether a row is a title of plans. Where names stand it may be one.
    fn begins_plans(&self, plan: &RowPlan<'_>, texts: &Texts<'_>, row: usize) -> bool {
        let &[only] = texts.filled(row).as_slice() else { return false };
        let is_name = |column: usize| {
            plan.columns.iter().any(|own| own.column == Some(column) && own.is_free_text)
        };
        !plan.figures.is_empty()
            && !plan.skips_blank
            && !is_name(only)
            && is_of_plans(texts.cells.text(row, only), self.contract, self.found)
    }

    /// Whether the header says each unit of a row of units, in its labels or right below them.
    fn says_units(&self, cells: &RawBatch, row: usize, filled: &[usize]) -> bool {
        let bare =
            |text: &str| text.trim().trim_matches(['(', ')', '[', ']']).trim().to_lowercase();
        filled.iter().all(|column| {
            let own = bare(cells.text(row, *column));
            let mut labels = self.found.labels.get(*column).into_iter().flatten();
            labels.any(|label| unit_of(label).is_some_and(|unit| unit == own) || bare(label) == own)
                || (self.found.below < row && bare(cells.text(self.found.below, *column)) == own)
        })
    }

    /// Whether a row is the title of a table, or of one that goes on, with another number than the
    /// one that is read.
    fn is_title_of_other(&self, cells: &RawBatch, row: usize) -> bool {
        let Some(text) = only_text(cells, row) else { return false };
        let is_title = begins_with_number(text) || goes_on(text);
        let own = if is_title { table_numbers(text) } else { Vec::new() };
        if own.is_empty() {
            return false;
        }
        let texts = (0..self.found.row)
            .flat_map(|row| (0..cells.width()).map(move |column| cells.text(row, column)));
        let above: BTreeSet<String> = texts.flat_map(table_numbers).collect();
        let known = if above.is_empty() { &self.numbers } else { &above };
        !known.is_empty() && !own.iter().any(|number| known.contains(number))
    }

    /// Whether a row says only that the table goes on, and its header stands again below it.
    fn goes_on(&self, plan: &RowPlan<'_>, texts: &Texts<'_>, row: usize) -> bool {
        let cells = texts.cells;
        let is_said = |row: usize| {
            let text = only_text(cells, row);
            let own = text.filter(|text| self.says_it_goes_on(cells, text));
            own.is_some_and(|text| !self.changes(plan, text))
        };
        if !is_said(row) {
            return false;
        }
        let below = (row + 1..cells.len()).find_map(|row| {
            let filled = texts.filled(row);
            (!filled.is_empty() && !is_said(row)).then_some((row, filled))
        });
        below.is_some_and(|(row, filled)| {
            self.is_header(plan, cells, row, &filled) && self.is_same_header(cells, row, &filled)
        })
    }

    /// Whether a text says that the table goes on and nothing else that is not said above it or by
    /// its header: another place, year or unit is another table's. Months are those of its rows.
    fn says_it_goes_on(&self, cells: &RawBatch, text: &str) -> bool {
        let above = (0..self.found.row)
            .flat_map(|row| (0..cells.width()).map(move |column| cells.text(row, column)));
        let is_above = |word: &str| {
            let labels = self.found.labels.iter().flatten().map(String::as_str);
            above.clone().chain(labels).any(|own| words(own).any(|own| own == word))
                || (self.has_months && is_of_months(word))
        };
        // The whole title again is that of a new page.
        is_words(text) && above.clone().any(|own| own.trim() == text.trim())
            || says_it_goes_on(text, is_above)
            || (has_its_number(above.clone(), text)
                && says_it_goes_on(text, |word| is_above(word) || is_of_title(word, self.contract)))
    }

    /// Whether a title between rows says something else than what holds for the rows so far.
    fn changes(&self, plan: &RowPlan<'_>, text: &str) -> bool {
        let is_other = |(pattern, value): &(Regex, &str)| {
            groups(pattern, text).iter().any(|found| found != value)
        };
        self.titles.iter().any(is_other)
            || self.region.as_ref().is_some_and(|region| plan.names_other_region(text, region))
    }

    /// Whether a row holds labels and no figure.
    fn is_header(
        &self,
        plan: &RowPlan<'_>,
        cells: &RawBatch,
        row: usize,
        filled: &[usize],
    ) -> bool {
        if plan.has_figure(cells, row) {
            return false;
        }
        let mut others = 0;
        for column in filled {
            let text = cells.text(row, *column);
            if !(is_words(text) && self.is_label(text)) {
                others += 1;
            }
            if others * 2 > filled.len() {
                return false;
            }
        }
        filled.len() - others > 1
    }

    /// Whether a text is a header's label, with its unit or without.
    fn is_label(&self, text: &str) -> bool {
        self.keys.contains(&header_key(text))
            || text.split_once('(').is_some_and(|(bare, _)| {
                let bare = header_key(bare);
                // `(ton)` and `(a)` are none.
                !bare.is_empty() && self.keys.iter().any(|key| key.starts_with(&bare))
            })
    }

    /// Whether each cell of a row is the label of its column.
    fn is_same_header(&self, cells: &RawBatch, row: usize, filled: &[usize]) -> bool {
        filled.iter().all(|column| {
            let key = header_key(cells.text(row, *column));
            let parts = self.found.labels.get(*column);
            parts.is_some_and(|parts| parts.iter().any(|part| header_key(part) == key))
        })
    }
}

/// Words between months.
const BETWEEN_MONTHS: [&str; 6] = ["bulan", "sd", "sampai", "dengan", "hingga", "to"];

/// The text of a row's only cell that is not blank.
fn only_text(cells: &RawBatch, row: usize) -> Option<&str> {
    let mut filled = (0..cells.width()).filter(|column| !cells.is_blank(row, *column));
    let only = filled.next().filter(|_| filled.next().is_none());
    only.map(|column| cells.text(row, column))
}

/// Whether a word is a month, or stands between two.
fn is_of_months(word: &str) -> bool {
    month_by_name(word.as_bytes()).is_some() || BETWEEN_MONTHS.contains(&word)
}

fn is_words(text: &str) -> bool {
    text.contains(char::is_alphabetic)
}

impl RowPlan<'_> {
    /// Whether a text is the name of another region than that of all rows.
    fn names_other_region(&self, text: &str, region: &str) -> bool {
        let Some((regions, system)) = self.regions else { return false };
        let code = |text: &str| match regions.find(text, system) {
            CodeMatch::Known(code) | CodeMatch::Outside(code) => Some(code.to_owned()),
            CodeMatch::OtherSystem | CodeMatch::Unknown => None,
        };
        code(self.bare_label(text)).is_some_and(|other| code(region) != Some(other))
    }
}
