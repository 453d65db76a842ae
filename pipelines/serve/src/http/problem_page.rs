//! What went wrong, as a page: for who reads with a browser.

use super::problem::{NO_PAGE, Problem};
use super::web::Web;
use crate::pages::render_problem;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use koridor_contract::message::Language;
use serde::Serialize;

#[derive(Serialize)]
struct View<'a> {
    lang: &'static str,
    corridor: &'a str,
    status: u16,
    words: &'static str,
    /// What is wrong: for programs it is told in English.
    detail: Option<&'a str>,
    hint: Option<&'a str>,
}

/// What a reader is told first, in Bahasa Indonesia and English.
fn words(status: StatusCode) -> [&'static str; 2] {
    match status {
        StatusCode::NOT_FOUND => ["Halaman ini tidak ada", "There is no such page"],
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            ["Ini memerlukan kunci", "This needs a key"]
        }
        StatusCode::TOO_MANY_REQUESTS => ["Terlalu banyak permintaan", "Too many requests"],
        StatusCode::SERVICE_UNAVAILABLE => ["Sebentar lagi", "Not yet"],
        own if own.is_server_error() => ["Server mengalami gangguan", "The server has a fault"],
        _ => ["Permintaan ini tidak dapat dijawab", "This cannot be answered"],
    }
}

/// The language and that a page is wanted: a browser asks for HTML, and programs do not. What
/// stands below `/v1` is for programs.
pub fn wanted(headers: &HeaderMap, path: &str) -> Option<Language> {
    let header = |name| headers.get(name).and_then(|own: &HeaderValue| own.to_str().ok());
    let is_page = header(header::ACCEPT).is_some_and(|own| own.contains("text/html"));
    if !is_page || path.starts_with("/v1/") {
        return None;
    }
    let is_english = match path.split('/').nth(1) {
        Some("en" | "send") => true,
        Some("id" | "kirim") => false,
        _ => {
            let languages = header(header::ACCEPT_LANGUAGE).unwrap_or_default();
            let first = languages.split(',').find(|own| {
                let own = own.trim();
                own.starts_with("id") || own.starts_with("en")
            });
            first.is_some_and(|own| own.trim().starts_with("en"))
        }
    };
    Some(if is_english { Language::En } else { Language::Id })
}

/// An answer that tells a problem, with a page in the place of the document.
pub fn instead(web: &Web, response: Response, problem: &Problem, language: Language) -> Response {
    let status = response.status();
    let [id, en] = words(status);
    let corridor = &web.project().corridor;
    // That there is no such page is said above, and the way to all of them stands below.
    let says_more = problem.detail() != NO_PAGE;
    let view = View {
        lang: language.pick("id", "en"),
        corridor: language.pick(&corridor.title, &corridor.title_en),
        status: status.as_u16(),
        words: language.pick(id, en),
        detail: Some(problem.detail()).filter(|_| says_more),
        hint: problem.hint().filter(|_| says_more),
    };
    let Ok(bytes) = render_problem(view) else { return response };
    let (mut parts, _) = response.into_parts();
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    parts.headers.insert(header::CONTENT_TYPE, html);
    parts.headers.remove(header::CONTENT_LENGTH);
    let policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
                  frame-ancestors 'none'";
    parts.headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    parts.headers.append(header::VARY, HeaderValue::from_static("accept, accept-language"));
    Response::from_parts(parts, bytes.into())
}

#[cfg(test)]
mod tests {
    use super::wanted;
    use axum::http::{HeaderMap, HeaderValue, header};
    use koridor_contract::message::Language;

    #[test]
    fn a_browser_is_given_a_page_in_its_language_and_a_program_is_not() {
        let given = |accept: &'static str, language: &'static str, path| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(language));
            wanted(&headers, path)
        };
        let browser = "text/html,application/xhtml+xml,*/*;q=0.8";
        assert_eq!(given(browser, "de, en;q=0.8", "/x"), Some(Language::En));
        assert_eq!(given(browser, "id-ID,en", "/x"), Some(Language::Id));
        assert_eq!(given(browser, "", "/x"), Some(Language::Id));
        assert_eq!(given(browser, "id", "/en/none.html"), Some(Language::En));
        assert_eq!(given(browser, "en", "/v1/sql"), None);
        assert_eq!(given("*/*", "en", "/x"), None);
        assert_eq!(given("application/json", "en", "/x"), None);
    }
}
