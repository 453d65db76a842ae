//! How far a dataset meets the four principles of Satu Data Indonesia (Perpres 39/2019): standard,
//! metadata, interoperability, reference codes. Each line is worked out from contracts and cards,
//! and says why it holds or not.

use super::column::Column;
use super::dataset::Dataset;
use super::line::{Line, Principle};
use super::rows::INDICATORS;
use super::texts::Both;
use crate::error::PublishError;
use koridor_contract::card::{self, Card};
use koridor_contract::project::Corridor;
use koridor_contract::{FieldType, Project};

/// The lines of a dataset.
pub(super) fn of(
    own: &Dataset,
    project: &Project,
    has_addresses: bool,
) -> Result<Vec<Line>, PublishError> {
    let cards: Vec<Card> = match own.name.as_str() {
        INDICATORS => card::load(project)?.into_iter().map(|own| own.card).collect(),
        _ => Vec::new(),
    };
    let mut lines = match own.name == INDICATORS {
        true => of_cards(&cards),
        false => of_columns(own),
    };
    lines.extend(metadata(own, &project.corridor));
    lines.extend(interoperability(own, has_addresses));
    lines.extend(reference_codes(own, project, &cards));
    Ok(lines)
}

/// A line that holds where nothing lacks; `all` is how many there are of what is looked at.
fn all_of(
    (principle, item): (Principle, &'static str),
    title: [&str; 2],
    lacking: &[&str],
    all: usize,
) -> Line {
    let shown = lacking.iter().take(8).copied().collect::<Vec<_>>().join(", ");
    let more = if lacking.len() > 8 { ", ..." } else { "" };
    let reason = match (all, lacking.len()) {
        (0, _) => ["tidak ada yang perlu", "nothing that needs it"].map(str::to_owned),
        (all, 0) => [format!("{all} dari {all}"), format!("{all} of {all}")],
        (all, lacks) => [
            format!("{} dari {all}; belum: {shown}{more}", all - lacks),
            format!("{} of {all}; lacking: {shown}{more}", all - lacks),
        ],
    };
    let is_met = lacking.is_empty();
    Line { principle, item, title: title.map(str::to_owned), is_met, reason }
}

/// A line that holds where a text is there, which is its reason.
fn there(
    (principle, item): (Principle, &'static str),
    title: [&str; 2],
    said: Option<Both>,
) -> Line {
    let said = said.filter(|own| own.iter().any(|text| !text.is_empty()));
    let is_met = said.is_some();
    let reason = said.unwrap_or_else(|| ["tidak disebut", "not said"].map(str::to_owned));
    Line { principle, item, title: title.map(str::to_owned), is_met, reason }
}

/// The standard of the values of indicators: what their cards say.
fn of_cards(cards: &[Card]) -> Vec<Line> {
    let line = |item, title, has: fn(&Card) -> bool| {
        let lacking = cards.iter().filter(|own| !has(own)).map(|own| own.id.as_str());
        let lacking: Vec<&str> = lacking.collect();
        all_of((Principle::Standard, item), title, &lacking, cards.len())
    };
    vec![
        line("concept", ["Konsep", "Concept"], |own| {
            own.ms_ind.as_ref().is_some_and(|own| !own.konsep.is_empty())
        }),
        line("definition", ["Definisi dalam dua bahasa", "Definition in both languages"], |own| {
            !own.definition.is_empty() && !own.definition_en.is_empty()
        }),
        line("classification", ["Klasifikasi disebut", "Classification is said"], |own| {
            own.ms_ind.is_some()
        }),
        line("measure", ["Ukuran", "Measure"], |own| {
            own.ms_ind.as_ref().is_some_and(|own| !own.ukuran.is_empty())
        }),
        line("unit", ["Satuan", "Unit"], |own| !own.unit.is_empty()),
    ]
}

/// The standard of a dataset: what its contract says of columns.
fn of_columns(own: &Dataset) -> Vec<Line> {
    let line = |item, title, is_asked: fn(&Column) -> bool, has: fn(&Column) -> bool| {
        let asked: Vec<&Column> = own.columns.iter().filter(|own| is_asked(own)).collect();
        let lacking = asked.iter().filter(|own| !has(own)).map(|own| own.name.as_str());
        let lacking: Vec<&str> = lacking.collect();
        all_of((Principle::Standard, item), title, &lacking, asked.len())
    };
    let concept = there(
        (Principle::Standard, "concept"),
        ["Konsep: apa satu baris", "Concept: what a row is"],
        Some(own.description.clone()),
    );
    vec![
        concept,
        line(
            "definition",
            ["Definisi tiap kolom", "Definition of each column"],
            |_| true,
            |own| !own.description.is_empty(),
        ),
        line(
            "classification",
            ["Klasifikasi kolom teks", "Classification of text columns"],
            |own| own.kind == FieldType::String,
            |own| {
                let bounds = &own.constraints;
                own.codes.is_some() || bounds.allowed.is_some() || bounds.pattern.is_some()
            },
        ),
        line(
            "unit",
            ["Ukuran dan satuan kolom angka", "Measure and unit of number columns"],
            |own| matches!(own.kind, FieldType::Integer | FieldType::Number),
            |own| own.unit.as_ref().is_some_and(|unit| !unit.is_empty()),
        ),
    ]
}

/// That a text is missing in a language, in the order of texts in both.
const NOT_SAID_IN: [[&str; 2]; 2] = [
    ["belum dalam bahasa Indonesia", "not in Bahasa Indonesia yet"],
    ["belum dalam bahasa Inggris", "not in English yet"],
];

fn metadata(own: &Dataset, corridor: &Corridor) -> Vec<Line> {
    let publication = &corridor.publication;
    let name = |item| (Principle::Metadata, item);
    let one = |text: &str| [text.to_owned(), text.to_owned()];
    let in_both = |item, title, said: &Both| {
        let missing = said.iter().position(String::is_empty);
        let mut line = there(name(item), title, missing.is_none().then(|| said.clone()));
        if let Some(at) = missing {
            line.reason = NOT_SAID_IN[at].map(str::to_owned);
        }
        line
    };
    let publisher = publication
        .publisher
        .as_ref()
        .map(|own| [own.name.clone(), own.name_en.clone().unwrap_or_else(|| own.name.clone())]);
    let contact = publication.contact.as_ref().map(|own| {
        let parts = [Some(&own.name), own.email.as_ref(), own.url.as_ref()];
        one(&parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(", "))
    });
    let contact = contact.filter(|_| {
        publication.contact.as_ref().is_some_and(|own| own.email.is_some() || own.url.is_some())
    });
    let covered = own.coverage.from.zip(own.coverage.until);
    let regions = own.coverage.regions.join(", ");
    let periodicity = match own.name == INDICATORS {
        true => Some(["tiap rilis".to_owned(), "each release".to_owned()]),
        false => own.periodicity.map(|own| one(own.as_str())),
    };
    vec![
        in_both("title", ["Judul dalam dua bahasa", "Title in both languages"], &own.title),
        in_both(
            "description",
            ["Uraian dalam dua bahasa", "Description in both languages"],
            &own.description,
        ),
        there(name("publisher"), ["Penerbit", "Publisher"], publisher),
        there(
            name("contact"),
            ["Kontak yang dapat dihubungi", "Contact that can be reached"],
            contact,
        ),
        there(
            name("licence"),
            ["Lisensi", "Licence"],
            corridor.licence.as_ref().map(|own| one(&own.title)),
        ),
        there(
            name("time"),
            ["Cakupan waktu", "Temporal coverage"],
            covered.map(|(from, until)| one(&format!("{from} - {until}"))),
        ),
        there(name("place"), ["Cakupan wilayah", "Spatial coverage"], Some(one(&regions))),
        there(name("periodicity"), ["Frekuensi", "Frequency"], periodicity),
    ]
}

fn interoperability(own: &Dataset, has_addresses: bool) -> Vec<Line> {
    let name = |item| (Principle::Interoperability, item);
    let lacking = own.key.iter().filter(|key| own.columns.iter().all(|own| own.name != **key));
    let lacking: Vec<&str> = lacking.map(String::as_str).collect();
    let address = has_addresses
        .then(|| ["tiap berkas mempunyai alamat", "each file has an address"].map(str::to_owned));
    let mut address =
        there(name("address"), ["Alamat tetap di web", "Lasting address on the web"], address);
    if !address.is_met {
        address.reason = ["tanpa --base-url", "no --base-url"].map(str::to_owned);
    }
    vec![
        all_of(
            name("format"),
            ["Format terbuka yang dapat dibaca mesin: CSV, Parquet", "Open formats: CSV, Parquet"],
            &[],
            own.columns.len(),
        ),
        all_of(
            name("key"),
            ["Kunci baris ikut terbit", "The key of a row is published"],
            &lacking,
            own.key.len(),
        ),
        address,
    ]
}

fn reference_codes(own: &Dataset, project: &Project, cards: &[Card]) -> Vec<Line> {
    let name = |item| (Principle::ReferenceCodes, item);
    // The regions whose codes a list gives in the other system too: those of the ministry.
    let list = project.codes.get("region");
    let other = |code: &&str| {
        let own = list.and_then(|list| list.attribute(code, "kemendagri_code"));
        own.is_none_or(str::is_empty)
    };
    let regions: Vec<&str> = own.coverage.regions.iter().map(String::as_str).collect();
    let lacking: Vec<&str> = regions.iter().copied().filter(other).collect();
    let place = all_of(
        name("region"),
        ["Kode wilayah BPS dan Kemendagri", "Region codes of BPS and Kemendagri"],
        &lacking,
        regions.len(),
    );
    let classes = own.columns.iter().filter(|own| own.codes.is_some());
    let listed =
        |own: &&Column| own.codes.as_ref().is_some_and(|list| project.codes.get(list).is_some());
    let (found, lost): (Vec<&Column>, Vec<&Column>) = classes.partition(listed);
    let lost: Vec<&str> = lost.iter().map(|own| own.name.as_str()).collect();
    let mut lines = vec![place];
    match own.name == INDICATORS {
        true => {
            let lacking = cards.iter().filter(|own| own.codes.is_empty());
            let lacking: Vec<&str> = lacking.map(|own| own.id.as_str()).collect();
            let title = ["Kode di sistem lain", "Codes in other systems"];
            lines.push(all_of(name("systems"), title, &lacking, cards.len()));
        }
        false => {
            let title = ["Daftar kode ikut terbit", "Code lists are published"];
            lines.push(all_of(name("lists"), title, &lost, found.len() + lost.len()));
        }
    }
    lines
}
