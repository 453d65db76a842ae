//! The part of a year that a title, a note or a remark says figures cover: `s.d. Juni 2025`,
//! `Semester I`, `Januari-Juni`, `per 30 September 2025`.

use super::plan_lists::DENIALS;
use super::remark_lists::OF_PART_NOTES;
use super::title_words::{cites_law, is_of_figures, spaced};
use koridor_contract::date::month_by_name;

/// Words by which a text says that what it names stands elsewhere, or is its own source.
const ELSEWHERE: [&str; 8] =
    ["lihat", "tersedia", "terpisah", "terlampir", "kecuali", "sumber", "source", "see"];

/// Words that number a table.
const OF_TABLES: [&str; 3] = ["tabel", "table", "lampiran"];

/// Ways to say "up to", the longest first.
const UP_TO: [&[&str]; 8] = [
    &["sampai", "dengan"],
    &["sampai", "akhir"],
    &["sampai"],
    &["s", "d"],
    &["sd"],
    &["hingga"],
    &["until"],
    &["up", "to"],
];

/// Words before a date up to which figures count.
const STATES: [&str; 5] = ["per", "posisi", "keadaan", "kondisi", "status"];

/// Words between such a word and what it is about.
const BETWEEN: [&str; 6] = ["bulan", "akhir", "tanggal", "tgl", "dengan", "ke"];

/// Words for a year, between a part of it and its number.
const OF_YEAR: [&str; 4] = ["tahun", "thn", "ta", "anggaran"];

/// Names of the quarters of a year, in numbers of all kinds.
const NUMBERS: [[&str; 3]; 4] =
    [["1", "i", "pertama"], ["2", "ii", "kedua"], ["3", "iii", "ketiga"], ["4", "iv", "keempat"]];

/// How a text names a part of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// One month by its name alone, or a date.
    Mention,
    /// One month as what figures are of: `bulan Juni 2025`.
    Month,
    /// From the beginning of the year on, told by a date: `per 30 Juni`.
    State,
    /// A quarter, half a year, or one month to another.
    Part,
    /// From the beginning of the year on.
    UpTo,
}

/// A part of a year that figures are said to cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct YearPart {
    /// Its first month.
    pub(crate) first: u32,
    /// Its last month.
    pub(crate) last: u32,
    /// Its year, where it is named.
    pub(crate) year: Option<i32>,
    way: Way,
}

impl YearPart {
    /// How many months it has.
    pub(crate) fn months(&self) -> u32 {
        self.last + 1 - self.first
    }

    /// Whether it says of each month that figures are of all of them; a date may be that of a month
    /// as well.
    pub(crate) fn is_span(&self) -> bool {
        self.way >= Way::Part && self.months() > 1
    }

    /// Whether it is told by its end.
    pub(crate) fn is_up_to(&self) -> bool {
        [Way::State, Way::UpTo].contains(&self.way)
    }

    /// Whether it is one month, which a text may name for other reasons too.
    pub(super) fn is_month(&self) -> bool {
        self.way <= Way::Month
    }

    /// Whether it is the end of a year, as a date or by the name of its month.
    pub(super) fn is_end_of_year(&self) -> bool {
        self.is_month() && self.last == 12
    }

    /// The year of what is told by a date.
    pub(super) fn year_of_date(&self) -> Option<i32> {
        self.year.filter(|_| self.way == Way::State)
    }

    fn is_whole(&self) -> bool {
        self.months() == 12
    }
}

/// The part of a year that the title of a table says its figures cover; none of a whole year.
pub(crate) fn part_of_title(title: &str) -> Option<YearPart> {
    let (part, _) = part(title, true)?;
    // A month may be that of the report; `Desember 2025` ends a year.
    let is_meant = !part.is_month() || (part.way == Way::Month && part.last < 12);
    is_meant.then_some(part)
}

/// As [`part_of_title`], of a note: there a month or a quarter by its name alone may be what is
/// missing, or what something else is about.
pub(crate) fn part_of_note(note: &str) -> Option<YearPart> {
    let (part, rest) = part(note, false)?;
    if !rest.iter().all(|word| OF_PART_NOTES.contains(&word.as_str())) {
        return None;
    }
    let is_from_january = part.way == Way::Part && part.first == 1 && part.months() > 3;
    (part.is_up_to() || is_from_january).then_some(part)
}

/// A text cut into words, and the parts of a year that were found in it.
struct Reader {
    words: Vec<String>,
    /// Whether a word belongs to what was found.
    is_read: Vec<bool>,
    /// Each part with the place behind it.
    parts: Vec<(YearPart, usize)>,
}

