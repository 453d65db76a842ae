//! One page a card, and the list of indicators by dimension.

use super::catalogue::Catalogue;
use super::markdown::{Page, both, code, code_link, codes, text};
use koridor_contract::card::{Aggregation, Card, CardScope, Grain, Indicator, TimeRule};
use koridor_contract::card_words::StatisticalMetadata;
use koridor_contract::message::Language;
use std::collections::BTreeSet;

/// Where the null rules are explained, below the project's folder.
const NULL_RULES: &str = "sql/README.md";

/// Pages of cards by their path.
pub(super) fn pages(catalogue: &Catalogue<'_>) -> Vec<(String, String)> {
    let own = |own: &Indicator| (format!("indicators/{}.md", own.card.id), page(catalogue, own));
    let mut pages: Vec<(String, String)> = catalogue.indicators.iter().map(own).collect();
    pages.push(("indicators/README.md".to_owned(), index(catalogue)));
    pages
}

fn page(catalogue: &Catalogue<'_>, indicator: &Indicator) -> String {
    let card = &indicator.card;
    let above = "[Rujukan / Reference](../README.md) · [Indikator / Indicators](README.md)";
    let mut page =
        Page::new(&format!("{}: {}", code(&card.id), both(&card.title, &card.title_en)), above);
    page.table(["", "Bahasa Indonesia", "English"], texts(catalogue, card));
    page.table(["", ""], facts(catalogue, card));
    if !card.caveats.is_empty() {
        page.heading("Catatan / Caveats");
        page.table(["Catatan / Caveat", "Bahasa Indonesia", "English"], caveats(catalogue, card));
    }
    if !card.codes.is_empty() {
        page.heading("Kode di tempat lain / Codes elsewhere");
        page.table(
            ["Sistem / System", "Kode / Codes", "Arti / Meaning"],
            standards(catalogue, card),
        );
    }
    if let Some(own) = &card.ms_ind {
        page.heading("Metadata BPS (MS-Ind)");
        page.table(["", ""], metadata(own));
    }
    page.heading("Dataset");
    let link = |name: &String| {
        let contract = catalogue.project.datasets.get(name);
        let title = contract.map(|own| both(&own.title, &own.koridor.title_en));
        let link = code_link(name, &format!("../tables/{name}.md"));
        format!("{link}: {}", title.unwrap_or_default())
    };
    page.list(card.datasets.iter().map(link));
    page.heading("SQL");
    let files = ["card.json", "query.sql", "pool.sql", "checks.sql"];
    let paths = files.map(|name| format!("{}/{name}", indicator.folder));
    let there = paths.iter().filter(|path| catalogue.project.file(path).is_some());
    page.list(there.map(|path| catalogue.file(1, path)));
    page.heading("Contoh hitungan / Worked cases");
    page.list(cases(catalogue, indicator));
    page.end()
}

/// What a card says in both languages, with the parts that it has.
fn texts(catalogue: &Catalogue<'_>, card: &Card) -> Vec<[String; 3]> {
    let words = &catalogue.words;
    let policy = |language| words.revision_policy(&card.revision_policy, language);
    let rows = [
        ("Judul / Title", card.title.as_str(), card.title_en.as_str()),
        ("Definisi / Definition", &card.definition, &card.definition_en),
        ("Rumus / Formula", &card.formula, card.formula_in(Language::En)),
        ("Pembilang / Numerator", &card.numerator_label, &card.numerator_label_en),
        ("Penyebut / Denominator", &card.denominator_label, &card.denominator_label_en),
        ("Satuan / Unit", &card.unit, card.unit_in(Language::En)),
        ("Cara membaca / Interpretation", &card.interpretation, &card.interpretation_en),
        ("Metode / Method", &card.method, &card.method_en),
        ("Penanggung jawab / Owner", &card.owner, &card.owner_en),
        ("Revisi / Revision policy", policy(Language::Id), policy(Language::En)),
    ];
    let there = rows.into_iter().filter(|(_, id, en)| !id.is_empty() || !en.is_empty());
    there.map(|(name, id, en)| [name.to_owned(), text(id), text(en)]).collect()
}

