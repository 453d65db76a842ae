//! The closed set of rules that refuse a row, each with the code it has in the quarantine.

/// An enum without fields whose variants each have a code; the list of all and both directions come
/// from one declaration, so that none can be forgotten.
#[macro_export]
macro_rules! coded {
    (
        $(#[$about:meta])*
        $name:ident { $($(#[$meaning:meta])* $variant:ident = $code:literal,)+ }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$meaning])* $variant,)+
        }

        impl $name {
            /// All of them, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its code, as the ledger keeps it and `--rule` takes it.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The one of a code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

coded! {
    /// A cell does not fit its field.
    CellRule {
        /// The field must have a value and the cell is blank or says "no value".
        Required = "required",
        /// The text is no number in the number format of its source.
        NotANumber = "not_a_number",
        /// The number has two readings (`1.234`) and the source does not say which is meant.
        AmbiguousNumber = "ambiguous_number",
        /// The number is written with a unit that is not the field's (`12%` of tonnes).
        OtherUnit = "other_unit",
        /// An identifier whose last digits a spreadsheet has rounded away (`9,97407E+15`).
        LostDigits = "lost_digits",
        /// A fraction stands where a whole number belongs.
        NotWhole = "not_whole",
        /// The number has more digits than the field can hold.
        TooLarge = "too_large",
        /// The value is below `constraints.minimum`.
        BelowMinimum = "below_minimum",
        /// The value is above `constraints.maximum`.
        AboveMaximum = "above_maximum",
        /// The text is no date, month or time in the date format of its source.
        NotADate = "not_a_date",
        /// The date has two readings (`04/05/2025`), and others of its column show that day and
        /// month do not stand as its source says.
        AmbiguousDate = "ambiguous_date",
        /// The field holds months and the date is another day than the first.
        NotFirstOfMonth = "not_first_of_month",
        /// The date lies after the day of loading and the field does not allow that.
        InFuture = "in_future",
        /// The text is neither yes nor no.
        NotABoolean = "not_a_boolean",
        /// The text is no code, name or accepted spelling of the field's code list.
        UnknownCode = "unknown_code",
        /// The text names a region that the list knows but that is closed to data.
        OutsideCorridor = "outside_corridor",
        /// A Kemendagri code stands where a BPS code belongs.
        OtherCodeSystem = "other_code_system",
        /// The text is none of `constraints.enum`.
        NotAllowed = "not_allowed",
        /// The text is shorter than `constraints.minLength`.
        TooShort = "too_short",
        /// The text is longer than `constraints.maxLength`.
        TooLong = "too_long",
        /// The text does not match `constraints.pattern`.
        Pattern = "pattern",
        /// The cell holds an Excel error such as `#REF!`.
        ErrorCell = "error_cell",
        /// The cell holds a formula without a stored value.
        FormulaWithoutValue = "formula_without_value",
    }
}

coded! {
    /// A row as a whole does not fit: it cannot be read as one, or others contradict it.
    RecordRule {
        /// The row has not as many cells as the header.
        RaggedRow = "ragged_row",
        /// The last line of a text has no end, and fewer cells than the header.
        CutLine = "cut_line",
        /// A quote is opened in the row and never closed.
        UnclosedQuote = "unclosed_quote",
        /// The row holds a NUL byte.
        NulByte = "nul_byte",
        /// The row holds bytes that are not UTF-8.
        InvalidUtf8 = "invalid_utf8",
        /// The row is longer than a row may be.
        LineTooLong = "line_too_long",
        /// A column of the row says otherwise than what the description takes for granted.
        ContradictsConstant = "contradicts_constant",
        /// A column that the description does not read says that the row is a part: of a district,
        /// a sex, a month of a table of years.
        PartOfWhole = "part_of_whole",
        /// A column that the description does not read says that the row is in another unit.
        UnitOfRow = "unit_of_row",
        /// A number of the row is merged over several columns of figures, or over several rows.
        MergedCells = "merged_cells",
        /// The row stands below the header, or the title, of another table.
        SecondTable = "second_table",
        /// The row is of a district or a village where rows are of regencies.
        OtherLevel = "other_level",
        /// Another row of the file has the same key.
        DuplicateKey = "duplicate_key",
        /// A file loaded earlier has a row with the same key.
        DuplicateKeyAcrossFiles = "duplicate_key_across_files",
        /// A total row of the file differs from the rows it sums, of which this is one.
        TotalDiffers = "total_differs",
    }
}

/// A rule that refuses a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// A cell does not fit its field.
    Cell(CellRule),
    /// The row as a whole does not fit.
    Record(RecordRule),
    /// The table that holds the row cannot be laid out: the code of the table's refusal.
    Table(&'static str),
    /// A rule of the dataset's contract, by its id.
    Contract(String),
}

impl Rule {
    /// Its code: what `ops.quarantine.rule` holds and `--rule` takes.
    pub fn code(&self) -> &str {
        match self {
            Self::Cell(rule) => rule.code(),
            Self::Record(rule) => rule.code(),
            Self::Table(code) => code,
            Self::Contract(id) => id,
        }
    }

    /// The rule of a code. A code that is none of ours is the id of a contract's rule, which may no
    /// longer be in the contract.
    pub fn from_code(code: &str) -> Self {
        CellRule::from_code(code)
            .map(Self::Cell)
            .or_else(|| RecordRule::from_code(code).map(Self::Record))
            .unwrap_or_else(|| Self::Contract(code.to_owned()))
    }
}

impl From<CellRule> for Rule {
    fn from(rule: CellRule) -> Self {
        Self::Cell(rule)
    }
}

impl From<RecordRule> for Rule {
    fn from(rule: RecordRule) -> Self {
        Self::Record(rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_code_belongs_to_one_rule_and_reads_back() {
        let cells = CellRule::ALL.iter().map(|rule| Rule::Cell(*rule));
        let rules: Vec<Rule> =
            cells.chain(RecordRule::ALL.iter().map(|rule| Rule::Record(*rule))).collect();
        let codes: BTreeSet<&str> = rules.iter().map(Rule::code).collect();
        assert_eq!(codes.len(), rules.len());
        for rule in rules {
            assert_eq!(Rule::from_code(rule.code()), rule);
        }
        assert_eq!(Rule::from_code("net_adds_up"), Rule::Contract("net_adds_up".to_owned()));
    }
}
