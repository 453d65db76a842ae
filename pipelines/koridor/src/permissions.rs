//! Who may read what the program writes: its owner alone, or a group besides.

use anyhow::Context as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Files whose names a command has found out itself.
static NAMED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Lets the group read a file, too, that a command has named itself.
pub fn share_also(path: &Path) {
    NAMED.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
}

/// Folders and files that a group may read, too, when the command has ended.
pub struct Sharing {
    /// The group's number and its name.
    #[cfg(unix)]
    group: Option<(u32, String)>,
    paths: Vec<PathBuf>,
}

/// Where the lake keeps what nobody else may read.
#[cfg(unix)]
const SECRETS: &str = "_secrets";

#[cfg(unix)]
impl Sharing {
    /// Restricts what this process creates from now on: folders 0700 and files 0600, or 0750 and
    /// 0640 where a group is named.
    ///
    /// # Errors
    /// Where there is no such group.
    pub fn begin(group: Option<&str>, paths: Vec<PathBuf>) -> anyhow::Result<Self> {
        use nix::sys::stat::{Mode, umask};
        let group = match group {
            Some(name) => {
                let found = nix::unistd::Group::from_name(name)?;
                let found = found.with_context(|| format!("--group: no group `{name}`"))?;
                Some((found.gid.as_raw(), name.to_owned()))
            }
            None => None,
        };
        umask(if group.is_some() {
            Mode::S_IWGRP | Mode::S_IRWXO
        } else {
            Mode::S_IRWXG | Mode::S_IRWXO
        });
        Ok(Self { group, paths })
    }

    /// Gives what is there to the group, where it is not the group's yet. What is created in it
    /// later is the group's at once.
    ///
    /// # Errors
    /// Where the system does not allow it.
    pub fn end(&self) -> anyhow::Result<()> {
        let Some((group, name)) = &self.group else { return Ok(()) };
        let named = NAMED.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for path in self.paths.iter().chain(&named).filter(|path| path.exists()) {
            share(path, *group).with_context(|| {
                format!(
                    "{}: cannot be given to the group {name} (is the user in it?)",
                    path.display()
                )
            })?;
        }
        Ok(())
    }
}

/// Gives a file, or a folder with all in it, to a group.
#[cfg(unix)]
fn share(path: &Path, group: u32) -> std::io::Result<()> {
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    const FOLDER: u32 = 0o2750;
    const FILE: u32 = 0o640;
    let metadata = std::fs::symlink_metadata(path)?;
    let wanted = if metadata.is_dir() { FOLDER } else { FILE };
    if metadata.is_symlink() {
        return Ok(());
    }
    let is_shared = metadata.gid() == group && metadata.mode() & 0o7777 == wanted;
    if metadata.is_dir() {
        // A folder that is the group's has been gone through before.
        if is_shared {
            return Ok(());
        }
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            if entry.file_name() != SECRETS {
                share(&entry.path(), group)?;
            }
        }
    }
    if !is_shared {
        chown(path, None, Some(group))?;
        std::fs::set_permissions(path, Permissions::from_mode(wanted))?;
    }
    Ok(())
}

#[cfg(not(unix))]
impl Sharing {
    /// This system has its own way to say who may read a folder.
    ///
    /// # Errors
    /// Where a group is named.
    pub fn begin(group: Option<&str>, paths: Vec<PathBuf>) -> anyhow::Result<Self> {
        anyhow::ensure!(group.is_none(), "--group: not on this system");
        Ok(Self { paths })
    }

    /// Nothing is to be done.
    ///
    /// # Errors
    /// None.
    pub fn end(&self) -> anyhow::Result<()> {
        Ok(())
    }
}

/// What a command writes and a group may read.
pub fn written(lake: &str, extracts: Option<&Path>, output: Option<&Path>) -> Vec<PathBuf> {
    let lake = lake.strip_prefix("file://").unwrap_or(lake);
    let lake = (!lake.contains("://")).then(|| PathBuf::from(lake));
    // What a folder holds besides is not ours to give.
    let output = output.filter(|own| !own.is_dir());
    let others = extracts.into_iter().chain(output).map(Path::to_owned);
    lake.into_iter().chain(others).collect()
}
