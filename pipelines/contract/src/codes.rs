//! Code lists and the names that stand for a code.
//!
//! A name matches exactly after normalisation (case, blanks, dots and hyphens), never by prefix:
//! a name that is another one with "Selatan" behind it is another regency.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// One list such as `region`: codes, their names and the spellings that are accepted for them.
#[derive(Debug, Clone, Default)]
pub struct CodeList {
    /// Name of the list, the stem of its file under `schemas/codes`.
    pub name: String,
    codes: Vec<Code>,
    by_name: HashMap<String, usize>,
    by_code: HashMap<String, usize>,
    by_kemendagri: HashMap<String, usize>,
}

/// One code with its attributes: the columns of the list's file.
#[derive(Debug, Clone, Default)]
pub struct Code {
    /// The code itself, always text.
    pub code: String,
    /// Further columns by name.
    pub attributes: BTreeMap<String, String>,
}

/// Every code list of a project by name.
pub type CodeLists = BTreeMap<String, Arc<CodeList>>;

/// What a text in a code column turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeMatch<'list> {
    /// A code of the list.
    Known(&'list str),
    /// A code of the list that is not open to data, such as a regency outside the corridor.
    Outside(&'list str),
    /// A Kemendagri code where a BPS code belongs; the systems share digits and are never mixed.
    OtherSystem,
    /// Nothing of the list.
    Unknown,
}

/// Which official system a column's region codes follow.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CodeSystem {
    /// BPS four-digit codes: the lake's own.
    #[default]
    Bps,
    /// Kemendagri codes, with their dot.
    Kemendagri,
}

impl CodeList {
    /// Builds a list from its rows: each row maps column names to texts. Columns with a meaning
    /// here: `code`, `name`, `name_en`, `aliases` (parted by `|`), `kemendagri_code`, `open` (`no`
    /// closes a code to data).
    ///
    /// # Errors
    /// Returns the offending text when two codes claim one name.
    pub fn new(
        name: &str,
        rows: impl IntoIterator<Item = BTreeMap<String, String>>,
    ) -> Result<Self, String> {
        let mut list = Self { name: name.to_owned(), ..Self::default() };
        for mut row in rows {
            let code = row.remove("code").unwrap_or_default();
            let index = list.codes.len();
            let mut names = vec![code.clone()];
            for column in ["name", "name_en", "aliases"] {
                names.extend(
                    row.get(column).into_iter().flat_map(|text| text.split('|')).map(str::to_owned),
                );
            }
            for spelling in names.iter().map(|text| normalise(text)).filter(|text| !text.is_empty())
            {
                match list.by_name.insert(spelling.clone(), index) {
                    Some(other) if other != index => {
                        return Err(format!("`{spelling}` stands for two codes"));
                    }
                    _ => {}
                }
            }
            if let Some(kemendagri) = row.get("kemendagri_code").filter(|text| !text.is_empty()) {
                list.by_kemendagri.insert(kemendagri.clone(), index);
            }
            list.by_code.insert(code.clone(), index);
            list.codes.push(Code { code, attributes: row });
        }
        Ok(list)
    }

    /// The codes in file order.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// Whether the list holds the code, spelled exactly.
    pub fn contains(&self, code: &str) -> bool {
        self.by_code.contains_key(code)
    }

    /// An attribute of a code.
    pub fn attribute(&self, code: &str, attribute: &str) -> Option<&str> {
        let index = *self.by_code.get(code)?;
        self.codes
            .get(index)?
            .attributes
            .get(attribute)
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    }

