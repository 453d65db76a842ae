//! What a response of the BPS WebAPI says of itself: which of its rows a description means, and in
//! which unit they are.

use super::description_keys::named_keys;
use super::header_key::header_key;
use super::labels::normalise_pattern;
use super::named_periods::NamedPeriods;
use super::status_words::StatusWords;
use super::title_units::units_in_title;
use crate::readers::bps_webapi::COLUMNS;
use crate::readers::{LineFault, Refusal, RefusalCode, Sheet};
use koridor_contract::codes::{Code, CodeList, CodeLists, CodeMatch, CodeSystem, normalise};
use koridor_contract::source::{Format, LabelPatterns, matches};
use koridor_contract::{RawBatch, RecordRule, Source};
use std::collections::BTreeSet;

/// What BPS calls a catalogue that parts nothing.
const NOT_PARTED: [&str; 5] = ["", "tidak ada", "none", "no", "semua"];

/// What BPS calls the sum of a catalogue's entries.
const TOTALS: [&str; 9] = [
    "jumlah",
    "total",
    "jumlah total",
    "total jumlah",
    "keseluruhan",
    "tahun",
    "tahunan",
    "setahun",
    "annual",
];

/// Words for both sexes together, which leave nobody out.
const BOTH_SEXES: [&str; 4] = [
    "laki laki dan perempuan",
    "laki laki + perempuan",
    "laki laki perempuan",
    "perempuan dan laki laki",
];

/// A response's sheet with the rows that a description means: of its variable, and of a catalogue
/// that it does not name the total alone. A row whose name is not known is named by its code. Any
/// other sheet stays as it is.
///
/// # Errors
/// Where the variable is not the one that is expected, or no total stands among several parts.
pub fn meant_rows(sheet: Sheet, source: &Source, codes: &CodeLists) -> Result<Sheet, Refusal> {
    if source.format != Some(Format::BpsWebapi) {
        return Ok(sheet);
    }
    let named = named_keys(source);
    let is_named = |name: &str| named.contains(&header_key(name));
    let mut response = Response { sheet };
    response.keep_variable(source, is_named("var") || is_named("var_id"))?;
    let words = StatusWords::of(codes);
    if let Some(label) = &source.variable_label {
        response.refuse_other_label(label, words.as_ref())?;
    }
    for catalogue in ["turvar", "turtahun"] {
        if !is_named(catalogue) {
            response.keep_total(catalogue)?;
        }
    }
    if is_named("vervar") || is_named("vervar_id") {
        let regions: Option<&CodeList> = codes.get("region").map(AsRef::as_ref);
        response.refuse_other_level(regions);
        response.name_by_code(regions);
    }
    if let Some(words) = &words {
        response.keep_own_notes(words);
    }
    Ok(response.sheet)
}

/// Place of a column of a response.
fn place(name: &str) -> usize {
    COLUMNS.iter().position(|own| *own == name).unwrap_or_default()
}

/// A response as a sheet: a header, then a row a cell.
struct Response {
    sheet: Sheet,
}

impl Response {
    fn cells(&self) -> &RawBatch {
        &self.sheet.cells
    }

    /// The different texts of a column.
    fn texts(&self, name: &str) -> BTreeSet<&str> {
        let cells = self.cells();
        (1..cells.len()).map(|row| cells.text(row, place(name))).collect()
    }

    /// Keeps rows with a text in a column; the others are left out for a reason.
    fn keep(&mut self, name: &str, reason: &str, is_kept: impl Fn(&str) -> bool) {
        let rows = self.cells().len();
        let cells = self.cells();
        self.sheet.cells = cells.keep_rows(|row| row == 0 || is_kept(cells.text(row, place(name))));
        let left_out = (rows - self.cells().len()) as u64;
        if left_out > 0 {
            *self.sheet.left_out.entry(reason.to_owned()).or_default() += left_out;
        }
    }

