//! What the bulletin says first: messages in sentences, then the key figures.

use super::parts::{marks_text, section};
use super::pick::{Change, Picked};
use crate::evaluation::Evaluation;
use crate::pages::content::{Block, KeyNumber, Line, Mark, Piece, Section, plain};
use crate::pages::facts::{Value, does_not_apply};
use crate::pages::periods::without_silence;
use crate::pages::units::parted;
use koridor_contract::card::Card;

/// Messages about single indicators.
const MOST_MESSAGES: usize = 6;

/// The messages: of the first headline indicators that have a number, then of the targets and of
/// what is missing.
pub(super) fn messages(
    picked: &Picked<'_>,
    cards: &[&Card],
    sheet: Option<&Evaluation>,
) -> Section {
    let shown = || cards.iter().filter(|card| Picked::is_of(card, picked.region));
    let told = shown().filter_map(|card| message(picked, card));
    let mut lines: Vec<Line> = told.take(MOST_MESSAGES).map(plain).collect();
    lines.extend(sheet.and_then(|own| targets(picked, own)).map(plain));
    lines.push(plain(missing(picked, shown().copied())));
    let title = picked.say.pick("Pesan utama", "Key messages");
    section("messages", title, vec![Block::List(lines)])
}

/// A sentence about an indicator: its number, change and target.
fn message(picked: &Picked<'_>, card: &Card) -> Option<String> {
    let say = &picked.say;
    let value = picked.value(&card.id, picked.region)?;
    let number = value.value.filter(|_| !may_be_wrong(picked, value))?;
    let title = card.title_in(say.language());
    let marks = marks_text(&say.marks(value));
    let mut said = format!("{title}: {}{marks}", say.beside_title(card, number));
    if let Some(without) = say.without(value) {
        said.push_str(&format!(", {without}"));
    }
    if !picked.is_period(value) {
        said.push_str(&format!(" ({})", say.period(&value.grain, &value.first_day)));
    }
    if let Some(change) = picked.change(&card.id, picked.region, value) {
        said.push_str(&format!(", {}", changed(picked, card, change)));
    }
    if let Some(target) = target(picked, card, value) {
        said.push_str(&format!("; {target}"));
    }
    Some(said + ".")
}

/// Whether a flag says that the number may be wrong itself (`may_be_wrong` of `flag.csv`): it heads
/// no message. Where the list has no such column, any flag that is a doubt says so.
fn may_be_wrong(picked: &Picked<'_>, value: &Value) -> bool {
    let Some(list) = picked.say.words.project.codes.get("flag") else { return false };
    let has_column = list.codes().iter().any(|own| own.attributes.contains_key("may_be_wrong"));
    let column = if has_column { "may_be_wrong" } else { "doubt" };
    value.flags.split([',', ':', ' ']).any(|word| list.attribute(word, column) == Some("yes"))
}

/// A change in words: `naik 4,2 % dari setahun sebelumnya`.
pub(super) fn changed(picked: &Picked<'_>, card: &Card, change: &Change) -> String {
    let say = &picked.say;
    let digits = say.change_digits(card, &change.unit);
    let amount = say.number(change.change.abs(), digits);
    let before = match change.is_of_year {
        true => say.pick("dari setahun sebelumnya", "on the year before"),
        false => say.pick("dari bulan sebelumnya", "on the month before"),
    };
    if !amount.bytes().any(|own| (b'1'..=b'9').contains(&own)) {
        return format!("{} {before}", say.pick("tidak berubah", "no change"));
    }
    let verb = match change.change > 0.0 {
        true => say.pick("naik", "up"),
        false => say.pick("turun", "down"),
    };
    let amount = say.beside(&amount, say.change_unit(card, &change.unit));
    format!("{verb} {amount} {before}")
}

/// A change where there is little room: `+4,2 % y-on-y`.
pub(super) fn change_in_short(picked: &Picked<'_>, card: &Card, change: &Change) -> String {
    let say = &picked.say;
    let amount = say.number(change.change, say.change_digits(card, &change.unit));
    let has_digits = amount.bytes().any(|own| (b'1'..=b'9').contains(&own));
    let sign = if change.change > 0.0 && has_digits { "+" } else { "" };
    let kind = if change.is_of_year { "y-on-y" } else { "m-to-m" };
    let unit = say.change_unit(card, &change.unit);
    format!("{} {kind}", say.beside(&format!("{sign}{amount}"), unit))
}

