//! Keys of those who ask through a door: who they are, what they may see, and until when.
//!
//! A key is 256 random bits, shown once, when it is made. What is kept is its hash, under
//! `_koridor/access_keys/<id>.json`, and beside it what SCRAM needs, sealed ([`super::scram`]). Not
//! to be mixed up with the lake's own key ([`super::secret`]).

use super::scram::{self, SaltedKey, StoredSalt};
use super::storage::Storage;
use crate::error::LakeError;
use koridor_contract::Project;
use koridor_contract::date::parse_date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const FOLDER: &str = "_koridor/access_keys";

/// Where is kept which keys have a name.
const NAMES: &str = "_koridor/access_key_names";

/// Longest name of an owner, in characters.
const LONGEST_NAME: usize = 100;

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

impl Role {
    /// The word, as it is kept and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Steward => "steward",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }
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
    /// What SCRAM needs; none where the lake had no secret to seal it with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scram: Option<StoredSalt>,
}

impl AccessKey {
    /// Whether it is valid now.
    pub fn is_valid(&self) -> bool {
        self.is_valid_on(&now())
    }

    /// What a client that proves that it has the key is checked against; none where this lake
    /// cannot open it.
    ///
    /// # Errors
    /// Where the lake's secret cannot be read.
    pub async fn salted(&self, storage: &Storage) -> Result<Option<SaltedKey>, LakeError> {
        match &self.scram {
            Some(stored) => scram::opened(storage, stored).await,
            None => Ok(None),
        }
    }

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

impl NewAccessKey {
    /// The same with the region's code, where all of it can be.
    fn checked(self, project: &Project) -> Result<Self, LakeError> {
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.contains(char::is_control)
        {
            let message = format!("a name has 1 to {LONGEST_NAME} characters");
            return Err(LakeError::usage(message, "give --name \"Dinas X\"".to_owned()));
        }
        let takes_region = matches!(self.role, Role::Analyst | Role::Steward);
        let region = match self.region {
            None if self.role == Role::Steward => {
                let hint = format!("give --region: {}", project.corridor.regions.join(", "));
                return Err(LakeError::usage("the key of a steward needs its region", hint));
            }
            Some(_) if !takes_region => {
                let hint = "regions are of stewards and analysts".to_owned();
                return Err(LakeError::usage("this role has no region", hint));
            }
            Some(text) => Some(region_code(project, &text)?),
            None => None,
        };
        if let Some(day) = &self.expires {
            let is_day =
                day.len() == 10 && parse_date(day.as_bytes(), Default::default()).is_some();
            if !is_day {
                let hint = "write 2027-01-31: the first day on which it is not valid".to_owned();
                return Err(LakeError::usage(format!("`{day}` is no day"), hint));
            }
            if day.as_str() <= now().get(..10).unwrap_or_default() {
                let message = format!("{day} is no day to come");
                return Err(LakeError::usage(message, "the key would never be valid".to_owned()));
            }
        }
        Ok(Self { name, region, ..self })
    }
}

/// The code of a region of the corridor.
fn region_code(project: &Project, text: &str) -> Result<String, LakeError> {
    let regions = &project.corridor.regions;
    project.region_code(text).filter(|own| regions.contains(own)).ok_or_else(|| {
        let hint = format!("regions: {}", regions.join(", "));
        LakeError::usage(format!("no region `{text}` in this corridor"), hint)
    })
}

/// Makes a key; its text is given here and never again.
///
/// # Errors
/// Where the region is none of the corridor, the day none to come, or the lake cannot be written.
pub async fn create(
    storage: &Storage,
    project: &Project,
    new: NewAccessKey,
) -> Result<(AccessKey, String), LakeError> {
    let NewAccessKey { name, role, region, expires } = new.checked(project)?;
    let (id, secret) = (random_text::<6>()?, random_text::<32>()?);
    let text = format!("{PREFIX}_{id}_{secret}");
    let key = AccessKey {
        scram: scram::sealed(storage, &text).await?,
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
    let named = named_path(&key.name);
    let mut ids: Vec<String> = storage.get_json(&named).await?.unwrap_or_default();
    ids.push(key.id.clone());
    storage.put_json(&named, &ids).await?;
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

/// The valid key of an id or of a name: the newest of several. That somebody has it is not said
/// by this.
///
/// # Errors
/// Where the lake cannot be read.
pub async fn find_named(storage: &Storage, name: &str) -> Result<Option<AccessKey>, LakeError> {
    if let Some(key) = find_by_id(storage, name).await?.filter(AccessKey::is_valid) {
        return Ok(Some(key));
    }
    let ids: Option<Vec<String>> = storage.get_json(&named_path(name.trim())).await?;
    for id in ids.unwrap_or_default().iter().rev() {
        if let Some(key) = find_by_id(storage, id).await?.filter(AccessKey::is_valid) {
            return Ok(Some(key));
        }
    }
    Ok(None)
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

fn named_path(name: &str) -> String {
    format!("{NAMES}/{}.json", hash(name))
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
