//! Looks of cells: the office's own, each with the colour of a refused cell where it is needed, and
//! those of the summary.

use super::xml::{Tag, changed, first, prefixed, tags};
use crate::error::ServeError;
use std::collections::BTreeMap;

/// Fill of a refused cell.
const REFUSED: &str = "FFFFC7CE";

/// The looks of a workbook.
pub(super) struct Styles {
    text: String,
    /// Prefix of its tags.
    prefix: String,
    fills: usize,
    looks: Vec<String>,
    added_fills: Vec<String>,
    added_fonts: Vec<String>,
    added_borders: Vec<String>,
    /// The look of a refused cell by that of the cell.
    refused: BTreeMap<usize, usize>,
    refused_fill: Option<usize>,
}

impl Styles {
    pub(super) fn read(text: &str) -> Result<Self, ServeError> {
        let looks = children(text, "cellXfs");
        let fills = children(text, "fills").len();
        let prefix = first(text, "cellXfs").map(|tag| tag.prefix().to_owned());
        let prefix = prefix.filter(|_| !looks.is_empty() && fills > 0);
        Ok(Self {
            text: text.to_owned(),
            prefix: prefix.ok_or_else(|| ServeError::marking("its styles cannot be read"))?,
            fills,
            looks,
            added_fills: Vec::new(),
            added_fonts: Vec::new(),
            added_borders: Vec::new(),
            refused: BTreeMap::new(),
            refused_fill: None,
        })
    }

    /// The look of a refused cell that has had another.
    pub(super) fn refused(&mut self, look: usize) -> usize {
        if let Some(known) = self.refused.get(&look) {
            return *known;
        }
        let fill = *self.refused_fill.get_or_insert_with(|| {
            let prefix = &self.prefix;
            self.added_fills.push(format!(
                "<{prefix}fill><{prefix}patternFill patternType=\"solid\"><{prefix}fgColor \
                 rgb=\"{REFUSED}\"/><{prefix}bgColor indexed=\"64\"/></{prefix}patternFill>\
                 </{prefix}fill>"
            ));
            self.fills + self.added_fills.len() - 1
        });
        let own = self.looks.get(look).or_else(|| self.looks.first());
        let own = own.cloned().unwrap_or_default();
        let coloured = with_attributes(&own, &[("fillId", fill), ("applyFill", 1)]);
        self.looks.push(coloured);
        let number = self.looks.len() - 1;
        self.refused.insert(look, number);
        number
    }

    /// Takes up the looks of another workbook without number formats of its own; how far their
    /// numbers move.
    pub(super) fn take_up(&mut self, other: &str) -> usize {
        let moved = self.looks.len();
        let fonts = children(&self.text, "fonts").len() + self.added_fonts.len();
        let borders = children(&self.text, "borders").len() + self.added_borders.len();
        let fills = self.fills + self.added_fills.len();
        let prefix = self.prefix.clone();
        let own = |name: &str| children(other, name).into_iter().map(|own| prefixed(&own, &prefix));
        self.added_fonts.extend(own("fonts"));
        self.added_fills.extend(own("fills"));
        self.added_borders.extend(own("borders"));
        for look in own("cellXfs").collect::<Vec<_>>() {
            let Some(tag) = tags(&look).next() else { continue };
            let number = |name: &str| -> usize {
                tag.attribute(name).and_then(|number| number.parse().ok()).unwrap_or_default()
            };
            let places = [
                ("fontId", number("fontId") + fonts),
                ("fillId", number("fillId") + fills),
                ("borderId", number("borderId") + borders),
                ("xfId", 0),
            ];
            self.looks.push(with_attributes(&look, &places));
        }
        moved
    }

    /// The styles as a part.
    pub(super) fn text(&self) -> String {
        let text = with_children(&self.text, "fonts", &self.added_fonts);
        let text = with_children(&text, "fills", &self.added_fills);
        let text = with_children(&text, "borders", &self.added_borders);
        let known = children(&self.text, "cellXfs").len();
        with_children(&text, "cellXfs", self.looks.get(known..).unwrap_or_default())
    }
}

/// An element with attributes of its first tag set.
fn with_attributes(element: &str, attributes: &[(&str, usize)]) -> String {
    let mut element = element.to_owned();
    for (name, value) in attributes {
        let mut is_first = true;
        element = changed(&element, |tag| {
            std::mem::take(&mut is_first).then(|| tag.with(name, &value.to_string()))
        });
    }
    element
}

/// The elements within the first element of a name.
fn children(xml: &str, name: &str) -> Vec<String> {
    let Some(list) = first(xml, name).filter(|tag| !tag.is_empty()) else { return Vec::new() };
    let mut depth = 0usize;
    let mut start = 0;
    let mut found = Vec::new();
    for tag in tags(xml).filter(|tag| tag.start >= list.end) {
        if depth == 0 {
            if tag.is_close() {
                break;
            }
            start = tag.start;
        }
        match (tag.is_close(), tag.is_empty()) {
            (true, _) => depth -= 1,
            (false, false) => depth += 1,
            (false, true) => {}
        }
        if depth == 0 {
            found.push(xml.get(start..tag.end).unwrap_or_default().to_owned());
        }
    }
    found
}

/// A text with elements added to the first element of a name.
fn with_children(xml: &str, name: &str, added: &[String]) -> String {
    if added.is_empty() {
        return xml.to_owned();
    }
    let count = children(xml, name).len() + added.len();
    let mut is_open = false;
    let mut is_done = false;
    let change = |tag: &Tag<'_>| -> Option<String> {
        if is_done || tag.name() != name {
            return None;
        }
        if is_open {
            is_done = true;
            return Some(format!("{}{}", added.concat(), tag.text()));
        }
        is_open = true;
        Some(tag.with("count", &count.to_string()))
    };
    changed(xml, change)
}
