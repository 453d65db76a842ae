//! Words for people in place of the lake's codes, in one language: states, flags, periods, regions,
//! coverage, markets and classes.

use crate::decimal::rounded;
use crate::order::{region_place, regions_in_order};
use koridor_contract::Project;
use koridor_contract::message::Language;
use std::borrow::Cow;

/// A state with its word and its meaning, in Bahasa Indonesia and English.
pub type State = (&'static str, [&'static str; 2], [&'static str; 2]);

/// The states of values.
pub const STATES: [State; 9] = [
    ("ok", ["lengkap", "complete"], ["lengkap", "complete"]),
    (
        "no_data",
        ["tidak ada data", "no data"],
        [
            "tidak ada data yang dikirim, atau nilainya tidak mungkin benar dan ditahan",
            "nothing was filed, or the value cannot be true and is withheld",
        ],
    ),
    (
        "incomplete",
        ["belum lengkap", "incomplete"],
        [
            "belum semua bulan, triwulan atau bagian ada",
            "not all months, quarters or parts are there",
        ],
    ),
    (
        "denom_zero",
        ["penyebut nol", "denominator is zero"],
        ["penyebut nol", "the denominator is zero"],
    ),
    (
        "partial_coverage",
        ["sebagian wilayah", "part of the regencies"],
        [
            "nilai koridor tanpa wilayah yang belum lengkap, yang disebut di kolom cakupan",
            "a corridor value without the regencies that are not complete, which are named with \
             its coverage",
        ],
    ),
    (
        "insufficient_coverage",
        ["wilayah tidak cukup", "too few regencies"],
        [
            "separuh wilayah atau kurang: tidak ada nilai koridor",
            "half the regencies or fewer: no corridor value",
        ],
    ),
    (
        "suppressed",
        ["tidak diterbitkan", "suppressed"],
        [
            "tidak diterbitkan: sampel atau jumlahnya terlalu kecil",
            "not published: the sample or the count is too small",
        ],
    ),
    (
        "series_break",
        ["deret terputus", "series break"],
        [
            "cara hitung atau wilayah berubah di antara dua periode",
            "method or area changed between the two periods",
        ],
    ),
    (
        "not_applicable",
        ["tidak berlaku", "not applicable"],
        [
            "tidak berlaku, misalnya hanya satu sumber",
            "does not apply, such as with one source only",
        ],
    ),
];

/// English words of the statements that make flags and coverage, in Bahasa Indonesia.
const PHRASES: [(&str, &str); 9] = [
    ("did not file it a year before", "tidak menyampaikannya setahun sebelumnya"),
    ("a year before", "setahun sebelumnya"),
    ("everyone sampled", "seluruh responden"),
    ("components", "komponen"),
    ("regencies", "wilayah"),
    ("periods", "periode"),
    ("missing", "tidak ada"),
    ("series_break", "deret terputus"),
    ("(has", "(ada"),
];

/// Why a number is withheld, by the code of its flag.
const WITHHELD: [(&str, [&str; 2]); 4] = [
    (
        "small_count",
        [
            "tidak diterbitkan: jumlahnya terlalu kecil, atau membuka jumlah yang terlalu kecil",
            "not published: the count is too small, or would give away one that is",
        ],
    ),
    (
        "few_respondents",
        ["tidak diterbitkan: respondennya terlalu sedikit", "not published: too few respondents"],
    ),
    (
        "dominance",
        [
            "tidak diterbitkan: dua yang terbesar terlalu dominan",
            "not published: the two largest hold too much of it",
        ],
    ),
    (
        "secondary",
        [
            "tidak diterbitkan: agar angka lain tidak dapat dihitung darinya",
            "not published: another number could be worked out from it",
        ],
    ),
];

/// Lists whose codes are no words of a text: what they name has its own column, or its code is the
/// name that people know.
const NO_WORDS: [&str; 4] = ["flag", "param", "source", "kbli_version"];

/// Words in one language.
#[derive(Clone, Copy)]
pub struct Words<'project> {
    /// The project that the codes are of.
    pub project: &'project Project,
    /// The language.
    pub language: Language,
}

