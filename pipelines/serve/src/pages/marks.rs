//! The marks that a page explains: those that stand on it, in its texts, tables and pictures.

use koridor_contract::message::Language;
use koridor_publish::pages::Mark;
use serde::Serialize;

/// Each mark that what is shown has somewhere, with its meaning.
pub(super) fn explained(shown: &impl Serialize, language: Language) -> Vec<[&'static str; 2]> {
    let text = serde_json::to_string(shown).unwrap_or_default();
    let stands = |own: &Mark| text.contains(own.text());
    let meaning = |own: Mark| {
        let [id, en] = own.meaning();
        [own.text(), language.pick(id, en)]
    };
    Mark::ALL.into_iter().filter(stands).map(meaning).collect()
}

#[cfg(test)]
mod tests {
    use super::explained;
    use koridor_contract::message::Language;

    #[test]
    fn a_mark_is_explained_where_it_stands_and_nowhere_else() {
        let said = explained(&["Visits: 52,198 visits [b] [s].", "[x]"], Language::En);
        let marks: Vec<&str> = said.iter().map(|[mark, _]| *mark).collect();
        assert_eq!(marks, ["[x]", "[b]", "[s]"]);
        assert!(explained(&["Visits: 52,198"], Language::En).is_empty());
    }
}
