//! A sheet seen with the eyes of one contract: what each column seems to be, and how well the contract fits.

use super::band::{self, Band, is_period, year_in};
use super::names::{Match, Names, is_measure, is_place_or_time};
use crate::layout::is_total;
use crate::layout::units::{self, unit_of, without_unit};
use crate::project::Project;
use crate::readers::Sheet;
use koridor_contract::codes::{CodeMatch, normalise};
use koridor_contract::date::{self, DateFormat};
use koridor_contract::number::{self, NumberFormat};
use koridor_contract::{CellKind, Field};
use std::collections::{BTreeMap, BTreeSet};

/// Rows that tell how cells are written.
const SAMPLE_ROWS: usize = 400;
/// Header words of one field's values that make columns run across.
const ACROSS_WORDS: usize = 3;

/// What a column of a sheet seems to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    Field(String, Match),
    /// Its header is a month, a year or a word of a field's values.
    Across,
    Total,
    Spare,
}

/// A sheet seen with the eyes of one contract.
pub(super) struct View<'sheet, 'project> {
    pub(super) sheet: &'sheet Sheet,
    pub(super) band: &'sheet Band,
    pub(super) names: &'sheet Names<'project>,
    pub(super) roles: Vec<Role>,
    /// The field whose values run across, besides periods, and the row of the band they stand in.
    pub(super) words: Option<(usize, String)>,
    /// The field that takes cells that run across.
    pub(super) value: Option<String>,
    pub(super) titles: String,
    pub(super) score: i64,
    pub(super) fits: bool,
}

impl<'sheet, 'project> View<'sheet, 'project> {
    pub(super) fn new(
        sheet: &'sheet Sheet,
        band: &'sheet Band,
        names: &'sheet Names<'project>,
        file_name: &str,
    ) -> Self {
        let contract = names.contract;
        let cells = &sheet.cells;
        let width = cells.width();
        let titles: Vec<&str> = (0..band.rows.start)
            .flat_map(|row| (0..width).map(move |column| cells.text(row, column).trim()))
            .chain(sheet.titles.iter().map(String::as_str))
            .chain([sheet.name.as_str()])
            .filter(|text| !text.is_empty())
            .collect();
        let titles = titles.join(" | ");
        let periods: Vec<usize> = (0..width)
            .filter(|column| (0..band.rows.len()).any(|row| is_period(band.part(*column, row))))
            .collect();
        let words = across_words(band, names, width);
        let mut roles: Vec<Role> = (0..width)
            .map(|column| {
                let label = band.label(column);
                if label.is_empty() {
                    return Role::Spare;
                }
                if (0..band.rows.len()).any(|row| {
                    is_total(band.part(column, row))
                        && normalise(band.part(column, row)).split(' ').count() < 2
                }) || normalise(band.lowest(column)) == "tahunan"
                {
                    return Role::Total;
                }
                let is_word = words.as_ref().is_some_and(|(row, field)| {
                    let field = contract.fields.iter().find(|own| own.name == *field);
                    field.is_some_and(|field| names.value(field, band.part(column, *row)).is_some())
                });
                if is_word || (periods.len() > 1 && periods.contains(&column)) {
                    return Role::Across;
                }
                let found = names.field(&label).or_else(|| names.field(band.lowest(column)));
                found.map_or(Role::Spare, |(field, how)| Role::Field(field.to_owned(), how))
            })
            .collect();
        keep_best(&mut roles, band);
        name_months(&mut roles, sheet, band, names);
        name_labels(&mut roles, sheet, band, names);
        let measures: Vec<&Field> =
            contract.own_fields().iter().filter(|field| is_measure(field)).collect();
        let measured_in =
            (0..width).find_map(|column| unit_of(&band.label(column))).or_else(|| unit_of(&titles));
        let own_titles = format!(
            "{titles} {file_name} {}",
            (0..width).map(|column| band.label(column)).collect::<Vec<_>>().join(" ")
        );
        let is_free = |field: &&&Field| {
            !roles.iter().any(|role| matches!(role, Role::Field(name, _) if *name == field.name))
        };
        let has_across = roles.contains(&Role::Across);
        let spoken =
            measures.iter().filter(is_free).find(|field| names.speaks_of(&own_titles, &field.name));
        let first = measures
            .iter()
            .filter(is_free)
            .find(|field| field.constraints.required)
            .or_else(|| measures.iter().find(is_free));
        let value = spoken.or(first).filter(|_| has_across).map(|field| field.name.clone());
        let mut score = 0i64;
        let mut told = 0;
        for role in &roles {
            let Role::Field(name, how) = role else { continue };
            let Some(field) = contract.fields.iter().find(|field| field.name == *name) else {
                continue;
            };
            let points = match (is_place_or_time(field) || field.name == "name", is_measure(field))
            {
                (true, _) => 1,
                (false, true) => 4,
                (false, false) => 3,
            };
            score += if *how == Match::Whole { points } else { points / 2 };
            told += usize::from(points > 1);
        }
        let measured = roles.iter().any(
            |role| matches!(role, Role::Field(name, _) if measures.iter().any(|field| field.name == *name && field.constraints.required)),
        );
        score += if spoken.is_some() && has_across { 4 } else { 0 }
            + if words.is_some() { 4 } else { 0 };
        let given = |field: &Field| {
            roles.iter().any(|role| matches!(role, Role::Field(name, _) if *name == field.name))
                || value.as_ref() == Some(&field.name)
        };
        let lacking = contract
            .own_fields()
            .iter()
            .filter(|field| field.constraints.required && !given(field));
        let lacking = lacking.filter(|field| is_measure(field)).count();
        score -= lacking as i64 * 2;
        // Tonnes are no passengers.
        let unit = value.as_ref().and_then(|name| {
            contract.fields.iter().find(|field| field.name == *name)?.koridor.unit.clone()
        });
        if let (Some(unit), Some(measured_in)) = (unit, measured_in)
            && units::is_of_another_kind(&measured_in, &unit)
        {
            return Self {
                sheet,
                band,
                names,
                roles,
                words,
                value,
                titles,
                score: score - 6,
                fits: false,
            };
        }
        let fits = measured
            || told >= 2
            || (has_across && ((told > 0 && lacking == 0) || spoken.is_some() || words.is_some()));
        Self { sheet, band, names, roles, words, value, titles, score, fits }
    }

