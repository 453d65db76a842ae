//! The descriptions that fit a file, and the one among them that reads most of its columns.

use super::description::{
    contract_of, gives_office, is_format, named_by, only_office, which_office,
};
use super::file::File;
use super::recognised::Recognised;
use crate::readers::{Refusal, RefusalCode};
use koridor_contract::Source;
use std::cmp::Reverse;
use std::sync::Arc;

/// Points of a description that names the file: more than any number of columns.
const NAMED: usize = 1000;

/// The file by the description that fits best; `None` where none fits. `nearest` becomes the
/// refusal of a description that names the file and does not fit.
///
/// # Errors
/// Where two fit equally well and read the same sheet, or the office is not known.
pub(super) fn recognise(
    file: &File<'_>,
    nearest: &mut Option<Refusal>,
) -> Result<Option<Recognised>, Refusal> {
    let fits = fits(file, nearest)?;
    let Some((score, source)) = fits.first().copied() else { return Ok(None) };
    let contract = contract_of(file.project, source)?;
    // Of two descriptions that fit alike one may say another market, place or unit.
    if let Some((second, other)) = fits.get(1).copied()
        && second == score
        && !other.reads_as(source)
        && contract_of(file.project, other).is_ok_and(|other_contract| {
            file.sheets.are_shared((source, contract), (other, other_contract))
        })
    {
        let (one, other) = (&source.name, &other.name);
        return Err(Refusal::new(
            RefusalCode::AmbiguousLayout,
            format!(
                "berkas cocok dengan {one} dan {other}; sebutkan sumbernya, atau beri uraian yang \
                 dimaksud pola nama berkas (`files`) yang lebih panjang"
            ),
            format!(
                "the file fits {one} and {other}; name its source, or give the description that \
                 is meant a longer pattern of file names (`files`)"
            ),
        ));
    }
    let in_titles = || file.office_in_titles(source, contract);
    let office = file.said.source.clone().or_else(|| only_office(source)).or_else(in_titles);
    if office.is_none() && !gives_office(source) {
        return Err(which_office(source));
    }
    Ok(Some(file.as_described(contract, Arc::clone(source), office)))
}

/// How well a description fits: the columns that it reads, with the points of its name; how much of
/// the name it gives.
type Fit = (usize, usize);

/// The descriptions that fit, the best first.
fn fits<'file>(
    file: &File<'file>,
    nearest: &mut Option<Refusal>,
) -> Result<Vec<(Fit, &'file Arc<Source>)>, Refusal> {
    let lower = file.name.to_lowercase();
    let said = &file.said;
    let is_asked_for = |source: &&Arc<Source>| {
        is_format(source, file.container)
            && !source.draft
            && !source.source_ids.is_empty()
            && said.dataset.as_ref().is_none_or(|dataset| *dataset == source.dataset)
            && said.source.as_ref().is_none_or(|office| source.source_ids.contains(office))
    };
    let mut fits = Vec::new();
    for source in file.project.sources.values().filter(is_asked_for) {
        let contract = contract_of(file.project, source)?;
        if let Some(named) = named_by(source, &lower) {
            match file.sheets.fit(source, contract) {
                Ok(columns) => fits.push(((columns + NAMED, named), source)),
                Err(refusal) => *nearest = Some(refusal),
            }
        } else if !source.named_only
            && let Some(columns) = file.sheets.fits(source, contract)
        {
            fits.push(((columns, 0), source));
        }
    }
    fits.sort_by_key(|(score, _)| Reverse(*score));
    Ok(fits)
}
