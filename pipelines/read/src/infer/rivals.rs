//! Datasets that fit a sheet nearly as well as the one that is drafted, and what tells them apart.

use super::names::{is_measure, is_place_or_time};
use super::roles::Role;
use super::view::{View, is_given};
use koridor_contract::Field;
use koridor_contract::message::Message;
use std::collections::BTreeSet;

/// Points by which a fit may be worse and is told.
const NEAR: i64 = 2;
/// Most fields that are named.
const SHOWN: usize = 5;

/// A dataset that fits nearly as well.
pub(super) struct Rival {
    pub(super) name: String,
    /// What differs, in both languages; nothing where each column is the same field.
    pub(super) differences: Message,
}

/// The rivals of the best view among all, each dataset once.
pub(super) fn rivals(best: &View<'_, '_>, views: &[View<'_, '_>]) -> Vec<Rival> {
    let mut found: Vec<Rival> = Vec::new();
    for view in views {
        let name = &view.names.contract.name;
        let is_known =
            *name == best.names.contract.name || found.iter().any(|own| own.name == *name);
        let fits = view.fits || reads_more(best, view);
        if fits && view.score + NEAR >= best.score && !is_known {
            found.push(Rival { name: name.clone(), differences: differences(best, view) });
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// Whether a view reads figures of a column that the best one has no use for.
fn reads_more(best: &View<'_, '_>, other: &View<'_, '_>) -> bool {
    let is_figure = |name: &str| {
        let mut fields = other.names.contract.fields.iter();
        fields.any(|field| field.name == name && is_measure(field))
    };
    let mut roles = best.roles.iter().zip(&other.roles);
    std::ptr::eq(best.sheet, other.sheet)
        && roles.any(|roles| match roles {
            (Role::Spare, Role::Field(name, _)) => is_figure(name),
            _ => false,
        })
}

/// What two datasets make of a sheet's columns, and which of their required fields it lacks.
fn differences(best: &View<'_, '_>, other: &View<'_, '_>) -> Message {
    let mut parts = Vec::new();
    if std::ptr::eq(best.sheet, other.sheet) {
        let mut told = BTreeSet::new();
        for column in 0..best.roles.len() {
            let fields = (field(best, column), field(other, column));
            // Columns that run across are all of one field.
            if fields.0 != fields.1 && told.insert(fields) {
                let (one, two) = fields;
                parts.push(format!("\"{}\" {one} / {two}", best.band.label(column)));
            }
        }
    }
    let (one, two) = (lacking(best), lacking(other));
    let (mut id, mut en) = (parts.clone(), parts);
    if one != two {
        id.push(format!("kolom wajib yang tidak ada: {one} / {two}"));
        en.push(format!("required and not there: {one} / {two}"));
    }
    Message { id: id.join("; "), en: en.join("; ") }
}

/// The field that a view takes a column for.
fn field<'view>(view: &'view View<'_, '_>, column: usize) -> &'view str {
    match view.roles.get(column) {
        Some(Role::Field(name, _)) => name,
        Some(Role::Unpivoted) => view.value.as_deref().unwrap_or("-"),
        _ => "-",
    }
}

/// The required fields that a sheet does not hold for a view.
fn lacking(view: &View<'_, '_>) -> String {
    let runs_across = view.roles.contains(&Role::Unpivoted);
    let is_lacking = |field: &&Field| {
        field.constraints.required
            && !is_given(&view.roles, &field.name)
            && view.value.as_ref() != Some(&field.name)
            && view.header_values.iter().all(|(_, own)| *own != field.name)
            && !(runs_across && is_place_or_time(field))
    };
    let fields = view.names.contract.own_fields().iter().filter(is_lacking);
    let names: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
    let more = if names.len() > SHOWN { ", ..." } else { "" };
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if names.is_empty() { "-".to_owned() } else { format!("{shown}{more}") }
}