    /// Columns that are figures of the contract.
    pub(super) fn measures(&self) -> usize {
        let is_figure = |name: &String| {
            self.names.contract.fields.iter().any(|field| field.name == *name && is_measure(field))
        };
        self.roles
            .iter()
            .filter(|role| matches!(role, Role::Field(name, _) if is_figure(name)))
            .count()
    }

    /// Of a turned sheet: whether it seems a list of the contract's figures for months or regions.
    pub(super) fn lists_figures(&self) -> bool {
        let is_where = |name: &String| {
            self.names
                .contract
                .fields
                .iter()
                .any(|field| field.name == *name && is_place_or_time(field))
        };
        let is_placed =
            self.roles.iter().any(|role| matches!(role, Role::Field(name, _) if is_where(name)));
        self.measures() > 1 && is_placed && !self.roles.contains(&Role::Across)
    }

    pub(super) fn columns_of(&self, wanted: &Role) -> Vec<usize> {
        self.roles
            .iter()
            .enumerate()
            .filter(|(_, role)| *role == wanted)
            .map(|(column, _)| column)
            .collect()
    }

    pub(super) fn body(&self) -> Vec<usize> {
        let cells = &self.sheet.cells;
        let is_data = |row: &usize| {
            let first = (0..cells.width()).find(|column| !cells.is_blank(*row, *column));
            first.is_some_and(|column| !is_total(cells.text(*row, column)))
        };
        (self.band.below..cells.len()).filter(is_data).take(SAMPLE_ROWS).collect()
    }

