//! What a response of the BPS WebAPI says of itself: which of its rows a description means, and in
//! which unit they are.

use super::description_keys::named_keys;
use super::header_key::header_key;
use super::labels::normalise_pattern;
use crate::readers::bps_webapi::COLUMNS;
use crate::readers::{LineFault, Refusal, RefusalCode, Sheet};
use koridor_contract::codes::{CodeLists, CodeMatch, CodeSystem, normalise};
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

/// A response's sheet with the rows that a description means: of its variable, and of a catalogue
/// that it does not name the total alone. Any other sheet stays as it is.
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
    if let Some(label) = &source.variable_label {
        response.refuse_other_label(label)?;
    }
    for catalogue in ["turvar", "turtahun"] {
        if !is_named(catalogue) {
            response.keep_total(catalogue)?;
        }
    }
    if is_named("vervar") || is_named("vervar_id") {
        response.refuse_other_level(codes);
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
    /// given anew in each domain.
    fn refuse_other_label(&self, label: &LabelPatterns) -> Result<(), Refusal> {
        let fits = |patterns: &[String], text: &str| {
            patterns.iter().any(|pattern| matches(&normalise_pattern(pattern), text))
        };
        let is_other = |text: &&&str| {
            let normal = normalise(text);
            !fits(&label.matches, &normal) || fits(&label.except, &normal)
        };
        let labels = self.texts("var");
        let Some(other) = labels.iter().find(is_other) else { return Ok(()) };
        let wanted = label.matches.join(", ");
        Err(Refusal::new(
            RefusalCode::WebapiVariable,
            format!("variabel WebAPI ini \"{other}\"; uraian sumber mengharapkan: {wanted}"),
            format!("the response's variable is \"{other}\"; the description expects: {wanted}"),
        ))
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

    /// Makes rows of districts and villages faults: their names may be those of regencies.
    fn refuse_other_level(&mut self, codes: &CodeLists) {
        let regions = codes.get("region");
        let is_other = |row: usize| {
            let id = self.cells().text(row, place("vervar_id"));
            let is_code = id.bytes().all(|byte| byte.is_ascii_digit());
            let found = regions
                .map(|list| list.find(self.cells().text(row, place("vervar")), CodeSystem::Bps));
            let code = match found {
                Some(CodeMatch::Known(code) | CodeMatch::Outside(code)) => Some(code),
                _ => None,
            };
            is_code
                && (matches!(id.len(), 7 | 10)
                    || (id.len() == 4 && code.is_some_and(|code| code != id)))
        };
        let faults: Vec<usize> = (1..self.cells().len()).filter(|row| is_other(*row)).collect();
        for row in &faults {
            let text = |name| self.cells().text(*row, place(name));
            let found = format!("{} {}", text("vervar_id"), text("vervar"));
            let number = self.cells().row_number(*row);
            let fault = LineFault::new(number, RecordRule::OtherLevel, found);
            self.sheet.faults.push(fault);
        }
        self.sheet.cells = self.cells().keep_rows(|row| !faults.contains(&row));
    }
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
    }
}
