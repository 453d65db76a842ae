//! Many descriptions tried on one sheet find what each finds alone.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

use koridor_contract::Project;
use koridor_contract::project::{Files, read_project_folder};
use koridor_read::layout::{Headers, canonical, find_header};
use koridor_read::readers::{FileReader, cells};
use std::path::{Path, PathBuf};

fn files_under(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_under(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "csv" || ending == "xlsx") {
            found.push(path);
        }
    }
}

#[test]
fn descriptions_tried_together_find_what_each_finds_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Files::new();
    read_project_folder(&root, &mut files).unwrap();
    let project = Project::from_files(files).unwrap();
    let mut samples = Vec::new();
    files_under(&root.join("pipelines/koridor/samples"), &mut samples);
    let mut fitting = 0;
    for path in &samples {
        for sheet in cells(&FileReader::default(), path).unwrap().unwrap() {
            let headers = Headers::of(&sheet);
            let described = project.sources.values().map(|source| source.as_ref().clone());
            let own = project.datasets.values();
            let own = own.map(|contract| canonical(contract, &Default::default()));
            for source in described.chain(own) {
                let contract = &project.datasets[&source.dataset];
                let alone = find_header(&sheet, &source, contract).ok();
                let together = headers.fits(&source, contract);
                fitting += usize::from(alone.is_some());
                assert_eq!(format!("{alone:?}"), format!("{together:?}"), "{}", path.display());
            }
        }
    }
    assert!(fitting >= samples.len() / 2, "{fitting} of {}", samples.len());
}
