//! Units that titles and notes say their table is in.

use super::labels::is_note;
use super::plan_lists::DENIALS;
use super::unit_names::{TIMES, is_unit_of_title};
use super::unit_things::is_by_persons;

/// Words behind which a unit stands.
const LEADS: [&str; 5] = ["satuan", "unit", "dalam", "dlm", "in"];

/// Words by which a note says that something is no part of its table.
const LEFT_OUT: [&str; 8] = [
    "tidak termasuk",
    "belum termasuk",
    "tidak dihitung",
    "tidak mencakup",
    "di luar",
    "diluar",
    "excluding",
    "not included",
];

/// Places outside which something is and is counted all the same.
const PLACES: [&str; 6] = ["negeri", "kota", "daerah", "provinsi", "kabupaten", "pulau"];

/// Words that lead from those to the table.
const WITHIN: [&str; 6] = ["dalam", "di", "pada", "data", "tabel", "in"];

/// Words of a sentence that tells of another unit in which figures once were.
const CONVERTED: [&str; 3] = ["konversi", "convert", "diubah"];

/// The units that a title says its table is in: `(dalam ribu rupiah)`, `TIMBULAN (kg)`, `Satuan:
/// kg`, `dalam juta rupiah`; where it stands alone in its row, also `Penduduk, ribu jiwa` and `Ribu
/// ton`: beside a number a unit is that number's.
pub(super) fn units_in_title(title: &str, is_alone: bool) -> Vec<String> {
    let title = title.trim().to_lowercase();
    let outside = without_brackets(&title);
    // `Total: 1.000 ton` is a figure, and `Kode: 000` a code.
    let is_said = |unit: &&str| has_word(unit) && !holds_figure(unit);
    let parts = segments(&outside);
    let is_number =
        |part: &&str| part.contains(|mark: char| mark.is_ascii_digit()) && !has_word(part);
    let is_alone = is_alone && !parts.iter().any(|part| is_number(part) && !is_year(part));
    let alone = parts.into_iter().filter_map(unit).filter(is_said);
    let mut units = in_brackets(&title);
    // What it was converted to may stand in brackets.
    if !is_converted(&title) {
        units.extend(led_to(&outside));
    }
    units.extend(alone.filter(|_| is_alone).map(str::to_owned));
    units
}

/// The units that a text below a table says in so many words that its figures are in: `Satuan: kg`,
/// `angka dalam ribuan`.
pub(super) fn units_in_note(note: &str) -> Vec<String> {
    let whole = note.trim().to_lowercase();
    let note = without_left_out(&whole);
    let led = || -> Vec<String> { brackets(&note).flat_map(led_to).collect() };
    let mut units = if is_note(&whole) { in_brackets(&note) } else { led() };
    if !is_converted(&note) {
        units.extend(led_to(&without_brackets(&note)));
    }
    // A rate below a table tells how its figures came about.
    units.retain(|unit| !unit.contains('/') && !format!(" {unit}").contains(" per "));
    units
}

/// A note in small letters without what it says is no part of the table: what stands behind `tidak
/// termasuk`, or before it where nothing else is named behind it.
fn without_left_out(note: &str) -> String {
    note.split([';', '\n']).map(kept).collect::<Vec<String>>().join("; ")
}

/// What a sentence says of the table. A unit behind a word that leads to one is the table's.
fn kept(sentence: &str) -> String {
    let found = LEFT_OUT.iter().filter_map(|words| Some((sentence.find(*words)?, *words)));
    let Some((at, words)) = found.min() else { return sentence.to_owned() };
    let before = sentence.get(..at).unwrap_or_default();
    let behind = sentence.get(at + words.len()..).unwrap_or_default();
    let next = behind.split_whitespace().next().unwrap_or_default();
    let next = next.trim_matches(|mark: char| !mark.is_alphanumeric());
    let leads = |part: &str| {
        let mut words = part.split(|mark: char| !mark.is_alphanumeric());
        words.any(|word| LEADS.contains(&word))
    };
    if !next.is_empty() && !WITHIN.contains(&next) {
        let (object, rest) = behind.split_at(behind.find(',').unwrap_or(behind.len()));
        // Visitors from abroad are no part that is left out.
        let is_place = PLACES.contains(&next);
        return if is_place || leads(object) {
            sentence.to_owned()
        } else {
            format!("{before}{rest}")
        };
    }
    // Another part of the sentence speaks of the table.
    let end = before.trim_end().trim_end_matches(',');
    let parted = [end.rfind(','), end.rfind(". ")].into_iter().flatten().max();
    let (other, subject) = end.split_at(parted.unwrap_or(0));
    if leads(subject) { sentence.to_owned() } else { other.to_owned() }
}

/// Whether a label in the cell before says that a unit follows: `Satuan:`.
pub(super) fn leads_to_unit(label: &str) -> bool {
    LEADS.contains(&label.trim().trim_end_matches([':', '=']).trim().to_lowercase().as_str())
}

