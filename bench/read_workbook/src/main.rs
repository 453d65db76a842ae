//! Reads workbooks with calamine alone, files or the files of folders, and prints the seconds.

use calamine::{Reader, open_workbook_auto};
use std::path::{Path, PathBuf};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut files = Vec::new();
    for path in std::env::args_os().skip(1) {
        collect(Path::new(&path), &mut files)?;
    }
    if files.is_empty() {
        return Err("usage: read_workbook FILE|FOLDER...".into());
    }
    let started = std::time::Instant::now();
    let mut cells = 0;
    for file in &files {
        cells += count(file)?;
    }
    let (count, seconds) = (files.len(), started.elapsed().as_secs_f64());
    println!("{{\"files\": {count}, \"cells\": {cells}, \"seconds\": {seconds:.3}}}");
    Ok(())
}

/// The files of a path, in the order of their names.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut inside = std::fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    inside.sort();
    inside.iter().try_for_each(|path| collect(path, files))
}

/// The cells of all sheets that hold something.
fn count(file: &Path) -> Result<usize, Failure> {
    let mut workbook = open_workbook_auto(file)?;
    let mut cells = 0;
    for name in workbook.sheet_names() {
        cells += workbook.worksheet_range(&name)?.used_cells().count();
    }
    Ok(cells)
}
