//! Why a file, or one of its tables, is not loaded at all.

use koridor_contract::message::Message;
use koridor_contract::scrub;

/// Why a file as a whole is not loaded.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The reason as a short name.
    pub code: RefusalCode,
    /// The reason as the office reads it.
    pub message: Message,
}

impl Refusal {
    /// A refusal with its reason in both languages; what is personal in it, such as in a row of
    /// data that stands where the header should, is masked.
    pub fn new(code: RefusalCode, id: impl Into<String>, en: impl Into<String>) -> Self {
        let prose = |text: String| scrub::prose(&text).into_owned();
        Self { code, message: Message { id: prose(id.into()), en: prose(en.into()) } }
    }

    /// Whether the sheet that was read does not hold the table at all: it is another sheet, and no
    /// data are lost.
    pub fn is_no_table(&self) -> bool {
        matches!(
            self.code,
            RefusalCode::NoHeader | RefusalCode::NoRows | RefusalCode::MissingColumn
        )
    }
}

/// The reasons for which a file or a table is refused, each with the code that the ledger keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    // The bytes.
    /// The file has no bytes.
    EmptyFile,
    /// The file cannot be read from its place.
    Unreadable,
    /// The file changed while it was read.
    Changing,
    /// The archived bytes of a file are not those that its hash names.
    RawDamaged,
    /// The file is larger than can be held in memory, and of a kind that must be.
    FileTooLarge,
    /// A workbook unpacks to more than is accepted.
    TooLargeUnpacked,
    /// A table has more cells than its memory has room for.
    TooManyCells,
    /// A table is wider than a workbook can be.
    TooManyColumns,
    /// A workbook holds more sheets than are accepted.
    TooManySheets,
    /// The file was not read in its time.
    TooSlow,
    /// The process that read the file ended at it.
    ReaderEnded,
    /// A part of the program gave up on the file.
    GaveUp,
    /// A workbook is protected by a password.
    Password,
    /// A workbook is cut off or damaged.
    BrokenWorkbook,
    /// A Parquet file is cut off or damaged.
    BrokenParquet,
    /// A column of a Parquet file holds more than one value a row.
    NestedColumn,
    /// The text begins like JSON and is none.
    BrokenJson,
    /// A zip file that is no workbook.
    ZipWithoutWorkbook,
    /// A compressed file.
    Packed,
    /// A PDF.
    Pdf,
    /// A web page, or XML.
    Html,
    /// A map in GeoJSON.
    Geojson,
    /// The text's first line is too long for a header.
    NotATable,
    /// The lines end with a carriage return alone.
    LineEnds,
    // Responses of the BPS WebAPI.
    /// The response is `null`: more was asked for than one response may hold.
    WebapiNull,
    /// The response reports an error.
    WebapiError,
    /// The response says that there are no such data.
    WebapiNoData,
    /// Cells of the response have keys that its catalogues do not explain.
    WebapiKeys,
    /// The response's variable is not the one that the description expects.
    WebapiVariable,
    /// The response is parted in a way that the description does not name, without a total.
    WebapiParts,
    /// JSON that is no response of the `data` model.
    NotWebapiData,
    // Which dataset, source and layout it is.
    /// No dataset has the name that was given.
    UnknownDataset,
    /// No source has the name that was given, or none was given and the file does not say it.
    UnknownSource,
    /// The layout is used by several offices and none was named.
    WhichOffice,
    /// The file holds another dataset than was said.
    WrongDataset,
    /// The description is for files of another format.
    WrongFormat,
    /// Several layouts fit equally well.
    AmbiguousLayout,
    /// No layout fits.
    UnknownLayout,
    /// No sheet has a name that the description wants.
    NoSheet,
    // The table in a sheet.
    /// No row holds anything.
    NoRows,
    /// No row is the header that the description wants.
    NoHeader,
    /// A header was found and lacks required columns.
    MissingColumn,
    /// A described column is there twice.
    ColumnTwice,
    /// A header is all but the one of an optional column.
    MisspelledColumn,
    /// A column that a rule of the description looks at is not there.
    MissingRuleColumn,
    /// No column holds values that the description unpivots.
    NoValueColumns,
    /// A value that stands around the table was not found.
    NoContext,
    /// A value that stands around the table is there more than once.
    AmbiguousContext,
    /// A pattern of the description is no regular expression.
    BadPattern,
    /// The unit of a column stands nowhere, or is none of the described ones.
    UnknownUnit,
    /// Header or title name a unit that the description does not convert.
    UndescribedUnit,
}

impl RefusalCode {
    /// The code as the ledger keeps it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmptyFile => "empty_file",
            Self::Unreadable => "unreadable",
            Self::Changing => "changing",
            Self::RawDamaged => "raw_damaged",
            Self::FileTooLarge => "file_too_large",
            Self::TooLargeUnpacked => "too_large_unpacked",
            Self::TooManyCells => "too_many_cells",
            Self::TooManyColumns => "too_many_columns",
            Self::TooManySheets => "too_many_sheets",
            Self::TooSlow => "too_slow",
            Self::ReaderEnded => "reader_ended",
            Self::GaveUp => "gave_up",
            Self::Password => "password",
            Self::BrokenWorkbook => "broken_workbook",
            Self::BrokenParquet => "broken_parquet",
            Self::NestedColumn => "nested_column",
            Self::BrokenJson => "broken_json",
            Self::ZipWithoutWorkbook => "zip_without_workbook",
            Self::Packed => "packed",
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Geojson => "geojson",
            Self::NotATable => "not_a_table",
            Self::LineEnds => "line_ends",
            Self::WebapiNull => "webapi_null",
            Self::WebapiError => "webapi_error",
            Self::WebapiNoData => "webapi_no_data",
            Self::WebapiKeys => "webapi_keys",
            Self::WebapiVariable => "webapi_variable",
            Self::WebapiParts => "webapi_parts",
            Self::NotWebapiData => "not_webapi_data",
            Self::UnknownDataset => "unknown_dataset",
            Self::UnknownSource => "unknown_source",
            Self::WhichOffice => "which_office",
            Self::WrongDataset => "wrong_dataset",
            Self::WrongFormat => "wrong_format",
            Self::AmbiguousLayout => "ambiguous_layout",
            Self::UnknownLayout => "unknown_layout",
            Self::NoSheet => "no_sheet",
            Self::NoRows => "no_rows",
            Self::NoHeader => "no_header",
            Self::MissingColumn => "missing_column",
            Self::ColumnTwice => "column_twice",
            Self::MisspelledColumn => "misspelled_column",
            Self::MissingRuleColumn => "missing_rule_column",
            Self::NoValueColumns => "no_value_columns",
            Self::NoContext => "no_context",
            Self::AmbiguousContext => "ambiguous_context",
            Self::BadPattern => "bad_pattern",
            Self::UnknownUnit => "unknown_unit",
            Self::UndescribedUnit => "undescribed_unit",
        }
    }
}

impl RefusalCode {
    /// The reason of a code that a reader gives.
    pub(super) fn parse(code: &str) -> Option<Self> {
        use serde::Deserialize;
        use serde::de::IntoDeserializer;
        use serde::de::value::{Error, StrDeserializer};
        let code: StrDeserializer<'_, Error> = code.into_deserializer();
        Self::deserialize(code).ok()
    }
}

impl std::fmt::Display for RefusalCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}
