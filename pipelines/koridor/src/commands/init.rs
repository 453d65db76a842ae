use super::project::{is_free, schema_files};
use crate::ExitStatus;
use crate::args::InitArgs;
use crate::embedded::load_project;
use crate::emptied::emptied_lists;
use crate::printer::Printer;
use koridor_contract::Project;
use koridor_contract::json_schema::{Kind, violations};
use koridor_contract::project::Corridor;
use koridor_lake::LakeError;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::Path;

/// Texts of a new folder; `@FOLDER@` stands for its path, `@CORRIDOR@` for whom it serves.
const TEXTS: [(&str, &str); 7] = [
    ("README.md", include_str!("../../templates/init/README.md")),
    (".gitignore", include_str!("../../templates/init/gitignore")),
    ("landing/README.md", include_str!("../../templates/init/landing/README.md")),
    ("koridor.env", include_str!("../../templates/init/koridor.env")),
    ("systemd/koridor.service", include_str!("../../templates/init/systemd/koridor.service")),
    ("systemd/koridor.timer", include_str!("../../templates/init/systemd/koridor.timer")),
    ("crontab", include_str!("../../templates/init/crontab")),
];

/// Name of the description to begin with.
const FIRST: &str = "CONTOH";

/// The corridor of a project.
const CORRIDOR: &str = "schemas/corridor.json";

/// Makes a project folder that can be used as it is.
pub fn run(printer: &Printer, args: &InitArgs) -> anyhow::Result<ExitStatus> {
    let folder = std::path::absolute(&args.folder)?;
    is_free(&folder)?;
    let project = load_project(None)?;
    let shown = folder.display().to_string();
    if shown.contains(['"', '$', '`', '\\', '%', '\n']) {
        return Err(LakeError::usage(
            format!("the path {shown} holds a mark that shells and timers read as their own"),
            "name a folder without quotes, $, %, \\ and `".to_owned(),
        )
        .into());
    }
    let corridor = corridor(&project, args.corridor.as_deref())?;
    let title = titles(&corridor);
    let mut files: Vec<(String, String)> = TEXTS
        .iter()
        .map(|(path, text)| {
            let text = text.replace("@FOLDER@", &shown).replace("@CORRIDOR@", &title);
            ((*path).to_owned(), text)
        })
        .collect();
    files.extend(schema_files().map(|(name, text)| (format!("schemas/json-schema/{name}"), text)));
    if args.corridor.is_some() {
        files.extend(emptied_lists(&project, &regions(&corridor)));
    }
    files.extend(beginnings(&project, corridor)?);
    for (path, text) in &files {
        write_new(&folder.join(path), text)?;
    }
    let next = match args.corridor {
        Some(_) => printer.pick(
            "selesai; isi daftar di schemas/codes sampai tidak ada lagi kesalahan",
            "done; fill in the lists of schemas/codes until no mistake is left",
        ),
        None => printer.pick("selesai; selanjutnya", "done; next"),
    };
    printer.note(&format!(
        "{shown}: {title}\n{next}\n  koridor --project \"{shown}\" project check\n  \
         cd \"{shown}\" && set -a && . ./koridor.env && koridor run",
    ));
    Ok(ExitStatus::Done)
}

/// The corridor of a file, or the built-in one, as it begins this month: nobody owes what was due
/// before.
fn corridor(project: &Project, file: Option<&Path>) -> anyhow::Result<Map<String, Value>> {
    let text = match file {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| not_a_corridor(path, &error.to_string()))?,
        None => project.file(CORRIDOR).unwrap_or_default().to_owned(),
    };
    let mut corridor: Map<String, Value> = match (serde_json::from_str(&text), file) {
        (Ok(corridor), _) => corridor,
        (Err(error), Some(path)) => return Err(not_a_corridor(path, &error.to_string()).into()),
        (Err(error), None) => return Err(error.into()),
    };
    if let Some(path) = file {
        let found = violations(&Kind::Corridor.schema(), &Value::from(corridor.clone()));
        let mut told: Vec<String> =
            found.iter().map(|own| told_at(&own.pointer, &own.expected, &own.found)).collect();
        if told.is_empty() {
            let own: Corridor = serde_json::from_value(Value::from(corridor.clone()))?;
            let found = own.mistakes(CORRIDOR);
            told.extend(found.iter().map(|own| told_at(&own.pointer, &own.expected, &own.found)));
        }
        let told = told.join("; ");
        if !told.is_empty() {
            return Err(not_a_corridor(path, &told).into());
        }
    }
    let month = project.today().get(..8).map(|month| format!("{month}01"));
    if let Some(day) = month.filter(|_| !corridor.contains_key("expected_since")) {
        corridor.insert("expected_since".to_owned(), day.into());
    }
    Ok(corridor)
}

fn told_at(pointer: &str, expected: &str, found: &str) -> String {
    format!("{pointer}: expected {expected}, found {found}")
}

fn not_a_corridor(path: &Path, message: &str) -> LakeError {
    LakeError::usage(
        format!("{} is no corridor: {message}", path.display()),
        "its keys: schemas/README.md, corridor.json; `koridor init DIR` writes one to be changed"
            .to_owned(),
    )
}

/// The title of a corridor in both languages.
fn titles(corridor: &Map<String, Value>) -> String {
    let title = |name: &str| corridor.get(name).and_then(Value::as_str).unwrap_or_default();
    match (title("title"), title("title_en")) {
        (id, en) if id == en => id.to_owned(),
        (id, en) => format!("{id} / {en}"),
    }
}

/// The regions of a corridor.
fn regions(corridor: &Map<String, Value>) -> BTreeSet<String> {
    let codes = corridor.get("regions").and_then(Value::as_array).into_iter().flatten();
    codes.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The corridor, and a description to begin with: the shortest of the built-in ones, as a draft
/// that is only used where it is named.
fn beginnings(
    project: &Project,
    corridor: Map<String, Value>,
) -> anyhow::Result<Vec<(String, String)>> {
    let text = with_schema(corridor, "json-schema/corridor", &[]);
    let mut files = vec![(CORRIDOR.to_owned(), text)];
    let descriptions = project.files_under("schemas/sources/", ".json");
    if let Some((_, text)) = descriptions.min_by_key(|(_, text)| text.len()) {
        let own = [("name", Value::from(FIRST)), ("draft", Value::from(true))];
        let text = with_schema(serde_json::from_str(text)?, "../json-schema/source", &own);
        files.push((format!("schemas/sources/{FIRST}.json"), text));
    }
    Ok(files)
}

/// A document that names its schema first, with some keys of its own.
fn with_schema(keys: Map<String, Value>, schema: &str, own: &[(&str, Value)]) -> String {
    let ending = koridor_contract::project::SCHEMA_ENDING;
    let schema = Value::from(format!("{schema}{ending}"));
    let mut document = Map::new();
    document.insert("$schema".to_owned(), schema.clone());
    document.extend(keys);
    document.insert("$schema".to_owned(), schema);
    for (name, value) in own {
        document.insert((*name).to_owned(), value.clone());
    }
    format!("{:#}\n", Value::from(document))
}

/// Writes a file that is not there yet; one that is stays as it is.
fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match std::fs::OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => Ok(std::io::Write::write_all(&mut file, text.as_bytes())?),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.into()),
    }
}