    /// Finds what a text stands for.
    pub fn find(&self, text: &str, system: CodeSystem) -> CodeMatch<'_> {
        let index = match system {
            CodeSystem::Kemendagri if looks_like_code(text) => self.by_kemendagri.get(text.trim()),
            CodeSystem::Bps if self.by_kemendagri.contains_key(text.trim()) => {
                return CodeMatch::OtherSystem;
            }
            _ => self
                .by_name
                .get(&normalise(text))
                .or_else(|| self.by_name.get(&normalise(without_marks(text)?))),
        };
        match index.and_then(|&index| self.codes.get(index)) {
            Some(code) if code.attributes.get("open").is_some_and(|open| open == "no") => {
                CodeMatch::Outside(&code.code)
            }
            Some(code) => CodeMatch::Known(&code.code),
            None => CodeMatch::Unknown,
        }
    }

    /// Whether a text is a code's name but for one letter.
    pub fn is_all_but(&self, text: &str, is_wanted: impl Fn(&Code) -> bool) -> bool {
        let wanted = normalise(text);
        self.by_name.iter().any(|(name, &index)| {
            name.len().abs_diff(wanted.len()) <= 1
                && self.codes.get(index).is_some_and(&is_wanted)
                && strsim::damerau_levenshtein(&wanted, name) <= 1
        })
    }

    /// Whether a text holds a code's name among other words, or the word it is known by
    /// (without `Kabupaten`, or its first word).
    pub fn holds_name_of(&self, text: &str, is_wanted: impl Fn(&Code) -> bool) -> bool {
        const KINDS: [&str; 4] = ["kabupaten", "kab", "kota", "kodya"];
        let text = format!(" {} ", normalise(text));
        self.by_name
            .iter()
            .filter(|(_, index)| self.codes.get(**index).is_some_and(&is_wanted))
            .any(|(name, _)| {
                let known_by = name
                    .split(' ')
                    .find(|word| !KINDS.contains(word))
                    .filter(|word| word.len() >= 5);
                [Some(name.as_str()), known_by]
                    .into_iter()
                    .flatten()
                    .any(|name| text.contains(&format!(" {name} ")))
            })
    }

    /// The one code that a text names among other words, with the words for it; `None` where it
    /// names none or several. A code that is closed to data counts for none.
    pub fn one_named_in(&self, text: &str) -> Option<(String, &str)> {
        let mut known = self.named_in(text).into_iter().filter(|(_, (_, is_known))| *is_known);
        let (code, (phrase, _)) = known.next().filter(|_| known.next().is_none())?;
        Some((phrase, code))
    }

    /// The codes that a text names among other words, each with the words for it and whether it is
    /// open to data.
    pub fn named_in(&self, text: &str) -> BTreeMap<&str, (String, bool)> {
        let words: Vec<String> = normalise(text)
            .split([' ', '|'])
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        let mut found: BTreeMap<&str, (String, bool)> = BTreeMap::new();
        let mut at = 0;
        while at < words.len() {
            // The longest name first: one with "Selatan" behind it is another regency.
            let hit = (1..=4.min(words.len() - at)).rev().find_map(|length| {
                let phrase = words.get(at..at + length)?.join(" ");
                match self.find(&phrase, CodeSystem::default()) {
                    CodeMatch::Known(code) => Some((length, Some((code, (phrase, true))))),
                    CodeMatch::Outside(code) => Some((length, Some((code, (phrase, false))))),
                    _ => None,
                }
            });
            let (length, known) = hit.unwrap_or((1, None));
            if let Some((code, phrase)) = known {
                found.insert(code, phrase);
            }
            at += length;
        }
        found
    }

    /// The known name nearest to a text, for a hint.
    pub fn nearest(&self, text: &str) -> Option<&str> {
        let wanted = normalise(text);
        self.by_name
            .iter()
            .map(|(name, &index)| (strsim::damerau_levenshtein(&wanted, name), name, index))
            .filter(|(distance, name, _)| *distance <= (name.len() / 4).max(1))
            .min()
            .and_then(|(_, _, index)| self.codes.get(index))
            .map(|code| {
                code.attributes
                    .get("name")
                    .filter(|name| !name.is_empty())
                    .unwrap_or(&code.code)
                    .as_str()
            })
    }
}

/// A name without its number in a list and without marks of footnotes: `1. Kota X *)`. `None`
/// where it has neither.
fn without_marks(text: &str) -> Option<&str> {
    let text = text.trim();
    let digits = text.trim_start_matches(|mark: char| mark.is_ascii_digit());
    let numbered = digits
        .strip_prefix(['.', ')'])
        .filter(|rest| digits.len() < text.len() && rest.starts_with(char::is_whitespace));
    let name = numbered.unwrap_or(text).trim();
    let bare = name.strip_suffix(')').map_or(name, |open| {
        let without = open.trim_end_matches(|mark: char| mark.is_ascii_digit() || mark == '*');
        if without.len() < open.len() { without } else { name }
    });
    let bare = bare.trim_end_matches(['*', '¹', '²', '³']).trim();
    (bare.len() < text.len() && !bare.is_empty()).then_some(bare)
}

fn looks_like_code(text: &str) -> bool {
    text.trim().starts_with(|first: char| first.is_ascii_digit())
}

