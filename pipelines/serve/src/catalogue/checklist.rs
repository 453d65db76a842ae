//! The checklist of Satu Data Indonesia as JSON, as Markdown and as a page.

use crate::error::ServeError;
use koridor_publish::catalogue::{Catalogue, Dataset, Line, Principle};
use minijinja::{AutoEscape, Environment, context};
use serde_json::{Value, json};

const PAGE: &str = include_str!("satu-data.html");

/// The checklist for programs.
pub(super) fn document(catalogue: &Catalogue) -> Value {
    let dataset = |own: &Dataset| {
        let principles = Principle::ALL.map(|principle| {
            let lines: Vec<&Line> =
                own.checklist.iter().filter(|line| line.principle == principle).collect();
            let items = lines.iter().map(|line| {
                json!({
                    "item": line.item,
                    "title": line.title[0],
                    "title_en": line.title[1],
                    "met": line.is_met,
                    "reason": line.reason[0],
                    "reason_en": line.reason[1],
                })
            });
            json!({
                "principle": principle.code(),
                "title": principle.title()[0],
                "title_en": principle.title()[1],
                "met": lines.iter().all(|line| line.is_met),
                "items": items.collect::<Vec<_>>(),
            })
        });
        json!({
            "name": own.name,
            "title": own.title[0],
            "title_en": own.title[1],
            "met": own.checklist.iter().all(|line| line.is_met),
            "principles": principles,
        })
    };
    json!({
        "schema": "koridor.satu_data.v1",
        "basis": "Perpres 39/2019",
        "release": catalogue.release,
        "datasets": catalogue.datasets.iter().map(dataset).collect::<Vec<_>>(),
    })
}

/// The head of a table of Markdown.
const HEAD: &str = "| Prinsip / Principle | Butir / Item | Terpenuhi / Met | Sebab / Why |\n\
|---|---|---|---|\n";

/// The word for a line that holds, or that does not.
fn word(is_met: bool) -> &'static str {
    if is_met { "ya / yes" } else { "belum / not yet" }
}

fn both([id, en]: &[String; 2]) -> String {
    let mut said = vec![id.as_str(), en.as_str()];
    said.retain(|text| !text.is_empty());
    said.dedup();
    said.join(" / ")
}

/// The checklist as a page of Markdown.
pub(super) fn markdown(catalogue: &Catalogue) -> String {
    let cell = |text: &str| text.replace('|', "\\|").replace(['\n', '\r'], " ");
    let mut text = format!(
        "# Satu Data Indonesia: {}\n\nRilis / Release {}. Perpres 39/2019.\n",
        both(&catalogue.title),
        catalogue.release
    );
    for own in &catalogue.datasets {
        text += &format!("\n## {}\n\n`{}`\n\n", both(&own.title), own.name);
        text += HEAD;
        for line in &own.checklist {
            let principle = line.principle.title().map(str::to_owned);
            text += &format!(
                "| {} | {} | {} | {} |\n",
                cell(&both(&principle)),
                cell(&both(&line.title)),
                word(line.is_met),
                cell(&both(&line.reason)),
            );
        }
    }
    text
}

/// The checklist as a page that stands alone.
pub(super) fn page(catalogue: &Catalogue) -> Result<String, ServeError> {
    let datasets = catalogue.datasets.iter().map(|own| {
        let met = own.checklist.iter().filter(|line| line.is_met).count();
        let principles = Principle::ALL.map(|principle| {
            let lines = own.checklist.iter().filter(|line| line.principle == principle);
            let lines = lines.map(|line| {
                context! {
                    title => both(&line.title),
                    is_met => line.is_met,
                    word => word(line.is_met),
                    reason => both(&line.reason),
                }
            });
            let lines: Vec<_> = lines.collect();
            context! { title => both(&principle.title().map(str::to_owned)), lines }
        });
        context! {
            name => own.name.clone(),
            title => both(&own.title),
            met,
            all => own.checklist.len(),
            principles => principles.to_vec(),
        }
    });
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let page = environment.render_str(
        PAGE,
        context! {
            title => both(&catalogue.title),
            release => catalogue.release.clone(),
            datasets => datasets.collect::<Vec<_>>(),
        },
    );
    page.map_err(|error| ServeError::Page(error.to_string()))
}
