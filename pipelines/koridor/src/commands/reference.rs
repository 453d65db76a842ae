use crate::ExitStatus;
use crate::args::ReferenceArgs;
use crate::context::Context;
use anyhow::Context as _;
use koridor_contract::Project;
use koridor_lake::{Engine, LakeError, Snapshot};
use koridor_publish::reference::{self, MARK, Pages};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How far above the pages' folder the project's files are looked for.
const MOST_LEVELS: usize = 6;

/// Writes the pages of the reference, or names those that differ from what would be written.
pub async fn run(context: &Context, args: &ReferenceArgs) -> anyhow::Result<ExitStatus> {
    let folder = args.folder.as_path();
    let project = &context.project;
    let snapshot = Snapshot::empty(Arc::clone(project), context.storage.clone());
    let engine = Engine::open(snapshot.with_memory(context.memory_bytes))?;
    let place = std::path::absolute(folder)?;
    let link = |path: &str| address(project, &place, path);
    let pages = reference::pages(&engine, project, &link).await?;
    let found = found(folder)?;
    let stale = stale(&pages, &found);
    let printer = &context.printer;
    if args.check {
        for path in &stale {
            printer.plain(&folder.join(path).display().to_string())?;
        }
        let (id, en) = (
            format!("tulis lagi: koridor reference {}", folder.display()),
            format!("write them again: koridor reference {}", folder.display()),
        );
        if stale.is_empty() {
            return Ok(ExitStatus::Done);
        }
        printer.error_line(printer.pick(&id, &en));
        return Ok(ExitStatus::Damaged);
    }
    write(folder, &pages, &found, &stale)?;
    let (all, changed) = (pages.len(), stale.len());
    let (id, en) = (
        format!("halaman: {all}, berubah: {changed}"),
        format!("pages: {all}, changed: {changed}"),
    );
    printer.note(printer.pick(&id, &en));
    Ok(ExitStatus::Done)
}

/// Where a file is, seen from the pages' folder: below one of the folders above it, with the text
/// that the project has of it.
fn address(project: &Project, place: &Path, path: &str) -> Option<String> {
    let above = place.ancestors().skip(1).take(MOST_LEVELS).enumerate();
    for (level, folder) in above {
        let Ok(text) = std::fs::read_to_string(folder.join(path)) else { continue };
        if project.file(path).is_none_or(|own| own == text) {
            return Some(format!("{}{path}", "../".repeat(level + 1)));
        }
    }
    None
}

/// The Markdown files that are there, by their path with `/`: of the folder and those in it.
fn found(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    if !folder.exists() {
        return Ok(found);
    }
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let shown = || folder.display().to_string();
        for entry in std::fs::read_dir(&folder).with_context(shown)? {
            let entry = entry.with_context(shown)?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().with_context(shown)?;
            if kind.is_dir() && prefix.is_empty() {
                folders.push((entry.path(), format!("{name}/")));
            } else if kind.is_file() && name.ends_with(".md") {
                let text = std::fs::read(entry.path()).with_context(shown)?;
                found.insert(name, String::from_utf8_lossy(&text).into_owned());
            }
        }
    }
    Ok(found)
}

/// Pages that are not there as they would be written, and those that are no longer written.
fn stale(pages: &Pages, found: &BTreeMap<String, String>) -> Vec<String> {
    let differs = |(path, text): &(&String, &String)| found.get(*path) != Some(*text);
    let changed = pages.iter().filter(differs).map(|(path, _)| path.clone());
    let ours = found.iter().filter(|(_, text)| text.starts_with(MARK));
    let left = ours.filter(|(path, _)| !pages.contains_key(*path)).map(|(path, _)| path.clone());
    changed.chain(left).collect()
}

/// Writes what differs and removes what is no longer written; a file that was written by hand is
/// left, and nothing is written where one stands in the place of a page.
fn write(
    folder: &Path,
    pages: &Pages,
    found: &BTreeMap<String, String>,
    stale: &[String],
) -> anyhow::Result<()> {
    let by_hand = |path: &&String| found.get(*path).is_some_and(|text| !text.starts_with(MARK));
    if let Some(path) = stale.iter().find(by_hand) {
        let path = folder.join(path);
        let message = format!("{} was not written by `koridor reference`", path.display());
        let hint = "give a folder of its own, or remove the file first".to_owned();
        return Err(LakeError::usage(message, hint).into());
    }
    for path in stale {
        let file: PathBuf = folder.join(path);
        let shown = || file.display().to_string();
        match pages.get(path) {
            Some(text) => {
                if let Some(parent) = file.parent() {
                    std::fs::create_dir_all(parent).with_context(shown)?;
                }
                std::fs::write(&file, text).with_context(shown)?;
            }
            None => std::fs::remove_file(&file).with_context(shown)?,
        }
    }
    Ok(())
}