fn facts(catalogue: &Catalogue<'_>, card: &Card) -> Vec<[String; 2]> {
    let mut facts = vec![
        ("Dimensi / Dimension", catalogue.name_of("dimension", &card.dimension)),
        ("Periode terpendek / Finest grain", grain(card.grain).to_owned()),
        ("Penggabungan / Aggregation", aggregation(card.aggregation).to_owned()),
        ("Periode lebih panjang / Longer periods", time_rule(card.time_rule).to_owned()),
    ];
    if card.denominator_rule != card.time_rule {
        let rule = time_rule(card.denominator_rule).to_owned();
        facts.push(("Penyebut periode lebih panjang / Denominator of longer periods", rule));
    }
    let places = match card.scope {
        CardScope::All => "tiap wilayah dan kawasan / each regency and the corridor",
        CardScope::Corridor => "kawasan saja / the corridor alone",
    };
    let regions = card.regions.iter().map(|region| catalogue.name_of("region", region));
    let regions = match card.transit {
        true => "wilayah pintu masuk / regencies of entry".to_owned(),
        false => regions.collect::<Vec<_>>().join(", "),
    };
    let plausible = card.plausible.and_then(|(low, high)| range(Some(low), Some(high)));
    let possible = card.possible.and_then(|(low, high)| range(low, high));
    let per_resident = card.possible_per_resident.map(|most| format!("≤ {most}"));
    facts.extend([
        ("Tempat / Scope", places.to_owned()),
        ("Hanya / Only", regions),
        ("Arah / Polarity", polarity(&card.polarity)),
        ("Faktor / Scale", card.scale.to_string()),
        ("Desimal / Decimals", card.decimals.to_string()),
        ("Aturan nilai kosong / Null rules", null_rules(catalogue, card)),
        ("Wajar / Plausible (tanda / flag)", plausible.unwrap_or_default()),
        (
            "Mungkin / Possible (di luar itu ditahan / withheld outside)",
            possible.unwrap_or_default(),
        ),
        (
            "Mungkin tiap penduduk dan tahun / Possible a resident and year",
            per_resident.unwrap_or_default(),
        ),
        ("Tema / Themes", codes(card.themes.iter().map(String::as_str))),
        ("Standar / Standard", text(&card.standard)),
    ]);
    let there = facts.into_iter().filter(|(_, said)| !said.is_empty());
    there.map(|(name, said)| [name.to_owned(), said]).collect()
}

fn grain(grain: Grain) -> &'static str {
    match grain {
        Grain::M => "`M`: bulan / month",
        Grain::Q => "`Q`: triwulan / quarter",
        Grain::Y => "`Y`: tahun / year",
    }
}

fn aggregation(aggregation: Aggregation) -> &'static str {
    match aggregation {
        Aggregation::Rs => "`RS`: rasio dari jumlah / ratio of sums",
        Aggregation::Sum => "`SUM`: jumlah / sum",
        Aggregation::Pool => "`POOL`: dari deret gabungan / from the pooled series",
        Aggregation::Na => "`NA`: tidak digabung antarwilayah / not aggregated over regions",
    }
}

fn time_rule(rule: TimeRule) -> &'static str {
    match rule {
        TimeRule::Sum => "`sum`: jumlah sepanjang periode / the sum over the period",
        TimeRule::End => "`end`: stok pada akhir periode / the stock at the end of the period",
    }
}

fn polarity(polarity: &str) -> String {
    let meaning = match polarity {
        "+" => "makin tinggi makin baik / higher is better",
        "-" => "makin rendah makin baik / lower is better",
        _ => "keterangan / context",
    };
    format!("{}: {meaning}", code(polarity))
}

fn range(low: Option<f64>, high: Option<f64>) -> Option<String> {
    match (low, high) {
        (Some(low), Some(high)) => Some(format!("{low} – {high}")),
        (Some(low), None) => Some(format!("≥ {low}")),
        (None, Some(high)) => Some(format!("≤ {high}")),
        (None, None) => None,
    }
}

/// The null rules: a rule of the catalogue by its code, with a link to its words where these are
/// there; others in their own words.
fn null_rules(catalogue: &Catalogue<'_>, card: &Card) -> String {
    let address = catalogue.address(1, NULL_RULES);
    let rules = card.null_rules.iter().map(|rule| match &address {
        _ if !is_rule_code(rule) => text(rule),
        Some(address) => code_link(rule, &format!("{address}#{}", rule.to_lowercase())),
        None => code(rule),
    });
    rules.collect::<Vec<_>>().join(", ")
}

