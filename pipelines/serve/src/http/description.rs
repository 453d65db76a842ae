//! What may be asked, for machines: OpenAPI 3.1, from the routes themselves.

use super::media::{EXTRACTS, ROWS, VALUES};
use super::problem::{PROBLEM, Problem};
use super::sql::Statement;
use super::submissions::Submission;
use super::{check, extracts, health, sql, submissions, told, values};
use crate::extract::Form;
use crate::format::Format;
use serde_json::{Value, json};
use std::sync::LazyLock;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Koridor",
        description = "Published tourism indicators of a corridor, with state, coverage, source \
                       and release. Errors are application/problem+json with a hint. Without a key \
                       everything published is there; a key goes into the Authorization header, \
                       never into a URL."
    ),
    paths(
        values::indicators,
        values::indicator,
        values::indicator_values,
        extracts::extracts,
        extracts::one,
        told::status,
        told::explain,
        sql::get,
        sql::post,
        check::check,
        submissions::submit,
        health::healthz,
        health::readyz,
        health::metrics,
    ),
    components(schemas(Problem, Submission, Statement)),
    servers((url = "/"))
)]
struct Api;

/// Paths that give rows, with the forms that they offer.
const OFFERED: [(&str, &str, &[Form]); 6] = [
    ("/v1/indicators", "get", &ROWS),
    ("/v1/indicators/{id}/values", "get", &VALUES),
    ("/v1/extracts/{name}", "get", &EXTRACTS),
    ("/v1/sql", "get", &ROWS),
    ("/v1/sql", "post", &ROWS),
    ("/v1/check", "post", &[Form::Rows(Format::Json), Form::Rows(Format::Xlsx)]),
];

/// A day that the calendar has, 29 February among them.
const DAY: &str = "([0-9]{4}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)\
                   |(0[13578]|1[02])-31)|([0-9]{2}(0[48]|[2468][048]|[13579][26])\
                   |([02468][048]|[13579][26])00)-02-29)";
/// A year, a quarter or a month.
const PERIOD: &str = "[0-9]{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?";
/// The same within the years that numbers are explained of.
const EXPLAINED: &str = "(1[89][0-9]{2}|2[01][0-9]{2}|2200)(-Q[1-4]|-(0[1-9]|1[0-2]))?";
/// A place in a list of a release.
const CURSOR: &str = "[0-9]{4}-[0-9]{2}-[0-9]{2}\\.[0-9]{1,18}~[0-9]{1,18}";
/// A name of a file without a way to somewhere, with its ending.
const FILE_NAME: &str = "[^\\u0000-\\u001f\\u007f-\\u009f<>:\"|?*/\\\\.~\\s]\
                         [^\\u0000-\\u001f\\u007f-\\u009f<>:\"|?*/\\\\]*\\.\
                         ([^\\u0000-\\u001f\\u007f-\\u009f<>:\"|?*/\\\\]*\
                         [^\\u0000-\\u001f\\u007f-\\u009f<>:\"|?*/\\\\\\s])?";
/// Any other text.
const TEXT: &str = "[^\\u0000]+";

/// How an argument is written that is no number and none of a list.
fn pattern(name: &str) -> String {
    match name {
        "from" | "to" => format!("^({PERIOD}|{DAY})$"),
        "period" => format!("^{EXPLAINED}$"),
        "as_of" => format!("^{DAY}(\\.[0-9]+)?$"),
        "cursor" => format!("^{CURSOR}$"),
        "name" => format!("^{FILE_NAME}$"),
        _ => format!("^{TEXT}$"),
    }
}

/// Problems that any route may answer with.
const PROBLEMS: [(&str, &str); 5] = [
    ("400", "The request is wrong; the hint says how it is right"),
    ("401", "The key is no valid one, or one is needed"),
    ("429", "Too many requests; Retry-After says when to ask again"),
    ("500", "A fault of the server"),
    ("503", "Busy, or the pages are not read yet"),
];

/// Problems that only some may answer with.
const OF_SOME: [(&str, &str, &[&str]); 7] = [
    ("403", "The key may not do that", &["post /v1/submissions"]),
    ("404", "There is no such thing, or no release yet", &NAMING),
    ("406", "No form that is accepted is given here", &IN_FORMS),
    ("408", "The body did not come in time", &WITH_BODY),
    ("413", "The body is too large", &WITH_BODY),
    ("415", "The body is of another type", &["post /v1/sql"]),
    ("422", "It would cost more than a statement may", &READING),
];