    fn keep_variable(&mut self, source: &Source, is_named: bool) -> Result<(), Refusal> {
        if let Some(variable) = source.variable {
            let wanted = variable.to_string();
            self.keep("var_id", "other_variable", |id| id == wanted);
        } else if !is_named && self.texts("var_id").len() > 1 {
            return Err(in_parts("var", &self.texts("var")));
        }
        Ok(())
    }

    /// Refuses a variable whose number is the expected one and whose label is not: numbers are
    /// given anew in each domain, and a label may name a part of what is meant.
    fn refuse_other_label(
        &self,
        label: &LabelPatterns,
        words: Option<&StatusWords<'_>>,
    ) -> Result<(), Refusal> {
        let fitting = |patterns: &[String], text: &str| -> Option<String> {
            let fits = |pattern: &&String| matches(&normalise_pattern(pattern), text);
            patterns.iter().find(fits).cloned()
        };
        for text in self.texts("var") {
            let bare = bare_label(text, words);
            let is_meant =
                [&bare, &normalise(text)].iter().any(|own| fitting(&label.matches, own).is_some());
            match fitting(&label.except, &bare) {
                Some(struck) => return Err(excepted_label(text, &struck)),
                None if !is_meant => return Err(other_label(text, &label.matches)),
                None => {}
            }
        }
        Ok(())
    }

    /// Keeps the rows of a catalogue's total: men and women are no population.
    fn keep_total(&mut self, name: &str) -> Result<(), Refusal> {
        let texts = self.texts(name);
        let is_whole = |text: &str| {
            let normal = normalise(text);
            NOT_PARTED.contains(&normal.as_str())
                || TOTALS.contains(&normal.as_str())
                || (normal.contains("laki") && normal.contains("perempuan"))
        };
        let whole: Vec<&str> = texts.iter().copied().filter(|text| is_whole(text)).collect();
        match whole.as_slice() {
            [one] => {
                let one = (*one).to_owned();
                self.keep(name, "other_part", |text| text == one);
                Ok(())
            }
            _ if texts.is_empty() => Ok(()),
            _ => Err(in_parts(name, &texts)),
        }
    }

    /// Makes rows of districts and villages faults, whose names may be those of regencies, and rows
    /// whose code and name contradict each other.
    fn refuse_other_level(&mut self, regions: Option<&CodeList>) {
        let is_other = |row: &usize| {
            let (id, name) = self.region(*row);
            named_as(regions, id, name) == NamedAs::Another
        };
        let faults: Vec<usize> = (1..self.cells().len()).filter(is_other).collect();
        for row in &faults {
            let (id, name) = self.region(*row);
            let found = format!("{id} {name}");
            let number = self.cells().row_number(*row);
            let fault = LineFault::new(number, RecordRule::OtherLevel, found);
            self.sheet.faults.push(fault);
        }
        self.sheet.cells = self.cells().keep_rows(|row| !faults.contains(&row));
    }

    /// Gives rows whose name is not known and whose code is open to data the code as their name:
    /// they would be left out as places outside.
    fn name_by_code(&mut self, regions: Option<&CodeList>) {
        let code = |own: &Self, row: usize| {
            let (id, name) = own.region(row);
            (named_as(regions, id, name) == NamedAs::Unknown).then(|| id.to_owned())
        };
        self.replace("vervar", code);
    }

    /// Code and name of a row.
    fn region(&self, row: usize) -> (&str, &str) {
        let text = |name| self.cells().text(row, place(name));
        (text("vervar_id"), text("vervar"))
    }

    /// Leaves out of each row's note the lines that tell the status of other years.
    fn keep_own_notes(&mut self, words: &StatusWords<'_>) {
        self.replace("note", |own, row| {
            let text = |name| own.cells().text(row, place(name));
            let year: i32 = text("tahun").parse().ok()?;
            let is_own = |line: &&str| {
                words.find(line).is_none()
                    || NamedPeriods::of(line).is_none_or(|periods| periods.holds(year, None))
            };
            Some(text("note").lines().filter(is_own).collect::<Vec<_>>().join("\n"))
        });
    }

