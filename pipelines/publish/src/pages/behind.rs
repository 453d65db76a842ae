//! What is told of a value beside its number: flags and coverage, of a quarter or a year with the
//! months that they are of, where the release says which.

use super::facts::Value;
use super::say::Say;
use crate::coverage_text::Covered;
use crate::words::in_one_language;

/// Periods that are named; of more their number is told.
const MOST_NAMED: usize = 3;

/// A flag of a longer period, and that of a month which is its cause.
const CAUSES: [(&str, &str); 1] = [("impossible_part", "impossible_value")];

impl Say<'_> {
    /// Flags of an indicator's value in words, without those that a mark says; and why it stands in
    /// no line with the one before.
    pub fn notes(&self, (id, region): (&str, &str), value: &Value) -> String {
        let mut said = self.begun(value);
        said.push(self.told((id, region), value, |_| true));
        said.retain(|own| !own.is_empty());
        said.join("; ")
    }

    /// Why a value is of another series than the one before, or of other areas.
    pub fn begun(&self, value: &Value) -> Vec<String> {
        let mut said = Vec::new();
        let reason = in_one_language(&value.break_reason, self.language());
        if let Some((day, why)) = reason.split_once(": ") {
            let day = self.day(day);
            said.push(self.pick(
                format!("seri baru sejak {day}: {why}"),
                format!("a new series since {day}: {why}"),
            ));
        }
        if value.is_of_other_sources {
            let before = self.words.sources(&value.sources_before);
            said.push(self.pick(
                format!("seri baru: sumber sebelumnya {before}"),
                format!("a new series: the source before was {before}"),
            ));
        }
        if value.is_of_other_areas {
            let parts = value.sources_before.split(", ");
            let areas = parts.filter_map(|own| Some(own.split_once(' ')?.0));
            let areas = areas.map(|own| self.short_region(own)).collect::<Vec<_>>().join(", ");
            said.push(self.pick(
                format!("wilayah lain: sebelumnya {areas}"),
                format!("other areas: {areas} before"),
            ));
        }
        said
    }

    /// Why there is no number, or what speaks against the one that there is; `None` where nothing
    /// is said.
    pub fn doubts(&self, (id, region): (&str, &str), value: &Value) -> Option<String> {
        let list = self.words.project.codes.get("flag");
        let is_doubt = |flag: &str| {
            let code = flag
                .split([':', ' '])
                .find(|word| list.is_some_and(|list| list.attribute(word, "name").is_some()));
            code.is_some_and(|code| {
                list.and_then(|list| list.attribute(code, "doubt")) == Some("yes")
            })
        };
        let said = match value.value {
            None => self.notes((id, region), value),
            Some(_) => self.told((id, region), value, is_doubt),
        };
        (!said.is_empty()).then_some(said)
    }

    /// How much of a value is there; of one that is incomplete also which months are not.
    pub fn coverage(&self, (id, region): (&str, &str), value: &Value) -> String {
        let is_lacking = |own: &&Value| matches!(own.state.as_str(), "incomplete" | "no_data");
        let lacking: Vec<&Value> =
            self.finer((id, region), value).into_iter().filter(is_lacking).collect();
        let names = if lacking.is_empty() { Vec::new() } else { vec![self.names(&lacking)] };
        let Value { state, coverage, flags, .. } = value;
        self.words.coverage(Covered { region, state, coverage, flags }, &names)
    }

    fn told(&self, place: (&str, &str), value: &Value, is_told: impl Fn(&str) -> bool) -> String {
        let flags = self.words.each_flag(&value.flags).into_iter();
        let flags: Vec<String> = flags.filter(|own| own != "synthetic" && is_told(own)).collect();
        if flags.is_empty() {
            return String::new();
        }
        let finer = self.finer(place, value);
        let mut said: Vec<String> = Vec::new();
        for flag in &flags {
            let words = self.words.flags(flag);
            let words = match self.flagged(value, &finer, flag) {
                Some(periods) => format!("{words} ({periods})"),
                None => words,
            };
            if !words.is_empty() && !said.contains(&words) {
                said.push(words);
            }
        }
        said.join("; ")
    }

    /// The months of a quarter or a year in its series, or else the quarters of a year; none of one
    /// that was filed as a whole.
    fn finer(&self, (id, region): (&str, &str), value: &Value) -> Vec<&Value> {
        if value.grain == "M" || value.flags.contains("annual_source") {
            return Vec::new();
        }
        let series = self.facts.series(id, region);
        let begin = first_month(value);
        let within = begin..begin + months(&value.grain);
        let of = |grain: &str| {
            let own = series.iter().filter(|own| own.grain == grain);
            own.filter(|own| within.contains(&first_month(own))).collect::<Vec<&Value>>()
        };
        let found = of("M");
        if found.is_empty() && value.grain == "Y" { of("Q") } else { found }
    }

    /// The periods within a value that have a flag of it; none where the release does not tell.
    fn flagged(&self, value: &Value, finer: &[&Value], flag: &str) -> Option<String> {
        let cause = CAUSES.iter().find(|(own, _)| *own == flag).map(|(_, cause)| *cause);
        let has = |own: &&&Value| {
            // Most have none: they are not taken apart.
            let may_have = own.flags.contains(cause.unwrap_or(flag));
            may_have
                && self.words.each_flag(&own.flags).iter().any(|one| match cause {
                    Some(cause) => one.starts_with(cause),
                    None => one == flag,
                })
        };
        let found: Vec<&Value> = finer.iter().filter(has).copied().collect();
        let first = found.first()?;
        let all = months(&value.grain) / months(&first.grain);
        Some(match usize::try_from(all).is_ok_and(|all| all == found.len()) {
            true if first.grain == "Q" => self.pick("semua triwulan", "all quarters").to_owned(),
            true => self.pick("semua bulan", "all months").to_owned(),
            false => self.names(&found),
        })
    }

    /// Names of periods of one year, and how many more there are.
    fn names(&self, periods: &[&Value]) -> String {
        let name = |own: &&Value| {
            let said = self.period(&own.grain, &own.first_day);
            let year = format!(" {:04}", own.year());
            said.strip_suffix(&year).unwrap_or(&said).to_owned()
        };
        let shown = periods.iter().take(MOST_NAMED).map(name).collect::<Vec<_>>().join(", ");
        match periods.len().saturating_sub(MOST_NAMED) {
            0 => shown,
            more => {
                self.pick(format!("{shown} dan {more} lainnya"), format!("{shown} and {more} more"))
            }
        }
    }
}

/// Months of a grain.
fn months(grain: &str) -> i32 {
    match grain {
        "Y" => 12,
        "Q" => 3,
        _ => 1,
    }
}

/// Number of a value's first month, counted from year 0.
fn first_month(own: &Value) -> i32 {
    let month = own.first_day.get(5..7).and_then(|own| own.parse::<i32>().ok()).unwrap_or(1);
    own.year() * 12 + month - 1
}