/// What is answered of a release, with its tag.
const OF_RELEASE: [&str; 7] = [
    "get /v1/indicators",
    "get /v1/indicators/{id}",
    "get /v1/indicators/{id}/values",
    "get /v1/extracts/{name}",
    "get /v1/explain",
    "get /v1/sql",
    "post /v1/sql",
];

/// What names a thing that may not be there: one of a release, of the project, an office.
const NAMING: [&str; 9] = [
    "get /v1/indicators",
    "get /v1/indicators/{id}",
    "get /v1/indicators/{id}/values",
    "get /v1/extracts/{name}",
    "get /v1/explain",
    "get /v1/sql",
    "post /v1/sql",
    "post /v1/check",
    "post /v1/submissions",
];

/// What looks at the form that is accepted.
const IN_FORMS: [&str; 10] = [
    "get /v1/indicators",
    "get /v1/indicators/{id}",
    "get /v1/indicators/{id}/values",
    "get /v1/extracts",
    "get /v1/extracts/{name}",
    "get /v1/status",
    "get /v1/explain",
    "get /v1/sql",
    "post /v1/sql",
    "post /v1/check",
];

/// What takes a body.
const WITH_BODY: [&str; 3] = ["post /v1/sql", "post /v1/check", "post /v1/submissions"];

/// What reads the lake or a file for its answer.
const READING: [&str; 7] = [
    "get /v1/indicators/{id}/values",
    "get /v1/extracts/{name}",
    "get /v1/status",
    "get /v1/explain",
    "get /v1/sql",
    "post /v1/sql",
    "post /v1/check",
];

/// The description as a document.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = serde_json::to_value(Api::openapi()).unwrap_or_default();
    for (path, method, forms) in OFFERED {
        offer(&mut document["paths"][path][method], forms);
    }
    each_operation(&mut document, add_problems);
    each_operation(&mut document, |_, own| add_patterns(own));
    let as_of = &mut document["components"]["schemas"]["Statement"]["properties"]["as_of"];
    as_of["pattern"] = json!(pattern("as_of"));
    document["components"]["securitySchemes"] = json!({
        "bearer": { "type": "http", "scheme": "bearer", "description": "A key." },
        "basic": { "type": "http", "scheme": "basic", "description": "The key as password." },
    });
    let either = json!([{}, { "bearer": [] }, { "basic": [] }]);
    each_operation(&mut document, |_, own| own["security"] = either.clone());
    document["paths"]["/v1/submissions"]["post"]["security"] =
        json!([{ "bearer": [] }, { "basic": [] }]);
    let file = json!({
        "multipart/form-data": { "schema": {
            "type": "object", "required": ["file"],
            "properties": { "file": { "type": "string", "format": "binary" } },
        } },
        "application/octet-stream": { "schema": { "type": "string", "format": "binary" } },
    });
    for path in ["/v1/check", "/v1/submissions"] {
        document["paths"][path]["post"]["requestBody"] =
            json!({ "required": true, "content": file.clone() });
    }
    document["paths"]["/v1/sql"]["post"]["requestBody"] = json!({
        "required": true,
        "content": {
            "application/json": { "schema": { "$ref": "#/components/schemas/Statement" } },
            "application/x-www-form-urlencoded": {
                "schema": { "$ref": "#/components/schemas/Statement" },
            },
            "application/sql": { "schema": { "type": "string", "minLength": 1 } },
            "text/plain": { "schema": { "type": "string", "minLength": 1 } },
        },
    });
    document
});

/// Adds the forms of an answer, and their names to the argument `format`.
fn offer(operation: &mut Value, forms: &[Form]) {
    let binary = json!({ "schema": { "type": "string", "format": "binary" } });
    let content = operation.pointer_mut("/responses/200/content");
    if let Some(content) = content.and_then(Value::as_object_mut) {
        for form in forms.iter().filter(|own| **own != Form::Rows(Format::Json)) {
            let media_type = form.media_type().split(';').next().unwrap_or_default();
            content.entry(media_type).or_insert(binary.clone());
        }
    }
    let names: Vec<&str> = forms.iter().map(|own| own.name()).collect();
    for own in parameters(operation) {
        if own["name"] == "format" {
            own["schema"] = json!({ "type": "string", "enum": names });
        }
    }
}