    /// Puts other texts into a column's cells below the header, where there are any.
    fn replace(&mut self, name: &str, other: impl Fn(&Self, usize) -> Option<String>) {
        let at = place(name);
        let own = &*self;
        let cells = own.cells();
        let others: Vec<Option<String>> = (0..cells.len())
            .map(|row| other(own, row).filter(|text| row > 0 && text != cells.text(row, at)))
            .collect();
        if others.iter().all(Option::is_none) {
            return;
        }
        let mut batch = RawBatch::typed(cells.width());
        for (row, other) in others.iter().enumerate() {
            for column in 0..cells.width() {
                let text = other.as_deref().filter(|_| column == at);
                let text = text.unwrap_or_else(|| cells.text(row, column));
                batch.push_cell(text, cells.kind(row, column));
            }
            batch.end_row(cells.row_number(row));
        }
        self.sheet.cells = batch;
    }
}

/// What a row's name is to its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NamedAs {
    /// A name that is read as it is: that of the code, or of a code that tells no region.
    Itself,
    /// No known name, of a code that is open to data.
    Unknown,
    /// A district or a village, or the name of another region.
    Another,
}

fn named_as(regions: Option<&CodeList>, id: &str, name: &str) -> NamedAs {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return NamedAs::Itself;
    }
    if matches!(id.len(), 7 | 10) {
        return NamedAs::Another;
    }
    let Some(regions) = regions else { return NamedAs::Itself };
    let found = match regions.find(name, CodeSystem::Bps) {
        CodeMatch::OtherSystem => regions.find(name, CodeSystem::Kemendagri),
        found => found,
    };
    match found {
        CodeMatch::Known(code) | CodeMatch::Outside(code) if id.len() == 4 && code != id => {
            NamedAs::Another
        }
        CodeMatch::Known(_) | CodeMatch::Outside(_) => NamedAs::Itself,
        _ if !matches!(regions.find(id, CodeSystem::Bps), CodeMatch::Known(_)) => NamedAs::Itself,
        _ if resembles_another(regions, id, name) => NamedAs::Another,
        _ => NamedAs::Unknown,
    }
}

/// Whether a name that is not known resembles that of another region more than that of a code.
fn resembles_another(regions: &CodeList, id: &str, name: &str) -> bool {
    let is_own = |code: &Code| code.code == id;
    let is_other = |code: &Code| code.code != id;
    let is_nearly_own = regions.is_all_but(name, is_own);
    (regions.is_all_but(name, is_other) && !is_nearly_own)
        || (regions.holds_name_of(name, is_other)
            && !regions.holds_name_of(name, is_own)
            && !is_nearly_own)
}

/// A variable's label without what is no part of its name: units and statuses in brackets, and both
/// sexes together.
fn bare_label(label: &str, words: Option<&StatusWords<'_>>) -> String {
    let mut bare = String::new();
    let mut rest = label;
    while let Some((before, (inside, behind))) =
        rest.split_once('(').and_then(|(before, rest)| Some((before, rest.split_once(')')?)))
    {
        let own = format!("({inside})");
        let is_remark = !units_in_title(&own, false).is_empty()
            || words.is_some_and(|words| words.find(inside).is_some());
        bare.push_str(before);
        bare.push_str(if is_remark { " " } else { &own });
        rest = behind;
    }
    bare.push_str(rest);
    let bare = normalise(&bare);
    normalise(&BOTH_SEXES.iter().fold(bare, |bare, both| bare.replace(both, " ")))
}

/// The refusal of a variable that a description leaves out.
fn excepted_label(label: &str, struck: &str) -> Refusal {
    Refusal::new(
        RefusalCode::WebapiVariable,
        format!(
            "variabel WebAPI ini \"{label}\"; uraian sumber tidak menerima label seperti {struck} \
             (`variable_label`, `except`)"
        ),
        format!(
            "the response's variable is \"{label}\"; the description accepts no label like \
             {struck} (`variable_label`, `except`)"
        ),
    )
}

