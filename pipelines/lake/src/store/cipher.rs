//! What came, encrypted at rest: AES-256-GCM with a key that follows from the lake's own, in blocks
//! that are each bound to their place (STREAM), so that a file that is cut or put together
//! otherwise is not opened.

use crate::error::LakeError;
use aead_stream::{DecryptorBE32, EncryptorBE32, Nonce, StreamBE32};
use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Key, KeyInit};
use koridor_contract::personal::HashKey;
use std::io::{Read, Write};
use std::path::Path;

/// The first bytes of an encrypted file; the identity of the lake's key and the nonce follow.
const MAGIC: &[u8] = b"koridor-raw-1\n";

/// Letters of a key's identity.
const IDENTITY: usize = 16;

/// Bytes of the nonce of a file; each block's counter makes it whole.
const NONCE: usize = 7;

/// Bytes of a block before it is encrypted.
const BLOCK: usize = 1 << 20;

/// What a block grows by.
const TAG: usize = 16;

/// Encrypts and decrypts what a lake keeps as it came.
#[derive(Clone)]
pub struct Cipher {
    cipher: Aes256Gcm,
    identity: String,
}

impl std::fmt::Debug for Cipher {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Cipher({})", self.identity)
    }
}

type StreamNonce = Nonce<Aes256Gcm, StreamBE32<Aes256Gcm>>;

impl Cipher {
    /// The cipher of a lake's key.
    pub fn new(key: &HashKey) -> Self {
        let own = Key::<Aes256Gcm>::from(key.derived(b"koridor: raw bytes"));
        Self { cipher: Aes256Gcm::new(&own), identity: key.identity() }
    }

    /// Writes a file encrypted.
    ///
    /// # Errors
    /// Where the one cannot be read or the other not be written.
    pub fn encrypt_file(&self, from: &Path, to: &Path) -> Result<(), LakeError> {
        let mut input = std::fs::File::open(from).map_err(|error| LakeError::io(from, error))?;
        let mut output = std::fs::File::create(to).map_err(|error| LakeError::io(to, error))?;
        self.encrypt(&mut input, &mut output).map_err(|error| LakeError::io(to, error))
    }

    /// Writes an encrypted file as it came.
    ///
    /// # Errors
    /// Where it was encrypted with another key or is damaged; where it cannot be read or written.
    pub fn decrypt_file(&self, from: &Path, to: &Path) -> Result<(), LakeError> {
        let mut input = std::fs::File::open(from).map_err(|error| LakeError::io(from, error))?;
        let mut output = std::fs::File::create(to).map_err(|error| LakeError::io(to, error))?;
        self.decrypt(&mut input, &mut output).map_err(|error| LakeError::io(from, error))
    }

    /// Encrypted bytes as they came; `None` where they are not encrypted.
    ///
    /// # Errors
    /// Where they were encrypted with another key or are damaged.
    pub fn in_clear(&self, bytes: &[u8]) -> Result<Option<Vec<u8>>, LakeError> {
        if !bytes.starts_with(MAGIC) {
            return Ok(None);
        }
        let mut clear = Vec::new();
        let decrypted = self.decrypt(&mut &bytes[..], &mut clear);
        decrypted.map_err(|error| LakeError::damaged("raw", error.to_string()))?;
        Ok(Some(clear))
    }

    /// A short text encrypted, in hexadecimal digits.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn seal(&self, text: &str) -> Result<String, LakeError> {
        let mut sealed = Vec::new();
        let encrypted = self.encrypt(&mut text.as_bytes(), &mut sealed);
        encrypted.map_err(|error| LakeError::Internal(error.to_string()))?;
        Ok(sealed.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// A text that was sealed; `None` where it was by another key, or is none.
    pub fn open(&self, sealed: &str) -> Option<String> {
        let digits = |at: usize| u8::from_str_radix(sealed.get(at..at + 2)?, 16).ok();
        let bytes: Option<Vec<u8>> = (0..sealed.len()).step_by(2).map(digits).collect();
        let mut text = Vec::new();
        self.decrypt(&mut bytes?.as_slice(), &mut text).ok()?;
        String::from_utf8(text).ok()
    }

    fn encrypt(&self, input: &mut impl Read, output: &mut impl Write) -> std::io::Result<()> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(std::io::Error::other)?;
        output.write_all(MAGIC)?;
        output.write_all(self.identity.as_bytes())?;
        output.write_all(&nonce)?;
        let mut stream = EncryptorBE32::from_aead(self.cipher.clone(), &StreamNonce::from(nonce));
        let mut block = block_of(input, BLOCK)?;
        loop {
            let next = block_of(input, BLOCK)?;
            if next.is_empty() {
                return output.write_all(&stream.encrypt_last(&block[..]).map_err(refused)?);
            }
            output.write_all(&stream.encrypt_next(&block[..]).map_err(refused)?)?;
            block = next;
        }
    }

