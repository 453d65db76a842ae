//! Personal fields: stored as a keyed hash, shown masked, never in clear.

use crate::spelling::plain;
use hashbrown::HashMap;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What is shown in the place of a personal value.
pub const MASKED: &str = "***";

/// Entries a hasher remembers; beyond it values are hashed anew, so memory stays bounded.
const REMEMBERED: usize = 65_536;

/// The lake's secret for personal fields.
#[derive(Clone)]
pub struct HashKey(Vec<u8>);

impl HashKey {
    /// Wraps a secret of at least 16 bytes; `None` for a shorter one.
    pub fn new(secret: Vec<u8>) -> Option<Self> {
        (secret.len() >= 16).then_some(Self(secret))
    }

    /// Another secret that follows from this one, for a purpose of its own.
    pub fn derived(&self, purpose: &[u8]) -> [u8; 32] {
        let mut derived = [0; 32];
        // A key of any length is taken.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) {
            mac.update(purpose);
            derived.copy_from_slice(&mac.finalize().into_bytes());
        }
        derived
    }

    /// What tells this key from others and gives nothing of it away.
    pub fn identity(&self) -> String {
        let hash = Hasher::new(self).hash(b"koridor: the identity of a key");
        hash.iter().take(16).map(|digit| char::from(*digit)).collect()
    }
}

impl std::fmt::Debug for HashKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("HashKey(..)")
    }
}

/// Hashes the values of one run, remembering those it has seen.
#[derive(Debug, Clone)]
pub struct Hasher {
    state: Option<Hmac<Sha256>>,
    seen: HashMap<Vec<u8>, [u8; 32]>,
}

impl Hasher {
    /// A hasher with the lake's key.
    pub fn new(key: &HashKey) -> Self {
        Self { state: Hmac::<Sha256>::new_from_slice(&key.0).ok(), seen: HashMap::new() }
    }

    /// HMAC-SHA-256 of the value (upper case, without blanks, dots and hyphens of any kind, so that
    /// "DT 1234 E" and "dt-1234-e" are one plate), its first 128 bits as 32 hexadecimal digits.
    pub fn hash(&mut self, value: &[u8]) -> [u8; 32] {
        if let Some(known) = self.seen.get(value) {
            return *known;
        }
        let text = String::from_utf8_lossy(value);
        let normal: Vec<u8> = plain(&text)
            .as_bytes()
            .iter()
            .filter(|byte| !matches!(byte, b' ' | b'.' | b'-'))
            .map(u8::to_ascii_uppercase)
            .collect();
        let mut hexadecimal = [b'0'; 32];
        if let Some(state) = &self.state {
            let mut mac = state.clone();
            mac.update(&normal);
            let digest = mac.finalize().into_bytes();
            for (slot, byte) in hexadecimal.chunks_exact_mut(2).zip(digest.iter()) {
                if let [high, low] = slot {
                    *high = digit(byte >> 4);
                    *low = digit(byte & 15);
                }
            }
        }
        if self.seen.len() < REMEMBERED {
            self.seen.insert(value.to_vec(), hexadecimal);
        }
        hexadecimal
    }
}

fn digit(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
}

/// A personal value as it may be shown: that there is one, and nothing else.
pub fn mask(value: &str) -> String {
    if value.is_empty() { String::new() } else { MASKED.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_plate_in_two_spellings_is_one_hash_and_another_key_another() {
        let mut hasher = Hasher::new(&HashKey::new(vec![7; 32]).unwrap());
        assert_eq!(hasher.hash(b"DT 1234 E"), hasher.hash(b"dt-1234-e"));
        assert_eq!(hasher.hash(b"DT 1234 E"), hasher.hash("DT\u{a0}1234\u{2013}E".as_bytes()));
        assert_ne!(hasher.hash(b"DT 1234 E"), hasher.hash(b"DT 1234 F"));
        assert_ne!(
            hasher.hash(b"DT 1234 E"),
            Hasher::new(&HashKey::new(vec![8; 32]).unwrap()).hash(b"DT 1234 E")
        );
        assert!(HashKey::new(b"short".to_vec()).is_none());
    }
}
