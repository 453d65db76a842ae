//! The page of what is published row by row: columns of datasets, and which rows.

use super::catalogue::Catalogue;
use super::markdown::{Page, both, code, code_link, codes};
use koridor_contract::Contract;

/// The published columns of each dataset; the others publish none.
pub(super) fn page(catalogue: &Catalogue<'_>) -> String {
    let above = "[Rujukan / Reference](README.md)";
    let mut page = Page::new("Yang diterbitkan / What is published", above);
    page.paragraph(
        "Nilai indikator terbit semua (`koridor extract indicators`). Dari dataset terbit hanya \
         kolom di bawah ini, baris demi baris (`koridor extract <dataset>`, `koridor catalogue`); \
         kolom lain tidak. / All values of indicators are published (`koridor extract \
         indicators`). Of a dataset the columns below are, row by row (`koridor extract \
         <dataset>`, `koridor catalogue`); no others.",
    );
    let (open, closed): (Vec<&Contract>, Vec<&Contract>) =
        catalogue.contracts().filter(|own| !own.is_reference()).partition(|own| own.is_published());
    page.table(
        ["Tabel / Table", "Judul / Title", "Kolom / Columns", "Baris / Rows"],
        open.into_iter().map(row),
    );
    page.heading("Tidak terbit baris demi baris / Not published row by row");
    page.list(
        closed
            .into_iter()
            .map(|own| format!("{}: {}", link(own), both(&own.title, &own.koridor.title_en))),
    );
    page.end()
}

fn link(contract: &Contract) -> String {
    code_link(&contract.name, &format!("tables/{}.md", contract.name))
}

fn row(contract: &Contract) -> [String; 4] {
    let rows = contract.koridor.published_rows.iter().map(|(field, values)| {
        format!("{}: {}", code(field), codes(values.iter().map(String::as_str)))
    });
    let rows = rows.collect::<Vec<_>>().join("; ");
    [
        link(contract),
        both(&contract.title, &contract.koridor.title_en),
        codes(contract.published_fields().map(|own| own.name.as_str())),
        if rows.is_empty() { "semua / all".to_owned() } else { rows },
    ]
}