/// The refusal of a variable that a description does not mean.
fn other_label(label: &str, patterns: &[String]) -> Refusal {
    const SHOWN: usize = 6;
    let mut wanted = patterns.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if patterns.len() > SHOWN {
        wanted.push_str(", ...");
    }
    Refusal::new(
        RefusalCode::WebapiVariable,
        format!("variabel WebAPI ini \"{label}\"; uraian sumber mengharapkan: {wanted}"),
        format!("the response's variable is \"{label}\"; the description expects: {wanted}"),
    )
}

/// The refusal of a response in parts that the description does not name, without their total.
fn in_parts(name: &str, texts: &BTreeSet<&str>) -> Refusal {
    const SHOWN: usize = 6;
    let shown = texts.iter().copied().take(SHOWN).collect::<Vec<_>>().join(", ");
    Refusal::new(
        RefusalCode::WebapiParts,
        format!(
            "jawaban WebAPI terbagi menurut `{name}` ({shown}) tanpa jumlahnya; uraian sumber \
             perlu kolom atau `ignore_rows` untuk `{name}`"
        ),
        format!(
            "the response is parted by `{name}` ({shown}) and holds no total of it; the \
             description needs a column or `ignore_rows` for `{name}`"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::{Budget, Container, read_whole};
    use std::collections::BTreeMap;

    fn response(derived: &[&str], cells: &[(u32, u32)]) -> Sheet {
        let derived: Vec<_> = derived
            .iter()
            .enumerate()
            .map(|(id, label)| serde_json::json!({"val": id + 1, "label": label}))
            .collect();
        let content: serde_json::Map<_, _> = cells
            .iter()
            .map(|(part, value)| (format!("740731{part}1240"), (*value).into()))
            .collect();
        let document = serde_json::json!({
            "status": "OK",
            "var": [{"val": 31, "label": "Jumlah Penduduk", "unit": "Jiwa"}],
            "turvar": derived,
            "vervar": [{"val": 7407, "label": "Wakatobi"}],
            "tahun": [{"val": 124, "label": "2024"}],
            "turtahun": [{"val": 0, "label": "Tahun"}],
            "datacontent": content,
        });
        let bytes = document.to_string().into_bytes();
        read_whole(Container::Json, bytes, Budget::default()).unwrap().remove(0)
    }

    fn described() -> Source {
        Source { format: Some(Format::BpsWebapi), variable: Some(31), ..Source::default() }
    }

    #[test]
    fn of_men_women_and_their_total_the_total_is_meant() {
        let sheet = response(&["Laki-laki", "Perempuan", "Jumlah"], &[(1, 60), (2, 59), (3, 119)]);
        let meant = meant_rows(sheet, &described(), &CodeLists::new()).unwrap();
        assert_eq!((meant.cells.len(), meant.cells.text(1, place("value"))), (2, "119"));
        assert_eq!(meant.left_out.get("other_part"), Some(&2));
    }

    #[test]
    fn men_and_women_without_their_total_are_refused() {
        for (parts, cells) in [
            (vec!["Laki-laki", "Perempuan"], vec![(1, 60), (2, 59)]),
            (vec!["Laki-laki"], vec![(1, 60)]),
        ] {
            let sheet = response(&parts, &cells);
            let refusal = meant_rows(sheet, &described(), &CodeLists::new()).unwrap_err();
            assert_eq!(refusal.code, RefusalCode::WebapiParts);
        }
    }

    #[test]
    fn a_variable_with_another_label_is_refused() {
        let label = LabelPatterns {
            matches: vec!["*penduduk*".to_owned()],
            except: vec!["*jumlah*".to_owned()],
        };
        let source = Source { variable_label: Some(label), ..described() };
        let sheet = response(&["Tidak ada"], &[(1, 60)]);
        let refusal = meant_rows(sheet, &source, &CodeLists::new()).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::WebapiVariable);
        let told = "like *jumlah*";
        assert!(refusal.message.en.contains(told), "{}", refusal.message.en);
    }

    #[test]
    fn units_and_both_sexes_are_no_part_of_a_label() {
        for (label, expected) in [
            ("Jumlah Penduduk (Ribu Jiwa)", "jumlah penduduk"),
            ("Jumlah Penduduk (dalam ribuan) 2024", "jumlah penduduk 2024"),
            ("Jumlah Penduduk Laki-laki dan Perempuan", "jumlah penduduk"),
            ("Jumlah Penduduk (Perempuan)", "jumlah penduduk (perempuan)"),
            ("Jumlah Penduduk (", "jumlah penduduk ("),
            ("Kepadatan Penduduk (jiwa/km2)", "kepadatan penduduk (jiwa/km2)"),
        ] {
            assert_eq!(bare_label(label, None), normalise(expected), "{label}");
        }
    }

    fn regions() -> CodeList {
        let row = |code: &str, name: &str, open: &str| -> BTreeMap<String, String> {
            [("code", code), ("name", name), ("open", open)]
                .map(|(column, text)| (column.to_owned(), text.to_owned()))
                .into()
        };
        let rows = [
            row("7401", "Buton", "yes"),
            row("7407", "Wakatobi", "yes"),
            row("7404", "Kolaka", "no"),
            row("7415", "Buton Selatan", "no"),
        ];
        CodeList::new("region", rows).unwrap()
    }

    #[test]
    fn a_code_that_is_open_is_read_whatever_its_name_is() {
        let regions = regions();
        for (id, name, expected) in [
            ("7407", "Wakatobi", NamedAs::Itself),
            ("7407", "Kepulauan Tukang Besi", NamedAs::Unknown),
            ("7407", "", NamedAs::Unknown),
            ("7407", "Wakatobbi", NamedAs::Unknown),
            ("7401", "Kab. Buton (induk)", NamedAs::Unknown),
            ("7407", "Kolaka", NamedAs::Another),
            ("7407", "Kolakka", NamedAs::Another),
            ("7407", "Kolaka dan sekitarnya", NamedAs::Another),
            ("7404", "Wakatobi", NamedAs::Another),
            ("7404", "Kolaka", NamedAs::Itself),
            ("7404", "Kolaka Raya", NamedAs::Itself),
            ("9999", "Indonesia", NamedAs::Itself),
            ("7407010", "Binongko", NamedAs::Another),
            ("2", "Wakatobi", NamedAs::Itself),
        ] {
            assert_eq!(named_as(Some(&regions), id, name), expected, "{id} {name}");
        }
    }

    #[test]
    fn a_row_without_a_known_name_is_named_by_its_code() {
        let mut sheet = response(&["Tidak ada"], &[(1, 60)]);
        let mut cells = RawBatch::typed(COLUMNS.len());
        for row in 0..sheet.cells.len() {
            for column in 0..COLUMNS.len() {
                let is_name = row == 1 && column == place("vervar");
                let own = sheet.cells.text(row, column);
                let text = if is_name { "Tukang Besi" } else { own };
                cells.push_cell(text, sheet.cells.kind(row, column));
            }
            cells.end_row(sheet.cells.row_number(row));
        }
        sheet.cells = cells;
        let column = serde_json::from_str(r#"{"field": "region_code", "header": ["vervar"]}"#);
        let source = Source { columns: vec![column.unwrap()], ..described() };
        let codes = CodeLists::from([("region".to_owned(), std::sync::Arc::new(regions()))]);
        let meant = meant_rows(sheet, &source, &codes).unwrap();
        assert_eq!(meant.cells.text(1, place("vervar")), "7407");
        assert!(meant.faults.is_empty());
    }
}
