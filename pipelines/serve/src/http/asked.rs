//! What a request asks: its arguments by name, who asks, what is accepted.

use super::problem::Problem;
use crate::extract::{Selection, Wanted};
use crate::service::Caller;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri};
use koridor_contract::Project;
use koridor_contract::message::Language;
use koridor_lake::engine::Tier;
use std::collections::BTreeMap;
use std::convert::Infallible;
use url::form_urlencoded;

/// A request without its body.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Method.
    pub method: Method,
    /// Path and query as they came.
    pub uri: Uri,
    /// Headers.
    pub headers: HeaderMap,
    /// Who asks.
    pub caller: Caller,
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let caller = parts.extensions.get::<Caller>().cloned();
        Ok(Self {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            headers: parts.headers.clone(),
            caller: caller.unwrap_or_else(Caller::anybody),
        })
    }
}

impl Asked {
    /// The arguments of the query, each of the known names and given once.
    ///
    /// # Errors
    /// 400 for one that is unknown, empty or given twice.
    pub fn arguments(&self, known: &[&'static str]) -> Result<Arguments, Problem> {
        Arguments::read(self.uri.query().unwrap_or_default().as_bytes(), known)
    }

    /// The arguments of a form of a page, which gives also what was left empty.
    pub fn fields(&self) -> Arguments {
        Arguments::of_form(self.uri.query().unwrap_or_default().as_bytes())
    }

    /// A header as text.
    pub fn header(&self, name: impl axum::http::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What of the caller decides what an answer shows, as a part of its tag; none for anybody.
    pub fn audience(&self) -> Option<String> {
        match self.caller.tier() {
            Tier::Open => None,
            Tier::Office(region) => Some(format!("office-{region}")),
            Tier::Analyst(Some(region)) => Some(format!("analyst-{region}")),
            tier => Some(tier.as_str().to_owned()),
        }
    }
}

/// Arguments by name.
#[derive(Debug, Clone, Default)]
pub struct Arguments(BTreeMap<String, String>);

impl Arguments {
    /// Arguments as a query or a form has them.
    ///
    /// # Errors
    /// As [`Asked::arguments`].
    pub fn read(encoded: &[u8], known: &[&'static str]) -> Result<Self, Problem> {
        let hint = || match known {
            [] => "it takes none".to_owned(),
            known => format!("arguments: {}", known.join(", ")),
        };
        let is_text = is_utf8(encoded);
        let mut found = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(encoded) {
            if !known.contains(&name.as_ref()) {
                return Err(Problem::wrong(format!("unknown argument `{}`", cut(&name)), hint()));
            }
            if value.is_empty() {
                return Err(Problem::wrong(format!("`{name}` is empty"), "leave it away"));
            }
            // The mark also stands for what is no text where it was not sent itself.
            if value.contains('\0') || (!is_text && value.contains('\u{fffd}')) {
                return Err(Problem::wrong(format!("`{name}` is no text"), "write it as UTF-8"));
            }
            if found.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(Problem::wrong(format!("`{name}` is given twice"), "give it once"));
            }
        }
        Ok(Self(found))
    }

    /// Fields of a form; what is empty is not given, of one that is given twice the last counts.
    pub fn of_form(encoded: &[u8]) -> Self {
        let given = form_urlencoded::parse(encoded).filter(|(_, value)| !value.is_empty());
        Self(given.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// An argument.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// An argument that must be given.
    ///
    /// # Errors
    /// 400 where it is not.
    pub fn need(&self, name: &str) -> Result<&str, Problem> {
        let hint = format!("give ?{name}=");
        self.get(name).ok_or_else(|| Problem::wrong(format!("`{name}` is missing"), hint))
    }

    /// A whole number between two.
    ///
    /// # Errors
    /// 400 where it is none.
    pub fn number(&self, name: &str, least: u64, most: u64) -> Result<Option<u64>, Problem> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let is_number = text.bytes().all(|own| own.is_ascii_digit());
        let number = text.parse::<u64>().ok().filter(|_| is_number);
        number.filter(|own| (least..=most).contains(own)).map(Some).ok_or_else(|| {
            let hint = format!("give a whole number from {least} to {most}");
            Problem::wrong(format!("`{name}` is no such number"), hint)
        })
    }

    /// The language of a text for people: Bahasa Indonesia where none is named.
    ///
    /// # Errors
    /// 400 where it is neither.
    pub fn language(&self) -> Result<Language, Problem> {
        match self.get("lang") {
            None | Some("id") => Ok(Language::Id),
            Some("en") => Ok(Language::En),
            Some(other) => {
                let hint = "languages: id, en";
                Err(Problem::wrong(format!("no language `{}`", cut(other)), hint))
            }
        }
    }
}

/// Whether bytes are UTF-8 once what stands behind `%` is read.
fn is_utf8(encoded: &[u8]) -> bool {
    let digit = |at: usize| encoded.get(at).and_then(|own| char::from(*own).to_digit(16));
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut at = 0;
    while let Some(&byte) = encoded.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(byte));
                at += 3;
            }
            _ => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    std::str::from_utf8(&bytes).is_ok()
}

/// What is selected of rows.
///
/// # Errors
/// 400 where a period is none, 404 where it names a region or a dimension that is not there.
pub fn selection(project: &Project, wanted: Wanted<'_>) -> Result<Selection, Problem> {
    Selection::of(project, wanted).map_err(|error| {
        let periods = Wanted { region: None, dimension: None, ..wanted };
        let problem = Problem::from(error);
        match Selection::of(project, periods) {
            Ok(_) => problem.or_missing(),
            Err(_) => problem,
        }
    })
}

/// A text from outside, short enough for a message.
fn cut(text: &str) -> String {
    text.chars().filter(|own| !own.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::Arguments;

    #[test]
    fn an_argument_is_known_given_once_and_not_empty() {
        let known = &["region", "limit"];
        let read = |text: &str| Arguments::read(text.as_bytes(), known);
        let own = read("region=Kota+Baubau&limit=10").ok().unwrap();
        assert_eq!(own.get("region"), Some("Kota Baubau"));
        assert_eq!(own.number("limit", 1, 20).ok().unwrap(), Some(10));
        assert!(own.number("limit", 1, 9).is_err());
        for wrong in ["reg=1", "region=", "region=1&region=2", "region=%ff", "region=a%00", "x"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        for wrong in ["limit=%2B5", "limit=-1", "limit=1e3", "limit=99999999999999999999"] {
            assert!(read(wrong).ok().unwrap().number("limit", 0, 100).is_err(), "{wrong}");
        }
        assert!(read("").is_ok());
        // The mark for what is no text is a text where it was sent.
        let marked = read("region=a%EF%BF%BDb").ok().unwrap();
        assert_eq!(marked.get("region"), Some("a\u{fffd}b"));
        for wrong in ["region=%EF%BF%BD%ff", "region=%c3%28", "region=%EF%BF", "limit=%ff"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(read("region=100%25&limit=5%2").is_ok());
    }
}