impl<'project> Words<'project> {
    /// The word for a state; a state that has none stays as it is.
    pub fn state<'text>(&self, state: &'text str) -> &'text str {
        let found = STATES.iter().find(|(code, ..)| *code == state);
        found.map_or(state, |(_, [id, en], _)| self.language.pick(id, en))
    }

    /// The words for all states, each with its meaning.
    pub fn states(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let language = self.language;
        STATES.iter().map(move |(_, [id, en], [meaning_id, meaning_en])| {
            (language.pick(*id, *en), language.pick(*meaning_id, *meaning_en))
        })
    }

    /// The official name of a region, and the corridor's title.
    pub fn region(&self, code: &str) -> String {
        let corridor = &self.project.corridor;
        if code == "CORR" {
            return self.language.pick(&corridor.title, &corridor.title_en).clone();
        }
        let Some(list) = self.project.codes.get("region") else { return code.to_owned() };
        let spelled = list.attribute(code, "aliases").unwrap_or_default().split('|');
        let is_english = |name: &&str| name.ends_with(" Regency") || name.ends_with(" City");
        let english = spelled.map(str::trim).find(is_english);
        let english = english.filter(|_| self.language == Language::En);
        english.or_else(|| list.attribute(code, "name")).unwrap_or(code).to_owned()
    }

    /// The name of a region for a column of a table, where the corridor's own title is long.
    pub fn short_scope(&self, code: &str) -> String {
        match code {
            "CORR" => self.language.pick("Seluruh kawasan", "Whole corridor").to_owned(),
            code => self.region(code),
        }
    }

    /// Sources such as `1101 A + B, 1102 A + B, 1103 C`, each once with the regions that it is of.
    pub fn sources(&self, sources: &str) -> String {
        let mut by_source: Vec<(&str, Vec<&str>)> = Vec::new();
        let mut parts: Vec<&str> = sources.split(", ").filter(|part| !part.is_empty()).collect();
        parts.sort_by_key(|part| {
            region_place(self.project, part.split(' ').next().unwrap_or_default())
        });
        for part in parts {
            let of_region = part.split_once(' ').and_then(|(code, source)| {
                self.short_region(code).map(|region| (source, Some(region)))
            });
            let (source, region) = of_region.unwrap_or((part, None));
            match by_source.iter_mut().find(|(known, _)| *known == source) {
                Some((_, regions)) => regions.extend(region),
                None => by_source.push((source, region.into_iter().collect())),
            }
        }
        let said = by_source.into_iter().map(|(source, regions)| match regions.is_empty() {
            true => source.to_owned(),
            false => format!("{}: {source}", regions.join(", ")),
        });
        said.collect::<Vec<_>>().join("; ")
    }

    /// The title of a dataset.
    pub fn dataset<'text>(&self, name: &'text str) -> &'text str
    where
        'project: 'text,
    {
        let Some(contract) = self.project.datasets.get(name) else { return name };
        match self.language {
            Language::En if !contract.koridor.title_en.is_empty() => &contract.koridor.title_en,
            _ if contract.title.is_empty() => name,
            _ => &contract.title,
        }
    }

    /// The word for a code of a breakdown, such as a market.
    pub fn code(&self, code: &str) -> String {
        self.named(code).unwrap_or(code).to_owned()
    }

    /// A text such as `1101, 1102` or `3/4 regencies (missing 1103)` with words in place of its
    /// codes.
    pub fn text(&self, text: &str) -> String {
        let mut said = self.missing_in_order(text);
        if self.language == Language::Id {
            for (english, indonesian) in PHRASES {
                said = said.replace(english, indonesian);
            }
        }
        let is_part = |mark: char| mark.is_ascii_alphanumeric() || mark == '_';
        let mut words = String::new();
        let mut rest = said.as_str();
        while let Some(start) = rest.find(is_part) {
            let (before, from) = rest.split_at(start);
            let (word, after) =
                from.split_at(from.find(|mark| !is_part(mark)).unwrap_or(from.len()));
            words.push_str(before);
            // A word of a phrase is no code, though a list has it.
            let is_said = PHRASES.iter().any(|(english, _)| *english == word);
            words.push_str(self.named(word).filter(|_| !is_said).unwrap_or(word));
            rest = after;
        }
        words.push_str(rest);
        words
    }

    /// A text such as `2/4 regencies (missing 1102, 1101)` with the regencies in their order.
    fn missing_in_order(&self, text: &str) -> String {
        const BEGIN: &str = "(missing ";
        let parts = text.split_once(BEGIN).and_then(|(before, rest)| {
            let (codes, after) = rest.split_once(')')?;
            Some((before, codes, after))
        });
        match parts {
            None => text.to_owned(),
            Some((before, codes, after)) => {
                format!("{before}{BEGIN}{}){after}", regions_in_order(self.project, codes))
            }
        }
    }

    /// Flags such as `annual_source, missing_class: homestay` in words, each once.
    pub fn flags(&self, flags: &str) -> String {
        self.flags_with(flags, None)
    }

    /// The same of an indicator whose numbers have so many decimals.
    pub fn flags_with(&self, flags: &str, decimals: Option<u8>) -> String {
        let mut said: Vec<String> = Vec::new();
        for part in flags.split(", ").filter(|part| !part.is_empty()) {
            match self.flag(part, decimals) {
                Some(words) if said.contains(&words) => {}
                Some(words) => said.push(words),
                // A list within a flag.
                None => match said.last_mut() {
                    Some(last) => *last = format!("{last}, {}", self.text(part)),
                    None => said.push(self.text(part)),
                },
            }
        }
        said.join("; ")
    }

    /// Flags one by one, each as it stands: a list within a flag stays with it.
    pub fn each_flag(&self, flags: &str) -> Vec<String> {
        let mut each: Vec<String> = Vec::new();
        for part in flags.split(", ").filter(|part| !part.is_empty()) {
            let goes_on = self.flag(part, None).is_none();
            match each.last_mut().filter(|_| goes_on) {
                Some(last) => *last = format!("{last}, {part}"),
                None => each.push(part.to_owned()),
            }
        }
        each
    }

    /// One flag in words: perhaps a region before it, and what it is about behind it.
    fn flag(&self, part: &str, decimals: Option<u8>) -> Option<String> {
        // A state alone is a note too, and so is the status of the rows behind a value.
        match part {
            "suppressed" | "not_applicable" => return Some(self.state(part).to_owned()),
            "provisional" => return self.named(part).map(str::to_owned),
            _ => {}
        }
        let list = self.project.codes.get("flag")?;
        let (region, flag) = match part.split_once(' ') {
            Some((region, flag)) if self.short_region(region).is_some() => (region, flag),
            _ => ("", part),
        };
        let end = flag.find([':', ' ']).unwrap_or(flag.len());
        let (name, about) = flag.split_at(end);
        let column = self.language.pick("name", "name_en");
        let meaning = list.attribute(name, column)?;
        let region = self.short_region(region).map(|name| format!("{name}: ")).unwrap_or_default();
        let about = about.trim_start_matches([':', ' ']);
        let about = match name {
            "series_break" => in_one_language(about, self.language),
            "suppressed" => match WITHHELD.iter().find(|(reason, _)| *reason == about) {
                Some((_, [id, en])) => {
                    return Some(format!("{region}{}", self.language.pick(id, en)));
                }
                None => Cow::Borrowed(about),
            },
            "year_to_date" => {
                let said = months_filed(about, decimals, self.language);
                return Some(format!("{region}{meaning}: {said}"));
            }
            // Statements of a break have numbers of their own language.
            _ if about.contains("series_break") => Cow::Borrowed(about),
            _ => Cow::Owned(numbers_in(about, self.language)),
        };
        Some(match about.as_ref() {
            "" => format!("{region}{meaning}"),
            about => format!("{region}{meaning}: {}", self.text(about)),
        })
    }

    /// What a code is called: of a region its shortest name, of a list's code its name, of a field
    /// its title.
    fn named(&self, word: &str) -> Option<&'project str> {
        if let Some(region) = self.short_region(word) {
            return Some(region);
        }
        let column = self.language.pick("name", "name_en");
        let lists =
            self.project.codes.iter().filter(|(name, _)| !NO_WORDS.contains(&name.as_str()));
        let mut names = lists.filter_map(|(_, list)| list.attribute(word, column));
        names.next().or_else(|| {
            let contracts = self.project.datasets.values().filter(|_| word.contains('_'));
            let mut fields = contracts.flat_map(|contract| contract.fields.iter());
            let field = fields.find(|field| field.name == word)?;
            Some(match self.language {
                Language::En if !field.koridor.title_en.is_empty() => &field.koridor.title_en,
                _ => &field.title,
            })
        })
    }

    fn short_region(&self, code: &str) -> Option<&'project str> {
        short_region(self.project, code)
    }
}

