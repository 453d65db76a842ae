//! One page a schema: tables and views that no contract describes.

use super::catalogue::{Catalogue, ListedColumn, ListedTable};
use super::markdown::{Page, anchor, both, code, code_link, text};
use std::collections::BTreeSet;

const ABOVE: &str = "[Rujukan / Reference](../README.md) · [Tabel / Tables](README.md)";

/// Schemas that have such tables, with what they hold in both languages.
pub(super) const SCHEMAS: [(&str, &str, &str); 4] = [
    (
        "core",
        "Tampilan atas baris yang berlaku, tempat indikator dibuat",
        "Views of current rows, of which indicators are made",
    ),
    (
        "indicators",
        "Nilai terbit, perubahan, target, skor dimensi dan quick win",
        "Published values, changes, targets, dimension scores and quick wins",
    ),
    (
        "ops",
        "Apa yang datang dan apa jadinya: berkas, penolakan, kiriman, pemeriksaan, rilis",
        "What came and what became of it: files, refusals, deliveries, checks, releases",
    ),
    (
        "ref",
        "Apa yang dikatakan kontrak, kartu dan daftar kode, sebagai tabel",
        "What contracts, cards and code lists say, as tables",
    ),
];

/// A page for each of the schemas.
pub(super) fn pages(catalogue: &Catalogue<'_>) -> Vec<(String, String)> {
    let own = |(schema, id, en)| {
        (format!("tables/schema-{schema}.md"), page(catalogue, (schema, id, en)))
    };
    SCHEMAS.map(own).into()
}

fn page(catalogue: &Catalogue<'_>, (schema, id, en): (&str, &str, &str)) -> String {
    let mut page = Page::new(&format!("Skema / Schema {}", code(schema)), ABOVE);
    page.paragraph(&both(id, en));
    let (views, indicators): (Vec<&ListedTable>, Vec<&ListedTable>) =
        tables(catalogue, schema).partition(|table| !is_indicator(catalogue, table));
    page.table(
        ["Tabel / Table", "Arti / Meaning"],
        views.iter().map(|table| {
            let name = full_name(table);
            [code_link(&name, &format!("#{}", anchor(&name))), text(&table.comment)]
        }),
    );
    for table in views {
        let name = full_name(table);
        page.heading(&code(&name));
        page.paragraph(&text(&table.comment));
        let path = format!("sql/views/{name}.sql");
        if catalogue.project.file(&path).is_some() {
            page.paragraph(&catalogue.file(1, &path));
        }
        columns(&mut page, &table.columns);
    }
    of_indicators(&indicators, &mut page);
    page.end()
}

/// Tables of a schema that have no page of their own.
fn tables<'catalogue>(
    catalogue: &'catalogue Catalogue<'_>,
    schema: &'catalogue str,
) -> impl Iterator<Item = &'catalogue ListedTable> {
    let mut own: BTreeSet<&str> = BTreeSet::new();
    match schema {
        "ref" => own.extend(catalogue.project.references.keys().map(String::as_str)),
        "core" => own.extend(catalogue.project.datasets.keys().map(String::as_str)),
        _ => {}
    }
    let listed = catalogue.listed.iter().filter(move |table| table.schema == schema);
    listed.filter(move |table| !own.contains(table.name.as_str()))
}

fn is_indicator(catalogue: &Catalogue<'_>, table: &ListedTable) -> bool {
    table.schema == "indicators" && catalogue.indicators.iter().any(|own| own.card.id == table.name)
}

fn full_name(table: &ListedTable) -> String {
    format!("{}.{}", table.schema, table.name)
}

fn columns(page: &mut Page, columns: &[ListedColumn]) {
    page.table(
        ["Kolom / Column", "Jenis / Type", "Arti / Meaning"],
        columns.iter().map(|own| [code(&own.name), text(&own.kind), text(&own.comment)]),
    );
}

/// One table an indicator, most with the same columns: those are told once for all that share them.
fn of_indicators(tables: &[&ListedTable], page: &mut Page) {
    let mut groups: Vec<Vec<&ListedTable>> = Vec::new();
    for table in tables {
        match groups.iter_mut().find(|own| own[0].columns == table.columns) {
            Some(group) => group.push(table),
            None => groups.push(vec![table]),
        }
    }
    for group in groups {
        page.heading("Satu tabel tiap indikator / One table an indicator");
        let link = |table: &&ListedTable| {
            code_link(&full_name(table), &format!("../indicators/{}.md", table.name))
        };
        page.paragraph(&group.iter().map(link).collect::<Vec<_>>().join(", "));
        if let Some(table) = group.first() {
            columns(page, &table.columns);
        }
    }
}
