//! The bytes of every file that came, unchanged, named by their hash.

use crate::error::LakeError;
use crate::ledger::{Submission, SubmissionId};
use crate::load::landing::LandedFile;
use crate::store::cipher::{Cipher, is_encrypted};
use crate::store::erased::Erased;
use crate::store::journal;
use crate::store::secret;
use crate::store::storage::{BLOCK_BYTES, Storage};
use koridor_read::readers::regular;
use koridor_read::recognise::Request;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

/// A file whose bytes are in the lake.
pub struct ArchivedFile {
    /// Hash of the bytes.
    pub(crate) sha256: String,
    /// What is told of the file: its path as it landed, its size and time of change.
    pub(crate) landed: LandedFile,
    /// Where to read the bytes on this machine.
    pub(crate) path: PathBuf,
    /// A remote lake's bytes are read from a copy that goes with this.
    _temporary: Option<tempfile::TempPath>,
}

impl ArchivedFile {
    /// Where to read the bytes on this machine.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// What is stored beside the bytes: enough to read them again as they were read.
///
/// A lake of an earlier program says less: its files are known by their names and come in the order
/// of their hashes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Described {
    pub sha256: String,
    pub file_name: String,
    pub shown_path: String,
    /// The path as it landed, encrypted, where its names hold something personal: the other two
    /// are masked then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed_path: Option<String>,
    pub bytes: u64,
    pub modified: i64,
    pub dataset: Option<String>,
    pub source: Option<String>,
    pub region: Option<String>,
    pub released: Option<String>,
    pub sequence: i64,
    pub received: i64,
}

impl Described {
    /// The file as it landed.
    pub(crate) fn landed(&self, cipher: &Cipher) -> LandedFile {
        let opened = self.sealed_path.as_ref().and_then(|sealed| cipher.open(sealed));
        let told_path = opened.is_some().then(|| self.shown_path.clone());
        LandedFile {
            shown_path: opened.unwrap_or_else(|| self.shown_path.clone()),
            told_path,
            path: PathBuf::new(),
            bytes: self.bytes,
            modified: self.modified,
            ..LandedFile::default()
        }
    }

    /// What was said of the file.
    pub(crate) fn request(&self) -> Request {
        Request {
            dataset: self.dataset.clone(),
            source: self.source.clone(),
            region: self.region.clone(),
            released: self.released.clone(),
        }
    }
}

impl Described {
    /// What was said of a file.
    ///
    /// # Errors
    /// Where a path cannot be sealed.
    pub(crate) fn of(
        (file, cipher): (&LandedFile, &Cipher),
        request: &Request,
        id: &SubmissionId,
        submission: Submission,
    ) -> Result<Self, LakeError> {
        let Request { dataset, source, region, released } = request.clone();
        let is_masked = file.told_path.is_some();
        let sealed_path = is_masked.then(|| cipher.seal(&file.shown_path)).transpose()?;
        Ok(Self {
            sha256: id.to_string(),
            file_name: file.told_name().to_owned(),
            shown_path: file.told_path().to_owned(),
            sealed_path,
            bytes: file.bytes,
            modified: file.modified,
            dataset,
            source,
            region,
            released,
            sequence: submission.sequence,
            received: submission.received,
        })
    }
}

/// Where what was said of a submission stands: it is written with the batch that brings it, so that
/// of a load that died nothing is said.
pub(crate) fn description_path(id: &str) -> String {
    format!("raw/{id}.json")
}

/// The dataset that a submission was said to be of, by its folder or by who sent it.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn asked_dataset(
    storage: &Storage,
    id: &SubmissionId,
) -> Result<Option<String>, LakeError> {
    Ok(described(storage, id).await?.and_then(|own| own.request().dataset))
}

/// What was said of a submission; `None` where it is not stored.
pub(crate) async fn described(
    storage: &Storage,
    id: &SubmissionId,
) -> Result<Option<Described>, LakeError> {
    let path = description_path(&id.to_string());
    let found = storage.get_json::<Described>(&path).await?;
    check_name(&path, found.as_ref())?;
    Ok(found)
}