/// Whether a null rule is named by its code, such as `N0`.
fn is_rule_code(rule: &str) -> bool {
    let digits = rule.trim_start_matches('N');
    digits.len() + 1 == rule.len() && digits.bytes().all(|own| own.is_ascii_digit())
}

fn caveats(catalogue: &Catalogue<'_>, card: &Card) -> Vec<[String; 3]> {
    let own = card.caveats.iter().map(|caveat| {
        let phrase = catalogue.words.caveat(caveat);
        let said = |language| phrase.map_or("", |own| own.text_in(language));
        [code(caveat), text(said(Language::Id)), text(said(Language::En))]
    });
    own.collect()
}

fn standards(catalogue: &Catalogue<'_>, card: &Card) -> Vec<[String; 3]> {
    let own = card.codes.iter().map(|(system, own)| {
        let phrase = catalogue.words.standard(system);
        let said = phrase.map(|own| both(&own.id, &own.en)).unwrap_or_default();
        [code(system), text(&own.join(", ")), said]
    });
    own.collect()
}

fn metadata(own: &StatisticalMetadata) -> Vec<[String; 2]> {
    let list = |all: &[String]| codes(all.iter().map(String::as_str));
    let rows = [
        ("Konsep / Concept", text(&own.konsep)),
        ("Ukuran / Measure", text(&own.ukuran)),
        ("Klasifikasi / Classification", list(&own.klasifikasi)),
        ("Variabel pembangun / Built of", list(&own.variabel_pembangun)),
        ("Level estimasi / Level of estimation", text(&own.level_estimasi)),
        ("Akses umum / Open to all", if own.akses_umum { "ya / yes" } else { "tidak / no" }.into()),
    ];
    let there = rows.into_iter().filter(|(_, said)| !said.is_empty());
    there.map(|(name, said)| [name.to_owned(), said]).collect()
}

/// Worked cases: folders beside the card, each with what must come out.
fn cases(catalogue: &Catalogue<'_>, indicator: &Indicator) -> Vec<String> {
    let folder = format!("{}/cases/", indicator.folder);
    let files = catalogue.project.files_under(&folder, "/expect.csv");
    let names: BTreeSet<&str> = files
        .filter_map(|(path, _)| path.strip_prefix(folder.as_str())?.strip_suffix("/expect.csv"))
        .collect();
    let link = |name: &str| {
        let readme = catalogue.address(1, &format!("{folder}{name}/README.md"));
        let address =
            readme.or_else(|| catalogue.address(1, &format!("{folder}{name}/expect.csv")));
        address.map_or_else(|| code(name), |address| code_link(name, &address))
    };
    names.into_iter().map(link).collect()
}

fn index(catalogue: &Catalogue<'_>) -> String {
    let mut page = Page::new("Indikator / Indicators", "[Rujukan / Reference](../README.md)");
    let cards = || catalogue.indicators.iter().map(|own| &own.card);
    let list = catalogue.project.codes.get("dimension");
    let listed = list.iter().flat_map(|own| own.codes()).map(|own| own.code.as_str());
    let mut dimensions: Vec<&str> = listed.collect();
    for card in cards().filter(|card| list.is_none_or(|own| !own.contains(&card.dimension))) {
        if !dimensions.contains(&card.dimension.as_str()) {
            dimensions.push(&card.dimension);
        }
    }
    for dimension in dimensions {
        let mut own = cards().filter(|card| card.dimension == dimension).peekable();
        if own.peek().is_none() {
            continue;
        }
        page.heading(&catalogue.name_of("dimension", dimension));
        page.table(
            [
                "Indikator / Indicator",
                "Judul / Title",
                "Satuan / Unit",
                "Periode / Grain",
                "Definisi",
                "Definition",
            ],
            own.map(|card| {
                [
                    code_link(&card.id, &format!("{}.md", card.id)),
                    both(&card.title, &card.title_en),
                    both(&card.unit, card.unit_in(Language::En)),
                    code(card.grain.as_str()),
                    text(&card.definition),
                    text(&card.definition_en),
                ]
            }),
        );
    }
    page.end()
}
