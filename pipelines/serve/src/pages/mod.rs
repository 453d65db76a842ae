//! Pages as bytes: HTML from the templates, and the files that a reader takes from a page.
//!
//! What a page says is decided in `koridor_publish::pages`. Here it gets its form: `view` gives the
//! templates of `serve/templates/pages` what they show, `figure` draws, `marks` explains the marks
//! that stand there, `table` makes the CSV of a table. A page refers to nothing but other pages,
//! its files and one style, by relative paths.

mod bulletin;
mod figure;
mod markdown;
mod marks;
mod table;
mod view;

pub use bulletin::{document, print};

use crate::error::ServeError;
use koridor_publish::pages::{Page, Tool};
use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use serde::Serialize;
use std::sync::LazyLock;

/// The style of all pages.
pub const STYLE: &str = include_str!("../../templates/pages/style.css");
/// Where it stands below the site's folder.
pub const STYLE_PATH: &str = "style.css";

/// The style of pages that need a server, beside that of all.
pub const TOOL_STYLE: &str = include_str!("../../templates/pages/tools.css");

static TEMPLATES: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut own = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?;
    own.set_syntax(syntax);
    own.set_formatter(|output, state, value| match value.as_str() {
        Some(text) if !value.is_safe() => Ok(write_escaped(output, text)?),
        _ => minijinja::escape_formatter(output, state, value),
    });
    own.add_template("parts.html", include_str!("../../templates/pages/parts.html"))?;
    own.add_template("bulletin.html", include_str!("../../templates/pages/bulletin.html"))?;
    own.add_template("page.html", include_str!("../../templates/pages/page.html"))?;
    own.add_template("send.html", include_str!("../../templates/pages/send.html"))?;
    own.add_template("sql.html", include_str!("../../templates/pages/sql.html"))?;
    own.add_template("docs.html", include_str!("../../templates/pages/docs.html"))?;
    own.add_template("problem.html", include_str!("../../templates/pages/problem.html"))?;
    Ok(own)
});

/// Text as it may stand in an element or between double quotes. Ways keep their slashes.
fn write_escaped(output: &mut minijinja::Output<'_>, text: &str) -> std::fmt::Result {
    for part in text.split_inclusive(['&', '<', '>', '"']) {
        let end = part.len().saturating_sub(1);
        let escaped = match part.as_bytes().last() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&quot;",
            _ => {
                output.write_str(part)?;
                continue;
            }
        };
        output.write_str(part.get(..end).unwrap_or_default())?;
        output.write_str(escaped)?;
    }
    Ok(())
}

/// A page at its own address.
///
/// # Errors
/// Where a template cannot be filled.
pub fn render(page: &Page) -> Result<Vec<u8>, ServeError> {
    render_at(page, &page.address.path())
}

/// A page that stands at another path below the site's folder, such as the first one.
///
/// # Errors
/// As [`render`].
pub fn render_at(page: &Page, path: &str) -> Result<Vec<u8>, ServeError> {
    filled("page.html", path, view::PageView::of(page, path))
}

/// A page that is served below `prefix` (empty, or ending with a slash), with the ways to pages
/// that need a server.
///
/// # Errors
/// As [`render`].
pub fn render_live(page: &Page, path: &str, prefix: &str) -> Result<Vec<u8>, ServeError> {
    filled("page.html", path, view::PageView::of(page, path).live(page, path, prefix))
}

/// The style that a page carries itself: what stands above it where it is printed.
pub fn printed_style(page: &Page) -> String {
    format!("--printed:'{}'", view::printed(page))
}

/// A page that needs a server: its frame, and what its own template shows.
#[derive(Serialize)]
struct ToolView<Shown> {
    #[serde(flatten)]
    frame: view::PageView,
    tool: Shown,
}

/// A page that needs a server. `page` is its frame: a page of the site without sections.
///
/// # Errors
/// As [`render`].
pub fn render_tool(page: &Page, tool: Tool, shown: impl Serialize) -> Result<Vec<u8>, ServeError> {
    let template = match tool {
        Tool::Send => "send.html",
        Tool::Sql => "sql.html",
        Tool::Docs => "docs.html",
    };
    let frame = view::PageView::of_tool(page, tool);
    filled(template, template, ToolView { frame, tool: shown })
}

/// The page that tells what went wrong; it stands alone, whatever can be read of the lake.
///
/// # Errors
/// Where the template cannot be filled.
pub fn render_problem(shown: impl Serialize) -> Result<Vec<u8>, ServeError> {
    filled("problem.html", "problem.html", shown)
}

/// A template with what it shows; `path` is told where it cannot be filled.
fn filled(template: &str, path: &str, shown: impl Serialize) -> Result<Vec<u8>, ServeError> {
    let fault = |error: &minijinja::Error| ServeError::Page(format!("{path}: {error:#}"));
    let templates = TEMPLATES.as_ref().map_err(fault)?;
    let template = templates.get_template(template).map_err(|error| fault(&error))?;
    let text = template.render(Serde(shown));
    Ok(text.map_err(|error| fault(&error))?.into_bytes())
}

/// The files that a reader takes from a page, by their paths below the site's folder: the CSV of
/// each table and the SVG of each figure, of exactly what is shown.
pub fn files(page: &Page) -> Vec<(String, Vec<u8>)> {
    let csv = |own: &koridor_publish::pages::DataTable| {
        let path = page.address.file(&format!("{}.csv", own.id));
        (path, table::csv(own, page.address.language).into_bytes())
    };
    let svg = |own: &koridor_publish::pages::Figure| {
        let picture = figure::alone(page, own);
        let path = page.address.file(&format!("{}.svg", own.id));
        (!picture.is_empty()).then(|| (path, picture.into_bytes()))
    };
    page.tables().map(csv).chain(page.figures().filter_map(svg)).collect()
}
