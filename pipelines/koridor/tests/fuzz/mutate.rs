//! Damage to a file, the same of the same number.

use crate::containers::{Parts, zipped};
use crate::seeds::Seed;
use zip::CompressionMethod;

/// Numbers below a bound, the same of the same seed.
pub struct Dice(u64);

impl Dice {
    /// Dice of a seed.
    pub fn of(seed: u64) -> Self {
        let mut own = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d);
        own.below(2);
        own
    }

    /// The next number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }

    fn of_list<'list, T: ?Sized>(&mut self, list: &[&'list T]) -> &'list T {
        list[self.below(list.len())]
    }
}

/// What breaks readers: numbers at their bounds, marks of what they read.
const TEXTS: [&str; 26] = [
    "0",
    "-1",
    "1048576",
    "16384",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "99999999999999999999",
    "1e308",
    "NaN",
    "XFD1048576",
    "ZZZZZZZZZZ1",
    "A0",
    "A1:XFD1048576",
    "\"",
    "\n",
    ";",
    ",",
    "<c>",
    "</row>",
    "<!DOCTYPE x [<!ENTITY a \"b\">]>",
    "&a;",
    "]]>",
    "\0",
    "\u{feff}",
    "[[[[{\"a\":",
];
/// Numbers of two and four bytes at their bounds.
const WORDS: [u32; 10] =
    [0, 1, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFA, 0xFFFF_FFFC, 0xFFFF_FFFE, u32::MAX];

/// A damaged file with its name.
pub fn mutant(seeds: &[Seed], dice: &mut Dice) -> (String, Vec<u8>) {
    let seed = &seeds[dice.below(seeds.len())];
    // A zip is damaged within its parts more often than as a whole.
    if let Some(parts) = seed.parts.as_ref().filter(|_| dice.below(4) > 0) {
        let mut parts: Parts = parts.clone();
        for _ in 0..=dice.below(2) {
            let at = dice.below(parts.len());
            match dice.below(12) {
                0 if parts.len() > 1 => drop(parts.remove(at)),
                1 => {
                    let other = parts[dice.below(parts.len())].1.clone();
                    parts[at].1 = other;
                }
                _ => damage(&mut parts[at].1, dice),
            }
        }
        return (seed.name.to_owned(), zipped(&parts, CompressionMethod::Stored));
    }
    let mut bytes = seed.bytes.clone();
    damage(&mut bytes, dice);
    if dice.below(20) == 0 {
        let other = &seeds[dice.below(seeds.len())].bytes;
        let from = dice.below(other.len());
        bytes.extend_from_slice(&other[from..]);
    }
    (seed.name.to_owned(), bytes)
}

/// Damages bytes at a few places.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + 1 + dice.below(64)).min(bytes.len());
        match dice.below(10) {
            0 => drop(bytes.splice(at..end, [])),
            1 => drop(bytes.splice(at..at, std::iter::repeat_n(b'A', 1 + dice.below(4_000)))),
            2 => bytes.truncate(at),
            3 => {
                let copies = bytes[at..end].repeat(1 + dice.below(200));
                bytes.splice(at..at, copies);
            }
            4 | 5 => number(bytes, at, dice),
            6 => put(bytes, at, &WORDS[dice.below(WORDS.len())].to_le_bytes()),
            7 => put(bytes, at, &(WORDS[dice.below(WORDS.len())] as u16).to_le_bytes()),
            8 => {
                let text = dice.of_list(&TEXTS);
                bytes.splice(at..at, text.bytes());
            }
            _ => {
                let byte = dice.below(256) as u8;
                put(bytes, at, &[byte]);
            }
        }
    }
}

/// Writes over what stands at a place.
fn put(bytes: &mut [u8], at: usize, own: &[u8]) {
    bytes.iter_mut().skip(at).zip(own).for_each(|(byte, own)| *byte = *own);
}

/// Makes the next number in a text another one.
fn number(bytes: &mut Vec<u8>, at: usize, dice: &mut Dice) {
    let Some(digits) = bytes[at..].iter().position(u8::is_ascii_digit) else { return };
    let begin = at + digits;
    let length = bytes[begin..].iter().position(|byte| !byte.is_ascii_digit());
    let end = length.map_or(bytes.len(), |length| begin + length);
    let text = dice.of_list(&TEXTS);
    bytes.splice(begin..end, text.bytes());
}