/// `1.8683 (11/12)`, the value of the months there are: `1,87 (11 dari 12 bulan)`.
fn months_filed(about: &str, decimals: Option<u8>, language: Language) -> String {
    let (number, months) = about.split_once(" (").unwrap_or((about, ""));
    let number = match (number.parse::<f64>(), decimals) {
        (Ok(value), Some(decimals)) => grouped(value, decimals.into(), language),
        _ => numbers_in(number, language),
    };
    match months.trim_end_matches(')').split_once('/') {
        Some((there, all)) => {
            let (of, name) = language.pick(("dari", "bulan"), ("of", "months"));
            format!("{number} ({there} {of} {all} {name})")
        }
        None => number,
    }
}

/// A text whose numbers such as `1234.50` have the marks of a language and no more digits than say
/// something.
fn numbers_in(text: &str, language: Language) -> String {
    let is_part = |mark: char| mark.is_ascii_alphanumeric() || matches!(mark, '.' | '_' | '-');
    let mut said = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|mark| !is_part(mark)).unwrap_or(from.len()));
        said.push_str(before);
        said.push_str(&number_in(word, language).unwrap_or_else(|| word.to_owned()));
        rest = after;
    }
    said + rest
}

/// A word that is a number with a decimal dot.
fn number_in(word: &str, language: Language) -> Option<String> {
    let (whole, fraction) = word.split_once('.')?;
    let is_digits = |own: &str| !own.is_empty() && own.bytes().all(|own| own.is_ascii_digit());
    if !is_digits(whole.strip_prefix('-').unwrap_or(whole)) || !is_digits(fraction) {
        return None;
    }
    let value: f64 = word.parse().ok()?;
    let most = if value.abs() < 1.0 { 4 } else { 2 };
    Some(grouped(value, fraction.trim_end_matches('0').len().min(most), language))
}

