//! One page a code: of a rule, or of the refusal of a file.

use super::catalogue::Catalogue;
use super::datasets::severity;
use super::markdown::{Page, both, code, code_link, codes, text};
use super::rule_uses::{named_in, of_cell};
use super::rules::{example, of_record};
use koridor_contract::card_words::Phrase;
use koridor_contract::{CellRule, Contract, ContractRule, Field, RecordRule, Severity};
use koridor_read::readers::RefusalCode;
use std::collections::BTreeSet;

const ABOVE: &str = "[Rujukan / Reference](../README.md) · [Aturan / Rules](../rules.md)";

/// The pages of all codes, by their path.
pub(super) fn pages(catalogue: &Catalogue<'_>) -> Vec<(String, String)> {
    let own = |code: &str| (format!("rules/{code}.md"), page(catalogue, code));
    all_codes(catalogue).into_iter().map(own).collect()
}

/// The codes that have a page.
pub(super) fn all_codes<'own>(catalogue: &'own Catalogue<'_>) -> BTreeSet<&'own str> {
    let cells = CellRule::ALL.iter().map(|own| own.code());
    let records = RecordRule::ALL.iter().map(|own| own.code());
    let refusals = RefusalCode::ALL.iter().map(|own| own.code());
    let rules = catalogue.contracts().flat_map(|own| &own.koridor.rules);
    let rules = rules.map(|own| own.id.as_str());
    cells.chain(records).chain(refusals).chain(rules).collect()
}

fn page(catalogue: &Catalogue<'_>, own: &str) -> String {
    let mut page = Page::new(&code(own), ABOVE);
    let cell = CellRule::from_code(own);
    let record = RecordRule::from_code(own);
    let kinds = [
        cell.map(|_| {
            "Satu sel tidak sesuai kolomnya; barisnya ditolak. / A cell does not fit its \
                      column; its row is refused."
        }),
        record.map(|_| {
            "Baris sebagai keseluruhan tidak dapat dimuat. / The row as a whole cannot \
                        be loaded."
        }),
        RefusalCode::from_code(own).map(|_| {
            "Berkas atau tabelnya tidak dimuat sama sekali. / The file, or its table, is not \
             loaded at all."
        }),
        uses_of(catalogue, own).next().map(|_| {
            "Aturan kontrak: syarat antarkolom sebuah tabel. / A rule of a contract: a condition \
             across the columns of a table."
        }),
    ];
    kinds.into_iter().flatten().for_each(|kind| page.paragraph(kind));
    texts(catalogue, own, &mut page);
    if let Some(rule) = cell {
        of_cells(&of_cell(catalogue, rule), rule, &mut page);
    } else if record.is_some() || RefusalCode::from_code(own).is_some() {
        page.paragraph("Berlaku untuk semua dataset. / Holds for all datasets.");
    }
    uses_of(catalogue, own).for_each(|(contract, rule)| {
        of_contract(catalogue, contract, rule, &mut page);
    });
    page.heading("Mencarinya / Finding it");
    let command = match RefusalCode::from_code(own) {
        // The ledger keeps the message; which files wait is one question for all codes.
        Some(_) => "koridor sql --head \"select file_name, error from ops.files where status = \
                    'refused'\""
            .to_owned(),
        None => format!("koridor quarantine list --rule {own}"),
    };
    page.paragraph(&code(&command));
    page.end()
}

/// The contracts that have a rule of the name.
fn uses_of<'own>(
    catalogue: &'own Catalogue<'_>,
    id: &'own str,
) -> impl Iterator<Item = (&'own Contract, &'own ContractRule)> {
    catalogue.contracts().flat_map(move |contract| {
        let rules = contract.koridor.rules.iter().filter(move |rule| rule.id == id);
        rules.map(move |rule| (contract, rule))
    })
}

/// Meaning, example and remedy in both languages, as far as the project says them.
fn texts(catalogue: &Catalogue<'_>, own: &str, page: &mut Page) {
    let remedy = catalogue.remedies.get(own);
    let record = RecordRule::from_code(own).map(|rule| of_record(catalogue.project, rule));
    let record = record.map(|said| Phrase { id: said.id, en: said.en });
    let example = remedy.and_then(|own| own.example.clone()).or(record);
    let rows = [
        ("Arti / Meaning", remedy.map(|own| own.meaning.clone())),
        ("Contoh pesan / Example message", example),
        ("Yang dilakukan instansi / What the office does", remedy.map(|own| own.remedy.clone())),
        ("Pengelola / Operator", remedy.and_then(|own| own.operator.clone())),
    ];
    let there = rows.into_iter().filter_map(|(name, said)| Some((name, said?)));
    page.table(
        ["", "Bahasa Indonesia", "English"],
        there.map(|(name, said)| [name.to_owned(), text(&said.id), text(&said.en)]),
    );
}

