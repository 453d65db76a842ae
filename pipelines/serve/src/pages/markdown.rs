//! A text that stands as Markdown, as HTML within its page.
//!
//! Links lead to pages of the site; what leads out of it is text. Of HTML within the Markdown only
//! `<code>` stays, which the reference writes.

use koridor_contract::message::Language;
use koridor_publish::pages::{Markdown, Place};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use std::collections::BTreeMap;

/// Most columns of a table whose head says nothing.
const MOST_COLUMNS: usize = 8;

/// HTML of a text without its first heading. `way` leads to a page.
pub fn body(own: &Markdown, language: Language, way: &dyn Fn(&Place) -> String) -> String {
    let mut events = Vec::new();
    let mut text = Text {
        own,
        way,
        word: language.pick("Tabel", "Table"),
        section: String::new(),
        captions: Vec::new(),
        links: Vec::new(),
        anchors: BTreeMap::new(),
    };
    let mut parser = Parser::new_ext(&own.text, Options::ENABLE_TABLES);
    while let Some(event) = parser.next() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let is_inner = |own: &Event<'_>| !matches!(own, Event::End(TagEnd::Heading(_)));
                let inner: Vec<Event<'_>> = parser.by_ref().take_while(is_inner).collect();
                text.section = words(&inner);
                // The first one is that of the page.
                if level != HeadingLevel::H1 {
                    text.heading(level, inner, &mut events);
                }
            }
            event => events.extend(text.event(event)),
        }
    }
    let mut written = String::with_capacity(own.text.len() * 2);
    html::push_html(&mut written, events.into_iter());
    accessible(&written, &text.captions)
}

/// A text that is gone through.
struct Text<'text> {
    own: &'text Markdown,
    way: &'text dyn Fn(&Place) -> String,
    word: &'static str,
    /// The heading that was met last.
    section: String,
    /// What each table is called.
    captions: Vec<String>,
    /// Whether each link that is open leads anywhere.
    links: Vec<bool>,
    /// How often each anchor was used.
    anchors: BTreeMap<String, usize>,
}

impl Text<'_> {
    fn event<'event>(&mut self, event: Event<'event>) -> Vec<Event<'event>> {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                let to = self.own.leads_to(&dest_url);
                self.links.push(to.is_some());
                let opened = to.map(|(place, part)| {
                    let href = format!("{}{part}", (self.way)(&place));
                    raw(format!("<a href=\"{}\">", escaped(&href)))
                });
                opened.into_iter().collect()
            }
            Event::End(TagEnd::Link) => {
                let is_open = self.links.pop().unwrap_or_default();
                is_open.then(|| raw("</a>".to_owned())).into_iter().collect()
            }
            // No page refers to a picture that is not its own.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => Vec::new(),
            Event::Start(Tag::Table(columns)) => {
                let number = self.captions.len() + 1;
                let caption = format!("{} {number}: {}", self.word, self.section);
                let caption = escaped(caption.trim_end_matches([':', ' ']));
                let opened = format!(
                    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\">"
                );
                self.captions.push(caption);
                vec![raw(opened), Event::Start(Tag::Table(columns))]
            }
            Event::End(TagEnd::Table) => {
                vec![Event::End(TagEnd::Table), raw("</div>\n".to_owned())]
            }
            Event::Html(text) | Event::InlineHtml(text) => match text.trim() {
                "<code>" | "</code>" => vec![Event::InlineHtml(text)],
                own if own.starts_with("<!--") => Vec::new(),
                _ => vec![Event::Text(text)],
            },
            event => vec![event],
        }
    }

    /// A heading with the anchor that it has elsewhere.
    fn heading<'event>(
        &mut self,
        level: HeadingLevel,
        inner: Vec<Event<'event>>,
        events: &mut Vec<Event<'event>>,
    ) {
        let anchor = koridor_publish::reference::anchor(&self.section);
        let count = self.anchors.entry(anchor.clone()).or_default();
        let id = if *count == 0 { anchor } else { format!("{anchor}-{count}") };
        *count += 1;
        events.push(raw(format!("<{level} id=\"{}\">", escaped(&id))));
        for event in inner {
            events.extend(self.event(event));
        }
        events.push(raw(format!("</{level}>\n")));
    }
}

/// The words of a heading.
fn words(inner: &[Event<'_>]) -> String {
    let word = |own: &Event<'_>| match own {
        Event::Text(text) | Event::Code(text) => text.to_string(),
        _ => String::new(),
    };
    inner.iter().map(word).collect()
}

fn raw<'event>(text: String) -> Event<'event> {
    Event::InlineHtml(CowStr::from(text))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// Tables have captions and heads of columns, heads that say nothing are none; what may be wider
/// than a screen can be reached with keys.
fn accessible(html: &str, captions: &[String]) -> String {
    let mut parts = html.split("<table>");
    let mut html = parts.next().unwrap_or_default().to_owned();
    for (part, caption) in parts.zip(captions) {
        html.push_str(&format!("<table><caption class=\"unseen\">{caption}</caption>{part}"));
    }
    let mut html = html.replace("<th></th>", "<td></td>").replace("<th>", "<th scope=\"col\">");
    html = html.replace("<th style", "<th scope=\"col\" style");
    for columns in 1..=MOST_COLUMNS {
        let empty = format!("<thead><tr>{}</tr></thead>", "<td></td>".repeat(columns));
        html = html.replace(&empty, "");
    }
    html.replace("<pre>", "<pre tabindex=\"0\">")
}
