use crate::ExitStatus;
use crate::args::{Global, OutputFormat, ProjectCommand};
use crate::context::project_folder;
use crate::embedded::{is_built_in, project_files};
use crate::printer::Printer;
use koridor_contract::json_schema::Kind;
use koridor_contract::mistakes::{Mistake, mistakes, remarks};
use koridor_lake::{LakeError, Storage};
use std::path::Path;

/// Checks the files of a project, or writes the schemas that they follow.
pub async fn run(global: &Global, command: &ProjectCommand) -> anyhow::Result<ExitStatus> {
    match command {
        ProjectCommand::Check => check(global).await,
        ProjectCommand::Schemas { folder, check } => schemas(&Printer::new(global), folder, *check),
    }
}

async fn check(global: &Global) -> anyhow::Result<ExitStatus> {
    let printer = Printer::new(global);
    let folder = project_folder(global, &Storage::open(&global.lake)?).await?;
    let files = project_files(folder.as_deref())?;
    let (found, project) = mistakes(&files);
    let place = |own: &Mistake| {
        let is_own = files.get(&own.file).is_some_and(|text| !is_built_in(&own.file, text));
        match &folder {
            Some(folder) if is_own => folder.join(&own.file).display().to_string(),
            _ => own.file.clone(),
        }
    };
    if global.format() == OutputFormat::Json {
        let rows = found.iter().map(
            |own| serde_json::json!({"file": place(own), "line": own.line, "message": own.message}),
        );
        printer.plain(&format!("{:#}", serde_json::Value::from_iter(rows)))?;
    } else if !found.is_empty() {
        let lines = found.iter().map(|own| {
            let line = if own.line > 0 { format!(":{}", own.line) } else { String::new() };
            format!("{}{line}: {}", place(own), own.message)
        });
        printer.plain(&lines.collect::<Vec<_>>().join("\n"))?;
    }
    if let Some(project) = project {
        for (name, mistake) in &project.unfinished {
            printer.note(&format!("{name}: {mistake}"));
        }
        for own in remarks(&project) {
            printer.note(&format!("{}: {}", place(&own), own.message));
        }
        let own = files.iter().filter(|(path, text)| !is_built_in(path, text)).count();
        printer.note(&match printer.pick("id", "en") {
            "id" => format!(
                "tidak ada kesalahan: {} berkas, {own} di antaranya milik sendiri",
                files.len()
            ),
            _ => format!("no mistakes: {} files, {own} of them your own", files.len()),
        });
        return Ok(ExitStatus::Done);
    }
    printer.error(
        &match printer.pick("id", "en") {
            "id" => format!("{} kesalahan dalam proyek", found.len()),
            _ => format!("mistakes in the project: {}", found.len()),
        },
        Some(printer.pick(
            "perbaiki berkasnya dan jalankan lagi; arti tiap kunci ada di schemas/README.md",
            "mend the files and run again; schemas/README.md says what each key means",
        )),
    );
    Ok(ExitStatus::Mistaken)
}

/// Writes the schemas, or names those that are not as they should be.
fn schemas(printer: &Printer, folder: &Path, check: bool) -> anyhow::Result<ExitStatus> {
    let mut status = ExitStatus::Done;
    if !check {
        std::fs::create_dir_all(folder)?;
    }
    for (name, text) in schema_files() {
        let path = folder.join(name);
        if !check {
            std::fs::write(&path, text)?;
        } else if std::fs::read_to_string(&path).ok() != Some(text) {
            printer.error_line(&format!("{} is not what the program says", path.display()));
            status = ExitStatus::Damaged;
        }
    }
    Ok(status)
}

/// The schemas as files.
pub fn schema_files() -> impl Iterator<Item = (String, String)> {
    Kind::ALL.into_iter().map(|kind| (kind.file_name(), format!("{:#}\n", kind.schema())))
}

/// That a folder may be made a project: nothing of one is in it.
///
/// # Errors
/// Where it holds `schemas` or `sql`.
pub fn is_free(folder: &Path) -> Result<(), LakeError> {
    match ["schemas", "sql"].into_iter().find(|own| folder.join(own).exists()) {
        None => Ok(()),
        Some(own) => Err(LakeError::usage(
            format!("{} holds `{own}` already", folder.display()),
            "name another folder; what is there is never written over".to_owned(),
        )),
    }
}
