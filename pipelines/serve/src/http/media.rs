//! In which form somebody wants an answer: by `format` or by `Accept`.

use super::problem::Problem;
use crate::extract::Form;
use crate::format::Format;
use axum::http::{HeaderMap, StatusCode, header};

/// A form, its name in `format`, and its media type.
type Known = (Form, &'static str, &'static str);

/// All forms; the first is given where nothing is asked for.
const KNOWN: [Known; 9] = [
    (Form::Rows(Format::Json), "json", "application/json"),
    (Form::Rows(Format::Ndjson), "ndjson", "application/x-ndjson"),
    (Form::Rows(Format::Csv), "csv", "text/csv; charset=utf-8"),
    (Form::Rows(Format::ExcelCsv), "excel", "text/csv; charset=utf-8"),
    (Form::Rows(Format::SdmxCsv), "sdmx-csv", "application/vnd.sdmx.data+csv; version=2.0.0"),
    (Form::Rows(Format::Parquet), "parquet", "application/vnd.apache.parquet"),
    (Form::Rows(Format::ArrowStream), "arrow", "application/vnd.apache.arrow.stream"),
    (
        Form::Rows(Format::Xlsx),
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    (Form::Package, "datapackage", "application/zip"),
];

/// Forms of any rows.
pub const ROWS: [Form; 7] = [
    Form::Rows(Format::Json),
    Form::Rows(Format::Ndjson),
    Form::Rows(Format::Csv),
    Form::Rows(Format::ExcelCsv),
    Form::Rows(Format::Parquet),
    Form::Rows(Format::ArrowStream),
    Form::Rows(Format::Xlsx),
];

/// Forms of values of indicators.
pub const VALUES: [Form; 8] = [
    Form::Rows(Format::Json),
    Form::Rows(Format::Ndjson),
    Form::Rows(Format::Csv),
    Form::Rows(Format::ExcelCsv),
    Form::Rows(Format::SdmxCsv),
    Form::Rows(Format::Parquet),
    Form::Rows(Format::ArrowStream),
    Form::Rows(Format::Xlsx),
];

/// Forms of an extract.
pub const EXTRACTS: [Form; 9] = [
    Form::Rows(Format::Json),
    Form::Rows(Format::Ndjson),
    Form::Rows(Format::Csv),
    Form::Rows(Format::ExcelCsv),
    Form::Rows(Format::SdmxCsv),
    Form::Rows(Format::Parquet),
    Form::Rows(Format::ArrowStream),
    Form::Rows(Format::Xlsx),
    Form::Package,
];

impl Form {
    fn known(self) -> Known {
        KNOWN.into_iter().find(|own| own.0 == self).unwrap_or(KNOWN[0])
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.known().1
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        self.known().2
    }

    /// The form that is asked for among those that are offered.
    ///
    /// # Errors
    /// 400 for a name that is none, 406 where nothing that is offered is accepted.
    pub fn asked(
        format: Option<&str>,
        headers: &HeaderMap,
        offered: &[Self],
    ) -> Result<Self, Problem> {
        let names = || offered.iter().map(|own| own.name()).collect::<Vec<_>>().join(", ");
        if let Some(name) = format {
            let found = offered.iter().find(|own| own.name() == name);
            return found.copied().ok_or_else(|| {
                Problem::wrong(format!("no format `{name}` here"), format!("formats: {}", names()))
            });
        }
        let accepts = headers.get_all(header::ACCEPT).iter().filter_map(|own| own.to_str().ok());
        let accepts = accepts.collect::<Vec<_>>().join(",");
        let first = offered.first().copied().unwrap_or(KNOWN[0].0);
        if accepts.trim().is_empty() {
            return Ok(first);
        }
        accepted(&accepts, offered).ok_or_else(|| {
            let types = offered.iter().map(|own| essence(own.media_type())).collect::<Vec<_>>();
            Problem::new(StatusCode::NOT_ACCEPTABLE, "nothing of what is accepted is given here")
                .hinted(format!("media types: {}; or ?format={}", types.join(", "), names()))
        })
    }
}

/// A media type without its parameters.
fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// The offered form that is accepted most; of equals the first.
fn accepted(accepts: &str, offered: &[Form]) -> Option<Form> {
    let mut best: Option<(f32, Form)> = None;
    for form in offered {
        let weight = weight(accepts, essence(form.media_type()));
        if weight > 0.0 && best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, *form));
        }
    }
    best.map(|(_, form)| form)
}

/// How much a media type is accepted: the most exact range that fits it decides.
fn weight(accepts: &str, media_type: &str) -> f32 {
    let (own_type, _) = media_type.split_once('/').unwrap_or((media_type, ""));
    let mut found = (0, 0.0);
    for range in accepts.split(',') {
        let exactness = match essence(range) {
            own if own.eq_ignore_ascii_case(media_type) => 3,
            own if own.strip_suffix("/*").is_some_and(|own| own.eq_ignore_ascii_case(own_type)) => {
                2
            }
            "*/*" => 1,
            _ => continue,
        };
        let quality = range.split(';').skip(1).find_map(|own| own.trim().strip_prefix("q="));
        let quality = quality.map_or(1.0, |own| own.trim().parse::<f32>().unwrap_or_default());
        if exactness > found.0 {
            found = (exactness, quality.clamp(0.0, 1.0));
        }
    }
    found.1
}

#[cfg(test)]
mod tests {
    use super::{EXTRACTS, Form, VALUES};
    use crate::format::Format;
    use axum::http::{HeaderMap, HeaderValue, header};

    fn asked(accept: &str) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
        Form::asked(None, &headers, &EXTRACTS).ok().map(Form::name)
    }

    #[test]
    fn the_most_accepted_form_is_given() {
        let cases = [
            ("*/*", Some("json")),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Some("json")),
            ("text/csv", Some("csv")),
            ("text/*;q=0.5, application/vnd.apache.parquet", Some("parquet")),
            ("application/json;q=0, */*;q=0.1", Some("ndjson")),
            ("application/zip", Some("datapackage")),
            ("image/png", None),
            ("text/csv;q=0", None),
            ("q=,;;,/", None),
        ];
        for (accept, name) in cases {
            assert_eq!(asked(accept), name, "{accept}");
        }
        let none = Form::asked(Some("datapackage"), &HeaderMap::new(), &VALUES);
        assert!(none.is_err());
        let excel = Form::asked(Some("excel"), &HeaderMap::new(), &VALUES).ok();
        assert_eq!(excel, Some(Form::Rows(Format::ExcelCsv)));
    }
}
