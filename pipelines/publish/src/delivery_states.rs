//! States of deliveries (`state` of `ops.expectations`) in the words that people read.

use koridor_contract::message::Language;

/// A state of a delivery; texts in Bahasa Indonesia and English.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryState {
    /// Its code.
    pub code: &'static str,
    /// One short word, for a cell of a calendar.
    pub short: [&'static str; 2],
    /// What the delivery is.
    pub words: [&'static str; 2],
    /// What this means.
    pub meaning: [&'static str; 2],
    /// How it looks: good, fair, bad or none.
    pub look: &'static str,
    /// Whether it came and somebody should look at it.
    pub is_odd: bool,
}

const fn state(
    (code, look, is_odd): (&'static str, &'static str, bool),
    short: [&'static str; 2],
    words: [&'static str; 2],
    meaning: [&'static str; 2],
) -> DeliveryState {
    DeliveryState { code, short, words, meaning, look, is_odd }
}

/// All states.
pub const DELIVERY_STATES: [DeliveryState; 11] = [
    state(
        ("on_time", "good", false),
        ["tepat", "on time"],
        ["tepat waktu", "on time"],
        ["datang pada waktunya", "came on time"],
    ),
    state(
        ("late", "fair", false),
        ["lambat", "late"],
        ["terlambat", "late"],
        ["datang sesudah jatuh tempo", "came after its day"],
    ),
    state(
        ("missing", "bad", false),
        ["belum", "missing"],
        ["belum datang", "missing"],
        ["jatuh tempo lewat, belum datang", "due and not here"],
    ),
    state(
        ("pending", "none", false),
        ["tunggu", "pending"],
        ["belum jatuh tempo", "not due yet"],
        ["belum jatuh tempo", "not due yet"],
    ),
    state(
        ("all_zeros", "bad", true),
        ["nol", "zeros"],
        ["nol semua", "all zeros"],
        ["semua angka nol", "all figures are zero"],
    ),
    state(
        ("copy_of_last", "bad", true),
        ["salinan", "copy"],
        ["salinan periode sebelumnya", "a copy of the period before"],
        ["sama dengan sebelumnya", "same as the one before"],
    ),
    state(
        ("incomplete", "fair", true),
        ["celah", "gaps"],
        ["tidak lengkap", "incomplete"],
        ["banyak sel kosong", "many blank cells"],
    ),
    state(
        ("too_small", "fair", true),
        ["kurang", "small"],
        ["terlalu sedikit baris", "too few rows"],
        ["baris lebih sedikit", "fewer rows than agreed"],
    ),
    state(
        ("too_large", "fair", true),
        ["lebih", "large"],
        ["terlalu banyak baris", "too many rows"],
        ["baris lebih banyak", "more rows than agreed"],
    ),
    state(
        ("unusual", "fair", true),
        ["janggal", "unusual"],
        ["jauh dari kiriman sebelumnya", "far from what came before"],
        ["jauh dari yang biasa dikirim", "far from what the office sent before"],
    ),
    // Where what is odd about a delivery may not be told.
    state(
        ("odd", "fair", false),
        ["periksa", "check"],
        ["perlu diperiksa", "to be looked at"],
        ["ada yang perlu diperiksa", "something is to be looked at"],
    ),
];

/// The state of a code.
pub fn delivery_state(code: &str) -> Option<&'static DeliveryState> {
    DELIVERY_STATES.iter().find(|own| own.code == code)
}

/// What a delivery is, in one language; a code that is none as it stands.
pub fn delivery_words(code: &str, language: Language) -> &str {
    let found = delivery_state(code).map(|own| own.words);
    found.map_or(code, |[id, en]| language.pick(id, en))
}
