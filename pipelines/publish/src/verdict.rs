//! The verdict on a checked file in one sentence: rows, what they are about, what they add up to.

use crate::unit_words::unit_word;
use arrow::array::{Array, AsArray};
use chrono::Datelike;
use koridor_contract::card::{self, Aggregation};
use koridor_contract::check::REGISTER;
use koridor_contract::date::{MONTHS_EN, MONTHS_ID, from_days};
use koridor_contract::message::{Language, Message};
use koridor_contract::number::{NumberFormat, written};
use koridor_contract::{Contract, Project};
use koridor_lake::ledger::FileStatus;
use koridor_lake::load::figures::Figures;
use koridor_lake::load::outcome::FileOutcome;
use koridor_read::check::SliceKey;
use std::collections::{BTreeMap, BTreeSet};

/// Most places and sums that are named.
const MOST: usize = 3;

/// What a file would give, in one sentence.
pub fn verdict(project: &Project, outcome: &FileOutcome) -> Message {
    let contract = outcome.dataset.as_ref().and_then(|name| project.datasets.get(name));
    let Some(contract) = contract.filter(|_| outcome.status != FileStatus::Refused) else {
        return message(
            "tidak ada yang dapat dimuat dari berkas ini: perbaiki seperti di atas, lalu periksa \
             lagi",
            "nothing of this file can be loaded: mend what is said above and check it again",
        );
    };
    let rows = outcome.accepted + outcome.rejected;
    if rows == 0 {
        return message(
            "tidak ada baris data: tidak ada angka yang akan dimuat",
            "there is no row of data: no figure would be loaded",
        );
    }
    if outcome.accepted == 0 {
        return message(
            &format!("tidak satu pun dari {rows} baris diterima: perbaiki, lalu periksa lagi"),
            &format!("none of {rows} rows is accepted: mend them and check again"),
        );
    }
    let Figures { slices, statuses, .. } = &outcome.figures;
    let about = [
        Some(places(project, contract, slices)).filter(|places| !places.id.is_empty()),
        Some(periods(slices)).filter(|periods| !periods.id.is_empty()),
    ];
    let about: Vec<Message> = about.into_iter().flatten().collect();
    let sums = sums(project, contract, &outcome.figures);
    let status = status(statuses, outcome.accepted);
    let waiting = waiting(outcome.ignored_by.get("not_filled").copied().unwrap_or_default());
    let count = |number: u64| number.to_string();
    let (accepted, rejected) = (count(outcome.accepted), count(outcome.rejected));
    let counts = |format: NumberFormat| {
        (written(&accepted, format), written(&count(rows), format), written(&rejected, format))
    };
    let text = |pick: fn(&Message) -> &str, title: &str, counts: String| {
        let parts: Vec<&str> = about.iter().map(pick).collect();
        let begin = format!("{counts}: {title} {}", parts.join(", "));
        let sums: Vec<&str> = sums.iter().chain(&status).chain(&waiting).map(pick).collect();
        let sums = if sums.is_empty() { String::new() } else { format!("; {}", sums.join(", ")) };
        format!("{}{sums}", begin.trim_end())
    };
    let (own, all, refused) = counts(NumberFormat::Id);
    let refused = if rejected == "0" { String::new() } else { format!(", {refused} ditolak") };
    let id =
        text(|own| &own.id, &contract.title, format!("{own} dari {all} baris diterima{refused}"));
    let (own, all, refused) = counts(NumberFormat::En);
    let refused = if rejected == "0" { String::new() } else { format!(", {refused} refused") };
    let are = if rows == 1 { "row is" } else { "rows are" };
    let title = &contract.koridor.title_en;
    let en = text(|own| &own.en, title, format!("{own} of {all} {are} accepted{refused}"));
    match outcome.status {
        FileStatus::Held => message(
            &format!("{id}. Berkas ini akan ditahan: angkanya belum dipakai"),
            &format!("{en}. The file would be held: its figures do not count yet"),
        ),
        _ => message(&id, &en),
    }
}

fn message(id: &str, en: &str) -> Message {
    Message { id: id.to_owned(), en: en.to_owned() }
}

/// The regions, points or facilities.
fn places(project: &Project, contract: &Contract, slices: &[SliceKey]) -> Message {
    let field = contract.koridor.slice.as_ref().map(|slice| slice.region.as_str());
    let field = contract.fields.iter().find(|own| Some(own.name.as_str()) == field);
    let list = field.and_then(|field| project.codes.get(field.koridor.codes.as_ref()?));
    let codes: BTreeSet<&str> = slices.iter().map(|slice| slice.region.as_str()).collect();
    let name =
        |code: &&str| list.and_then(|list| list.attribute(code, "name")).unwrap_or(code).to_owned();
    let names: Vec<String> = codes.iter().take(MOST).map(name).collect();
    let names = names.join(", ");
    let more = codes.len().saturating_sub(MOST);
    if more == 0 {
        return message(&names, &format!("of {names}"));
    }
    message(&format!("{names} dan {more} lainnya"), &format!("of {names} and {more} others"))
}

