//! A Data Package as a folder: it appears under its name when it is whole.

use anyhow::Context;
use koridor_serve::extract::package::Sink;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Files of a folder, one after the other.
pub struct FolderSink {
    folder: PathBuf,
    part: PathBuf,
    file: Option<BufWriter<File>>,
}

impl FolderSink {
    /// Begins a folder beside its place.
    ///
    /// # Errors
    /// Where something is there already, or the folder cannot be made.
    pub fn begin(folder: &Path) -> anyhow::Result<Self> {
        let shown = || folder.display().to_string();
        let is_there = folder.exists();
        anyhow::ensure!(!is_there, "{}: something is there already", shown());
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let part = folder.with_file_name(format!(".{name}.{}.part", std::process::id()));
        std::fs::create_dir_all(&part).with_context(shown)?;
        Ok(Self { folder: folder.to_owned(), part, file: None })
    }

    /// Gives the folder its name.
    ///
    /// # Errors
    /// Where it cannot be renamed.
    pub fn finish(mut self) -> anyhow::Result<()> {
        self.end_file()?;
        let shown = || self.folder.display().to_string();
        std::fs::rename(&self.part, &self.folder).with_context(shown)
    }

    fn end_file(&mut self) -> std::io::Result<()> {
        if let Some(mut file) = self.file.take() {
            file.flush()?;
            file.get_ref().sync_all()?;
        }
        Ok(())
    }
}

impl Write for FolderSink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match &mut self.file {
            Some(file) => file.write(bytes),
            None => Err(std::io::Error::other("no file was begun")),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.as_mut().map_or(Ok(()), BufWriter::flush)
    }
}

impl Sink for FolderSink {
    fn begin(&mut self, path: &str) -> std::io::Result<()> {
        self.end_file()?;
        let path = self.part.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        self.file = Some(BufWriter::new(File::create(path)?));
        Ok(())
    }
}

impl Drop for FolderSink {
    fn drop(&mut self) {
        // After the end it is gone; of a package that failed nothing is left.
        let _ = std::fs::remove_dir_all(&self.part);
    }
}