/// That a description is the one of the submission by whose name it is stored; one of an earlier
/// program does not say.
fn check_name(path: &str, described: Option<&Described>) -> Result<(), LakeError> {
    match described.map(|own| own.sha256.as_str()) {
        Some(own) if !own.is_empty() && description_path(own) != path => {
            let what = format!("it describes another file, {own}");
            Err(LakeError::damaged(path, what))
        }
        _ => Ok(()),
    }
}

/// All submissions of which something is said beside raw bytes, in the order they came: what is
/// left where the ledger is gone.
pub(crate) async fn all(storage: &Storage) -> Result<Vec<(SubmissionId, Described)>, LakeError> {
    let mut described = Vec::new();
    for path in storage.list("raw").await?.iter().filter(|path| path.ends_with(".json")) {
        if let Some(one) = storage.get_json::<Described>(path).await? {
            check_name(path, Some(&one))?;
            let id = path.trim_start_matches("raw/").trim_end_matches(".json");
            described.push((SubmissionId::parse(id), one));
        }
    }
    described.sort_by_key(|(_, one)| one.sequence);
    Ok(described)
}

/// Bytes that are in the lake, to be read on this machine, where they are what their hash says;
/// else what is wrong with them.
///
/// # Errors
/// Where the lake cannot be read.
pub(crate) async fn fetch_whole(
    storage: &Storage,
    landed: LandedFile,
    sha256: &str,
) -> Result<Result<ArchivedFile, LakeError>, LakeError> {
    match fetch(storage, landed, sha256).await {
        Err(loss) if loss.is_loss() => Ok(Err(loss)),
        found => found.map(Ok),
    }
}

/// The hash of a file's bytes.
pub(crate) fn hash(path: &Path) -> Result<String, LakeError> {
    let failed = |error| LakeError::io(path, error);
    let mut hasher = Sha256::new();
    let mut file = regular::open(path).map_err(failed)?;
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        match file.read(&mut block).map_err(failed)? {
            0 => return Ok(hexadecimal(hasher.finalize())),
            read => hasher.update(block.get(..read).unwrap_or_default()),
        }
    }
}

/// Bytes that are in the lake, to be read on this machine; of a file of which rows were taken out,
/// what stands in its place.
///
/// # Errors
/// Where they are gone, or are not what their hash says.
pub async fn fetch(
    storage: &Storage,
    landed: LandedFile,
    sha256: &str,
) -> Result<ArchivedFile, LakeError> {
    let erased = Erased::read(storage).await?;
    let sha256 = erased.stored(sha256).to_owned();
    let path = format!("raw/{sha256}");
    let mut archived = if let Some(lake) = storage.local_path() {
        let local = lake.join(&path);
        if !local.exists() {
            return Err(LakeError::missing(path));
        }
        ArchivedFile { sha256, landed, path: local, _temporary: None }
    } else {
        let bytes = storage.get(&path).await?.ok_or_else(|| LakeError::missing(&path))?;
        let local = temporary_path()?;
        std::fs::write(&local, &bytes).map_err(|error| LakeError::io(&local, error))?;
        ArchivedFile { sha256, landed, path: local.to_path_buf(), _temporary: Some(local) }
    };
    if is_encrypted(&archived.path)? {
        let cipher = secret::cipher(storage)?;
        let local = temporary_path()?;
        let decrypted = tokio::task::block_in_place(|| cipher.decrypt_file(&archived.path, &local));
        decrypted.map_err(|error| LakeError::damaged(&path, error.to_string()))?;
        archived.path = local.to_path_buf();
        archived._temporary = Some(local);
    }
    match tokio::task::block_in_place(|| hash(&archived.path))? == archived.sha256 {
        true => Ok(archived),
        false => Err(LakeError::flipped(path)),
    }
}

/// Copies archived bytes into another lake.
///
/// # Errors
/// Where they cannot be read or written.
pub(crate) async fn copy_into(
    storage: &Storage,
    archived: &ArchivedFile,
) -> Result<ArchivedFile, LakeError> {
    let landed = LandedFile { path: archived.path.clone(), ..archived.landed.clone() };
    let cipher = secret::raw_cipher(storage).await?;
    match keep((storage, cipher.as_ref()), landed, |_, _, _| true).await? {
        Archived::Kept(copied) => Ok(copied),
        Archived::Left(_) => Err(LakeError::missing(format!("raw/{}", archived.sha256))),
    }
}

