//! What a client proves against that has a key and does not send it (SCRAM, RFC 5802).
//!
//! Beside the hash of a key its salted form is kept. Whoever has the salted form can prove to have
//! the key at doors that ask for SCRAM, so it is sealed with the lake's secret: a copy of the
//! documents alone gives nobody a way in.

use super::cipher::Cipher;
use super::secret;
use super::storage::Storage;
use crate::error::LakeError;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Rounds of salting, as clients of PostgreSQL do them. A key is 256 random bits: more rounds would
/// make nothing harder to guess.
pub const ROUNDS: u32 = 4096;

/// Bytes of a salt.
const SALT: usize = 16;

/// What SCRAM needs of a key, as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSalt {
    /// The salt, hexadecimal.
    salt: String,
    /// The salted key, hexadecimal, sealed with the lake's secret.
    sealed: String,
}

impl std::fmt::Debug for StoredSalt {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("StoredSalt(..)")
    }
}

/// What SCRAM needs of a key.
#[derive(Clone)]
pub struct SaltedKey {
    /// The salt.
    pub salt: Vec<u8>,
    /// The salted key.
    pub key: Vec<u8>,
}

/// What is kept of a key; none where no secret of the lake is there to seal it with.
pub(super) async fn sealed(storage: &Storage, text: &str) -> Result<Option<StoredSalt>, LakeError> {
    let secret = match secret::hash_key(storage, true).await {
        Ok(secret) => secret,
        Err(LakeError::Usage { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut salt = [0_u8; SALT];
    getrandom::fill(&mut salt)
        .map_err(|error| LakeError::Internal(format!("no random bytes: {error}")))?;
    let sealed = Cipher::new(&secret).seal(&hexadecimal(&salted(text, &salt)))?;
    Ok(Some(StoredSalt { salt: hexadecimal(&salt), sealed }))
}

/// What is kept, opened; none where the lake's secret is another or gone.
pub(super) async fn opened(
    storage: &Storage,
    stored: &StoredSalt,
) -> Result<Option<SaltedKey>, LakeError> {
    let secret = match secret::hash_key(storage, false).await {
        Ok(secret) => secret,
        Err(LakeError::Usage { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let text = Cipher::new(&secret).open(&stored.sealed);
    let parts = (bytes(&stored.salt), text.as_deref().and_then(bytes));
    Ok(match parts {
        (Some(salt), Some(key)) => Some(SaltedKey { salt, key }),
        _ => None,
    })
}

/// `Hi` of RFC 5802.
fn salted(text: &str, salt: &[u8]) -> Vec<u8> {
    let mut last = mac(text, &[salt, &1_u32.to_be_bytes()]);
    let mut sum = last;
    for _ in 1..ROUNDS {
        last = mac(text, &[&last]);
        sum.iter_mut().zip(last).for_each(|(sum, own)| *sum ^= own);
    }
    sum.to_vec()
}

fn mac(key: &str, parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length is taken.
    match Hmac::<Sha256>::new_from_slice(key.as_bytes()) {
        Ok(mut mac) => {
            parts.iter().for_each(|part| mac.update(part));
            mac.finalize().into_bytes().into()
        }
        Err(_) => Sha256::digest(key.as_bytes()).into(),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..text.len()).step_by(2).map(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::{bytes, hexadecimal, salted};

    #[test]
    fn a_key_is_salted_as_the_standard_says() {
        // The example of RFC 7677.
        let salt = [0x5b, 0x6d, 0x99, 0x68, 0x9d, 0x12, 0x35, 0x8e, 0xec, 0xa0];
        let salt = [&salt[..], &[0x4b, 0x14, 0x12, 0x36, 0xfa, 0x81]].concat();
        let own = hexadecimal(&salted("pencil", &salt));
        assert_eq!(own, "c4a49510323ab4f952cac1fa99441939e78ea74d6be81ddf7096e87513dc615d");
        assert_eq!(bytes("0aff").unwrap(), [10, 255]);
        assert!(bytes("0g").is_none());
    }
}
