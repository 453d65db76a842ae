//! Arguments of routes as the description for machines has them. What is read of a request is in
//! the routes themselves, which refuse every other name.

#![expect(dead_code, reason = "names and descriptions are what counts")]

use utoipa::IntoParams;

/// Of the values of an indicator.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ValuesQuery {
    /// A region by its BPS code or name; `CORR` is the corridor. All if not given.
    #[param(nullable = false, min_length = 1, example = "CORR")]
    region: Option<String>,
    /// First period: 2024, 2024-Q3, 2024-07 or a day.
    #[param(nullable = false, example = "2023")]
    from: Option<String>,
    /// Last period.
    #[param(nullable = false, example = "2025")]
    to: Option<String>,
    /// Length of periods: month, quarter, year.
    #[param(nullable = false, pattern = "^[MQY]$", example = "Y")]
    grain: Option<String>,
    /// A release by its name, or the last one of a day; the current one if not given.
    #[param(nullable = false)]
    as_of: Option<String>,
    /// Form of the answer, instead of `Accept`.
    #[param(nullable = false)]
    format: Option<String>,
    /// Values at most; of JSON 1,000 if not given.
    #[param(nullable = false, minimum = 1, maximum = 10_000)]
    limit: Option<u32>,
    /// Place in the list, taken from the `Link` of the page before; it holds on to that release.
    #[param(nullable = false, min_length = 1)]
    cursor: Option<String>,
}

/// Of lists.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// A release by its name, or the last one of a day; the current one if not given.
    #[param(nullable = false)]
    as_of: Option<String>,
    /// Form of the answer, instead of `Accept`.
    #[param(nullable = false)]
    format: Option<String>,
}

/// Of one thing of a release.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AsOfQuery {
    /// A release by its name, or the last one of a day; the current one if not given.
    #[param(nullable = false)]
    as_of: Option<String>,
}

/// Of the list of extracts.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LanguageQuery {
    /// Language of texts: `id` if not given.
    #[param(nullable = false, pattern = "^(id|en)$")]
    lang: Option<String>,
}

/// Of an extract.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExtractQuery {
    /// A region by its BPS code or name; indicators and targets of the corridor come with it.
    #[param(nullable = false, min_length = 1, example = "CORR")]
    region: Option<String>,
    /// Calendar year; not beside `from` and `to`.
    #[param(nullable = false, minimum = 1, maximum = 9999, example = 2025)]
    year: Option<u32>,
    /// First period: 2024, 2024-Q3, 2024-07 or a day.
    #[param(nullable = false)]
    from: Option<String>,
    /// Last period.
    #[param(nullable = false)]
    to: Option<String>,
    /// Dimension of the masterplan.
    #[param(nullable = false, min_length = 1)]
    dimension: Option<String>,
    /// A release by its name, or the last one of a day; the current one if not given.
    #[param(nullable = false)]
    as_of: Option<String>,
    /// Form of the answer, instead of `Accept`. An extract that has it not names those it has.
    #[param(nullable = false)]
    format: Option<String>,
    /// Language of a workbook and of a Data Package: `id` if not given.
    #[param(nullable = false, pattern = "^(id|en)$")]
    lang: Option<String>,
}

/// Of an explanation.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExplainQuery {
    /// The indicator.
    #[param(min_length = 1)]
    id: String,
    /// A region by its BPS code or name; `CORR` is the corridor.
    #[param(min_length = 1, example = "CORR")]
    region: String,
    /// Period: 2024, 2024-Q3 or 2024-07.
    #[param(min_length = 1, example = "2025")]
    period: String,
    /// A release by its name, or the last one of a day; the current one if not given.
    #[param(nullable = false)]
    as_of: Option<String>,
}

/// Of a statement in the URL.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SqlQuery {
    /// The statement.
    #[param(min_length = 1, example = "select 1 as one")]
    q: String,
    /// A release by its name, or the last one of a day; the current one if not given.
    #[param(nullable = false)]
    as_of: Option<String>,
    /// Form of the answer, instead of `Accept`.
    #[param(nullable = false)]
    format: Option<String>,
}

/// Of a file that is checked.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CheckQuery {
    /// Name of the file, where the body is the file itself.
    #[param(nullable = false, min_length = 2, max_length = 200, example = "laporan.xlsx")]
    name: Option<String>,
    /// Dataset, where the file does not show it.
    #[param(nullable = false, min_length = 1)]
    dataset: Option<String>,
    /// An office, or a source description.
    #[param(nullable = false, min_length = 1)]
    source: Option<String>,
    /// Region of a file that carries none.
    #[param(nullable = false, min_length = 1)]
    region: Option<String>,
    /// `xlsx` for the marked workbook, instead of `Accept`.
    #[param(nullable = false)]
    format: Option<String>,
}

/// Of a file that is sent.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SubmissionQuery {
    /// Name of the file, where the body is the file itself.
    #[param(nullable = false, min_length = 2, max_length = 200, example = "laporan.xlsx")]
    name: Option<String>,
    /// Office that sends; may be left away where the key's region has one only.
    #[param(nullable = false, min_length = 1)]
    source: Option<String>,
}
