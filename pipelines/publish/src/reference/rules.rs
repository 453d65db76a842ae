//! The page of rules that refuse a row, and of reasons for which a file is refused.

use super::catalogue::Catalogue;
use super::datasets::severity;
use super::markdown::{Page, both, code_link, rule_link, text};
use koridor_contract::card_words::Phrase;
use koridor_contract::contract::Constraints;
use koridor_contract::field::FieldBlock;
use koridor_contract::message::Message;
use koridor_contract::{CellRule, Field, FieldType, Project, RecordRule};
use koridor_read::readers::RefusalCode;

/// The rules of all tables, then those of contracts.
pub(super) fn page(catalogue: &Catalogue<'_>) -> String {
    let mut page = Page::new("Aturan / Rules", "[Rujukan / Reference](README.md)");
    page.paragraph(
        "Baris yang ditolak ada di `ops.quarantine`, masing-masing dengan aturan pertama yang \
         dilanggarnya. Tiap kode mempunyai halamannya sendiri: arti, contoh pesan, dan yang harus \
         dilakukan. / A refused row is in `ops.quarantine`, with the first rule that it breaks. \
         Each code has a page of its own: meaning, an example message, and what to do.",
    );
    page.heading("Sel / Cells");
    page.paragraph(
        "Pesan untuk kolom contoh: bulan atau angka dalam t, 0 sampai 100, 2 sampai 10 karakter, \
         `a` atau `b`. / The message for an example column: a month or a figure in t, 0 to 100, 2 \
         to 10 characters, `a` or `b`.",
    );
    let head = ["Aturan / Rule", "Pesan", "Message"];
    let example = example();
    page.table(
        head,
        CellRule::ALL.iter().map(|rule| said(rule.code(), &rule.message(&example, None))),
    );
    page.heading("Baris / Rows");
    let project = catalogue.project;
    page.table(
        head,
        RecordRule::ALL.iter().map(|rule| said(rule.code(), &of_record(project, *rule))),
    );
    page.heading("Berkas / Files");
    page.paragraph(
        "Berkas yang tidak dimuat sama sekali ada di `ops.files`. / A file that is not loaded at \
         all is in `ops.files`.",
    );
    page.table(
        ["Kode / Code", "Arti", "Meaning"],
        RefusalCode::ALL.iter().map(|own| {
            let meaning = catalogue.remedies.get(own.code()).map(|own| &own.meaning);
            let said = |pick: fn(&Phrase) -> &String| meaning.map(pick).map_or("", String::as_str);
            [rule_link(0, own.code()), text(said(|own| &own.id)), text(said(|own| &own.en))]
        }),
    );
    page.heading("Aturan kontrak / Rules of contracts");
    let rules = catalogue.contracts().flat_map(|contract| {
        contract.koridor.rules.iter().map(move |rule| {
            [
                rule_link(0, &rule.id),
                code_link(&contract.name, &format!("tables/{}.md", contract.name)),
                severity(rule.severity).to_owned(),
                both(&rule.message_id, &rule.message_en),
            ]
        })
    });
    page.table(["Aturan / Rule", "Tabel / Table", "Akibat / Severity", "Pesan / Message"], rules);
    page.end()
}

fn said(rule: &str, message: &Message) -> [String; 3] {
    [rule_link(0, rule), text(&message.id), text(&message.en)]
}

/// What is said of a row: where its message has no more words, the flag of that name has.
pub(super) fn of_record(project: &Project, rule: RecordRule) -> Message {
    let flags = project.codes.get("flag");
    let word = |column: &str| flags.and_then(|own| own.attribute(rule.code(), column));
    match (word("name"), word("name_en")) {
        (Some(id), Some(en)) => Message { id: id.to_owned(), en: en.to_owned() },
        _ => rule.message(""),
    }
}

/// A field whose bounds messages can name.
pub(super) fn example() -> Field {
    Field {
        name: "column".to_owned(),
        field_type: FieldType::Date,
        title: "Kolom".to_owned(),
        description: String::new(),
        constraints: Constraints {
            minimum: Some(0.into()),
            maximum: Some(100.into()),
            min_length: Some(2),
            max_length: Some(10),
            allowed: Some(vec!["a".to_owned(), "b".to_owned()]),
            pattern: None,
            required: true,
        },
        koridor: FieldBlock {
            title_en: "Column".to_owned(),
            unit: Some("t".to_owned()),
            month: true,
            ..FieldBlock::default()
        },
    }
}
