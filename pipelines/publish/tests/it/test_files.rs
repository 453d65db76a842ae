//! Every file of a crate's tests is one of its modules: a forgotten one would never run.

use std::path::Path;

/// Files below a folder of tests that the file which stands for it does not name as a module.
fn forgotten(folder: &Path, face: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join(face)).unwrap();
    let is_named = |name: &str| text.lines().any(|line| line == format!("mod {name};"));
    let mut forgotten = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_folder = path.join("mod.rs").is_file();
        let is_module = is_folder || path.extension().is_some_and(|ending| ending == "rs");
        if !is_module || path.ends_with(face) {
            continue;
        }
        if !is_named(name) {
            forgotten.push(path.display().to_string());
        }
        if is_folder {
            forgotten.extend(self::forgotten(&path, "mod.rs"));
        }
    }
    forgotten
}

#[test]
fn no_test_file_is_forgotten() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut count = 0;
    for own in std::fs::read_dir(crates).unwrap() {
        let folder = own.unwrap().path().join("tests/it");
        if folder.join("main.rs").is_file() {
            count += 1;
            assert_eq!(forgotten(&folder, "main.rs"), [""; 0]);
        }
    }
    assert!(count >= 2, "the folders of tests are gone");
}