/// The part of a year that a text names, and the words of the text that say something else.
pub(super) fn part(text: &str, is_title: bool) -> Option<(YearPart, Vec<String>)> {
    let spaced = spaced(text);
    // Nearly all texts name none.
    if !spaced.split_whitespace().any(may_name_part) || cites_law(&spaced) {
        return None;
    }
    let mut reader = Reader::new(&spaced);
    let is_denied =
        |word: &str| DENIALS.contains(&word) || ELSEWHERE.contains(&word) || word == "vs";
    if spaced.split_whitespace().any(is_denied) {
        return None;
    }
    reader.read(is_title && is_of_figures(text));
    let rest = reader.rest();
    // A text with a figure of its own is about that one.
    if rest.iter().any(|word| word.bytes().any(|byte| byte.is_ascii_digit())) {
        return None;
    }
    Some((reader.whole()?, rest))
}

/// Whether a word may be one of a part of a year.
fn may_name_part(word: &str) -> bool {
    month_by_name(word.as_bytes()).is_some()
        || months_of(word).is_some()
        || quarter_of(word).is_some()
        || ["selama", "bulan"].contains(&word)
        // `01-01-2025`
        || (word.len() == 4 && year(word).is_some())
}

/// The months of a word for a part of a year.
fn months_of(word: &str) -> Option<u32> {
    match word {
        "triwulan" | "triwulanan" | "tw" | "trw" | "twl" | "kuartal" | "quarter" => Some(3),
        "caturwulan" | "cawu" => Some(4),
        "semester" | "smt" | "smtr" => Some(6),
        _ => None,
    }
}

/// The quarter of `Q3`.
fn quarter_of(word: &str) -> Option<u32> {
    let number: u32 = word.strip_prefix('q')?.parse().ok()?;
    (word.len() == 2 && (1..=4).contains(&number)).then_some(number)
}

/// A number that counts parts of a year.
fn number_of(word: &str) -> Option<u32> {
    let mut numbers = (1..).zip(NUMBERS);
    numbers.find(|(_, names)| names.contains(&word)).map(|(number, _)| number)
}

fn year(word: &str) -> Option<i32> {
    let year: i32 = word.parse().ok().filter(|_| word.len() == 4)?;
    (1950..=2100).contains(&year).then_some(year)
}

fn day(word: &str) -> Option<u32> {
    let day: u32 = word.parse().ok().filter(|_| word.len() <= 2)?;
    (1..=31).contains(&day).then_some(day)
}

impl Reader {
    fn new(spaced: &str) -> Self {
        let words: Vec<String> = spaced.split_whitespace().map(str::to_owned).collect();
        let is_numbering = |word: &String| {
            OF_TABLES.contains(&word.as_str()) || (word.len() <= 2 && word.parse::<u32>().is_ok())
        };
        // The number of a table, and not the day of a date.
        let lead = words.iter().take_while(|word| is_numbering(word)).count();
        let is_date = |at: usize| words.get(at).is_some_and(|word| year(word).is_some());
        let is_month = words.get(lead).is_some_and(|word| month_by_name(word.as_bytes()).is_some());
        let lead = if is_month || is_date(lead) { 0 } else { lead };
        let is_read = (0..words.len()).map(|at| at < lead).collect();
        Self { words, is_read, parts: Vec::new() }
    }

    fn word(&self, at: usize) -> &str {
        self.words.get(at).map(String::as_str).unwrap_or_default()
    }

    /// The month and the day of a date or a month at a place, and the place behind it; the year of
    /// a date in numbers is left to be read.
    fn point(&self, at: usize) -> Option<(u32, Option<u32>, usize)> {
        let month = |at: usize| month_by_name(self.word(at).as_bytes());
        if let Some(month) = month(at) {
            return Some((month, None, at + 1));
        }
        let day = day(self.word(at))?;
        if let Some(month) = month(at + 1) {
            return Some((month, Some(day), at + 2));
        }
        let number: u32 = self.word(at + 1).parse().ok().filter(|own| (1..=12).contains(own))?;
        year(self.word(at + 2)).map(|_| (number, Some(day), at + 2))
    }

    /// A word for a part of a year with its number, or numbers, at a place: its first and last
    /// months and the place behind it.
    fn named(&self, at: usize) -> Option<(u32, u32, usize)> {
        if let Some(quarter) = quarter_of(self.word(at)) {
            return Some((quarter * 3 - 2, quarter * 3, at + 1));
        }
        let months = months_of(self.word(at))?;
        let number = |at: usize| {
            let skipped = usize::from(self.word(at) == "ke");
            let number = number_of(self.word(at + skipped))?;
            (number * months <= 12).then_some((number, at + skipped + 1))
        };
        let (first, mut next) = number(at + 1)?;
        let mut last = first;
        while let Some((further, behind)) = self.further(next, months, number) {
            (last, next) = (last.max(further), behind);
        }
        Some((first * months + 1 - months, last * months, next))
    }