/// The target of the year and how far it is met; of the year's value alone.
pub(super) fn target(picked: &Picked<'_>, card: &Card, value: &Value) -> Option<String> {
    let say = &picked.say;
    let target = say.target_of(&card.id, picked.region, picked.year())?;
    let said = say.target(card, target);
    let year = picked.year();
    let is_judged = value.grain == "Y" && value.year() == year && target.met.is_some();
    Some(match is_judged {
        true => format!("target {said}: {}", say.met(card, target)),
        false => format!("target {year} {said}"),
    })
}

/// The same without the document, which the table of targets names.
fn brief_target(picked: &Picked<'_>, card: &Card, value: &Value) -> Option<String> {
    let said = target(picked, card, value)?;
    let (before, rest) = said.split_once(" (")?;
    let (_, after) = rest.split_once(')')?;
    Some(format!("{before}{after}"))
}

/// How many targets of a year there are, each in one group.
#[derive(Debug, Default, PartialEq)]
struct Counts {
    all: usize,
    met: usize,
    not_met: usize,
    not_measured: usize,
    suppressed: usize,
    without_ratio: usize,
    not_applicable: usize,
    of_context: usize,
}

impl Counts {
    /// Of targets by their notes and how far they are met.
    fn of(targets: impl Iterator<Item = (String, Option<f64>)>) -> Self {
        let mut own = Self::default();
        for (note, percent) in targets {
            own.all += 1;
            *match (percent, note.as_str()) {
                (Some(percent), _) if percent >= 100.0 => &mut own.met,
                (Some(_), _) => &mut own.not_met,
                (None, "suppressed") => &mut own.suppressed,
                (None, "not_applicable") => &mut own.not_applicable,
                (None, "context_indicator") => &mut own.of_context,
                (None, note) if note.is_empty() || note.starts_with("not_measured") => {
                    &mut own.not_measured
                }
                (None, _) => &mut own.without_ratio,
            } += 1;
        }
        own
    }
}

/// How many targets of the year are met, and what the others are: together they are all.
fn targets(picked: &Picked<'_>, sheet: &Evaluation) -> Option<String> {
    let say = &picked.say;
    let tables = sheet.sections.iter().flat_map(|own| &own.tables);
    let table = tables.into_iter().find(|own| own.name == "targets")?;
    let rows = table.rows.records().filter(|row| row.text_or_empty("region_code") == picked.region);
    let own = Counts::of(rows.map(|row| (row.text_or_empty("note"), row.number("raw_percent"))));
    let year = picked.year();
    let others = [
        (own.suppressed, say.pick("tidak diterbitkan", "suppressed")),
        (own.without_ratio, say.pick("tanpa rasio", "without a ratio")),
        (own.not_applicable, say.words.state("not_applicable")),
        (own.of_context, say.pick("indikator konteks, tidak dinilai", "of context, not judged")),
    ];
    let others = others.into_iter().filter(|(count, _)| *count > 0);
    let others: String = others.map(|(count, what)| format!(", {what} {count}")).collect();
    let Counts { all, met, not_met, not_measured, .. } = own;
    (all > 0).then(|| {
        say.pick(
            format!(
                "Target tahun {year}, seluruhnya {all}: tercapai {met}, belum tercapai {not_met}, \
                 belum terukur {not_measured}{others}."
            ),
            format!(
                "Targets for {year}, {all} in all: met {met}, not met yet {not_met}, not \
                 measured yet {not_measured}{others}."
            ),
        )
    })
}