/// `day: reason in Bahasa Indonesia / reason in English` with one of the two.
pub(crate) fn in_one_language(about: &str, language: Language) -> Cow<'_, str> {
    let Some((day, reasons)) = about.split_once(": ") else { return Cow::Borrowed(about) };
    let Some((id, en)) = reasons.split_once(" / ") else { return Cow::Borrowed(about) };
    Cow::Owned(format!("{day}: {}", language.pick(id, en)))
}

/// The shortest of the accepted spellings of a region, the first of those.
pub fn short_region<'project>(project: &'project Project, code: &str) -> Option<&'project str> {
    let regions = project.codes.get("region")?;
    let spelled = ["aliases", "name"].into_iter().filter_map(|name| regions.attribute(code, name));
    let names = spelled.flat_map(|names| names.split('|')).map(str::trim);
    names.filter(|name| !name.is_empty()).min_by_key(|name| name.chars().count())
}

/// A period by its grain and first day: `2025`, `2025-Q3` or `2025-07`.
pub fn period_name(grain: &str, first_day: &str) -> String {
    let year = first_day.get(..4).unwrap_or_default();
    let month = first_day.get(5..7).unwrap_or_default();
    match grain {
        "Y" => year.to_owned(),
        "Q" => format!("{year}-Q{}", month.parse::<u32>().unwrap_or(1).div_ceil(3)),
        _ => format!("{year}-{month}"),
    }
}

/// A number with so many decimals and its thousands in groups, in the marks of a language.
pub fn grouped(value: f64, decimals: usize, language: Language) -> String {
    let text = rounded(value.abs(), decimals);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let (group, mark) = language.pick(('.', ','), (',', '.'));
    let is_zero = text.bytes().all(|digit| matches!(digit, b'0' | b'.'));
    let mut grouped = String::from(if value < 0.0 && !is_zero { "-" } else { "" });
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(group);
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push(mark);
        grouped.push_str(fraction);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::{grouped, in_one_language, months_filed, numbers_in, period_name};
    use koridor_contract::message::Language;

    #[test]
    fn thousands_are_grouped_in_the_language() {
        assert_eq!(grouped(-1_234_567.891, 2, Language::En), "-1,234,567.89");
        assert_eq!(grouped(1_234.5, 1, Language::Id), "1.234,5");
    }

    #[test]
    fn numbers_within_a_text_have_the_marks_of_the_language() {
        assert_eq!(numbers_in("100.0 %", Language::Id), "100 %");
        assert_eq!(numbers_in("1234.5678 > -0.25", Language::Id), "1.234,57 > -0,25");
        assert_eq!(numbers_in("2016-10-01 of v1.2, 3.", Language::En), "2016-10-01 of v1.2, 3.");
    }

    #[test]
    fn the_months_of_a_value_are_told_in_words() {
        let (id, en) = (Language::Id, Language::En);
        assert_eq!(months_filed("1.8683 (11/12)", Some(2), id), "1,87 (11 dari 12 bulan)");
        assert_eq!(months_filed("3149.0 (5/12)", Some(0), en), "3,149 (5 of 12 months)");
        assert_eq!(months_filed("3149.0 (5/12)", None, id), "3.149 (5 dari 12 bulan)");
    }

    #[test]
    fn the_reason_of_a_break_is_told_in_one_language() {
        let about = "2024-01-01: loket baru / new gates";
        assert_eq!(in_one_language(about, Language::Id), "2024-01-01: loket baru");
        assert_eq!(in_one_language(about, Language::En), "2024-01-01: new gates");
        assert_eq!(in_one_language("BPS A / B", Language::En), "BPS A / B");
    }

    #[test]
    fn a_period_is_named_by_its_length() {
        let names = ["Y", "Q", "M"].map(|grain| period_name(grain, "2025-07-01"));
        assert_eq!(names, ["2025", "2025-Q3", "2025-07"]);
    }
}
