//! Another table below the first of a sheet: under a header of its own, or under the title of
//! another place or year. What the first one's header and titles say does not hold for it.

use super::context::groups;
use super::description_keys::named_keys;
use super::header::Found;
use super::header_key::header_key;
use super::labels::counts_columns;
use super::plans_between::{is_of_plans, is_of_reached};
use super::row_kind::RowKind;
use super::row_plan::{RowPlan, TableHead};
use super::texts::Texts;
use super::unit_beside::units_row;
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
        let begins = words(text).next().is_some_and(|word| BEFORE_NUMBERS.contains(&word.as_str()));
        let is_title = begins || words(text).any(|word| GOES_ON.contains(&word.as_str()));
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
        // The whole title again is that of a new page.
        is_words(text) && above.clone().any(|own| own.trim() == text.trim())
            || says_it_goes_on(text, |word| {
                let labels = self.found.labels.iter().flatten().map(String::as_str);
                above.clone().chain(labels).any(|own| words(own).any(|own| own == word))
                    || (self.has_months && is_of_months(word))
            })
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

/// Words that say that a table goes on over a page.
const GOES_ON: [&str; 7] =
    ["lanjutan", "lanjut", "lanj", "sambungan", "bersambung", "continued", "continuation"];

/// Words of the number of a page, which alone says so above a header that stands again.
const PAGES: [&str; 4] = ["halaman", "hal", "hlm", "page"];

/// Words that stand beside them and say nothing else.
const BESIDE: [&str; 19] = [
    "tabel",
    "tbl",
    "table",
    "halaman",
    "hal",
    "hlm",
    "page",
    "ke",
    "dari",
    "of",
    "nomor",
    "no",
    "berikut",
    "berikutnya",
    "sebelumnya",
    "previous",
    "from",
    "dan",
    "and",
];

/// Words between months.
const BETWEEN_MONTHS: [&str; 6] = ["bulan", "sd", "sampai", "dengan", "hingga", "to"];

/// Words before the number of a table.
const BEFORE_NUMBERS: [&str; 5] = ["tabel", "tbl", "tab", "table", "lampiran"];

/// The text of a row's only cell that is not blank.
fn only_text(cells: &RawBatch, row: usize) -> Option<&str> {
    let mut filled = (0..cells.width()).filter(|column| !cells.is_blank(row, *column));
    let only = filled.next().filter(|_| filled.next().is_none());
    only.map(|column| cells.text(row, column))
}

/// Whether a word may be a part of the number of a table or a page.
fn is_number(word: &str) -> bool {
    word.chars().count() == 1
        || (word.len() < 4 && word.starts_with(|mark: char| mark.is_ascii_digit()))
        || (!word.is_empty() && word.bytes().all(|byte| b"ivx".contains(&byte)))
}

/// Whether a word is a month, or stands between two.
fn is_of_months(word: &str) -> bool {
    month_by_name(word.as_bytes()).is_some() || BETWEEN_MONTHS.contains(&word)
}

/// A Roman number in Arabic digits, as far as tables are counted so.
fn arabic(word: &str) -> Option<&'static str> {
    const ROMAN: [(&str, &str); 12] = [
        ("i", "1"),
        ("ii", "2"),
        ("iii", "3"),
        ("iv", "4"),
        ("v", "5"),
        ("vi", "6"),
        ("vii", "7"),
        ("viii", "8"),
        ("ix", "9"),
        ("x", "10"),
        ("xi", "11"),
        ("xii", "12"),
    ];
    ROMAN.iter().find(|(roman, _)| *roman == word).map(|(_, arabic)| *arabic)
}

/// The numbers of tables that a text names, their parts joined with dots: `4.2a` of `Tabel 4.2a`.
fn table_numbers(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts: Vec<&str> = lower.split_inclusive(|mark: char| !mark.is_alphanumeric()).collect();
    let word = |part: &str| part.trim_end_matches(|mark: char| !mark.is_alphanumeric()).to_owned();
    let number_behind = |at: usize| {
        let behind = parts.get(at + 1..).unwrap_or_default().iter().map(|part| (*part, word(part)));
        let mut number: Vec<String> = Vec::new();
        for (part, word) in behind.skip_while(|(_, own)| ["", "no", "nomor"].contains(&&**own)) {
            if !is_number(&word) {
                break;
            }
            number.push(arabic(&word).map_or(word, str::to_owned));
            if !part.ends_with(['.', '-', ',', '/']) {
                break;
            }
        }
        (!number.is_empty()).then(|| number.join("."))
    };
    let is_before = |part: &str| BEFORE_NUMBERS.contains(&word(part).as_str());
    let places = (0..parts.len()).filter(|at| parts.get(*at).is_some_and(|part| is_before(part)));
    places.filter_map(number_behind).collect()
}

/// The words of a text in small letters.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|mark: char| !mark.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase)
}

/// Whether a text holds a word that says that a table goes on, and else only numbers of tables and
/// pages and what stands above the table.
fn says_it_goes_on(text: &str, is_above: impl Fn(&str) -> bool) -> bool {
    let mut own = words(text).peekable();
    let mut is_told = own.peek().is_some_and(|word| PAGES.contains(&word.as_str()));
    own.peek().is_some()
        && own.all(|word| {
            let goes_on = GOES_ON.contains(&word.as_str());
            is_told |= goes_on;
            goes_on || BESIDE.contains(&word.as_str()) || is_number(&word) || is_above(&word)
        })
        && is_told
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

#[cfg(test)]
mod tests {
    use super::{says_it_goes_on, table_numbers};

    #[test]
    fn numbers_of_tables_are_told_by_the_word_before_them() {
        for (text, numbers) in [
            ("Lanjutan Tabel 4.2", &["4.2"][..]),
            ("Tabel/Table No. 4.2a. Timbulan 2025", &["4.2a"]),
            ("Tabel 4-2 Table 4.2 (lanjutan)", &["4.2", "4.2"]),
            ("LAMPIRAN IV: data", &["4"]),
            ("TABEL II", &["2"]),
            ("Tabel 1, halaman 2", &["1"]),
            ("Lanjutan Tabel", &[]),
            ("Tabel Timbulan 2025", &[]),
            ("Lanjutan 2", &[]),
        ] {
            assert_eq!(table_numbers(text), numbers, "{text}");
        }
    }

    #[test]
    fn a_title_that_a_table_goes_on_says_nothing_else() {
        let is_above = |word: &str| ["timbulan", "wakatobi", "2025"].contains(&word);
        for (text, goes_on) in [
            ("Lanjutan Tabel 1", true),
            ("LANJUTAN", true),
            ("Lanj. Tabel 12", true),
            ("Halaman 2", true),
            ("Halaman Timbulan Buton", false),
            ("Sambungan Tabel 4.2a", true),
            ("Tabel 1 (lanjutan)", true),
            ("Table IV, continued", true),
            ("Bersambung ke halaman berikutnya", true),
            ("Lanjutan Tabel 1. Timbulan Wakatobi 2025", true),
            ("Lanjutan Tabel 1. Timbulan Wakatobi 2024", false),
            ("Lanjutan Tabel 1. Timbulan Buton 2025", false),
            ("Lanjutan Tabel 1 (kg)", false),
            ("Tabel 2", false),
            ("Timbulan Wakatobi 2025", false),
            ("", false),
        ] {
            assert_eq!(says_it_goes_on(text, is_above), goes_on, "{text}");
        }
    }
}