    /// The next number of a list: `I, II dan III`, `I s.d. Triwulan III`.
    fn further(
        &self,
        at: usize,
        months: u32,
        number: impl Fn(usize) -> Option<(u32, usize)>,
    ) -> Option<(u32, usize)> {
        let up_to = UP_TO.iter().find(|own| self.stands(own, at)).map_or(0, |own| own.len());
        let joint = usize::from(["dan", "and", "serta"].contains(&self.word(at)));
        let next = at + up_to.max(joint);
        let named = usize::from(months_of(self.word(next)) == Some(months));
        number(next + named)
    }

    fn stands(&self, phrase: &[&str], at: usize) -> bool {
        phrase.iter().enumerate().all(|(own, word)| self.word(at + own) == *word)
    }

    /// The place behind words that say nothing of a period.
    fn behind(&self, at: usize) -> usize {
        let mut at = at;
        while BETWEEN.contains(&self.word(at)) {
            at += 1;
        }
        at
    }

    fn read(&mut self, is_of_figures: bool) {
        let mut at = 0;
        while at < self.words.len() {
            let found = self.up_to(at).or_else(|| self.plain(at, is_of_figures));
            let Some((part, next)) = found else {
                at += 1;
                continue;
            };
            self.is_read.iter_mut().take(next).skip(at).for_each(|own| *own = true);
            let (part, next) = self.with_year(part, next);
            self.add(part, (at, next));
            at = next;
        }
    }

    /// A part that is told by its end, at a place.
    fn up_to(&self, at: usize) -> Option<(YearPart, usize)> {
        let of = |last: u32, next: usize, way: Way| {
            (last > 0).then_some((YearPart { first: 1, last, year: None, way }, next))
        };
        let is_state = STATES.contains(&self.word(at)) && self.word(at + 1) != "bulan";
        let lead = UP_TO.iter().find(|own| self.stands(own, at)).map(|own| own.len());
        if let Some(lead) = lead.or(is_state.then_some(1)) {
            let behind = self.behind(at + lead);
            if let Some((_, last, next)) = self.named(behind).filter(|_| !is_state) {
                return of(last, next, Way::UpTo);
            }
            let (month, day, next) = self.point(behind)?;
            let way = if is_state { Way::State } else { Way::UpTo };
            return of(month - u32::from(day == Some(1)), next, way);
        }
        let is_during = self.word(at) == "selama" && self.word(at + 2) == "bulan";
        let is_first = self.word(at + 1) == "bulan" && self.word(at + 2) == "pertama";
        let (number, next) = if is_during {
            (self.word(at + 1), at + 3)
        } else if is_first {
            (self.word(at), at + 3)
        } else {
            return None;
        };
        of(number.parse().ok().filter(|months| *months <= 12)?, next, Way::UpTo)
    }

    /// A quarter or a month by its name, at a place.
    fn plain(&self, at: usize, is_of_figures: bool) -> Option<(YearPart, usize)> {
        if let Some((first, last, next)) = self.named(at) {
            return Some((YearPart { first, last, year: None, way: Way::Part }, next));
        }
        let (month, day, next) = self.point(at)?;
        let is_led = at.checked_sub(1).is_some_and(|before| self.word(before) == "bulan");
        let is_dated = is_of_figures && year(self.word(next)).is_some();
        let way = match day.is_none() && (is_led || is_dated) {
            true => Way::Month,
            false => Way::Mention,
        };
        Some((YearPart { first: month, last: month, year: None, way }, next))
    }

    /// A part with the year that stands behind it.
    fn with_year(&mut self, part: YearPart, next: usize) -> (YearPart, usize) {
        let mut at = next;
        while OF_YEAR.contains(&self.word(at)) {
            at += 1;
        }
        let Some(year) = year(self.word(at)) else { return (part, next) };
        self.is_read.iter_mut().take(at + 1).skip(next).for_each(|own| *own = true);
        (YearPart { year: Some(year), ..part }, at + 1)
    }

    /// Adds a part; one right behind another goes on with it: `Januari - Juni`.
    fn add(&mut self, part: YearPart, (at, next): (usize, usize)) {
        let last = self.parts.last_mut().filter(|(_, end)| *end == at);
        match last {
            Some((before, end)) if before.is_month() && part.way != Way::Part => {
                let years = before.year.zip(part.year);
                let is_of_two = years.is_some_and(|(before, own)| before != own);
                // From one year to another it is no part of either.
                let first = if is_of_two { part.last + 1 } else { before.first };
                let year = part.year.or(before.year);
                *before = YearPart { first, last: part.last, year, way: Way::Part };
                *end = next;
            }
            _ => self.parts.push((part, next)),
        }
    }

    /// The words that are no part of what was found, without years.
    fn rest(&self) -> Vec<String> {
        let words = self.words.iter().zip(&self.is_read);
        let rest = words.filter(|(word, is_read)| !**is_read && year(word).is_none());
        rest.map(|(word, _)| word.clone()).collect()
    }