/// The arguments of an operation; where it has none, none are made.
fn parameters(operation: &mut Value) -> impl Iterator<Item = &mut Value> {
    operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten()
}

/// Changes each operation, which is named `get /v1/status`.
fn each_operation(document: &mut Value, change: impl Fn(&str, &mut Value)) {
    for (path, operations) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, own) in operations.as_object_mut().into_iter().flatten() {
            change(&format!("{method} {path}"), own);
        }
    }
}

/// Says how arguments are written, where they do not say it themselves.
fn add_patterns(operation: &mut Value) {
    for own in parameters(operation) {
        let schema = &own["schema"];
        let is_told = schema.get("pattern").or(schema.get("enum")).is_some();
        if own["in"] == "query" && schema["type"] == "string" && !is_told {
            own["schema"]["pattern"] = json!(pattern(own["name"].as_str().unwrap_or_default()));
        }
    }
}

fn add_problems(name: &str, operation: &mut Value) {
    let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
    let Some(responses) = responses else { return };
    if OF_RELEASE.contains(&name) {
        let unchanged = json!({ "description": "As it was when `If-None-Match` was its ETag" });
        responses.insert("304".to_owned(), unchanged);
    }
    let own = OF_SOME.into_iter().filter(|(_, _, names)| names.contains(&name));
    let own = own.map(|(status, description, _)| (status, description));
    for (status, description) in PROBLEMS.into_iter().chain(own) {
        let content = json!({ PROBLEM: { "schema": { "$ref": "#/components/schemas/Problem" } } });
        let problem = json!({ "description": description, "content": content });
        responses.entry(status).or_insert(problem);
    }
}

#[cfg(test)]
mod tests {
    use super::{DOCUMENT, IN_FORMS, NAMING, OF_RELEASE, OF_SOME, OFFERED, READING, WITH_BODY};

    fn has_null(own: &serde_json::Value) -> bool {
        match own {
            serde_json::Value::Null => true,
            serde_json::Value::Array(own) => own.iter().any(has_null),
            serde_json::Value::Object(own) => own.values().any(has_null),
            _ => false,
        }
    }

    /// A name in a list of ours is that of an operation, and only what takes a body waits for one.
    #[test]
    fn problems_are_told_where_they_can_be() {
        let own = |name: &str| {
            let (method, path) = name.split_once(' ').unwrap();
            &DOCUMENT["paths"][path][method]
        };
        let names = OF_RELEASE.iter().chain(&NAMING).chain(&IN_FORMS).chain(&WITH_BODY);
        for name in names.chain(&READING) {
            assert!(own(name).is_object(), "{name}");
        }
        for (status, _, names) in OF_SOME {
            for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
                for (method, operation) in operations.as_object().unwrap() {
                    let is_told = operation["responses"].get(status).is_some();
                    let name = format!("{method} {path}");
                    assert_eq!(is_told, names.contains(&name.as_str()), "{status} {name}");
                }
            }
        }
        for operations in DOCUMENT["paths"].as_object().unwrap().values() {
            for (method, operation) in operations.as_object().unwrap() {
                assert_eq!(operation.get("requestBody").is_some(), method == "post");
            }
        }
    }

    #[test]
    fn every_operation_is_described() {
        assert!(!has_null(&DOCUMENT), "OpenAPI knows no null");
        assert_eq!(DOCUMENT["openapi"].as_str().map(|own| &own[..3]), Some("3.1"));
        for (path, method, forms) in OFFERED {
            let own = &DOCUMENT["paths"][path][method]["responses"]["200"]["content"];
            let media: std::collections::BTreeSet<&str> =
                forms.iter().map(|own| own.media_type().split(';').next().unwrap()).collect();
            assert_eq!(own.as_object().map(|own| own.len()), Some(media.len()), "{path} {own}");
        }
        for (path, operations) in DOCUMENT["paths"].as_object().unwrap() {
            for (method, own) in operations.as_object().unwrap() {
                assert!(
                    own["summary"].as_str().is_some_and(|own| own.len() > 5),
                    "{method} {path}"
                );
                assert!(own["responses"]["400"]["content"].is_object(), "{method} {path}");
                assert!(own["security"].is_array(), "{method} {path}");
            }
        }
    }
}