fn temporary_path() -> Result<tempfile::TempPath, LakeError> {
    let file = tempfile::NamedTempFile::new()
        .map_err(|error| LakeError::io(std::env::temp_dir(), error))?;
    Ok(file.into_temp_path())
}

/// What became of bytes that are to be kept.
pub(crate) enum Archived {
    /// They are in the lake.
    Kept(ArchivedFile),
    /// Nothing is kept; the hash of what was read.
    Left(String),
}

/// Copies a landed file's bytes to `raw/<sha256>`. The hash is that of the bytes that were copied;
/// nothing is kept where the file changed since it was looked at, nor where rows were taken out of
/// these bytes.
///
/// # Errors
/// [`LakeError::Io`] with the landed file's path where it cannot be read; where the lake cannot be
/// written.
pub(crate) async fn archive(
    (storage, cipher): (&Storage, Option<&Cipher>),
    landed: LandedFile,
    erased: &Erased,
) -> Result<Archived, LakeError> {
    let is_whole = |landed: &LandedFile, sha256: &str, bytes| {
        landed.is_as_it_was(bytes) && !erased.is_erased(sha256)
    };
    keep((storage, cipher), landed, is_whole).await
}

/// Copies a file's bytes to `raw/<sha256>`, encrypted where there is a cipher, unless `is_whole`
/// does not take them.
async fn keep(
    (storage, cipher): (&Storage, Option<&Cipher>),
    landed: LandedFile,
    is_whole: impl Fn(&LandedFile, &str, u64) -> bool,
) -> Result<Archived, LakeError> {
    let copied = |to: &Path| {
        let copied = tokio::task::block_in_place(|| copy(&landed.path, to));
        copied.map(|(sha256, bytes)| match is_whole(&landed, &sha256, bytes) {
            true => Ok(sha256),
            false => Err(sha256),
        })
    };
    if let (Some(lake), None) = (storage.local_path(), cipher) {
        let folder = lake.join("raw");
        std::fs::create_dir_all(&folder).map_err(|error| LakeError::io(&folder, error))?;
        let half = folder.join(format!(".{}.part", std::process::id()));
        let sha256 = match copied(&half).inspect_err(|_| remove(&half))? {
            Ok(sha256) => sha256,
            Err(sha256) => {
                remove(&half);
                return Ok(Archived::Left(sha256));
            }
        };
        // What may stand there may be damaged: these bytes are those of the hash.
        let path = folder.join(&sha256);
        std::fs::rename(&half, &path).map_err(|error| LakeError::io(&path, error))?;
        storage.written(&path);
        return Ok(Archived::Kept(ArchivedFile { sha256, landed, path, _temporary: None }));
    }
    // A copy of this machine is read; the lake holds the bytes encrypted, or elsewhere.
    let local = temporary_path()?;
    let sha256 = match copied(&local)? {
        Ok(sha256) => sha256,
        Err(sha256) => return Ok(Archived::Left(sha256)),
    };
    put((storage, cipher), &sha256, &local).await?;
    let path = local.to_path_buf();
    Ok(Archived::Kept(ArchivedFile { sha256, landed, path, _temporary: Some(local) }))
}

/// Keeps bytes of this machine that stand in the place of others; their hash.
///
/// # Errors
/// Where the lake cannot be written.
pub(crate) async fn keep_in_place(storage: &Storage, bytes: Vec<u8>) -> Result<String, LakeError> {
    let local = temporary_path()?;
    std::fs::write(&local, &bytes).map_err(|error| LakeError::io(&local, error))?;
    let sha256 = hexadecimal(Sha256::digest(&bytes));
    let cipher = secret::raw_cipher(storage).await?;
    put((storage, cipher.as_ref()), &sha256, &local).await?;
    Ok(sha256)
}

