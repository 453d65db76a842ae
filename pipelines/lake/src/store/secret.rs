//! The lake's secret for personal fields.

use crate::error::LakeError;
use crate::store::cipher::Cipher;
use crate::store::head::{check_absent, found, head, put};
use crate::store::storage::Storage;
use koridor_contract::personal::HashKey;
use koridor_contract::scrub::Scrubber;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Where the lake keeps what tells its key from others.
pub(super) const KEY: &str = "_koridor/key.json";

/// The key of a lake, by its identity.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct KeyRecord {
    /// What tells the key from others.
    pub identity: String,
    /// Keys that somebody has put in the place of another.
    #[serde(default)]
    pub adopted: Vec<AdoptedKey>,
    /// Whether what came is stored encrypted.
    #[serde(default)]
    pub encrypts_raw: bool,
}

impl KeyRecord {
    /// How often the lake has got a key.
    pub(super) fn entries(&self) -> u64 {
        1 + self.adopted.len() as u64
    }
}

/// One key in the place of another: who says so, and why.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AdoptedKey {
    /// The key before; none where the lake did not know it.
    pub before: Option<String>,
    /// The key from then on.
    pub identity: String,
    /// Who says so.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When, RFC 3339, UTC.
    pub at: String,
}

/// The lake's secret for personal fields: from `KORIDOR_HASH_KEY`, from the file that
/// `KORIDOR_HASH_KEY_FILE` names, else one of the lake's own, made on first use beside the data
/// folders and readable by its owner only. Once rows are stored no other key takes its place, but
/// by [`adopt`].
///
/// # Errors
/// Where a key is given that is too short or not the lake's, the lake's own is gone, or none can be
/// kept.
pub async fn hash_key(storage: &Storage, may_create: bool) -> Result<HashKey, LakeError> {
    let known = record(storage).await?;
    let has_rows = storage.exists().await? && head(storage).await?.sequence > 0;
    if known.is_none() && has_rows {
        check_absent(storage, KEY).await?;
    }
    let Some(key) = present(storage)? else {
        if has_rows {
            return Err(refused("the key for personal fields of this lake is gone"));
        }
        return if may_create {
            create(storage).await
        } else {
            HashKey::new(random()?).ok_or_else(short)
        };
    };
    match known {
        Some(known) if has_rows && known.identity != key.identity() => Err(refused(
            "the key for personal fields is not the one that this lake was filled with",
        )),
        Some(known) if known.identity == key.identity() => Ok(key),
        // A lake without rows, or one of an earlier program, which knew no identities.
        _ => {
            if may_create {
                keep(storage, &key, KeyRecord::default()).await?;
            }
            Ok(key)
        }
    }
}

/// Puts the key that is given, or a new one where none is, in the place of the lake's: whoever is
/// stored already gets another hash when sent again. The caller holds the lake's lock.
///
/// # Errors
/// Where the key is too short or cannot be kept.
pub async fn adopt(storage: &Storage, by: &str, reason: &str) -> Result<KeyRecord, LakeError> {
    let known = record(storage).await?;
    let key = match present(storage)? {
        Some(key) => key,
        None => create(storage).await?,
    };
    let before = known.as_ref().map(|own| own.identity.clone());
    let mut adopted = known.as_ref().map(|own| own.adopted.clone()).unwrap_or_default();
    if before.as_deref() != Some(&key.identity()) {
        adopted.push(AdoptedKey {
            before,
            identity: key.identity(),
            by: by.to_owned(),
            reason: reason.to_owned(),
            at: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        });
    }
    let own = keep(storage, &key, KeyRecord { adopted, ..known.unwrap_or_default() }).await?;
    // Where the record was lost, the head has counted more.
    if let Some(mut head) = found(storage).await?
        && head.documents.insert(KEY.to_owned(), own.entries()) != Some(own.entries())
    {
        put(storage, &head).await?;
    }
    Ok(own)
}

/// Gives names of files as they are told, with the key that is there; where there is none, no name
/// was told so.
///
/// # Errors
/// Where the key is too short, or cannot be read.
pub fn scrubber(storage: &Storage) -> Result<Option<Scrubber>, LakeError> {
    Ok(present(storage)?.as_ref().map(Scrubber::new))
}

/// The cipher of the key that is there, for what is encrypted.
///
/// # Errors
/// Where there is no key.
pub(crate) fn cipher(storage: &Storage) -> Result<Cipher, LakeError> {
    let key = present(storage)?;
    let gone = || refused("the key that raw bytes of this lake are encrypted with is gone");
    key.as_ref().map(Cipher::new).ok_or_else(gone)
}

/// The cipher that new raw bytes are encrypted with, where the lake's are.
///
/// # Errors
/// Where the lake cannot be read, or its key is gone.
pub(crate) async fn raw_cipher(storage: &Storage) -> Result<Option<Cipher>, LakeError> {
    let encrypts = record(storage).await?.is_some_and(|own| own.encrypts_raw);
    encrypts.then(|| cipher(storage)).transpose()
}