/// The periods from the first to the last, of each length apart; how many there are where some
/// between them are missing.
fn periods(slices: &[SliceKey]) -> Message {
    let mut found: BTreeMap<&str, BTreeSet<i32>> = BTreeMap::new();
    for slice in slices.iter().filter(|slice| slice.period != REGISTER) {
        let Some(day) = from_days(slice.period) else { continue };
        let months = day.year() * 12 + day.month0() as i32;
        let length = length(&slice.period_type);
        found.entry(slice.period_type.as_str()).or_default().insert(months.div_euclid(length));
    }
    let spans: Vec<Message> = found.iter().filter_map(|(kind, own)| span(kind, own)).collect();
    let join = |texts: Vec<&str>, and: &str| texts.join(and);
    Message {
        id: join(spans.iter().map(|own| own.id.as_str()).collect(), " dan "),
        en: join(spans.iter().map(|own| own.en.as_str()).collect(), " and "),
    }
}

/// Months of a period.
fn length(period_type: &str) -> i32 {
    match period_type {
        "Y" => 12,
        "Q" => 3,
        _ => 1,
    }
}

fn span(period_type: &str, periods: &BTreeSet<i32>) -> Option<Message> {
    let (first, last) = (*periods.first()?, *periods.last()?);
    let a_year = 12 / length(period_type);
    let year = |period: i32| period.div_euclid(a_year);
    let name = |period: i32, is_id: bool| {
        let place = period.rem_euclid(a_year);
        match (period_type, is_id) {
            ("Y", _) => String::new(),
            ("Q", true) => format!("triwulan {}", place + 1),
            ("Q", false) => format!("Q{}", place + 1),
            (_, true) => MONTHS_ID.get(place as usize).copied().unwrap_or_default().to_owned(),
            (_, false) => MONTHS_EN.get(place as usize).copied().unwrap_or_default().to_owned(),
        }
    };
    let text = |is_id: bool| {
        let whole =
            |period: i32| format!("{} {}", name(period, is_id), year(period)).trim().to_owned();
        let to = if is_id { "s.d." } else { "to" };
        let (all, count) = ((last - first + 1) as usize, periods.len());
        let (of, unit) = match (is_id, period_type) {
            (true, "Y") => ("dari", "tahun"),
            (true, "Q") => ("dari", "triwulan"),
            (true, _) => ("dari", "bulan"),
            (false, "Y") => ("of", "years"),
            (false, "Q") => ("of", "quarters"),
            (false, _) => ("of", "months"),
        };
        let gaps =
            if count < all { format!(" ({count} {of} {all} {unit})") } else { String::new() };
        let begin = match period_type {
            "Y" => year(first).to_string(),
            _ if year(first) == year(last) => name(first, is_id),
            _ => whole(first),
        };
        if first == last { whole(first) } else { format!("{begin} {to} {}{gaps}", whole(last)) }
    };
    Some(Message { id: text(true), en: text(false) })
}

/// The field in which rows name the unit of their own figures.
const OWN_UNIT: &str = "unit";

/// What the main measures add up to; nothing of stocks at several times, which are never added, nor
/// of figures whose unit each row names: visits and per cent make no sum.
fn sums(project: &Project, contract: &Contract, figures: &Figures) -> Vec<Message> {
    let periods: BTreeSet<i32> = figures.slices.iter().map(|slice| slice.period).collect();
    let is_stock = contract.koridor.stock || contract.is_register();
    if is_stock && (periods.len() > 1 || contract.is_register()) {
        return Vec::new();
    }
    let mut measures = measures(project, contract, figures);
    let fields = contract.own_fields();
    if fields.iter().any(|own| own.name == OWN_UNIT) {
        let has_unit = |own: &koridor_contract::Field| own.koridor.unit.is_some();
        measures.retain(|name| fields.iter().any(|own| own.name == *name && has_unit(own)));
    }
    let kinds: BTreeSet<&String> = figures.sums.keys().map(|(kind, _)| kind).collect();
    let mut told = Vec::new();
    for field in &measures {
        for kind in &kinds {
            let Some(sum) = figures.sums.get(&((*kind).clone(), field.clone())) else { continue };
            told.push(one_sum(project, contract, (kind, field), *sum));
        }
    }
    told.truncate(MOST);
    told
}

