//! How values, periods, changes and targets are said in a language, on every page alike.

use super::address::{CORRIDOR, Place};
use super::content::{Cell, Mark, Piece, Point};
use super::facts::{Delivery, Facts, Target, Value};
use super::units;
use crate::words::{Words, grouped, short_region};
use koridor_contract::card::Card;
use koridor_contract::message::Language;
use std::collections::BTreeMap;

/// Names of the months, in Bahasa Indonesia and English.
const MONTHS: [[&str; 2]; 12] = [
    ["Januari", "January"],
    ["Februari", "February"],
    ["Maret", "March"],
    ["April", "April"],
    ["Mei", "May"],
    ["Juni", "June"],
    ["Juli", "July"],
    ["Agustus", "August"],
    ["September", "September"],
    ["Oktober", "October"],
    ["November", "November"],
    ["Desember", "December"],
];

/// Most words of a figure's title.
pub const MOST_WORDS: usize = 10;

/// What a page is written with.
#[derive(Clone, Copy)]
pub struct Say<'site> {
    /// Words of the project in the page's language.
    pub words: Words<'site>,
    /// What the release says.
    pub facts: &'site Facts,
    /// Today in the corridor's zone, ISO.
    pub today: &'site str,
}

impl Say<'_> {
    /// The language.
    pub fn language(&self) -> Language {
        self.words.language
    }

    /// One of two things by language.
    pub fn pick<Said>(&self, id: Said, en: Said) -> Said {
        self.words.language.pick(id, en)
    }

    /// The shortest name of a region; the corridor's is a word.
    pub fn short_region(&self, code: &str) -> String {
        match code {
            CORRIDOR => self.pick("Koridor", "Corridor").to_owned(),
            code => short_region(self.words.project, code).unwrap_or(code).to_owned(),
        }
    }

    /// The name of a code of a list, in the page's language.
    pub fn named(&self, list: &str, code: &str) -> String {
        let list = self.words.project.codes.get(list);
        let column = self.pick("name", "name_en");
        list.and_then(|own| own.attribute(code, column)).unwrap_or(code).to_owned()
    }

    /// A period: `2025`, `triwulan III 2025`, `Juli 2025`.
    pub fn period(&self, grain: &str, first_day: &str) -> String {
        let year = first_day.get(..4).unwrap_or_default();
        let month: usize = first_day.get(5..7).and_then(|own| own.parse().ok()).unwrap_or(1);
        match grain {
            "Y" => year.to_owned(),
            "Q" => {
                let quarter = month.div_ceil(3);
                let roman = ["", "I", "II", "III", "IV"].get(quarter).copied().unwrap_or_default();
                self.pick(format!("triwulan {roman} {year}"), format!("Q{quarter} {year}"))
            }
            _ => format!("{} {year}", self.month(month)),
        }
    }

    /// The name of a month, 1 to 12.
    pub fn month(&self, month: usize) -> &'static str {
        let [id, en] = MONTHS.get(month.saturating_sub(1)).copied().unwrap_or_default();
        self.pick(id, en)
    }

    /// A day such as `27 November 2026` of an ISO day or moment.
    pub fn day(&self, iso: &str) -> String {
        let part = |range| iso.get(range).and_then(|own: &str| own.parse::<usize>().ok());
        match (part(0..4), part(5..7), part(8..10)) {
            (Some(year), Some(month), Some(day)) => format!("{day} {} {year}", self.month(month)),
            _ => iso.to_owned(),
        }
    }

    /// The name of a grain: `tahunan`, `yearly`.
    pub fn grain(&self, grain: &str) -> &'static str {
        match grain {
            "Y" => self.pick("tahunan", "yearly"),
            "Q" => self.pick("triwulanan", "quarterly"),
            _ => self.pick("bulanan", "monthly"),
        }
    }

    /// Sources of a value by their names.
    pub fn source_names(&self, sources: &str) -> String {
        let name = |word: &str| {
            let code = word.trim_end_matches([',', ';', ':']);
            let found = self.facts.sources.iter().find(|own| own.code == code && !code.is_empty());
            found.map_or_else(
                || word.to_owned(),
                |own| word.replacen(code, &self.words.source_name(code, &own.name), 1),
            )
        };
        self.words.sources(sources).split(' ').map(name).collect::<Vec<_>>().join(" ")
    }

    /// A number with its decimals in the marks of the language.
    pub fn number(&self, value: f64, decimals: u8) -> String {
        grouped(value, decimals.into(), self.language())
    }

    /// What a reader must know of a value.
    pub fn marks(&self, value: &Value) -> Vec<Mark> {
        let mut marks = Vec::new();
        if value.value.is_none() {
            marks.push(match value.state.as_str() {
                "suppressed" => Mark::Suppressed,
                _ => Mark::NotAvailable,
            });
            return marks;
        }
        let has = [
            (value.is_provisional, Mark::Provisional),
            (value.first_published.is_some(), Mark::Revised),
            (value.is_break, Mark::Break),
            (value.is_of_other_areas, Mark::OtherAreas),
            (value.is_synthetic, Mark::Synthetic),
        ];
        marks.extend(has.into_iter().filter(|(has, _)| *has).map(|(_, mark)| mark));
        marks
    }

    /// A value as a cell.
    pub fn cell(&self, card: &Card, value: Option<&Value>) -> Cell {
        let Some(own) = value else { return Cell::None(Mark::NotAvailable) };
        let marks = self.marks(own);
        match own.value {
            Some(number) => Cell::Number(number, card.decimals, marks),
            None => Cell::None(marks.first().copied().unwrap_or(Mark::NotAvailable)),
        }
    }

    /// A value as a point of a picture.
    pub fn point(&self, value: Option<&Value>) -> Point {
        match value {
            Some(own) => Point { value: own.value, marks: self.marks(own) },
            None => Point { value: None, marks: vec![Mark::NotAvailable] },
        }
    }

    /// The unit behind a number; a number of persons or units has none that must stand there.
    pub fn unit(&self, card: &Card) -> String {
        card.unit_in(self.language()).to_owned()
    }

    /// A number with its unit, such as `31,2 %`.
    pub fn with_unit(&self, card: &Card, value: f64) -> String {
        self.beside(&self.number(value, card.decimals), &self.unit(card))
    }

    /// The same where the indicator's title stands before it: what that says is not said again.
    pub fn beside_title(&self, card: &Card, value: f64) -> String {
        let unit = self.unit(card);
        let left = units::left_by_title(card.title_in(self.language()), &unit);
        self.beside(&self.number(value, card.decimals), left)
    }

    /// The title with the unit behind it in brackets, unless the title says it.
    pub fn title_with_unit(&self, card: &Card) -> String {
        let (title, unit) = (card.title_in(self.language()), self.unit(card));
        match units::left_by_title(title, &unit) {
            "" => title.to_owned(),
            _ => format!("{title} ({unit})"),
        }
    }

    /// A written number with a unit.
    pub fn beside(&self, number: &str, unit: &str) -> String {
        units::with_unit(number, unit, self.language())
    }

    /// The unit of a change, in the language.
    pub fn change_unit<'text>(&self, card: &'text Card, unit: &'text str) -> &'text str {
        match unit {
            "poin" => self.pick("poin", "points"),
            "%" => "%",
            _ => card.unit_in(self.words.language),
        }
    }

    /// The digits of a change.
    pub fn change_digits(&self, card: &Card, unit: &str) -> u8 {
        if unit == "%" || unit == "poin" { 1 } else { card.decimals }
    }

    /// A change as a verb and an amount: `naik 12,0 %`, `fell 3.1 points`.
    pub fn change(&self, card: &Card, value: &Value) -> Option<String> {
        let (change, unit) = value.change.as_ref()?;
        let digits = self.change_digits(card, unit);
        let amount = self.number(change.abs(), digits);
        let is_zero = !amount.bytes().any(|own| (b'1'..=b'9').contains(&own));
        Some(match (is_zero, *change > 0.0) {
            (true, _) => self.pick("tetap", "did not change").to_owned(),
            (_, is_up) => {
                let up = self.pick("naik", "rose");
                let verb = if is_up { up } else { self.pick("turun", "fell") };
                format!("{verb} {}", self.beside(&amount, self.change_unit(card, unit)))
            }
        })
    }

    /// A target as it is written: a number or a range, with its unit.
    pub fn target(&self, card: &Card, target: &Target) -> String {
        let number = |own: f64| self.number(own, card.decimals);
        let unit = self.unit(card);
        let said = match (target.value, target.range) {
            (Some(value), _) => number(value),
            (None, (Some(low), Some(high))) => format!("{}–{}", number(low), number(high)),
            (None, (Some(low), None)) => format!("≥ {}", number(low)),
            (None, (None, Some(high))) => format!("≤ {}", number(high)),
            (None, (None, None)) => return String::new(),
        };
        let doc = self.named("target_doc", &target.doc);
        let mark = target.is_synthetic.then(|| format!(" {}", Mark::Synthetic.text()));
        format!("{}{} ({doc})", self.beside(&said, &unit), mark.unwrap_or_default())
    }

    /// How far a target is met, in words.
    pub fn met(&self, card: &Card, target: &Target) -> String {
        let predicate = self.pick(&target.predicate[0], &target.predicate[1]);
        match target.met {
            Some(percent) => {
                let percent = self.number(percent, 1);
                let said = self.pick("capaian", "met to");
                let judged = self.judged(card, target);
                match predicate.is_empty() {
                    true => format!("{said} {percent} %{judged}"),
                    false => format!("{said} {percent} % ({predicate}){judged}"),
                }
            }
            None if target.note.is_empty() => self.words.flags("not_measured"),
            None => self.words.flags_with(&target.note, Some(card.decimals)),
        }
    }

    /// What is judged of a document that names a source: the value beside may be another's.
    fn judged(&self, card: &Card, target: &Target) -> String {
        let Some((value, source)) = &target.judged else { return String::new() };
        let value = self.with_unit(card, *value);
        self.pick(
            format!(", dinilai atas {value} dari {source}"),
            format!(", judged on {value} of {source}"),
        )
    }

    /// The level that a picture shows of a target: the number, or the lower bound of a range.
    pub fn level(&self, target: &Target) -> Option<f64> {
        target.value.or(target.range.0).or(target.range.1)
    }

    /// The target of a year, of the first document that has one.
    pub fn target_of(&self, id: &str, region: &str, year: i32) -> Option<&Target> {
        let own = self.facts.targets.get(&(id.to_owned(), region.to_owned()))?;
        own.iter().find(|target| target.year == year)
    }

    /// A link to an indicator in a region.
    pub fn indicator(&self, card: &Card, region: &str) -> Piece {
        let region = match card.scope {
            koridor_contract::card::CardScope::All => region,
            koridor_contract::card::CardScope::Corridor => CORRIDOR,
        };
        Piece {
            text: card.title_in(self.language()).to_owned(),
            to: Some(Place::Indicator { id: card.id.clone(), region: region.to_owned() }),
        }
    }

    /// When the next delivery of datasets is due, of those that are agreed on; with its office.
    pub fn next_due(&self, is_asked: impl Fn(&Delivery) -> bool) -> Option<(String, &Delivery)> {
        let mut newest: BTreeMap<_, &Delivery> = BTreeMap::new();
        for own in self.facts.deliveries.iter().filter(|own| is_asked(own)) {
            let key = (&own.source.0, &own.dataset, &own.region, &own.cadence);
            let known = newest.entry(key).or_insert(own);
            if known.first_day < own.first_day {
                *known = own;
            }
        }
        let due = newest.into_values().filter_map(|own| Some((next_due_on(own, self.today)?, own)));
        due.min_by(|one, other| one.0.cmp(&other.0))
    }
}

