//! One page a code list, and the list of lists.

use super::catalogue::Catalogue;
use super::markdown::{Page, code, code_link, codes, text};
use koridor_contract::CodeList;
use koridor_contract::codes::Code;
use std::collections::BTreeSet;

/// Pages of code lists by their path.
pub(super) fn pages(catalogue: &Catalogue<'_>) -> Vec<(String, String)> {
    let lists = catalogue.project.codes.iter();
    let mut pages: Vec<(String, String)> = lists
        .map(|(name, list)| (format!("codes/{name}.md"), page(catalogue, name, list)))
        .collect();
    pages.push(("codes/README.md".to_owned(), index(catalogue)));
    pages
}

/// Columns of a list that stand first, with their heads; the others have their own names.
const FIRST: [(&str, &str); 3] = [
    ("name", "Nama"),
    ("name_en", "Name"),
    ("aliases", "Ejaan yang diterima / Accepted spellings"),
];

fn page(catalogue: &Catalogue<'_>, name: &str, list: &CodeList) -> String {
    let above = "[Rujukan / Reference](../README.md) · [Daftar kode / Code lists](README.md)";
    let mut page = Page::new(&format!("Daftar kode / Code list {}", code(name)), above);
    page.paragraph(&catalogue.file(1, &format!("schemas/codes/{name}.csv")));
    if catalogue.project.references.contains_key(name) {
        let target = format!("../tables/ref_{name}.md");
        page.paragraph(&format!("Tabel / Table: {}", code_link(&format!("ref.{name}"), &target)));
    }
    let is_filled = |column: &&str| {
        let filled = |own: &Code| own.attributes.get(*column).is_some_and(|text| !text.is_empty());
        list.codes().iter().any(filled)
    };
    let named: BTreeSet<&str> = FIRST.iter().map(|(column, _)| *column).collect();
    let all: BTreeSet<&str> =
        list.codes().iter().flat_map(|own| own.attributes.keys().map(String::as_str)).collect();
    let first = FIRST.iter().map(|(column, _)| *column);
    let columns: Vec<&str> =
        first.chain(all.difference(&named).copied()).filter(is_filled).collect();
    let mut head = vec!["Kode / Code".to_owned()];
    head.extend(columns.iter().map(|column| {
        let first = FIRST.iter().find(|(own, _)| own == column);
        first.map_or_else(|| code(column), |(_, head)| (*head).to_owned())
    }));
    page.wide_table(head, list.codes().iter().map(|own| row(own, &columns)));
    let users = users(catalogue, name);
    if !users.is_empty() {
        page.heading("Dipakai oleh / Used by");
        page.list(users);
    }
    page.end()
}

fn row(own: &Code, columns: &[&str]) -> Vec<String> {
    let mut row = vec![code(&own.code)];
    row.extend(columns.iter().map(|column| {
        let cell = own.attributes.get(*column).map(String::as_str).unwrap_or_default();
        match *column {
            "aliases" => codes(cell.split('|').map(str::trim).filter(|word| !word.is_empty())),
            _ => text(cell),
        }
    }));
    row
}

/// Columns of tables that hold the codes of a list.
fn users(catalogue: &Catalogue<'_>, list: &str) -> Vec<String> {
    let contracts = catalogue.contracts();
    let own = contracts.filter_map(|contract| {
        let fields = contract.fields.iter();
        let fields = fields.filter(|field| field.koridor.codes.as_deref() == Some(list));
        let names: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
        let link = code_link(&contract.name, &format!("../tables/{}.md", contract.name));
        (!names.is_empty()).then(|| format!("{link}: {}", codes(names)))
    });
    own.collect()
}

fn index(catalogue: &Catalogue<'_>) -> String {
    let mut page = Page::new("Daftar kode / Code lists", "[Rujukan / Reference](../README.md)");
    page.table(
        ["Daftar / List", "Jumlah kode / Codes", "Contoh / Such as"],
        catalogue.project.codes.iter().map(|(name, list)| {
            let some = list.codes().iter().take(4).map(|own| own.code.as_str());
            let link = code_link(name, &format!("{name}.md"));
            [link, list.codes().len().to_string(), codes(some)]
        }),
    );
    page.end()
}