fn one_sum(
    project: &Project,
    contract: &Contract,
    (kind, field): (&str, &str),
    millionths: i128,
) -> Message {
    let own = contract.fields.iter().find(|own| own.name == field);
    // A kind of theme that is a code of the dataset, such as a measure, names the figure.
    let lists = contract.fields.iter().filter_map(|own| own.koridor.codes.as_ref());
    let list = lists.filter_map(|name| project.codes.get(name)).find(|list| list.contains(kind));
    let named = |attribute: &str| list.and_then(|list| list.attribute(kind, attribute));
    let title = own.map_or(field, |own| own.title.as_str());
    let title_en = own.map_or(field, |own| own.koridor.title_en.as_str());
    let title = named("name").unwrap_or(title);
    let title_en = named("name_en").or(list.map(|_| kind)).unwrap_or(title_en);
    let unit = own.filter(|_| list.is_none()).and_then(|own| own.koridor.unit.as_deref());
    let unit_in =
        |language| unit.map(|unit| format!(" {}", unit_word(unit, language))).unwrap_or_default();
    let text = decimal_text(millionths);
    Message {
        id: format!(
            "{title} {}{} seluruhnya",
            written(&text, NumberFormat::Id),
            unit_in(Language::Id)
        ),
        en: format!(
            "{title_en} {}{} in all",
            written(&text, NumberFormat::En),
            unit_in(Language::En)
        ),
    }
}

/// A figure with the decimals it has, three at most.
fn decimal_text(millionths: i128) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let thousandths = (millionths.unsigned_abs() + 500) / 1_000;
    let text = format!("{sign}{}.{:03}", thousandths / 1_000, thousandths % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The measures that a verdict names: those of the contract, else those that indicators add, else
/// those that indicators read, else the required numbers.
fn measures(project: &Project, contract: &Contract, figures: &Figures) -> Vec<String> {
    let has_sum = |name: &str| figures.sums.keys().any(|(_, field)| field == name);
    let fields = contract.own_fields().iter().map(|field| field.name.as_str());
    let named = |names: Vec<&str>| -> Vec<String> {
        names.into_iter().filter(|name| has_sum(name)).map(str::to_owned).collect()
    };
    if !contract.koridor.main_measures.is_empty() {
        return named(contract.main_measures());
    }
    let read_by = |is_wanted: &dyn Fn(&str) -> bool| {
        let patterns = inputs(project, &contract.name, is_wanted);
        let is_read = |name: &&str| patterns.iter().any(|pattern| pattern.is_match(name));
        named(fields.clone().filter(is_read).collect())
    };
    let cards = card::load(project).unwrap_or_default();
    let is_added = |id: &str| {
        cards.iter().any(|own| own.card.id == id && own.card.aggregation == Aggregation::Sum)
    };
    let choices = [read_by(&is_added), read_by(&|_| true), named(contract.main_measures())];
    choices.into_iter().find(|names| !names.is_empty()).unwrap_or_else(|| named(fields.collect()))
}

/// Patterns of the fields of a dataset that indicators read (`ref.indicator_input`).
fn inputs(project: &Project, dataset: &str, is_wanted: &dyn Fn(&str) -> bool) -> Vec<regex::Regex> {
    let Some(table) = project.references.get("indicator_input") else { return Vec::new() };
    let text = |name: &str, row: usize| {
        let column = table.rows.column_by_name(name).and_then(|own| own.as_string_opt::<i32>());
        column.filter(|own| own.is_valid(row)).map(|own| own.value(row))
    };
    let rows = (0..table.rows.num_rows()).filter(|row| {
        text("dataset", *row) == Some(dataset) && text("indicator_id", *row).is_some_and(is_wanted)
    });
    let patterns = rows.filter_map(|row| text("fields", row)).filter(|text| !text.is_empty());
    patterns.filter_map(|text| regex::Regex::new(&format!("^(?:{text})$")).ok()).collect()
}

/// Rows of a template that are not filled in.
fn waiting(rows: u64) -> Option<Message> {
    let are = if rows == 1 { "row is" } else { "rows are" };
    (rows > 0).then(|| Message {
        id: format!("{rows} baris templat belum diisi"),
        en: format!("{rows} {are} not filled in yet"),
    })
}

/// Rows that are not final.
fn status(statuses: &BTreeMap<String, u64>, rows: u64) -> Option<Message> {
    let early = ["provisional", "very_provisional"];
    let count: u64 = early.iter().filter_map(|status| statuses.get(*status)).sum();
    match count {
        0 => None,
        count if count == rows => Some(message("angka sementara", "provisional figures")),
        count => Some(Message {
            id: format!("{count} baris angka sementara"),
            en: format!("{count} {} provisional", if count == 1 { "row" } else { "rows" }),
        }),
    }
}
