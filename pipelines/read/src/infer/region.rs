//! The region that a text names.

use koridor_contract::codes::{CodeList, CodeMatch, normalise};
use std::collections::BTreeMap;

/// The one region of the corridor that a text names.
pub(super) fn region_in<'list>(text: &str, list: &'list CodeList) -> Option<(String, &'list str)> {
    let words: Vec<String> = normalise(text)
        .split([' ', '|'])
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let mut found: BTreeMap<&str, String> = BTreeMap::new();
    let mut at = 0;
    while at < words.len() {
        // The longest name first: "Buton Selatan" is not Buton.
        let hit = (1..=4.min(words.len() - at)).rev().find_map(|length| {
            let phrase = words.get(at..at + length)?.join(" ");
            match list.find(&phrase, Default::default()) {
                CodeMatch::Known(code) => Some((length, Some((code, phrase)))),
                CodeMatch::Outside(_) => Some((length, None)),
                _ => None,
            }
        });
        let (length, known) = hit.unwrap_or((1, None));
        if let Some((code, phrase)) = known {
            found.insert(code, phrase);
        }
        at += length;
    }
    match found.into_iter().collect::<Vec<_>>().as_slice() {
        [(code, phrase)] => Some((phrase.clone(), code)),
        _ => None,
    }
}
