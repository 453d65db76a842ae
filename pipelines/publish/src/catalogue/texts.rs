//! Texts in both languages.

/// A text in Bahasa Indonesia and in English.
pub type Both = [String; 2];