/// A name in the form in which names are compared: lower case, one blank between words, no dots,
/// hyphens or underscores.
pub fn normalise(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    for word in text
        .split(|mark: char| {
            mark.is_whitespace() || matches!(mark, '.' | '-' | '–' | '—' | '_' | ',' | '/')
        })
        .filter(|word| !word.is_empty())
    {
        if !normal.is_empty() {
            normal.push(' ');
        }
        if word.is_ascii() {
            // Nearly all words.
            normal.extend(word.bytes().map(|byte| char::from(byte.to_ascii_lowercase())));
        } else {
            normal.extend(word.chars().flat_map(char::to_lowercase));
        }
    }
    normal
}

/// The nearest of some names to a wrong one, for a hint; `None` where nothing is near.
pub fn did_you_mean<'name>(
    wrong: &str,
    names: impl IntoIterator<Item = &'name str>,
) -> Option<&'name str> {
    let wanted = normalise(wrong);
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wanted, &normalise(name)), name))
        .filter(|(distance, name)| *distance <= (name.len() / 3).max(1))
        .min()
        .map(|(_, name)| name)
}

/// A wrong name in quotes, with the one that was perhaps meant.
pub(crate) fn quoted_with_hint<'name>(
    wrong: &str,
    names: impl IntoIterator<Item = &'name str>,
) -> String {
    let hint = did_you_mean(wrong, names)
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    format!("`{wrong}`{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regions() -> CodeList {
        let row = |code: &str, kemendagri: &str, name: &str, aliases: &str, open: &str| {
            [
                ("code", code),
                ("kemendagri_code", kemendagri),
                ("name", name),
                ("aliases", aliases),
                ("open", open),
            ]
            .into_iter()
            .map(|(column, text)| (column.to_owned(), text.to_owned()))
            .collect()
        };
        CodeList::new(
            "region",
            [
                row("7401", "74.04", "Kabupaten Buton", "Buton|Kab. Buton", "yes"),
                row("7404", "74.01", "Kabupaten Kolaka", "Kolaka", "no"),
                row(
                    "7415",
                    "74.15",
                    "Kabupaten Buton Selatan",
                    "Buton Selatan|Kab. Buton Selatan",
                    "no",
                ),
                row("7472", "74.72", "Kota Baubau", "Bau-Bau|Kota Bau-Bau", "yes"),
            ],
        )
        .unwrap()
    }

    #[test]
    fn a_name_matches_whole_and_only_whole() {
        let regions = regions();
        for (text, expect) in [
            ("KAB. BUTON", CodeMatch::Known("7401")),
            ("  kab  buton ", CodeMatch::Known("7401")),
            ("Buton Selatan", CodeMatch::Outside("7415")),
            ("Kab. Buton Selatan", CodeMatch::Outside("7415")),
            ("Buton Sel", CodeMatch::Unknown),
            ("BAU BAU", CodeMatch::Known("7472")),
            ("Bau–Bau *)", CodeMatch::Known("7472")),
            ("1. Kab. Buton 2)", CodeMatch::Known("7401")),
            ("2. Buton Selatan*", CodeMatch::Outside("7415")),
            ("Buton Induk", CodeMatch::Unknown),
            ("7401", CodeMatch::Known("7401")),
            ("74.04", CodeMatch::OtherSystem),
            ("7404", CodeMatch::Outside("7404")),
        ] {
            assert_eq!(regions.find(text, CodeSystem::Bps), expect, "{text}");
        }
    }

    #[test]
    fn the_two_code_systems_are_never_mixed() {
        let regions = regions();
        assert_eq!(regions.find("74.04", CodeSystem::Kemendagri), CodeMatch::Known("7401"));
        assert_eq!(regions.find("74.01", CodeSystem::Kemendagri), CodeMatch::Outside("7404"));
        assert_eq!(regions.find("7404", CodeSystem::Kemendagri), CodeMatch::Unknown);
    }

    #[test]
    fn a_near_name_is_a_hint_and_not_a_match() {
        assert!(
            regions().holds_name_of("Kodya Bau-Bau", |_| true)
                && !regions().holds_name_of("Butonan", |_| true)
        );
        assert_eq!(regions().find("Kab. Butun", CodeSystem::Bps), CodeMatch::Unknown);
        assert_eq!(regions().nearest("Kab. Butun"), Some("Kabupaten Buton"));
        assert_eq!(did_you_mean("Nomor Tket", ["Nomor Tiket", "Fasilitas"]), Some("Nomor Tiket"));
    }
}