fn of_cells(uses: &[(&Contract, Vec<&Field>)], rule: CellRule, page: &mut Page) {
    page.heading("Contoh pesan / Example message");
    let first = uses.first().and_then(|(contract, fields)| Some((contract, fields.first()?)));
    let said = match first {
        Some((contract, field)) => {
            page.paragraph(&format!(
                "{} · {}",
                code_link(&contract.name, &format!("../tables/{}.md", contract.name)),
                code(&field.name)
            ));
            rule.message(field, None)
        }
        None => {
            page.paragraph(
                "Belum ada kolom dengan syarat ini. / No column has this condition yet.",
            );
            rule.message(&example(), None)
        }
    };
    page.list([text(&said.id), text(&said.en)]);
    if uses.is_empty() {
        return;
    }
    page.heading("Kolom yang diperiksa / Columns that are checked");
    page.table(
        ["Tabel / Table", "Kolom / Columns"],
        uses.iter().map(|(contract, fields)| {
            let target = format!("../tables/{}.md", contract.name);
            let names = fields.iter().map(|field| field.name.as_str());
            [code_link(&contract.name, &target), codes(names)]
        }),
    );
}

/// What a rule of a contract says, and what to do about a row that breaks it.
fn of_contract(
    catalogue: &Catalogue<'_>,
    contract: &Contract,
    rule: &ContractRule,
    page: &mut Page,
) {
    let title = both(&contract.title, &contract.koridor.title_en);
    page.heading(&format!("{}: {title}", code(&contract.name)));
    page.paragraph(&code_link(&contract.name, &format!("../tables/{}.md", contract.name)));
    let [remedy_id, remedy_en] = remedy(contract, rule);
    let mut rows =
        vec![["Pesan / Message".to_owned(), text(&rule.message_id), text(&rule.message_en)]];
    if catalogue.remedies.get(&rule.id).is_none() {
        let name = "Yang dilakukan instansi / What the office does".to_owned();
        rows.push([name, text(&remedy_id), text(&remedy_en)]);
    }
    page.table(["", "Bahasa Indonesia", "English"], rows);
    let fields = named_in(contract, &rule.check);
    page.table(
        ["", ""],
        [
            ["Akibat / Severity".to_owned(), severity(rule.severity).to_owned()],
            ["Yang diperiksa / Check".to_owned(), code(&rule.check)],
            [
                "Kolom / Columns".to_owned(),
                fields.iter().map(|own| column(own)).collect::<Vec<_>>().join("; "),
            ],
        ],
    );
}

fn column(field: &Field) -> String {
    format!("{} {}", code(&field.name), both(&field.title, &field.koridor.title_en))
}

/// What to do about a row that breaks a contract's rule: its columns are looked at again.
fn remedy(contract: &Contract, rule: &ContractRule) -> [String; 2] {
    let fields = named_in(contract, &rule.check);
    let title_en = |own: &&Field| match own.koridor.title_en.as_str() {
        "" => own.name.clone(),
        title => title.to_owned(),
    };
    let id = fields.iter().map(|own| own.title.clone()).collect::<Vec<_>>().join(", ");
    let en = fields.iter().map(title_en).collect::<Vec<_>>().join(", ");
    match rule.severity {
        Severity::Reject => [
            format!(
                "Periksa {id} pada baris itu, perbaiki yang salah, lalu kirim berkasnya lagi \
                 dengan nama yang sama. Bila angkanya memang demikian, beri tahu pengelola."
            ),
            format!(
                "Look at {en} of the row, mend what is wrong, and send the file again under the \
                 same name. Where the figures are right, tell the operator."
            ),
        ],
        Severity::Warn => [
            format!(
                "Baris tetap dimuat dengan tanda ini. Periksa {id}: bila salah, kirim berkas yang \
                 sudah diperbaiki; bila benar, tidak perlu apa-apa."
            ),
            format!(
                "The row is loaded with this flag. Look at {en}: where something is wrong, send \
                 the mended file; where all is right, do nothing."
            ),
        ],
    }
}
