//! Where results go: stdout, or a file that appears under its name when it is whole.

use anyhow::Context;
use std::fs::File;
use std::io::{BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

/// An output that is being written.
pub enum Output {
    /// Stdout, a pipe or a device: what is written is there at once.
    Direct(Box<dyn Write + Send>),
    /// A file of a folder.
    File(FileOutput),
}

impl Output {
    /// Opens the output file, or stdout where none is asked for.
    ///
    /// # Errors
    /// Where a file cannot be made in the folder.
    pub fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else {
            return Ok(Self::Direct(Box::new(BufWriter::<Stdout>::new(std::io::stdout()))));
        };
        let shown = || path.display().to_string();
        // A link stays one: the file that it means is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if path.metadata().is_ok_and(|own| !own.is_file()) {
            let file = File::options().write(true).open(&path).with_context(shown)?;
            return Ok(Self::Direct(Box::new(BufWriter::new(file))));
        }
        Ok(Self::File(FileOutput::open(path).with_context(shown)?))
    }

    /// Removes what is left of an output whose writer was not waited for.
    pub fn discard(path: Option<&Path>) {
        if let Some(path) = path {
            let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            let _ = std::fs::remove_file(part_of(&path));
        }
    }

    /// Ends the output: a file gets its name. Without it, what was written to a file is removed.
    ///
    /// # Errors
    /// Where the last bytes cannot be written or the file not be renamed.
    pub fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Direct(mut output) => Ok(output.flush()?),
            Self::File(output) => output.finish(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Direct(output) => output.write(bytes),
            Self::File(output) => output.file.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Direct(output) => output.flush(),
            Self::File(output) => output.file.flush(),
        }
    }
}

/// Where a file is written until it is whole.
fn part_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

/// A file that is written beside its place.
pub struct FileOutput {
    path: PathBuf,
    part: PathBuf,
    file: BufWriter<File>,
}

impl FileOutput {
    fn open(path: PathBuf) -> std::io::Result<Self> {
        let part = part_of(&path);
        let file = File::create(&part)?;
        if let Ok(before) = path.metadata() {
            file.set_permissions(before.permissions())?;
        }
        Ok(Self { path, part, file: BufWriter::new(file) })
    }

    fn finish(mut self) -> anyhow::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        std::fs::rename(&self.part, &self.path).with_context(|| self.path.display().to_string())
    }
}

impl Drop for FileOutput {
    fn drop(&mut self) {
        // After the end it is gone; of a result that failed nothing is left.
        let _ = std::fs::remove_file(&self.part);
    }
}

#[cfg(test)]
mod tests {
    use super::Output;
    use std::io::Write;

    #[test]
    fn a_file_has_its_name_when_it_is_whole_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "before").unwrap();
        let mut half = Output::open(Some(&path)).unwrap();
        half.write_all(b"half").unwrap();
        drop(half);
        let lost = Output::open(Some(&path)).unwrap();
        std::mem::forget(lost);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
        Output::discard(Some(&path));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");
        let mut whole = Output::open(Some(&path)).unwrap();
        whole.write_all(b"whole").unwrap();
        whole.finish().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "whole");
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 1, "nothing is left beside it");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none/a.csv");
        let error = Output::open(Some(&path)).err().unwrap();
        assert!(format!("{error:#}").contains("a.csv"), "{error:#}");
    }
}
