//! The first page: what is where.

use super::catalogue::Catalogue;
use super::markdown::{Page, both};
use crate::words::STATES;

/// The first page.
pub(super) fn page(catalogue: &Catalogue<'_>) -> String {
    let mut page = Page::new("Rujukan / Reference", "");
    let corridor = &catalogue.project.corridor;
    page.paragraph(&both(&corridor.title, &corridor.title_en));
    page.paragraph(
        "Dibuat oleh `koridor reference` dari kontrak, daftar kode, kartu indikator dan SQL; yang \
         diubah adalah berkas itu, bukan halaman ini. Arti kolom ditulis dalam bahasa Inggris.",
    );
    page.paragraph(
        "Made by `koridor reference` from contracts, code lists, indicator cards and SQL: change \
         those and not these pages. Meanings of columns are in English.",
    );
    let project = catalogue.project;
    let count = |count: usize| count.to_string();
    let rules = super::rule_pages::all_codes(catalogue).len();
    let flags = project.codes.get("flag").map_or(0, |list| list.codes().len());
    let row =
        |link: &str, what: &str, number: usize| [link.to_owned(), what.to_owned(), count(number)];
    page.table(
        ["Halaman / Page", "Isi / What", "Jumlah / Number"],
        [
            row(
                "[Tabel / Tables](tables/README.md)",
                "kolom, kunci, aturan, tata letak / columns, keys, rules, layouts",
                catalogue.contracts().count(),
            ),
            row(
                "[Daftar kode / Code lists](codes/README.md)",
                "kode, nama, ejaan yang diterima / codes, names, accepted spellings",
                project.codes.len(),
            ),
            row(
                "[Indikator / Indicators](indicators/README.md)",
                "kartu: definisi, rumus, batas, catatan / definition, formula, ranges, caveats",
                catalogue.indicators.len(),
            ),
            row(
                "[Aturan / Rules](rules.md)",
                "mengapa baris atau berkas ditolak, dan yang harus dilakukan / why a row or a file \
                 is refused, and what to do",
                rules,
            ),
            row(
                "[Yang diterbitkan / What is published](published.md)",
                "kolom yang terbit baris demi baris / columns that are published row by row",
                catalogue.contracts().filter(|own| own.is_published()).count(),
            ),
            row("[Tanda / Flags](flags.md)", "catatan pada nilai / notes on values", flags),
            row(
                "[Keadaan nilai / States of values](states.md)",
                "mengapa nilai ada atau kosong / why a value is there or not",
                STATES.len(),
            ),
        ],
    );
    page.end()
}
