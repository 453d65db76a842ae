//! Units that contracts name in English, in both languages.

use koridor_contract::message::Language;

/// English, Bahasa Indonesia.
const UNITS: [(&str, &str); 22] = [
    ("bed-nights", "malam tempat tidur"),
    ("beds", "tempat tidur"),
    ("businesses", "usaha"),
    ("days", "hari"),
    ("debtors", "debitur"),
    ("guest-nights", "malam tamu"),
    ("guests", "tamu"),
    ("kg/cap/day", "kg/orang/hari"),
    ("merchants", "merchant"),
    ("million Rp", "juta Rp"),
    ("nights", "malam"),
    ("per measure", "menurut ukuran"),
    ("persons", "orang"),
    ("respondents", "responden"),
    ("room-nights", "malam kamar"),
    ("rooms", "kamar"),
    ("seats", "kursi"),
    ("t/day", "t/hari"),
    ("transactions", "transaksi"),
    ("trips", "perjalanan"),
    ("units", "unit"),
    ("visits", "kunjungan"),
];

/// A unit in a language; as it stands where no word is known, such as `kg`.
pub(crate) fn unit_word(unit: &str, language: Language) -> &str {
    let known = UNITS.iter().find(|(en, id)| *en == unit || *id == unit);
    known.map_or(unit, |(en, id)| language.pick(id, en))
}

#[cfg(test)]
mod tests {
    use super::unit_word;
    use koridor_contract::Project;
    use koridor_contract::message::Language;
    use koridor_contract::project::{Files, read_project_folder};
    use std::path::Path;

    /// Units that are written alike in both languages.
    const ALIKE: [&str; 7] = ["%", "Rp", "kg", "km2", "m3", "puskesmas", "t"];

    #[test]
    fn each_unit_of_a_contract_has_a_word_in_both_languages() {
        let mut files = Files::new();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        read_project_folder(&repository, &mut files).unwrap();
        let project = Project::from_files(files).unwrap();
        let fields = project.datasets.values().flat_map(|own| &own.fields);
        for unit in fields.filter_map(|own| own.koridor.unit.as_deref()) {
            let said = [Language::Id, Language::En].map(|own| unit_word(unit, own));
            assert!(ALIKE.contains(&unit) || said[0] != said[1], "{unit}");
        }
        assert_eq!(unit_word("trips", Language::Id), "perjalanan");
        assert_eq!(unit_word("juta Rp", Language::En), "million Rp");
    }
}
