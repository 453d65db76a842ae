//! The card of an indicator: what it means, how it is made, who answers for it.

use super::content::{Block, Line, Section, plain};
use super::say::Say;
use koridor_contract::card::{Aggregation, Card};

/// The card as names and texts.
pub(super) fn section(say: &Say<'_>, card: &Card) -> Section {
    let datasets = card.datasets.iter().map(|name| say.words.dataset(name));
    let datasets = datasets.collect::<Vec<_>>().join(", ");
    let codes = card.codes.iter().map(|(system, codes)| format!("{system}: {}", codes.join(", ")));
    let codes = codes.collect::<Vec<_>>().join("; ");
    let caveats = card.caveats.iter().map(|code| listed(say, "schemas/caveats.json", code));
    let facts: [(&str, &str, String); 14] = [
        ("Definisi", "Definition", say.pick(&card.definition, &card.definition_en).clone()),
        ("Cara membaca", "How to read", {
            say.pick(&card.interpretation, &card.interpretation_en).clone()
        }),
        ("Satuan", "Unit", say.unit(card)),
        ("Rumus", "Formula", card.formula_in(say.language()).to_owned()),
        ("Pembilang", "Numerator", {
            say.pick(&card.numerator_label, &card.numerator_label_en).clone()
        }),
        ("Penyebut", "Denominator", {
            say.pick(&card.denominator_label, &card.denominator_label_en).clone()
        }),
        ("Metode", "Method", say.pick(&card.method, &card.method_en).clone()),
        ("Penggabungan", "Aggregation", aggregation(say, card.aggregation).to_owned()),
        ("Perlu diingat", "Keep in mind", caveats.collect::<Vec<_>>().join("; ")),
        ("Kebijakan revisi", "Revision policy", {
            listed(say, "schemas/revision_policies.json", &card.revision_policy)
        }),
        ("Data", "Data", datasets),
        ("Standar", "Standard", card.standard.clone()),
        ("Kode pada sistem lain", "Codes elsewhere", codes),
        ("Kode indikator", "Indicator id", card.id.clone()),
    ];
    let facts = facts.into_iter().filter(|(.., text)| !text.is_empty());
    let facts = facts.map(|(id, en, text)| (say.pick(id, en).to_owned(), plain(text)));
    Section {
        id: "card".to_owned(),
        title: say.pick("Kartu metode", "Method card").to_owned(),
        blocks: vec![Block::Facts(facts.collect::<Vec<(String, Line)>>())],
    }
}

/// The text of a code in a closed list of the project; the code where it has none.
fn listed(say: &Say<'_>, file: &str, code: &str) -> String {
    let text = say.words.project.file(file).unwrap_or_default();
    let list: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let said = list[code][say.pick("id", "en")].as_str();
    said.unwrap_or(code).to_owned()
}

fn aggregation(say: &Say<'_>, aggregation: Aggregation) -> &'static str {
    match aggregation {
        Aggregation::Rs => say.pick(
            "rasio dari jumlah, bukan rata-rata rasio",
            "ratio of sums and no mean of ratios",
        ),
        Aggregation::Sum => say.pick("jumlah", "sum"),
        Aggregation::Pool => say.pick("dari deret gabungan", "from the pooled series"),
        Aggregation::Na => say.pick("tidak digabung", "not aggregated"),
    }
}
