//! Documents of the lake with a checksum as their last field: a flipped bit makes an error and no
//! other lake. A document of an earlier program has none, and is taken as it is.

use serde::Serialize;
use std::fmt::Write;
use xxhash_rust::xxh3::xxh3_64;

/// What stands before the checksum. Within a text a line never breaks, so it stands nowhere else.
const BEFORE: &[u8] = b",\n  \"checksum\": \"";
/// What stands behind it.
const BEHIND: &[u8] = b"\"\n}";
/// What a document ends with that has none.
const END: &[u8] = b"\n}";
/// Digits of a checksum.
const DIGITS: usize = 16;

/// A document as it is stored, with its checksum; empty where it holds nothing.
pub(super) fn seal<T: Serialize>(document: &T) -> Result<(Vec<u8>, String), serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(document)?;
    let Some(body) = bytes.strip_suffix(END).map(<[u8]>::len) else {
        return Ok((bytes, String::new()));
    };
    bytes.truncate(body);
    let checksum = checksum(&bytes);
    bytes.extend([BEFORE, checksum.as_bytes(), BEHIND].concat());
    Ok((bytes, checksum))
}

/// The document within stored bytes, and its checksum where it has one; `None` where the bytes are
/// not those that were written.
pub(super) fn unseal(bytes: &[u8]) -> Option<(Vec<u8>, Option<String>)> {
    let tail = BEFORE.len() + DIGITS + BEHIND.len();
    let sealed =
        bytes.len().checked_sub(tail).map(|at| bytes.split_at(at)).and_then(|(body, tail)| {
            let digits = tail.strip_prefix(BEFORE)?.strip_suffix(BEHIND)?;
            Some((body, String::from_utf8_lossy(digits).into_owned()))
        });
    let Some((body, stored)) = sealed else { return Some((bytes.to_vec(), None)) };
    (checksum(body) == stored).then(|| ([body, END].concat(), Some(stored)))
}

fn checksum(body: &[u8]) -> String {
    let mut text = String::with_capacity(DIGITS);
    // A text never refuses what is written to it.
    let _ = write!(text, "{:016x}", xxh3_64(body));
    text
}

#[cfg(test)]
mod tests {
    use super::{seal, unseal};
    use std::collections::BTreeMap;

    #[test]
    fn every_flipped_bit_is_seen_or_changes_nothing() {
        let document: BTreeMap<&str, &str> = [("a", "x\n}"), ("b", "y")].into();
        let (bytes, checksum) = seal(&document).unwrap();
        let read = |plain: &[u8]| serde_json::from_slice::<BTreeMap<String, String>>(plain).ok();
        let (plain, found) = unseal(&bytes).unwrap();
        let whole = read(&plain);
        assert_eq!((whole.as_ref().unwrap().len(), found), (2, Some(checksum)));
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let Some((plain, _)) = unseal(&flipped) else { continue };
            let Some(mut read) = read(&plain) else { continue };
            // A flip in the name of the checksum leaves the document as it was.
            read.retain(|name, _| name == "a" || name == "b");
            assert_eq!(Some(read), whole, "bit {bit}");
        }
        assert_eq!(unseal(b"{}").unwrap().1, None);
        assert_eq!(seal(&BTreeMap::<String, String>::new()).unwrap().0, b"{}");
    }
}
