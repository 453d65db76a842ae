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
    /// The table is there but for a column or two.
    pub is_nearly_read: bool,
}

impl Refusal {
    /// A refusal with its reason in both languages; what is personal in it, such as in a row of
    /// data that stands where the header should, is masked.
    pub fn new(code: RefusalCode, id: impl Into<String>, en: impl Into<String>) -> Self {
        let prose = |text: String| scrub::prose(&text).into_owned();
        let message = Message { id: prose(id.into()), en: prose(en.into()) };
        Self { code, message, is_nearly_read: false }
    }

    /// Whether the sheet that was read does not hold the table at all: it is another sheet, and no
    /// data are lost.
    pub fn is_no_table(&self) -> bool {
        let lacks_header = matches!(
            self.code,
            RefusalCode::NoHeader | RefusalCode::NoRows | RefusalCode::MissingColumn
        );
        lacks_header && !self.is_nearly_read
    }
}

koridor_contract::coded! {
    /// The reasons for which a file or a table is refused, each with its code.
    RefusalCode {
        // The bytes.
        /// The file has no bytes.
        EmptyFile = "empty_file",
        /// The file cannot be read from its place.
        Unreadable = "unreadable",
        /// The file changed while it was read.
        Changing = "changing",
        /// The archived bytes of a file are not those that its hash names.
        RawDamaged = "raw_damaged",
        /// The file is larger than can be held in memory, and of a kind that must be.
        FileTooLarge = "file_too_large",
        /// A workbook unpacks to more than is accepted.
        TooLargeUnpacked = "too_large_unpacked",
        /// A table has more cells than its memory has room for.
        TooManyCells = "too_many_cells",
        /// A table is wider than a workbook can be.
        TooManyColumns = "too_many_columns",
        /// A workbook holds more sheets than are accepted.
        TooManySheets = "too_many_sheets",
        /// The file was not read in its time.
        TooSlow = "too_slow",
        /// The process that read the file ended at it.
        ReaderEnded = "reader_ended",
        /// A part of the program gave up on the file.
        GaveUp = "gave_up",
        /// A workbook is protected by a password.
        Password = "password",
        /// A workbook is cut off or damaged.
        BrokenWorkbook = "broken_workbook",
        /// A Parquet file is cut off or damaged.
        BrokenParquet = "broken_parquet",
        /// A column of a Parquet file holds more than one value a row.
        NestedColumn = "nested_column",
        /// The text begins like JSON and is none.
        BrokenJson = "broken_json",
        /// A zip file that is no workbook.
        ZipWithoutWorkbook = "zip_without_workbook",
        /// A compressed file.
        Packed = "packed",
        /// A PDF.
        Pdf = "pdf",
        /// A web page, or XML.
        Html = "html",
        /// A map in GeoJSON.
        Geojson = "geojson",
        /// The text's first line is too long for a header.
        NotATable = "not_a_table",
        /// The text is in an encoding that is not read.
        OtherEncoding = "other_encoding",
        /// The lines end with a carriage return alone.
        LineEnds = "line_ends",
        // Responses of the BPS WebAPI.
        /// The response is `null`: more was asked for than one response may hold.
        WebapiNull = "webapi_null",
        /// The response reports an error.
        WebapiError = "webapi_error",
        /// The response says that there are no such data.
        WebapiNoData = "webapi_no_data",
        /// Cells of the response have keys that its catalogues do not explain.
        WebapiKeys = "webapi_keys",
        /// The response's variable is not the one that the description expects.
        WebapiVariable = "webapi_variable",
        /// The response is parted in a way that the description does not name, without a total.
        WebapiParts = "webapi_parts",
        /// JSON that is no response of the `data` model.
        NotWebapiData = "not_webapi_data",
        // Which dataset, source and layout it is.
        /// No dataset has the name that was given.
        UnknownDataset = "unknown_dataset",
        /// No source has the name that was given, or none was given and the file does not say it.
        UnknownSource = "unknown_source",
        /// The layout is used by several offices and none was named.
        WhichOffice = "which_office",
        /// The file holds another dataset than was said.
        WrongDataset = "wrong_dataset",
        /// The description is for files of another format.
        WrongFormat = "wrong_format",
        /// Several layouts fit equally well.
        AmbiguousLayout = "ambiguous_layout",
        /// No layout fits.
        UnknownLayout = "unknown_layout",
        /// No sheet has a name that the description wants.
        NoSheet = "no_sheet",
        // The table in a sheet.
        /// No row holds anything.
        NoRows = "no_rows",
        /// No row is the header that the description wants.
        NoHeader = "no_header",
        /// A header was found and lacks required columns.
        MissingColumn = "missing_column",
        /// A described column is there twice.
        ColumnTwice = "column_twice",
        /// A header is all but the one of an optional column.
        MisspelledColumn = "misspelled_column",
        /// A column that a rule of the description looks at is not there.
        MissingRuleColumn = "missing_rule_column",
        /// No column holds values that the description unpivots.
        NoValueColumns = "no_value_columns",
        /// A value that stands around the table was not found.
        NoContext = "no_context",
        /// A value that stands around the table is there more than once.
        AmbiguousContext = "ambiguous_context",
        /// A pattern of the description is no regular expression.
        BadPattern = "bad_pattern",
        /// The unit of a column stands nowhere, or is none of the described ones.
        UnknownUnit = "unknown_unit",
        /// Header or title name a unit that the description does not convert.
        UndescribedUnit = "undescribed_unit",
        /// Title, note or header say that figures count from January on, and the description reads
        /// them as those of a month.
        UndescribedCumulative = "undescribed_cumulative",
        /// A title says that the table is of something else than its rows are read as: of targets,
        /// of another region.
        ContradictsTitle = "contradicts_title",
    }
}

impl std::fmt::Display for RefusalCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.code())
    }
}
