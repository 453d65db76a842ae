//! The parts of a workbook's package, and which part refers to which.

use super::xml::{changed, escape, prefixed, tags, unescape};
use crate::error::ServeError;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Bytes of all parts together.
const MOST_UNPACKED: u64 = 512 << 20;
/// Where kinds of parts are named.
const TYPES: &str = "[Content_Types].xml";
/// What a workbook without macros is.
const MAIN: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
/// Ends of what else a workbook may be.
const MAIN_KINDS: [&str; 3] =
    ["sheet.macroEnabled.main+xml", "template.macroEnabled.main+xml", ".template.main+xml"];
/// The beginning of the names of relations.
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A package: its parts by name, in the order of the file.
pub(super) struct Package {
    parts: Vec<(String, Vec<u8>)>,
}

/// A reference from one part to another.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    pub(super) id: String,
    /// Name of its kind.
    pub(super) kind: String,
    /// The part that is meant.
    pub(super) part: String,
}

impl Package {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, ServeError> {
        let told = |error: &dyn std::fmt::Display| ServeError::marking(&error.to_string());
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| told(&error))?;
        let mut parts = Vec::new();
        let mut left = MOST_UNPACKED;
        for index in 0..archive.len() {
            let file = archive.by_index(index).map_err(|error| told(&error))?;
            if file.is_dir() {
                continue;
            }
            let name = file.name().map_err(|error| told(&error))?.replace('\\', "/");
            let name = name.trim_start_matches('/').to_owned();
            let mut own = Vec::new();
            let read = file.take(left + 1).read_to_end(&mut own).map_err(|error| told(&error))?;
            left = left
                .checked_sub(read as u64)
                .ok_or_else(|| ServeError::marking("it unpacks too large"))?;
            parts.push((name, own));
        }
        Ok(Self { parts })
    }

    pub(super) fn write(&self) -> Result<Vec<u8>, ServeError> {
        let told = |error: &dyn std::fmt::Display| ServeError::marking(&error.to_string());
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let form = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for (name, bytes) in &self.parts {
            writer.start_file(name.as_str(), form).map_err(|error| told(&error))?;
            writer.write_all(bytes)?;
        }
        Ok(writer.finish().map_err(|error| told(&error))?.into_inner())
    }

    /// A part as text. Names of parts do not know capitals.
    pub(super) fn text(&self, name: &str) -> Result<&str, ServeError> {
        let part = self.parts.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        let (_, bytes) = part.ok_or_else(|| ServeError::marking(&format!("{name} is missing")))?;
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        std::str::from_utf8(bytes).map_err(|_| ServeError::marking(&format!("{name} is not UTF-8")))
    }

    /// Replaces a part, or adds it.
    pub(super) fn put(&mut self, name: &str, text: String) {
        match self.parts.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case(name)) {
            Some((_, bytes)) => *bytes = text.into_bytes(),
            None => self.parts.push((name.to_owned(), text.into_bytes())),
        }
    }

    /// A name that no part has, with a number before its ending.
    pub(super) fn free_name(&self, stem: &str, ending: &str) -> String {
        let is_free =
            |name: &String| !self.parts.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        let mut names = (1u32..).map(|number| format!("{stem}{number}.{ending}"));
        names.find(is_free).unwrap_or_default()
    }

    /// What a part refers to, within the package.
    pub(super) fn relations(&self, part: &str) -> Vec<Relation> {
        let Ok(text) = self.text(&relations_name(part)) else { return Vec::new() };
        let relation = |tag: super::xml::Tag<'_>| {
            if tag.attribute("TargetMode") == Some("External") {
                return None;
            }
            Some(Relation {
                id: tag.attribute("Id")?.to_owned(),
                kind: tag.attribute("Type")?.to_owned(),
                part: resolved(part, &unescape(tag.attribute("Target")?)),
            })
        };
        tags(text).filter(|tag| tag.name() == "Relationship").filter_map(relation).collect()
    }

    /// Adds a part that another refers to, of a kind such as `comments`; the id of the relation.
    pub(super) fn relate(&mut self, part: &str, kind: &str, to: &str) -> String {
        let name = relations_name(part);
        let known = self.text(&name).unwrap_or(EMPTY_RELATIONS).to_owned();
        let is_free = |id: &String| !known.contains(&format!("\"{id}\""));
        let id = (1u32..).map(|number| format!("rIdKoridor{number}")).find(is_free);
        let id = id.unwrap_or_default();
        let relation = format!(
            "<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"/{}\"/>",
            escape(to)
        );
        self.put(&name, within(&known, "Relationships", &relation));
        id
    }

    /// Makes a workbook without macros, and no template, of any.
    pub(super) fn drop_macros(&mut self) -> Result<(), ServeError> {
        let is_macro = |name: &str| name.contains("vbaProject") || name.contains("vbaData");
        let types = changed(self.text(TYPES)?, |tag| {
            let named = tag.attribute("PartName").is_some_and(is_macro);
            let kind = tag.attribute("ContentType")?;
            let is_other = MAIN_KINDS.iter().any(|own| kind.ends_with(own));
            (named || is_other).then(|| match named {
                true => String::new(),
                false => tag.with("ContentType", MAIN),
            })
        });
        self.put(TYPES, types);
        self.parts.retain(|(name, _)| !is_macro(name));
        for (name, bytes) in &mut self.parts {
            if name.ends_with(".rels")
                && let Ok(text) = std::str::from_utf8(bytes)
            {
                let is_own = |tag: &super::xml::Tag<'_>| {
                    tag.name() == "Relationship" && tag.attribute("Target").is_some_and(is_macro)
                };
                *bytes = changed(text, |tag| is_own(tag).then(String::new)).into_bytes();
            }
        }
        Ok(())
    }

    /// Says of what kind a part is, or all parts of an ending.
    pub(super) fn add_type(
        &mut self,
        of: TypeOf<'_>,
        content_type: &str,
    ) -> Result<(), ServeError> {
        let known = self.text(TYPES)?.to_owned();
        let is_known = |name: &str, key: &str, value: &str| {
            let is_own = |found: &str| found.eq_ignore_ascii_case(value);
            tags(&known).any(|tag| tag.name() == name && tag.attribute(key).is_some_and(is_own))
        };
        let line = match of {
            TypeOf::Part(name) => {
                format!("<Override PartName=\"/{name}\" ContentType=\"{content_type}\"/>")
            }
            TypeOf::Ending(ending) if is_known("Default", "Extension", ending) => return Ok(()),
            TypeOf::Ending(ending) => {
                format!("<Default Extension=\"{ending}\" ContentType=\"{content_type}\"/>")
            }
        };
        // Endings stand before parts.
        let first = tags(&known).find(|tag| matches!(tag.name(), "Default" | "Override"));
        let text = match (of, first) {
            (TypeOf::Ending(_), Some(first)) => {
                let (before, rest) = known.split_at(first.start);
                format!("{before}{line}{rest}")
            }
            _ => within(&known, "Types", &line),
        };
        self.put(TYPES, text);
        Ok(())
    }
}

/// What a content type is said of.
#[derive(Clone, Copy)]
pub(super) enum TypeOf<'name> {
    Part(&'name str),
    Ending(&'name str),
}

const EMPTY_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    </Relationships>";

/// A text with something added at the end of its outermost element; prefixes stay its own.
pub(super) fn within(xml: &str, name: &str, added: &str) -> String {
    let prefix = tags(xml).next().map(|tag| tag.prefix()).unwrap_or_default();
    let added = prefixed(added, prefix);
    changed(xml, |tag| match (tag.name() == name, tag.is_close(), tag.is_empty()) {
        (true, true, _) => Some(format!("{added}{}", tag.text())),
        (true, false, true) => {
            let open = tag.text().trim_end_matches("/>");
            Some(format!("{open}>{added}</{}>", tag.full_name()))
        }
        _ => None,
    })
}

/// The name of the part that holds what a part refers to.
fn relations_name(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// The part that a target of another part means.
fn resolved(part: &str, target: &str) -> String {
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}
