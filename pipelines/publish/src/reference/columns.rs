//! The columns of a contract, one row each.

use super::markdown::{both, code, code_link, codes, text};
use koridor_contract::contract::Constraints;
use koridor_contract::{Contract, Field, FieldType};

/// Heads of the table of columns.
pub(super) const HEAD: [&str; 7] = [
    "Kolom / Column",
    "Judul / Title",
    "Jenis / Type",
    "Satuan / Unit",
    "Wajib / Required",
    "Nilai / Values",
    "Arti / Meaning",
];

/// A column of a contract.
pub(super) fn row(contract: &Contract, field: &Field) -> [String; 7] {
    let is_key = contract.primary_key.contains(&field.name);
    let key = if is_key { " (kunci / key)" } else { "" };
    [
        format!("{}{key}", code(&field.name)),
        both(&field.title, &field.koridor.title_en),
        kind(field),
        text(field.koridor.unit.as_deref().unwrap_or_default()),
        if field.constraints.required { "ya / yes" } else { "" }.to_owned(),
        values(field),
        meaning(field),
    ]
}

fn kind(field: &Field) -> String {
    match field.field_type {
        FieldType::String => "teks / text".to_owned(),
        FieldType::Integer => "bilangan bulat / integer".to_owned(),
        FieldType::Number => {
            let (precision, scale) = field.decimal();
            format!("desimal / decimal ({precision}, {scale})")
        }
        FieldType::Boolean => "ya atau tidak / boolean".to_owned(),
        FieldType::Date if field.koridor.month => "bulan / month".to_owned(),
        FieldType::Date => "tanggal / date".to_owned(),
        FieldType::Datetime => "waktu setempat / local time".to_owned(),
        FieldType::Year => "tahun / year".to_owned(),
    }
}

/// Which values are accepted.
fn values(field: &Field) -> String {
    let Constraints { allowed, pattern, .. } = &field.constraints;
    let mut said = Vec::new();
    if let Some(list) = &field.koridor.codes {
        said.push(format!("kode / code: {}", code_link(list, &format!("../codes/{list}.md"))));
    }
    if let Some(allowed) = allowed {
        said.push(codes(allowed.iter().map(String::as_str)));
    }
    said.extend(range(&field.constraints));
    said.extend(length(&field.constraints));
    if let Some(pattern) = pattern {
        said.push(format!("bentuk / pattern {}", code(pattern.as_str())));
    }
    if field.koridor.not_in_future {
        said.push("tidak di masa depan / not in the future".to_owned());
    }
    said.join("; ")
}

fn range(constraints: &Constraints) -> Option<String> {
    let bound = |bound: &Option<serde_json::Value>| {
        bound.as_ref().map(|bound| text(bound.to_string().trim_matches('"')))
    };
    match (bound(&constraints.minimum), bound(&constraints.maximum)) {
        (Some(low), Some(high)) => Some(format!("{low} – {high}")),
        (Some(low), None) => Some(format!("≥ {low}")),
        (None, Some(high)) => Some(format!("≤ {high}")),
        (None, None) => None,
    }
}

fn length(constraints: &Constraints) -> Option<String> {
    let Constraints { min_length, max_length, .. } = constraints;
    let length = match (min_length, max_length) {
        (Some(least), Some(most)) if least == most => least.to_string(),
        (Some(least), Some(most)) => format!("{least} – {most}"),
        (Some(least), None) => format!("≥ {least}"),
        (None, Some(most)) => format!("≤ {most}"),
        (None, None) => return None,
    };
    Some(format!("{length} karakter / characters"))
}

/// What a column holds, and what is special about it.
fn meaning(field: &Field) -> String {
    let mut said = vec![text(&field.description)];
    let own = &field.koridor;
    if own.personal {
        said.push(
            "**data pribadi / personal**: disimpan sebagai hash, ditampilkan tersamar / \
                   stored as a keyed hash, shown masked"
                .to_owned(),
        );
    }
    if let Some(magnitude) = &own.magnitude {
        let units = magnitude.units().map(|(factor, unit)| format!("{} (×{factor})", text(unit)));
        said.push(format!(
            "sering tertukar dengan / taken for {}: `{}`",
            units.collect::<Vec<_>>().join(", "),
            magnitude.at_load.as_str()
        ));
    }
    if own.publish {
        said.push("diterbitkan / published".to_owned());
    }
    if own.may_pause {
        said.push("kelas yang boleh jeda / a class that may pause".to_owned());
    }
    said.retain(|part| !part.is_empty());
    said.join("; ").replace(".; ", ". ")
}