/// Keeps whether raw bytes are stored encrypted from now on. The caller holds the lake's lock.
///
/// # Errors
/// Where the lake has no key, or cannot be written.
pub(crate) async fn keep_encrypts_raw(
    storage: &Storage,
    encrypts_raw: bool,
) -> Result<(), LakeError> {
    hash_key(storage, true).await?;
    let known = record(storage).await?;
    let Some(known) = known else { return Err(refused("this lake has no key yet")) };
    storage.put_json(KEY, &KeyRecord { encrypts_raw, ..known }).await
}

/// What the lake knows of its key; none before the first file, and of a lake of an earlier program.
///
/// # Errors
/// Where it cannot be read.
pub async fn record(storage: &Storage) -> Result<Option<KeyRecord>, LakeError> {
    storage.get_json(KEY).await
}

/// The identity of the key that is there now, if one is.
///
/// # Errors
/// Where it is too short, or none can be there.
pub fn present_identity(storage: &Storage) -> Result<Option<String>, LakeError> {
    Ok(present(storage)?.map(|key| key.identity()))
}

async fn keep(storage: &Storage, key: &HashKey, known: KeyRecord) -> Result<KeyRecord, LakeError> {
    let own = KeyRecord { identity: key.identity(), ..known };
    storage.put_json(KEY, &own).await?;
    Ok(own)
}

fn short() -> LakeError {
    LakeError::usage(
        "the key for personal fields is shorter than 16 bytes",
        "set KORIDOR_HASH_KEY to a longer secret".to_owned(),
    )
}

fn refused(message: &str) -> LakeError {
    LakeError::usage(
        format!("{message}; with another, people and vehicles of its registers would count twice"),
        "bring it back from its backup (LAKE/_secrets/hash.key, KORIDOR_HASH_KEY or \
         KORIDOR_HASH_KEY_FILE); if it is lost for good, `koridor key adopt --by WHO --reason R` \
         goes on with another"
            .to_owned(),
    )
}

fn random() -> Result<Vec<u8>, LakeError> {
    let mut secret = [0u8; 32];
    getrandom::fill(&mut secret)
        .map_err(|error| LakeError::Internal(format!("no randomness: {error}")))?;
    Ok(secret.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes())
}

/// The key that is given or stored; none where the lake is to make its own.
fn present(storage: &Storage) -> Result<Option<HashKey>, LakeError> {
    if let Ok(secret) = std::env::var("KORIDOR_HASH_KEY") {
        return HashKey::new(secret.into_bytes()).ok_or_else(short).map(Some);
    }
    if let Ok(path) = std::env::var("KORIDOR_HASH_KEY_FILE") {
        let secret = std::fs::read(&path).map_err(|error| LakeError::io(&path, error))?;
        return HashKey::new(secret.trim_ascii().to_vec()).ok_or_else(short).map(Some);
    }
    let Some(lake) = storage.local_path() else {
        return Err(LakeError::usage(
            "a remote lake needs its key for personal fields given",
            "set KORIDOR_HASH_KEY or KORIDOR_HASH_KEY_FILE".to_owned(),
        ));
    };
    let path = lake.join("_secrets").join("hash.key");
    match std::fs::read(&path) {
        Ok(secret) => HashKey::new(secret).ok_or_else(short).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(LakeError::io(&path, error)),
    }
}

/// Makes the lake's own key.
async fn create(storage: &Storage) -> Result<HashKey, LakeError> {
    let secret = random()?;
    if let Some(lake) = storage.local_path() {
        let path = lake.join("_secrets").join("hash.key");
        let folder = lake.join("_secrets");
        std::fs::create_dir_all(&folder).map_err(|error| LakeError::io(&folder, error))?;
        write_secret(&path, &secret).map_err(|error| LakeError::io(&path, error))?;
        storage.written(&path);
    }
    let key = HashKey::new(secret).ok_or_else(short)?;
    keep(storage, &key, KeyRecord::default()).await?;
    Ok(key)
}

fn write_secret(path: &Path, secret: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?.write_all(secret)
}

/// Gives a lake's own secret to another, so that both hash alike; a key that is given from outside
/// is the same for both.
///
/// # Errors
/// Where the one cannot be read or the other not be written.
pub(crate) async fn hand_on(from: &Storage, into: &Storage) -> Result<(), LakeError> {
    if let Some(known) = record(from).await?
        && present_identity(from)?.as_ref() != Some(&known.identity)
    {
        return Err(refused("the key for personal fields of this lake is gone or another"));
    }
    let (Some(from), Some(into)) = (from.local_path(), into.local_path()) else { return Ok(()) };
    let (own, copy) =
        (from.join("_secrets").join("hash.key"), into.join("_secrets").join("hash.key"));
    if !own.exists() || copy.exists() {
        return Ok(());
    }
    let secret = std::fs::read(&own).map_err(|error| LakeError::io(&own, error))?;
    let folder = into.join("_secrets");
    std::fs::create_dir_all(&folder).map_err(|error| LakeError::io(&folder, error))?;
    write_secret(&copy, &secret).map_err(|error| LakeError::io(&copy, error))
}
