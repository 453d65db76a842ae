//! What the files of the landing folder were when they were last read.

use super::landing::LandedFile;
use crate::error::LakeError;
use koridor_contract::message::Message;
use serde::{Deserialize, Serialize};

/// What a landed file was when it was last read, so that it need not be read again to recognise it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Seen {
    bytes: u64,
    modified: i64,
    #[serde(default)]
    noted: i64,
    pub(super) sha256: String,
}

impl Seen {
    pub(super) fn of(file: &LandedFile, sha256: &str) -> Self {
        let LandedFile { bytes, modified, noted, .. } = *file;
        Self { bytes, modified, noted, sha256: sha256.to_owned() }
    }
}

/// Where it is kept, by the place of each file.
pub(super) const SEEN: &str = "_koridor/landing.json";

/// What is told of what was kept and cannot be read.
pub(super) fn made_again(error: &LakeError) -> Message {
    Message {
        id: format!("{error}; dibuang, dan semua berkas di landing dibaca lagi"),
        en: format!("{error}; thrown away, and all files of the landing folder are read again"),
    }
}