    /// All parts as one; none where that is a whole year, or parts of several years.
    fn whole(&self) -> Option<YearPart> {
        let strongest = self.parts.iter().map(|(part, _)| part.way).max()?;
        let parts = || self.parts.iter().map(|(part, _)| part);
        // A date beside a quarter is that of the text.
        let parts = || parts().filter(|part| strongest < Way::Part || part.way >= Way::Part);
        let all: Vec<i32> = self.words.iter().filter_map(|word| year(word)).collect();
        let is_one = all.iter().all(|year| all.first() == Some(year));
        let own = |part: &YearPart| match part.year {
            None if is_one => all.first().copied(),
            year => year,
        };
        let year = own(parts().next()?);
        // Which of several years is meant is not told.
        let is_own = |part: YearPart| own(&part) == year && part.first <= part.last;
        let is_clear = parts().copied().all(is_own) && (is_one || year.is_some());
        let first = parts().map(|part| part.first).min()?;
        let last = parts().map(|part| part.last).max()?;
        let whole = YearPart { first, last, year, way: strongest };
        (is_clear && !whole.is_whole()).then_some(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(part: Option<YearPart>) -> Option<(u32, u32, Option<i32>)> {
        part.map(|part| (part.first, part.last, part.year))
    }

    #[test]
    fn titles_name_parts_of_a_year_in_many_ways() {
        let of = |first: u32, last: u32| Some((first, last, Some(2025)));
        for (title, expected) in [
            ("Laporan Realisasi Anggaran s.d. 30 Juni 2025", of(1, 6)),
            ("LRA Semester I Tahun 2025", of(1, 6)),
            ("LRA per 30 September 2025", of(1, 9)),
            ("Realisasi Pendapatan Triwulan II 2025", of(4, 6)),
            ("Realisasi sampai dengan bulan Juni 2025", of(1, 6)),
            ("Posisi 30 Juni 2025", of(1, 6)),
            ("Keadaan s/d 30-06-2025", of(1, 6)),
            ("Kunjungan Januari s.d. Juni 2025", of(1, 6)),
            ("Penyaluran KUR periode 1 Januari - 30 Juni 2025", of(1, 6)),
            ("Kunjungan bulan Juni 2025", of(6, 6)),
            ("Kunjungan Juni 2025", of(6, 6)),
            ("Kunjungan Tahun 2025 (sampai September)", of(1, 9)),
            ("Kunjungan selama 9 bulan tahun 2025", of(1, 9)),
            ("Tabel 4.2 Kunjungan s.d. Triwulan III 2025", of(1, 9)),
            ("Triwulan I dan II 2025", of(1, 6)),
            ("Kunjungan 2021-2025 (s.d. Juni 2025)", of(1, 6)),
            ("Kunjungan s.d. Juni", Some((1, 6, None))),
        ] {
            assert_eq!(told(part_of_title(title)), expected, "{title}");
        }
    }

    #[test]
    fn whole_years_dates_and_other_texts_name_none() {
        for title in [
            "Kunjungan Januari s.d. Desember 2025",
            "LRA per 31 Desember 2025",
            "Realisasi s.d. Triwulan IV 2025",
            "Realisasi Semester I dan II 2025",
            "Kunjungan Triwulan I s.d. Triwulan IV 2025",
            "Kunjungan Desember 2025",
            "Perda 5 Tahun 2019 tanggal 3 Juni 2019",
            "Dicetak 30 Juni 2025",
            "Perubahan APBD (ditetapkan 30 September 2025)",
            "Baubau, 30 Juni 2025",
            "Kunjungan Juli 2024 s.d. Juni 2025",
            "Kunjungan 2021 sampai 2025",
            "Kunjungan per bulan 2025",
            "Belum termasuk Triwulan IV 2025",
            "Realisasi Januari s.d. Juni 2025: 12.500",
            "Target Triwulan I: 200 ton",
            "Laporan periode s.d. bulan laporan",
            "Per 1 Januari 2025",
        ] {
            assert_eq!(told(part_of_title(title)), None, "{title}");
        }
    }

    #[test]
    fn notes_say_it_plainly() {
        assert!(part_of_note("Catatan: data sampai dengan bulan Juni 2025").is_some());
        assert!(part_of_note("Ket: angka kumulatif Januari s.d. Juni 2025").is_some());
        for note in [
            "Catatan: data Triwulan IV 2025 menyusul",
            "Ket: data bulan Juni dikoreksi",
            "Januari-Juni 2025: 5.200 orang",
            "Sumber: BPS, Januari-Juni 2025",
            "Baubau, 30 Juni 2025",
        ] {
            assert_eq!(part_of_note(note), None, "{note}");
        }
    }
}
