use super::project::{is_free, schema_files};
use crate::ExitStatus;
use crate::args::InitArgs;
use crate::embedded::load_project;
use crate::printer::Printer;
use koridor_contract::Project;
use koridor_lake::LakeError;
use serde_json::Value;
use std::path::Path;

/// Texts of a new folder; `@FOLDER@` stands for its path.
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
    let mut files: Vec<(String, String)> = TEXTS
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.replace("@FOLDER@", &shown)))
        .collect();
    files.extend(schema_files().map(|(name, text)| (format!("schemas/json-schema/{name}"), text)));
    files.extend(beginnings(&project)?);
    for (path, text) in &files {
        write_new(&folder.join(path), text)?;
    }
    printer.note(&format!(
        "{shown}: {}\n  koridor --project \"{shown}\" project check\n  cd \"{shown}\" && set -a && \
         . ./koridor.env && koridor run",
        printer.pick("selesai; selanjutnya", "done; next"),
    ));
    Ok(ExitStatus::Done)
}

/// The corridor, and a description to begin with: the shortest of the built-in ones, as a draft
/// that is only used where it is named.
fn beginnings(project: &Project) -> anyhow::Result<Vec<(String, String)>> {
    let corridor = "schemas/corridor.json";
    let text = project.file(corridor).unwrap_or_default();
    let mut files = vec![(corridor.to_owned(), with_schema(text, "json-schema/corridor", &[])?)];
    let descriptions = project.files_under("schemas/sources/", ".json");
    if let Some((_, text)) = descriptions.min_by_key(|(_, text)| text.len()) {
        let own = [("name", Value::from(FIRST)), ("draft", Value::from(true))];
        let text = with_schema(text, "../json-schema/source", &own)?;
        files.push((format!("schemas/sources/{FIRST}.json"), text));
    }
    Ok(files)
}

/// A document that names its schema first, with some keys of its own.
fn with_schema(text: &str, schema: &str, own: &[(&str, Value)]) -> anyhow::Result<String> {
    let mut document = serde_json::Map::new();
    let ending = koridor_contract::project::SCHEMA_ENDING;
    document.insert("$schema".to_owned(), format!("{schema}{ending}").into());
    document.extend(serde_json::from_str::<serde_json::Map<String, Value>>(text)?);
    for (name, value) in own {
        document.insert((*name).to_owned(), value.clone());
    }
    Ok(format!("{:#}\n", Value::from(document)))
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
