//! What the flags of values mean, in words: the code list `flag`.

use koridor_contract::Project;

/// A flag with its meaning in Bahasa Indonesia and in English.
pub struct FlagMeaning {
    /// Name of the flag.
    pub name: String,
    /// Meaning in Bahasa Indonesia.
    pub id: String,
    /// Meaning in English.
    pub en: String,
}

/// The meanings of the flags in a text such as `blank_as_zero, missing_points: 1`, each once.
/// A flag that has no meaning in the project is left out.
pub fn meanings(project: &Project, flags: &str) -> Vec<FlagMeaning> {
    let Some(list) = project.codes.get("flag") else { return Vec::new() };
    let mut found: Vec<FlagMeaning> = Vec::new();
    for word in flags.split([',', ':', ' ', '(', ')', '/']) {
        let name = word.trim();
        if found.iter().any(|flag| flag.name == name) {
            continue;
        }
        // The status of the rows behind a value stands among its flags, and has its own list.
        let list = match name {
            "provisional" => project.codes.get("obs_status").unwrap_or(list),
            _ => list,
        };
        if let (Some(id), Some(en)) =
            (list.attribute(name, "name"), list.attribute(name, "name_en"))
        {
            found.push(FlagMeaning { name: name.to_owned(), id: id.into(), en: en.into() });
        }
    }
    found
}