/// Puts bytes of this machine to their hash in the lake.
async fn put(
    (storage, cipher): (&Storage, Option<&Cipher>),
    sha256: &str,
    local: &Path,
) -> Result<(), LakeError> {
    let sealed = match cipher {
        Some(cipher) => {
            let sealed = temporary_path()?;
            tokio::task::block_in_place(|| cipher.encrypt_file(local, &sealed))?;
            Some(sealed)
        }
        None => None,
    };
    let bytes = sealed.as_deref().unwrap_or(local);
    let path = format!("raw/{sha256}");
    storage.put_file(&path, bytes).await?;
    if let Some(lake) = storage.local_path() {
        storage.written(&lake.join(path));
    }
    Ok(())
}

/// Has raw bytes encrypted from now on, or no longer, and those that are there as well. The caller
/// holds the lake's lock. Returns the number of files that were written anew.
///
/// # Errors
/// Where there is no key; where bytes are damaged or were encrypted with another key; where the
/// lake cannot be written.
pub async fn encrypt(storage: &Storage, encrypts_raw: bool) -> Result<u64, LakeError> {
    journal::recover(storage).await?;
    // First what is said, then the files: a file is read either way, and new ones are as is said.
    secret::keep_encrypts_raw(storage, encrypts_raw).await?;
    let cipher = secret::raw_cipher(storage).await?;
    let cipher = cipher.as_ref();
    let mut changed = 0;
    for path in storage.list("raw").await? {
        let name = path.trim_start_matches("raw/");
        if name.len() != HASH_LETTERS || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            continue;
        }
        let is_as_wanted = match storage.local_path() {
            Some(lake) => is_encrypted(&lake.join(&path))? == cipher.is_some(),
            None => false,
        };
        if !is_as_wanted {
            let archived = fetch(storage, LandedFile::default(), name).await?;
            put((storage, cipher), name, &archived.path).await?;
            changed += 1;
        }
    }
    Ok(changed)
}

/// Letters of the hash that names bytes.
const HASH_LETTERS: usize = 64;

/// Removes what is of no use; what stays is overwritten by the next.
fn remove(path: &Path) {
    let _ = std::fs::remove_file(path);
}

/// Copies a file and hashes what is copied, beside each other; gives the hash and the number of
/// bytes. Of a file that grows meanwhile one byte more is read than it had: enough to tell.
fn copy(from: &Path, to: &Path) -> Result<(String, u64), LakeError> {
    /// Blocks that wait to be hashed.
    const WAITING: usize = 2;
    let failed = |error| LakeError::io(from, error);
    let file = regular::open(from).map_err(failed)?;
    let mut output = std::fs::File::create(to).map_err(|error| LakeError::io(to, error))?;
    let length = file.metadata().map_err(failed)?.len();
    let mut input = file.take(length.saturating_add(1));
    if length <= BLOCK_BYTES as u64 {
        // A small file is not worth a thread.
        let mut bytes = Vec::with_capacity(length as usize + 1);
        input.read_to_end(&mut bytes).map_err(failed)?;
        output.write_all(&bytes).map_err(|error| LakeError::io(to, error))?;
        return Ok((hexadecimal(Sha256::digest(&bytes)), bytes.len() as u64));
    }
    let (sender, receiver) = sync_channel::<Vec<u8>>(WAITING);
    let (empty_sender, empty_receiver) = sync_channel::<Vec<u8>>(WAITING + 2);
    std::thread::scope(|scope| {
        let hasher = scope.spawn(move || {
            let mut hasher = Sha256::new();
            for block in receiver {
                hasher.update(&block);
                // A block that nobody wants back is dropped.
                let _ = empty_sender.try_send(block);
            }
            hexadecimal(hasher.finalize())
        });
        let mut bytes = 0;
        loop {
            let mut block = empty_receiver.try_recv().unwrap_or_default();
            block.resize(BLOCK_BYTES, 0);
            let read = input.read(&mut block).map_err(failed)?;
            if read == 0 {
                break;
            }
            bytes += read as u64;
            block.truncate(read);
            output.write_all(&block).map_err(|error| LakeError::io(to, error))?;
            if sender.send(block).is_err() {
                break;
            }
        }
        drop(sender);
        let hash = hasher.join();
        let hash = hash.map_err(|_| LakeError::Internal("the hashing thread ended early".into()));
        Ok((hash?, bytes))
    })
}

fn hexadecimal(digest: impl AsRef<[u8]>) -> String {
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
