//! The pages of flags and of states.

use super::catalogue::Catalogue;
use super::markdown::{Page, code, code_link, rule_link, text};
use crate::words::STATES;
use koridor_contract::Severity;

const ABOVE: &str = "[Rujukan / Reference](README.md)";

/// What the flags of values and rows mean.
pub(super) fn flags(catalogue: &Catalogue<'_>) -> String {
    let mut page = Page::new("Tanda / Flags", ABOVE);
    page.paragraph(
        "Tanda menyertai nilai (`indicators.values.flags`) atau baris (`qc_flags`). / Flags go \
         with values (`indicators.values.flags`) or rows (`qc_flags`).",
    );
    if let Some(list) = catalogue.project.codes.get("flag") {
        let name = |own: &str, column: &str| text(list.attribute(own, column).unwrap_or_default());
        page.table(
            ["Tanda / Flag", "Arti", "Meaning"],
            list.codes()
                .iter()
                .map(|own| [code(&own.code), name(&own.code, "name"), name(&own.code, "name_en")]),
        );
    }
    page.heading("Aturan kontrak yang memberi tanda / Rules of contracts that give a flag");
    let warned = catalogue.contracts().flat_map(|contract| {
        let rules = contract.koridor.rules.iter();
        rules.filter(|rule| rule.severity == Severity::Warn).map(move |rule| {
            let target = format!("tables/{}.md", contract.name);
            [
                rule_link(0, &rule.id),
                code_link(&contract.name, &target),
                text(&rule.message_id),
                text(&rule.message_en),
            ]
        })
    });
    page.table(["Tanda / Flag", "Tabel / Table", "Arti", "Meaning"], warned);
    page.end()
}

/// What the states of values mean.
pub(super) fn states() -> String {
    let mut page = Page::new("Keadaan nilai / States of values", ABOVE);
    page.paragraph(
        "Tiap nilai mempunyai satu keadaan (`indicators.values.state`); nilai kosong selalu \
         mengatakan sebabnya. / Each value has one state (`indicators.values.state`); a value that \
         is not there always says why.",
    );
    page.table(
        ["Keadaan / State", "Kata", "Word", "Arti", "Meaning"],
        STATES.map(|(state, [word_id, word_en], [id, en])| {
            [code(state), text(word_id), text(word_en), text(id), text(en)]
        }),
    );
    page.end()
}