    fn decrypt(&self, input: &mut impl Read, output: &mut impl Write) -> std::io::Result<()> {
        let mut head = [0; MAGIC.len() + IDENTITY + NONCE];
        input.read_exact(&mut head)?;
        let (magic, rest) = head.split_at(MAGIC.len());
        let (identity, nonce) = rest.split_at(IDENTITY);
        if magic != MAGIC || identity != self.identity.as_bytes() {
            let identity = String::from_utf8_lossy(identity);
            let own = &self.identity;
            return Err(std::io::Error::other(format!(
                "encrypted with the key {identity}, and the one that is there is {own}"
            )));
        }
        let mut own = [0; NONCE];
        own.copy_from_slice(nonce);
        let mut stream = DecryptorBE32::from_aead(self.cipher.clone(), &StreamNonce::from(own));
        let mut block = block_of(input, BLOCK + TAG)?;
        loop {
            let next = block_of(input, BLOCK + TAG)?;
            if next.is_empty() {
                return output.write_all(&stream.decrypt_last(&block[..]).map_err(refused)?);
            }
            output.write_all(&stream.decrypt_next(&block[..]).map_err(refused)?)?;
            block = next;
        }
    }
}

/// Whether a file is encrypted.
///
/// # Errors
/// Where it cannot be read.
pub fn is_encrypted(path: &Path) -> Result<bool, LakeError> {
    let failed = |error| LakeError::io(path, error);
    let mut head = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(MAGIC.len() as u64).read_to_end(&mut head).map_err(failed)?;
    Ok(head == MAGIC)
}

/// The next bytes, as many as there are up to a block.
fn block_of(input: &mut impl Read, bytes: usize) -> std::io::Result<Vec<u8>> {
    let mut block = Vec::new();
    input.take(bytes as u64).read_to_end(&mut block)?;
    Ok(block)
}

fn refused(_: aes_gcm::aead::Error) -> std::io::Error {
    std::io::Error::other("it is not what was encrypted")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher(secret: u8) -> Cipher {
        Cipher::new(&HashKey::new(vec![secret; 32]).unwrap())
    }

    fn decrypted(cipher: &Cipher, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut out = Vec::new();
        cipher.decrypt(&mut &bytes[..], &mut out).map(|()| out)
    }

    #[test]
    fn what_is_encrypted_comes_back_and_nothing_else_does() {
        let own = cipher(7);
        for length in [0, 1, 1000, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 5] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let mut sealed = Vec::new();
            own.encrypt(&mut &bytes[..], &mut sealed).unwrap();
            assert_eq!(decrypted(&own, &sealed).unwrap(), bytes, "{length}");
            assert!(decrypted(&cipher(8), &sealed).is_err());
            assert!(decrypted(&own, &sealed[..sealed.len() - 1]).is_err());
            let mut flipped = sealed.clone();
            let at = flipped.len() / 2;
            flipped[at] ^= 1;
            assert!(decrypted(&own, &flipped).is_err(), "{length}");
            if length > BLOCK {
                let cut = MAGIC.len() + IDENTITY + NONCE + BLOCK + TAG;
                assert!(decrypted(&own, &sealed[..cut]).is_err(), "a block that was not the last");
            }
        }
        assert_eq!(own.open(&own.seal("daftar Siti.xlsx").unwrap()).unwrap(), "daftar Siti.xlsx");
        assert!(own.open("00zz").is_none() && own.open("").is_none() && own.open("é").is_none());
    }
}
