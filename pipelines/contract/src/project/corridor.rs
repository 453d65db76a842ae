//! The corridor that a project is about.

/// The corridor: its regencies and what is said of it.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corridor {
    /// Name, such as `wakatobi`.
    pub name: String,
    /// Title in Bahasa Indonesia.
    pub title: String,
    /// Title in English.
    pub title_en: String,
    /// BPS codes of its regencies, in the order they are shown.
    pub regions: Vec<String>,
    /// Hours between local time and UTC.
    pub utc_offset_hours: i32,
}

