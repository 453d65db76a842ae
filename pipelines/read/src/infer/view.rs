//! A sheet as one contract sees it: what each column seems to be, and how well the contract fits.

use super::band::{self, Band};
use super::names::{Match, Names, is_measure, is_place_or_time};
use super::roles::{HeaderValues, Role, SAMPLE_ROWS, header_values, roles};
use crate::layout::is_total;
use crate::layout::unit_names::named_unit;
use crate::layout::units::is_of_another_kind;
use crate::readers::Sheet;
use koridor_contract::codes::CodeMatch;
use koridor_contract::{Field, Project};

/// A sheet as one contract sees it.
pub(super) struct View<'sheet, 'project> {
    pub(super) sheet: &'sheet Sheet,
    pub(super) band: &'sheet Band,
    pub(super) names: &'sheet Names<'project>,
    pub(super) roles: Vec<Role>,
    /// The fields whose values the header holds, besides periods, and the rows of the band they
    /// stand in.
    pub(super) header_values: Vec<HeaderValues>,
    /// The field that takes the cells of unpivoted columns.
    pub(super) value: Option<String>,
    /// What stands above the band, and the sheet's name.
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
        let width = sheet.cells.width();
        let titles = titles(sheet, band);
        let header_values = header_values(band, names, width);
        let roles = roles(sheet, band, names, &header_values);
        let labels: Vec<String> = (0..width).map(|column| band.label(column)).collect();
        let unit =
            labels.iter().find_map(|label| named_unit(label)).or_else(|| named_unit(&titles));
        let texts = format!("{titles} {file_name} {}", labels.join(" "));
        let value = value_field(&roles, names, &texts);
        let is_spoken_of = value.as_ref().is_some_and(|(_, is_spoken_of)| *is_spoken_of);
        let mut view = Self {
            sheet,
            band,
            names,
            roles,
            header_values,
            value: value.map(|(name, _)| name),
            titles,
            score: 0,
            fits: false,
        };
        (view.score, view.fits) = view.assess(is_spoken_of, unit.as_deref());
        view
    }

    /// How well the contract fits: points, and whether it does at all. `is_spoken_of`: titles or
    /// header speak of the field that takes unpivoted cells; `unit` is the one they name.
    fn assess(&self, is_spoken_of: bool, unit: Option<&str>) -> (i64, bool) {
        let contract = self.names.contract;
        let has_unpivoted = self.roles.contains(&Role::Unpivoted);
        let mut score = 0i64;
        let mut told = 0;
        let mut is_measured = false;
        for role in &self.roles {
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
            is_measured |= is_own_measure(contract.own_fields(), name);
        }
        // Regions across may be of any dataset.
        let is_told = |field: &Field| match field.koridor.codes.as_deref() {
            Some(codes) => codes != "region" && (told > 0 || !codes.ends_with("region")),
            None => true,
        };
        let has_values = self.header_values.iter().any(|(_, name)| {
            contract.fields.iter().any(|field| field.name == *name && is_told(field))
        });
        score += if is_spoken_of { 4 } else { 0 } + if has_values { 4 } else { 0 };
        let is_lacking = |field: &&Field| {
            field.constraints.required
                && is_measure(field)
                && !is_given(&self.roles, &field.name)
                && self.value.as_ref() != Some(&field.name)
        };
        let lacking = contract.own_fields().iter().filter(is_lacking).count();
        score -= lacking as i64 * 2;
        // Tonnes are no passengers.
        let wanted = self.value.as_ref().and_then(|name| {
            contract.fields.iter().find(|field| field.name == *name)?.koridor.unit.clone()
        });
        if let (Some(wanted), Some(unit)) = (wanted, unit)
            && is_of_another_kind(unit, &wanted)
        {
            return (score - 6, false);
        }
        let fits = is_measured
            || told >= 2
            || (has_unpivoted && ((told > 0 && lacking == 0) || is_spoken_of || has_values));
        (score, fits)
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

    /// Of a transposed sheet: whether it seems a list of the contract's figures for months or
    /// regions.
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
        self.measures() > 1 && is_placed && !self.roles.contains(&Role::Unpivoted)
    }

    /// Whether the header of columns that run across holds their period.
    pub(super) fn has_periods_across(&self) -> bool {
        self.columns_of(&Role::Unpivoted).iter().any(|column| self.band.has_period(*column))
    }

    /// Columns of a role.
    pub(super) fn columns_of(&self, wanted: &Role) -> Vec<usize> {
        self.roles
            .iter()
            .enumerate()
            .filter(|(_, role)| *role == wanted)
            .map(|(column, _)| column)
            .collect()
    }

    /// The first rows of data.
    pub(super) fn body(&self) -> Vec<usize> {
        let cells = &self.sheet.cells;
        let is_data = |row: &usize| {
            let first = (0..cells.width()).find(|column| !cells.is_blank(*row, *column));
            first.is_some_and(|column| !is_total(cells.text(*row, column)))
        };
        (self.band.below..cells.len()).filter(is_data).take(SAMPLE_ROWS).collect()
    }

    /// Texts of a column in the first rows of data.
    pub(super) fn texts(&self, column: usize) -> Vec<&'sheet str> {
        self.body()
            .into_iter()
            .map(|row| self.sheet.cells.text(row, column).trim())
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// Whether regions stand alone in rows above the rows they hold for.
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

    /// Whether the values of a year's months only rise, as year-to-date figures do.
    pub(super) fn is_rising(&self) -> bool {
        if !self.has_periods_across() {
            return false;
        }
        let unpivoted = self.columns_of(&Role::Unpivoted);
        let cells = &self.sheet.cells;
        let value = |row: usize, column: usize| -> Option<f64> {
            cells.text(row, column).trim().replace(['.', ' '], "").replace(',', ".").parse().ok()
        };
        let rises = |row: &usize| {
            let values: Vec<f64> =
                unpivoted.iter().filter_map(|column| value(*row, *column)).collect();
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

/// What stands above the band, and the sheet's name.
fn titles(sheet: &Sheet, band: &Band) -> String {
    let cells = &sheet.cells;
    let titles: Vec<&str> = (0..band.rows.start)
        .flat_map(|row| (0..cells.width()).map(move |column| cells.text(row, column).trim()))
        .chain(sheet.titles.iter().map(String::as_str))
        .chain([sheet.name.as_str()])
        .filter(|text| !text.is_empty())
        .collect();
    titles.join(" | ")
}

/// The field that takes the cells of unpivoted columns, and whether the texts of the sheet speak of
/// it; else the first figure that no column holds.
fn value_field(roles: &[Role], names: &Names<'_>, texts: &str) -> Option<(String, bool)> {
    if !roles.contains(&Role::Unpivoted) {
        return None;
    }
    let is_free = |field: &&Field| is_measure(field) && !is_given(roles, &field.name);
    let free: Vec<&Field> = names.contract.own_fields().iter().filter(is_free).collect();
    let spoken = free.iter().find(|field| names.speaks_of(texts, &field.name));
    let first = || free.iter().find(|field| field.constraints.required).or(free.first());
    spoken
        .map(|field| (field.name.clone(), true))
        .or_else(|| first().map(|field| (field.name.clone(), false)))
}

/// Whether a column holds a field.
pub(super) fn is_given(roles: &[Role], field: &str) -> bool {
    roles.iter().any(|role| matches!(role, Role::Field(name, _) if name == field))
}

/// Whether a name is that of a required figure.
fn is_own_measure(fields: &[Field], name: &str) -> bool {
    fields.iter().any(|field| field.name == name && is_measure(field) && field.constraints.required)
}