    pub(super) fn texts(&self, column: usize) -> Vec<&'sheet str> {
        self.body()
            .into_iter()
            .map(|row| self.sheet.cells.text(row, column).trim())
            .filter(|text| !text.is_empty())
            .collect()
    }

    pub(super) fn section_of_regions(&self, project: &Project) -> bool {
        let cells = &self.sheet.cells;
        let Some(list) = project.codes.get("region") else { return false };
        (self.band.below..cells.len()).any(|row| match band::filled(cells, row).as_slice() {
            [only] => matches!(
                list.find(cells.text(row, *only).trim(), Default::default()),
                CodeMatch::Known(_) | CodeMatch::Outside(_)
            ),
            _ => false,
        })
    }

    /// The number format that reads all number-like texts of the columns that hold numbers; none where cells are typed or nothing tells.
    pub(super) fn numbers(&self) -> Option<&'static str> {
        let cells = &self.sheet.cells;
        let is_number_column = |column: usize| match self.roles.get(column) {
            Some(Role::Field(name, _)) => self
                .names
                .contract
                .fields
                .iter()
                .any(|field| field.name == *name && is_measure(field)),
            Some(Role::Across) => true,
            _ => false,
        };
        let body = self.body();
        let texts: Vec<&str> = (0..cells.width())
            .filter(|column| is_number_column(*column))
            .flat_map(|column| {
                body.iter()
                    .filter(move |row| cells.kind(**row, column) == CellKind::Text)
                    .map(move |row| cells.text(*row, column).trim())
            })
            .filter(|text| {
                text.contains(|mark: char| mark.is_ascii_digit()) && text.contains(['.', ',', ' '])
            })
            .collect();
        if texts.is_empty() {
            return None;
        }
        let reads = |format| {
            texts
                .iter()
                .filter(|text| number::parse_decimal(text.as_bytes(), format, 6).is_ok())
                .count()
        };
        let (id, en, plain, space) = (
            reads(NumberFormat::Id),
            reads(NumberFormat::En),
            reads(NumberFormat::Plain),
            reads(NumberFormat::Space),
        );
        let most = id.max(en).max(plain).max(space);
        // Numbers that all have three digits behind a dot are groups: Indonesian offices write them so.
        let grouped =
            texts.iter().all(|text| text.rsplit_once('.').is_some_and(|(_, tail)| tail.len() == 3));
        Some(match () {
            () if most < texts.len() => "auto",
            () if plain == most && !grouped => "plain",
            () if id == most => "id",
            () if en == most => "en",
            () if space == most => "space",
            () => "plain",
        })
    }

    /// Whether the values of a year's months only rise, as counts from January on do.
    pub(super) fn is_rising(&self) -> bool {
        let across = self.columns_of(&Role::Across);
        let cells = &self.sheet.cells;
        let value = |row: usize, column: usize| -> Option<f64> {
            cells.text(row, column).trim().replace(['.', ' '], "").replace(',', ".").parse().ok()
        };
        let rises = |row: &usize| {
            let values: Vec<f64> =
                across.iter().filter_map(|column| value(*row, *column)).collect();
            (
                values.len() >= 6,
                values.windows(2).all(|pair| matches!(pair, [before, after] if before <= after))
                    && values.first() != values.last(),
            )
        };
        let told: Vec<bool> = self
            .body()
            .iter()
            .map(rises)
            .filter(|(enough, _)| *enough)
            .map(|(_, rises)| rises)
            .collect();
        !told.is_empty() && told.iter().all(|rises| *rises)
    }
}

/// Keeps one column a field: the one with the whole name, else the first; a year beside a month stays to be joined.
fn keep_best(roles: &mut [Role], band: &Band) {
    let mut best: BTreeMap<String, (Match, bool, usize)> = BTreeMap::new();
    for (column, role) in roles.iter().enumerate() {
        let Role::Field(name, how) = role else { continue };
        // A label that names the year is the weaker for a month.
        let label = normalise(without_unit(&band.label(column)));
        let is_strong = !matches!(label.as_str(), "tahun" | "year");
        let candidate = (*how, is_strong, column);
        let better =
            best.get(name).is_none_or(|(other, strong, _)| (*how, is_strong) > (*other, *strong));
        if better {
            best.insert(name.clone(), candidate);
        }
    }
    for (column, role) in roles.iter_mut().enumerate() {
        if let Role::Field(name, _) = role
            && best.get(name).is_some_and(|(_, _, kept)| *kept != column)
        {
            *role = Role::Spare;
        }
    }
}

/// In a list of fields the months, or the regions, stand beside the word for its rows, such as `Uraian`.
fn name_months(roles: &mut [Role], sheet: &Sheet, band: &Band, names: &Names<'_>) {
    if !sheet.addresses.is_turned() || roles.contains(&Role::Across) {
        return;
    }
    let cells = &sheet.cells;
    let regions = names.project.codes.get("region");
    let is_region = |text: &str| {
        regions.is_some_and(|list| {
            matches!(
                list.find(text, Default::default()),
                CodeMatch::Known(_) | CodeMatch::Outside(_)
            )
        })
    };
    for field in names
        .contract
        .own_fields()
        .iter()
        .filter(|field| field.koridor.month || field.koridor.codes.as_deref() == Some("region"))
    {
        let is_given =
            roles.iter().any(|role| matches!(role, Role::Field(name, _) if *name == field.name));
        let all_are = |column: usize, is_one: &dyn Fn(&str) -> bool| {
            let texts = (band.below..cells.len()).map(|row| cells.text(row, column).trim());
            let texts: Vec<&str> =
                texts.filter(|text| !text.is_empty() && !is_total(text)).collect();
            !texts.is_empty() && texts.iter().all(|text| is_one(text))
        };
        let find = |is_one: &dyn Fn(&str) -> bool| {
            (0..roles.len()).find(|column| !is_given && all_are(*column, is_one))
        };
        // Months before the year that may stand above them.
        let place = if field.koridor.month {
            find(&band::is_month).or_else(|| find(&is_period))
        } else {
            find(&is_region)
        };
        if let Some(role) = place.and_then(|column| roles.get_mut(column)) {
            *role = Role::Field(field.name.clone(), Match::Words);
        }
    }
}