fn is_year(part: &str) -> bool {
    let part = part.trim();
    part.len() == 4 && part.bytes().all(|mark| mark.is_ascii_digit())
}

/// What stands in brackets.
fn brackets(text: &str) -> impl Iterator<Item = &str> {
    text.split(['(', '[']).skip(1).filter_map(|behind| behind.split([')', ']']).next())
}

/// A text without what stands in brackets.
fn without_brackets(text: &str) -> String {
    let mut pieces = text.split(['(', '[']);
    let mut outside = pieces.next().unwrap_or_default().to_owned();
    for (_, behind) in pieces.filter_map(|piece| piece.split_once([')', ']'])) {
        outside.push(' ');
        outside.push_str(behind);
    }
    outside
}

/// The units that stand in brackets.
fn in_brackets(text: &str) -> Vec<String> {
    let mut units = Vec::new();
    for own in brackets(text) {
        // `(1.000)` alone is a figure, and `(000)` none.
        let is_said = |unit: &&str| has_word(unit) || !holds_figure(unit);
        let alone = segments(own).into_iter().filter_map(unit).filter(is_said);
        units.extend(alone.map(str::to_owned));
        units.extend(led_to(own));
    }
    units
}

/// The units that stand behind a word that leads to one: to the end, or to a comma.
fn led_to(text: &str) -> Vec<String> {
    // Weighed in kilograms and converted: the figures are not in them.
    if is_converted(text) {
        return Vec::new();
    }
    let spaced = text.replace([':', '='], " ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut units = Vec::new();
    for (at, lead) in words.iter().enumerate().filter(|(_, word)| LEADS.contains(*word)) {
        // `bukan dalam ribuan`, `tidak dalam satuan ribu`
        let mut before = words.iter().take(at).rev().skip_while(|word| LEADS.contains(*word));
        if before.next().is_some_and(|word| DENIALS.contains(word)) {
            continue;
        }
        let rest = words.get(at + 1..).unwrap_or_default().join(" ");
        let parts = segments(&rest);
        let first = parts.first().copied().unwrap_or_default();
        let sentence = || first.split_once(". ").and_then(|(sentence, _)| unit(sentence));
        // `Unit 1000` is a name.
        let is_said = |unit: &&str| *lead != "unit" || has_word(unit);
        units.extend(unit(first).or_else(sentence).filter(is_said).map(str::to_owned));
    }
    units
}

/// The parts of a text between commas, dashes and colons; none of them parts a number or a word.
fn segments(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    let mut marks = text.char_indices().peekable();
    while let Some((at, mark)) = marks.next() {
        let after = marks.peek().map(|(_, next)| *next);
        let is_digit = |beside: Option<char>| beside.is_some_and(|own| own.is_ascii_digit());
        let is_end = match mark {
            ';' | '|' | '–' | '—' | '\n' | '\r' => true,
            ',' | ':' => !(is_digit(before) && is_digit(after)),
            '-' => before.is_none_or(char::is_whitespace) || after.is_none_or(char::is_whitespace),
            _ => false,
        };
        if is_end {
            parts.push(text.get(start..at).unwrap_or_default());
            start = at + mark.len_utf8();
        }
        before = Some(mark);
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

/// A phrase that is a unit and nothing else.
fn unit(phrase: &str) -> Option<&str> {
    let phrase = phrase.trim().trim_end_matches('.').trim();
    (is_unit_of_title(phrase) || is_by_persons(phrase)).then_some(phrase)
}

/// Whether a text says that figures were brought into another unit than the one before.
fn is_converted(text: &str) -> bool {
    CONVERTED.iter().any(|word| {
        text.split_once(word).is_some_and(|(_, behind)| {
            let mut words = behind.split_whitespace().take(2);
            words.any(|own| ["ke", "menjadi", "jadi", "to", "into"].contains(&own))
        })
    })
}

fn has_word(unit: &str) -> bool {
    unit.contains('×') || unit.contains(char::is_alphabetic)
}

/// Whether a power of ten is written as a figure that nothing tells to be one: `1.000 ton`.
fn holds_figure(unit: &str) -> bool {
    unit.contains('1') && !unit.contains(TIMES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::unit_names::factor;

    #[test]
    fn a_title_names_its_unit_in_many_ways() {
        for (title, wanted, expected) in [
            ("Satuan: kg", "t", "0.001"),
            ("Satuan:kg", "t", "0.001"),
            ("Unit: kg", "t", "0.001"),
            ("dalam kilogram", "t", "0.001"),
            ("dlm kg", "t", "0.001"),
            ("[kg]", "t", "0.001"),
            ("Catatan: angka dalam kg", "t", "0.001"),
            ("Timbulan sampah, kg", "t", "0.001"),
            ("Timbulan sampah - kg", "t", "0.001"),
            ("Timbulan sampah – kg (sementara)", "t", "0.001"),
            ("Timbulan dalam kg, tahun 2025", "t", "0.001"),
            ("Ribu ton", "t", "1000"),
            ("Timbulan sampah (x1.000 ton)", "t", "1000"),
            ("Timbulan (ton), dalam ribuan", "t", "1000"),
            ("Waste, thousand tons", "t", "1000"),
            ("Penduduk, ribu jiwa", "persons", "1000"),
            ("Penduduk (000 jiwa)", "persons", "1000"),
            ("Penduduk, ribu jiwa, 2024", "persons", "1000"),
            ("Population in thousands", "persons", "1000"),
            ("(x 1000)", "persons", "1000"),
            ("(dalam ribuan)", "persons", "1000"),
            ("Kunjungan, ribu orang", "trips", "1000"),
            ("Kunjungan - ribuan", "trips", "1000"),
            ("dlm ribuan", "trips", "1000"),
            ("dalam ribu unit", "units", "1000"),
            ("Unit: ribu orang", "guests", "1000"),
            ("dalam Rp. 000", "Rp", "1000"),
            ("Angka belum final, dalam kg", "t", "0.001"),
        ] {
            let units = units_in_title(title, true);
            let factors: Vec<_> = units.iter().filter_map(|unit| factor(unit, wanted)).collect();
            assert!(factors.contains(&expected), "{title}: {units:?} {factors:?}");
        }
    }

    #[test]
    fn words_and_figures_of_a_title_are_no_units() {
        for title in [
            "Laporan Januari 2025, Kabupaten Wakatobi",
            "Data Ribuan Pulau",
            "Kunjungan Wisatawan 2024 - Wakatobi",
            "Jumlah ton per bulan",
            "Catatan: 1.000 kg = 1 ton",
            "1 ton = 1.000 kg",
            "Sumber: DLH, 2025",
            "Kabupaten Seribu",
            "Wisatawan dalam negeri",
            "Total: 1.000 ton",
            "Total, 12,000 ton",
            "Bantuan: 5 juta",
            "Kode: 000",
            "Unit 1000",
            "1.000",
            "(1.000)",
            "Ditimbang dalam kg, lalu dikonversi ke ton",
            "Kapasitas TPA - 20 - ton/hari",
            "Sampah ditimbang dalam kg (sudah dikonversi ke ton)",
            "Angka ditulis penuh, bukan dalam ribuan",
            "Tidak dalam satuan ribu",
        ] {
            assert_eq!(units_in_title(title, true), Vec::<String>::new(), "{title}");
        }
        for beside in ["ton/hari", "kg", "ribu", "juta"] {
            assert_eq!(units_in_title(beside, false), Vec::<String>::new(), "{beside}");
        }
        assert!(leads_to_unit("Satuan :") && !leads_to_unit("Kapasitas TPA"));
    }

    #[test]
    fn a_note_below_a_table_tells_a_unit_in_so_many_words() {
        for (note, expected) in [
            ("Satuan: kg", Some("kg")),
            ("Unit: kg", Some("kg")),
            ("Keterangan: angka dalam kg.", Some("kg")),
            ("(dalam ribuan)", Some("ribuan")),
            ("Catatan: timbulan (kg)", Some("kg")),
            ("Catatan: kunjungan kapal pesiar (ribu orang) tidak termasuk", None),
            ("Catatan: kapal pesiar (ribu orang) tidak termasuk dalam tabel", None),
            ("Catatan: tidak termasuk kapal pesiar (ribu orang)", None),
            ("Catatan: di luar kapal pesiar (ribu orang)", None),
            ("Angka dalam ribu orang, tidak termasuk kapal pesiar", Some("ribu orang")),
            ("Angka dalam ribu orang, kapal pesiar tidak termasuk", Some("ribu orang")),
            ("Angka dalam ribuan. Kapal pesiar tidak termasuk", Some("ribuan")),
            ("Tidak termasuk kapal pesiar, angka dalam ribuan", Some("ribuan")),
            ("Tidak termasuk kapal pesiar (dalam ribuan)", Some("ribuan")),
            ("Catatan: wisatawan dari luar dan di luar negeri (ribu orang)", Some("ribu orang")),
            ("Catatan: (ribu orang); kapal pesiar tidak termasuk", Some("ribu orang")),
            ("Timbulan sampah, kg", None),
            ("Ribu ton", None),
            ("Dinas Lingkungan (kg)", None),
            ("Faktor timbulan dalam kg per orang per hari", None),
            ("Ditimbang dalam kg. Data dikonversi menjadi ton", None),
        ] {
            let units = units_in_note(note);
            assert_eq!(units.first().map(String::as_str), expected, "{note}");
        }
    }
}
