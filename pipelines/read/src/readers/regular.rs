//! Opening of files: what is no regular file is never read from.

use std::fs::File;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

/// Opens a regular file for reading. A pipe, a socket, a device or a folder is not waited for and
/// not read, also where it takes the place of a file that was looked at before.
///
/// # Errors
/// Where it cannot be opened, or is no regular file.
pub fn open(path: &Path) -> Result<File> {
    let refused = || Error::new(ErrorKind::InvalidInput, "no regular file");
    if !std::fs::metadata(path)?.is_file() {
        return Err(refused());
    }
    let file = options().open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(refused()) }
}

#[cfg(unix)]
fn options() -> std::fs::OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    // A pipe that nobody writes to is opened at once.
    options.read(true).custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32);
    options
}

#[cfg(not(unix))]
fn options() -> std::fs::OpenOptions {
    let mut options = File::options();
    options.read(true);
    options
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("a.csv"), "a").unwrap();
        std::os::unix::fs::symlink("a.csv", at("link.csv")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", at("zero.csv")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        assert!(open(&at("a.csv")).is_ok() && open(&at("link.csv")).is_ok());
        for other in [at("zero.csv"), at("pipe"), folder.path().to_owned()] {
            assert_eq!(open(&other).unwrap_err().kind(), ErrorKind::InvalidInput, "{other:?}");
        }
    }
}