/// The column that names the rows of a table whose values run across is the place that the contract requires, whatever its header says.
fn name_labels(roles: &mut [Role], sheet: &Sheet, band: &Band, names: &Names<'_>) {
    if !roles.contains(&Role::Across) {
        return;
    }
    let is_given =
        |name: &str| roles.iter().any(|role| matches!(role, Role::Field(own, _) if own == name));
    let is_place = |field: &&Field| {
        field.constraints.required
            && matches!(field.koridor.codes.as_deref(), Some("region" | "point" | "route"))
    };
    let Some(place) =
        names.contract.own_fields().iter().find(is_place).filter(|field| !is_given(&field.name))
    else {
        return;
    };
    let cells = &sheet.cells;
    let is_text = |column: usize| {
        let filled: Vec<usize> = (band.below..cells.len())
            .filter(|row| !cells.is_blank(*row, column))
            .take(SAMPLE_ROWS)
            .collect();
        let letters = filled
            .iter()
            .filter(|row| cells.text(**row, column).contains(char::is_alphabetic))
            .count();
        !filled.is_empty() && letters * 2 > filled.len()
    };
    if let Some(column) = (0..roles.len()).find(|column| {
        roles.get(*column) == Some(&Role::Spare)
            && !band.label(*column).is_empty()
            && is_text(*column)
    }) && let Some(role) = roles.get_mut(column)
    {
        *role = Role::Field(place.name.clone(), Match::Words);
    }
}

/// The row of the band in which words of one field's values run across, such as components or directions.
fn across_words(band: &Band, names: &Names<'_>, width: usize) -> Option<(usize, String)> {
    let mut best: Option<(usize, usize, String)> = None;
    for row in 0..band.rows.len() {
        for field in names.contract.own_fields().iter().filter(|field| is_listed(field)) {
            let found: BTreeSet<String> = (0..width)
                .filter_map(|column| names.value(field, band.part(column, row)))
                .collect();
            let least = if band.rows.len() > 1 { 2 } else { ACROSS_WORDS };
            if found.len() >= least && best.as_ref().is_none_or(|(most, ..)| found.len() > *most) {
                best = Some((found.len(), row, field.name.clone()));
            }
        }
    }
    best.map(|(_, row, field)| (row, field))
}

/// Whether a field has a list of values that a header may name, besides places and offices.
fn is_listed(field: &Field) -> bool {
    field.constraints.allowed.is_some()
        || !matches!(
            field.koridor.codes.as_deref(),
            None | Some("region" | "point" | "source" | "kbli" | "facility")
        )
}

/// The one region of the corridor that a text names.
pub(super) fn region_in<'list>(
    text: &str,
    list: &'list koridor_contract::codes::CodeList,
) -> Option<(String, &'list str)> {
    let words: Vec<String> = normalise(text)
        .split([' ', '|'])
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let mut found: BTreeMap<&str, String> = BTreeMap::new();
    let mut at = 0;
    while at < words.len() {
        // The longest name first: "Buton Selatan" is not Buton.
        let hit = (1..=4.min(words.len() - at)).rev().find_map(|length| {
            let phrase = words.get(at..at + length)?.join(" ");
            match list.find(&phrase, Default::default()) {
                CodeMatch::Known(code) => Some((length, Some((code, phrase)))),
                CodeMatch::Outside(_) => Some((length, None)),
                _ => None,
            }
        });
        let (length, known) = hit.unwrap_or((1, None));
        if let Some((code, phrase)) = known {
            found.insert(code, phrase);
        }
        at += length;
    }
    match found.into_iter().collect::<Vec<_>>().as_slice() {
        [(code, phrase)] => Some((phrase.clone(), code)),
        _ => None,
    }
}

pub(super) fn has_year(text: &str) -> bool {
    year_in(text).is_some()
        || (date::parse_month(text.as_bytes(), DateFormat::Dmy).is_some()
            && text.contains(|mark: char| mark.is_ascii_digit()))
}
