//! Titles with their unit at their end.

use super::unit_names::is_unit;

/// A title without the unit that stands in brackets at its end.
pub(super) fn without_unit_behind(title: &str) -> &str {
    let parts = title.trim().strip_suffix(')').and_then(|text| text.rsplit_once('('));
    match parts {
        Some((before, unit)) if is_unit(&unit.trim().to_lowercase()) => before,
        _ => title,
    }
}
