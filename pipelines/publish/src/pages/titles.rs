//! Titles of figures, in ten words or fewer: what the newest number does, which area has the
//! highest, and which areas a corridor's number lacks.

use super::content::Point;
use super::facts::Value;
use super::say::{MOST_WORDS, Say};
use crate::order::regions_in_order;
use koridor_contract::card::Card;

fn fits(title: &str) -> bool {
    title.split_whitespace().count() <= MOST_WORDS
}

/// As much of a title as there is room for.
fn cut(title: &str) -> String {
    title.split_whitespace().take(MOST_WORDS).collect::<Vec<_>>().join(" ")
}

impl Say<'_> {
    /// What the newest number of a series does, or else only what it is; nothing where there is no
    /// number.
    pub fn headline(&self, card: &Card, values: &[&Value]) -> String {
        let Some(at) = values.iter().rposition(|own| own.value.is_some()) else {
            return String::new();
        };
        let Some(value) = values.get(at) else { return String::new() };
        // Behind a gap, in another series or of other areas, nothing tells of a rise or a fall.
        let before = at.checked_sub(1).and_then(|at| values.get(at));
        let before = before.filter(|_| !value.begins_anew()).and_then(|own| own.value);
        let title = card.title_in(self.language());
        let period = self.period(&value.grain, &value.first_day);
        let whole = self.without(value).map(|without| format!("{title} {without}"));
        let of = |subject: &str| {
            let mut said = self.changes(card, value, subject);
            said.extend(self.level_title(card, value, before, subject));
            said
        };
        let mut said: Vec<String> = whole.iter().flat_map(|own| of(own)).collect();
        said.extend(of(title));
        said.extend(whole.iter().map(|own| format!("{own}, {period}")));
        said.extend([format!("{title}, {period}"), title.to_owned()]);
        said.into_iter().find(|own| fits(own)).unwrap_or_else(|| cut(title))
    }

    /// Titles of the change against the year before, which the title names; the longest first.
    fn changes(&self, card: &Card, value: &Value, subject: &str) -> Vec<String> {
        let Some(change) = self.change(card, value) else { return Vec::new() };
        let Some(rest) = value.first_day.get(4..) else { return Vec::new() };
        let base = self.period(&value.grain, &format!("{:04}{rest}", value.year() - 1));
        let period = self.period(&value.grain, &value.first_day);
        let (from, to) = self.pick(("dari", "ke"), ("from", "to"));
        let short = format!("{subject} {change} {from} {base}");
        vec![format!("{short} {to} {period}"), short]
    }

    /// A title of the level, and which way it went from the number before.
    fn level_title(
        &self,
        card: &Card,
        value: &Value,
        before: Option<f64>,
        subject: &str,
    ) -> Option<String> {
        let own = value.value?;
        let number = |own: f64| self.number(own, card.decimals);
        let verb = match before {
            None => self.pick("sebesar", "at"),
            // What no digit tells, of the numbers or of their change, is no rise and no fall.
            Some(before)
                if number(before) == number(own) || number((own - before).abs()) == number(0.0) =>
            {
                self.pick("tetap", "stayed at")
            }
            Some(before) if before > own => self.pick("turun menjadi", "fell to"),
            Some(_) => self.pick("naik menjadi", "rose to"),
        };
        let at = self.pick("pada", "in");
        let period = self.period(&value.grain, &value.first_day);
        Some(format!("{subject} {verb} {} {at} {period}", self.beside_title(card, own)))
    }

    /// `tanpa NAME`: the regencies that a corridor's number lacks.
    pub fn without(&self, value: &Value) -> Option<String> {
        if value.state != "partial_coverage" {
            return None;
        }
        let codes = regions_in_order(self.words.project, missing(&value.coverage)?);
        let names: Vec<String> = codes.split(", ").map(|code| self.short_region(code)).collect();
        let names = match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => {
                format!("{} {} {last}", rest.join(", "), self.pick("dan", "and"))
            }
            _ => names.concat(),
        };
        Some(format!("{} {names}", self.pick("tanpa", "without")))
    }

    /// The same of the newest number of a series, with its period.
    pub fn newest_without(&self, values: &[&Value]) -> Option<String> {
        let value = values.iter().rev().find(|own| own.value.is_some())?;
        let period = self.period(&value.grain, &value.first_day);
        self.without(value).map(|without| format!("{period} {without}"))
    }

    /// Of indicators beside one another by area those whose corridor value is no sum of the
    /// areas', such as seats between them; nothing where there are none.
    pub fn no_sums(&self, cards: &[&Card]) -> String {
        let list = self.words.project.codes.get("non_additive");
        let names = cards.iter().filter(|card| list.is_some_and(|own| own.contains(&card.id)));
        let names: Vec<&str> = names.map(|card| card.title_in(self.language())).collect();
        if names.is_empty() {
            return String::new();
        }
        let names = names.join(", ");
        self.pick(
            format!("; {names}: koridor bukan jumlah wilayah, tanpa yang di antara wilayahnya"),
            format!("; {names}: the corridor is no sum of the areas, but without what is between"),
        )
    }

    /// A state in words, with the regencies that are missing.
    pub fn state(&self, value: &Value) -> String {
        let state = self.words.state(&value.state);
        match self.without(value) {
            Some(without) => format!("{state}, {without}"),
            None => state.to_owned(),
        }
    }

    /// Which area has the highest number, and whether it is of those with a number alone; not told
    /// where two have it, or where no other has one.
    pub fn highest<'points>(
        &self,
        card: &Card,
        points: impl Iterator<Item = (&'points str, &'points Point)>,
        period: &str,
    ) -> String {
        let title = card.title_in(self.language());
        let points: Vec<_> = points.collect();
        let mut found: Vec<(f64, &str)> =
            points.iter().filter_map(|(name, own)| Some((own.value?, *name))).collect();
        found.sort_by(|one, other| other.0.total_cmp(&one.0));
        let number = |own: &(f64, &str)| self.number(own.0, card.decimals);
        let is_told = found.len() > 1 && found.get(1).map(number) != found.first().map(number);
        let of = match found.len() == points.len() {
            true => "",
            false => self.pick(" dari wilayah yang berdata", " of the areas with data"),
        };
        let said = found.first().filter(|_| is_told).map(|(_, name)| {
            self.pick(
                format!("{title} tertinggi di {name}{of}, {period}"),
                format!("{title} highest in {name}{of}, {period}"),
            )
        });
        let said = [said, Some(format!("{title}, {period}"))].into_iter().flatten();
        let mut said = said.filter(|own| fits(own));
        said.next().unwrap_or_else(|| cut(title))
    }
}

/// The codes of `3/4 regencies, 48/48 periods (missing CODE)`.
fn missing(coverage: &str) -> Option<&str> {
    let (_, codes) = coverage.split_once("(missing ")?;
    codes.split_once(')').map(|(codes, _)| codes)
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[test]
    fn the_missing_regions_stand_behind_the_counts() {
        let coverage = "2/4 regencies, 2/4 periods (missing 7401, 7405)";
        assert_eq!(missing(coverage), Some("7401, 7405"));
        assert_eq!(missing("4/4 regencies, 4/4 periods"), None);
    }
}
