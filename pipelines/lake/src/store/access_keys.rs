//! Keys of those who ask through a door: who they are, what they may see, and until when.
//!
//! A key is 256 random bits, shown once, when it is made. What is kept is its hash, under
//! `_koridor/access_keys/<id>.json`. Not to be mixed up with the lake's own key ([`super::secret`]).

use super::storage::Storage;
use crate::error::LakeError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const FOLDER: &str = "_koridor/access_keys";

/// How a key begins, so that it is recognised where it was left by mistake.
const PREFIX: &str = "koridor";

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees what is published.
    Viewer,
    /// Asks SQL of the rows behind it.
    Analyst,
    /// Sends files for an office.
    Steward,
    /// Reads everything, with its history; each access is recorded.
    Auditor,
    /// Does what the operator does.
    Admin,
}

/// A key as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// The part of the key that is no secret.
    pub id: String,
    /// Whose it is.
    pub name: String,
    /// What its owner may do.
    pub role: Role,
    /// The region whose rows its owner sees; none for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// First day on which it is not valid any more, `2027-01-31`; none for no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// When it was made, RFC 3339, UTC.
    pub created_at: String,
    /// When it was withdrawn, RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<String>,
    /// SHA-256 of the secret part, hexadecimal.
    secret_sha256: String,
}

impl AccessKey {
    /// Whether it is valid on a day, `2026-12-31`.
    pub fn is_valid_on(&self, day: &str) -> bool {
        self.revoked_at.is_none() && self.expires.as_deref().is_none_or(|end| day < end)
    }
}

/// What a new key is made of.
#[derive(Debug, Clone)]
pub struct NewAccessKey {
    /// Whose it is.
    pub name: String,
    /// What its owner may do.
    pub role: Role,
    /// The region whose rows its owner sees.
    pub region: Option<String>,
    /// First day on which it is not valid any more.
    pub expires: Option<String>,
}

/// Makes a key; its text is given here and never again.
///
/// # Errors
/// Where the lake cannot be written.
pub async fn create(
    storage: &Storage,
    new: NewAccessKey,
) -> Result<(AccessKey, String), LakeError> {
    let (id, secret) = (random_text::<6>()?, random_text::<32>()?);
    let NewAccessKey { name, role, region, expires } = new;
    let key = AccessKey {
        secret_sha256: hash(&secret),
        created_at: now(),
        revoked_at: None,
        id,
        name,
        role,
        region,
        expires,
    };
    storage.put_json(&path(&key.id), &key).await?;
    let text = format!("{PREFIX}_{}_{secret}", key.id);
    Ok((key, text))
}

/// All keys, oldest first.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn list(storage: &Storage) -> Result<Vec<AccessKey>, LakeError> {
    let mut keys: Vec<AccessKey> = Vec::new();
    for path in storage.list(FOLDER).await?.iter().filter(|path| path.ends_with(".json")) {
        keys.extend(storage.get_json(path).await?);
    }
    keys.sort_by(|left, right| left.created_at.cmp(&right.created_at));
    Ok(keys)
}

/// Withdraws a key; one that is withdrawn already stays as it is.
///
/// # Errors
/// Where there is no such key, or the lake cannot be written.
pub async fn revoke(storage: &Storage, id: &str) -> Result<AccessKey, LakeError> {
    let Some(mut key) = find_by_id(storage, id).await? else {
        let hint = "`koridor key list` shows them".to_owned();
        return Err(LakeError::usage(format!("there is no key `{id}`"), hint));
    };
    if key.revoked_at.is_none() {
        key.revoked_at = Some(now());
        storage.put_json(&path(&key.id), &key).await?;
    }
    Ok(key)
}

/// The key that a text is, where it is valid today; how long the look takes tells nothing of its
/// secret.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn find(storage: &Storage, text: &str) -> Result<Option<AccessKey>, LakeError> {
    let mut parts = text.trim().splitn(3, '_');
    let (Some(PREFIX), Some(id), Some(secret)) = (parts.next(), parts.next(), parts.next()) else {
        return Ok(None);
    };
    let Some(key) = find_by_id(storage, id).await? else { return Ok(None) };
    let is_same = is_equal(hash(secret).as_bytes(), key.secret_sha256.as_bytes());
    Ok(Some(key).filter(|own| is_same && own.is_valid_on(&now())))
}

async fn find_by_id(storage: &Storage, id: &str) -> Result<Option<AccessKey>, LakeError> {
    let is_id = !id.is_empty() && id.len() <= 32 && id.bytes().all(|own| own.is_ascii_hexdigit());
    if !is_id {
        return Ok(None);
    }
    storage.get_json(&path(id)).await
}

fn path(id: &str) -> String {
    format!("{FOLDER}/{id}.json")
}

fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

fn random_text<const BYTES: usize>() -> Result<String, LakeError> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| LakeError::Internal(format!("no random bytes: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn hash(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two texts of one length are equal, looked at to the end whatever differs.
fn is_equal(left: &[u8], right: &[u8]) -> bool {
    let differing = left.iter().zip(right).fold(0, |sum, (left, right)| sum | (left ^ right));
    left.len() == right.len() && differing == 0
}
