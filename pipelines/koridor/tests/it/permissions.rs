//! Who may read what the program writes.

use super::Place;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

/// All that lies below a folder, with its mode.
fn modes(folder: &Path, found: &mut Vec<(String, bool, u32, u32)>) {
    let metadata = folder.metadata().unwrap();
    let mode = metadata.permissions().mode() & 0o7777;
    found.push((folder.display().to_string(), metadata.is_dir(), mode, metadata.gid()));
    if metadata.is_dir() {
        for entry in std::fs::read_dir(folder).unwrap() {
            modes(&entry.unwrap().path(), found);
        }
    }
}

fn night(place: &Place, further: &[&str]) {
    let ran = place.run(&[&["run", "--allow-rejected"], further].concat());
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn what_is_written_is_its_owners_alone_or_a_groups() {
    let place = Place::new();
    place.write("landing/DLH_7407/penanganan.csv", super::HANDLING);
    night(&place, &[]);
    let mut found = Vec::new();
    for folder in ["lake", "extracts"] {
        modes(&place.path().join(folder), &mut found);
    }
    assert!(found.len() > 30, "{}", found.len());
    for (path, is_folder, mode, _) in &found {
        assert_eq!(*mode, if *is_folder { 0o700 } else { 0o600 }, "{path}");
    }
    let group = std::process::Command::new("id").arg("-gn").output().unwrap();
    let group = String::from_utf8(group.stdout).unwrap();
    let gid = place.path().join("lake").metadata().unwrap().gid();
    place.write("landing/DLH_7407/lain.csv", &super::HANDLING.replace("2024", "2023"));
    for _ in 0..2 {
        night(&place, &["--group", group.trim()]);
    }
    let mut found = Vec::new();
    for folder in ["lake", "extracts"] {
        modes(&place.path().join(folder), &mut found);
    }
    for (path, is_folder, mode, own) in found.iter().filter(|own| !own.0.contains("_secrets")) {
        let wanted = if *is_folder { 0o2750 } else { 0o640 };
        assert_eq!((*mode, *own), (wanted, gid), "{path}");
    }
    let unknown = place.run(&["status", "--group", "no-such-group"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("no group"));
}
