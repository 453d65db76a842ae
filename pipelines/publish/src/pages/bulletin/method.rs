//! How the figures are made: rules that all follow, and the key figures one by one.

use super::parts::section;
use super::pick::Picked;
use crate::pages::content::{Block, Line, Section, plain};
use koridor_contract::card::Card;

/// The section.
pub(super) fn section_of(picked: &Picked<'_>, cards: &[&Card]) -> Section {
    let say = &picked.say;
    let rules = [
        say.pick(
            "Nilai koridor adalah rasio dari jumlah, bukan rata-rata rasio; nilai sebagian wilayah \
             menyebut wilayah yang belum ada.",
            "A corridor value is a ratio of sums and no mean of ratios; one of part of the \
             regencies names those that are missing.",
        ),
        say.pick(
            "Triwulan dan tahun dibuat dari semua bulannya, atau tidak dibuat. Kosong bukan nol.",
            "A quarter or year is made of all its months, or not at all. Blank is not zero.",
        ),
        say.pick(
            "Perubahan membandingkan sumber dan wilayah yang sama, tidak melewati patahan deret.",
            "A change compares the same source and areas, and does not cross a series break.",
        ),
    ];
    let mut blocks = vec![Block::List(rules.into_iter().map(plain).collect())];
    let shown = cards.iter().filter(|card| Picked::is_of(card, picked.region));
    let fact = |card: &&Card| {
        let definition = say.pick(&card.definition, &card.definition_en);
        let method = say.pick(&card.method, &card.method_en);
        let formula = card.formula_in(say.language());
        let owner = say.pick(&card.owner, &card.owner_en);
        let parts = [definition.as_str(), method.as_str()];
        let mut said =
            parts.into_iter().filter(|own| !own.is_empty()).collect::<Vec<_>>().join(" ");
        for (id, en, text) in
            [("Rumus", "Formula", formula), ("Penanggung jawab", "Owner", owner.as_str())]
        {
            if !text.is_empty() {
                said.push_str(&format!(" {}: {text}.", say.pick(id, en)));
            }
        }
        (card.title_in(say.language()).to_owned(), plain(said))
    };
    blocks.push(Block::Facts(shown.map(fact).collect::<Vec<(String, Line)>>()));
    section("method", say.pick("Catatan metode", "Notes on method"), blocks)
}