/// When the delivery after the newest period that has ended is due; that one's own day where it is
/// still to come. None where no agreement reaches today.
fn next_due_on(newest: &Delivery, today: &str) -> Option<String> {
    if newest.received_on.is_empty() && newest.due_on.as_str() >= today {
        return Some(newest.due_on.clone());
    }
    let months: u32 = match newest.cadence.as_str() {
        "Y" => 12,
        "Q" => 3,
        _ => 1,
    };
    let day = |iso: &str| chrono::NaiveDate::parse_from_str(iso, "%Y-%m-%d").ok();
    let (first, due, today) = (day(&newest.first_day)?, day(&newest.due_on)?, day(today)?);
    let months = chrono::Months::new(months);
    let next_end = first.checked_add_months(months)?.checked_add_months(months)?;
    // A period that has ended since would be listed, were it still agreed on.
    (next_end > today).then(|| due.checked_add_months(months))?.map(|own| own.to_string())
}

/// The period of which most regions have a number, of such periods the longest, of these the
/// newest: its grain and first day. None where no region has a number.
pub fn common_period<'facts>(
    facts: &'facts Facts,
    regions: &[String],
    id: &str,
) -> Option<(&'facts str, &'facts str)> {
    let mut filled: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for own in regions.iter().flat_map(|region| facts.series(id, region)) {
        let count = filled.entry((own.grain.as_str(), own.first_day.as_str())).or_default();
        *count += usize::from(own.value.is_some());
    }
    let length = |grain: &str| ["M", "Q", "Y"].iter().position(|own| *own == grain);
    let best = filled.into_iter().max_by_key(|(own, count)| (*count, length(own.0), own.1))?;
    (best.1 > 0).then_some(best.0)
}

