//! A file that was checked and is not loaded: what is read of it, row by row and as a whole.

use crate::error::PublishError;
use crate::feedback::{Feedback, Finding, own_bytes};
use crate::filed_lines::may_be_personal;
use crate::verdict::verdict;
use koridor_contract::personal::HashKey;
use koridor_contract::scrub::Scrubber;
use koridor_contract::{Contract, Project, Rejection};
use koridor_lake::LakeError;
use koridor_lake::engine::Tier;
use koridor_lake::ledger::report::FileReport;
use koridor_lake::load::check::{LakeBefore, check_file};
use koridor_lake::load::landing::LandedFile;
use koridor_lake::load::outcome::FileOutcome;
use koridor_read::check::{CheckSetting, CheckedRows};
use koridor_read::readers::{self, FileReader};
use koridor_read::recognise::Request;
use serde::Serialize;

/// What one part of a file holds: of a workbook with several datasets there is one for each.
pub struct Reading {
    /// The part as a whole.
    pub outcome: FileOutcome,
    /// Its refused rows.
    pub refused: Vec<Refused>,
}

/// A row that is refused.
pub struct Refused {
    /// Its sheet; empty for a file without sheets.
    pub sheet: String,
    /// The cell at fault.
    pub cell: Option<String>,
    /// Why.
    pub rejection: Rejection,
}

/// A reading as a document.
#[derive(Serialize)]
pub struct ReadingDocument {
    file: FileReport,
    rejected: Vec<RefusedDocument>,
    verdict_id: String,
    verdict_en: String,
}

/// A refused row as a document.
#[derive(Serialize)]
struct RefusedDocument {
    sheet: String,
    cell: Option<String>,
    row_number: u64,
    field: Option<String>,
    rule: String,
    value: Option<String>,
    message_id: String,
    message_en: String,
    also: Vec<String>,
}

/// All that is read of a file, with at most so many of the refused rows of each reading. It blocks
/// its thread. With a lake it tells what the file would do to it.
///
/// # Errors
/// Where the file or the lake cannot be read.
pub fn readings(
    setting: &CheckSetting,
    (file, request): (&LandedFile, &Request),
    before: Option<&mut LakeBefore>,
    most: usize,
) -> Result<Vec<Reading>, LakeError> {
    let mut refused: Vec<Vec<Refused>> = Vec::new();
    let mut collect = |part: usize, checked: &CheckedRows| {
        refused.resize_with(refused.len().max(part + 1), Vec::new);
        let own = &mut refused[part];
        let more = checked.rejected.iter().take(most - own.len()).cloned();
        own.extend(more.map(|(cell, rejection)| Refused {
            sheet: checked.sheet.clone(),
            cell,
            rejection,
        }));
    };
    let outcomes = check_file(setting, (file, request), before, &mut collect)?;
    refused.resize_with(outcomes.len(), Vec::new);
    let readings = outcomes.into_iter().zip(refused);
    Ok(readings.map(|(outcome, refused)| Reading { outcome, refused }).collect())
}

/// What goes back to the office: its own cells, with what was found in them.
///
/// # Errors
/// Where the file cannot be read.
pub fn feedback(
    project: &Project,
    key: &HashKey,
    (file, reader): (&LandedFile, &FileReader),
    readings: &[Reading],
) -> Result<Feedback, PublishError> {
    let told = readings.first().map(|own| own.outcome.path.as_str());
    let told_name = told.and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let sheets = readers::cells(reader, &file.path)?.unwrap_or_default();
    let mut feedback = Feedback {
        file_name: told_name.to_owned(),
        original: own_bytes(&file.path, &sheets, reader.budget())?,
        sheets,
        ..Feedback::default()
    };
    for Reading { outcome, refused } in readings {
        if feedback.dataset.is_empty() {
            feedback.dataset = outcome.dataset.clone().unwrap_or_default();
            feedback.source_id = outcome.source_id.clone().unwrap_or_default();
        }
        feedback.add_reading(
            outcome.accepted,
            outcome.rejected,
            &outcome.ignored_by,
            readings.len() > 1,
        );
        feedback.remarks.extend(outcome.message.iter().chain(&outcome.warnings).cloned());
        let dataset = outcome.dataset.as_ref();
        let contract = dataset.and_then(|name| project.datasets.get(name));
        let contract = contract.map(AsRef::as_ref);
        if let Some(contract) = contract {
            feedback.add_titles(contract);
        }
        feedback.findings.extend(refused.iter().flat_map(|refused| refused.finding(contract)));
    }
    feedback.name_sheets(&Scrubber::new(key));
    let datasets: Vec<_> = readings.iter().map(|own| own.outcome.dataset.as_ref()).collect();
    let is_told = |name: &Option<&String>| {
        let contract = name.and_then(|name| project.datasets.get(name));
        contract.is_some_and(|own| Tier::Open.shows_cells(own) && !may_be_personal(own))
    };
    let are_told = datasets.iter().all(is_told);
    feedback.add_lines(&file.path, are_told).map_err(|error| LakeError::io(&file.path, error))?;
    Ok(feedback)
}

impl Reading {
    /// Leaves out what stands in the cells where the tier is not shown it; whether it did.
    /// `asked` is the dataset that a file is said to be of, which holds where it is of none.
    pub fn hide(&mut self, project: &Project, tier: &Tier, asked: Option<&String>) -> bool {
        let dataset = self.outcome.dataset.as_ref().or(asked);
        let contract = dataset.and_then(|name| project.datasets.get(name));
        if contract.is_none_or(|contract| tier.shows_cells(contract)) {
            return false;
        }
        self.outcome.hide_figures();
        let refused = std::mem::take(&mut self.refused).into_iter();
        self.refused = refused
            .map(|own| Refused { rejection: own.rejection.without_cells(), ..own })
            .collect();
        true
    }

    /// As a document.
    pub fn document(&self, project: &Project) -> ReadingDocument {
        let verdict = verdict(project, &self.outcome);
        ReadingDocument {
            file: FileReport::from(&self.outcome),
            rejected: self.refused.iter().map(Refused::document).collect(),
            verdict_id: verdict.id,
            verdict_en: verdict.en,
        }
    }
}

impl Refused {
    fn finding(&self, contract: Option<&Contract>) -> Vec<Finding> {
        let rejection = &self.rejection;
        let finding = Finding {
            sheet: self.sheet.clone(),
            cell: self.cell.clone(),
            row_number: rejection.row_number,
            field: rejection.field.clone().unwrap_or_default(),
            rule: rejection.rule.clone(),
            value: rejection.value.clone().unwrap_or_default(),
            message: rejection.message.clone(),
        };
        finding.with_also(&rejection.also.join("; "), contract)
    }

    fn document(&self) -> RefusedDocument {
        let rejection = &self.rejection;
        RefusedDocument {
            sheet: self.sheet.clone(),
            cell: self.cell.clone(),
            row_number: rejection.row_number,
            field: rejection.field.clone(),
            rule: rejection.rule.clone(),
            value: rejection.value.clone(),
            message_id: rejection.message.id.clone(),
            message_en: rejection.message.en.clone(),
            also: rejection.also.clone(),
        }
    }
}