/// Headline indicators without a number, by name; apart from those those that have none by their
/// kind.
fn missing<'card>(picked: &Picked<'_>, cards: impl Iterator<Item = &'card Card>) -> String {
    let say = &picked.say;
    let (mut all, mut missing, mut not_applicable) = (0, Vec::new(), Vec::new());
    for card in cards {
        all += 1;
        let found = picked.value(&card.id, picked.region);
        let has_none = does_not_apply(card, picked.region)
            || found.is_some_and(|own| own.state == "not_applicable");
        match found.and_then(|own| own.value) {
            Some(_) => {}
            None if has_none => not_applicable.push(card.title_in(say.language())),
            None => missing.push(card.title_in(say.language())),
        }
    }
    let there = all - missing.len() - not_applicable.len();
    if there == all {
        return say.pick(
            format!("Semua dari {all} angka utama tersedia."),
            format!("All {all} key figures are available."),
        );
    }
    let groups = [
        (missing, say.pick("belum ada", "missing")),
        (not_applicable, say.words.state("not_applicable")),
    ];
    let groups = groups.into_iter().filter(|(names, _)| !names.is_empty());
    let groups: String =
        groups.map(|(names, what)| format!("; {what}: {}", names.join(", "))).collect();
    say.pick(
        format!("{there} dari {all} angka utama tersedia{groups}."),
        format!("{there} of {all} key figures are available{groups}."),
    )
}

/// The key figures.
pub(super) fn numbers(picked: &Picked<'_>, cards: &[&Card]) -> Section {
    let shown = cards.iter().filter(|card| Picked::is_of(card, picked.region));
    let numbers = shown.map(|card| number(picked, card)).collect();
    let title = picked.say.pick("Angka utama", "Key figures");
    section("numbers", title, vec![Block::Numbers(numbers)])
}

fn number(picked: &Picked<'_>, card: &Card) -> KeyNumber {
    let say = &picked.say;
    let found = picked.value(&card.id, picked.region);
    let mut own = KeyNumber {
        title: Piece { text: card.title_in(say.language()).to_owned(), to: None },
        value: String::new(),
        span: String::new(),
        unit: say.unit(card),
        period: say.period(picked.grain, picked.first_day),
        marks: vec![Mark::NotAvailable],
        says: Vec::new(),
        trend: Vec::new(),
        trend_says: String::new(),
        decimals: card.decimals,
    };
    match found {
        None if does_not_apply(card, picked.region) => {
            own.says.push(say.words.state("not_applicable").to_owned());
        }
        None => own.says.push(say.words.state("no_data").to_owned()),
        Some(value) => {
            own.marks = say.marks(value);
            own.period = say.period(&value.grain, &value.first_day);
            let digits = value.value.map(|own| say.number(own, card.decimals));
            (own.value, own.unit) = parted(&digits.unwrap_or_default(), &own.unit);
            let change = picked.change(&card.id, picked.region, value);
            own.says.extend(change.map(|change| change_in_short(picked, card, change)));
            own.says.extend(brief_target(picked, card, value));
            if value.state != "ok" {
                own.says.push(say.state(value));
            }
            own.says.extend(say.doubts((&card.id, picked.region), value));
        }
    }
    if own.value.is_empty()
        && let Some(value) = picked.newest_within(&card.id, picked.region)
        && let Some(number) = value.value
    {
        let period = say.period(&value.grain, &value.first_day);
        let number = say.with_unit(card, number);
        let last = say.pick("terakhir", "latest");
        own.says.push(format!("{last}: {number}{} ({period})", marks_text(&say.marks(value))));
    }
    if let Some((grain, values)) = picked.trend(&card.id, picked.region) {
        let values = without_silence(&values, grain);
        let count = values.iter().filter(|own| own.value.is_some()).count();
        own.trend = values.iter().map(|value| say.point(Some(value))).collect();
        own.trend_says = format!("{}, {count}", say.grain(grain));
    }
    own
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn groups_of_targets_add_up_to_all() {
        let targets = [
            ("", Some(100.0)),
            ("", Some(99.9)),
            ("", None),
            ("not_measured, missing: 7407", None),
            ("suppressed", None),
            ("target_zero", None),
            ("not_applicable", None),
            ("context_indicator", None),
        ];
        let counts = Counts::of(targets.iter().map(|(note, own)| ((*note).to_owned(), *own)));
        let expected = Counts {
            all: 8,
            met: 1,
            not_met: 1,
            not_measured: 2,
            suppressed: 1,
            without_ratio: 1,
            not_applicable: 1,
            of_context: 1,
        };
        assert_eq!(counts, expected);
    }
}