/// The newest value with a number, of such values the one of the longest period; else the newest.
pub fn newest(values: &[Value]) -> Option<&Value> {
    let end = |own: &Value| {
        let month = own.first_day.get(5..7).and_then(|own| own.parse().ok()).unwrap_or(1);
        let length = match own.grain.as_str() {
            "Y" => 12,
            "Q" => 3,
            _ => 1,
        };
        (own.value.is_some(), own.year() * 12 + month + length, length)
    };
    values.iter().max_by_key(|own| end(own))
}

/// Values of a grain, oldest first.
pub fn of_grain<'values>(values: &'values [Value], grain: &str) -> Vec<&'values Value> {
    values.iter().filter(|own| own.grain == grain).collect()
}

/// How many of them have a number.
pub fn with_number(values: &[&Value]) -> usize {
    values.iter().filter(|own| own.value.is_some()).count()
}

#[cfg(test)]
mod tests {
    use super::{newest, next_due_on};
    use crate::pages::facts::{Delivery, Value};

    fn value(grain: &str, first_day: &str, value: Option<f64>) -> Value {
        Value { grain: grain.into(), first_day: first_day.into(), value, ..Value::default() }
    }

    #[test]
    fn the_newest_number_is_of_the_longest_period_that_ends_then() {
        let all = [
            value("M", "2025-12-01", Some(1.0)),
            value("Q", "2025-10-01", Some(2.0)),
            value("Y", "2025-01-01", Some(3.0)),
            value("M", "2026-01-01", None),
        ];
        assert_eq!(newest(&all).and_then(|own| own.value), Some(3.0));
        assert_eq!(newest(&all[..2]).and_then(|own| own.value), Some(2.0));
        assert_eq!(newest(&all[3..]).map(|own| own.value), Some(None));
    }

    #[test]
    fn the_next_delivery_is_that_of_the_running_period_unless_the_agreement_ended() {
        let newest = |first_day: &str, due_on: &str, received_on: &str| Delivery {
            cadence: "M".into(),
            first_day: first_day.into(),
            due_on: due_on.into(),
            received_on: received_on.into(),
            ..Delivery::default()
        };
        let due = |own: &Delivery| next_due_on(own, "2026-11-27");
        let waiting = newest("2026-10-01", "2026-11-30", "");
        assert_eq!(due(&waiting).as_deref(), Some("2026-11-30"));
        let came = newest("2026-10-01", "2026-11-15", "2026-11-10");
        assert_eq!(due(&came).as_deref(), Some("2026-12-15"));
        assert_eq!(due(&newest("2025-12-01", "2026-01-15", "2026-01-10")), None);
    }
}
