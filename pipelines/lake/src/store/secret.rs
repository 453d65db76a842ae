//! The lake's secret for personal fields.

use crate::error::LakeError;
use crate::store::storage::Storage;
use koridor_contract::personal::HashKey;
use std::path::Path;

/// The lake's secret for personal fields: from `KORIDOR_HASH_KEY`, from the file that
/// `KORIDOR_HASH_KEY_FILE` names, else one of the lake's own, made on first use beside the data
/// folders and readable by its owner only.
///
/// # Errors
/// Where a key is given that is too short, or none can be kept.
pub async fn hash_key(storage: &Storage, may_create: bool) -> Result<HashKey, LakeError> {
    let short = || {
        LakeError::usage(
            "the key for personal fields is shorter than 16 bytes",
            "set KORIDOR_HASH_KEY to a longer secret".to_owned(),
        )
    };
    if let Ok(secret) = std::env::var("KORIDOR_HASH_KEY") {
        return HashKey::new(secret.into_bytes()).ok_or_else(short);
    }
    if let Ok(path) = std::env::var("KORIDOR_HASH_KEY_FILE") {
        let secret = std::fs::read(&path).map_err(|error| LakeError::io(&path, error))?;
        return HashKey::new(secret.trim_ascii().to_vec()).ok_or_else(short);
    }
    let Some(lake) = storage.local_path() else {
        return Err(LakeError::usage(
            "a remote lake needs its key for personal fields given",
            "set KORIDOR_HASH_KEY or KORIDOR_HASH_KEY_FILE".to_owned(),
        ));
    };
    let path = lake.join("_secrets").join("hash.key");
    match std::fs::read(&path) {
        Ok(secret) => return HashKey::new(secret).ok_or_else(short),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(LakeError::io(&path, error)),
    }
    let mut secret = [0u8; 32];
    getrandom::fill(&mut secret)
        .map_err(|error| LakeError::Internal(format!("no randomness: {error}")))?;
    if may_create {
        let folder = lake.join("_secrets");
        std::fs::create_dir_all(&folder).map_err(|error| LakeError::io(&folder, error))?;
        let text: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        write_secret(&path, text.as_bytes()).map_err(|error| LakeError::io(&path, error))?;
        return HashKey::new(text.into_bytes()).ok_or_else(short);
    }
    HashKey::new(secret.to_vec()).ok_or_else(short)
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
